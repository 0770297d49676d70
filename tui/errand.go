package tui

import (
	"context"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// errand is work on several things on one shore, one after the other, in a dialog that shows how far it is and can stop
// it. Its command writes the numbers, the screen reads them at its ticks. There is one at a time.
type errand struct {
	at     []place                 // the folders that it changes
	title  string                  // of the dialog: "Deleting on this machine"
	did    func(n int) string      // says what has been done: "3 items deleted"
	reads  bool                    // it changes nothing, so that no folder needs to be read again
	cursor string                  // where the cursor goes in the first of the folders; "" leaves it
	undo   func(*errand) *undo     // what takes back what was done; may be nil
	after  func(errandMsg) tea.Cmd // in place of telling how it ended; may be nil

	dialog *dialog.Choice
	cancel context.CancelFunc

	mu     sync.Mutex
	done   int
	path   string
	failed int
	errs   []error
}

// errandMsg tells that an errand has ended.
type errandMsg struct {
	errand  *errand
	stopped bool
	err     error // why it could not go on
}

// errandWhy says why no errand can be begun now.
func (m *Model) errandWhy() string {
	if m.errand == nil {
		return ""
	}
	return "Something else is under way: " + m.errand.title + "."
}

// run begins an errand. Its work gets a session of the first folder's shore.
func (m *Model) run(e *errand, work func(ctx context.Context, s vfs.Session) error) tea.Cmd {
	return m.runAlone(e, func(ctx context.Context) error {
		return vfs.Do(ctx, e.at[0].fs, vfs.Browse, func(s vfs.Session) error { return work(ctx, s) })
	})
}

// runAlone begins an errand whose work gets its sessions itself.
func (m *Model) runAlone(e *errand, work func(ctx context.Context) error) tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	e.cancel = cancel
	e.dialog = &dialog.Choice{
		Theme: m.deps.Theme, Title: e.title, Foot: "Esc stops",
		Lines:   []dialog.Line{{Text: "beginning…"}, {}},
		Buttons: []dialog.Button{{Label: "Stop", Do: func() tea.Cmd { cancel(); return nil }}},
	}
	m.errand = e
	m.open(e.dialog)
	m.watch(e)
	do := func() tea.Msg {
		defer cancel()
		err := work(ctx)
		return errandMsg{e, ctx.Err() != nil, err}
	}
	return tea.Batch(do, m.tick())
}

// note tells that one thing more is done.
func (e *errand) note(path string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.done++
	e.path = path
}

// fail tells that one thing could not be done.
func (e *errand) fail(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failed++
	if len(e.errs) < vfs.MaxRemovalErrors {
		e.errs = append(e.errs, err)
	}
}

// try notes how one thing went, and reports whether the errand should go on.
func (e *errand) try(ctx context.Context, path string, err error) bool {
	switch {
	case err == nil:
		e.note(path)
	case ctx.Err() == nil: // whoever ended ctx knows that it did
		e.fail(err)
	}
	return ctx.Err() == nil
}

// refresh shows how far it is.
func (e *errand) refresh() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.done > 0 {
		e.dialog.Lines = []dialog.Line{
			{Text: e.did(e.done)},
			{Text: termtext.Middle(termtext.Display(e.path), 50), Role: theme.Dim, Cut: true},
		}
	}
}

// errandEnded shows the folders as they are now, and what could not be done.
func (m *Model) errandEnded(msg errandMsg) tea.Cmd {
	e := msg.errand
	m.close(e.dialog)
	m.unwatch(e)
	m.errand, m.dirty = nil, true
	var reload []tea.Cmd
	for i, at := range e.at {
		if e.reads {
			break
		}
		cursor := ""
		if i == 0 {
			cursor = e.cursor
		}
		reload = append(reload, m.reloadAll(at, cursor))
	}
	if e.undo != nil && e.done > 0 {
		m.remember(e.undo(e))
	}
	if e.after != nil {
		return tea.Batch(append(reload, e.after(msg))...)
	}
	return tea.Batch(append(reload, m.tellErrand(msg))...)
}

// tellErrand says how an errand has ended.
func (m *Model) tellErrand(msg errandMsg) tea.Cmd {
	e := msg.errand
	did := e.did(e.done)
	switch {
	case msg.stopped:
		return m.say(plain, "Stopped: "+did+", the rest is as it was.")
	case msg.err != nil && e.done == 0:
		m.fail("Nothing was done", []error{msg.err}, 0)
	case msg.err != nil:
		m.fail(did+", then it ended", append(e.errs, msg.err), 0)
	case e.failed > 0:
		m.fail(did+", "+figure.Count(e.failed)+" not", e.errs, e.failed)
	default:
		return m.say(good, did+m.undoHint())
	}
	return nil
}
