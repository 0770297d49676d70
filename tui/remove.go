package tui

import (
	"context"
	"slices"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// remove asks whether what is selected shall be deleted. The dialog keeps what it was opened for.
func (m *Model) remove() tea.Cmd {
	at, entries := m.here(), m.active().Selection()
	d := &dialog.Choice{
		Theme: m.deps.Theme, Title: "Delete on " + where(at.fs), Foot: "y delete · n/Esc/Enter cancel",
		Buttons: []dialog.Button{
			{Label: "Cancel"},
			{Label: "Delete", Key: "y", Do: func() tea.Cmd { return m.startRemoval(at, entries) }},
		},
	}
	d.Lines = append(d.Lines, dialog.Line{Text: count(entries) + " in " + displayDir(at)})
	d.Lines = append(d.Lines, names(at.fs, entries)...)
	if slices.ContainsFunc(entries, vfs.Entry.IsDir) {
		d.Lines = append(d.Lines, dialog.Line{Text: "Folders go with all that is in them.", Role: theme.Warn})
	}
	bin := "FTP has no bin: this cannot be undone."
	if isLocal(at.fs) {
		bin = "They do not go to a bin: this cannot be undone."
	}
	d.Lines = append(d.Lines, dialog.Line{}, dialog.Line{Text: bin, Role: theme.Warn})
	m.open(d)
	return nil
}

// removal is a deletion under way. Its command writes the numbers, the screen reads them at its ticks.
type removal struct {
	at     place
	dialog *dialog.Choice
	cancel context.CancelFunc

	mu   sync.Mutex
	done int
	path string
}

// removedMsg tells how a deletion ended.
type removedMsg struct {
	removal *removal
	result  vfs.Removal
	stopped bool
	err     error // why it could not begin
}

func (m *Model) startRemoval(at place, entries []vfs.Entry) tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	r := &removal{at: at, cancel: cancel}
	r.dialog = &dialog.Choice{
		Theme: m.deps.Theme, Title: "Deleting on " + where(at.fs), Foot: "Esc stops",
		Lines:   []dialog.Line{{Text: "beginning…"}, {}},
		Buttons: []dialog.Button{{Label: "Stop", Do: func() tea.Cmd { cancel(); return nil }}},
	}
	m.removal = r
	m.open(r.dialog)
	do := func() tea.Msg {
		defer cancel()
		result, err := r.run(ctx, entries)
		return removedMsg{r, result, ctx.Err() != nil, err}
	}
	return tea.Batch(do, m.tick())
}

// run removes one entry after the other, each with all that is in it.
func (r *removal) run(ctx context.Context, entries []vfs.Entry) (vfs.Removal, error) {
	var all vfs.Removal
	err := vfs.Do(ctx, r.at.fs, vfs.Browse, func(s vfs.Session) error {
		wanted := func() bool { return ctx.Err() == nil } // whoever ended ctx knows that it did
		for i := 0; i < len(entries) && wanted(); i++ {
			e, before := entries[i], all.Removed
			one := vfs.RemoveTree(ctx, r.at.fs, s, r.at.fs.Join(r.at.dir, e.Name), e, func(n int, path string) {
				r.note(before+n, path)
			})
			all.Removed += one.Removed
			all.Failed += one.Failed
			all.Errors = append(all.Errors, one.Errors...)
		}
		return nil
	})
	return all, err
}

func (r *removal) note(done int, path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done, r.path = done, path
}

// refresh shows how far it is.
func (r *removal) refresh() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done > 0 {
		r.dialog.Lines = []dialog.Line{
			{Text: figure.Plural(r.done, "item") + " deleted"},
			{Text: termtext.Middle(termtext.Display(r.path), 50), Role: theme.Dim, Cut: true},
		}
	}
}

// removed shows the folder as it is now, and what could not be deleted.
func (m *Model) removed(msg removedMsg) tea.Cmd {
	m.close(msg.removal.dialog)
	m.removal, m.dirty = nil, true
	reload := m.reloadAll(msg.removal.at, "")
	deleted := figure.Plural(msg.result.Removed, "item") + " deleted"
	switch {
	case msg.stopped:
		return tea.Batch(reload, m.say(plain, "Stopped: "+deleted+", the rest is still there."))
	case msg.err != nil:
		m.fail("Nothing was deleted", []error{msg.err}, 0)
	case msg.result.Failed > 0:
		m.fail(deleted+", "+figure.Count(msg.result.Failed)+" not", msg.result.Errors, msg.result.Failed)
	default:
		return tea.Batch(reload, m.say(good, deleted))
	}
	return reload
}

// fail tells what went wrong in a dialog. all is how many errors there were, of which some are given.
func (m *Model) fail(title string, errs []error, all int) {
	d := &dialog.Choice{
		Theme: m.deps.Theme, Title: "! " + title, Foot: "Enter closes", Wide: true, Now: m.deps.Now,
		Buttons: []dialog.Button{{Label: "Close"}},
	}
	for i, err := range errs {
		if i > 0 {
			d.Lines = append(d.Lines, dialog.Line{})
		}
		d.Lines = append(d.Lines, dialog.Line{Text: prose.Sentence(err)})
	}
	if more := all - len(errs); more > 0 {
		d.Lines = append(d.Lines, dialog.Line{}, dialog.Line{Text: "… and " + figure.Count(more) + " more like these"})
	}
	m.open(d)
}

// displayDir gives a folder, safe to draw.
func displayDir(at place) string { return termtext.Display(vfs.DisplayName(at.fs, at.dir)) }

func itemsOf(n int) string { return figure.Plural(n, "item") }

func renameTo(ctx context.Context, at place, from, to string) error {
	return vfs.Do(ctx, at.fs, vfs.Browse, func(s vfs.Session) error {
		return s.Rename(ctx, at.fs.Join(at.dir, from), at.fs.Join(at.dir, to))
	})
}
