package queue_test

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// line is a network in a bubble of synctest: it is as fast as it is told, each connection and all together.
type line struct {
	each, total int64 // octets a second; 0: no limit
	refuse      func(offset int64) error
	breaks      int // so many connections that begin behind the beginning break after a while
	mu          sync.Mutex
	free        time.Time // when the line has passed on what it has
	opened      []int64   // the offsets
	read        int64
}

func (l *line) through(ctx context.Context, in vfs.Reader, offset int64) vfs.Reader {
	l.mu.Lock()
	l.opened = append(l.opened, offset)
	breaks := offset > 0 && l.breaks > 0
	if breaks {
		l.breaks--
	}
	l.mu.Unlock()
	came := int64(0)
	return &stream{Reader: in, read: func(p []byte) (int, error) {
		if offset > 0 && l.refuse != nil {
			return 0, l.refuse(offset)
		}
		if breaks && came >= 5<<20 {
			return 0, failure(vfs.ErrLost)
		}
		n, err := in.Read(p)
		came += int64(n)
		l.wait(ctx, int64(n))
		return n, err
	}}
}

func (l *line) wait(ctx context.Context, n int64) {
	l.mu.Lock()
	l.read += n
	now := time.Now()
	until := now
	if l.total > 0 {
		if l.free.Before(now) {
			l.free = now
		}
		l.free = l.free.Add(time.Duration(n * int64(time.Second) / l.total))
		until = l.free
	}
	l.mu.Unlock()
	if l.each > 0 {
		if own := now.Add(time.Duration(n * int64(time.Second) / l.each)); own.After(until) {
			until = own
		}
	}
	select {
	case <-time.After(time.Until(until)):
	case <-ctx.Done():
	}
}

const huge = 80 << 20

// hugeFile makes a file that is large enough for SegmentsAuto.
var hugeText = sync.OnceValue(func() []byte {
	text := make([]byte, huge)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(text) // it never fails
	return text
})

// fetch gets the huge file and gives how long that took, by the clock of the bubble, and what was noted.
func (l *line) fetch(t *testing.T, segments int, set func(*remote)) (took time.Duration, it queue.Item) {
	t.Helper()
	from, to := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(from, "one"), hugeText(), 0o644); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r := newRemote()
		r.reader = func(in vfs.Reader, ctx context.Context, _ string, offset int64) vfs.Reader {
			return l.through(ctx, in, offset)
		}
		if set != nil {
			set(r)
		}
		h := start(t, queue.Options{Workers: 1})
		h.patience = time.Hour
		begun := time.Now()
		h.add(segmented(t, r, from, to, segments))
		h.idle()
		took = time.Since(begun)
		h.expect("one:done")
		it = h.item("one")
	})
	got, err := os.ReadFile(filepath.Join(to, "one"))
	if err != nil || sha256.Sum256(got) != sha256.Sum256(hugeText()) {
		t.Errorf("%d octets came, %v", len(got), err)
	}
	if left, err := os.ReadDir(to); err != nil || len(left) != 1 {
		t.Errorf("there is %v, %v", left, err)
	}
	return took, it
}

// TestAutoTakesMoreWhereEachIsLimited: it begins with one connection, and is much faster than one in the end.
func TestAutoTakesMoreWhereEachIsLimited(t *testing.T) {
	one, auto := &line{each: 4 << 20}, &line{each: 4 << 20}
	alone, _ := one.fetch(t, 1, nil)
	took, it := auto.fetch(t, queue.SegmentsAuto, nil)
	if took > alone*6/10 || !strings.Contains(it.Note, "over up to 4 connections") {
		t.Errorf("one stream took %v, auto %v: %q", alone, took, it.Note)
	}
	if auto.read != huge || auto.opened[0] != 0 || it.Proof != queue.ProofSize {
		t.Errorf("%d octets were read of %d, at %d, proven by %v", auto.read, huge, auto.opened, it.Proof)
	}
}

// TestAutoIsNeverSlower where more connections bring nothing: one is tried, and that is all.
func TestAutoIsNeverSlower(t *testing.T) {
	for name, l := range map[string]*line{"all are limited together": {total: 4 << 20}, "nothing is": {}} {
		t.Run(name, func(t *testing.T) {
			one, auto := &line{total: l.total}, &line{total: l.total}
			alone, _ := one.fetch(t, 1, nil)
			took, _ := auto.fetch(t, queue.SegmentsAuto, nil)
			if took > alone+alone/50 {
				t.Errorf("one stream took %v, auto %v", alone, took)
			}
			if n := len(auto.opened); l.total == 0 && n != 1 || n > 2 || auto.read != huge {
				t.Errorf("it was opened at %d; %d octets were read of %d", auto.opened, auto.read, huge)
			}
		})
	}
}

// TestAutoSurvivesItsHelpers: what becomes of further connections costs the file nothing.
func TestAutoSurvivesItsHelpers(t *testing.T) {
	for name, c := range map[string]struct {
		l    *line
		set  func(*remote)
		most int // opened so often at most
	}{
		"no restart": {&line{total: 4 << 20, refuse: func(int64) error { return failure(vfs.ErrNotSupported) }}, nil, 2},
		"refused":    {&line{total: 4 << 20, refuse: func(int64) error { return failure(vfs.ErrRefused) }}, nil, 5},
		"break":      {&line{each: 4 << 20, breaks: 2}, nil, 20},
		"no room": {&line{each: 4 << 20}, func(r *remote) {
			r.lease = func(_ context.Context, n int) error {
				if n > 1 {
					return failure(vfs.ErrCrowded)
				}
				return nil
			}
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, it := c.l.fetch(t, queue.SegmentsAuto, c.set)
			if it.Tries != 1 || c.l.read != huge || len(c.l.opened) > c.most {
				t.Errorf("%d tries, %d octets were read of %d, at %d", it.Tries, c.l.read, huge, c.l.opened)
			}
		})
	}
}

// TestAutoYieldsToWhoBrowses: further connections are given back in the middle of a file, each as soon as it is wanted.
func TestAutoYieldsToWhoBrowses(t *testing.T) {
	l, asked := &line{each: 4 << 20}, atomic.Int64{}
	_, it := l.fetch(t, queue.SegmentsAuto, func(r *remote) {
		r.wanted = func() bool {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.read < 60<<20 {
				return false
			}
			asked.Add(1)
			return true
		}
	})
	// Three that helped, and the worker once it has done the file.
	if n := asked.Load(); n < 2 || n > 5 || it.Tries != 1 || l.read != huge {
		t.Errorf("%d times a session was asked for, %d tries, %d octets were read of %d", n, it.Tries, l.read, huge)
	}
}
