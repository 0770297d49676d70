package theme

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/muesli/termenv"
)

func TestRolesThatMustBeSeenWithoutColour(t *testing.T) {
	for _, th := range []*Theme{Mono(), New(termenv.ANSI, true), New(termenv.ANSI, false), New(termenv.TrueColor, true)} {
		for _, r := range []Role{Cursor, CursorBlurred, TitleFocused, Marked, ButtonFocused, FieldFocused, BadgePassive} {
			if th.On(r) == "" {
				t.Errorf("role %d looks like plain text", r)
			}
		}
		if th.On(Cursor) == th.On(CursorBlurred) {
			t.Errorf("the cursor %q looks the same without focus", th.On(Cursor))
		}
		if th.On(Button) == th.On(ButtonFocused) {
			t.Errorf("the focused button %q looks like the others", th.On(Button))
		}
	}
}

func TestMonoHoldsNoColour(t *testing.T) {
	m := Mono()
	for r := Role(0); r < roles; r++ {
		for _, p := range strings.Split(strings.Trim(m.On(r), "\x1b[m"), ";") {
			if !strings.Contains("147", p) {
				t.Errorf("role %d: %q", r, m.On(r))
			}
		}
	}
	if got := m.On(Cursor); got != "\x1b[7m" {
		t.Errorf("cursor %q", got)
	}
}

func TestProfilesUseTheirOwnColours(t *testing.T) {
	for _, c := range []struct {
		profile termenv.Profile
		want    string
	}{
		{termenv.TrueColor, "\x1b[38;2;249;226;175m"},
		{termenv.ANSI256, "\x1b[38;5;"},
		{termenv.ANSI, "\x1b[93m"},
		{termenv.Ascii, "\x1b[1m"},
	} {
		if got := New(c.profile, true).On(Marked); !strings.HasPrefix(got, c.want) {
			t.Errorf("profile %v: marked is %q, want %q", c.profile, got, c.want)
		}
	}
}

func TestPaint(t *testing.T) {
	th := New(termenv.ANSI, true)
	if got := th.Paint(Text, "x"); got != "x" {
		t.Errorf("text: %q", got)
	}
	if got := th.Paint(Bad, "x"); got != "\x1b[91mx\x1b[m" {
		t.Errorf("bad: %q", got)
	}
	if got := string(th.AppendOn([]byte("a"), Bad)); got != "a\x1b[91m" {
		t.Errorf("appended: %q", got)
	}
	b := make([]byte, 0, 64)
	if n := testing.AllocsPerRun(100, func() { b = th.AppendOn(b[:0], Cursor) }); n != 0 {
		t.Errorf("AppendOn allocates %v times", n)
	}
}

// Text has to be readable: WCAG 2.1 asks for a contrast of 4.5 for text and of 3 for lines and bars.
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		name string
		p    *palette
		text float64
	}{{"dark", &darkColours, 4.5}, {"light", &lightColours, 4.5}, {"high-contrast", &contrastColours, 7}} {
		for r, l := range looks {
			fore, backs, least := l.fore, []hue{l.back}, c.text
			if fore == none {
				fore = ink
			}
			if l.back == none {
				backs = []hue{paper, shade} // the header, and a row under a cursor without focus
			}
			switch Role(r) {
			case Border, BarRest, BorderFocused, Bar, BarFailed, Spark:
				least, backs = 3, []hue{paper}
			case Cursor, FieldFocused:
				least = 4.5
			}
			for _, back := range backs {
				if got := contrast(c.p[fore].hex, c.p[back].hex); got < least {
					t.Errorf("%s, role %d: %s on %s has a contrast of %.1f", c.name, r, c.p[fore].hex, c.p[back].hex, got)
				}
			}
		}
	}
}

func TestNamedThemes(t *testing.T) {
	for _, n := range Names() {
		th := Named(n[0], termenv.TrueColor, true)
		grounded := n[0] == "dark" || n[0] == "light" || n[0] == "high-contrast"
		if (th.Ground("a"+Off+"b\nc") != "a"+Off+"b\nc") != grounded {
			t.Errorf("%s: %q", n[0], th.Ground("a"+Off+"b\nc"))
		}
		if none := Named(n[0], termenv.Ascii, true); none.On(Marked) != Mono().On(Marked) || none.Ground("a") != "a" {
			t.Errorf("%s shows colours where there are none", n[0])
		}
	}
	if got := Named("terminal", termenv.TrueColor, true).On(Marked); got != "\x1b[93m" {
		t.Errorf("terminal: %q", got)
	}
	if got := Named("dark", termenv.TrueColor, false).Ground("a" + Off + "\nb"); strings.Count(got, "48;2;30;30;46") != 3 {
		t.Errorf("not all is on the ground: %q", got)
	}
}

func TestWear(t *testing.T) {
	shared := Mono()
	shared.Wear(New(termenv.ANSI, true))
	if got := shared.On(Bad); got != "\x1b[91m" {
		t.Errorf("bad: %q", got)
	}
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	var r, g, b uint8
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &r, &g, &b); err != nil {
		panic(err)
	}
	part := func(c uint8) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		env  string
		flag string
		want termenv.Profile
	}{
		{"TERM=xterm-256color COLORTERM=truecolor", "auto", termenv.TrueColor},
		{"TERM=xterm-256color", "auto", termenv.ANSI256},
		{"TERM=xterm-256color", "", termenv.ANSI256},
		{"TERM=xterm", "auto", termenv.ANSI},
		{"TERM=linux", "auto", termenv.ANSI},
		{"TERM=vt100", "auto", termenv.Ascii},
		{"TERM=dumb COLORTERM=truecolor", "auto", termenv.Ascii},
		{"TERM=foot", "auto", termenv.TrueColor},
		{"TERM=foot-extra", "auto", termenv.TrueColor},
		{"TERM=xterm-direct", "auto", termenv.TrueColor},
		{"TERM=tmux-direct", "auto", termenv.TrueColor},
		{"TERM=tmux-256color COLORTERM=truecolor", "auto", termenv.TrueColor},
		{"TERM=screen-256color COLORTERM=truecolor", "auto", termenv.ANSI256},
		{"TERM=screen-256color COLORTERM=truecolor TERM_PROGRAM=tmux", "auto", termenv.TrueColor},
		{"TERM=screen", "auto", termenv.ANSI},
		{"TERM=xterm-256color WT_SESSION=x", "auto", termenv.TrueColor},
		{"OS=Windows_NT", "auto", termenv.TrueColor},
		{"TERM=xterm-256color TERM_PROGRAM=Apple_Terminal", "auto", termenv.ANSI256},
		{"TERM=xterm-256color NO_COLOR=1", "auto", termenv.Ascii},
		{"TERM=xterm-256color NO_COLOR=1", "256", termenv.ANSI256},
		{"TERM=dumb", "truecolor", termenv.TrueColor},
		{"TERM=dumb", "16", termenv.ANSI},
		{"TERM=foot", "never", termenv.Ascii},
		{"", "auto", termenv.Ascii},
	} {
		env := func(name string) string {
			for _, pair := range strings.Fields(c.env) {
				if k, v, _ := strings.Cut(pair, "="); k == name {
					return v
				}
			}
			return ""
		}
		if got := Detect(env, c.flag); got != c.want {
			t.Errorf("%s --color %s: %v, want %v", c.env, c.flag, got, c.want)
		}
	}
}
