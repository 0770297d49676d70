package terminal

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

func runes(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }

func TestSplitKeys(t *testing.T) {
	for _, c := range []struct {
		in   tea.KeyMsg
		want string
	}{
		{runes("j"), "j"},
		{runes("jjk"), "j j k"},
		{runes("数x"), "数 x"},
		{tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("ab"), Paste: true}, "[ab]"},
		{tea.KeyMsg{Type: tea.KeyUp}, "up"},
	} {
		var got []string
		for _, k := range SplitKeys(c.in) {
			got = append(got, k.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q", c.in, got)
		}
	}
}

func TestTypist(t *testing.T) {
	now := time.Unix(1000, 0)
	ty := typist{now: func() time.Time { return now }}
	escape := tea.KeyMsg{Type: tea.KeyEscape}
	for _, c := range []struct {
		after time.Duration
		in    tea.KeyMsg
		want  string
	}{
		{0, runes("5"), "5"},
		{0, escape, "esc"},
		{499 * time.Millisecond, runes("5"), "f5"},
		{0, runes("5"), "5"},
		{0, escape, "esc"},
		{0, runes("0"), "f10"},
		{0, escape, "esc"},
		{0, runes("1"), "f1"},
		{0, escape, "esc"},
		{500 * time.Millisecond, runes("5"), "5"},
		{0, escape, "esc"},
		{0, runes("x"), "x"},
		{0, runes("5"), "5"},
		{0, tea.KeyMsg{Type: tea.KeyEscape, Alt: true}, "esc esc"},
	} {
		now = now.Add(c.after)
		var got []string
		for _, k := range ty.keys(c.in) {
			got = append(got, k.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestMailboxKeepsOrderAndNeverBlocks(t *testing.T) {
	const posts = 10000
	var box Mailbox
	for i := range posts / 2 { // nobody reads yet
		box.Post(i)
	}
	var got []int
	var reader sync.WaitGroup
	done := make(chan struct{})
	reader.Go(func() {
		box.deliver(func(msg tea.Msg) {
			if got = append(got, msg.(int)); len(got) == posts {
				close(done)
			}
		})
	})
	for i := range posts / 2 {
		box.Post(posts/2 + i)
	}
	<-done
	box.close()
	reader.Wait()
	if len(got) != posts || !slices.IsSorted(got) {
		t.Errorf("%d messages, sorted %v", len(got), slices.IsSorted(got))
	}
	box.Post(1)
	if len(box.queued) != 0 {
		t.Error("a closed mailbox keeps messages")
	}
}

func TestGuardCatchesTheFirstPanic(t *testing.T) {
	var g Guard
	stops := 0
	g.Go(func() { panic("first") })
	g.Wait()
	g.attach(func() { stops++ })
	g.Go(func() { panic("second") })
	g.Wait()
	if p := g.Caught(); p == nil || p.Value != "first" || !strings.Contains(p.Report(), "TestGuardCatchesTheFirstPanic") {
		t.Errorf("caught %v", p)
	}
	if stops != 2 {
		t.Errorf("stopped %d times, want 2", stops)
	}
}

func TestGuardWrapsCommandsInCommands(t *testing.T) {
	var g Guard
	fail := func() tea.Msg { panic("inside") }
	ok := func() tea.Msg { return "ok" }
	if g.Cmd(nil) != nil {
		t.Error("no command became one")
	}
	if msg := g.Cmd(ok)(); msg != "ok" {
		t.Errorf("message %v", msg)
	}
	for name, cmd := range map[string]tea.Cmd{"batch": tea.Batch(ok, fail), "sequence": tea.Sequence(ok, fail)} {
		msg := g.Cmd(cmd)()
		if was := cmd(); fmt.Sprintf("%T", msg) != fmt.Sprintf("%T", was) {
			t.Errorf("a %s became %T", name, msg)
		}
	}
	batch, _ := g.Cmd(tea.Batch(ok, fail))().(tea.BatchMsg)
	if len(batch) != 2 || batch[0]() != "ok" || batch[1]() != nil || g.Caught() == nil {
		t.Errorf("the batch %v, caught %v", batch, g.Caught())
	}
}

func TestOutput(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := &Output{File: f}
	for _, s := range []string{altEnter, "\x1b[?25l", altLeave} {
		if n, err := out.WriteString(s); n != len(s) || err != nil {
			t.Errorf("%q: %d, %v", s, n, err)
		}
	}
	if n, err := out.Write([]byte("frame")); n != 5 || err != nil {
		t.Errorf("frame: %d, %v", n, err)
	}
	out.NoSync = true
	if n, err := out.Write([]byte("plain")); n != 5 || err != nil {
		t.Errorf("frame without mode 2026: %d, %v", n, err)
	}
	got, err := os.ReadFile(name)
	want := altEnter + wrapOff + "\x1b[?25l" + wrapOn + altLeave + syncBegin + "frame" + syncEnd + "plain"
	if string(got) != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

func TestTitleIsMadeVisible(t *testing.T) {
	got := fmt.Sprint(Title("a\x07\x1b]52;c;eA==\x07")())
	if want := "a␇␛]52;c;eA==␇"; got != want {
		t.Errorf("%q", got)
	}
}

// TestMouseIsSwitchedLive and stays as it is when Bubble Tea comes back from a pause.
func TestMouseIsSwitchedLive(t *testing.T) {
	g := &guarded{model: &probe{}, guard: &Guard{}, mouse: true}
	for _, on := range []bool{false, true} {
		want := tea.DisableMouse()
		if on {
			want = tea.EnableMouseCellMotion()
		}
		if got := g.handle(Mouse(on)())(); got != want || g.mouse != on {
			t.Errorf("%v sends %#v and leaves %v", on, got, g.mouse)
		}
	}
}
