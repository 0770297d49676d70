package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ferry/internal/vfs"
)

func TestPathsThatAreTyped(t *testing.T) {
	const site = "/home/alice/projects/site"
	for _, c := range []struct{ typed, dir, cursor string }{
		{"css", site + "/css", ""},
		{"css/", site + "/css", ""},
		{"./img", site + "/img", ""},
		{"..", "/home/alice/projects", ""},
		{"../../projects/site/css", site + "/css", ""},
		{"~", "/home/alice", ""},
		{"~/projects", "/home/alice/projects", ""},
		{"/home", "/home", ""},
		{"/", "/", "home"},
		{"css/print.css", site + "/css", "print.css"},
	} {
		t.Run(c.typed, func(t *testing.T) {
			h := start(t, 120, 36).ready()
			h.press("g/")
			h.shows("Go to a folder on this machine")
			h.press(c.typed, "enter")
			h.until(c.dir, func() bool { return h.dir(0) == c.dir && !h.m.panes[0].Busy() && len(h.m.dialogs) == 0 })
			if got := h.current(0); got != c.cursor {
				t.Errorf("the cursor is on %q", got)
			}
		})
	}
}

func TestPathsOnAServer(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.put("/home/pub/deep", folder(testNow, 0o755))
	h.press("2", "g/", "~", "tab")
	h.shows("~/pub/")
	h.press("tab")
	h.shows("~/pub/deep/")
	h.press("enter")
	h.until("the folder", func() bool { return h.dir(1) == "/home/pub/deep" })
	h.press("gr")
	h.until("the root", func() bool { return h.dir(1) == "/" && !h.m.panes[1].Busy() })
	h.press("gh")
	h.until("the home folder", func() bool { return h.dir(1) == "/home" })
}

func TestCompletionStopsWhereNamesPart(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, _ *Deps) {
		for _, name := range []string{"release-1", "release-2", "Rest"} {
			h.local.put("/home/alice/projects/site/img/"+name, folder(testNow, 0o755))
		}
	}).ready()
	h.press("g/", "im", "tab")
	h.shows("img/")
	h.press("r", "tab") // img is listed in a command
	h.shows("img/release-1/")
	h.shows("img/Rest/")
	h.press("el", "tab")
	h.shows("img/release-")
	h.press("down", "down", "enter", "enter")
	h.until("the chosen folder", func() bool { return strings.HasSuffix(h.dir(0), "/img/release-2") })
}

func TestAPathThatIsNotThere(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("g/", "nowhere", "tab")
	h.shows("No folder there begins like that.")
	h.press("enter")
	h.shows("! Cannot look at")
	h.press("esc")
	if len(h.m.dialogs) != 0 || h.dir(0) != "/home/alice/projects/site" {
		t.Errorf("in %s, %d dialogs", h.dir(0), len(h.m.dialogs))
	}
	h.press("g/", "ftp://example.org/", "enter")
	h.shows("This is an address")
}

func TestTypingOnGivesUpACompletion(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.block = func(ctx context.Context, op, _ string) {
		if op == "list" {
			<-ctx.Done()
		}
	}
	h.press("2", "g/", "css/", "tab")
	h.shows("listing…")
	h.press("x")
	h.gone("listing…")
	h.shows("css/x")
}

func TestUpdateReturnsWhileACompletionBlocks(t *testing.T) {
	h := start(t, 120, 36).ready()
	entered, ended := h.blockRemote(func(op, path string) bool { return listsCSS(op, path) || op == "stat" })
	for _, keys := range [][2]string{{"css/", "tab"}, {"css", "enter"}} {
		entered.Store(false)
		ended.Store(false)
		h.press("2", "g/", keys[0], keys[1]) // would hang here if Update waited
		h.until("the question", entered.Load)
		h.press("esc")
		h.shows("Stopped.")
		h.until("its end", ended.Load)
		h.press("esc")
	}
}

func TestFindBelow(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("S")
	h.shows("Find below /home/alice/projects/site")
	h.press("*.css", "enter")
	h.shows("3 names in 4 folders")
	h.shows("> styles.css")
	h.press("j", "enter")
	h.until("the folder", func() bool { return strings.HasSuffix(h.dir(0), "/css") })
	h.until("the name", func() bool { return h.current(0) == "site.css" || h.current(0) == "print.css" })
}

func TestUpdateReturnsWhileASearchBlocks(t *testing.T) {
	h := start(t, 120, 36).ready()
	entered, ended := h.blockRemote(listsCSS)
	h.press("2", "S", "s", "enter") // would hang here if Update waited
	h.until("the walk", entered.Load)
	h.shows("searching… ")
	h.shows("assets/")
	h.press("esc")
	h.until("its end", ended.Load)
	h.shows("Esc closes")
	h.press("esc")
	if len(h.m.dialogs) != 0 {
		t.Error("the list is still open")
	}
	h.press("S", "s", "enter")
	h.shows("> assets/")
	h.press("enter") // without waiting for the end
	h.until("the walk's end", func() bool { return len(h.m.ongoing) == 0 })
}

func TestASearchTellsWhatItCouldNotRead(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.refuse = func(op, p string) error {
		if op == "list" && p == "/www/site/logs" {
			return &vfs.Failure{Step: "list " + p, Said: "550 No."}
		}
		return nil
	}
	h.press("2", "S", "index", "enter")
	h.shows("1 name in 4 folders, 1 could not be read")
}

func TestFolderSizes(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "j", "gs")
	h.until("the size", func() bool { return strings.Contains(h.line("css/"), " 29.1K 11-20") })
	h.press("space")
	h.shows("1 marked 29.1K")
	h.press("u", "home", "gs")
	h.until("the sizes of all", func() bool { return strings.Contains(h.line("assets/"), "  0 11-20") })
	h.press("end", "gs")
	h.shows("There is no folder to measure")
}

func TestAFolderThatCannotBeMeasuredIsMoreThanSeen(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.local.put("/home/alice/projects/site/css/locked", folder(testNow, 0))
	h.local.refuse = func(op, p string) error {
		if op == "list" && strings.HasSuffix(p, "locked") {
			return &vfs.Failure{Step: "list " + p, Said: "permission denied"}
		}
		return nil
	}
	h.press("j", "j", "gs")
	h.until("the size", func() bool { return strings.Contains(h.line("css/"), " 29.1K+ 11-20") })
}

func TestUpdateReturnsWhileMeasuringBlocks(t *testing.T) {
	h := start(t, 120, 36).ready()
	entered, ended := h.blockRemote(listsCSS)
	h.press("2", "j", "j", "gs") // would hang here if Update waited
	h.until("the walk", entered.Load)
	h.shows("measuring… 0 files · Esc stops")
	h.press("esc")
	h.gone("measuring")
	h.until("its end", ended.Load)
}

func TestPathAndFindFrames(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.press("g/")
			h.frame("path")
			h.press("esc", "S", "*.css")
			h.frame("find")
			h.press("enter")
			h.shows("3 names in 4 folders")
			h.frame("found")
			h.press("esc", "home", "gs")
			h.shows("29.1K")
			h.until("all sizes", func() bool { return strings.Contains(h.line("img/"), " 0 ") })
			h.frame("sizes")
		})
	}
}
