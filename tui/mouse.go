package tui

import tea "github.com/charmbracelet/bubbletea"

const wheelLines = 3

// mouse scrolls the panel under the wheel, and takes clicks to focus and cursor. Dialogs are answered by keys.
func (m *Model) mouse(e tea.MouseEvent) tea.Cmd {
	if side, ok := m.layout.tabsAt(e.X, e.Y); ok && len(m.dialogs) == 0 && isLeftPress(e) {
		m.dirty = true
		return m.clickTab(side, e.X)
	}
	if len(m.dialogs) > 0 {
		return m.wheelDialog(e)
	}
	if m.layout.keys.holds(e.X, e.Y) && isLeftPress(e) {
		m.dirty = true
		return m.clickBar(e.X)
	}
	p, ok := m.layout.at(e.X, e.Y)
	if !ok || m.layout.tooSmall {
		return nil
	}
	switch {
	case e.Button == tea.MouseButtonWheelUp:
		m.wheel(p, -wheelLines)
	case e.Button == tea.MouseButtonWheelDown:
		m.wheel(p, wheelLines)
	case isLeftPress(e):
		m.dirty = true
		return m.click(p, e.X, e.Y)
	default:
		return nil
	}
	m.dirty = true
	return nil
}

// wheelDialog scrolls the dialog on top, if it is one that can be.
func (m *Model) wheelDialog(e tea.MouseEvent) tea.Cmd {
	top, ok := m.dialogs[len(m.dialogs)-1].(interface{ Wheel(lines int) tea.Cmd })
	lines := map[tea.MouseButton]int{tea.MouseButtonWheelUp: -wheelLines, tea.MouseButtonWheelDown: wheelLines}[e.Button]
	if !ok || lines == 0 {
		return nil
	}
	m.dirty = true
	return top.Wheel(lines)
}

func isLeftPress(e tea.MouseEvent) bool {
	return e.Button == tea.MouseButtonLeft && e.Action == tea.MouseActionPress
}

func (m *Model) wheel(p panel, lines int) {
	switch p {
	case panelQueue:
		m.transfers.Wheel(lines)
	case panelLog:
		m.log.Wheel(lines)
	default:
		m.panes[p].Wheel(lines)
	}
}

func (m *Model) click(p panel, x, y int) tea.Cmd {
	m.focus(p)
	switch p {
	case panelQueue:
		return m.clickTransfer(x-m.layout.queue.X, y-m.layout.queue.Y)
	case panelLog:
	default:
		m.panes[p].Click(y - m.layout.panes[p].Y)
	}
	return nil
}
