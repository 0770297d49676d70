package tui

import (
	"context"
	"slices"

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
	d := &dialog.Choice{Theme: m.deps.Theme, Title: "Delete on " + where(at.fs)}
	d.Lines = append(d.Lines, dialog.Line{Text: count(entries) + " in " + displayDir(at)})
	d.Lines = append(d.Lines, names(at.fs, entries)...)
	if slices.ContainsFunc(entries, vfs.Entry.IsDir) {
		d.Lines = append(d.Lines, dialog.Line{Text: "Folders go with all that is in them.", Role: theme.Warn})
	}
	m.offerRemoval(d, at, entries)
	m.open(d)
	return nil
}

// they speaks of n items.
func they(n int, does, do string) string {
	if n == 1 {
		return "It " + does
	}
	return "They " + do
}

// offerRemoval gives the dialog its buttons: with a bin, into it or past it.
func (m *Model) offerRemoval(d *dialog.Choice, at place, entries []vfs.Entry) {
	forGood := func() tea.Cmd { return m.startRemoval(at, entries) }
	d.Buttons = []dialog.Button{{Label: "Cancel"}}
	d.Lines = append(d.Lines, dialog.Line{})
	if bin := m.binOf(at); bin != nil {
		d.Foot = "y to the trash · D for good · n/Esc/Enter cancel"
		text := they(len(entries), "goes", "go") + " to " + bin.name() + " and can be brought back."
		d.Lines = append(d.Lines, dialog.Line{Text: text, Role: theme.Note})
		d.Buttons = append(d.Buttons,
			dialog.Button{Label: "Delete for good", Key: "D", Do: forGood},
			dialog.Button{Label: "To the trash", Key: "y", Do: func() tea.Cmd { return m.discard(at, bin, entries) }})
		return
	}
	warning := "FTP has no bin: this cannot be undone."
	if isLocal(at.fs) {
		warning = they(len(entries), "does", "do") + " not go to a bin: this cannot be undone."
	}
	d.Foot = "y delete · n/Esc/Enter cancel"
	d.Lines = append(d.Lines, dialog.Line{Text: warning, Role: theme.Warn})
	d.Buttons = append(d.Buttons, dialog.Button{Label: "Delete", Key: "y", Do: forGood})
}

// startRemoval removes one entry after the other, each with all that is in it.
func (m *Model) startRemoval(at place, entries []vfs.Entry) tea.Cmd {
	e := &errand{
		at: []place{at}, title: "Deleting on " + where(at.fs),
		did: func(n int) string { return figure.Plural(n, "item") + " deleted" },
	}
	return m.run(e, func(ctx context.Context, s vfs.Session) error {
		for i := 0; i < len(entries) && ctx.Err() == nil; i++ {
			path := at.fs.Join(at.dir, entries[i].Name)
			result := vfs.RemoveTree(ctx, at.fs, s, path, entries[i], func(_ int, path string) { e.note(path) })
			if ctx.Err() == nil {
				e.failAll(result)
			}
		}
		return nil
	})
}

// failAll takes over what could not be removed.
func (e *errand) failAll(r vfs.Removal) {
	for _, err := range r.Errors {
		e.fail(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failed += r.Failed - len(r.Errors)
}

// fail tells what went wrong in a dialog. all is how many errors there were, of which some are given.
func (m *Model) fail(title string, errs []error, all int) {
	d := &dialog.Choice{
		Theme: m.deps.Theme, Title: "! " + title, Foot: "Enter closes", Wide: true,
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
	m.openUnasked(d)
}

// displayDir gives a folder, safe to draw.
func displayDir(at place) string { return termtext.Display(vfs.DisplayName(at.fs, at.dir)) }

func itemsOf(n int) string { return figure.Plural(n, "item") }
