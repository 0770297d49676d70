package queue_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// gate lets files begin one by one, and notes in which order.
type gate struct {
	let   chan struct{}
	came  chan struct{}
	mu    sync.Mutex
	order []string
}

// gated makes every Open wait for the gate or the end of its context.
func gated(r *remote) *gate {
	g := &gate{let: make(chan struct{}), came: make(chan struct{}, 99)}
	r.before = func(ctx context.Context, call, path string) error {
		if call != "Open" {
			return nil
		}
		g.mu.Lock()
		g.order = append(g.order, filepath.Base(path))
		g.mu.Unlock()
		select {
		case g.came <- struct{}{}:
		default: // nobody counts so many
		}
		select {
		case <-g.let:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return g
}

// await waits until n more have come to the gate: an item runs before its file is opened.
func (g *gate) await(n int) {
	for range n {
		<-g.came
	}
}

func (g *gate) begun() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.order)
}

// letters gives n files called a, b, c, …
func letters(n int) map[string]string {
	files := map[string]string{}
	for i := range n {
		files[string(rune('a'+i))] = fmt.Sprint(i)
	}
	return files
}

func TestPauseAndResume(t *testing.T) {
	from, to, r := tree(t, map[string]string{"x": long(300_000), "y": "y", "z": "z"}), t.TempDir(), newRemote()
	stuck(r, 100_000)
	h := start(t, queue.Options{Workers: 1})
	h.add(down(t, r, from, to))
	h.until("octets of the first", func() bool { return h.last.Totals.Moved == 100_000 && h.last.Totals.Waiting == 2 })
	h.q.Pause(h.item("x").ID, h.item("y").ID, 9999)
	h.until("the pause and the third", func() bool { return h.last.Totals.Paused == 2 && h.last.Totals.Done == 1 })
	h.expect("x:paused", "y:paused", "z:done")
	if !h.last.Totals.Idle() || h.item("x").Moved != 100_000 {
		t.Errorf("totals %+v, %d octets", h.last.Totals, h.item("x").Moved)
	}
	r.reader = nil
	h.q.Resume(h.item("x").ID, h.item("y").ID, h.item("z").ID)
	h.until("the end", func() bool { return h.last.Totals.Done == 3 })
	if it := h.item("x"); it.Note != "resumed at octet 100000" {
		t.Errorf("not resumed: %q", it.Note)
	}
	sameTree(t, grown(t, to), map[string]string{"x": long(300_000), "y": "y", "z": "z"})
}

// TestPauseThenCancel: the later order counts.
func TestPauseThenCancel(t *testing.T) {
	from, to, r := tree(t, letters(1)), t.TempDir(), newRemote()
	gated(r)
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.until("its begin", func() bool { return h.last.Totals.Running == 1 })
	h.q.Pause(h.item("a").ID)
	h.q.Cancel(h.item("a").ID)
	h.until("the end", func() bool { return h.last.Totals.Running == 0 })
	h.expect("a:cancelled")
}

func TestHoldAll(t *testing.T) {
	from, to, r := tree(t, letters(9)), t.TempDir(), newRemote()
	g := gated(r)
	h := start(t, queue.Options{Workers: 2})
	h.add(down(t, r, from, to))
	h.until("two that run", func() bool { return h.last.Totals.Running == 2 && h.last.Totals.Waiting == 7 })
	g.await(2)
	h.q.PauseAll()
	h.until("rest", func() bool { return h.last.Totals.Waiting == 9 })
	if !h.last.Totals.Held {
		t.Error("it is not told")
	}
	before := len(g.begun())
	h.q.Retry(h.item("a").ID) // is no way around
	h.q.ResumeAll()
	close(g.let)
	h.until("the end", func() bool { return h.last.Totals.Done == 9 })
	if before != 2 || h.last.Totals.Held {
		t.Errorf("%d were begun while all was held", before)
	}
}

// TestHoldWhileWalking: what is found before the walk was stopped is not found twice.
func TestHoldWhileWalking(t *testing.T) {
	files := map[string]string{"d/a": "1", "d/e/b": "2", "d/c": "3"}
	from, to, r := tree(t, files), t.TempDir(), newRemote()
	hung := make(chan struct{}, 9)
	var once sync.Once
	r.before = func(ctx context.Context, call, path string) error {
		if call != "List" || filepath.Base(path) != "e" {
			return nil
		}
		var err error
		once.Do(func() {
			hung <- struct{}{}
			<-ctx.Done()
			err = &vfs.Failure{Step: "list", Said: "given up", Err: context.Cause(ctx)}
		})
		return err
	}
	h := start(t, queue.Options{Workers: 1})
	h.add(down(t, r, from, to))
	<-hung
	h.q.PauseAll()
	h.q.ResumeAll()
	h.idle()
	h.expect("d/a:done", "d/c:done", "d/e/b:done")
	sameTree(t, grown(t, to), files)
}

func TestMoves(t *testing.T) {
	from, to, r := tree(t, letters(7)), t.TempDir(), newRemote()
	g := gated(r)
	h := start(t, queue.Options{Workers: 1})
	h.add(down(t, r, from, to))
	h.until("the first", func() bool { return h.last.Totals.Running == 1 && h.last.Totals.Waiting == 6 })
	g.await(1)
	first := g.begun()[0]
	id := map[string]queue.ItemID{}
	var rest []string
	for _, it := range h.sorted() {
		if id[it.Name] = it.ID; it.Name != first {
			rest = append(rest, it.Name)
		}
	}
	slices.SortFunc(rest, func(a, b string) int { return int(h.item(a).Place - h.item(b).Place) })
	p, q, u, v, w, x := rest[0], rest[1], rest[2], rest[3], rest[4], rest[5]
	h.q.Move(queue.MoveTop, id[x], id[v])      // v x p q u w
	h.q.Move(queue.MoveUp, id[v], id[u])       // v x p u q w: v stands at the top
	h.q.Move(queue.MoveDown, id[w], id[v])     // x v p u q w
	h.q.Move(queue.MoveBottom, id[p], id[x])   // v u q w x p: they keep their order
	h.q.Move(queue.MoveTop, id[first], 99_999) // which runs, or is not there
	want := []string{first, v, u, q, w, x, p}
	close(g.let)
	h.idle()
	if got := g.begun(); !slices.Equal(got, want) {
		t.Errorf("the order was %v, want %v", got, want)
	}
}

func TestLater(t *testing.T) {
	from, to := tree(t, letters(2)), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h, r := start(t, queue.Options{}), newRemote()
		req := down(t, r, from, to)
		begun := time.Now()
		req.NotBefore = begun.Add(time.Hour)
		h.patience = 24 * time.Hour
		h.add(req)
		h.until("its row", func() bool { return h.last.Totals.Waiting == 1 })
		for _, it := range h.items {
			if !it.Until.Equal(req.NotBefore) || it.State != queue.Waiting {
				t.Errorf("told as %+v", it)
			}
		}
		if len(r.asked()) != 0 {
			t.Error("the server was asked before")
		}
		h.until("both", func() bool { return h.last.Totals.Done == 2 })
		h.expect("a:done", "b:done")
		if passed := time.Since(begun); passed < time.Hour {
			t.Errorf("done after %v", passed)
		}
		// One that waits can be told to wait longer, and what is paused, too.
		req.NotBefore, req.OnConflict = time.Now().Add(time.Hour), queue.RuleOverwrite
		h.add(req)
		h.until("its row", func() bool { return h.last.Totals.Waiting == 1 })
		for id, it := range h.items {
			if it.State == queue.Waiting {
				h.q.Pause(id)
				h.q.Delay(time.Now().Add(3*time.Hour), id)
			}
		}
		again := time.Now()
		h.until("both again", func() bool { return h.last.Totals.Done == 4 })
		if passed := time.Since(again); passed < 3*time.Hour {
			t.Errorf("done after %v", passed)
		}
	})
}

func TestRetryNow(t *testing.T) {
	from, to := tree(t, letters(1)), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r, opened := newRemote(), 0
		r.before = func(_ context.Context, call, _ string) error {
			if call == "Open" {
				opened++
			}
			if opened == 1 {
				return failure(vfs.ErrBusy)
			}
			return nil
		}
		h := start(t, queue.Options{})
		h.add(down(t, r, from, to))
		h.until("the pause", func() bool { return h.last.Totals.Retrying == 1 })
		if it := h.item("a"); it.Until.Before(time.Now()) || it.Reason == nil {
			t.Errorf("told as %+v", it)
		}
		now := time.Now()
		h.q.Retry(h.item("a").ID)
		h.idle()
		if passed := time.Since(now); passed > 100*time.Millisecond {
			t.Errorf("it came after %v", passed)
		}
	})
}

func TestRetryFailedAndClear(t *testing.T) {
	from, to, r := tree(t, letters(3)), tree(t, map[string]string{"a": "old", "b": "old"}), newRemote()
	h := start(t, queue.Options{})
	h.add(down(t, r, from, to))
	h.idle()
	h.expect("a:failed", "b:failed", "c:done")
	for _, name := range []string{"a", "b"} {
		grow(t, to, name+".kept", "old")
		remove(t, to, name)
	}
	h.q.Clear(h.item("a").ID)
	h.until("that it is gone", func() bool { return len(h.items) == 2 })
	h.q.RetryFailed()
	h.until("the end", func() bool { return h.last.Totals.Done == 2 })
	h.expect("b:done", "c:done")
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := vfs.Do(t.Context(), newRemote().FS, vfs.Browse, func(s vfs.Session) error {
		return s.Remove(t.Context(), filepath.Join(dir, name))
	}); err != nil {
		t.Fatal(err)
	}
}

// TestAsking: what asks holds up nobody, shows both sides, and an answer reaches as far as it says.
func TestAsking(t *testing.T) {
	olds := map[string]string{"a": "older", "b": "older", "c": "older", "d/e": "older"}
	for _, c := range []struct {
		name string
		how  queue.Scope
		want []string
		next string // of the same file in a later request
	}{
		{"this", queue.AnswerThis, []string{"a:done", "b:asking", "c:asking", "d/e:asking", "new:done"}, "asking"},
		{"batch", queue.AnswerBatch, []string{"a:done", "b:done", "c:done", "d/e:done", "new:done"}, "asking"},
		{"always", queue.AnswerAlways, []string{"a:done", "b:done", "c:done", "d/e:done", "new:done"}, "done"},
	} {
		from := tree(t, map[string]string{"a": "1", "b": "22", "c": "333", "d/e": "4444", "new": "5"})
		to, r := tree(t, olds), newRemote()
		h := start(t, queue.Options{})
		req := down(t, r, from, to)
		req.OnConflict = queue.RuleAsk
		h.add(req)
		h.idle()
		h.expect("a:asking", "b:asking", "c:asking", "d/e:asking", "new:done")
		it := h.item("a")
		if it.Clash == nil || it.Clash.Source.Size != 1 || it.Clash.There.Size != 5 || it.Clash.There.ModTime.IsZero() {
			t.Fatalf("the question is %+v", it.Clash)
		}
		h.q.Answer(queue.RuleOverwrite, c.how, it.ID)
		h.until("what was answered", func() bool { return h.item("a").State == queue.Done && h.last.Totals.Idle() })
		h.expect(c.want...)
		if h.item("a").Clash != nil {
			t.Errorf("%s: a question that is answered", c.name)
		}
		h.q.ClearFinal()
		h.until("room", func() bool { return h.last.Totals.Done == 0 })
		req.Sources = sources(t, from, "a")
		batch := h.add(req)
		h.until("the next", func() bool {
			return len(of(h, batch)) == 1 && of(h, batch)[0].State != queue.Waiting && h.last.Totals.Idle()
		})
		if got := of(h, batch)[0].State.String(); got != c.next {
			t.Errorf("%s: a later one is %s", c.name, got)
		}
		h.stop(context.Canceled)
		<-h.ended
	}
}

func of(h *harness, batch queue.BatchID) []queue.Item {
	return slices.DeleteFunc(h.sorted(), func(it queue.Item) bool { return it.Batch != batch })
}

// TestAnswers: each rule is an answer.
func TestAnswers(t *testing.T) {
	for rule, want := range map[queue.Rule]string{
		queue.RuleSkip: "a:skipped", queue.RuleFail: "a:failed", queue.RuleSize: "a:done", queue.RuleRename: "a:done",
	} {
		from, to, r := tree(t, map[string]string{"a": "1"}), tree(t, map[string]string{"a": "older"}), newRemote()
		h := start(t, queue.Options{})
		req := down(t, r, from, to)
		req.OnConflict = queue.RuleAsk
		h.add(req)
		h.idle()
		h.q.Answer(rule, queue.AnswerThis, h.item("a").ID)
		h.until("the end", func() bool { return h.last.Totals.Asking == 0 && h.last.Totals.Idle() })
		h.expect(want)
	}
}

// TestAskingAfterARace: a name that is taken only when the file is to get it asks, too.
func TestAskingAfterARace(t *testing.T) {
	from, to, r := tree(t, letters(1)), t.TempDir(), newRemote()
	g := gated(r)
	h := start(t, queue.Options{})
	req := down(t, r, from, to)
	req.OnConflict = queue.RuleAsk
	h.add(req)
	h.until("its begin", func() bool { return h.last.Totals.Running == 1 })
	g.await(1)
	grow(t, to, "a", "of somebody else")
	close(g.let)
	h.until("the question", func() bool { return h.last.Totals.Asking == 1 })
	if it := h.item("a"); it.Clash == nil || it.Clash.There.Size != 16 {
		t.Errorf("told as %+v", it)
	}
}
