// Package theme holds the ready colour sequences of the screen, one for each role that a text can play. They are
// made once, so that drawing a row appends bytes and computes nothing.
package theme

import (
	"strings"
	"sync/atomic"

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

// Theme holds the sequences. It may be shared, and used while it is changed.
type Theme struct{ wearing atomic.Pointer[coat] }

// coat is how a theme looks now. It never changes once made.
type coat struct {
	on     [roles]string
	ground string            // what plain text looks like, where that is not left to the terminal
	paint  *strings.Replacer // lays a frame on the ground
}

// New makes the theme for what the terminal can show. With 16 colours it uses the terminal's own palette and
// background; without colour it is Mono.
func New(profile termenv.Profile, dark bool) *Theme {
	colours := &lightColours
	if dark {
		colours = &darkColours
	}
	return dressed(profile, colours, false)
}

func dressed(profile termenv.Profile, colours *palette, grounded bool) *Theme {
	c := &coat{}
	for r := range c.on {
		c.on[r] = sequence(looks[r].sgr(profile, colours))
	}
	if grounded && profile != termenv.Ascii {
		c.ground = sequence(look{fore: ink, back: paper}.sgr(profile, colours))
		c.paint = strings.NewReplacer(Off, Off+c.ground, "\n", Off+"\n"+c.ground)
	}
	t := &Theme{}
	t.wearing.Store(c)
	return t
}

// Wear makes the theme look like another one, wherever it is shared.
func (t *Theme) Wear(other *Theme) { t.wearing.Store(other.wearing.Load()) }

// Ground lays a frame on the theme's background, where it has one of its own.
func (t *Theme) Ground(frame string) string {
	c := t.wearing.Load()
	if c.paint == nil {
		return frame
	}
	return c.ground + c.paint.Replace(frame) + Off
}

// Mono makes the theme without colours: reverse, bold and underlined. It writes them itself, since the usual
// libraries drop them together with the colours, and the cursor would vanish.
func Mono() *Theme { return New(termenv.Ascii, true) }

// On gives the sequence that begins a role, "" where it looks like plain text. A role begun inside another
// keeps what it does not set itself, for example the background of the cursor's row.
func (t *Theme) On(r Role) string { return t.wearing.Load().on[r] }

// AppendOn appends On(r) to b.
func (t *Theme) AppendOn(b []byte, r Role) []byte { return append(b, t.On(r)...) }

// Paint gives s between On(r) and Off, or s alone where the role looks like plain text.
func (t *Theme) Paint(r Role, s string) string {
	on := t.On(r)
	if on == "" {
		return s
	}
	return on + s + Off
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
