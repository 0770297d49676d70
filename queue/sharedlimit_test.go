package queue_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// TestLimitEverywhere is heard by who runs already and by who comes later, and is taken back.
func TestLimitEverywhere(t *testing.T) {
	o := newHouse(t)
	one, two := o.enter(queue.Options{}), o.enter(queue.Options{})
	command := o.enter(queue.Options{Part: queue.PartAlone})
	limit := queue.Speed{Up: 1 << 20, Down: 5 << 20}
	has := func(h *harness, want queue.Speed) {
		t.Helper()
		h.until("the limit", func() bool { return h.last.Totals.Limit == want })
	}
	two.q.LimitEverywhere(limit)
	has(two, limit)
	has(one, limit)
	has(command, limit)
	has(o.enter(queue.Options{}), limit)
	has(o.enter(queue.Options{Part: queue.PartAlone}), limit)
	_, all, err := queue.Look(t.Context(), o.journal())
	if err != nil || all != (queue.Shared{Limit: limit}) {
		t.Errorf("told as %+v, %v", all, err)
	}
	one.q.LimitEverywhere(queue.Speed{})
	has(one, queue.Speed{})
	has(two, queue.Speed{})
	has(command, queue.Speed{})
	if _, all, err := queue.Look(t.Context(), o.journal()); err != nil || all != (queue.Shared{}) {
		t.Errorf("told as %+v, %v", all, err)
	}
}

// TestLimitEverywhereSlowsWhatRuns, beside the limits that this process has itself: the tighter one holds.
func TestLimitEverywhereSlowsWhatRuns(t *testing.T) {
	from, to := tree(t, map[string]string{"x": long(600_000)}), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r, read := newRemote(), make(chan struct{})
		r.reader = func(in vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader {
			return &stream{Reader: in, read: func(p []byte) (int, error) {
				select {
				case read <- struct{}{}:
				default:
				}
				return in.Read(p[:min(len(p), 1000)])
			}}
		}
		h := start(t, queue.Options{})
		h.patience = time.Hour
		h.q.SetLimits(queue.Limits{Total: queue.Speed{Down: 1000}})
		h.add(down(t, r, from, to))
		<-read
		h.q.SetLimits(queue.Limits{Total: queue.Speed{Down: 100_000}})
		h.q.LimitEverywhere(queue.Speed{Down: 10_000})
		begun := time.Now()
		h.idle()
		if took := time.Since(begun); took < 57*time.Second || took > 63*time.Second {
			t.Errorf("600,000 octets took %v at 10,000 a second", took)
		}
	})
}
