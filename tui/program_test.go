package tui

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"ferry/tui/theme"
	"ferry/tui/tuitest"
	"ferry/tui/wire"
)

// watched keeps the latest frame of a model for another goroutine.
type watched struct {
	tea.Model
	mu    sync.Mutex
	frame string
}

func (w *watched) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m, cmd := w.Model.Update(msg)
	w.Model = m
	return w, cmd
}

func (w *watched) View() string {
	frame := w.Model.View()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frame = frame
	return frame
}

func (w *watched) latest() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	lines := strings.Split(ansi.Strip(w.frame), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// lockedScreen is a terminal in memory that the program writes to while the test reads.
type lockedScreen struct {
	mu     sync.Mutex
	screen *tuitest.Screen
}

func (s *lockedScreen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.Write(p)
}

func (s *lockedScreen) resize(w, h int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.screen.Resize(w, h)
}

func (s *lockedScreen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.String()
}

// TestATerminalShowsWhatViewGives runs the whole program on a terminal in memory and presses keys by chance: what
// Bubble Tea wrote, line by line and only what changed, always comes to the frame.
func TestATerminalShowsWhatViewGives(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	m := New(ctx, Deps{
		Queue: &stillQueue{}, Events: wire.NewLog(), Now: func() time.Time { return testNow },
		Theme: theme.New(termenv.TrueColor, true), Home: "/home/alice",
		Start: [2]Place{{sampleLocal(), "/home/alice/projects/site"}, {sampleRemote(), "/www/site"}},
	})
	seen, screen := &watched{Model: m}, &lockedScreen{screen: tuitest.NewScreen(120, 36)}
	p := tea.NewProgram(seen, tea.WithContext(ctx), tea.WithInput(nil), tea.WithOutput(screen), tea.WithFPS(120),
		tea.WithoutSignalHandler(), tea.WithAltScreen())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = p.Run()
	}()
	p.Send(tea.WindowSizeMsg{Width: 120, Height: 36})
	same(t, seen, screen, "upload.part")

	r := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // it plays a person, not a cryptographer
	for range 60 {
		if r.IntN(10) == 0 {
			w, h := 40+r.IntN(120), 10+r.IntN(40)
			screen.resize(w, h)
			p.Send(tea.WindowSizeMsg{Width: w, Height: h})
		}
		for range 5 {
			switch k := anyKeys[r.IntN(len(anyKeys))]; {
			case k == "q" || k == "f10" || k == "y":
			case namedKeys[k] != 0:
				p.Send(tea.KeyMsg{Type: namedKeys[k]})
			default:
				p.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)})
			}
		}
		same(t, seen, screen, "")
	}
	cancel()
	<-done
	m.jobs.wait(endGrace)
}

// same waits until the terminal shows the latest frame, with a text in it.
func same(t *testing.T, seen *watched, screen *lockedScreen, text string) {
	t.Helper()
	late := time.Now().Add(time.Minute)
	for {
		want, got := seen.latest(), screen.String()
		if want == got && strings.Contains(got, text) {
			return
		}
		if time.Now().After(late) {
			t.Fatalf("the terminal differs from the frame:\n%s", tuitest.Diff(want, got))
		}
		time.Sleep(time.Millisecond)
	}
}
