package queue

import (
	"slices"
	"testing"
	"time"
)

func TestDeque(t *testing.T) {
	var d deque[int]
	var model []int
	for i := range 20_000 {
		switch {
		case i%7 == 3:
			d.pushFront(i)
			model = slices.Insert(model, 0, i)
		case i%3 == 0 && len(model) > 0 || i > 15_000 && len(model) > 0:
			if first := d.first(); d.pop() != model[0] || first != model[0] {
				t.Fatalf("step %d: out of line", i)
			}
			model = model[1:]
		default:
			d.pushBack(i)
			model = append(model, i)
		}
		if d.len() != len(model) {
			t.Fatalf("step %d: %d wait, want %d", i, d.len(), len(model))
		}
	}
}

// TestDequeLetsGo: a line that is always short must not grow with all that went through it.
func TestDequeLetsGo(t *testing.T) {
	var d deque[int]
	for i := range 1000 {
		d.pushBack(i)
	}
	for i := range 100_000 {
		d.pushBack(i)
		d.pop()
	}
	if cap(d.all) > 10_000 {
		t.Errorf("room for %d", cap(d.all))
	}
}

func TestMeter(t *testing.T) {
	now := time.Unix(0, 0)
	var m meter
	m.start(100, now)
	if m.speed() != 0 || m.observe(100, now) != 0 {
		t.Error("a speed before any time passed")
	}
	now = now.Add(100 * time.Millisecond)
	if got := m.observe(100+100, now); got < 999 || got > 1001 {
		t.Errorf("the first speed is %f", got) // not dampened
	}
	for range 100 {
		now = now.Add(100 * time.Millisecond)
		m.observe(m.total, now)
	}
	if got := m.speed(); got < 0 || got > 50 {
		t.Errorf("ten seconds after it stood still the speed is %f", got)
	}
}

func TestLeft(t *testing.T) {
	for _, c := range []struct {
		octets int64
		speed  float64
		want   time.Duration
	}{{0, 0, 0}, {-5, 1, 0}, {10, 0, -1}, {10, 5, 2 * time.Second}, {1 << 62, 1e-9, -1}} {
		if got := left(c.octets, c.speed); got != c.want {
			t.Errorf("%d octets at %g: %v", c.octets, c.speed, got)
		}
	}
}

func TestPauseGrows(t *testing.T) {
	for n := 1; n < 100; n++ {
		middle := min(time.Second<<min(n-1, 20), longestPause)
		for range 20 {
			if p := (Options{Pause: time.Second}).pause(n); p < middle*3/4 || p > middle*5/4 {
				t.Fatalf("pause %d is %v", n, p)
			}
		}
	}
}

func TestAlarmsComeInTime(t *testing.T) {
	var a alarms
	now, rung := time.Unix(0, 0), 0
	for _, s := range []int{5, 1, 3, 2, 4} {
		a.add(now.Add(time.Duration(s)*time.Second), func(time.Time) { rung = s })
	}
	for s := 1; s <= 5; s++ {
		if _, rang := a.due(now.Add(time.Duration(s)*time.Second - 1)); rang {
			t.Errorf("alarm %d rang early", s)
		}
		one, rang := a.due(now.Add(time.Duration(s) * time.Second))
		if !rang {
			t.Fatalf("alarm %d did not ring", s)
		}
		if one.ring(now); rung != s {
			t.Errorf("alarm %d rang instead of %d", rung, s)
		}
	}
}
