package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ferry/internal/vfs"
)

// rowOf gives the part of a line that shows a name on a side.
func (h *harness) rowOf(side int, name string) string {
	for l := range strings.Lines(h.text()) {
		left, right, two := strings.Cut(l, "│")
		half := [...]string{left, right}[side]
		if two && strings.Contains(half, " "+name) {
			return half
		}
	}
	return ""
}

// signs waits until the rows of a side bear the signs of their differences.
func (h *harness) signs(side int, want map[string]string) {
	h.t.Helper()
	for name, sign := range want {
		h.until(name+" with "+sign, func() bool { return strings.Contains(h.rowOf(side, name), sign+" "+name) })
	}
}

func TestCompareBySize(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("C")
	h.shows("Compare the panes")
	h.press("s")
	h.signs(0, map[string]string{
		"README.md": "=", "index.html": "↑", "main.js": "↑", "LICENSE": "+", "img/": "+", "assets/": " ",
	})
	h.signs(1, map[string]string{"README.md": "=", "index.html": "↓", "main.js": "↓", "upload.part": "+", "logs/": "+"})
	h.shows("by size: +10 new ↑2 newer =1 equal")
	h.press("gn")
	h.shows("marked 12 items")
	if got := h.marked(0); slices.Contains(got, "README.md") || !slices.Contains(got, "index.html") {
		t.Errorf("marked are %q", got)
	}
	h.press("2", "gn")
	if got := h.marked(1); !slices.Equal(got, []string{"logs", "upload.part"}) {
		t.Errorf("on the right are marked %q", got)
	}
	h.press("esc")
	h.gone("=README")
	if h.m.panes[0].Comparing() || h.m.panes[1].Comparing() {
		t.Error("Esc does not end it")
	}
}

func TestMarkNewerComparesByDate(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("gn")
	h.shows("marked 13 items")
	h.signs(0, map[string]string{"README.md": "↑", "index.html": "↑"})
}

func TestAComparisonFollowsTheFolders(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("C", "s")
	h.signs(0, map[string]string{"LICENSE": "+"})
	h.remote.put("/www/site/LICENSE", file(1126, testNow))
	h.press("2", "R")
	h.signs(0, map[string]string{"LICENSE": "="})
	h.press("j", "l")
	h.until("its end", func() bool { return !h.m.panes[0].Comparing() && !h.m.panes[1].Comparing() })
}

func TestCompareByContent(t *testing.T) {
	h := start(t, 120, 36).ready()
	const size = 4
	for name, contents := range map[string][2]string{"same": {"abcd", "abcd"}, "other": {"abcd", "abce"}} {
		for i, f := range []*memFS{h.local, h.remote.memFS} {
			path := [...]string{"/home/alice/projects/site/", "/www/site/"}[i] + name
			f.put(path, file(size, testNow))
			f.data[path] = []byte(contents[i])
		}
	}
	h.press("1", "R", "2", "R")
	h.shows("9 of 9 lines read")
	h.until("both", func() bool { return !h.m.panes[0].Busy() && !h.m.panes[1].Busy() })
	h.press("C", "c")
	h.signs(1, map[string]string{"same": "=", "other": "≠", "README.md": "="})
	if len(h.m.dialogs) != 0 {
		t.Error("the dialog is still open")
	}
	// What has changed since is not read again behind the person's back.
	h.remote.data["/www/site/same"] = []byte("abcx")
	h.remote.put("/www/site/same", file(size, testNow.Add(time.Hour)))
	var read atomic.Bool
	h.remote.block = func(_ context.Context, op, _ string) {
		if op == "open" {
			read.Store(true)
		}
	}
	h.press("R")
	h.signs(1, map[string]string{"same": "?", "other": "≠"})
	if read.Load() {
		t.Error("it was read again")
	}
}

func TestUpdateReturnsWhileComparingBlocks(t *testing.T) {
	h := start(t, 120, 36).ready()
	entered, ended := h.blockRemote(func(op, _ string) bool { return op == "open" })
	h.press("C", "c") // would hang here if Update waited
	h.until("the reading", entered.Load)
	h.shows("0 of 1 file of equal size")
	h.press("esc")
	h.until("its end", ended.Load)
	if len(h.m.dialogs) != 0 || h.m.comparison != nil {
		t.Error("it goes on")
	}
}

func TestAComparisonThatCannotBeginSaysWhy(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.refuse = func(op, _ string) error {
		return &vfs.Failure{Step: op + " there", Said: "connection refused", Kind: vfs.ErrConnect}
	}
	h.press("C", "c")
	h.shows("! The panes were not compared")
	h.shows("connection refused")
	h.pass(time.Second)
	h.press("enter", "1", "=") // both panes show the same now
	h.remote.refuse = nil
	h.until("the same folder", func() bool { return h.m.panes[0].FS() == h.m.panes[1].FS() && !h.m.panes[1].Busy() })
	h.press("C")
	h.shows("Both panes show the same folder.")
}

func TestBrowsingTogether(t *testing.T) {
	h := start(t, 120, 36).ready()
	in := func(left, right string) {
		t.Helper()
		h.until(left+" and "+right, func() bool {
			return h.dir(0) == left && h.dir(1) == right && !h.m.panes[0].Busy() && !h.m.panes[1].Busy()
		})
	}
	const site = "/home/alice/projects/site"
	h.press("g=")
	h.shows("⇄ ~/projects/site")
	h.shows("⇄ /www/site")
	h.press("j", "j", "l")
	in(site+"/css", "/www/site/css")
	h.press("h")
	in(site, "/www/site")
	h.press("j", "l") // img is here only
	h.shows("The other pane stays: it has no folder img.")
	in(site+"/img", "/www/site")
	h.press("h")
	in(site, "/www/site")
	h.press("h") // above the bases
	in("/home/alice/projects", "/www")
	h.press("l")
	in(site, "/www/site")
	h.press("2", "home", "j", "l") // the other one leads
	in(site+"/assets", "/www/site/assets")
	h.press("H")
	in(site, "/www/site")
	h.press("g=", "j", "l")
	in(site, "/www/site/css")
}

func TestBrowsingTogetherComparesAsItGoes(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.put("/www/site/css/site.css", file(28570, at(11, 17, 16, 5)))
	h.press("g=", "C", "s")
	h.signs(0, map[string]string{"LICENSE": "+"})
	h.press("home", "j", "j", "l")
	h.signs(0, map[string]string{"site.css": "=", "print.css": "+"})
}

func TestBrowsingTogetherEndsWhereAPaneGoesElsewhere(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("g=", "g/", "/home", "enter")
	h.until("the folder above", func() bool { return h.dir(0) == "/home" && !h.m.panes[1].Busy() })
	h.press("=", "j", "l")
	h.until("one pane alone", func() bool { return h.dir(0) == "/home/alice" })
	h.shows("they go their own ways again")
}

func TestCompareFrames(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.press("g=")
			h.frame("together")
			h.press("C")
			h.frame("compare")
			h.press("s")
			h.until("the comparison", func() bool { return h.m.panes[0].Comparing() })
			h.press("j", "j", "j", "j", "j", "j", "space")
			h.press("u")
			h.frame("compared")
		})
	}
}
