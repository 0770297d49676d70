package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ferry/internal/vfs"
	"ferry/queue"
)

// sourceNames gives the names that a request is about.
func sourceNames(r queue.Request) []string {
	var all []string
	for _, s := range r.Sources {
		all = append(all, s.Entry.Name+"|"+s.As)
	}
	return all
}

func TestYankIsPastedIntoAnyFolderOfAnyPane(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("/", "LICENSE", "enter", "space", "y")
	h.shows("1 item remembered · p copies them, P with options")
	h.shows("y LICENSE")
	if h.m.panes[0].Marked() {
		t.Error("marks are still there")
	}
	h.press("h") // the source is not shown any more
	h.ready().press("2", "T")
	h.ready().press("j", "j", "j", "l")
	h.ready().press("p")
	h.shows("queued 1 item → /www/site/logs")
	h.press("H")
	h.ready().press("p")
	h.shows("queued 1 item → /www/site")
	for i, dir := range []string{"/www/site/logs", "/www/site"} {
		r := h.queue.added[i]
		if r.FromDir != site || r.From.ID() != "local" || r.ToDir != dir || r.To != vfs.FS(h.remote) || r.Move ||
			r.OnConflict != queue.RuleAsk || !slices.Equal(sourceNames(r), []string{"LICENSE|"}) {
			t.Errorf("asked for %+v", r)
		}
	}
}

func TestCutIsMovedOnce(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("2", "end", "x")
	h.shows(">xupload.part")
	h.press("up")
	h.shows("x upload.part")
	h.press("1", "p")
	h.shows("queued to move: 1 item → /home/alice/projects/site")
	if r := h.queue.added[0]; !r.Move || r.From != vfs.FS(h.remote) || r.FromDir != "/www/site" || r.ToDir != site {
		t.Errorf("asked for %+v", r)
	}
	h.gone("x upload.part")
	h.press("p")
	h.shows("Nothing is remembered yet: y does that to copy, x to move.")
}

func TestCutIsRenamedOnOneSide(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("end", "x", "home", "j", "l")
	h.ready().press("p")
	h.shows("1 item moved → ")
	if !h.local.has(site+"/assets"+lastName) || h.local.has(site+lastName) || len(h.queue.added) > 0 {
		t.Error("it was not moved")
	}
	if h.m.held != nil {
		t.Error("it is still to be pasted")
	}
	h.press("U")
	h.shows("undone: move 1 item")
	if !h.local.has(site + lastName) {
		t.Error("it was not moved back")
	}
}

func TestYankOnOneSideIsCopied(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("2", "end", "y", "home", "j", "l")
	h.ready().press("p")
	h.shows("queued 1 item → /www/site/assets")
	if r := h.queue.added[0]; r.Move || r.From != r.To || r.From != vfs.FS(h.remote) {
		t.Errorf("asked for %+v", r)
	}
}

func TestPasteInTheSameFolderCopiesBeside(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.local.put(site+"/css (2)", folder(testNow, 0o755))
	h.press("R")
	h.shows("css (2)/")
	h.press("/", "css", "enter", "space", "/", "main.js", "enter", "space", "y", "p")
	h.shows("queued 2 items")
	if got := sourceNames(h.queue.added[0]); !slices.Equal(got, []string{"css|css (3)", "main.js|main (2).js"}) {
		t.Errorf("asked for %q", got)
	}
}

func TestPasteAsksAboutNamesThatAreTaken(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("/", "main.js", "enter", "y", "2", "p")
	h.shows("1 of 1 item already exists")
	h.press("k")
	if r := h.queue.added[0]; r.OnConflict != queue.RuleRename {
		t.Errorf("asked for %+v", r)
	}
	h.press("1", "x", "2", "p", "esc", "up")
	h.gone("already exist")
	h.press("1")
	h.shows(">xmain.js") // given up, it is still remembered
}

func TestPasteSaysWhyItCannot(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("y")
	h.shows("There is nothing to remember here")
	h.press("P")
	h.shows("Nothing is remembered yet")
	h.press("j", "x", "p")
	h.shows("What was cut is in this folder already: go where it is to be.")
	h.press("l")
	h.ready().press("p")
	h.shows("assets/ cannot be pasted into itself.")
	h.press("h")
	h.ready().press("j", "l")
	h.ready().press("P")
	h.shows("On one side things are moved by renaming them, without options: p does.")
	h.press("esc")
	h.shows("Nothing is remembered to be pasted any more.")
	h.press("end", "y", "2")
	h.lose()
	h.shows("offline")
	h.press("p")
	h.shows("is offline and its rows may be old")
}

func TestPasteWithOptions(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("/", "img", "enter", "y", "2", "P")
	h.shows("Copy 1 item with options")
	h.press("right", "right", "right") // newer
	h.press("down", "*.jpg *.png", "down", "*.tmp[", "down", "right", "down", "right", "down", "right", "down", "right")
	h.press("down", "backspace", "backspace", "backspace", "soon", "enter")
	h.shows("This is no time")
	h.press("ctrl+u", "10m", "enter")
	h.shows("is no pattern such as")
	h.press("backspace", "enter")
	h.shows("queued 1 item → /www/site")
	r := h.queue.added[0]
	want := queue.Filter{Include: []string{"*.jpg", "*.png"}, Exclude: []string{"*.tmp"}, SkipHidden: true}
	if r.OnConflict != queue.RuleNewer || !r.FollowLinks || !r.KeepMode || r.Verify != queue.VerifyAlways ||
		fmt.Sprint(r.Filter) != fmt.Sprint(want) || r.NotBefore.Sub(testNow).Minutes() != 10 {
		t.Errorf("asked for %+v", r)
	}
	h.press("1", "x", "2", "P")
	h.shows("Move 1 item with options")
	h.shows("Links              (o) skip")
	h.queue.refuse = &vfs.Failure{Step: "queue it", Said: "the disk is full", Kind: vfs.ErrRefused}
	h.press("enter")
	h.shows("the disk is full")
	h.press("esc", "1")
	h.shows(">ximg/")
}

func TestNewMakesAFileOrAFolder(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("a", "empty.txt")
	h.shows("An empty file; with / behind its name a folder.")
	h.press("enter")
	h.until("the file", func() bool { return h.local.has(site + "/empty.txt") })
	h.gone("An empty file")
	if e, ok := h.m.active().Current(); !ok || e.Name != "empty.txt" || e.IsDir() {
		h.until("the cursor on it", func() bool { e, _ := h.m.active().Current(); return e.Name == "empty.txt" })
	}
	h.ready().press("a", "đà lạt/")
	h.shows("A folder.")
	h.press("enter")
	h.until("the folder", func() bool {
		e, ok := h.m.active().Current()
		return ok && e.IsDir() && e.Name == "đà lạt"
	})
	h.ready().press("a", "main.js", "enter")
	h.shows("there already")
	h.press("ctrl+u", "/", "enter")
	h.shows("A name is needed.")
}

func TestShiftTabGoesRoundThePanels(t *testing.T) {
	h := start(t, 120, 36).ready()
	for _, want := range []panel{panelRight, panelQueue, panelLog, panelLeft, panelRight} {
		if h.press("shift+tab"); h.m.focused() != want {
			t.Errorf("the focus is on %d, not %d", h.m.focused(), want)
		}
	}
	h = start(t, 80, 24).ready() // without the wire
	for _, want := range []panel{panelRight, panelQueue, panelLeft} {
		if h.press("shift+tab"); h.m.focused() != want {
			t.Errorf("the focus is on %d, not %d", h.m.focused(), want)
		}
	}
}

func TestFramesOfWhatIsHeld(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.press("j", "space", "space", "y")
			h.frame("yanked")
			h.press("x", "j")
			h.frame("cut")
			h.press("2", "P")
			h.frame("paste-with")
			h.press("esc", "1", "a", "new folder/")
			h.frame("new")
			if !strings.Contains(h.text(), "A folder.") {
				t.Error(h.text())
			}
		})
	}
}

func TestDisconnectWhereBothPanesBeganOnServers(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, d *Deps) {
		h.local.put("/home/notes.txt", file(5, testNow))
		d.Start = [2]Place{{h.remote, "/www/site"}, {h.remote, "/www"}}
		d.Local = h.local
	}).ready()
	h.press("g", "d")
	h.shows("The pane is local again")
	h.shows("notes.txt")
}
