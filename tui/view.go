package tui

import (
	"strings"

	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// View gives the frame. It draws only if something has changed since the last one.
func (m *Model) View() string {
	if m.dirty {
		m.buf = m.draw(m.buf[:0])
		m.frame = string(m.buf)
		if len(m.dialogs) > 0 && !m.layout.tooSmall {
			m.frame = m.withDialogs(m.frame)
		}
		m.frame = m.deps.Theme.Ground(m.frame)
		m.dirty = false
	}
	return m.frame
}

func (m *Model) draw(b []byte) []byte {
	for y := range m.h {
		if y > 0 {
			b = append(b, '\n')
		}
		b = m.appendLine(b, y)
	}
	return b
}

// appendLine appends a line of the screen.
func (m *Model) appendLine(b []byte, y int) []byte {
	l := &m.layout
	if first := m.h - m.whichKeyRows(); y >= first {
		return m.appendWhichKey(b, y-first)
	}
	switch {
	case l.tooSmall:
		return m.appendTooSmall(b, y)
	case y == l.header.Y:
		return m.appendHeader(b)
	case y == l.keys.Y:
		return m.appendKeyBar(b)
	case l.queue.holds(0, y):
		return m.transfers.Append(b, y-l.queue.Y)
	case l.log.holds(0, y):
		return m.log.Append(b, y-l.log.Y)
	}
	return m.appendPanes(b, y)
}

func (m *Model) appendPanes(b []byte, y int) []byte {
	l := &m.layout
	for i, r := range l.panes {
		if i == 1 && l.border.holds(l.border.X, y) {
			b = m.appendBorder(b, y)
		}
		if tabs := l.tabs[i]; tabs.holds(tabs.X, y) {
			b = m.tabs[i].append(b, m.deps.Theme, tabs.X, tabs.W)
		}
		if !r.empty() && y >= r.Y && y < r.Y+r.H {
			b = m.panes[i].Append(b, y-r.Y)
		}
	}
	return b
}

func (m *Model) appendBorder(b []byte, y int) []byte {
	line := "│"
	if y == m.layout.border.Y+m.layout.border.H-1 {
		line = "┴"
	}
	b = m.deps.Theme.AppendOn(b, theme.Border)
	return append(append(b, line...), theme.Off...)
}

// appendTooSmall says in one line what is wrong and how the transfers are.
func (m *Model) appendTooSmall(b []byte, y int) []byte {
	if y > 0 {
		return cell.Blanks(b, m.w)
	}
	text := "ferry needs 40x10"
	if t := m.transfers.Totals(); !t.Idle() {
		text += " · " + figure.Plural(t.Running+t.Waiting, "transfer")
		if t.Size > 0 {
			text += " " + percent(t.Moved, t.Size)
		}
	}
	return append(b, termtext.Pad(text, m.w)...)
}

// withDialogs lays the dialogs over a frame.
func (m *Model) withDialogs(frame string) string {
	lines := strings.Split(frame, "\n")
	for _, d := range m.dialogs {
		dialog.Splice(lines, d.Box(m.w, m.h), m.w)
	}
	return strings.Join(lines, "\n")
}
