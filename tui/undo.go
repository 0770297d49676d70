package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/figure"
	"ferry/tui/keymap"
)

// undo takes back what was done: it gives things the paths that they had.
type undo struct {
	words string // what is taken back: "rename a → b"
	at    []place
	steps []undoStep // in the order in which they are to be taken
}

// undoStep gives one thing its path again.
type undoStep struct {
	from, to string
	restore  func(ctx context.Context) error // in place of renaming; may be nil
}

// mostUndos is how many things can be taken back, one after the other.
const mostUndos = 100

// remember keeps what can be taken back.
func (m *Model) remember(u *undo) {
	if u == nil || len(u.steps) == 0 {
		return
	}
	if m.undos = append(m.undos, u); len(m.undos) > mostUndos {
		m.undos = m.undos[1:]
	}
	m.undoable = true
}

// undoHint says, right after something that can be taken back, how that is done.
func (m *Model) undoHint() string {
	if !m.undoable {
		return ""
	}
	m.undoable = false
	return " · " + m.key(keymap.Undo) + " undoes it"
}

// undoLast takes back what was done last.
func (m *Model) undoLast() tea.Cmd {
	u := m.undos[len(m.undos)-1]
	m.undos = m.undos[:len(m.undos)-1]
	e := &errand{at: u.at, title: "Undoing", did: func(n int) string {
		return "undone: " + u.words + partOf(n, len(u.steps))
	}}
	cursor := u.at[0].fs.Base(u.steps[len(u.steps)-1].to)
	e.cursor = cursor
	return m.run(e, func(ctx context.Context, s vfs.Session) error {
		for _, step := range u.steps {
			if !e.try(ctx, step.to, step.take(ctx, s)) {
				break
			}
		}
		return nil
	})
}

func (s undoStep) take(ctx context.Context, session vfs.Session) error {
	if s.restore != nil {
		return s.restore(ctx)
	}
	return session.Rename(ctx, s.from, s.to)
}

// partOf tells how much of something was done where that is not all.
func partOf(n, all int) string {
	if n == all {
		return ""
	}
	return " (" + figure.Count(n) + " of " + figure.Count(all) + ")"
}

// renamedUndo takes back one rename inside a folder.
func renamedUndo(at place, from, to string) *undo {
	name := func(raw string) string { return termtext.Middle(termtext.DisplayName(vfs.DisplayName(at.fs, raw)), 24) }
	return &undo{
		words: "rename " + name(from) + " → " + name(to), at: []place{at},
		steps: []undoStep{{from: at.fs.Join(at.dir, to), to: at.fs.Join(at.dir, from)}},
	}
}
