package queue_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/internal/vfs"
	"ferry/queue"
)

// moving is down as a move.
func moving(t *testing.T, r *remote, from, to string) queue.Request {
	req := down(t, r, from, to)
	req.Move = true
	return req
}

// TestMove: what is proven to be at the target is taken away at its source, and so are the folders of it.
func TestMove(t *testing.T) {
	for _, workers := range []int{1, 4} {
		from, to := tree(t, sampleTree), t.TempDir()
		h := start(t, queue.Options{Workers: workers})
		h.add(moving(t, newRemote(), from, to))
		h.idle()
		sameTree(t, grown(t, to), sampleTree)
		sameTree(t, grown(t, from), map[string]string{})
	}
}

// TestMoveUp is the other way.
func TestMoveUp(t *testing.T) {
	from, to := tree(t, sampleTree), t.TempDir()
	req := up(t, newRemote(), from, to)
	req.Move = true
	h := start(t, queue.Options{})
	h.add(req)
	h.idle()
	sameTree(t, grown(t, to), sampleTree)
	sameTree(t, grown(t, from), map[string]string{})
}

// TestMoveLeaves what is not proven, what was skipped, links, and the folders that hold them.
func TestMoveLeaves(t *testing.T) {
	files := map[string]string{
		"d/unproven": "12345", "e/taken": "new", "f/gone": "x", "g/in/denied": "secret", "g/hollow/": "",
	}
	from, to := tree(t, files), tree(t, map[string]string{"e/taken": "old"})
	if err := os.Symlink("../e/taken", filepath.Join(from, "f", "link")); err != nil {
		t.Fatal(err)
	}
	r := newRemote()
	r.list = func(_ string, entries []vfs.Entry) []vfs.Entry {
		for i := range entries {
			if entries[i].Name == "unproven" {
				entries[i].Size = vfs.SizeUnknown
			}
		}
		return entries
	}
	r.before = func(_ context.Context, call, path string) error {
		if call == "List" && filepath.Base(path) == "in" {
			return failure(fs.ErrPermission)
		}
		return nil
	}
	req := moving(t, r, from, to)
	req.OnConflict = queue.RuleSkip
	h := start(t, queue.Options{})
	h.add(req)
	h.idle()
	h.until("the sweep", func() bool { _, err := os.Stat(filepath.Join(from, "g", "hollow")); return err != nil })
	left := map[string]string{"d/unproven": "12345", "e/taken": "new", "f/link": "new", "g/in/denied": "secret"}
	got := grown(t, from)
	for name, text := range left {
		if got[name] != text {
			t.Errorf("%s is %q", name, got[name])
		}
	}
	if len(got) > len(left) {
		t.Errorf("left are %q", got)
	}
	if it := h.item("d/unproven"); it.State != queue.Done || !strings.Contains(it.Note, "its source stays") {
		t.Errorf("told as %v, %q", it.State, it.Note)
	}
}

// TestMoveOfWhatChanges: a source that was written to after it was copied stays.
func TestMoveOfWhatChanges(t *testing.T) {
	from, to := tree(t, map[string]string{"log": "one"}), t.TempDir()
	r := newRemote()
	r.before = func(_ context.Context, call, path string) error {
		if call == "Stat" && filepath.Base(path) == "log" {
			return os.WriteFile(path, []byte("one, two"), 0o644)
		}
		return nil
	}
	h := start(t, queue.Options{})
	h.add(moving(t, r, from, to))
	h.idle()
	sameTree(t, grown(t, to), map[string]string{"log": "one"})
	sameTree(t, grown(t, from), map[string]string{"log": "one, two"})
	if it := h.item("log"); !strings.Contains(it.Note, "it has changed meanwhile") {
		t.Errorf("told as %q", it.Note)
	}
}

// TestMoveWhoseSourceCannotBeRemoved fails, says that the copy is whole, and a retry removes without copying again.
func TestMoveWhoseSourceCannotBeRemoved(t *testing.T) {
	from, to := tree(t, map[string]string{"d/x": "12345"}), t.TempDir()
	r := newRemote()
	denied := true
	r.before = func(_ context.Context, call, _ string) error {
		if call == "Remove" && denied {
			return failure(fs.ErrPermission)
		}
		return nil
	}
	h := start(t, queue.Options{Workers: 1})
	h.add(moving(t, r, from, to))
	h.idle()
	it := h.item("d/x")
	whole := strings.Contains(it.Note, "whole at the target")
	if it.State != queue.Failed || !errors.Is(it.Reason, fs.ErrPermission) || !whole {
		t.Errorf("told as %v, %v, %q", it.State, it.Reason, it.Note)
	}
	denied = false
	r.asked()
	h.q.Retry(it.ID)
	h.until("the retry", func() bool { return h.last.Totals.Done == 1 && h.last.Totals.Planning == 0 })
	h.until("the sweep", func() bool { _, err := os.Stat(filepath.Join(from, "d")); return err != nil })
	if calls := r.asked(); calls["Open"] != 0 {
		t.Errorf("it was copied again: %v", calls)
	}
}

// TestMoveOutlivesTheProcess: what one process left, and what it did without writing it down, another one ends.
func TestMoveOutlivesTheProcess(t *testing.T) {
	files := map[string]string{"d/e/big": long(300_000), "d/e/small": "s", "d/f": "f"}
	from, to, o := tree(t, files), t.TempDir(), newHouse(t)
	stuck(o.r, 100_000)
	h := o.enter(queue.Options{Workers: 4})
	h.add(moving(t, o.r, from, to))
	h.until("the small ones", func() bool { return h.last.Totals.Done == 2 && h.item("d/e/big").Moved == 100_000 })
	h.leave()
	sameTree(t, grown(t, from), map[string]string{"d/e/big": files["d/e/big"]})
	o.r.reader = nil
	// As if it had got its name, and its source had been removed, before the process died.
	if err := os.Rename(filepath.Join(to, "d/e/.big.ferrypart"), filepath.Join(to, "d/e/big")); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{filepath.Join(to, "d/e/big"): files["d/e/big"]} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(from, "d/e/big")); err != nil {
		t.Fatal(err)
	}
	again := o.enter(queue.Options{Workers: 1})
	again.until("the end", func() bool { return again.last.Totals.Done == 3 && again.last.Totals.Planning == 0 })
	again.until("the sweep", func() bool { _, err := os.Stat(filepath.Join(from, "d")); return err != nil })
	sameTree(t, grown(t, to), files)
}

// TestSweepOutlivesTheProcess: a process that ends when only the empty folders are left is followed by one that removes
// them.
func TestSweepOutlivesTheProcess(t *testing.T) {
	from, to, o := tree(t, map[string]string{"d/e/x": "x"}), t.TempDir(), newHouse(t)
	o.r.before = func(ctx context.Context, call, _ string) error {
		if call == "RemoveDir" {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		return nil
	}
	h := o.enter(queue.Options{})
	h.add(moving(t, o.r, from, to))
	h.until("the sweep to begin", func() bool { return h.last.Totals.Done == 1 && o.r.saw("RemoveDir") })
	h.leave()
	o.r.before = nil
	o.enter(queue.Options{}).until("the sweep", func() bool {
		_, err := os.Stat(filepath.Join(from, "d"))
		return err != nil
	})
}

func TestMovesThatAreRefused(t *testing.T) {
	from := tree(t, map[string]string{"x": "x"})
	r := newRemote()
	q := queue.New(queue.Options{})
	links := moving(t, r, from, t.TempDir())
	links.FollowLinks = true
	within := moving(t, r, from, from)
	within.To = r
	for _, req := range []queue.Request{links, within} {
		if _, err := q.Add(req); err == nil {
			t.Errorf("%+v was taken", req)
		}
	}
}
