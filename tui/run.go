package tui

import (
	"context"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/terminal"
)

// endGrace bounds the wait for work that was given up when the screen closed.
const endGrace = 5 * time.Second

// Run shows the screen until the person quits or ctx ends, and gives back the errors of terminal.Run. Listings and
// deletions that it began have ended when it returns, unless a file system does not heed its context.
func Run(ctx context.Context, deps Deps) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := New(ctx, deps)
	err := terminal.Run(ctx, m, m.deps.Terminal)
	cancel()
	m.jobs.wait(endGrace)
	return err
}

// jobs counts the commands that are being worked on, so that the end can wait for them. The zero jobs is ready.
type jobs struct {
	mu     sync.Mutex
	n      int
	closed bool
	idle   chan struct{} // closed when closed and n is 0
}

// track makes a command count. After wait has begun no further command starts.
func (j *jobs) track(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		if !j.enter() {
			return nil
		}
		defer j.leave()
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			tracked := make(tea.BatchMsg, len(batch))
			for i, c := range batch {
				tracked[i] = j.track(c)
			}
			return tracked
		}
		return msg
	}
}

func (j *jobs) enter() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return false
	}
	j.n++
	return true
}

func (j *jobs) leave() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n--
	if j.closed && j.n == 0 {
		close(j.idle)
	}
}

func (j *jobs) wait(limit time.Duration) {
	j.mu.Lock()
	j.closed, j.idle = true, make(chan struct{})
	if j.n == 0 {
		close(j.idle)
	}
	j.mu.Unlock()
	select {
	case <-j.idle:
	case <-time.After(limit):
	}
}

// after gives a message when some time has passed, or none when ctx ends before.
func after(ctx context.Context, d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			return msg
		case <-ctx.Done():
			return nil
		}
	}
}
