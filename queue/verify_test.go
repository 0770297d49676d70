package queue_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
	"ferry/queue/journal"
)

// verifyAll asks for all items to be verified, and waits until that is over.
func (h *harness) verifyAll() {
	h.t.Helper()
	tries := h.tries()
	for id := range h.items {
		h.q.Verify(id)
	}
	h.until("the checks", func() bool { return h.tries() == tries+len(h.items) && h.last.Totals.Idle() })
}

// TestVerify asks for hashes of what was done before, on every server, both ways. One that tells none is named, and
// nothing is fetched instead.
func TestVerify(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		cl, here := client(t, server), tree(t, map[string]string{"a": "1", "large": long(1 << 20)})
		h := start(t, queue.Options{})
		h.add(upTo(t, cl, here, server.Home))
		h.idle()
		h.add(queue.Request{
			From: cl, To: localfs.New(), FromDir: server.Home, ToDir: t.TempDir(), Sources: sources(t, here),
		})
		h.until("both ways", func() bool { return h.last.Totals.Done == 4 })
		h.verifyAll()
		want, noted := queue.ProofHash, ""
		if !server.Hash {
			want, noted = queue.ProofSize, "not verified: "+cl.ID()+" tells no hash"
		}
		for _, it := range h.items {
			if it.State != queue.Done || it.Proof != want || !strings.Contains(it.Note, noted) || it.Moved != it.Size {
				t.Errorf("%s %v: %v (%v), %v, %q", it.Name, it.Direction, it.State, it.Reason, it.Proof, it.Note)
			}
		}
	})
}

// TestVerifyFindsWhatDiffers: what was changed or removed since fails, and a retry copies it again, over what is there.
func TestVerifyFindsWhatDiffers(t *testing.T) {
	server := ftptest.Embedded(t)
	files := map[string]string{"same": "1", "changed": "before", "longer": "3", "gone": "4"}
	h := start(t, queue.Options{Workers: 1})
	h.add(upTo(t, client(t, server), tree(t, files), server.Home))
	h.idle()
	for name, text := range map[string]string{"changed": "behind", "longer": "33"} {
		server.WriteFile(t, name, []byte(text))
	}
	if err := os.Remove(server.Path("gone")); err != nil {
		t.Fatal(err)
	}
	h.verifyAll()
	h.expect("changed:failed", "gone:failed", "longer:failed", "same:done")
	for name, word := range map[string]string{"changed": "the two differ", "longer": "2 octets", "gone": "not there"} {
		if it := h.item(name); !errors.Is(it.Reason, vfs.ErrCorrupt) || !strings.Contains(it.Reason.Error(), word) {
			t.Errorf("%s: %v", name, it.Reason)
		}
	}
	h.q.RetryFailed()
	h.until("the retries", func() bool { return h.last.Totals.Done == len(files) })
	sameTree(t, grown(t, server.Root), files)
}

// TestVerifyMakesNothingWorse: a check that is given up, or for which no contact can be made, leaves the item done.
func TestVerifyMakesNothingWorse(t *testing.T) {
	for name, why := range map[string]error{"refused": vfs.ErrRefused, "no contact": vfs.ErrConnect, "lost": vfs.ErrLost} {
		var broken atomic.Bool
		to := newRemote()
		to.before = func(context.Context, string, string) error {
			if broken.Load() {
				return failure(why)
			}
			return nil
		}
		h := start(t, queue.Options{Workers: 1, Retries: -1})
		h.add(up(t, to, tree(t, map[string]string{"x": "1"}), t.TempDir()))
		h.idle()
		h.q.PauseAll()
		h.q.Verify(h.item("x").ID)
		h.until("it waits", func() bool { return h.last.Totals.Waiting == 1 })
		h.q.Cancel(h.item("x").ID)
		h.until("it is done", func() bool { return h.last.Totals.Done == 1 })
		broken.Store(true)
		h.q.ResumeAll()
		h.q.Verify(h.item("x").ID)
		h.until("it was looked at", func() bool { return h.last.Totals.Done == 1 && h.item("x").Tries > 1 })
		it := h.item("x")
		if it.Proof != queue.ProofSize || !strings.Contains(it.Note, "not verified: ") || it.Reason != nil {
			t.Errorf("%s: %v, %q, %v", name, it.Proof, it.Note, it.Reason)
		}
	}
}

// over reads all news until the queue has ended by itself.
func (h *harness) over() {
	h.t.Helper()
	for h.next() == nil {
	}
	if <-h.ended; h.err != nil {
		h.t.Errorf("it ended with %v", h.err)
	}
}

// TestVerifyAsAnErrand checks what another process has copied, does nothing else, and leaves the grade in history.
func TestVerifyAsAnErrand(t *testing.T) {
	server, o := ftptest.Embedded(t), newHouse(t)
	cl, here := client(t, server), tree(t, map[string]string{"x": "1", "y": "2"})
	opts := queue.Options{Open: func(ctx context.Context, id string) (vfs.FS, error) {
		if id == localfs.ID {
			return localfs.New(), nil
		}
		return cl, nil
	}}
	h := o.enter(opts)
	h.add(upTo(t, cl, here, server.Home))
	h.idle()
	h.leave()
	opts.Part = queue.PartStill
	still := o.enter(opts)
	still.add(upTo(t, cl, tree(t, map[string]string{"z": "3"}), server.Home))
	still.q.Close()
	still.over()
	opts.Part = queue.PartErrand
	errand := o.enter(opts)
	errand.until("what there is", func() bool { return errand.last.Totals.Done >= 2 })
	errand.q.Verify(errand.item("x").ID, errand.item("y").ID)
	errand.q.Close()
	errand.over()
	past, err := o.journal().History(t.Context(), journal.Filter{})
	if err != nil || len(past) != 4 || past[0].Proof != "hash" || past[1].Proof != "hash" {
		t.Errorf("%+v, %v", past, err)
	}
	if _, err := os.Stat(server.Path("z")); err == nil {
		t.Error("it did more than it was asked for")
	}
	h = o.enter(queue.Options{Open: opts.Open})
	h.until("the rest", func() bool { return h.last.Totals.Done == 3 })
}
