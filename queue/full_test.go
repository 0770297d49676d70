package queue_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

// fillable are files of which the second has no room on a disk that is almost full.
func fillable() map[string]string {
	return map[string]string{"a": "1", "large": long(3 << 20), "m": "2", "n": "3", "z": "4"}
}

// inOrder lets a request's files have their turns by name.
func inOrder(r queue.Request) queue.Request {
	slices.SortFunc(r.Sources, func(a, b queue.Source) int { return strings.Compare(a.Entry.Name, b.Entry.Name) })
	return r
}

// fill adds a request and waits until the first of its files has failed.
func (h *harness) fill(r queue.Request) {
	h.t.Helper()
	h.add(inOrder(r))
	h.until("a failure", func() bool { return h.last.Totals.Failed > 0 && h.last.Totals.Idle() })
}

// expectHeld expects that only the large one of fillable failed, and that all behind it waits for room.
func (h *harness) expectHeld() {
	h.t.Helper()
	h.expect("a:done", "large:failed", "m:paused", "n:paused", "z:paused")
	for _, it := range h.sorted()[1:] {
		if !errors.Is(it.Reason, vfs.ErrNoSpace) {
			h.t.Errorf("%s: %v", it.Name, it.Reason)
		}
	}
}

// TestServerHasNoRoom fills a server: what has no room fails with that reason, all else waits, and when room is made,
// one word about one of them lets all finish. A new request is tried.
func TestServerHasNoRoom(t *testing.T) {
	for name, goOn := range map[string]func(h *harness){
		"retry of the failed":  func(h *harness) { h.q.Retry(h.item("large").ID) },
		"retry of one held":    func(h *harness) { h.q.Retry(h.item("n").ID) },
		"resume of one held":   func(h *harness) { h.q.Resume(h.item("n").ID) },
		"resume of everything": func(h *harness) { h.q.ResumeAll() },
		"retry of all failed":  func(h *harness) { h.q.RetryFailed() },
	} {
		t.Run(name, func(t *testing.T) {
			var room atomic.Int64
			room.Store(1 << 20)
			server := ftptest.Embedded(t, ftptest.Room(&room))
			cl, from := client(t, server), tree(t, fillable())
			h := start(t, queue.Options{Workers: 1})
			h.fill(upTo(t, cl, from, server.Home))
			h.expectHeld()

			room.Store(8)
			other := upTo(t, cl, tree(t, map[string]string{"other": "5"}), server.Home)
			h.add(other)
			h.until("the other", func() bool { return h.last.Totals.Done == 2 })
			if it := h.item("m"); it.State != queue.Paused {
				t.Errorf("%v", it.State)
			}

			room.Store(8 << 20)
			goOn(h)
			h.until("the end", func() bool { return h.last.Totals.Done == len(h.items) })
			want := fillable()
			want["other"] = "5"
			sameTree(t, grown(t, server.Root), want)
			if it := h.item("large"); !strings.Contains(it.Note, "resumed at octet") {
				t.Errorf("%q", it.Note)
			}
		})
	}
}

// TestFullTwice makes no room: the retry fails again, and what was let go is held again.
func TestFullTwice(t *testing.T) {
	var room atomic.Int64
	room.Store(1 << 20)
	server := ftptest.Embedded(t, ftptest.Room(&room))
	h := start(t, queue.Options{Workers: 1})
	h.fill(upTo(t, client(t, server), tree(t, fillable()), server.Home))
	h.expectHeld()
	room.Store(0)
	h.q.Retry(h.item("large").ID)
	h.until("another try", func() bool { return h.last.Totals.Idle() && h.last.Totals.Failed == 1 && h.tries() > 2 })
	if h.last.Totals.Paused != 3 {
		t.Errorf("%q", h.states())
	}
}

func (h *harness) tries() (n int) {
	for _, it := range h.items {
		n += it.Tries
	}
	return n
}

// TestOtherShoresGoOn lets a full server hold up nothing that goes elsewhere.
func TestOtherShoresGoOn(t *testing.T) {
	from := tree(t, fillable())
	full := newRemote()
	full.before = func(_ context.Context, call, _ string) error {
		if call == "Create" {
			return failure(vfs.ErrNoSpace)
		}
		return nil
	}
	h := start(t, queue.Options{Workers: 1})
	h.fill(up(t, full, from, t.TempDir()))
	to := t.TempDir()
	h.add(queue.Request{From: localfs.New(), To: localfs.New(), FromDir: from, ToDir: to, Sources: sources(t, from)})
	h.until("the end", func() bool { return h.last.Totals.Done == len(fillable()) && h.last.Totals.Idle() })
	if got := h.last.Totals; got.Failed != 1 || got.Paused != len(fillable())-1 {
		t.Errorf("%+v", got)
	}
	sameTree(t, grown(t, to), fillable())
}
