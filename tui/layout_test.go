package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// everyArrangement is every choice a person can have made.
func everyArrangement() []arrangement {
	var all []arrangement
	for i := range 2 * 4 * 16 {
		all = append(all, arrangement{
			active: i & 1, focus: panel(i >> 1 & 3), zoom: i&8 != 0, logOn: i&16 != 0, logOff: i&32 != 0,
			tabs: i&64 != 0,
		})
	}
	return all
}

func TestLayoutTilesTheScreen(t *testing.T) {
	for _, a := range everyArrangement() {
		for w := range 251 {
			for h := range 81 {
				checkTiles(t, w, h, a)
			}
		}
	}
}

func TestLayoutTilesTheScreenHoweverItWasDragged(t *testing.T) {
	for _, split := range []int{1, 300, 999} {
		for _, height := range []int{1, 7, 60} {
			for i := range 8 {
				a := arrangement{
					split: split, queueH: height * (i & 1), logH: height * (i >> 1 & 1), logOn: true, tabs: i&4 != 0,
				}
				for w := 30; w < 210; w += 7 {
					for h := range 81 {
						checkTiles(t, w, h, a)
					}
				}
			}
		}
	}
}

// checkTiles uses that rects inside the screen that do not overlap and have its area together tile it.
func checkTiles(t *testing.T, w, h int, a arrangement) {
	t.Helper()
	l := arrange(w, h, a)
	rects := []rect{l.header, l.tabs[0], l.tabs[1], l.panes[0], l.panes[1], l.border, l.queue, l.log, l.keys}
	area := 0
	for i, r := range rects {
		if r.empty() {
			continue
		}
		area += r.W * r.H
		if r.X < 0 || r.Y < 0 || r.X+r.W > w || r.Y+r.H > h {
			t.Fatalf("%dx%d %+v: %+v leaves the screen", w, h, a, r)
		}
		for _, o := range rects[:i] {
			if !o.empty() && r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H {
				t.Fatalf("%dx%d %+v: %+v and %+v overlap", w, h, a, r, o)
			}
		}
	}
	if area != w*h {
		t.Fatalf("%dx%d %+v: %d of %d cells are covered", w, h, a, area, w*h)
	}
}

func TestLayoutBreakpoints(t *testing.T) {
	for _, c := range []struct {
		w, h                int
		queue, log, rows    int // heights; rows of the left pane
		twoPanes, oneLineUp bool
	}{
		{120, 36, 6, 6, 22, true, false},
		{80, 24, 3, 0, 19, true, false},
		{79, 24, 3, 0, 18, false, false},
		{60, 15, 1, 0, 11, false, false},
		{40, 10, 1, 0, 6, false, false},
		{39, 10, 0, 0, 0, false, true},
		{40, 9, 0, 0, 0, false, true},
	} {
		l := arrange(c.w, c.h, arrangement{})
		if l.queue.H != c.queue || l.log.H != c.log || l.panes[0].H != c.rows || l.tooSmall != c.oneLineUp ||
			(l.border.H > 0) != c.twoPanes {
			t.Errorf("%dx%d: %+v", c.w, c.h, l)
		}
	}
}

// TestBothPanesTellTheirColumnsAlike: words for all orders where both titles have room for them, else of that in force.
func TestBothPanesTellTheirColumnsAlike(t *testing.T) {
	h := start(t, 120, 36, sameSide).ready()
	h.press("tab", "g", "r") // a short path leaves more room
	h.until("the root", func() bool { return h.m.panes[1].Dir() == "/" })
	for w := twoPanesFrom; w <= 200; w++ {
		h.send(tea.WindowSizeMsg{Width: w, Height: 24})
		if n := strings.Count(h.line("1 local"), "type"); n == 1 {
			t.Errorf("%d columns: one pane tells more than the other: %q", w, h.line("1 local"))
		}
	}
	h.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	if title := h.line("1 local"); strings.Count(title, "name▲") != 2 {
		t.Errorf("the titles are %q", title)
	}
	h.send(tea.WindowSizeMsg{Width: 60, Height: 24})
	h.press("z")
	h.shows("name▲ size  date  type")
}
