package tui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"ferry/ftpclient"
	"ferry/tui/tuitest"
	"ferry/tui/wire"
)

// checkFrame checks that the frame has exactly the cells of the screen, and that a terminal that replays it shows
// what its text says.
func (h *harness) checkFrame() {
	h.t.Helper()
	frame := h.m.View()
	lines := strings.Split(frame, "\n")
	if h.m.h == 0 {
		return
	}
	if len(lines) != h.m.h {
		h.t.Fatalf("%dx%d: %d lines", h.m.w, h.m.h, len(lines))
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w != h.m.w {
			h.t.Fatalf("%dx%d: line %d has %d cells: %q", h.m.w, h.m.h, i, w, ansi.Strip(l))
		}
	}
	if h.m.w == 0 {
		return
	}
	screen := tuitest.NewScreen(h.m.w, h.m.h)
	_, _ = screen.Write([]byte(strings.ReplaceAll(frame, "\n", "\r\n")))
	for i, l := range screen.Lines() {
		if want := strings.TrimRight(ansi.Strip(lines[i]), " "); l != want {
			h.t.Fatalf("%dx%d: line %d is shown as\n%q, not\n%q", h.m.w, h.m.h, i, l, want)
		}
	}
}

func TestFrameAtEverySize(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.busy()
	step := 7
	if testing.Short() {
		step = 31
	}
	for w := 0; w <= 250; w += step {
		for ht := 0; ht <= 80; ht += 3 {
			h.send(tea.WindowSizeMsg{Width: w, Height: ht})
			h.checkFrame()
		}
	}
	for w := 36; w <= 124; w++ {
		h.send(tea.WindowSizeMsg{Width: w, Height: 8 + w%30})
		h.checkFrame()
	}
}

func TestDialogsAtEverySize(t *testing.T) {
	for _, keys := range [][]string{
		{"f2"},
		{"f2", "enter"},
		{"A", "f8"},
		{"A", "f5"},
		{"?"},
		{"?", "/", "sort"},
		{":"},
		{":", "zzzz"},
		{"f7"},
		{"A", "gm"},
		{"end", "g."},
		{"gM"},
		{"q"},
		{"w", "j", "j", "enter"},
		{"end", "r"},
		{"+"},
		{"g/"},
		{"C"},
		{"C", "c"},
		{"g/", "~", "tab"},
		{"S"},
		{"S", "css", "enter"},
		{"j", "x", "2", "P"},
		{"a", "new/"},
	} {
		h := start(t, 120, 36).ready()
		h.busy()
		h.press(keys...)
		for w := 0; w <= 130; w += 3 {
			for ht := 0; ht <= 40; ht += 3 {
				h.send(tea.WindowSizeMsg{Width: w, Height: ht})
				h.checkFrame()
			}
		}
	}
}

// anyKeys are the keys that a person without plan presses. q is among them: quitting is only noted.
var anyKeys = strings.Fields(`up down left right enter esc tab shift+tab pgup pgdown home end backspace space insert
	shift+down f1 f2
	f4 f5 f6 f7 f8 f10 f18 ctrl+c ctrl+u delete j k h l g G gg gl gp gd t z w 1 2 3 4 c d y n o r R x u A * + -
	m U Y . , ,s ,m ,e ,r / f v n N S g/ gh gr gs gi C gn g= = ? H L X T < > gx gt gT [ ] { } J K jjj /x ảnh ..
	f9 : ctrl+p gm g. gy gR gM y x p P yp xhp a gf gw go gc ctrl+k f12 O e i b B D d t y ctrl+x :swap :pane`)

func FuzzKeysAndSizes(f *testing.F) {
	for seed := range uint64(12) {
		f.Add(seed, 60)
	}
	f.Fuzz(func(t *testing.T, seed uint64, n int) {
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // it plays a person, not a cryptographer
		sites := func(_ *harness, d *Deps) { d.Sites = sampleSites() }
		h := start(t, 1+r.IntN(200), 1+r.IntN(60), withSettings(&saved{}), sites)
		for range min(max(n, 0), 300) {
			h.stroke(r)
			h.drain()
			h.checkFrame()
		}
	})
}

// stroke does something by chance.
func (h *harness) stroke(r *rand.Rand) {
	switch r.IntN(17) {
	case 0:
		h.send(tea.WindowSizeMsg{Width: r.IntN(251), Height: r.IntN(81)})
	case 1, 12, 13:
		h.send(tea.MouseMsg{
			X: r.IntN(max(h.m.w, 1)), Y: r.IntN(max(h.m.h, 1)), Action: tea.MouseAction(r.IntN(3)),
			Button: []tea.MouseButton{
				tea.MouseButtonLeft, tea.MouseButtonLeft, tea.MouseButtonRight, tea.MouseButtonWheelUp,
				tea.MouseButtonWheelDown,
			}[r.IntN(5)],
		})
	case 14:
		h.send(newsMsg{news: manyStates()})
	case 15:
		h.question(r)
	case 16:
		h.pass(grace)
		h.send(tickMsg{})
	case 2:
		h.send(newsMsg{news: sampleNews()})
	case 3:
		h.send(eventsMsg{events: []wire.Event{{
			Client: 1 + r.IntN(3), Server: oddText(r), Event: ftpclient.Event{
				At: testNow, Conn: r.IntN(6), Kind: ftpclient.EventKind(r.IntN(12)), Text: oddText(r), Code: r.IntN(600),
				Method: ftpclient.Method(r.IntN(5)), Obstacle: ftpclient.Obstacle(r.IntN(5)),
				Moved: func() int64 { return 1 << 20 },
			},
		}}})
	default:
		h.press(anyKeys[r.IntN(len(anyKeys))])
	}
}

// question asks the person something, as a connection does that is being made.
func (h *harness) question(r *rand.Rand) {
	what, kind, text := r.IntN(3), byte(r.IntN(3)), oddText(r)
	h.wg.Go(func() {
		q := h.m.deps.Questions
		switch what {
		case 0:
			_, _ = q.AskSecret(h.ctx, "Password for "+text)
		case 1:
			_, _ = q.Ask(h.ctx, text+":21", sampleCertificate(kind))
		default:
			_ = q.AskConsent(h.ctx, Consent{Title: text, Why: text, Yes: "Yes"})
		}
	})
}

func oddText(r *rand.Rand) string {
	return []string{
		"plain", "", "two\r\nlines", "\x1b[2J", "数据备份", strings.Repeat("long ", 60), "हिन्दी ﾃﾞ ❤️ 👍🏽", "\xff\xfe",
	}[r.IntN(8)]
}

// drain takes the messages that have come, without waiting.
func (h *harness) drain() {
	for {
		select {
		case msg := <-h.msgs:
			h.send(msg)
		default:
			return
		}
	}
}

// withOddNames puts names on the server that terminals and libraries measure differently, or that would do something to
// a terminal.
func withOddNames(h *harness, _ *Deps) {
	for i, name := range []string{
		"❤️ heart", "👍🏽", "हिन्दी", "ﾃﾞｰﾀ", "so\u00adft", "👩‍👩‍👧‍👦 family", "e\u0301\u0301\u0301",
		"数据备份数据备份数据备份数据备份.tar.gz", "Ảnh chụp ở Đà Nẵng.jpg", "שלום עולם.txt", "مرحبا بالعالم.txt",
		"ze\u200bro\u200dwidth\ufeff", "\u202eright", "\x1b[31mred", "tab\tname", " blank ", "\xff\xfe octets",
		strings.Repeat("ж", 300),
	} {
		h.remote.put("/www/site/"+name, file(int64(i), testNow))
	}
}

func TestHostileNamesKeepColumnsStraight(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1], withOddNames).ready()
			h.checkFrame()
			h.press("2")
			h.frame("odd-names")
			for range 24 {
				h.press("j", "space")
				h.checkFrame()
			}
			h.frame("odd-names-marked")
		})
	}
}
