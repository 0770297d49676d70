package queue_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
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
	named.mu.Lock()
	named.most = 0
	named.mu.Unlock()
	h.add(up(t, named, from, t.TempDir()))
	h.until("one by one", func() bool { return h.last.Totals.Done == 90 })
	if n := named.count(&named.most); n != 1 {
		t.Errorf("%d sessions at a time", n)
	}
}

// TestSessionsCountUntilTheyAreGivenBack: a worker that takes its time for that has its place at the server meanwhile.
func TestSessionsCountUntilTheyAreGivenBack(t *testing.T) {
	from, to, r := tree(t, letters(3)), t.TempDir(), newRemote()
	gates := map[string]chan struct{}{"a": make(chan struct{}), "b": make(chan struct{}), "c": make(chan struct{})}
	r.before = func(ctx context.Context, call, path string) error {
		if call != "Open" {
			return nil
		}
		select {
		case <-gates[filepath.Base(path)]:
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	var slow atomic.Bool
	leaving, left := make(chan struct{}, 9), make(chan struct{})
	r.leave = func() {
		if slow.Load() {
			leaving <- struct{}{}
			<-left
		}
	}
	h := start(t, queue.Options{Workers: 2})
	fetch := func(name string) {
		req := down(t, r, from, to)
		req.Sources = sources(t, from, name)
		h.add(req)
	}
	fetch("a")
	h.until("the first worker", func() bool { return h.last.Totals.Running == 1 })
	fetch("b")
	h.until("the second worker", func() bool { return h.last.Totals.Running == 2 && r.count(&r.held) == 2 })
	close(gates["a"])
	h.until("the first at rest", func() bool { return h.last.Totals.Done == 1 && r.count(&r.held) == 1 })
	slow.Store(true)
	close(gates["b"])
	<-leaving
	h.q.SetLimits(queue.Limits{Workers: map[string]int{r.id: 1}})
	r.mu.Lock()
	r.most = 0
	r.mu.Unlock()
	fetch("c")
	h.q.Barrier()
	slow.Store(false)
	close(left)
	close(gates["c"])
	h.until("the end", func() bool { return h.last.Totals.Done == 3 })
	if n := r.count(&r.most); n != 1 {
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
	run := func(n int) func() bool { // an item runs before its session is there
		return func() bool { return h.last.Totals.Running == n && r.count(&r.most) == n }
	}
	h.until("two run", run(2))
	h.q.SetLimits(queue.Limits{Together: 5})
	h.until("five run", run(5))
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
