package dialog

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/theme"
)

// Changed tells that a server shows another certificate than the one that was trusted there. All it offers at first is
// to disconnect; to forget the old one takes a second step, and the new one is not trusted by that. Like Trust it opens
// by itself, and ignores the keys that were meant for something else.
type Changed struct {
	Theme   *theme.Theme
	Address string // host:port, safe to draw
	Since   string // "since 2026-11-02"
	Before  string // the fingerprint that was trusted
	Shown   string // the one that is shown now
	Now     func() time.Time
	Answer  func(forget bool) tea.Cmd
	Settle  func() tea.Cmd // sees to it that the dialog is drawn when keys are no longer ignored

	choice *Choice
	second bool // it was asked to forget the old one
}

// Update takes a key.
func (d *Changed) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	before := d.inner()
	closed, cmd = before.Update(key)
	return closed && d.choice == before, cmd // the second step takes the place of the first
}

// Click presses the button at a cell of the box.
func (d *Changed) Click(x, y int) (closed bool, cmd tea.Cmd) {
	before := d.inner()
	closed, cmd = before.Click(x, y)
	return closed && d.choice == before, cmd // as with a key
}

// Wheel scrolls by lines.
func (d *Changed) Wheel(lines int) tea.Cmd { return d.inner().Wheel(lines) }

// Box draws the dialog.
func (d *Changed) Box(w, h int) []string {
	c := d.inner()
	room := boxWidth(w, wideWidth) - margins - factLabel
	c.Lines = append([]Line{{Role: theme.TitleFocused, Text: d.Address}}, d.lines(room)...)
	return c.Box(w, h)
}

// Settling reports whether keys are still ignored.
func (d *Changed) Settling() bool { return d.inner().settling() }

// inner gives the step that is shown.
func (d *Changed) inner() *Choice {
	if d.choice != nil {
		return d.choice
	}
	leave := Button{Label: "Disconnect", Do: func() tea.Cmd { return d.Answer(false) }}
	d.choice = &Choice{
		Theme: d.Theme, Now: d.Now, Title: "! The certificate has changed", Wide: true, Settling: "one moment, please",
		Foot: "Enter/Esc disconnect · f forget the old one", Buttons: []Button{
			{Label: "Forget the old one…", Key: "f", Do: d.goOn}, leave,
		}, Focus: 1, Escape: 1,
	}
	if d.second {
		d.choice.Title, d.choice.Foot = "! Forget the certificate that you trusted?", "Enter/Esc disconnect · y forget it"
		d.choice.Buttons[0] = Button{Label: "Forget it", Key: "y", Do: func() tea.Cmd { return d.Answer(true) }}
	}
	return d.choice
}

// goOn takes the second step.
func (d *Changed) goOn() tea.Cmd {
	d.second, d.choice = true, nil
	d.Settling() // from now on
	return d.Settle()
}

func (d *Changed) lines(room int) []Line {
	text := []Line{
		{Role: theme.Warn, Text: "It is another one than you have trusted " + d.Since + ". Either the server's operator " +
			"has changed it, or somebody else answers in the server's place."},
	}
	if d.second {
		text = []Line{
			{Role: theme.Warn, Text: "Only do that if the server's operator has told you of the new certificate."},
			{Text: "You are asked about the new one then, as at a first contact."},
		}
	}
	text = append(text, fingerprintLines("before", d.Before, room)...)
	text = append(text, fingerprintLines("now", d.Shown, room)...)
	return append(text, Line{}, Line{Role: theme.Good, Text: "Nothing has been sent yet, not even the user name."})
}

// fingerprintLines shows a whole fingerprint in rows of equal length.
func fingerprintLines(label, hash string, room int) []Line {
	row := 2 * hashRow
	if room < row-1 {
		row = hashRow
	}
	var rows []string
	for len(hash) > row {
		rows = append(rows, strings.TrimSuffix(hash[:row], ":"))
		hash = hash[row:]
	}
	return labelled(label, append(rows, hash))
}
