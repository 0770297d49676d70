// Package theme holds the ready colour sequences of the screen, one for each role that a text can play. They are
// made once, so that drawing a row appends bytes and computes nothing.
package theme

import (
	"strings"

	"github.com/muesli/termenv"
)

// Role says what a text is on the screen. Nothing is told by a role's colour alone: signs and words say it too.
type Role uint8

// The roles.
const (
	Text Role = iota
	Dim
	Title
	TitleFocused
	Cursor        // the whole row under the cursor
	CursorBlurred // the same in a panel without focus
	Marked
	Folder
	Link
	Executable
	Bar // the done part of a progress bar
	BarRest
	BarFailed
	Spark
	Good
	Bad
	Warn
	BadgePassive
	BadgeActive
	BadgeTLS
	BadgePlain
	Header
	Key
	KeyLabel
	Border
	BorderFocused
	Command
	Reply
	Note
	WireControl // the line of a control connection
	WirePassive // that of a data connection that we dialled
	WireActive  // that of one that the server dialled
	WireFailed
	Dialog
	DialogTitle
	Button
	ButtonFocused
	Field
	FieldFocused
	TabShown
	Found   // the text that was searched
	Matched // letters of a line that were searched for

	roles // how many there are
)

// Off ends every role.
const Off = "\x1b[m"

// Theme holds the sequences. It never changes once made and may be shared.
type Theme struct{ on [roles]string }

// New makes the theme for what the terminal can show. With 16 colours it uses the terminal's own palette and
// background; without colour it is Mono.
func New(profile termenv.Profile, dark bool) *Theme {
	colours := &lightColours
	if dark {
		colours = &darkColours
	}
	var t Theme
	for r := range t.on {
		t.on[r] = sequence(looks[r].sgr(profile, colours))
	}
	return &t
}

// Mono makes the theme without colours: reverse, bold and underlined. It writes them itself, since the usual
// libraries drop them together with the colours, and the cursor would vanish.
func Mono() *Theme { return New(termenv.Ascii, true) }

// On gives the sequence that begins a role, "" where it looks like plain text. A role begun inside another
// keeps what it does not set itself, for example the background of the cursor's row.
func (t *Theme) On(r Role) string { return t.on[r] }

// AppendOn appends On(r) to b.
func (t *Theme) AppendOn(b []byte, r Role) []byte { return append(b, t.on[r]...) }

// Paint gives s between On(r) and Off, or s alone where the role looks like plain text.
func (t *Theme) Paint(r Role, s string) string {
	if t.on[r] == "" {
		return s
	}
	return t.on[r] + s + Off
}

func sequence(sgr string) string {
	if sgr == "" {
		return ""
	}
	return "\x1b[" + sgr + "m"
}

// sgr gives the parameters of a look on a terminal of that profile.
func (l look) sgr(profile termenv.Profile, colours *palette) string {
	switch {
	case profile == termenv.Ascii, profile == termenv.ANSI && l.back.isShade():
		return l.mono
	case profile == termenv.ANSI:
		return join(l.attr, colours[l.fore].fore16, colours[l.back].back16)
	}
	return join(l.attr, rich(profile, colours[l.fore].hex, false), rich(profile, colours[l.back].hex, true))
}

func rich(profile termenv.Profile, hex string, back bool) string {
	if hex == "" {
		return ""
	}
	return profile.Color(hex).Sequence(back)
}

func join(parts ...string) string {
	set := parts[:0]
	for _, p := range parts {
		if p != "" {
			set = append(set, p)
		}
	}
	return strings.Join(set, ";")
}
