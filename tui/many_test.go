package tui

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"ferry/internal/vfs"
	"ferry/queue"
)

// swaps is an editor that replaces texts, old and new in turn.
func swaps(pairs ...string) func(path string) error {
	return func(path string) error {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(strings.NewReplacer(pairs...).Replace(string(text))), 0o600)
	}
}

func bulkOn(t *testing.T, do func(path string) error, size ...int) (*harness, *pretend) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	size = append(size, 120, 36)
	p := &pretend{do: do}
	h := start(t, size[0], size[1], p.use).ready()
	h.press("2", "gR")
	return h, p
}

func TestBulkRenameAndBack(t *testing.T) {
	h, _ := bulkOn(t, swaps("index.html", "main.js", "main.js", "index.html", "css", "style"))
	h.shows("Rename 3 items in /www/site")
	h.asks("css → style")
	h.press("y")
	h.shows("3 items renamed · U undoes it")
	h.remote.memFS.mu.Lock()
	size := h.remote.entries["/www/site/main.js"].Size
	h.remote.memFS.mu.Unlock()
	if size != 18330 || !h.remote.has("/www/site/style") {
		t.Errorf("main.js has %d octets", size)
	}
	h.until("the text to go", func() bool { return copies(t) == 0 })
	h.press("U")
	h.shows("undone: rename 3 items")
	h.remote.memFS.mu.Lock()
	defer h.remote.memFS.mu.Unlock()
	if e := h.remote.entries["/www/site/main.js"]; e.Size != 316416 {
		t.Errorf("main.js has %d octets", e.Size)
	}
}

func TestBulkRenameOfWhatIsMarked(t *testing.T) {
	p := &pretend{do: swaps("assets", "img", "css", "img")}
	h := start(t, 120, 36, p.use).ready()
	h.press("j", "space", "space", "gR")
	h.shows("! Nothing was renamed")
	h.shows("Line 1, img: something else has that name.")
	h.asks("Line 2, img: it is on line 1, too.")
	p.do = swaps("img\nimg", "a\nb/c")
	h.press("e")
	h.asks("Line 2, b/c: ")
	p.do = swaps("b/c", "b\nc")
	h.press("e")
	h.asks("There are 3 lines for 2 names")
	p.do = swaps("a\nb\nc", "a\n")
	h.press("e")
	h.asks("Line 2: a name is needed.")
	h.press("esc")
	h.gone("Nothing was renamed")
}

func TestBulkRenameOfNothing(t *testing.T) {
	h, p := bulkOn(t, func(string) error { return nil })
	h.shows("No name was changed.")
	p.do = func(string) error { return errNoEditor }
	h.press("gR")
	h.shows("Set the variable EDITOR")
	h.until("the texts to go", func() bool { return copies(t) == 0 })
}

func TestBulkRenameThatFails(t *testing.T) {
	h, _ := bulkOn(t, swaps("css", "a", "logs", "b"))
	h.asks("Rename 2 items")
	h.remote.refuse = func(op, p string) error {
		if op == "rename" && strings.HasSuffix(p, "logs") {
			return &vfs.Failure{Step: "rename " + p, Said: "550 no"}
		}
		return nil
	}
	h.press("y")
	h.shows("! 1 item renamed, 1 not")
	if !h.remote.has("/www/site/a") || !h.remote.has("/www/site/logs") {
		t.Error("other names than told")
	}
}

// TestRenameOrder: whatever the new names, no step meets a name that is taken, and the end is as it was wanted.
func TestRenameOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := rapid.SliceOfNDistinct(rapid.SampledFrom(strings.Split("abcdefgh", "")), 1, 8, rapid.ID).Draw(t, "old")
		pool := append(slices.Clone(old), "x", "y", "z")
		fresh := rapid.Permutation(pool).Draw(t, "fresh")[:len(old)]
		files := map[string]string{}
		for _, name := range old {
			files[name] = name
		}
		for _, s := range renameOrder(old, fresh) {
			if _, taken := files[s.to]; taken || files[s.from] == "" {
				t.Fatalf("%+v cannot be done: %v", s, files)
			}
			files[s.to] = files[s.from]
			delete(files, s.from)
		}
		for i, name := range fresh {
			if files[name] != old[i] || len(files) != len(old) {
				t.Fatalf("%q became %v, not %q", old, files, fresh)
			}
		}
	})
}

func (h *harness) paste(text string) {
	h.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
}

func TestPastedPathsAreUploaded(t *testing.T) {
	for _, text := range []string{
		site + "/main.js '" + site + "/css'", "file://" + site + "/main.js\r\nfile://" + site + "/css\r\n",
		`"~/projects/site/main.js" ~/projects/site/c\ss`,
	} {
		h := start(t, 120, 36).ready()
		h.press("2")
		h.paste(text)
		h.shows("Upload what was pasted")
		h.shows("1 file and 1 folder of this machine")
		h.press("enter") // it may be the one that was pasted, too
		h.pass(grace)
		h.press("enter")
		h.shows("queued 2 items → /www/site")
		r := h.queue.added[0]
		if r.FromDir != site || r.ToDir != "/www/site" || len(r.Sources) != 2 || r.OnConflict != queue.RuleAsk {
			t.Errorf("asked for %+v", r)
		}
	}
}

func TestOneUnquotedPathWithBlanks(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, _ *Deps) { h.local.put("/home/alice/a b's.txt", file(1, testNow)) }).ready()
	h.paste("/home/alice/a b's.txt\n")
	h.shows("Copy what was pasted")
	h.pass(grace)
	h.press("esc")
	h.gone("Copy what")
	h.paste(site + "/main.js")
	h.shows("What was pasted is in this folder already.")
}

func TestWhatElseIsPasted(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.paste("dq rm -rf")
	h.shows("What was pasted is no path of this machine")
	h.paste("/no/such/file")
	h.shows("Pasted: Cannot look at /no/such/file")
	h.press("4")
	h.paste(site + "/main.js")
	h.shows("There is no field here for what was pasted.")
	h.press("1", "f7")
	h.paste("name")
	h.shows("Name name")
}

func TestMirrorPlan(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("gM")
	h.asks("Mirror to ftp.example.org")
	h.shows("0 to delete")
	h.press("d")
	h.shows("What the source does not have is deleted")
	h.shows("Delete nothing")
	h.press("d")
	h.gone("What the source does not have is deleted")
	h.press("esc")
	h.gone("Mirror to")
	if len(h.queue.added) != 0 {
		t.Errorf("asked for %+v", h.queue.added)
	}
}

// mirrored has a person agree to a mirror of the site, deletions included, and gives what the queue has then done.
func mirrored(t *testing.T) (*harness, queue.News) {
	t.Helper()
	h := start(t, 120, 36).ready()
	h.press("gM")
	h.asks("Mirror to ftp.example.org")
	h.press("d")
	h.shows("Delete nothing")
	h.press("y")
	h.shows("deleted when all have come")
	var done queue.News
	for i := range h.queue.added {
		done.Items = append(done.Items, queue.Item{
			ID: queue.ItemID(i + 1), Batch: queue.BatchID(i + 1), State: queue.Done, ToID: h.remote.ID(), To: "/www/site/x",
		})
	}
	return h, done
}

func TestMirrorIsCarriedOut(t *testing.T) {
	h, done := mirrored(t)
	if !h.remote.has("/www/site/img") || !h.remote.has("/www/site/upload.part") || len(h.queue.added) == 0 {
		t.Fatal("folders are made at once, deletions wait")
	}
	h.send(newsMsg{news: done})
	h.shows("the folders are alike")
	if h.remote.has("/www/site/upload.part") || h.remote.has("/www/site/logs") || !h.remote.has("/www/site/css") {
		t.Error("other things than planned are deleted")
	}
}

func TestMirrorDeletesNothingIfACopyFails(t *testing.T) {
	h, news := mirrored(t)
	news.Items[0].State, news.Items[0].Reason = queue.Failed, errors.New("no")
	h.send(newsMsg{news: news})
	h.shows("Nothing was deleted on ftp.example.org: not all files could be copied.")
	if !h.remote.has("/www/site/upload.part") {
		t.Error("it was deleted all the same")
	}
}

func TestMirrorOfWhatOverlaps(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, d *Deps) {
		d.Start = [2]Place{{h.local, site}, {h.local, "/home/alice/projects"}}
		d.Free = nil
	}).ready()
	h.press("gM")
	h.shows("One of the folders lies in the other one.")
}

func TestManyFrames(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
		h, p := bulkOn(t, swaps("css", "style", "main.js", "app.js"), size[0], size[1])
		h.asks("Rename 2 items")
		h.frame("bulk")
		p.do = swaps("style", "", "app.js", "README.md")
		h.press("e")
		h.asks("Nothing was renamed")
		h.frame("bulk-wrong")
		h.press("esc", "1")
		h.paste("/home/alice")
		h.shows("what was pasted")
		h.frame("pasted")
		h.pass(grace)
		h.press("esc", "gM")
		h.asks("Mirror to")
		h.frame("mirror")
		h.press("d", "end")
		h.frame("mirror-delete")
	}
}
