package tui

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"

	sites "ferry/internal/site"
	"ferry/internal/vfs"
	"ferry/queue"
)

// old is another folder of the local side, and lastName the last file of site.
const old, lastName = "/home/alice/old", "/数据备份-2026.tar.gz"

// sameSide shows another folder of the local side on the right.
func sameSide(h *harness, d *Deps) {
	h.local.put("/home/alice/old/main.js", file(5, testNow))
	h.local.put("/home/alice/old/css/deep", file(5, testNow))
	d.Start = [2]Place{{h.local, site}, {h.local, "/home/alice/old"}}
	d.Free = nil // which pane learns it first is chance
}

func TestMoveBetweenShoresIsQueued(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("end", "f6")
	h.shows("queued to move: 1 item → /www/site")
	if r := h.queue.added[0]; !r.Move || r.OnConflict != queue.RuleAsk || r.Sources[0].Entry.Name != "数据备份-2026.tar.gz" {
		t.Errorf("asked for %+v", r)
	}
	h.press("A", "m")
	h.shows("already exist")
	h.press("o")
	if r := h.queue.added[1]; !r.Move || r.OnConflict != queue.RuleOverwrite {
		t.Errorf("asked for %+v", r)
	}
}

func TestMoveOnOneSideRenames(t *testing.T) {
	h := start(t, 120, 36, sameSide).ready()
	h.press("j", "space", "end", "space", "f6")
	h.shows("2 items moved → ")
	h.shows("U undoes it")
	if !h.local.has(old+lastName) || h.local.has(site+lastName) || len(h.queue.added) > 0 {
		t.Error("it was not moved")
	}
	h.press("U")
	h.shows("undone: move 2 items")
	if h.local.has(old+lastName) || !h.local.has(site+lastName) || !h.local.has(site+"/assets") {
		t.Error("it was not moved back")
	}
	h.press("U")
	h.shows("There is nothing to undo")
}

func TestMoveOverAFile(t *testing.T) {
	for key, moved := range map[string]bool{"o": true, "s": false, "esc": false} {
		h := start(t, 120, 36, sameSide).ready()
		h.press("/", "main.js", "enter", "m")
		h.shows("1 of 1 item already exists")
		h.press(key)
		h.gone("already exist")
		h.until("the end", func() bool { return h.m.errand == nil })
		if h.local.has(site+"/main.js") == moved || !h.local.has("/home/alice/old/main.js") {
			t.Errorf("%s: moved is not %t", key, moved)
		}
		if h.local.has("/home/alice/old/.main.js.ferryold") {
			t.Errorf("%s: the old one is still there", key)
		}
	}
}

func TestMoveOfFoldersThatAreTaken(t *testing.T) {
	h := start(t, 120, 36, sameSide).ready()
	h.press("j", "j", "m")
	h.shows("A folder cannot be moved over another one")
	h.press("enter")
	h.shows("Nothing was moved.")
	h.press("2")
	h.send(h.m.panes[1].Go("/home/alice/projects/site", "")())
	h.press("1", "h")
	h.until("projects", func() bool { return h.m.panes[0].Dir() == "/home/alice/projects" && !h.m.panes[0].Busy() })
	h.until("site", func() bool { return h.m.panes[1].Dir() == site && !h.m.panes[1].Busy() })
	h.press("1", "home", "j", "m")
	h.shows("site/ cannot be moved into itself.")
}

func TestMoveToAnotherDiskIsQueued(t *testing.T) {
	h := start(t, 120, 36, sameSide).ready()
	h.local.refuse = func(op, _ string) error {
		if op == "rename" {
			return &vfs.Failure{Step: "rename", Said: "other disk", Err: syscall.EXDEV}
		}
		return nil
	}
	h.press("end", "m")
	h.shows("queued to move: 1 item")
	if len(h.queue.added) != 1 || !h.queue.added[0].Move {
		t.Errorf("asked for %+v", h.queue.added)
	}
}

func TestRenameIsUndone(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("2", "end", "r", "ctrl+u", "x", "enter")
	h.until("the new name", func() bool { return h.remote.has("/www/site/x") && len(h.m.dialogs) == 0 })
	h.press("U")
	h.shows("undone: rename upload.part → x")
	h.until("the old name", func() bool { e, _ := h.m.panes[1].Current(); return e.Name == "upload.part" })
}

func withTrash(h *harness, d *Deps) {
	d.Trash = func(_ context.Context, path string) (func(context.Context) error, error) {
		h.local.mu.Lock()
		defer h.local.mu.Unlock()
		e := h.local.entries[path]
		delete(h.local.entries, path)
		return func(context.Context) error {
			h.local.mu.Lock()
			defer h.local.mu.Unlock()
			h.local.put(path, e)
			return nil
		}, nil
	}
	d.Sites = &siteShelf{}
}

// siteShelf holds one site with a trash folder.
type siteShelf struct{ Sites }

func (*siteShelf) Load(context.Context) (SiteBook, error) {
	return SiteBook{Sites: sites.List{{Name: "web", Host: "ftp.example.org", User: "alice", Trash: ".trash"}}}, nil
}

func TestTrashAndBack(t *testing.T) {
	h := start(t, 120, 36, withTrash).ready()
	h.until("the sites", func() bool { return len(h.m.book.Sites) == 1 })
	h.press("end", "d")
	h.shows("It goes to the trash and can be brought back.")
	h.press("y")
	h.shows("1 item moved to the trash · U undoes it")
	h.press("2", "end", "d")
	h.shows("It goes to the folder .trash")
	h.press("y")
	h.shows("1 item moved to the folder .trash")
	if !h.remote.has("/home/.trash/upload.part") || h.local.has(site+lastName) {
		t.Error("it is not in the trash")
	}
	h.press("U")
	h.shows("undone: delete 1 item")
	h.until("the file on the server", func() bool { return h.remote.has("/www/site/upload.part") && h.m.errand == nil })
	h.press("U")
	h.until("the local file", func() bool { return h.local.has(site+lastName) && h.m.errand == nil })
}

func TestDeletingForGoodPastTheTrash(t *testing.T) {
	h := start(t, 120, 36, withTrash).ready()
	h.until("the sites", func() bool { return len(h.m.book.Sites) == 1 })
	h.press("end", "d", "D")
	h.shows("1 item deleted")
	h.press("U")
	h.shows("There is nothing to undo")
}

func TestAnErrandIsAlone(t *testing.T) {
	h := start(t, 120, 36, sameSide).ready()
	h.press("end")
	h.m.errand = &errand{title: "Moving on this machine"}
	for _, key := range []string{"m", "d", "U"} {
		h.press(key)
		h.shows("Something else is under way: Moving on this machine.")
		h.press("4", "1")
	}
}

func TestErrandThatBreaksOff(t *testing.T) {
	h := start(t, 120, 36, sameSide).ready()
	h.local.refuse = func(op, _ string) error {
		if op == "lease" {
			return errors.New("no session")
		}
		return nil
	}
	h.press("end", "m")
	h.shows("! Nothing was done")
	if !strings.Contains(h.text(), "No session") {
		t.Error(h.text())
	}
}

func TestMoveFrames(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
		h := start(t, size[0], size[1], sameSide, withTrash).ready()
		h.press("/", "main.js", "enter", "m")
		h.shows("already exist")
		h.frame("move-conflict")
		h.press("esc", "d")
		h.frame("trash")
	}
}
