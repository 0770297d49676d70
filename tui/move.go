package tui

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"syscall"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// moveToOther moves what is marked to the folder of the other pane: by renaming where both are on one file system, else
// by the queue, which takes each source away when it is proven to be at the target.
func (m *Model) moveToOther() tea.Cmd {
	c := m.toOther()
	c.move = true
	return m.bring(c)
}

// renames reports whether nothing needs to be copied.
func (c copying) renames() bool { return c.move && c.fromFS.ID() == c.toFS.ID() }

// intoItself names a folder among the sources that holds the target.
func (c copying) intoItself() string {
	for _, e := range c.entries {
		path := c.fromFS.Join(c.fromDir, e.Name)
		if e.IsDir() && (path == c.toDir || within(c.toFS, c.toDir, path)) {
			return nameOf(c.fromFS, e)
		}
	}
	return ""
}

// moveConflict asks what to do with names that are taken. A rename never replaces anything: what is to be overwritten
// goes first, and only files are.
func (m *Model) moveConflict(c copying, taken []pair) *dialog.Choice {
	d := &dialog.Choice{
		Theme: m.deps.Theme, Wide: true,
		Title: figure.Count(len(taken)) + " of " + figure.Plural(len(c.entries), "item") + existAlready(len(taken)),
		Foot:  "s skip · Esc cancel",
		Buttons: []dialog.Button{
			{Label: "Skip", Key: "s", Do: func() tea.Cmd { return m.moveByRenaming(c.without(taken), nil) }},
		},
	}
	d.Lines = append(d.Lines, dialog.Line{
		Text: "in " + termtext.Display(vfs.DisplayName(c.toFS, c.toDir)) + " on " + where(c.toFS) + ":", Role: theme.Dim,
	})
	d.Lines = append(d.Lines, m.comparisons(c.toFS, taken)...)
	if slices.ContainsFunc(taken, pair.hasFolder) {
		d.Lines = append(d.Lines, dialog.Line{
			Text: "A folder cannot be moved over another one: skip it, or copy and delete.", Role: theme.Warn,
		})
	} else {
		d.Foot = "s skip · o overwrite · Esc cancel"
		d.Buttons = append(d.Buttons, dialog.Button{
			Label: "Overwrite", Key: "o", Do: func() tea.Cmd { return m.moveByRenaming(c, taken) },
		})
	}
	d.Buttons = append(d.Buttons, dialog.Button{Label: "Cancel"})
	d.Escape = len(d.Buttons) - 1
	return d
}

func (p pair) hasFolder() bool { return p.source.IsDir() || p.there.IsDir() }

// without gives a copying of only those entries whose names are free.
func (c copying) without(taken []pair) copying {
	c.entries = slices.DeleteFunc(slices.Clone(c.entries), func(e vfs.Entry) bool {
		return slices.ContainsFunc(taken, func(p pair) bool { return p.source.Name == e.Name })
	})
	return c
}

// moveByRenaming renames one entry after the other. over are files that are replaced.
func (m *Model) moveByRenaming(c copying, over []pair) tea.Cmd {
	if len(c.entries) == 0 {
		return m.say(plain, "Nothing was moved.")
	}
	from, to := place{c.from, c.fromFS, c.fromDir}, place{c.to, c.toFS, c.toDir}
	var back []undoStep
	var apart []vfs.Entry // on another disk
	e := &errand{
		at: []place{from, to}, title: "Moving on " + where(c.fromFS),
		did: func(n int) string { return figure.Plural(n, "item") + " moved → " + displayDir(to) },
	}
	e.undo = func(*errand) *undo {
		slices.Reverse(back)
		return &undo{words: "move " + figure.Plural(len(back), "item") + " → " + displayDir(to), at: e.at, steps: back}
	}
	e.after = func(msg errandMsg) tea.Cmd { return m.moveEnded(c, msg, apart) }
	return m.run(e, func(ctx context.Context, s vfs.Session) error {
		for _, entry := range c.entries {
			old, fresh := c.fromFS.Join(c.fromDir, entry.Name), c.toFS.Join(c.toDir, entry.Name)
			replaces := slices.ContainsFunc(over, func(p pair) bool { return p.source.Name == entry.Name })
			err := moveOne(ctx, c.toFS, s, old, fresh, replaces)
			if errors.Is(err, syscall.EXDEV) {
				apart = append(apart, entry)
				continue
			}
			if err == nil && !replaces {
				back = append(back, undoStep{from: fresh, to: old})
			}
			if !e.try(ctx, fresh, err) {
				break
			}
		}
		return nil
	})
}

// moveOne renames; a file that is to be replaced gets another name first, and goes when its place is taken.
func moveOne(ctx context.Context, f vfs.FS, s vfs.Session, old, fresh string, replaces bool) error {
	if !replaces {
		return s.Rename(ctx, old, fresh)
	}
	aside := f.Join(f.Parent(fresh), "."+f.Base(fresh)+".ferryold")
	if err := s.Rename(ctx, fresh, aside); err != nil {
		return err
	}
	if err := s.Rename(ctx, old, fresh); err != nil {
		_ = s.Rename(context.WithoutCancel(ctx), aside, fresh) // as it was; err tells more
		return err
	}
	return s.Remove(context.WithoutCancel(ctx), aside)
}

// moveEnded lets the queue move what lies on another disk.
func (m *Model) moveEnded(c copying, msg errandMsg, apart []vfs.Entry) tea.Cmd {
	if msg.errand.failed == 0 && !msg.stopped {
		m.brought(c)
	}
	if len(apart) == 0 || msg.stopped {
		return m.tellErrand(msg)
	}
	c.entries = apart
	return tea.Batch(m.tellErrand(msg), m.enqueue(c, queue.RuleAsk))
}

// toOther gives what is selected and the folder of the other pane.
func (m *Model) toOther() copying {
	from, to := m.active(), m.other()
	return copying{
		from: from, to: to, fromFS: from.FS(), toFS: to.FS(), fromDir: from.Dir(), toDir: to.Dir(),
		entries: from.Selection(),
	}
}

// notMovable says why nothing can be moved to the other pane.
func (m *Model) notMovable() string {
	if why := cmp.Or(m.errandWhy(), m.notCopyable("move")); why != "" {
		return why
	}
	c := m.toOther()
	if inside := c.intoItself(); c.fromFS.ID() == c.toFS.ID() && inside != "" {
		return inside + " cannot be moved into itself."
	}
	return ""
}

// queued says what was handed to the queue.
func (c copying) queued() string {
	verb := "queued "
	if c.move {
		verb = "queued to move: "
	}
	return verb + figure.Plural(len(c.entries), "item") + " → " + prose.Safe(vfs.DisplayName(c.toFS, c.toDir))
}
