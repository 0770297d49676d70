package queue_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// shortWriter loses its connection after some octets.
type shortWriter struct {
	vfs.Writer
	left int
}

func (w *shortWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p[:min(len(p), w.left)])
	if w.left -= n; err == nil && n < len(p) {
		err = failure(vfs.ErrLost)
	}
	return n, err
}

// shortly makes every upload of a large file break in the middle.
func shortly(r *remote) {
	r.writer = func(w vfs.Writer, _ context.Context, _ string, _ vfs.Create) vfs.Writer {
		return &shortWriter{Writer: w, left: 100_000}
	}
}

// brokenUpload queues an upload of x that has broken in the middle, and waits for another try, which does not come
// while the test looks.
func brokenUpload(t *testing.T, r *remote, to string, o queue.Options) *harness {
	t.Helper()
	shortly(r)
	o.Pause = time.Hour
	h := start(t, o)
	h.add(up(t, r, tree(t, map[string]string{"x": long(200_000)}), to))
	h.until("a failure", func() bool { return h.last.Totals.Retrying == 1 })
	if left := grown(t, to); len(left) != 1 {
		t.Fatalf("there is %v to be removed", left)
	}
	return h
}

// untilHolds waits until a folder holds so many files.
func (h *harness) untilHolds(dir string, n int) {
	h.t.Helper()
	deadline, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	for {
		inside, err := os.ReadDir(dir)
		if err == nil && len(inside) == n {
			return
		}
		if deadline.Err() != nil {
			h.t.Fatalf("there is %v, %v", inside, err)
		}
	}
}

// TestCancelRemovesWhatHasCome of items that are paused, wait for another try, or wait for their turn again.
func TestCancelRemovesWhatHasCome(t *testing.T) {
	for name, bring := range map[string]func(h *harness, id queue.ItemID){
		"retrying": func(*harness, queue.ItemID) {},
		"paused":   func(h *harness, id queue.ItemID) { h.q.Pause(id) },
		"waiting": func(h *harness, id queue.ItemID) {
			h.q.PauseAll()
			h.q.Retry(id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, to := newRemote(), t.TempDir()
			h := brokenUpload(t, r, to, queue.Options{Workers: 1})
			id := h.item("x").ID
			bring(h, id)
			h.until("the state", func() bool { return h.item("x").State.String() == name })
			h.q.Cancel(id)
			h.until("that it is cancelled", func() bool { return h.last.Totals.Cancelled == 1 })
			h.untilHolds(to, 0)
			if it := h.item("x"); it.Reason != queue.ErrCancelled || it.Note != "" {
				t.Errorf("told as %v, %q", it.Reason, it.Note)
			}
		})
	}
}

// TestCancelDown removes the part of a download, that of several spans included.
func TestCancelDown(t *testing.T) {
	for name, segments := range map[string]int{"one stream": 0, "spans": 2} {
		t.Run(name, func(t *testing.T) {
			from, to, r := tree(t, map[string]string{"x": long(3 << 20)}), t.TempDir(), newRemote()
			stuck(r, 100_000)
			h := start(t, queue.Options{Workers: 1})
			req := down(t, r, from, to)
			req.Segments = segments
			h.add(req)
			h.until("octets", func() bool { return h.last.Totals.Moved >= 100_000 })
			h.q.Pause(h.item("x").ID)
			h.until("the pause", func() bool { return h.last.Totals.Paused == 1 })
			if left := grown(t, to); len(left) == 0 {
				t.Fatal("there is nothing to be removed")
			}
			h.q.CancelAll()
			h.until("that it is cancelled", func() bool { return h.last.Totals.Cancelled == 1 })
			h.untilHolds(to, 0)
		})
	}
}

// TestCancelAtOnce: while all workers are busy, and while the server says nothing, it is Cancelled, and nobody waits.
func TestCancelAtOnce(t *testing.T) {
	r, to := newRemote(), t.TempDir()
	removing, let := make(chan struct{}), make(chan struct{})
	r.before = func(_ context.Context, call, path string) error {
		if call == "Remove" && strings.HasSuffix(path, ".x.ferrypart") {
			close(removing)
			<-let
		}
		return nil
	}
	h := brokenUpload(t, r, to, queue.Options{Workers: 1})
	h.q.Cancel(h.item("x").ID)
	h.until("that it is cancelled", func() bool { return h.last.Totals.Cancelled == 1 })
	<-removing
	h.add(up(t, r, tree(t, map[string]string{"y": "1"}), to))
	h.until("the other", func() bool { return h.last.Totals.Done == 1 })
	// What is retried waits until the part is gone, and begins anew.
	id := h.item("x").ID
	r.writer = nil
	h.q.Retry(id)
	h.until("that it waits", func() bool { return h.last.Totals.Waiting == 1 })
	close(let)
	h.until("the end", func() bool { return h.last.Totals.Done == 2 })
	if it := h.item("x"); it.Note != "" {
		t.Errorf("told as %q", it.Note)
	}
	sameTree(t, grown(t, to), map[string]string{"x": long(200_000), "y": "1"})
}

// TestCancelWhereNobodyHasRoom: the part is removed when a worker has given a session back.
func TestCancelWhereNobodyHasRoom(t *testing.T) {
	r, to := newRemote(), t.TempDir()
	var mu sync.Mutex
	held := 0
	r.lease = func(context.Context, int) error {
		mu.Lock()
		defer mu.Unlock()
		if held = r.count(&r.held); held > 0 {
			return failure(vfs.ErrCrowded)
		}
		return nil
	}
	h := brokenUpload(t, r, to, queue.Options{Workers: 1})
	let := make(chan struct{})
	r.before = func(_ context.Context, call, path string) error {
		if call == "Create" && filepath.Base(path) == "y" {
			<-let
		}
		return nil
	}
	h.add(up(t, r, tree(t, map[string]string{"y": "1"}), to))
	h.until("the other", func() bool { return h.last.Totals.Running == 1 })
	h.q.Cancel(h.item("x").ID)
	h.until("that it is cancelled", func() bool { return h.last.Totals.Cancelled == 1 })
	h.add(up(t, r, tree(t, map[string]string{"z": "1"}), to))
	close(let)
	h.until("the others", func() bool { return h.last.Totals.Done == 2 })
	h.untilHolds(to, 2)
	sameTree(t, grown(t, to), map[string]string{"y": "1", "z": "1"})
}

// TestCancelWhatCannotBeRemoved says so.
func TestCancelWhatCannotBeRemoved(t *testing.T) {
	for name, spoil := range map[string]func(r *remote){
		"the server refuses": func(r *remote) {
			r.before = func(_ context.Context, call, _ string) error {
				if call == "Remove" {
					return failure(vfs.ErrRefused)
				}
				return nil
			}
		},
		"no session": func(r *remote) {
			r.lease = func(context.Context, int) error { return failure(vfs.ErrLogin) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, to := newRemote(), t.TempDir()
			h := brokenUpload(t, r, to, queue.Options{Workers: 1})
			spoil(r)
			h.q.Cancel(h.item("x").ID)
			h.until("the note", func() bool {
				return strings.Contains(h.item("x").Note, "its unfinished part could not be removed: cannot try: on order")
			})
			if left := grown(t, to); len(left) != 1 {
				t.Errorf("there is %v", left)
			}
		})
	}
}

// TestCancelInAnotherProcess: what an ended process left is cancelled by one that opens no server.
func TestCancelInAnotherProcess(t *testing.T) {
	for name, upload := range map[string]bool{"here": false, "on a server": true} {
		t.Run(name, func(t *testing.T) {
			from, to, o := tree(t, map[string]string{"x": long(200_000)}), t.TempDir(), newHouse(t)
			stuck(o.r, 100_000)
			shortly(o.r)
			h := o.enter(queue.Options{Workers: 1})
			req := down(t, o.r, from, to)
			if upload {
				req = up(t, o.r, from, to)
			}
			h.add(req)
			h.until("octets", func() bool { return h.last.Totals.Moved == 100_000 || h.last.Totals.Retrying == 1 })
			id := h.item("x").ID
			h.q.Pause(id)
			h.until("the pause", func() bool { return h.last.Totals.Paused == 1 })
			h.leave()
			still := o.enter(queue.Options{Part: queue.PartStill})
			still.until("what was left", func() bool { return len(still.items) == 1 && !still.items[id].Elsewhere })
			still.q.Cancel(id)
			still.q.Close()
			for still.next() == nil {
			}
			if <-still.ended; still.err != nil || still.items[id].State != queue.Cancelled {
				t.Errorf("%v, %+v", still.err, still.items[id])
			}
			items, _, err := queue.Look(t.Context(), o.journal())
			if err != nil || len(items) != 1 {
				t.Fatal(items, err)
			}
			left, told := len(grown(t, to)) > 0, strings.Contains(items[0].Note, "its unfinished part stays at the target")
			if left != upload || told != upload {
				t.Errorf("left is %v, told as %q", grown(t, to), items[0].Note)
			}
		})
	}
}

// TestCancelSparesOthers: the part stays on which another item goes on, and somebody's own file.
func TestCancelSparesOthers(t *testing.T) {
	r, to := newRemote(), t.TempDir()
	h := brokenUpload(t, r, to, queue.Options{Workers: 1})
	let := make(chan struct{})
	r.writer = nil
	r.before = func(_ context.Context, call, _ string) error {
		if call == "Create" {
			<-let
		}
		return nil
	}
	first := h.item("x").ID
	h.add(up(t, r, tree(t, map[string]string{"x": long(200_000)}), to))
	h.until("another of that name", func() bool { return h.last.Totals.Running == 1 })
	h.q.Cancel(first)
	h.until("that it is cancelled", func() bool { return h.last.Totals.Cancelled == 1 })
	close(let)
	h.until("the other", func() bool { return h.last.Totals.Done == 1 })
	sameTree(t, grown(t, to), map[string]string{"x": long(200_000)})
	if r.saw("Remove") {
		t.Error("something was removed")
	}
}
