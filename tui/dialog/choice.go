package dialog

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// Line is a line of a dialog: a safe text, and what it is.
type Line struct {
	Role theme.Role
	Text string
	Cut  bool   // cut at its end where it is too long, instead of broken into several
	Key  string // of the button of a Choice that a click on the line presses; "" for none
}

// Button is one way to answer.
type Button struct {
	Label string
	Key   string         // presses it at once; may be empty
	Do    func() tea.Cmd // what then happens; nil for nothing
	Quiet bool           // it is pressed by its key alone, and not drawn
}

// Choice tells something and has buttons. Its zero Focus is the first button, which ought to be harmless; Esc
// presses the button Escape.
type Choice struct {
	Theme   *theme.Theme
	Title   string
	Lines   []Line
	Foot    string // says which keys there are
	Buttons []Button
	Focus   int
	Escape  int
	Wide    bool // as wide as the screen allows, within reason

	// Now, where it is set, makes the dialog ignore keys at first; for dialogs that nobody asked for. Settling, if it is
	// not empty, then takes the place of Foot.
	Now      func() time.Time
	Settling string

	clickable
	calm  settler
	top   int // the first line that is shown
	room  int // lines shown when it was last drawn
	total int
}

// Unasked makes the dialog ignore keys at first, and say so.
func (c *Choice) Unasked(now func() time.Time) { c.Now, c.Settling = now, settlingWords }

// Update takes a key.
func (c *Choice) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	if c.ignores() {
		return false, nil
	}
	k := keymap.Normalize(key.String())
	for i, b := range c.Buttons {
		if b.Key != "" && b.Key == k {
			return c.press(i)
		}
	}
	switch k {
	case "enter", "space":
		return c.press(c.Focus)
	case "esc", "ctrl+c", "n", "q":
		return c.press(c.Escape)
	case "tab", "right", "l":
		c.step(1)
	case "shift+tab", "left", "h":
		c.step(len(c.Buttons) - 1)
	default:
		c.scroll(k)
	}
	return false, nil
}

// ignores reports whether a key that came now was meant for something else.
func (c *Choice) ignores() bool { return c.calm.ignores(c.Now) }

// Settles reports whether it says that keys are still ignored, which changes with time alone.
func (c *Choice) Settles() bool { return c.Settling != "" && c.settling() }

// settling reports whether keys are still ignored.
func (c *Choice) settling() bool { return c.calm.settling(c.Now) }

// step moves the focus to the next button that is drawn.
func (c *Choice) step(by int) {
	for range c.Buttons {
		c.Focus = (c.Focus + by) % len(c.Buttons)
		if !c.Buttons[c.Focus].Quiet {
			return
		}
	}
}

func (c *Choice) press(i int) (bool, tea.Cmd) {
	if do := c.Buttons[i].Do; do != nil {
		return true, do()
	}
	return true, nil
}

// click presses a button unless clicks are still ignored, as keys are.
func (c *Choice) click(i int) (closed bool, cmd tea.Cmd) {
	if i < 0 || c.ignores() {
		return false, nil
	}
	return c.press(i)
}

// keyed gives the button with a key, -1 if there is none.
func (c *Choice) keyed(key string) int {
	return slices.IndexFunc(c.Buttons, func(b Button) bool { return b.Key == key })
}

// drawn gives the button that is drawn as the i-th, -1 if there is none.
func (c *Choice) drawn(i int) int {
	for at, b := range c.Buttons {
		if b.Quiet {
			continue
		}
		if i == 0 {
			return at
		}
		i--
	}
	return -1
}

// Wheel scrolls by lines.
func (c *Choice) Wheel(lines int) tea.Cmd {
	c.top += lines
	c.clamp()
	return nil
}

func (c *Choice) scroll(k string) {
	switch k {
	case "down", "j":
		c.top++
	case "up", "k":
		c.top--
	case "pgdown", "]":
		c.top += max(c.room-1, 1)
	case "pgup", "[":
		c.top -= max(c.room-1, 1)
	case "home":
		c.top = 0
	case "end", "G":
		c.top = c.total
	}
	c.clamp()
}

func (c *Choice) clamp() { c.top = max(min(c.top, c.total-c.room), 0) }

// Box draws the dialog.
func (c *Choice) Box(w, h int) []string {
	wish := usualWidth
	if c.Wide {
		wish = wideWidth
	}
	v := canvas{theme: c.Theme, width: boxWidth(w, wish)}
	lines := c.wrapped(v.inner())
	labels, focus := c.labels()
	rows := len(buttonRows(buttonTexts(labels, focus), v.inner()))
	c.total, c.room = len(lines), max(min(len(lines), h-3-rows), 0)
	c.clamp()
	for _, l := range lines[c.top : c.top+c.room] {
		if l.Key != "" {
			v.onNextLine(func() (bool, tea.Cmd) { return c.click(c.keyed(l.Key)) })
		}
		v.text(l.Role, l.Text)
	}
	if len(lines) > 0 {
		v.add("")
	}
	v.buttons(labels, focus, func(i int) (bool, tea.Cmd) { return c.click(c.drawn(i)) })
	c.spots = v.spots
	foot := v.hints(c.top, c.total-c.room-c.top, c.Foot)
	if c.settling() && c.Settling != "" {
		foot = c.Settling
	}
	return v.box(c.Title, foot)
}

// labels gives the buttons that are drawn, and which of them has the focus.
func (c *Choice) labels() (labels []string, focus int) {
	for i, b := range c.Buttons {
		if b.Quiet {
			continue
		}
		if i == c.Focus {
			focus = len(labels)
		}
		labels = append(labels, b.Label)
	}
	return labels, focus
}

func (c *Choice) wrapped(width int) []Line {
	var all []Line
	for _, l := range c.Lines {
		if l.Cut {
			all = append(all, Line{Role: l.Role, Text: termtext.Truncate(l.Text, width), Key: l.Key})
			continue
		}
		for _, text := range prose.Wrap(l.Text, width) {
			all = append(all, Line{Role: l.Role, Text: text})
		}
	}
	return all
}
