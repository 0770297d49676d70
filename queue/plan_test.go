package queue_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// TestRules runs each rule against a target where one file is free and one is taken.
func TestRules(t *testing.T) {
	old := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	for rule, want := range map[queue.Rule]struct {
		states []string
		left   map[string]string
	}{
		queue.RuleFail: {
			[]string{"d/free:done", "d/x.txt:failed", "x.txt:failed"},
			map[string]string{"x.txt": "old!", "d/x.txt": "old!", "d/free": "f"},
		},
		queue.RuleSkip: {
			[]string{"d/free:done", "d/x.txt:skipped", "x.txt:skipped"},
			map[string]string{"x.txt": "old!", "d/x.txt": "old!", "d/free": "f"},
		},
		queue.RuleOverwrite: {
			[]string{"d/free:done", "d/x.txt:done", "x.txt:done"},
			map[string]string{"x.txt": "new", "d/x.txt": "new", "d/free": "f"},
		},
		queue.RuleNewer: {
			[]string{"d/free:done", "d/x.txt:skipped", "x.txt:done"},
			map[string]string{"x.txt": "new", "d/x.txt": "old!", "d/free": "f"},
		},
		queue.RuleSize: {
			[]string{"d/free:done", "d/x.txt:done", "x.txt:done"},
			map[string]string{"x.txt": "new", "d/x.txt": "new", "d/free": "f"},
		},
		queue.RuleRename: {
			[]string{"d/free:done", "d/x.txt:done", "x.txt:done"},
			map[string]string{"x.txt": "old!", "x (2).txt": "new", "d/x.txt": "old!", "d/x (2).txt": "new", "d/free": "f"},
		},
	} {
		from := tree(t, map[string]string{"x.txt": "new", "d/x.txt": "new", "d/free": "f"})
		to := tree(t, map[string]string{"x.txt": "old!", "d/x.txt": "old!"})
		for _, path := range []string{filepath.Join(to, "x.txt"), filepath.Join(from, "d", "x.txt")} {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
		h := start(t, queue.Options{})
		req := down(t, newRemote(), from, to)
		req.OnConflict = rule
		h.add(req)
		h.idle()
		t.Log(rule)
		h.expect(want.states...)
		sameTree(t, grown(t, to), want.left)
	}
}

// TestRenameFindsAFreeName among those that are taken and those that the same copy gives.
func TestRenameFindsAFreeName(t *testing.T) {
	from := tree(t, map[string]string{"x": "new", "x (3)": "own"})
	to := tree(t, map[string]string{"x": "", "x (2)": ""})
	h := start(t, queue.Options{})
	req := down(t, newRemote(), from, to)
	req.OnConflict = queue.RuleRename
	req.Sources = append(sources(t, from, "x (3)"), sources(t, from, "x")...)
	h.add(req)
	h.idle()
	sameTree(t, grown(t, to), map[string]string{"x": "", "x (2)": "", "x (3)": "own", "x (4)": "new"})
	if it := h.item("x"); filepath.Base(it.To) != "x (4)" {
		t.Errorf("told to be at %q", it.To)
	}
}

// TestHostileNames: a name is one element of a path, or it is refused.
func TestHostileNames(t *testing.T) {
	from, to, r := tree(t, map[string]string{"d/good": "1"}), t.TempDir(), newRemote()
	r.list = func(_ string, entries []vfs.Entry) []vfs.Entry {
		for _, name := range []string{"../evil", "/etc/evil", "..", ".", "", "a/b", "nul\x00"} {
			entries = append(entries, vfs.Entry{Name: name, Type: vfs.File, Size: 1}, vfs.Entry{Name: name, Type: vfs.Dir})
		}
		return entries
	}
	h := start(t, queue.Options{})
	h.add(down(t, r, from, filepath.Join(to, "inside")))
	h.idle()
	bad := 0
	for _, it := range h.items {
		if it.Name == "d/good" {
			continue
		}
		bad++
		if it.State != queue.Failed || !errors.Is(it.Reason, vfs.ErrUnsafeName) || it.To != filepath.Join(to, "inside", "d") {
			t.Errorf("%q: told as %+v", it.Name, it)
		}
		h.q.Retry(it.ID) // changes nothing
	}
	if bad != 14 {
		t.Errorf("%d were refused", bad)
	}
	sameTree(t, grown(t, to), map[string]string{"inside/d/good": "1"})
	if calls := r.asked(); calls["Open"] != 1 {
		t.Errorf("the server was asked %v", calls)
	}
}

// TestLinksInTheTargetAreNotFollowed, whether a folder or a file is to be written.
func TestLinksInTheTargetAreNotFollowed(t *testing.T) {
	for _, unlisted := range []bool{false, true} {
		from, victim := tree(t, map[string]string{"d/x": "evil", "y": "evil"}), tree(t, map[string]string{"y": "precious"})
		to := t.TempDir()
		for name, target := range map[string]string{"d": victim, "y": filepath.Join(victim, "y")} {
			if err := os.Symlink(target, filepath.Join(to, name)); err != nil {
				t.Fatal(err)
			}
		}
		r := newRemote()
		if unlisted { // as if it came there after the listing
			r.list = func(string, []vfs.Entry) []vfs.Entry { return nil }
		}
		h := start(t, queue.Options{})
		h.add(up(t, r, from, to))
		h.idle()
		h.expect("d:failed", "y:failed")
		for _, it := range h.items {
			if !errors.Is(it.Reason, fs.ErrExist) || it.Folder != (it.Name == "d") {
				t.Errorf("told as %+v", it)
			}
		}
		sameTree(t, grown(t, victim), map[string]string{"y": "precious"})
	}
}

// TestSameNameTwice: a listing names a file twice, or two sources are to get one name.
func TestSameNameTwice(t *testing.T) {
	from, to := tree(t, map[string]string{"a": "1", "b": "2", "d/x": "3"}), t.TempDir()
	r := newRemote()
	r.list = func(_ string, entries []vfs.Entry) []vfs.Entry { return append(entries, entries...) }
	req := down(t, r, from, to)
	for i := range req.Sources {
		if !req.Sources[i].Entry.IsDir() {
			req.Sources[i].As = "same"
		}
	}
	h := start(t, queue.Options{})
	h.add(req)
	h.idle()
	if sum := h.last.Totals; sum.Done != 2 || sum.Failed != 2 {
		t.Errorf("got %q", h.states())
	}
	for _, it := range h.items {
		if it.State == queue.Failed && !errors.Is(it.Reason, fs.ErrExist) {
			t.Errorf("told as %+v", it)
		}
	}
}

// folding ignores the case of names.
type folding struct{ *remote }

func (folding) NameCase() vfs.Case { return vfs.CaseIgnored }

func TestNamesThatDifferInCase(t *testing.T) {
	from, to := tree(t, map[string]string{"A": "1", "a": "2", "B": "3"}), tree(t, map[string]string{"b": "old"})
	h := start(t, queue.Options{})
	req := up(t, newRemote(), from, to)
	req.To = folding{newRemote()}
	h.add(req)
	h.idle()
	if sum := h.last.Totals; sum.Done != 1 || sum.Failed != 2 || h.item("B").State != queue.Failed {
		t.Errorf("got %q", h.states())
	}
}

func TestCopyOntoItself(t *testing.T) {
	dir := tree(t, map[string]string{"x.txt": "1"})
	r := newRemote()
	for _, rule := range []queue.Rule{queue.RuleOverwrite, queue.RuleRename} {
		h := start(t, queue.Options{})
		h.add(queue.Request{From: r, To: r, FromDir: dir, ToDir: dir, Sources: sources(t, dir), OnConflict: rule})
		h.idle()
		if rule == queue.RuleOverwrite {
			h.expect("x.txt:skipped")
		} else {
			h.expect("x.txt:done")
		}
	}
	sameTree(t, grown(t, dir), map[string]string{"x.txt": "1", "x (2).txt": "1"})
}

// TestFolderThatCannotBeRead is told, tried again as a whole, and leaves no empty folder.
func TestFolderThatCannotBeRead(t *testing.T) {
	from, to, r := tree(t, map[string]string{"bad/x": "1", "good/y": "2"}), t.TempDir(), newRemote()
	r.before = func(_ context.Context, call, path string) error {
		if call == "List" && filepath.Base(path) == "bad" {
			return failure(fs.ErrPermission)
		}
		return nil
	}
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.idle()
	h.expect("bad:failed", "good/y:done")
	sameTree(t, grown(t, to), map[string]string{"good/y": "2"})
	if it := h.item("bad"); !it.Folder || !errors.Is(it.Reason, fs.ErrPermission) {
		t.Errorf("told as %+v", it)
	}
	h.q.Retry(h.item("bad").ID)
	h.until("the same end", func() bool { return h.item("bad").Tries == 2 && h.last.Totals.Idle() })
	h.expect("bad:failed", "good/y:done")
}

// TestListingBreaksOff: what came of it is copied once, the rest when the listing works.
func TestListingBreaksOff(t *testing.T) {
	for _, kind := range []error{vfs.ErrLost, vfs.ErrRefused} {
		files := map[string]string{}
		for i := range 600 {
			files[fmt.Sprintf("d/%d", i)] = "x"
		}
		from, to := tree(t, files), t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			r, listings, batches := newRemote(), 0, 0
			r.list = func(_ string, entries []vfs.Entry) []vfs.Entry {
				if batches++; batches > 1 && listings == 0 {
					return nil
				}
				return entries
			}
			r.report = func(_ string, report vfs.ListReport, err error) (vfs.ListReport, error) {
				if listings++; listings == 1 {
					return report, failure(kind)
				}
				return report, err
			}
			h := start(t, queue.Options{})
			h.add(down(t, r, from, to))
			h.idle()
			if errors.Is(kind, vfs.ErrRefused) { // not tried again unless asked
				if it := h.item("d"); it.State != queue.Failed || !it.Folder {
					t.Errorf("told as %+v", it)
				}
				h.q.Retry(h.item("d").ID)
			}
			h.until("all", func() bool { return h.last.Totals.Done == 601 && h.last.Totals.Idle() })
			if len(h.items) != 601 { // the files, each once, and the folder that made trouble
				t.Errorf("%d items", len(h.items))
			}
		})
		sameTree(t, grown(t, to), files)
	}
}

// TestListingsThatLeaveSomethingOut: lines that cannot be read, or a server that cuts them short and says so.
func TestListingsThatLeaveSomethingOut(t *testing.T) {
	for said, how := range map[string]vfs.ListReport{
		"2 lines of its listing could not be read": {Unread: 2},
		"226 truncated to 2000 matches":            {Note: "226 truncated to 2000 matches"},
	} {
		from, to, r := tree(t, map[string]string{"d/x": "1"}), t.TempDir(), newRemote()
		r.report = func(_ string, _ vfs.ListReport, err error) (vfs.ListReport, error) { return how, err }
		h := start(t, queue.Options{Pause: time.Millisecond})
		h.add(down(t, r, from, to))
		h.idle()
		h.expect("d:failed", "d/x:done")
		if it := h.item("d"); !errors.Is(it.Reason, vfs.ErrIncomplete) || !strings.Contains(it.Reason.Error(), said) {
			t.Errorf("told as %+v", it)
		}
	}
}

// TestFoldersThatCannotBeMade: refused, or hidden by a file.
func TestFoldersThatCannotBeMade(t *testing.T) {
	from := tree(t, map[string]string{"bad/x": "1", "hidden/y": "2", "good/z": "3"})
	to := tree(t, map[string]string{"hidden": "a file"})
	r := newRemote()
	r.before = func(_ context.Context, call, path string) error {
		if call == "Mkdir" && filepath.Base(path) == "bad" {
			return failure(fs.ErrPermission)
		}
		return nil
	}
	h := start(t, queue.Options{})
	h.add(up(t, r, from, to))
	h.idle()
	h.expect("bad:failed", "good/z:done", "hidden:failed")
	if !errors.Is(h.item("bad").Reason, fs.ErrPermission) || !errors.Is(h.item("hidden").Reason, fs.ErrExist) {
		t.Errorf("reasons: %v; %v", h.item("bad").Reason, h.item("hidden").Reason)
	}
	if err := os.Remove(filepath.Join(to, "hidden")); err != nil {
		t.Fatal(err)
	}
	h.q.Retry(h.item("hidden").ID)
	h.until("the retry", func() bool { return h.last.Totals.Done == 3 })
	h.expect("bad:failed", "good/z:done", "hidden:done", "hidden/y:done")
}

// TestMkdirOfWhatExists: the server's words for it do not matter.
func TestMkdirOfWhatExists(t *testing.T) {
	from, to := tree(t, map[string]string{"d/x": "1", "d/y": "2"}), tree(t, map[string]string{"d/x": "old"})
	r := newRemote()
	r.before = func(_ context.Context, call, _ string) error {
		if call == "Mkdir" {
			return failure(vfs.ErrRefused)
		}
		return nil
	}
	first := true
	r.list = func(_ string, entries []vfs.Entry) []vfs.Entry {
		if first {
			first = false
			return nil // the folder is not seen yet
		}
		return entries
	}
	h := start(t, queue.Options{})
	h.add(up(t, r, from, to))
	h.idle()
	h.expect("d/x:failed", "d/y:done")
	sameTree(t, grown(t, to), map[string]string{"d/x": "old", "d/y": "2"})
}

// TestFolderThatHoldsItself ends at a depth that nobody needs.
func TestFolderThatHoldsItself(t *testing.T) {
	from, to := tree(t, map[string]string{"d/": ""}), t.TempDir()
	r := newRemote()
	r.list = func(string, []vfs.Entry) []vfs.Entry { return nil }
	endless := &looping{remote: r}
	req := down(t, r, from, to)
	req.From = endless
	h := start(t, queue.Options{})
	h.add(req)
	h.idle()
	if len(h.items) != 1 {
		t.Fatalf("got %q", h.states())
	}
	for _, it := range h.items {
		if it.State != queue.Failed || strings.Count(it.Name, "/") != vfs.MaxDepth || !it.Folder {
			t.Errorf("told as %v at depth %d: %v", it.State, strings.Count(it.Name, "/"), it.Reason)
		}
	}
}

// looping is a server on which every folder holds itself as "d".
type looping struct{ *remote }

func (l *looping) Lease(ctx context.Context, why vfs.Purpose) (vfs.Session, error) {
	s, err := l.remote.Lease(ctx, why)
	return &loop{s}, err
}

type loop struct{ vfs.Session }

func (*loop) List(_ context.Context, _ string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	return vfs.ListReport{}, batch([]vfs.Entry{{Name: "d", Type: vfs.Dir}})
}

// TestTransfersStartWhileWalking: the walk of one folder hangs, and files found before it are copied all the same.
func TestTransfersStartWhileWalking(t *testing.T) {
	from, to, r := tree(t, map[string]string{"a/x": "1", "b/y": "2"}), t.TempDir(), newRemote()
	let := make(chan struct{})
	hung := make(chan struct{}, 1)
	r.before = func(_ context.Context, call, path string) error {
		if call == "List" && filepath.Base(path) == "b" {
			hung <- struct{}{}
			<-let
		}
		return nil
	}
	h := start(t, queue.Options{Workers: 2})
	h.add(down(t, r, from, to))
	<-hung
	h.until("a file", func() bool { return h.last.Totals.Done == 1 })
	if h.last.Totals.Planning != 1 || h.last.Totals.Idle() {
		t.Errorf("totals %+v", h.last.Totals)
	}
	close(let)
	h.until("all", func() bool { return h.last.Totals.Done == 2 && h.last.Totals.Planning == 0 })
}

// TestTargetAppearsMeanwhile: a name that was free when the target was listed is taken when the file arrives. The rule
// is applied to what is there now.
func TestTargetAppearsMeanwhile(t *testing.T) {
	for rule, want := range map[queue.Rule]struct {
		state queue.State
		left  map[string]string
		tries int
	}{
		queue.RuleFail:      {queue.Failed, map[string]string{"x": "theirs", ".x.ferrypart": "mine!!"}, 1},
		queue.RuleSkip:      {queue.Skipped, map[string]string{"x": "theirs"}, 2},
		queue.RuleOverwrite: {queue.Done, map[string]string{"x": "mine!!"}, 2},
		queue.RuleRename:    {queue.Done, map[string]string{"x": "theirs", "x (2)": "mine!!"}, 2},
		queue.RuleResume:    {queue.Skipped, map[string]string{"x": "theirs"}, 2},
	} {
		from, to, r := tree(t, map[string]string{"x": "mine!!"}), t.TempDir(), newRemote()
		r.writer = func(w vfs.Writer, _ context.Context, _ string, how vfs.Create) vfs.Writer {
			return &stream{Writer: w, commit: func(ctx context.Context) error {
				if !how.Overwrite && len(grown(t, to)) == 1 {
					grow(t, to, "x", "theirs")
				}
				return w.Commit(ctx)
			}}
		}
		h := start(t, queue.Options{})
		req := up(t, r, from, to)
		req.OnConflict = rule
		h.add(req)
		h.idle()
		if it := h.item("x"); it.State != want.state || it.Tries != want.tries {
			t.Errorf("%v: told as %+v", rule, it)
		}
		sameTree(t, grown(t, to), want.left)
	}
}
