package queue_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// stream changes a reader or a writer for the kernel's copying to be out of play, so that Read and Write are seen.
type stream struct {
	vfs.Reader
	vfs.Writer
	read   func(p []byte) (int, error)
	write  func(p []byte) (int, error)
	close  func() error
	commit func(ctx context.Context) error
}

func (s *stream) Raw() any { return nil }
func (s *stream) Touch()   {}

func (s *stream) Explain(err error) error { return err }

func (s *stream) Read(p []byte) (int, error) {
	if s.read != nil {
		return s.read(p)
	}
	return s.Reader.Read(p)
}

func (s *stream) Write(p []byte) (int, error) {
	if s.write != nil {
		return s.write(p)
	}
	return s.Writer.Write(p)
}

func (s *stream) Close() error {
	err := s.Reader.Close()
	if s.close != nil {
		return s.close()
	}
	return err
}

func (s *stream) Commit(ctx context.Context) error {
	if s.commit != nil {
		return s.commit(ctx)
	}
	return s.Writer.Commit(ctx)
}

// TestBatchGoesOn: what fails for good fails once, and the rest is done.
func TestBatchGoesOn(t *testing.T) {
	files := map[string]string{"a": "1", "bad": "2", "c": "3", "d/bad": "4", "d/e": "5"}
	from, to, r := tree(t, files), t.TempDir(), newRemote()
	r.before = func(_ context.Context, call, path string) error {
		if call == "Open" && filepath.Base(path) == "bad" {
			return failure(fs.ErrPermission)
		}
		return nil
	}
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.idle()
	h.expect("a:done", "bad:failed", "c:done", "d/bad:failed", "d/e:done")
	if it := h.item("bad"); !errors.Is(it.Reason, fs.ErrPermission) || it.Tries != 1 {
		t.Errorf("told as %+v", it)
	}
	delete(files, "bad")
	delete(files, "d/bad")
	sameTree(t, grown(t, to), files)
}

// TestRetriesWhatMayPass: with growing pauses, and not for ever.
func TestRetriesWhatMayPass(t *testing.T) {
	for _, c := range []struct {
		name            string
		kind            error
		failures, tries int
		state           queue.State
		least, most     time.Duration
	}{
		{"two losses", vfs.ErrLost, 2, 3, queue.Done, 2 * time.Second, 5 * time.Second},
		{"busy for good", vfs.ErrBusy, 99, 4, queue.Failed, 5 * time.Second, 10 * time.Second},
		{"a timeout", vfs.ErrTimeout, 1, 2, queue.Done, time.Second / 2, 2 * time.Second},
		{"a refusal", vfs.ErrRefused, 1, 1, queue.Failed, 0, time.Second / 10},
	} {
		from, to := tree(t, map[string]string{"x": "1"}), t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			r, began, left := newRemote(), time.Now(), c.failures
			r.before = func(_ context.Context, call, _ string) error {
				if left--; call != "Open" || left < 0 {
					return nil
				}
				return failure(c.kind)
			}
			h := start(t, queue.Options{Workers: 1})
			h.add(down(t, r, from, to))
			if c.tries > 1 {
				h.until("the pause after a try", func() bool {
					return h.last.Totals.Retrying == 1 && errors.Is(h.item("x").Reason, c.kind)
				})
			}
			h.idle()
			passed := time.Since(began)
			it := h.item("x")
			if it.State != c.state || it.Tries != c.tries || passed < c.least || passed > c.most {
				t.Errorf("%s: %v after %d tries and %v: %v", c.name, it.State, it.Tries, passed, it.Reason)
			}
		})
	}
}

// TestServerRestarts: who was there before is waited for, by all that transfers from it.
func TestServerRestarts(t *testing.T) {
	files := map[string]string{"a": long(100_000), "b": "b", "c": "c", "d": "d"}
	from, to := tree(t, files), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r, began := newRemote(), time.Now()
		gone := func() bool { passed := time.Since(began); return passed > time.Second && passed < 2*time.Minute }
		out := func() error {
			return &vfs.Failure{Step: "try", Said: "on order", Kind: vfs.ErrConnect, Err: vfs.ErrLost}
		}
		r.lease = func(context.Context, int) error {
			if gone() {
				return failure(vfs.ErrConnect)
			}
			return nil
		}
		r.before = func(context.Context, string, string) error {
			if time.Sleep(600 * time.Millisecond); gone() { // by the clock of synctest
				return out()
			}
			return nil
		}
		h := start(t, queue.Options{Workers: 2})
		h.patience = time.Hour
		h.add(down(t, r, from, to))
		h.idle()
		h.expect("a:done", "b:done", "c:done", "d:done")
		if passed := time.Since(began); passed < 2*time.Minute || passed > 4*time.Minute {
			t.Errorf("it took %v", passed)
		}
	})
	sameTree(t, grown(t, to), files)
}

// TestGoesOnWithWhatCame: after a loss the next try asks for the rest only.
func TestGoesOnWithWhatCame(t *testing.T) {
	text := long(1 << 20)
	from, to := tree(t, map[string]string{"x": text}), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r, opened := newRemote(), []int64{}
		r.reader = func(in vfs.Reader, _ context.Context, _ string, offset int64) vfs.Reader {
			if opened = append(opened, offset); len(opened) > 1 {
				return in
			}
			came := 0
			return &stream{Reader: in, read: func(p []byte) (int, error) {
				if came >= 700_000 {
					return 0, failure(vfs.ErrLost)
				}
				n, err := in.Read(p[:min(len(p), 700_000-came)])
				came += n
				return n, err
			}}
		}
		h := start(t, queue.Options{})
		h.add(down(t, r, from, to))
		h.idle()
		it := h.item("x")
		if it.State != queue.Done || it.Moved != 1<<20 || !strings.Contains(it.Note, "resumed at octet 700000") {
			t.Errorf("told as %+v", it)
		}
		if len(opened) != 2 || opened[1] != 700_000-64<<10 {
			t.Errorf("opened at %d", opened)
		}
	})
	sameTree(t, grown(t, to), map[string]string{"x": text})
}

// TestTellsWhatIsHeld: while the server is away an item goes on telling how much of it came before.
func TestTellsWhatIsHeld(t *testing.T) {
	from, to := tree(t, map[string]string{"x": long(1 << 20)}), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var gone atomic.Bool
		r := newRemote()
		r.before = func(context.Context, string, string) error {
			if gone.Load() {
				return failure(vfs.ErrLost)
			}
			return nil
		}
		r.lease = func(context.Context, int) error {
			if gone.Load() {
				return failure(vfs.ErrConnect)
			}
			return nil
		}
		r.reader = func(in vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader {
			return &stream{Reader: in, read: func(p []byte) (int, error) {
				if gone.Swap(true) {
					return 0, failure(vfs.ErrLost)
				}
				return in.Read(p[:1000])
			}}
		}
		h := start(t, queue.Options{})
		h.patience = time.Hour // by the clock of synctest
		h.add(down(t, r, from, to))
		h.idle()
		if it := h.item("x"); it.State != queue.Failed || it.Moved != 1000 {
			t.Errorf("told as %+v", it)
		}
	})
}

// TestIncomplete: what comes is compared with what was announced, then and now, and what is short is kept.
func TestIncomplete(t *testing.T) {
	for _, c := range []struct {
		name, came string
		claim, now int64 // the size that the listing told, and what is told when the copy has come
		state      queue.State
		proof      queue.Proof
		left       map[string]string
	}{
		{"short", "12345", 6, 6, queue.Failed, 0, map[string]string{".x.ferrypart": "12345"}},
		{"long", "12345", 4, 4, queue.Failed, 0, map[string]string{}},
		{"quirk 124: it grew", "12345", 4, 5, queue.Done, queue.ProofSize, map[string]string{"x": "12345"}},
		{"quirk 124: it shrank", "12345", 6, 5, queue.Done, queue.ProofSize, map[string]string{"x": "12345"}},
		{"quirk 124: it grows", "12345", 4, 7, queue.Done, queue.ProofNone, map[string]string{"x": "12345"}},
		{"it shrinks", "12345", 6, 3, queue.Failed, 0, map[string]string{".x.ferrypart": "12345"}},
		{"right", "12345", 5, 5, queue.Done, queue.ProofSize, map[string]string{"x": "12345"}},
		{"unknown", "12345", vfs.SizeUnknown, 5, queue.Done, queue.ProofNone, map[string]string{"x": "12345"}},
	} {
		from, to := tree(t, map[string]string{"x": c.came}), t.TempDir()
		h := start(t, queue.Options{Pause: time.Millisecond})
		there := newRemote()
		var now atomic.Int64
		now.Store(c.now)
		there.stat = func(_ string, e vfs.Entry) vfs.Entry { e.Size = now.Load(); return e }
		r := down(t, there, from, to)
		r.Sources[0].Entry.Size = c.claim
		h.add(r)
		h.idle()
		it := h.item("x")
		told := it.State != queue.Failed || errors.Is(it.Reason, vfs.ErrIncomplete)
		if it.State != c.state || it.Proof != c.proof || !told {
			t.Errorf("%s: told as %+v", c.name, it)
		}
		sameTree(t, grown(t, to), c.left)
		if c.state == queue.Done {
			continue
		}
		// Its size is asked for again if somebody wants another try.
		now.Store(int64(len(c.came)))
		h.q.Retry(it.ID)
		h.until("the retry", func() bool { return h.last.Totals.Done == 1 })
		sameTree(t, grown(t, to), map[string]string{"x": c.came})
	}
}

// TestTheSourceConfirms: all octets came, but the server says that it went wrong.
func TestTheSourceConfirms(t *testing.T) {
	from, to, r := tree(t, map[string]string{"x": "12345"}), t.TempDir(), newRemote()
	r.reader = func(in vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader {
		return &stream{Reader: in, close: func() error { return failure(vfs.ErrRefused) }}
	}
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.idle()
	if it := h.item("x"); it.State != queue.Failed || !errors.Is(it.Reason, vfs.ErrRefused) {
		t.Errorf("told as %+v", it)
	}
	sameTree(t, grown(t, to), map[string]string{".x.ferrypart": "12345"})
}

func TestFullDisk(t *testing.T) {
	from, to, r := tree(t, map[string]string{"x": "12345", "y": "1"}), t.TempDir(), newRemote()
	r.writer = func(w vfs.Writer, _ context.Context, path string, _ vfs.Create) vfs.Writer {
		if filepath.Base(path) != "x" {
			return w
		}
		return &stream{Writer: w, write: func(p []byte) (int, error) {
			n, _ := w.Write(p[:3])
			return n, &vfs.Failure{Step: "write x", Said: "disk full", Kind: vfs.ErrNoSpace, Err: syscall.ENOSPC}
		}}
	}
	h := start(t, queue.Options{})
	h.add(up(t, r, from, to))
	h.idle()
	h.expect("x:failed", "y:done")
	if it := h.item("x"); !errors.Is(it.Reason, vfs.ErrNoSpace) || it.Moved != 3 || it.Tries != 1 {
		t.Errorf("told as %+v", it)
	}
	sameTree(t, grown(t, to), map[string]string{".x.ferrypart": "123", "y": "1"})
}

// TestFinishedAfterAll: the connection broke while the file was given its name, and the server had done it.
func TestFinishedAfterAll(t *testing.T) {
	for _, done := range []bool{true, false} {
		from, to := tree(t, map[string]string{"x": "12345"}), t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			r, broke := newRemote(), false
			r.writer = func(w vfs.Writer, _ context.Context, _ string, _ vfs.Create) vfs.Writer {
				return &stream{Writer: w, commit: func(ctx context.Context) error {
					if broke {
						return w.Commit(ctx)
					}
					broke = true
					if done {
						return errors.Join(w.Commit(ctx), failure(vfs.ErrLost))
					}
					return errors.Join(w.Abort(true), failure(vfs.ErrLost))
				}}
			}
			h := start(t, queue.Options{})
			h.add(up(t, r, from, to))
			h.idle()
			if it := h.item("x"); it.State != queue.Done || it.Proof != queue.ProofSize || it.Moved != 5 || it.Note == "" {
				t.Errorf("done %t: told as %+v", done, it)
			}
		})
		sameTree(t, grown(t, to), map[string]string{"x": "12345"})
	}
}

// TestLoginRefused: one wrong login is enough, however much waits.
func TestLoginRefused(t *testing.T) {
	files := map[string]string{"d/x": ""}
	for i := range 50 {
		files[fmt.Sprint(i)] = "x"
	}
	from, to, r := tree(t, files), t.TempDir(), newRemote()
	r.lease = func(context.Context, int) error { return failure(vfs.ErrLogin) }
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.add(down(t, r, from, to))
	h.idle()
	for _, it := range h.items {
		if it.State != queue.Failed || !errors.Is(it.Reason, vfs.ErrLogin) || !it.Folder {
			t.Errorf("told as %+v", it)
		}
	}
	if n := r.count(&r.leases); n > 2 { // the second request may have come later than the first failure
		t.Errorf("%d logins", n)
	}
}

// TestServerGoesAway: the server is lost in the middle and cannot be reached any more. It is called a few times, not
// once for each file, and all that waits is told why.
func TestServerGoesAway(t *testing.T) {
	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprint(i)] = "x"
	}
	from, to := tree(t, files), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var gone atomic.Bool
		var calls atomic.Int32
		r := newRemote()
		r.before = func(_ context.Context, call, path string) error {
			if filepath.Base(path) == "30" {
				gone.Store(true)
			}
			if gone.Load() {
				return failure(vfs.ErrLost)
			}
			return nil
		}
		r.lease = func(context.Context, int) error {
			if gone.Load() {
				calls.Add(1)
				return failure(vfs.ErrConnect)
			}
			return nil
		}
		h := start(t, queue.Options{})
		h.patience = time.Hour // by the clock of synctest
		h.add(down(t, r, from, to))
		h.idle()
		sum := h.last.Totals
		if sum.Failed == 0 || sum.Done+sum.Failed != 60 {
			t.Errorf("totals %+v", sum)
		}
		for _, it := range h.items {
			if it.State == queue.Failed && !errors.Is(it.Reason, vfs.ErrConnect) && !errors.Is(it.Reason, vfs.ErrLost) {
				t.Errorf("told as %+v", it)
			}
		}
		// Each worker's file in flight comes back later and may begin another round.
		if n := calls.Load(); n < 4 || n > 4*(1+12) {
			t.Errorf("dialled %d times", n)
		}
		// Retried, when the server is back, all is done.
		gone.Store(false)
		r.before = nil
		for id, it := range h.items {
			if it.State == queue.Failed {
				h.q.Retry(id)
			}
		}
		h.until("the rest", func() bool { return h.last.Totals.Done == 60 })
	})
	sameTree(t, grown(t, to), files)
}

// TestServerAllowsFewSessions: workers for whom there is no session step back; nothing fails.
func TestServerAllowsFewSessions(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprint(i)] = "x"
	}
	from, to := tree(t, files), t.TempDir()
	r := newRemote()
	r.lease = func(context.Context, int) error {
		if r.count(&r.held) >= 2 {
			return failure(vfs.ErrBusy)
		}
		return nil
	}
	h := start(t, queue.Options{Workers: 8})
	h.add(down(t, r, from, to))
	h.idle()
	if sum := h.last.Totals; sum.Done != 40 {
		t.Errorf("totals %+v", sum)
	}
	if r.count(&r.leases) > 30 {
		t.Errorf("asked for a session %d times", r.leases)
	}
}

// TestOneSessionOnly: two sessions on one server are needed and only one is to be had.
func TestOneSessionOnly(t *testing.T) {
	from, to := tree(t, map[string]string{"x": "1"}), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := newRemote()
		r.lease = func(ctx context.Context, n int) error {
			if r.count(&r.held) == 0 {
				return nil
			}
			<-ctx.Done() // as a pool that waits for one to become free
			return context.Cause(ctx)
		}
		h := start(t, queue.Options{Retries: -1})
		h.patience = time.Hour
		h.add(queue.Request{From: r, To: r, FromDir: from, ToDir: to, Sources: sources(t, from)})
		h.idle()
		for _, it := range h.items {
			if it.State != queue.Failed || !errors.Is(it.Reason, vfs.ErrBusy) {
				t.Errorf("told as %+v", it)
			}
		}
	})
}

// TestFirstLeaseIsWaitedFor: while the first session is being made, no other worker asks for one.
func TestFirstLeaseIsWaitedFor(t *testing.T) {
	from := tree(t, map[string]string{"a": "", "b": "", "c": ""})
	to := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r, let := newRemote(), make(chan struct{})
		r.lease = func(context.Context, int) error { <-let; return nil }
		h := start(t, queue.Options{})
		for range 3 {
			h.add(down(t, r, from, to))
		}
		synctest.Wait()
		if n := r.count(&r.leases); n != 1 {
			t.Errorf("%d workers log in at once", n)
		}
		close(let)
		h.idle()
	})
}

func TestBlockedForEver(t *testing.T) {
	from, to, r := tree(t, map[string]string{"stuck": "12345", "x": "1"}), t.TempDir(), newRemote()
	r.reader = func(in vfs.Reader, ctx context.Context, path string, _ int64) vfs.Reader {
		if filepath.Base(path) != "stuck" {
			return in
		}
		return &stream{Reader: in, read: func([]byte) (int, error) {
			<-ctx.Done()
			return 0, context.Cause(ctx)
		}}
	}
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.until("the rest", func() bool { return h.last.Totals.Done == 1 })
	h.q.Cancel(h.item("stuck").ID)
	h.idle()
	h.expect("stuck:cancelled", "x:done")
	sameTree(t, grown(t, to), map[string]string{"x": "1"})
}

// TestSourceVanishes between its listing and its turn.
func TestSourceVanishes(t *testing.T) {
	from, to, r := tree(t, map[string]string{"x": "12345"}), t.TempDir(), newRemote()
	req := down(t, r, from, to)
	if err := os.Remove(filepath.Join(from, "x")); err != nil {
		t.Fatal(err)
	}
	h := start(t, queue.Options{})
	h.add(req)
	h.idle()
	h.expect("x:failed")
	if it := h.item("x"); !errors.Is(it.Reason, fs.ErrNotExist) || vfs.Kind(it.Reason) != "not_exist" {
		t.Errorf("told as %+v", it)
	}
	if left := grown(t, to); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

// TestBareErrorsAreTold: an error that is no *vfs.Failure becomes one.
func TestBareErrorsAreTold(t *testing.T) {
	from, to, r := tree(t, map[string]string{"x": "12345"}), t.TempDir(), newRemote()
	r.reader = func(in vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader {
		return &stream{Reader: in, read: func([]byte) (int, error) { return 0, io.ErrClosedPipe }}
	}
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.idle()
	var told *vfs.Failure
	if it := h.item("x"); !errors.As(it.Reason, &told) || !errors.Is(it.Reason, io.ErrClosedPipe) {
		t.Errorf("told as %v", it.Reason)
	}
}

// TestTwoTransfersOfOneFile: both want the same name; one gets it, the other says so.
func TestTwoTransfersOfOneFile(t *testing.T) {
	from, to := tree(t, map[string]string{"x": "12345"}), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := start(t, queue.Options{})
		h.add(down(t, newRemote(), from, to))
		h.add(down(t, newRemote(), from, to))
		h.until("both", func() bool { return len(h.items) == 2 && h.last.Totals.Idle() })
		if h.last.Totals.Done != 1 {
			t.Errorf("got %q", h.states())
		}
		for _, it := range h.items {
			if it.State == queue.Failed && !errors.Is(it.Reason, fs.ErrExist) && !errors.Is(it.Reason, vfs.ErrBusy) {
				t.Errorf("told as %+v", it)
			}
		}
	})
	sameTree(t, grown(t, to), map[string]string{"x": "12345"})
}
