package queue_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// TestWorkersOfAServer bounds them for servers that are named, for all others, and anew when that changes.
func TestWorkersOfAServer(t *testing.T) {
	files := map[string]string{}
	for i := range 30 {
		files[fmt.Sprint(i)] = "x"
	}
	from := tree(t, files)
	named, other := newRemote(), newRemote()
	other.id = "ftp://other:21"
	h := start(t, queue.Options{Workers: 8})
	limits := queue.Limits{Workers: map[string]int{named.id: 2, "": 3}}
	h.q.SetLimits(limits)
	h.add(up(t, named, from, t.TempDir()))
	h.add(up(t, other, from, t.TempDir()))
	h.until("both", func() bool { return h.last.Totals.Done == 60 })
	if n, m := named.count(&named.most), other.count(&other.most); n != 2 || m != 3 {
		t.Errorf("%d and %d sessions at a time", n, m)
	}
	limits.Workers = map[string]int{named.id: 1}
	h.q.SetLimits(limits)
	named.most = 0
	h.add(up(t, named, from, t.TempDir()))
	h.until("one by one", func() bool { return h.last.Totals.Done == 90 })
	if n := named.count(&named.most); n != 1 {
		t.Errorf("%d sessions at a time", n)
	}
}

// TestWorkersTogether are bounded over all servers, anew while work waits.
func TestWorkersTogether(t *testing.T) {
	from := tree(t, map[string]string{"1": "", "2": "", "3": "", "4": "", "5": "", "6": "", "7": ""})
	r, gate := newRemote(), make(chan struct{})
	r.before = func(ctx context.Context, call, _ string) error {
		if call != "Create" {
			return nil
		}
		select {
		case <-gate:
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	h := start(t, queue.Options{Workers: 8})
	h.q.SetLimits(queue.Limits{Together: 2})
	h.add(up(t, r, from, t.TempDir()))
	running := func(n int) func() bool { return func() bool { return h.last.Totals.Running == n } }
	h.until("two run", running(2))
	if n := r.count(&r.most); n != 2 {
		t.Errorf("%d sessions", n)
	}
	h.q.SetLimits(queue.Limits{Together: 5})
	h.until("five run", running(5))
	h.q.SetLimits(queue.Limits{Together: 1})
	for range 4 {
		gate <- struct{}{}
	}
	h.until("one runs", func() bool { return h.last.Totals.Running == 1 && h.last.Totals.Done == 4 })
	close(gate)
	h.until("all are done", func() bool { return h.last.Totals.Done == 7 })
	if n := r.count(&r.most); n > 5 {
		t.Errorf("%d sessions", n)
	}
}

// TestRetriesChange with the next failure.
func TestRetriesChange(t *testing.T) {
	from := tree(t, map[string]string{"x": ""})
	r := newRemote()
	r.before = func(_ context.Context, call, _ string) error {
		if call != "Create" {
			return nil
		}
		return failure(vfs.ErrLost)
	}
	h := start(t, queue.Options{Workers: 1, Retries: 1000, Pause: time.Millisecond})
	h.q.SetRetries(-1)
	h.add(up(t, r, from, t.TempDir()))
	h.idle()
	if it := h.item("x"); it.State != queue.Failed || it.Tries != 1 {
		t.Errorf("%+v", it)
	}
}
