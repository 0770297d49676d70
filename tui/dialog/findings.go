package dialog

import (
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/doctor"
	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// Findings shows what an examination has found so far. It follows the end of the page until the person scrolls.
type Findings struct {
	Theme *theme.Theme
	Title string
	Now   func() time.Time
	// Page gives what was found, and the title of what is being tried; "" for nothing.
	Page func() (found []doctor.Finding, trying string)
	// Copy puts the page on the clipboard, as it may be shown to anybody, and says so.
	Copy func() (said string, cmd tea.Cmd)

	begun     time.Time
	stop      func()
	ended     bool
	complaint string // why it ended before its time; "" for nothing
	said      string // about the latest key
	top, room int
	total     int  // lines when it was last drawn
	scrolled  bool // by the person
}

// SetStop says how to give up what is under way.
func (d *Findings) SetStop(stop func()) { d.stop, d.begun = stop, d.Now() }

// Fail ends the examination by a complaint, a safe sentence.
func (d *Findings) Fail(complaint string) { d.ended, d.complaint = true, complaint }

// End tells that everything was looked at.
func (d *Findings) End() { d.ended = true }

// Update takes a key.
func (d *Findings) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	d.said = ""
	switch k := keymap.Normalize(key.String()); k {
	case "esc", "q", "ctrl+c", "ctrl+g":
		if d.ended {
			return true, nil
		}
		d.stop()
		d.Fail("Stopped. What was found stands.")
	case "c", "Y", "y":
		d.said, cmd = d.Copy()
		return false, cmd
	default:
		d.scroll(k)
	}
	return false, nil
}

func (d *Findings) scroll(k string) {
	switch k {
	case "down", "j":
		d.top++
	case "up", "k":
		d.top--
	case "pgdown", "space", "]":
		d.top += max(d.room-1, 1)
	case "pgup", "[":
		d.top -= max(d.room-1, 1)
	case "home", "g":
		d.top = 0
	case "end", "G":
		d.top = d.total
	default:
		return
	}
	d.settle()
}

// Wheel scrolls by lines.
func (d *Findings) Wheel(lines int) tea.Cmd {
	d.top += lines
	d.settle()
	return nil
}

// settle keeps the first line among those there are, and notes whether the person has gone back.
func (d *Findings) settle() {
	d.top = max(min(d.top, d.total-d.room), 0)
	d.scrolled = d.top < d.total-d.room
}

// Box draws the page.
func (d *Findings) Box(w, h int) []string {
	v := canvas{theme: d.Theme, width: boxWidth(w, min(max(w-margins, usualWidth), sitesWidth))}
	found, trying := d.Page()
	var lines []string
	for _, f := range found {
		lines = append(lines, d.finding(f, v.inner())...)
	}
	d.total, d.room = len(lines), max(h-6, 1)
	if !d.scrolled {
		d.top = d.total
	}
	d.top = max(min(d.top, d.total-d.room), 0)
	for i := range d.room {
		if i += d.top; i < d.total {
			v.add(lines[i])
		} else {
			v.add("")
		}
	}
	v.text(theme.Border, figure.Line(v.inner()))
	state := d.state(found, trying)
	v.text(state.Role, state.Text)
	return v.box(d.Title, d.foot())
}

// state tells what is under way, or how it ended.
func (d *Findings) state(found []doctor.Finding, trying string) Line {
	switch {
	case d.said != "":
		return Line{Role: theme.Good, Text: d.said}
	case d.complaint != "":
		return Line{Role: theme.Warn, Text: "! " + d.complaint}
	case !d.ended && trying == "":
		trying = "beginning"
		fallthrough
	case !d.ended:
		return Line{Role: theme.Note, Text: "… " + prose.Safe(trying) + "  " + figure.Tenths(d.Now().Sub(d.begun))}
	}
	counts := map[doctor.Verdict]int{}
	for _, f := range found {
		counts[f.Verdict]++
	}
	role := theme.Good
	if counts[doctor.Bad] > 0 {
		role = theme.Bad
	}
	return Line{Role: role, Text: fmt.Sprintf("Examined: %d good, %s, %d bad.",
		counts[doctor.Good], figure.Plural(counts[doctor.Note], "note"), counts[doctor.Bad])}
}

func (d *Findings) foot() string {
	foot := "c copies it masked · "
	if d.ended {
		foot += "Esc closes"
	} else {
		foot += "Esc stops"
	}
	if d.total > d.room {
		foot = fmt.Sprintf("%d-%d of %d · ", d.top+1, min(d.top+d.room, d.total), d.total) + foot
	}
	return foot
}

// The columns of a finding: its words stand beside its title where there is room, else below it.
const (
	verdictWidth = 6
	titleWidth   = 28
	wordsFrom    = 80 // cells from which words stand beside
	wordsIndent  = 6  // cells before words below their title
)

// finding draws one finding in lines of at most width cells.
func (d *Findings) finding(f doctor.Finding, width int) []string {
	sign, role := verdictSign(f.Verdict)
	head := d.Theme.Paint(role, termtext.Pad(sign, verdictWidth))
	title := prose.Safe(f.Title)
	var lines []string
	indent := wordsIndent
	if width >= wordsFrom {
		indent = verdictWidth + titleWidth
		title = termtext.Pad(termtext.Truncate(title, titleWidth-1), titleWidth)
		head += d.Theme.Paint(theme.Title, title)
	} else {
		lines = append(lines, head+d.Theme.Paint(theme.Title, termtext.Truncate(title, max(width-verdictWidth, 1))))
		head = strings.Repeat(" ", indent)
	}
	words := f.Found
	if f.Took >= time.Millisecond && f.Verdict != doctor.Skipped {
		words += fmt.Sprintf(" (%v)", f.Took.Round(time.Millisecond))
	}
	for _, part := range []struct {
		role theme.Role
		text string
	}{{theme.Text, words}, {theme.Dim, f.Means}, {theme.Note, f.Set}} {
		if part.text == "" {
			continue
		}
		for _, text := range prose.Wrap(prose.Safe(part.text), max(width-indent, 1)) {
			lines = append(lines, head+d.Theme.Paint(part.role, text))
			head = strings.Repeat(" ", indent)
		}
	}
	return lines
}

// verdictSign gives the word of a verdict, and its role.
func verdictSign(v doctor.Verdict) (string, theme.Role) {
	switch v {
	case doctor.Good:
		return "ok", theme.Good
	case doctor.Note:
		return "note", theme.Warn
	case doctor.Bad:
		return "BAD", theme.Bad
	default:
		return "-", theme.Dim
	}
}
