package tui

import "cmp"

// rect is a part of the screen in cells; X and Y count from 0.
type rect struct{ X, Y, W, H int }

func (r rect) empty() bool { return r.W <= 0 || r.H <= 0 }

func (r rect) holds(x, y int) bool { return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H }

// panel names what the keys may go to.
type panel int

const (
	panelLeft panel = iota
	panelRight
	panelQueue
	panelLog
	panels
)

// isPane reports whether p is one of the two file panes.
func (p panel) isPane() bool { return p <= panelRight }

// The breakpoints: below the smallest screen one line is all that is drawn.
const (
	smallestWidth  = 40
	smallestHeight = 10
	twoPanesFrom   = 80  // columns
	allColumnsFrom = 100 // columns
	queueRowsFrom  = 16  // lines
	logFrom        = 30  // lines
	roomyFrom      = 48  // lines
)

// arrangement is what a person chose of the screen's arrangement.
type arrangement struct {
	active int   // the pane that is shown where there is room for one
	focus  panel // the panel that zoom makes large
	zoom   bool
	logOn  bool // the log was asked for where it would not be shown by itself
	logOff bool // the log was sent away where it would be shown
	tabs   bool // a side has more than one tab

	split  int // where the border between the panes lies, in thousandths of the width; 0 is the middle
	queueH int // lines of the queue with its head; 0: as the screen's height has it
	logH   int // the same of the log
}

// layout is where everything is drawn. What has no place is an empty rect. The rects tile the screen.
type layout struct {
	tooSmall bool
	header   rect
	tabs     [2]rect // the strips of tabs above the panes
	panes    [2]rect // a pane with its title and its foot; one line high where only its title is shown
	border   rect    // between the panes, its last line lies between their feet
	queue    rect    // with its head
	log      rect    // with its head
	keys     rect
}

// arrange computes the layout of a screen of w times h cells.
func arrange(w, h int, a arrangement) layout {
	if w < smallestWidth || h < smallestHeight {
		return layout{tooSmall: true, header: rect{0, 0, w, h}}
	}
	l := layout{header: rect{0, 0, w, 1}, keys: rect{0, h - 1, w, 1}}
	body := rect{0, 1, w, h - 2}
	if a.zoom {
		l.zoomed(body, a)
		return l
	}
	queue, log := a.resized(h, lowerPanels)
	l.log = rect{0, h - 1 - log, w, log}
	l.queue = rect{0, h - 1 - log - queue, w, queue}
	body.H -= queue + log
	l.placePanes(body, a)
	l.placeTabs(a)
	return l
}

func (l *layout) zoomed(body rect, a arrangement) {
	switch a.focus {
	case panelQueue:
		l.queue = body
	case panelLog:
		l.log = body
	default:
		l.panes[a.active] = body
		l.placeTabs(a)
	}
}

// lowerPanels gives the heights of queue and log, their heads included, 0 for a log that is not shown.
func lowerPanels(h int, a arrangement) (queue, log int) {
	switch {
	case h >= roomyFrom:
		queue, log = 9, 9
	case h >= logFrom:
		queue, log = 6, 6
	case h >= queueRowsFrom:
		queue, log = 3, 4
	default:
		queue, log = 1, 3
	}
	shown := h >= logFrom && !a.logOff || h < logFrom && a.logOn
	if !shown {
		log = 0
	}
	return queue, log
}

// The least that a panel keeps when it is made smaller with the mouse.
const (
	leastPaneW = 24 // columns
	leastPaneH = 6  // lines
	leastPanel = 1  // lines of queue and log, their heads included
)

// resized gives the heights that a person has chosen, as far as the screen has room for them, else the usual ones.
func (a arrangement) resized(h int, usual func(int, arrangement) (queue, log int)) (queue, log int) {
	queue, log = usual(h, a)
	if a.queueH == 0 && a.logH == 0 {
		return queue, log
	}
	room := h - 2 - leastPaneH
	if log > 0 {
		log = max(min(cmp.Or(a.logH, log), room-leastPanel), leastPanel)
	}
	return max(min(cmp.Or(a.queueH, queue), room-log), leastPanel), log
}

// leftWidth gives the width of the left of two panes.
func (a arrangement) leftWidth(w int) int {
	if a.split == 0 {
		return (w - 1) / 2
	}
	return max(min((w*a.split+500)/1000, w-1-leastPaneW), leastPaneW)
}

func (l *layout) placePanes(body rect, a arrangement) {
	if body.W >= twoPanesFrom {
		left := a.leftWidth(body.W)
		l.panes[0] = rect{0, body.Y, left, body.H}
		l.border = rect{left, body.Y, 1, body.H}
		l.panes[1] = rect{left + 1, body.Y, body.W - left - 1, body.H}
		return
	}
	title := rect{0, body.Y, body.W, 1}
	rest := rect{0, body.Y + 1, body.W, body.H - 1}
	if a.active == 0 { // the title of the right pane lies below
		rest.Y--
		title.Y = body.Y + body.H - 1
	}
	l.panes[a.active], l.panes[1-a.active] = rest, title
}

// placeTabs takes the first line of each pane that has rows for its strip.
func (l *layout) placeTabs(a arrangement) {
	for i := range l.panes {
		if p := &l.panes[i]; a.tabs && p.H > 3 {
			l.tabs[i] = rect{p.X, p.Y, p.W, 1}
			p.Y++
			p.H--
		}
	}
}

// tabsAt gives the side whose strip of tabs holds a cell.
func (l layout) tabsAt(x, y int) (side int, ok bool) {
	for i, r := range l.tabs {
		if r.holds(x, y) {
			return i, true
		}
	}
	return 0, false
}

// at gives the panel that holds a cell.
func (l layout) at(x, y int) (panel, bool) {
	for p, r := range [panels]rect{l.panes[0], l.panes[1], l.queue, l.log} {
		if r.holds(x, y) {
			return panel(p), true
		}
	}
	return 0, false
}
