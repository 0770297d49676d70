package queue

import (
	"context"
	"io"
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ferry/internal/vfs"
)

// stream is a source and a target in memory that are as fast as can be.
type stream struct{ left, came int64 }

func (*stream) Touch()                        {}
func (*stream) Raw() any                      { return nil }
func (*stream) Explain(err error) error       { return err }
func (*stream) Close() error                  { return nil }
func (*stream) Commit(context.Context) error  { return nil }
func (*stream) Abort(bool) error              { return nil }
func (s *stream) Write(p []byte) (int, error) { s.came += int64(len(p)); return len(p), nil }

func (*stream) Finish(context.Context) (vfs.Written, error) { return vfs.Written{}, nil }

func (s *stream) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), s.left)
	s.left -= n
	return int(n), nil
}

// run copies octets under limits and gives the speed at which they went.
func run(t *testing.T, l *limits, octets int64, from, to string) float64 {
	t.Helper()
	start := time.Now()
	s := &stream{left: octets}
	var moved atomic.Int64
	n, err := vfs.CopyPaced(t.Context(), s, s, &moved, l.pace(from, to))
	if err != nil || n != octets || s.came != octets {
		t.Fatalf("%d of %d octets went: %v", n, octets, err)
	}
	return float64(octets) / time.Since(start).Seconds()
}

func within5(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got/want-1) > 0.05 {
		t.Errorf("%s: %.0f octets a second, want %.0f", what, got, want)
	}
}

const (
	here  = "ftp://here"
	there = "ftp://there"
)

// TestLimitsAreExact copies for ten seconds or more, by a clock that only moves when all wait.
func TestLimitsAreExact(t *testing.T) {
	for _, speed := range []int64{300, 7_000, 800 << 10, 5 << 20, 1 << 30} {
		synctest.Test(t, func(t *testing.T) {
			l := newLimits()
			l.set(Limits{Total: Speed{Up: speed, Down: 2 * speed}, Sites: map[string]Speed{there: {Down: speed / 3}}})
			within5(t, "up", run(t, l, 10*speed, localID, here), float64(speed))
			within5(t, "down", run(t, l, 20*speed, here, localID), float64(2*speed))
			within5(t, "down from a site with its own limit", run(t, l, 10*speed, there, localID), float64(speed/3))
			within5(t, "across, by the slowest of all", run(t, l, 10*speed, there, here), float64(speed/3))
		})
	}
}

// TestLimitsAreShared has several transfers at once: together they are as fast as one.
func TestLimitsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const speed, each, many = 1 << 20, 4 << 20, 5
		l := newLimits()
		l.set(Limits{Total: Speed{Down: speed}})
		start, done := time.Now(), make(chan float64)
		for range many {
			go func() { done <- run(t, l, each, here, localID) }()
		}
		for range many {
			<-done
		}
		within5(t, "all together", many*each/time.Since(start).Seconds(), speed)
	})
}

// TestLimitsChangeWhileRunning slows a transfer down, speeds it up, and lets it go.
func TestLimitsChangeWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits()
		l.set(Limits{Total: Speed{Down: 1000}})
		s := &stream{left: 1 << 40}
		ctx, cancel := context.WithCancel(t.Context())
		var moved atomic.Int64
		ended := make(chan error)
		go func() {
			_, err := vfs.CopyPaced(ctx, s, s, &moved, l.pace(here, localID))
			ended <- err
		}()
		speed := func() float64 {
			before := moved.Load()
			time.Sleep(20 * time.Second) // of the test's own clock
			return float64(moved.Load()-before) / 20
		}
		within5(t, "at first", speed(), 1000)
		l.set(Limits{Total: Speed{Down: 50_000}})
		within5(t, "faster", speed(), 50_000)
		l.set(Limits{Total: Speed{Down: 2_000}, Sites: map[string]Speed{here: {Down: 10}}})
		within5(t, "slower", speed(), 10)
		cancel()
		if err := <-ended; err == nil {
			t.Error("it ended by itself")
		}
	})
}

// TestNoLimitCostsNoTime also lets a transfer go that waits for a limit which is lifted.
func TestNoLimitCostsNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits()
		start := time.Now()
		run2 := func(from, to string) {
			s := &stream{left: 10 << 20}
			var moved atomic.Int64
			if _, err := vfs.CopyPaced(t.Context(), s, s, &moved, l.pace(from, to)); err != nil {
				t.Error(err)
			}
		}
		run2(here, localID)
		l.set(Limits{Total: Speed{Up: 1}})
		run2(here, localID)
		l.set(Limits{Total: Speed{Up: 1, Down: 1}})
		run2(localID, localID)
		if passed := time.Since(start); passed != 0 {
			t.Errorf("without a limit it took %v", passed)
		}
		done := make(chan struct{})
		go func() { run2(here, localID); close(done) }()
		synctest.Wait()
		l.set(Limits{})
		<-done
		if passed := time.Since(start); passed != 0 {
			t.Errorf("it waited %v for a limit that was lifted", passed)
		}
	})
}
