package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ferry/internal/vfs"
)

func TestUpdateReturnsWhileAListingBlocks(t *testing.T) {
	h := start(t, 120, 36).ready()
	var entered atomic.Bool
	h.remote.block = func(ctx context.Context, op, _ string) {
		if op == "list" {
			entered.Store(true)
			<-ctx.Done()
		}
	}
	h.press("2", "j", "enter")
	h.until("the listing", entered.Load)
	h.press("1", "j", "j", "space") // would hang here if Update waited
	h.shows("1 marked")
	h.shows("listing… · Esc stops")
	h.press("2", "esc")
	h.gone("listing…")
	if dir := h.m.panes[1].Dir(); dir != "/www/site" {
		t.Errorf("the pane is in %s", dir)
	}
}

func TestRowsAppearWhileAListingGoesOn(t *testing.T) {
	goOn := make(chan struct{})
	h := start(t, 120, 36, func(h *harness, _ *Deps) {
		for i := range 2500 {
			h.remote.put(fmt.Sprintf("/www/many/f%05d", i), file(1, testNow))
		}
		h.remote.block = func(_ context.Context, op, dir string) {
			if op == "batch" && dir == "/www/many" {
				<-goOn
			}
		}
	}).ready()
	t.Cleanup(func() { close(goOn) })
	h.press("2", "h")
	h.until("the parent", func() bool { return h.m.panes[1].Dir() == "/www" })
	h.press("home", "j", "enter")
	h.shows("listing… 1,000 entries · Esc stops")
	h.press("j", "j")
	if got := h.line("f00001"); !strings.Contains(got, "> f00001") {
		t.Errorf("the cursor is not on the second file: %q", got)
	}
	h.pass(time.Second)
	goOn <- struct{}{}
	h.shows("listing… 2,000 entries")
	if got := h.line("f00001"); !strings.Contains(got, "> f00001") {
		t.Errorf("the cursor moved: %q", got)
	}
	h.press("esc")
	h.shows("Stopped after 2,000 entries; more may be there.")
}

func TestCursorFollowsTheWay(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "j", "l")
	h.shows("print.css")
	h.press("h")
	h.until("the parent", func() bool { return strings.HasPrefix(h.line("css/"), "> css/") })
}

func TestReloadKeepsTheCursorOnItsName(t *testing.T) {
	h := start(t, 120, 36).ready()
	for range 8 {
		h.press("j")
	}
	before, _ := h.m.panes[0].Current()
	h.local.mu.Lock()
	h.local.put("/home/alice/projects/site/0-first", file(1, testNow))
	h.local.put("/home/alice/projects/site/b-second", file(1, testNow))
	h.local.mu.Unlock()
	h.press("R")
	h.shows("b-second")
	if after, _ := h.m.panes[0].Current(); after.Name != before.Name {
		t.Errorf("the cursor went from %s to %s", before.Name, after.Name)
	}
}

func TestAFailedListingIsToldInThePane(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.refuse = func(op, p string) error {
		if op == "list" {
			return &vfs.Failure{Step: "list " + p, On: "ftp.example.org:21", Said: "550 No.\x1b[2J"}
		}
		return nil
	}
	h.press("2", "j", "enter")
	h.shows("Cannot list /www/site/assets on")
	h.shows("No.␛[2J")
	h.shows("still in /www/site · Esc closes this")
	h.remote.refuse = nil
	h.press("R")
	h.gone("Cannot list")
}

func TestAFirstListingThatFailsSaysWhatToPress(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, _ *Deps) {
		h.remote.refuse = func(string, string) error {
			return &vfs.Failure{Step: "connect to ftp.example.org:21", Said: "connection refused", Kind: vfs.ErrConnect}
		}
	})
	h.shows("R tries again · F2 connects elsewhere")
	h.remote.refuse = nil
	h.press("2", "R")
	h.shows("/www/site")
	h.gone("connection refused")
}

func TestUnreadableLinesAreCounted(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, _ *Deps) {
		h.remote.report = vfs.ListReport{Lines: 74, Unread: 2, Unreadable: []string{"??", "!!"}}
	}).ready()
	h.shows("2 of 74 lines could not be read")
}

func TestSortingAndHiddenFiles(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press(".")
	h.shows(".gitignore")
	h.press(",s")
	h.shows("size ▼")
	first := func() string {
		for l := range strings.Lines(h.text()) {
			if strings.Contains(l, " 1.2G ") || strings.Contains(l, "   64 ") {
				return l
			}
		}
		return ""
	}
	h.until("the largest first", func() bool { return !h.m.panes[0].Busy() && strings.Contains(first(), "1.2G") })
	h.press(",s")
	h.until("the smallest first", func() bool { return !h.m.panes[0].Busy() && strings.Contains(first(), "   64 ") })
}

func TestMarksAreCountedAndFollowPatterns(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("+")
	h.shows("Mark by pattern")
	h.press("backspace", "*.css", "enter")
	h.shows("1 marked 27.9K")
	h.press("u")
	h.gone("1 marked")
	h.press("+", "backspace", "[", "enter")
	h.shows("This pattern is not complete.")
}

func TestBurstsAreSplit(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("jjj")
	if e, _ := h.m.panes[0].Current(); e.Name != "img" {
		t.Errorf("jjj went to %q", e.Name)
	}
	h.press("gg")
	if _, ok := h.m.panes[0].Current(); ok {
		t.Error("gg did not go to the top")
	}
}

func TestALinkIsTriedAsAFolder(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, _ *Deps) {
		h.local.refuse = func(op, p string) error {
			if op == "list" && strings.HasSuffix(p, "current") {
				return &vfs.Failure{Step: "list " + p, Said: "it is no folder"}
			}
			return nil
		}
	}).ready()
	h.press("j", "j", "j", "j", "enter")
	h.shows("still in ~/projects/site")
}

func TestHostileNamesAreMadeVisible(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, _ *Deps) {
		for _, name := range []string{"a\x1b]2;title\a", "b\x1b[2J", "\u202egpj.exe", "c\xff\xfe", "d\r\ne"} {
			h.remote.put("/www/site/"+name, file(1, testNow))
		}
	}).ready()
	frame := h.m.View()
	for _, bad := range []string{"\x1b]", "\x1b[2J", "\a", "\r", "\u202e", "\xff"} {
		if strings.Contains(frame, bad) {
			t.Errorf("the frame holds %q", bad)
		}
	}
	h.shows(`c\xFF\xFE`)
}

func TestSameFolderInTheOtherPane(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("=")
	h.until("the same folder", func() bool { return h.m.panes[1].Dir() == h.m.panes[0].Dir() && h.m.panes[1].Local() })
}

func TestAQueueThatEndedIsNotAskedAgain(t *testing.T) {
	h := start(t, 120, 36).ready()
	if _, cmd := h.m.Update(newsMsg{err: errors.New("closed")}); cmd != nil {
		t.Error("it is asked again")
	}
}

func TestBurstsAreSplitInDialogs(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "gm")
	h.shows("Permissions of assets")
	h.press("640", "enter")
	h.until("the mode", func() bool {
		h.local.mu.Lock()
		defer h.local.mu.Unlock()
		return h.local.entries[site+"/assets"].Mode == 0o640
	})
	h.shows("permissions of 1 item changed")
	h.press("f8")
	h.press("nq") // the q comes behind the end of the dialog, and must not quit
	h.gone("Delete on")
	if h.quit {
		t.Error("it has quit")
	}
}
