package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/dialog"
	"ferry/tui/keymap"
	"ferry/tui/pane"
)

const wheelLines = 3

// doubleClick is the longest time between two clicks that are one double click.
const doubleClick = 400 * time.Millisecond

// mice is what the mouse has done so far.
type mice struct {
	drags   grip
	clicked any // what was clicked last
	at      time.Time
}

// grip is what a drag moves.
type grip int

const (
	gripNone grip = iota
	gripDivider
	gripQueue // the head of the queue
	gripLog
)

// twice reports whether a click is the second of a double click on the same thing.
func (m *Model) twice(on any) bool {
	twice := m.mice.clicked == on && m.now.Sub(m.mice.at) < doubleClick
	m.mice.clicked, m.mice.at = on, m.now
	if twice {
		m.mice.clicked = nil
	}
	return twice
}

// mouse takes an event of the mouse to what lies there: first what is being dragged, then the dialog on top.
func (m *Model) mouse(e tea.MouseEvent) tea.Cmd {
	switch {
	case m.layout.tooSmall:
		return nil
	case m.mice.drags != gripNone && e.Action != tea.MouseActionPress:
		m.drag(e)
		return nil
	case len(m.dialogs) > 0:
		return m.mouseDialog(e)
	case m.whichKeyRows() > 0:
		return m.mouseWhichKey(e)
	case e.Button == tea.MouseButtonWheelUp:
		m.endToast(e)
		m.wheel(e, -wheelLines)
	case e.Button == tea.MouseButtonWheelDown:
		m.endToast(e)
		m.wheel(e, wheelLines)
	case e.Action != tea.MouseActionPress:
		return nil
	case e.Button == tea.MouseButtonLeft:
		m.dirty = true
		m.endToast(e)
		return m.click(e.X, e.Y)
	case e.Button == tea.MouseButtonRight:
		m.endToast(e)
		m.clickMark(e.X, e.Y)
	}
	return nil
}

// endToast takes a toast away, as the next key does. One that is clicked on goes by that.
func (m *Model) endToast(e tea.MouseEvent) {
	if !m.layout.keys.holds(e.X, e.Y) {
		m.toast.text = ""
	}
}

// mouseDialog takes an event to the dialog on top, if that knows the mouse.
func (m *Model) mouseDialog(e tea.MouseEvent) tea.Cmd {
	top := m.dialogs[len(m.dialogs)-1]
	m.dirty = true
	if lines := map[tea.MouseButton]int{
		tea.MouseButtonWheelUp: -wheelLines, tea.MouseButtonWheelDown: wheelLines,
	}[e.Button]; lines != 0 {
		if d, ok := top.(interface{ Wheel(lines int) tea.Cmd }); ok {
			return d.Wheel(lines)
		}
		return nil
	}
	if e.Button != tea.MouseButtonLeft || e.Action != tea.MouseActionPress {
		return nil
	}
	box := top.Box(m.w, m.h)
	x, y := dialog.Corner(box, m.w, m.h)
	x, y = e.X-x, e.Y-y
	if key, ok := dialog.Hint(box, x, y); ok {
		return m.dialogKeys(key)
	}
	d, ok := top.(interface {
		Click(x, y int) (closed bool, cmd tea.Cmd)
	})
	if !ok {
		return nil
	}
	closed, cmd := d.Click(x, y)
	return m.answered(top, closed, cmd)
}

func (m *Model) wheel(e tea.MouseEvent, lines int) {
	p, ok := m.layout.at(e.X, e.Y)
	m.dirty = m.dirty || ok
	switch {
	case !ok:
	case p == panelQueue:
		m.transfers.Wheel(lines)
	case p == panelLog:
		m.log.Wheel(lines)
	default:
		m.panes[p].Wheel(lines)
	}
}

// click takes a click to what lies at a cell.
func (m *Model) click(x, y int) tea.Cmd {
	if side, ok := m.layout.tabsAt(x, y); ok {
		return m.clickTab(side, x)
	}
	m.mice.drags = gripNone
	m.grab(x, y)
	switch p, ok := m.layout.at(x, y); {
	case m.layout.keys.holds(x, y):
		return m.clickBar(x)
	case m.header.badge.holds(x, y):
		return m.do(keymap.ToggleMode)
	case ok:
		return m.clickPanel(p, x, y)
	}
	return nil
}

func (m *Model) clickPanel(p panel, x, y int) tea.Cmd {
	m.focus(p)
	switch p {
	case panelQueue:
		return m.clickTransfer(x-m.layout.queue.X, y-m.layout.queue.Y)
	case panelLog:
		return m.clickWire(x-m.layout.log.X, y-m.layout.log.Y)
	}
	r := m.layout.panes[p]
	if y == r.Y {
		return m.clickTitle(p, x-r.X)
	}
	if m.panes[p].Click(y-r.Y) && m.twice([2]int{int(p), m.panes[p].Place()}) {
		return m.do(keymap.Enter)
	}
	return nil
}

// clickWire takes a click on the head of the wire: on the badge of the data mode, or on the hint of a key.
func (m *Model) clickWire(x, line int) tea.Cmd {
	if line != 0 {
		return nil
	}
	m.arrange() // it has the focus now
	badge, key, ok := m.log.ClickHead(x)
	switch {
	case badge:
		return m.do(keymap.ToggleMode)
	case ok:
		m.mice.drags = gripNone
		return m.oneKey(key)
	}
	return nil
}

// clickTitle takes a click on the title of a pane. A double click on the path asks for another one.
func (m *Model) clickTitle(p panel, x int) tea.Cmd {
	spot, cmd := m.panes[p].ClickTitle(x)
	switch {
	case spot == pane.SpotBadge && m.remotes[p].remote:
		return m.do(keymap.ToggleMode)
	case spot == pane.SpotPath && m.twice(p):
		return m.do(keymap.GoTo)
	}
	return cmd
}

// clickMark marks what lies at a cell.
func (m *Model) clickMark(x, y int) {
	p, ok := m.layout.at(x, y)
	if !ok || p == panelLog {
		return
	}
	m.dirty = true
	m.focus(p)
	if p.isPane() {
		m.panes[p].ClickMark(y - m.layout.panes[p].Y)
	} else if m.transfers.Click(x-m.layout.queue.X, y-m.layout.queue.Y) {
		m.transfers.Act(keymap.QueueMark)
	}
}

// grab begins to drag what lies at a cell. A double click puts it back where it was at first.
func (m *Model) grab(x, y int) {
	l := &m.layout
	switch {
	case l.border.holds(x, y):
		m.mice.drags = gripDivider
	case m.chosen.zoom:
	case l.queue.holds(x, y) && y == l.queue.Y:
		m.mice.drags = gripQueue
	case l.log.holds(x, y) && y == l.log.Y:
		m.mice.drags = gripLog
	}
	if m.mice.drags != gripNone && m.twice(m.mice.drags) {
		m.chosen.split, m.chosen.queueH, m.chosen.logH = 0, 0, 0
		m.mice.drags = gripNone
	}
}

// drag moves what was grabbed until the button is let go.
func (m *Model) drag(e tea.MouseEvent) {
	if e.Action != tea.MouseActionMotion {
		m.mice.drags = gripNone
		return
	}
	m.dirty, m.mice.clicked = true, nil
	switch l := &m.layout; m.mice.drags {
	case gripDivider:
		m.chosen.split = max(e.X*1000/m.w, 1)
	case gripQueue:
		m.chosen.queueH = max(l.queue.Y+l.queue.H-e.Y, 1)
	case gripLog:
		m.chosen.logH = max(l.keys.Y-e.Y, 1)
	}
}
