package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/tui/viewer"
)

// view shows the file under the cursor.
func (m *Model) view() tea.Cmd {
	p := m.active()
	e, ok := p.Current()
	switch {
	case !ok || e.IsDir():
		return m.say(plain, "A folder is entered, not viewed: move to a file.")
	case e.Type == vfs.Other:
		return m.say(plain, "This is neither a file nor a folder, so there is nothing to view.")
	}
	v, cmd := viewer.Open(viewer.Config{
		Context: m.ctx, Theme: m.deps.Theme, FS: p.FS(), Path: p.FS().Join(p.Dir(), e.Name), Entry: e,
	})
	m.open(v)
	return cmd
}
