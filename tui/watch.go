package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// ongoing is work whose progress the screen reads at its ticks.
type ongoing interface{ refresh() }

func (m *Model) watch(w ongoing) {
	w.refresh()
	m.ongoing = append(m.ongoing, w)
}

// unwatch reads the progress of work for the last time.
func (m *Model) unwatch(w ongoing) {
	w.refresh()
	if i := slices.Index(m.ongoing, w); i >= 0 {
		m.ongoing = slices.Delete(m.ongoing, i, i+1)
	}
}

// measure finds out how much folders hold.
func (m *Model) measure() tea.Cmd {
	cmd, ok := m.active().Measure()
	if !ok {
		return m.say(plain, "There is no folder to measure: move to one, or mark some.")
	}
	return cmd
}
