package pane

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
)

// spot is a place where a pane was, with the name under its cursor.
type spot struct {
	fs          vfs.FS
	local       bool
	dir, cursor string
}

// step is a way through the history.
type step int

const (
	onward step = iota // to a new place; what lay ahead is forgotten
	back
	forward
)

// mostSpots bounds each half of a history.
const mostSpots = 100

// history is the places behind and ahead of a pane, the nearest last.
type history struct{ behind, ahead []spot }

// turn takes a step away from a place, which is left out if nothing was shown yet.
func (h *history) turn(from spot, s step) {
	switch s {
	case onward:
		h.behind, h.ahead = keepSpot(h.behind, from), nil
	case back:
		h.behind, h.ahead = h.behind[:len(h.behind)-1], keepSpot(h.ahead, from)
	case forward:
		h.behind, h.ahead = keepSpot(h.behind, from), h.ahead[:len(h.ahead)-1]
	}
}

func keepSpot(spots []spot, s spot) []spot {
	if s.dir == "" {
		return spots
	}
	if len(spots) == mostSpots {
		spots = spots[1:]
	}
	return append(spots, s)
}

func (p *Pane) spot() spot { return spot{p.fs, p.local, p.dir, p.cursorName()} }

// Back shows the place where the pane was before this one; ok is false if there was none.
func (p *Pane) Back() (cmd tea.Cmd, ok bool) { return p.travel(p.history.behind, back) }

// Forward undoes Back.
func (p *Pane) Forward() (cmd tea.Cmd, ok bool) { return p.travel(p.history.ahead, forward) }

// HasBack reports whether Back leads anywhere.
func (p *Pane) HasBack() bool { return len(p.history.behind) > 0 }

// HasForward reports whether Forward leads anywhere.
func (p *Pane) HasForward() bool { return len(p.history.ahead) > 0 }

func (p *Pane) travel(spots []spot, s step) (tea.Cmd, bool) {
	if len(spots) == 0 {
		return nil, false
	}
	to := spots[len(spots)-1]
	if to.fs != p.fs || p.dir == "" {
		return p.open(to, s), true
	}
	return p.read(request{dir: to.dir, cursor: to.cursor, step: s}), true
}

// Twin gives another pane with the same folder, cursor and order, and the command that reads it. Marks and history
// are its own.
func (p *Pane) Twin() (*Pane, tea.Cmd) {
	t := New(p.cfg)
	t.fs, t.local, t.dir, t.wanted, t.order, t.free = p.fs, p.local, p.dir, p.wanted, p.order, p.free
	t.show(p.table, p.cursorName())
	return t, t.Reload("")
}
