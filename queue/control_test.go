package queue_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

// stuck makes every file stop after some octets, until its context ends.
func stuck(r *remote, after int) {
	r.reader = func(in vfs.Reader, ctx context.Context, _ string, _ int64) vfs.Reader {
		came := 0
		return &stream{Reader: in, read: func(p []byte) (int, error) {
			if came >= after {
				<-ctx.Done()
				return 0, context.Cause(ctx)
			}
			n, err := in.Read(p[:min(len(p), after-came)])
			came += n
			return n, err
		}}
	}
}

func fifty() map[string]string {
	files := map[string]string{}
	for i := range 50 {
		files[fmt.Sprintf("d/%02d", i)] = "some text"
	}
	return files
}

func TestCancelBatch(t *testing.T) {
	from, to, r := tree(t, fifty()), t.TempDir(), newRemote()
	stuck(r, 4)
	h := start(t, queue.Options{})
	id := h.add(down(t, r, from, to))
	other := tree(t, map[string]string{"y": "1"})
	h.until("four that run", func() bool { return h.last.Totals.Running == 4 && h.last.Totals.Waiting == 46 })
	h.add(queue.Request{From: localfs.New(), To: localfs.New(), FromDir: other, ToDir: to, Sources: sources(t, other)})
	h.q.CancelBatch(id)
	h.until("the other", func() bool { return h.last.Totals.Done == 1 && h.last.Totals.Idle() })
	if sum := h.last.Totals; sum.Cancelled != 50 || sum.Moved != 1 || sum.Size != 1 {
		t.Errorf("totals %+v", sum)
	}
	for _, it := range h.items {
		if it.State == queue.Cancelled && (!errors.Is(it.Reason, queue.ErrCancelled) || !vfs.Cancelled(it.Reason)) {
			t.Errorf("told as %+v", it)
		}
	}
	sameTree(t, grown(t, to), map[string]string{"d/": "", "y": "1"})
}

func TestCancelWhatWaits(t *testing.T) {
	from, to, r := tree(t, fifty()), t.TempDir(), newRemote()
	let := make(chan struct{})
	r.before = func(_ context.Context, call, _ string) error {
		if call == "Open" {
			<-let
		}
		return nil
	}
	h := start(t, queue.Options{Workers: 1})
	h.add(down(t, r, from, to))
	h.until("the first", func() bool { return h.last.Totals.Running == 1 && h.last.Totals.Waiting == 49 })
	var ids []queue.ItemID
	for id, it := range h.items {
		if it.State == queue.Waiting && it.Name >= "d/10" {
			ids = append(ids, id)
		}
	}
	h.q.Cancel(append(ids, 9999)...)
	h.until("the cancellation", func() bool { return h.last.Totals.Cancelled == len(ids) })
	h.q.Retry(ids[0], ids[0], 9999) // before its old place in the line was reached
	h.until("the retry", func() bool { return h.last.Totals.Cancelled == len(ids)-1 })
	close(let)
	h.idle()
	if sum := h.last.Totals; sum.Done != 50-len(ids)+1 || sum.Cancelled != len(ids)-1 || h.items[ids[0]].Tries != 1 {
		t.Errorf("totals %+v", sum)
	}
}

// TestCancelWhileWalking: what the planner finds afterwards is cancelled as well.
func TestCancelWhileWalking(t *testing.T) {
	from, to, r := tree(t, map[string]string{"a/b/x": "1", "c/y": "2", "z": "3"}), t.TempDir(), newRemote()
	let, hung := make(chan struct{}), make(chan struct{}, 9)
	r.before = func(_ context.Context, call, path string) error {
		if call == "List" {
			hung <- struct{}{}
			<-let
		}
		return nil
	}
	h := start(t, queue.Options{Workers: 1})
	h.add(down(t, r, from, to))
	<-hung
	h.q.CancelAll()
	h.until("the cancellation", func() bool { return h.last.Totals.Cancelled >= 2 })
	close(let)
	h.idle()
	for _, it := range h.items {
		if it.State != queue.Cancelled {
			t.Errorf("told as %+v", it)
		}
	}
	// Everything is told, and can be had after all.
	for id := range h.items {
		h.q.Retry(id)
	}
	h.until("all", func() bool { return h.last.Totals.Idle() && h.last.Totals.Cancelled == 0 })
	sameTree(t, grown(t, to), map[string]string{"a/b/x": "1", "c/y": "2", "z": "3"})
}

// TestInterruptLeavesAllResumable: the end of Run's context keeps what came, and another queue goes on with it.
func TestInterruptLeavesAllResumable(t *testing.T) {
	files := map[string]string{"d/e/x": long(300_000), "f/y": long(200_000), "f/z": "z", "hung/w": "w"}
	from, to, r := tree(t, files), t.TempDir(), newRemote()
	stuck(r, 100_000)
	r.before = func(ctx context.Context, call, path string) error {
		if call == "List" && filepath.Base(path) == "hung" {
			<-ctx.Done()
			return &vfs.Failure{Step: "list", Said: "given up", Err: context.Cause(ctx)}
		}
		return nil
	}
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.until("octets", func() bool { return h.last.Totals.Running == 2 && h.last.Totals.Moved == 200_001 })
	why := errors.New("the user quits")
	h.stop(why)
	<-h.ended
	if !errors.Is(h.err, why) {
		t.Errorf("Run gave %v", h.err)
	}
	if err := h.rest(); !errors.Is(err, queue.ErrClosed) {
		t.Fatalf("the news end with %v", err)
	}
	h.expect("d/e/x:cancelled", "f/y:cancelled", "f/z:done", "hung:cancelled")
	for _, it := range h.items {
		if it.State == queue.Cancelled && !errors.Is(it.Reason, queue.ErrInterrupted) {
			t.Errorf("told as %+v", it)
		}
	}
	if r.count(&r.held) != 0 {
		t.Error("sessions are held after the end")
	}
	sameTree(t, grown(t, to), map[string]string{
		"d/e/.x.ferrypart": files["d/e/x"][:100_000], "f/.y.ferrypart": files["f/y"][:100_000], "f/z": "z",
	})
	r.reader, r.before = nil, nil
	again := start(t, queue.Options{})
	req := down(t, r, from, to)
	req.OnConflict = queue.RuleSkip
	again.add(req)
	again.idle()
	again.expect("d/e/x:done", "f/y:done", "f/z:skipped", "hung/w:done")
	if it := again.item("d/e/x"); !strings.Contains(it.Note, "resumed at octet 100000") {
		t.Errorf("not resumed: %+v", it)
	}
	sameTree(t, grown(t, to), files)
}

// TestInterruptDuringAPause: what waits for another try is interrupted at once.
func TestInterruptDuringAPause(t *testing.T) {
	from, to := tree(t, map[string]string{"x": "1", "d/y": "2"}), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := newRemote()
		r.before = func(_ context.Context, call, _ string) error { return failure(vfs.ErrBusy) }
		h := start(t, queue.Options{})
		h.add(down(t, r, from, to))
		h.until("the pause", func() bool { return h.last.Totals.Retrying == 2 })
		now := time.Now()
		h.stop(context.Canceled)
		<-h.ended
		if time.Since(now) > 0 {
			t.Errorf("the end took %v", time.Since(now))
		}
		h.idle()
		h.expect("d:cancelled", "x:cancelled")
	})
}

// TestRunThatIsOver before it begins says so of everything.
func TestRunThatIsOver(t *testing.T) {
	from := tree(t, map[string]string{"x": "1"})
	q := queue.New(queue.Options{})
	if _, err := q.Add(down(t, newRemote(), from, t.TempDir())); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	news, err := q.Next(t.Context())
	if err != nil || len(news.Items) != 1 || news.Items[0].State != queue.Cancelled || !news.Items[0].Folder {
		t.Errorf("got %+v, %v", news, err)
	}
}

func TestRetryLooksAgain(t *testing.T) {
	from, to := tree(t, map[string]string{"x": "12345"}), tree(t, map[string]string{"x": "old"})
	r := newRemote()
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.idle()
	h.expect("x:failed")
	grow(t, from, "x", "longer than before")
	id := h.item("x").ID
	h.q.Retry(id)
	h.until("the retry", func() bool { return h.item("x").Tries == 1 && h.last.Totals.Idle() })
	h.expect("x:failed") // it is still taken
	grow(t, to, "x", "")
	for _, rest := range []string{"x"} {
		if err := vfs.Do(t.Context(), localfs.New(), vfs.Browse, func(s vfs.Session) error {
			return s.Remove(t.Context(), filepath.Join(to, rest))
		}); err != nil {
			t.Fatal(err)
		}
	}
	r.asked()
	h.q.Retry(id)
	h.until("the retry", func() bool { return h.item("x").State == queue.Done })
	sameTree(t, grown(t, to), map[string]string{"x": "longer than before"})
	if it := h.item("x"); it.Size != 18 || it.Proof != queue.ProofSize || it.Reason != nil {
		t.Errorf("told as %+v", it)
	}
	if got, want := r.asked(), map[string]int{"Stat": 1, "Open": 1}; !maps.Equal(got, want) {
		t.Errorf("the retry asked %v, want %v", got, want)
	}
	h.q.Retry(id) // done is done
	h.q.Cancel(id)
	h.q.ClearFinal()
	h.until("its removal", func() bool { return len(h.items) == 0 })
	if r.asked()["Open"] != 0 {
		t.Error("what was done was done again")
	}
}

// TestRetryByRule: with a rule that gives another name, and with one that skips.
func TestRetryByRule(t *testing.T) {
	for rule, want := range map[queue.Rule]map[string]string{
		queue.RuleRename: {"x": "there", "x (2)": "too", "x (3)": "1"},
		queue.RuleSkip:   {"x": "there", "x (2)": "too"},
	} {
		from, to, r := tree(t, map[string]string{"x": "1"}), t.TempDir(), newRemote()
		fail := true
		r.before = func(_ context.Context, call, _ string) error {
			if call == "Open" && fail {
				fail = false
				return failure(vfs.ErrRefused)
			}
			return nil
		}
		h := start(t, queue.Options{})
		req := down(t, r, from, to)
		req.OnConflict = rule
		h.add(req)
		h.idle()
		h.expect("x:failed")
		grow(t, to, "x", "there")
		grow(t, to, "x (2)", "too")
		h.q.Retry(h.item("x").ID)
		h.until("the retry", func() bool { return h.item("x").Tries == 2 && h.last.Totals.Idle() })
		sameTree(t, grown(t, to), want)
	}
}

func TestClearFinal(t *testing.T) {
	from, to, r := tree(t, map[string]string{"bad": "1", "x": "2", "stuck": "3"}), t.TempDir(), newRemote()
	r.before = func(ctx context.Context, call, path string) error {
		switch {
		case call == "Open" && filepath.Base(path) == "bad":
			return failure(vfs.ErrRefused)
		case call == "Open" && filepath.Base(path) == "stuck":
			<-ctx.Done()
			return context.Cause(ctx)
		}
		return nil
	}
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.until("two ends", func() bool { return h.last.Totals.Done+h.last.Totals.Failed == 2 })
	h.q.ClearFinal()
	h.until("the removal", func() bool { return len(h.items) == 1 })
	h.expect("stuck:running")
	if len(h.last.Removed) != 2 {
		t.Errorf("removed %v", h.last.Removed)
	}
	h.q.CancelAll()
	h.idle()
	h.expect("stuck:cancelled")
}

// TestNewsIsRare: at most twenty times a second, however much happens, and no final state is missed.
func TestNewsIsRare(t *testing.T) {
	text := long(100_000)
	from, to := tree(t, map[string]string{"x": text}), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := newRemote()
		slowly(r, 1000, 10*time.Millisecond)
		h := start(t, queue.Options{Interval: 50 * time.Millisecond})
		h.add(down(t, r, from, to))
		began, n := time.Now(), 0
		for ; h.last.Totals.Done == 0; n++ {
			if err := h.next(); err != nil {
				t.Fatal(err)
			}
		}
		seconds := time.Since(began).Seconds()
		if seconds < 0.99 || float64(n) > 20*seconds+3 || n < 10 {
			t.Errorf("%d pieces of news in %.1f s", n, seconds)
		}
		// Nothing changes, so there is no news, and nobody who waits for it wakes up.
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if news, err := h.q.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %+v, %v", news, err)
		}
	})
}

// slowly lets n octets come after each pause.
func slowly(r *remote, n int, pause time.Duration) {
	r.reader = func(in vfs.Reader, ctx context.Context, _ string, _ int64) vfs.Reader {
		return &stream{Reader: in, read: func(p []byte) (int, error) {
			select {
			case <-ctx.Done():
				return 0, context.Cause(ctx)
			case <-time.After(pause):
			}
			return in.Read(p[:min(n, len(p))])
		}}
	}
}

func TestSlowReaderMissesNoEnd(t *testing.T) {
	from, to := tree(t, fifty()), t.TempDir()
	h := start(t, queue.Options{})
	h.add(down(t, newRemote(), from, to))
	h.q.Close()
	<-h.ended
	if err := h.next(); err != nil || len(h.items) != 50 || h.last.Totals.Done != 50 {
		t.Errorf("%d items, %v", len(h.items), err)
	}
	if err := h.next(); !errors.Is(err, queue.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	q := queue.New(queue.Options{})
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	cancel(why)
	if _, err := q.Next(ctx); !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
}

func TestSpeed(t *testing.T) {
	text := long(4_000_000)
	from, to := tree(t, map[string]string{"x": text}), t.TempDir()
	for _, upload := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			r := newRemote()
			slowly(r, 20_000, 20*time.Millisecond) // 1,000,000 octets a second
			req := down(t, r, from, to)
			if upload { // between two servers, which counts both ways
				other := newRemote()
				other.id = "ftp://other"
				req.To, req.OnConflict = other, queue.RuleOverwrite
			}
			h := start(t, queue.Options{Interval: 100 * time.Millisecond})
			h.add(req)
			near := func(got, want float64) bool { return got > want*0.9 && got < want*1.1 }
			h.until("two seconds", func() bool { return len(h.items) > 0 && h.item("x").Moved >= 2_000_000 })
			it, sum := h.item("x"), h.last.Totals
			if !near(it.Speed, 1e6) || !near(it.Left.Seconds(), 2) || !near(sum.DownSpeed, 1e6) || !near(sum.Left.Seconds(), 2) {
				t.Errorf("%.0f/s, %v left; in all %+v", it.Speed, it.Left, sum)
			}
			if upload != (sum.UpSpeed > 0) {
				t.Errorf("in all %+v", sum)
			}
			h.idle()
			if sum := h.last.Totals; sum.DownSpeed+sum.UpSpeed != 0 || sum.Left != 0 || h.item("x").Speed != 0 {
				t.Errorf("at the end %+v", sum)
			}
		})
	}
}
