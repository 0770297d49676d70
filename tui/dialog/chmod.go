package dialog

import (
	"io/fs"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// Bits says what becomes of permission bits: some are set, some cleared, the others stay.
type Bits struct{ Set, Clear fs.FileMode }

// Of gives the mode that a mode becomes.
func (b Bits) Of(mode fs.FileMode) fs.FileMode { return mode&^b.Clear | b.Set }

// All reports whether none of the nine bits stays as it is.
func (b Bits) All() bool { return b.Set|b.Clear == fs.ModePerm }

// BitsOf gives those that make all nine bits what they are in a mode.
func BitsOf(mode fs.FileMode) Bits { return Bits{mode & fs.ModePerm, fs.ModePerm &^ mode} }

// withExec gives what suits folders where b suits files (on), or the other way round: who may read a folder may enter
// it.
func (b Bits) withExec(on bool) Bits {
	const exec = 0o111
	b.Set, b.Clear = b.Set&^exec, b.Clear&^exec
	if !on {
		b.Clear |= exec
		return b
	}
	b.Set |= b.Set >> 2 & exec
	b.Clear |= b.Clear >> 2 & exec
	return b
}

// octal gives three digits; "-" stands for one that is not fully said.
func (b Bits) octal() string {
	text := ""
	for shift := 6; shift >= 0; shift -= 3 {
		if (b.Set|b.Clear)>>shift&7 != 7 {
			text += "-"
			continue
		}
		text += string(rune('0' + b.Set>>shift&7))
	}
	return text
}

// words gives nine letters as ls does; "?" stands for a bit that stays.
func (b Bits) words() string {
	var text strings.Builder
	for i, letter := range "rwxrwxrwx" {
		bit := fs.FileMode(1) << (8 - i)
		switch {
		case b.Set&bit != 0:
			text.WriteRune(letter)
		case b.Clear&bit != 0:
			text.WriteByte('-')
		default:
			text.WriteByte('?')
		}
	}
	return text.String()
}

// digit makes the bits of owner (0), group (1) or others (2) what an octal digit says.
func (b Bits) digit(who int, d fs.FileMode) Bits {
	shift := 6 - 3*who
	b.Set = b.Set&^(7<<shift) | d<<shift
	b.Clear = b.Clear&^(7<<shift) | (7&^d)<<shift
	return b
}

// Chmod asks for permissions by boxes and by octal digits.
type Chmod struct {
	Theme *theme.Theme
	Title string
	Intro Line
	// Bits are for what Main names, "files" or "folders". Where there are Others of the other kind, or Deep is chosen,
	// those get bits of their own.
	Bits         Bits
	Main, Others string
	Mixed        bool // there are some of both kinds
	CanDeepen    bool // there are folders to go into
	Deep         bool
	// Do gets the bits of the main and of the other kind.
	Do func(main, others Bits, deep bool) (complaint string, cmd tea.Cmd)

	clickable
	others    *Bits // as they were typed
	focus     int
	typed     int // digits typed in a row
	complaint string
}

// The places of the focus: nine boxes, then these.
const (
	chmodDeep = iota + 9
	chmodOthers
	chmodCancel
	chmodApply
	chmodPlaces
)

// Update takes a key.
func (c *Chmod) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	k := keymap.Normalize(key.String())
	if len(k) == 1 && k[0] >= '0' && k[0] <= '7' {
		c.digit(fs.FileMode(k[0] - '0'))
		return false, nil
	}
	c.typed = 0
	switch k {
	case "esc", "ctrl+c", "q":
		return true, nil
	case "enter":
		if c.focus == chmodCancel {
			return true, nil
		}
		return c.apply()
	case "space":
		return c.press()
	default:
		c.move(k)
	}
	return false, nil
}

func (c *Chmod) apply() (bool, tea.Cmd) {
	complaint, cmd := c.Do(c.Bits, c.otherBits(), c.Deep)
	c.complaint = complaint
	return complaint == "", cmd
}

func (c *Chmod) press() (bool, tea.Cmd) {
	switch {
	case c.focus == chmodDeep:
		c.Deep = !c.Deep
	case c.focus == chmodCancel:
		return true, nil
	case c.focus == chmodApply:
		return c.apply()
	case c.focus < chmodDeep:
		c.turn(fs.FileMode(1) << (8 - c.focus))
	}
	return false, nil
}

// click presses what lies at a place.
func (c *Chmod) click(place int) (bool, tea.Cmd) {
	c.focus, c.typed = place, 0
	return c.press()
}

// turn goes from set to cleared, to as it is, and to set again.
func (c *Chmod) turn(bit fs.FileMode) {
	switch {
	case c.Bits.Set&bit != 0:
		c.Bits.Set &^= bit
		c.Bits.Clear |= bit
	case c.Bits.Clear&bit != 0:
		c.Bits.Clear &^= bit
	default:
		c.Bits.Set |= bit
	}
}

// digit takes the next octal digit, of owner, group and others in turn.
func (c *Chmod) digit(d fs.FileMode) {
	if c.focus == chmodOthers {
		b := c.otherBits().digit(c.typed, d)
		c.others = &b
	} else {
		c.Bits = c.Bits.digit(c.typed, d)
	}
	c.typed = (c.typed + 1) % 3
}

func (c *Chmod) hasOthers() bool { return c.Mixed || c.Deep }

// otherBits are those that were typed, or that suit the main ones.
func (c *Chmod) otherBits() Bits {
	if c.others != nil {
		return *c.others
	}
	return c.Bits.withExec(c.Others == "folders")
}

func (c *Chmod) move(k string) {
	switch k {
	case "right", "l":
		c.step(1)
	case "left", "h":
		c.step(-1)
	case "down", "j":
		if c.focus < 6 {
			c.focus += 3
		} else {
			c.goOn(max(c.focus, 8), 1)
		}
	case "up", "k":
		switch {
		case c.focus >= 3 && c.focus < chmodDeep:
			c.focus -= 3
		case c.focus >= chmodDeep:
			c.goOn(c.focus, -1)
		}
	case "tab":
		if c.focus < chmodDeep {
			c.focus = chmodDeep - 1
		}
		c.step(1)
	case "shift+tab":
		c.step(-1)
	}
}

func (c *Chmod) step(by int) { c.goOn(c.focus, by) }

// goOn goes to the next place that there is.
func (c *Chmod) goOn(from, by int) {
	for at := from + by; ; at += by {
		at = (at + chmodPlaces) % chmodPlaces
		if at == chmodDeep && !c.CanDeepen || at == chmodOthers && !c.hasOthers() {
			continue
		}
		c.focus = at
		return
	}
}

// Box draws the dialog.
func (c *Chmod) Box(w, h int) []string {
	v := canvas{theme: c.Theme, width: boxWidth(w, usualWidth)}
	v.text(c.Intro.Role, c.Intro.Text)
	v.text(theme.Dim, "         read  write exec")
	beside := [3]string{"octal " + c.Bits.octal() + "  " + c.Bits.words(), "[-] stays as it is", ""}
	if c.hasOthers() {
		beside[2] = "for " + c.Main
	}
	for i, who := range []string{"owner", "group", "other"} {
		for j := range 3 {
			v.onNext(9+6*j, len("[x]"), func() (bool, tea.Cmd) { return c.click(3*i + j) })
		}
		v.add(c.row(who, i, beside[i]))
	}
	if c.CanDeepen {
		v.onNextLine(func() (bool, tea.Cmd) { return c.click(chmodDeep) })
		v.add(c.paint(chmodDeep, tick(c.Deep)+" all that is in the folders, too"))
	}
	if c.hasOthers() {
		b := c.otherBits()
		v.onNextLine(func() (bool, tea.Cmd) { return c.click(chmodOthers) })
		v.add(c.paint(chmodOthers, "octal "+b.octal()) + "  " + b.words() + "  for " + c.Others)
	}
	if c.complaint != "" {
		v.text(theme.Bad, "! "+c.complaint)
	}
	v.buttons([]string{"Cancel", "Apply"}, c.focus-chmodCancel, func(i int) (bool, tea.Cmd) {
		return c.click(chmodCancel + i)
	})
	if room := max(h-2, 0); len(v.lines) > room {
		v.scroll(len(v.lines) - room)
	}
	c.spots = v.spots
	return v.box(c.Title, "arrows move · Space toggles · digits type octal")
}

func tick(on bool) string {
	if on {
		return "[x]"
	}
	return "[ ]"
}

func (c *Chmod) row(who string, i int, beside string) string {
	line := termtext.Pad(who, 9)
	for j := range 3 {
		at := 3*i + j
		bit, box := fs.FileMode(1)<<(8-at), "[-]"
		if (c.Bits.Set|c.Bits.Clear)&bit != 0 {
			box = tick(c.Bits.Set&bit != 0)
		}
		line += c.paint(at, box) + "   "
	}
	return line + "  " + beside
}

func (c *Chmod) paint(at int, text string) string {
	if c.focus == at {
		return c.Theme.Paint(theme.FieldFocused, text)
	}
	return text
}
