package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func TestTabsKeepTheirPlacesCursorsAndMarks(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "space") // assets is marked, the cursor on css
	h.press("T")
	h.shows("2 site")
	h.press("l")
	h.until("the second tab in css", func() bool { return h.dir(0) == "/home/alice/projects/site/css" })
	h.press("<")
	h.shows("1 marked")
	if e, _ := h.m.panes[0].Current(); h.dir(0) != "/home/alice/projects/site" || e.Name != "css" {
		t.Errorf("the first tab shows %s, its cursor %s", h.dir(0), e.Name)
	}
	h.press("gt")
	h.until("css again", func() bool { return h.dir(0) == "/home/alice/projects/site/css" })
	h.press("gx")
	h.gone("2 css")
	if n := len(h.m.tabs[0].all); n != 1 || h.dir(0) != "/home/alice/projects/site" {
		t.Errorf("%d tabs are left, in %s", n, h.dir(0))
	}
	h.press("gx")
	h.shows("This is the only tab; T opens another.")
}

// dir gives the folder that is shown on a side.
func (h *harness) dir(side int) string { return h.m.panes[side].Dir() }

func TestATabShowsAnotherServerThanItsNeighbour(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("2", "T", "1", "=")
	h.until("both local", func() bool { return h.m.panes[1].Local() && h.dir(1) == h.dir(0) })
	if neighbour := h.m.tabs[1].all[0]; neighbour.Local() || neighbour.Dir() != "/www/site" {
		t.Errorf("the first tab went along to %s", neighbour.Dir())
	}
	h.press("2", "H")
	h.until("the server again", func() bool { return !h.m.panes[1].Local() && h.dir(1) == "/www/site" })
}

func TestTabsByMouse(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("T", "l")
	click := func(text string) {
		t.Helper()
		for y, l := range strings.Split(h.text(), "\n") {
			if x := strings.Index(l, text); x >= 0 {
				h.send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
				return
			}
		}
		t.Fatalf("no %q on the screen\n%s", text, h.text())
	}
	click("1 site")
	if h.m.tabs[0].at != 0 {
		t.Error("a click does not show a tab")
	}
	click(" + ")
	if n := len(h.m.tabs[0].all); n != 3 {
		t.Errorf("a click on + makes %d tabs", n)
	}
	for range 12 {
		h.press("T")
	}
	h.shows("9 tabs are open here")
	h.checkFrame()
}

func TestClosingATabEndsItsListing(t *testing.T) {
	h := start(t, 120, 36).ready()
	entered, ended := h.blockRemote(listsCSS)
	h.press("2", "T", "j", "j", "l")
	h.until("the listing", entered.Load)
	h.press("gx") // would hang here if Update waited
	h.until("its end", ended.Load)
}

func TestHistoryGoesBackAndForward(t *testing.T) {
	h := start(t, 120, 36).ready()
	in := func(dir string) {
		t.Helper()
		h.until(dir, func() bool { return h.dir(0) == dir && !h.m.panes[0].Busy() })
	}
	const site = "/home/alice/projects/site"
	h.press("H")
	h.shows("There is no folder before this one.")
	h.press("j", "j", "l")
	in(site + "/css")
	h.press("h")
	in(site)
	h.press("h")
	in("/home/alice/projects")
	h.press("H")
	in(site)
	if e, _ := h.m.panes[0].Current(); e.Name != "css" {
		t.Errorf("the cursor is on %q", e.Name)
	}
	h.press("H")
	in(site + "/css")
	h.press("L")
	in(site)
	h.press("L")
	in("/home/alice/projects")
	h.press("L")
	h.shows("There is no folder after this one.")
	h.press("H")
	in(site)
	h.press("j", "h") // a new way: what lay ahead is forgotten
	in("/home/alice/projects")
	h.press("L")
	h.shows("There is no folder after this one")
}

func TestAFailedStepBackLosesNothing(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("2", "j", "l")
	h.until("assets", func() bool { return h.dir(1) == "/www/site/assets" && !h.m.panes[1].Busy() })
	h.remote.refuse = func(op, p string) error {
		if op == "list" {
			return missing("list", p)
		}
		return nil
	}
	h.press("H")
	h.shows("still in /www/site/assets")
	h.remote.refuse = nil
	h.press("H")
	h.until("the folder before", func() bool { return h.dir(1) == "/www/site" })
}

func TestSwapTakesTabsAndFocusAlong(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("T")
	h.until("two tabs", func() bool { return !h.m.panes[0].Busy() })
	h.press("X")
	if h.m.panes[0].Local() || !h.m.panes[1].Local() || len(h.m.tabs[1].all) != 2 {
		t.Error("the panes are where they were")
	}
	if h.m.active() != h.m.panes[1] || h.m.focused() != panelRight {
		t.Error("the focus stayed behind")
	}
	if title := h.line("/www/site"); !strings.Contains(title, "1 ") || !strings.Contains(title, "2 local") {
		t.Errorf("the titles are %q", title)
	}
	h.press("A", "f5")
	h.shows("already exist")
}

func TestTabFrames(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.press("T", "j", "j", "l")
			h.until("css", func() bool { return strings.HasSuffix(h.dir(0), "css") && !h.m.panes[0].Busy() })
			h.press("T", "gt")
			h.until("all of it", func() bool { return !h.m.panes[0].Busy() })
			h.frame("tabs")
		})
	}
}

// goldenSizes are the sizes in which every screen is kept.
var goldenSizes = [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}}
