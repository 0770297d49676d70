package tui

import (
	"strconv"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/queue"
	"ferry/tui/figure"
	"ferry/tui/terminal"
)

// Ring says how the terminal tells that a batch is finished while nobody looks.
type Ring uint8

// The ways to ring.
const (
	RingBell   Ring = iota // BEL
	RingNotify             // a notification (OSC 9)
	RingOff
)

// RingNamed gives the way that the setting names.
func RingNamed(word string) Ring {
	switch word {
	case "notify":
		return RingNotify
	case "off":
		return RingOff
	default:
		return RingBell
	}
}

// longWork is how long a batch takes whose end is told even to those who have the screen in front of them.
const longWork = 10 * time.Second

// finish watches for batches that end, and tells the terminal how the work stands.
type finish struct {
	away   bool // the terminal has lost the focus
	begun  map[queue.BatchID]time.Time
	title  string // of the window, as it was set last
	shown  terminal.Progress
	signal *signal
}

// signal hands progress to the terminal: commands end in any order, so that each takes the latest.
type signal struct {
	mu     sync.Mutex
	latest terminal.Progress
	told   terminal.Progress
}

func newFinish() finish { return finish{begun: map[queue.BatchID]time.Time{}, signal: &signal{}} }

// finished looks at news that the panel has taken, rings for batches that have ended, and shows progress and title.
func (m *Model) finished(news queue.News) tea.Cmd {
	var ended []queue.BatchID
	for i := range news.Items {
		id := news.Items[i].Batch
		begun, known := m.finish.begun[id]
		switch open := m.arrivals.open[id] > 0; {
		case open && !known:
			m.finish.begun[id] = m.now
		case !open && known && news.Totals.Planning == 0:
			delete(m.finish.begun, id)
			if m.finish.away || m.now.Sub(begun) >= longWork {
				ended = append(ended, id)
			}
		}
	}
	return tea.Batch(m.ring(ended), m.showProgress(), m.showTitle())
}

// ring tells that batches have ended.
func (m *Model) ring(ended []queue.BatchID) tea.Cmd {
	if len(ended) == 0 || m.deps.Ring == RingOff {
		return nil
	}
	voice, text := m.deps.Terminal.Voice, "ferry: "+m.outcome()
	if m.deps.Ring == RingNotify {
		return func() tea.Msg {
			voice.Notify(text)
			return nil
		}
	}
	return func() tea.Msg {
		voice.Bell()
		return nil
	}
}

// outcome says how the work has ended.
func (m *Model) outcome() string {
	t := m.transfers.Totals()
	text := figure.Plural(t.Done, "transfer") + " done"
	if t.Failed > 0 {
		text += ", " + figure.Count(t.Failed) + " failed"
	}
	return text
}

// showProgress shows in the terminal's own indicator how far the work is.
func (m *Model) showProgress() tea.Cmd {
	now := m.progress()
	if !m.deps.Progress || now == m.finish.shown {
		return nil
	}
	m.finish.shown = now
	s, voice := m.finish.signal, m.deps.Terminal.Voice
	s.want(now)
	return func() tea.Msg {
		s.tell(voice.Progress)
		return nil
	}
}

func (s *signal) want(p terminal.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest = p
}

// tell hands on the latest, unless it is told already.
func (s *signal) tell(say func(terminal.Progress)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.latest != s.told {
		s.told = s.latest
		say(s.latest)
	}
}

// progress is how the work stands.
func (m *Model) progress() terminal.Progress {
	t := m.transfers.Totals()
	done := figure.Percent(t.Moved, t.Size)
	switch {
	case t.Idle() && t.Asking > 0, t.Held && !t.Idle():
		return terminal.Progress{State: terminal.ProgressPaused, Percent: done}
	case t.Idle(), m.transfers.Later() > 0:
		return terminal.Progress{}
	case t.Size <= 0:
		return terminal.Progress{State: terminal.ProgressUnknown}
	case t.Failed > 0:
		return terminal.Progress{State: terminal.ProgressFailed, Percent: done}
	}
	return terminal.Progress{State: terminal.ProgressRunning, Percent: done}
}

// showTitle tells in the title of the window what the queue does.
func (m *Model) showTitle() tea.Cmd {
	title := m.windowTitle()
	if title == m.finish.title {
		return nil
	}
	m.finish.title = title
	return tea.SetWindowTitle(title)
}

func (m *Model) windowTitle() string {
	t := m.transfers.Totals()
	switch {
	case t.Asking > 0 && t.Idle():
		return figure.Plural(t.Asking, "question") + " · ferry"
	case t.Held && !t.Idle():
		return "paused · ferry"
	case m.transfers.Later() > 0:
		return strconv.Itoa(m.transfers.Later()) + " later · ferry"
	case !t.Idle():
		return strconv.Itoa(figure.Percent(t.Moved, t.Size)) + "% · ferry"
	case t.Done+t.Failed > 0:
		return m.outcome() + " · ferry"
	}
	return "ferry"
}
