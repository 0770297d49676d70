package queue_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// origins is what outlives a process, for tests.
type origins struct {
	mu  sync.Mutex
	all map[string]queue.Origin
}

func newOrigins() *origins { return &origins{all: map[string]queue.Origin{}} }

func (o *origins) Origin(shore, path string) (queue.Origin, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	one, known := o.all[shore+" "+path]
	return one, known
}

func (o *origins) Remember(shore, path string, one queue.Origin) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all[shore+" "+path] = one
}

func (o *origins) Forget(shore, path string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.all, shore+" "+path)
}

func (o *origins) now() map[string]queue.Origin {
	o.mu.Lock()
	defer o.mu.Unlock()
	return maps.Clone(o.all)
}

// TestPartOfAnotherTime: a part whose octets match is gone on with only if its source is still what it was.
func TestPartOfAnotherTime(t *testing.T) {
	text := long(300_000)
	for _, c := range []struct {
		name   string
		change func(*queue.Origin) // nil: nothing is remembered
		note   string
	}{
		{"the same", func(*queue.Origin) {}, "resumed at octet 200000"},
		{
			"the same day", func(o *queue.Origin) { o.Precision = vfs.PrecisionDay },
			"resumed at octet 200000",
		},
		{
			"no time known", func(o *queue.Origin) { o.Precision, o.ModTime = vfs.PrecisionNone, time.Time{} },
			"resumed at octet 200000",
		},
		{"another time", func(o *queue.Origin) { o.ModTime = o.ModTime.Add(time.Second) }, "the source has changed"},
		{"another size", func(o *queue.Origin) { o.Size++ }, "the source has changed"},
		{"another source", func(o *queue.Origin) { o.Path += "y" }, "another source"},
		{"another shore", func(o *queue.Origin) { o.Shore += "y" }, "another source"},
		{"not remembered", nil, "resumed at octet 200000; how the source was when its part was begun is not known"},
	} {
		for _, upload := range []bool{true, false} {
			from, to, r := tree(t, map[string]string{"x": text}), tree(t, map[string]string{".x.ferrypart": text[:200_000]}),
				newRemote()
			req := down(t, r, from, to)
			if upload {
				req = up(t, r, from, to)
			}
			known := newOrigins()
			if e := req.Sources[0].Entry; c.change != nil {
				was := queue.Origin{
					Shore: req.From.ID(), Path: filepath.Join(from, "x"), Size: e.Size, ModTime: e.ModTime, Precision: e.Precision,
				}
				c.change(&was)
				known.Remember(req.To.ID(), filepath.Join(to, "x"), was)
			}
			h := start(t, queue.Options{Origins: known})
			h.add(req)
			h.idle()
			it := h.item("x")
			if it.State != queue.Done || !strings.Contains(it.Note, c.note) ||
				strings.Contains(it.Note, "not known") != (c.change == nil) {
				t.Errorf("%s, upload %t: %v, %v, %q", c.name, upload, it.State, it.Reason, it.Note)
			}
			sameTree(t, grown(t, to), map[string]string{"x": text})
			if left := known.now(); len(left) != 0 {
				t.Errorf("%s: still remembered: %v", c.name, left)
			}
		}
	}
}

// TestPartsAreRemembered before anything of them is there, until they are whole or gone; short ones never.
func TestPartsAreRemembered(t *testing.T) {
	for _, cancel := range []bool{true, false} {
		from, to, r := tree(t, map[string]string{"x": long(300_000), "short": long(60_000)}), t.TempDir(), newRemote()
		known := newOrigins()
		hold := make(chan struct{})
		r.reader = func(in vfs.Reader, ctx context.Context, path string, _ int64) vfs.Reader {
			return &stream{Reader: in, read: func(p []byte) (int, error) {
				n, err := in.Read(p)
				if filepath.Base(path) == "x" && err == nil {
					select {
					case <-hold:
					case <-ctx.Done():
						return n, context.Cause(ctx)
					}
				}
				return n, err
			}}
		}
		h := start(t, queue.Options{Workers: 1, Origins: known})
		h.add(down(t, r, from, to))
		h.until("a part", func() bool { _, err := os.Stat(filepath.Join(to, ".x.ferrypart")); return err == nil })
		all := known.now()
		if was := all["local "+filepath.Join(to, "x")]; len(all) != 1 || was.Size != 300_000 || was.Shore != r.id {
			t.Errorf("remembered: %v", all)
		}
		if cancel {
			h.q.CancelAll()
		} else {
			close(hold)
		}
		h.idle()
		if left := known.now(); len(left) != 0 {
			t.Errorf("cancelled %t: still remembered: %v", cancel, left)
		}
	}
}

// TestTwoTriesOfOneItem: the source changes between two tries, without a journal.
func TestTwoTriesOfOneItem(t *testing.T) {
	text := long(300_000)
	from, to, r := tree(t, map[string]string{"x": text}), t.TempDir(), newRemote()
	broken := false
	r.reader = func(in vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader {
		came := 0
		return &stream{Reader: in, read: func(p []byte) (int, error) {
			if came > 100_000 && !broken {
				broken = true
				return 0, failure(vfs.ErrRefused)
			}
			n, err := in.Read(p[:min(len(p), 10_000)])
			came += n
			return n, err
		}}
	}
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.until("a failure", func() bool { return len(h.items) == 1 && h.item("x").State == queue.Failed })
	later := time.Now().Add(time.Hour)
	if err := errors.Join(os.Chtimes(filepath.Join(from, "x"), later, later)); err != nil {
		t.Fatal(err)
	}
	h.q.Retry(h.item("x").ID)
	h.until("it to be done", func() bool { return h.item("x").State == queue.Done })
	if it := h.item("x"); !strings.Contains(it.Note, "the source has changed") {
		t.Errorf("%q", it.Note)
	}
	sameTree(t, grown(t, to), map[string]string{"x": text})
}
