package queue_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

var sampleTree = map[string]string{
	"a.txt": "text", "empty": "", "sub/b b.txt": "more", "sub/deep/er/日本 😀": "unicode", "sub/hollow/": "",
	"large": long(3 << 20), "-dash": "x", ".hidden": "y",
}

func TestDownload(t *testing.T) {
	from, to := tree(t, sampleTree), t.TempDir()
	when := time.Date(2020, 5, 6, 7, 8, 9, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(from, "a.txt"), when, when); err != nil {
		t.Fatal(err)
	}
	r := newRemote()
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.idle()
	sameTree(t, grown(t, to), sampleTree)
	if len(h.items) != 7 {
		t.Errorf("empty folders are no items: %q", h.states())
	}
	for _, it := range h.items {
		if it.State != queue.Done || it.Proof != queue.ProofSize || it.Direction != queue.Down || it.Moved != it.Size ||
			it.FromID != r.id || it.ToID != "local" || it.Tries != 1 || it.Started.IsZero() || it.Ended.IsZero() ||
			it.Left != 0 || it.Speed != 0 || it.Reason != nil {
			t.Errorf("told as %+v", it)
		}
	}
	it := h.item("sub/deep/er/日本 😀")
	if it.From != filepath.Join(from, it.Name) || it.To != filepath.Join(to, it.Name) {
		t.Errorf("from %q to %q", it.From, it.To)
	}
	if info, err := os.Stat(filepath.Join(to, "a.txt")); err != nil || !info.ModTime().Equal(when) {
		t.Errorf("the time is lost: %v, %v", info.ModTime(), err)
	}
	sum := h.last.Totals
	if sum.Size != 3<<20+4+4+7+1+1 || sum.Moved != sum.Size || sum.Left != 0 || sum.DownSpeed != 0 {
		t.Errorf("totals %+v", sum)
	}
}

func TestUpload(t *testing.T) {
	from, to := tree(t, sampleTree), t.TempDir()
	h := start(t, queue.Options{Workers: 1})
	h.add(up(t, newRemote(), from, to))
	h.idle()
	sameTree(t, grown(t, to), sampleTree)
	if it := h.item("large"); it.Direction != queue.Up {
		t.Errorf("told as %+v", it)
	}
}

// TestAcross copies between two servers, within one server, and within the disk.
// doubtfulReader and doubtfulWriter never get the word of their other side.
type doubtfulReader struct{ vfs.Reader }

func (doubtfulReader) Unconfirmed() bool { return true }

type doubtfulWriter struct{ vfs.Writer }

func (doubtfulWriter) Unconfirmed() bool { return true }

// TestUnconfirmedIsTold: what is done without the server's word for it says so.
func TestUnconfirmedIsTold(t *testing.T) {
	r := newRemote()
	r.reader = func(in vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader { return doubtfulReader{in} }
	r.writer = func(w vfs.Writer, _ context.Context, _ string, _ vfs.Create) vfs.Writer { return doubtfulWriter{w} }
	for _, upload := range []bool{true, false} {
		from, to := tree(t, map[string]string{"x": "some"}), t.TempDir()
		req := down(t, r, from, to)
		if upload {
			req = up(t, r, from, to)
		}
		h := start(t, queue.Options{})
		h.add(req)
		h.idle()
		if it := h.item("x"); it.State != queue.Done || !strings.Contains(it.Note, "not confirmed") {
			t.Errorf("upload %t: %v, %q", upload, it.State, it.Note)
		}
	}
}

func TestAcross(t *testing.T) {
	local, one, two := localfs.New(), newRemote(), newRemote()
	two.id = "ftp://aaa"
	for _, r := range []queue.Request{
		{From: one, To: two},
		{From: two, To: one},
		{From: one, To: one},
		{From: local, To: local},
	} {
		from, to := tree(t, sampleTree), t.TempDir()
		r.FromDir, r.ToDir, r.Sources, r.Recursive = from, to, sources(t, from), true
		h := start(t, queue.Options{})
		h.add(r)
		h.idle()
		sameTree(t, grown(t, to), sampleTree)
		if it := h.item("large"); it.Direction != queue.Across {
			t.Errorf("told as %+v", it)
		}
	}
}

// TestWireEconomy counts what a server is asked: nothing but one listing for each folder, and one Open or Create
// for each file.
func TestWireEconomy(t *testing.T) {
	files := map[string]string{}
	for _, dir := range []string{"", "a/", "a/b/", "c/"} {
		for _, name := range []string{"1", "2", "3", "4", "5"} {
			files[dir+name] = dir + name
		}
	}
	here, r := tree(t, files), newRemote()
	h := start(t, queue.Options{})
	there := t.TempDir()
	h.add(up(t, r, here, there))
	h.idle()
	if got, want := r.asked(), map[string]int{"Create": 20, "Mkdir": 3, "List": 1}; !maps.Equal(got, want) {
		t.Errorf("an upload asked %v, want %v", got, want)
	}
	h.add(down(t, r, there, t.TempDir()))
	h.until("both copies", func() bool { return len(h.items) == 40 && h.last.Totals.Idle() })
	if got, want := r.asked(), map[string]int{"Open": 20, "List": 3}; !maps.Equal(got, want) {
		t.Errorf("a download asked %v, want %v", got, want)
	}
	// Into what exists already: now each folder is listed, and still nothing is asked for a file.
	again := up(t, r, here, there)
	again.OnConflict = queue.RuleOverwrite
	h.add(again)
	h.until("all copies", func() bool { return len(h.items) == 60 && h.last.Totals.Idle() })
	if got, want := r.asked(), map[string]int{"Create": 20, "List": 4}; !maps.Equal(got, want) {
		t.Errorf("an upload over what is there asked %v, want %v", got, want)
	}
	if r.count(&r.most) > 4 {
		t.Errorf("%d sessions at a time for four workers", r.most)
	}
}

func TestSessionsAreGivenBack(t *testing.T) {
	r := newRemote()
	h := start(t, queue.Options{})
	h.add(down(t, r, tree(t, sampleTree), t.TempDir()))
	h.idle()
	h.q.Close()
	<-h.ended
	if h.err != nil || r.count(&r.held) != 0 {
		t.Errorf("%d sessions are held at the end: %v", r.held, h.err)
	}
}

func TestRequestsAreChecked(t *testing.T) {
	local, dir := localfs.New(), tree(t, map[string]string{"d/e/x": ""})
	good := queue.Request{From: local, To: local, FromDir: dir, ToDir: t.TempDir(), Sources: sources(t, dir)}
	for name, spoil := range map[string]func(r *queue.Request){
		"no source":               func(r *queue.Request) { r.From = nil },
		"no target":               func(r *queue.Request) { r.To = nil },
		"no folder":               func(r *queue.Request) { r.FromDir = "" },
		"no target folder":        func(r *queue.Request) { r.ToDir = "" },
		"nothing to copy":         func(r *queue.Request) { r.Sources = nil },
		"no name":                 func(r *queue.Request) { r.Sources = make([]queue.Source, 1) },
		"no such rule":            func(r *queue.Request) { r.OnConflict = 99 },
		"a folder into itself":    func(r *queue.Request) { r.ToDir = filepath.Join(dir, "d") },
		"a folder deep in itself": func(r *queue.Request) { r.ToDir = filepath.Join(dir, "d", "e") },
	} {
		bad := good
		spoil(&bad)
		if _, err := queue.New(queue.Options{}).Add(bad); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := queue.New(queue.Options{}).Add(good); err != nil {
		t.Error(err)
	}
}

func TestAddBeforeRunAndAfter(t *testing.T) {
	from, to := tree(t, map[string]string{"x": "1"}), t.TempDir()
	q := queue.New(queue.Options{})
	r := queue.Request{From: localfs.New(), To: localfs.New(), FromDir: from, ToDir: to, Sources: sources(t, from)}
	if _, err := q.Add(r); err != nil {
		t.Fatal(err)
	}
	q.Close()
	if err := q.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := q.Run(t.Context()); err == nil {
		t.Error("it ran twice")
	}
	sameTree(t, grown(t, to), map[string]string{"x": "1"})
	if _, err := q.Add(r); err != queue.ErrClosed {
		t.Errorf("added after the end: %v", err)
	}
	news, err := q.Next(t.Context())
	if err != nil || len(news.Items) != 1 || news.Items[0].State != queue.Done || !news.Totals.Idle() {
		t.Errorf("got %+v, %v", news, err)
	}
	if _, err := q.Next(t.Context()); err != queue.ErrClosed {
		t.Errorf("news after the end: %v", err)
	}
}

func TestAsAnotherName(t *testing.T) {
	from, to := tree(t, map[string]string{"x": "1", "d/y": "2"}), t.TempDir()
	h := start(t, queue.Options{})
	r := down(t, newRemote(), from, to)
	for i := range r.Sources {
		r.Sources[i].As = "new " + r.Sources[i].Entry.Name
	}
	h.add(r)
	h.idle()
	sameTree(t, grown(t, to), map[string]string{"new x": "1", "new d/y": "2"})
}

// TestTargetFolderIsMade: what does not exist yet is made, but not its parents.
func TestTargetFolderIsMade(t *testing.T) {
	from, to := tree(t, map[string]string{"x": "1"}), t.TempDir()
	h := start(t, queue.Options{})
	h.add(down(t, newRemote(), from, filepath.Join(to, "new")))
	h.idle()
	sameTree(t, grown(t, to), map[string]string{"new/x": "1"})
	h.add(down(t, newRemote(), from, filepath.Join(to, "none", "below")))
	h.until("the failure", func() bool { return h.last.Totals.Failed == 1 })
	if it := h.item(filepath.Base(from)); !it.Folder || it.Reason == nil {
		t.Errorf("told as %+v", it)
	}
}
