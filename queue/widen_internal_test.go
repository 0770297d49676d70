package queue

import (
	"testing"
	"time"
)

// TestWidening gives a widening the speeds of a line by a clock of its own.
func TestWidening(t *testing.T) {
	const mega = 1 << 20
	each := func(conns int) float64 { return float64(conns) * mega }          // every connection is limited
	shared := func(int) float64 { return mega }                               // all together are
	three := func(conns int) float64 { return float64(min(conns, 3)) * mega } // both
	for _, c := range []struct {
		name    string
		speed   func(conns int) float64
		size    int64
		asked   int
		allowed int
	}{
		{"each is limited", each, 900 * mega, 4, 4},
		{"all are limited together", shared, 900 * mega, 2, 1},
		{"a third helps", three, 900 * mega, 4, 4},
		{"it is here soon", each, 7 * mega, 1, 1},
		{"the rest is here soon", each, 11 * mega, 2, 2},
		{"a tenth more is not worth it", func(n int) float64 { return mega * (1 + 0.1*float64(n)) }, 900 * mega, 2, 1},
	} {
		w := widening{most: 4, asked: 1, proven: 1}
		now, moved := time.Unix(0, 0), 0.0
		for moved < float64(c.size) {
			w.observe(now, int64(moved), c.size-int64(moved))
			now = now.Add(100 * time.Millisecond)
			moved += c.speed(w.asked) / 10
		}
		if w.asked != c.asked || w.allowed() != c.allowed {
			t.Errorf("%s: %d were asked for, %d are allowed", c.name, w.asked, w.allowed())
		}
	}
}

// TestWideningAfterLosses tries again after each loss, ever later.
func TestWideningAfterLosses(t *testing.T) {
	w, now := widening{most: 4, asked: 1, proven: 1}, time.Unix(0, 0)
	last, moved := time.Duration(0), int64(0)
	for range 5 {
		begun := now
		for w.observe(now, moved, 1<<50) == 0 {
			now = now.Add(100 * time.Millisecond)
			moved += 1 << 20
		}
		if took := now.Sub(begun); took <= last {
			t.Errorf("another try after %v, then after %v", last, took)
		} else {
			last = took
		}
		w.lost(1, now)
	}
	if w.asked != 1 || w.allowed() != 1 {
		t.Errorf("%+v", w)
	}
}

func TestFixedWideningStays(t *testing.T) {
	if w := fixed(3); w.observe(time.Now(), 0, 1<<50) != 0 || w.allowed() != 3 || w.asked != 3 {
		t.Errorf("%+v", w)
	}
}
