package queue_test

import (
	"context"
	"os"
	"testing"

	"ferry/internal/vfs"
	"ferry/queue"
)

// TestCancelRemovesWhatHasCome of items that are paused or wait for another try, here and on a server.
func TestCancelRemovesWhatHasCome(t *testing.T) {
	for name, state := range map[string]queue.State{"paused": queue.Paused, "retrying": queue.Retrying} {
		t.Run(name, func(t *testing.T) {
			from, to, r := tree(t, map[string]string{"x": long(200_000)}), t.TempDir(), newRemote()
			r.writer = func(w vfs.Writer, _ context.Context, _ string, _ vfs.Create) vfs.Writer {
				return &shortWriter{Writer: w, left: 100_000}
			}
			h := start(t, queue.Options{Workers: 1})
			h.add(up(t, r, from, to))
			h.until("a failure", func() bool { return h.last.Totals.Retrying == 1 })
			id := h.item("x").ID
			if state == queue.Paused {
				h.q.Pause(id)
				h.until("the pause", func() bool { return h.last.Totals.Paused == 1 })
			}
			if left, err := os.ReadDir(to); err != nil || len(left) != 1 {
				t.Fatalf("nothing was left to be removed: %v, %v", left, err)
			}
			h.q.Cancel(id)
			h.until("the end", func() bool { return h.last.Totals.Cancelled == 1 })
			if left, err := os.ReadDir(to); err != nil || len(left) != 0 {
				t.Errorf("there is %v, %v", left, err)
			}
			if it := h.item("x"); it.Reason != queue.ErrCancelled {
				t.Errorf("%v", it.Reason)
			}
		})
	}
}

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
