package queue_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// TestStorm does everything to a queue at once, by chance: servers refuse, break and recover, people add, cancel,
// retry and clear. Whatever happens, the totals fit the items in every piece of news, it comes to rest, no session
// stays out, and once the servers are well all that is retried gets done.
func TestStorm(t *testing.T) {
	from := map[string]string{}
	for i := range 12 {
		from[fmt.Sprintf("a/%d", i)], from[fmt.Sprintf("b/c/%d", i)] = long(10_000*i), "more"
	}
	for seed := range uint64(12) {
		source, target := tree(t, from), t.TempDir()
		synctest.Test(t, func(t *testing.T) { storm(t, seed, source, target) })
		left := grown(t, target)
		sameTree(t, left, from)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func storm(t *testing.T, seed uint64, source, target string) {
	var mu sync.Mutex
	chance := rand.New(rand.NewPCG(seed, 1))
	calm := false
	roll := func(n int) int {
		mu.Lock()
		defer mu.Unlock()
		if calm {
			return n // nothing happens
		}
		return chance.IntN(n)
	}
	kinds := []error{vfs.ErrBusy, vfs.ErrLost, vfs.ErrTimeout, vfs.ErrRefused, vfs.ErrConnect, vfs.ErrLogin}
	trouble := func(ctx context.Context) error {
		n := roll(40)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Duration(n) * time.Millisecond):
		}
		if n < len(kinds) {
			return failure(kinds[n])
		}
		return nil
	}
	r := newRemote()
	r.lease = func(ctx context.Context, _ int) error {
		if roll(3) == 0 && r.count(&r.held) > 1 {
			return failure(vfs.ErrBusy)
		}
		return trouble(ctx)
	}
	r.before = func(ctx context.Context, _, _ string) error { return trouble(ctx) }
	r.reader = func(in vfs.Reader, ctx context.Context, _ string, _ int64) vfs.Reader {
		return &stream{Reader: in, read: func(p []byte) (int, error) {
			if err := trouble(ctx); err != nil {
				return 0, err
			}
			return in.Read(p)
		}}
	}
	h := start(t, queue.Options{Workers: 1 + int(seed%5)})
	h.patience = time.Hour
	req := down(t, r, source, target)
	req.OnConflict = []queue.Rule{queue.RuleOverwrite, queue.RuleSkip, queue.RuleSize, queue.RuleResume}[seed%4]
	for range 60 {
		switch n := roll(12); {
		case n < 2:
			h.add(req)
		case n == 2:
			h.q.CancelBatch(queue.BatchID(1 + roll(10)))
		case n == 3:
			h.q.CancelAll()
		case n == 4:
			h.q.ClearFinal()
		default:
			for id, it := range h.items {
				if roll(4) == 0 {
					h.q.Cancel(id)
				} else if it.State.Final() {
					h.q.Retry(id)
				}
			}
		}
		synctest.Wait()
		for range 1 + roll(5) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if news, err := h.q.Next(ctx); err == nil {
				h.keep(news)
			}
			cancel()
		}
	}
	mu.Lock()
	calm = true
	mu.Unlock()
	h.add(req)
	h.until("rest", func() bool { return h.last.Totals.Idle() })
	for id := range h.items {
		h.q.Retry(id)
	}
	h.add(req)
	h.q.Close()
	err := h.next()
	for err == nil {
		err = h.next()
	}
	<-h.ended
	if sum := h.last.Totals; !sum.Idle() || sum.Failed+sum.Cancelled != 0 || r.count(&r.held) != 0 {
		t.Errorf("at the end %+v, %d sessions out", sum, r.held)
		for _, it := range h.items {
			if it.State != queue.Done && it.State != queue.Skipped {
				t.Logf("%s: %v: %v (%d tries)", it.Name, it.State, it.Reason, it.Tries)
			}
		}
	}
}
