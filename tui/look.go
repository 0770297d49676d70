package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/viewer"
)

// view shows the file under the cursor.
func (m *Model) view() tea.Cmd {
	p := m.active()
	e, _ := p.Current()
	v, cmd := viewer.Open(viewer.Config{
		Context: m.ctx, Theme: m.deps.Theme, FS: p.FS(), Path: p.FS().Join(p.Dir(), e.Name), Entry: e,
	})
	m.open(v)
	return cmd
}
