package terminal

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// recorder keeps what Bubble Tea made of the input, up to ctrl+q.
type recorder struct{ got []string }

func (r *recorder) Init() tea.Cmd { return nil }

func (r *recorder) View() string { return "" }

func (r *recorder) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		if msg.String() == "ctrl+q" {
			return r, tea.Quit
		}
		for _, k := range SplitKeys(msg) {
			r.got = append(r.got, k.String())
		}
	case tea.MouseMsg:
		r.got = append(r.got, msg.String())
	}
	return r, nil
}

// through sends octets through Input and Bubble Tea.
func through(t *testing.T, octets string) []string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rec := &recorder{}
	p := tea.NewProgram(rec, tea.WithInput(&Input{File: r}), tea.WithOutput(io.Discard), tea.WithoutSignalHandler())
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(w, octets+"\x11")
		sent <- err
	}()
	if _, err := p.Run(); err != nil {
		t.Error(err)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
	w.Close()
	return rec.got
}

func TestBurstsReachBubbleTeaWhole(t *testing.T) {
	for name, c := range map[string]struct{ octets, each string }{
		"wheel":   {strings.Repeat("\x1b[<65;150;42M", 500), "wheel down"},
		"arrows":  {strings.Repeat("\x1b[B", 500), "down"},
		"runes":   {strings.Repeat("数", 500), "数"},
		"letters": {strings.Repeat("j", 1024), "j"},
		"focus":   {strings.Repeat("\x1b[Ij\x1b[O", 200), "j"},
		"replies": {strings.Repeat("\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\j\x1b[?2026;2$y", 100), "j"},
	} {
		t.Run(name, func(t *testing.T) {
			got := through(t, c.octets)
			want := strings.Count(c.octets, "\x1b[<") + strings.Count(c.octets, "\x1b[B") +
				strings.Count(c.octets, "数") + strings.Count(c.octets, "j")
			if len(got) != want {
				t.Errorf("%d messages, want %d", len(got), want)
			}
			for _, k := range got {
				if k != c.each {
					t.Fatalf("%q among them", k)
				}
			}
		})
	}
}

func TestPasteArrivesWhole(t *testing.T) {
	text := strings.Repeat("ảnh du lịch\n", 2000)
	if got := through(t, pasteBegin+text+pasteEnd); len(got) != 1 || got[0] != "["+text+"]" {
		t.Errorf("%d messages", len(got))
	}
}

func TestInputEnds(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ends := 0
	in := &Input{File: r, OnEnd: func() { ends++ }}
	if _, err := w.WriteString("j"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	buf := make([]byte, 256)
	if n, err := in.Read(buf); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	for range 2 {
		if n, err := in.Read(buf); n != 0 || err != io.EOF {
			t.Errorf("%d, %v", n, err)
		}
	}
	if ends != 1 {
		t.Errorf("the end was told %d times", ends)
	}
}

func TestInputGivesUpWaitingForTheRest(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	now := time.Unix(0, 0)
	in := &Input{File: r, now: func() time.Time { return now }}
	buf := make([]byte, 256)
	for _, c := range []struct {
		after     time.Duration
		sent, got string
	}{
		{0, "\x1b[", ""},
		{patience, "A", "\x1b[A"},
		{time.Minute, "\x1b[", ""},
		{patience + 1, "A", "\x1b[A"}, // Alt+[ and A, which Bubble Tea cannot tell apart when they come together
		{0, "\x1b[<65;1", ""},
		{patience + 1, "j", "j"},
	} {
		now = now.Add(c.after)
		if _, err := w.WriteString(c.sent); err != nil {
			t.Fatal(err)
		}
		n, err := in.Read(buf)
		if got := string(buf[:n]); got != c.got || err != nil {
			t.Errorf("%q: %q, %v, want %q", c.sent, got, err, c.got)
		}
	}
}
