package queue_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"ferry/internal/vfs"
	"ferry/queue"
)

// TestFoldersWithoutRoom: the first folder that a full disk refuses fails, others are held with it, and go on together.
func TestFoldersWithoutRoom(t *testing.T) {
	files := map[string]string{"a/1": "1", "b/2": "2", "c/3": "3", "c/d/4": "4", "e": "5"}
	from, to, r := tree(t, files), t.TempDir(), newRemote()
	var full atomic.Bool
	full.Store(true)
	r.before = func(_ context.Context, call, _ string) error {
		if full.Load() && (call == "Mkdir" || call == "Create") {
			return failure(vfs.ErrNoSpace)
		}
		return nil
	}
	h := start(t, queue.Options{Workers: 1})
	h.add(up(t, r, from, to))
	h.until("the hold", func() bool { return h.last.Totals.Idle() && len(h.items) == 4 })
	if got := h.last.Totals; got.Failed != 1 || got.Paused != 3 {
		t.Errorf("%+v: %q", got, h.states())
	}
	for _, it := range h.items {
		if !errors.Is(it.Reason, vfs.ErrNoSpace) {
			t.Errorf("%s: %v", it.Name, it.Reason)
		}
	}
	full.Store(false)
	h.q.Resume(h.item("e").ID)
	h.until("the end", func() bool { return h.last.Totals.Idle() && h.last.Totals.Failed+h.last.Totals.Paused == 0 })
	sameTree(t, grown(t, to), files)
}

// TestPausedFolder holds up nothing, is cancelled or goes on, and is known to the next process as what it is.
func TestPausedFolder(t *testing.T) {
	files := map[string]string{"d/x": "x", "y": "y"}
	for name, then := range map[string]func(h *harness, id queue.ItemID){
		"resume": func(h *harness, id queue.ItemID) { h.q.Resume(id) },
		"cancel and retry": func(h *harness, id queue.ItemID) {
			h.q.Cancel(id)
			h.q.Retry(id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, o := tree(t, files), t.TempDir(), newHouse(t)
			var broken atomic.Bool
			broken.Store(true)
			o.r.before = func(_ context.Context, call, path string) error {
				if call == "List" && filepath.Base(path) == "d" && broken.Load() {
					return failure(vfs.ErrBusy)
				}
				return nil
			}
			h := o.enter(queue.Options{Workers: 1})
			h.add(down(t, o.r, from, to))
			h.until("the failure", func() bool { return h.last.Totals.Retrying == 1 && h.last.Totals.Done == 1 })
			h.q.Pause(h.item("d").ID)
			h.until("rest", func() bool { return h.last.Totals.Paused == 1 && h.last.Totals.Idle() })
			h.q.Close()
			<-h.ended
			for h.next() == nil {
			}
			broken.Store(false)
			again := o.enter(queue.Options{Workers: 1})
			again.until("what was left", func() bool { return len(again.items) == 2 && again.last.Totals.Idle() })
			then(again, again.item("d").ID)
			again.until("the end", func() bool { return again.last.Totals.Idle() && again.last.Totals.Done >= 2 })
			again.leave()
			sameTree(t, grown(t, to), files)
		})
	}
}

// TestMoveWhoseLastIsCancelled sweeps what the others emptied, and leaves what was given up.
func TestMoveWhoseLastIsCancelled(t *testing.T) {
	for name, cancel := range map[string]func(h *harness, b queue.BatchID){
		"item":  func(h *harness, _ queue.BatchID) { h.q.Cancel(h.item("d/e/y").ID) },
		"batch": func(h *harness, b queue.BatchID) { h.q.CancelBatch(b) },
		"all":   func(h *harness, _ queue.BatchID) { h.q.CancelAll() },
		"paused": func(h *harness, _ queue.BatchID) {
			h.q.Pause(h.item("d/e/y").ID)
			h.q.Cancel(h.item("d/e/y").ID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, r := tree(t, map[string]string{"d/a/x": "x", "d/e/y": "y"}), t.TempDir(), newRemote()
			r.before = func(_ context.Context, call, path string) error {
				if call == "Open" && filepath.Base(path) == "y" {
					return failure(vfs.ErrBusy)
				}
				return nil
			}
			h := start(t, queue.Options{Workers: 1})
			b := h.add(moving(t, r, from, to))
			h.until("one of two", func() bool { return h.last.Totals.Done == 1 && h.last.Totals.Retrying == 1 })
			cancel(h, b)
			h.until("the end", func() bool { return h.last.Totals.Cancelled == 1 && h.last.Totals.Idle() })
			h.until("the sweep", func() bool { _, err := os.Stat(filepath.Join(from, "d", "a")); return err != nil })
			sameTree(t, grown(t, from), map[string]string{"d/e/y": "y"})
		})
	}
}
