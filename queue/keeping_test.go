package queue_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
	"ferry/queue/journal"
)

// house is a place where processes share a queue.
type house struct {
	t    testing.TB
	path string
	r    *remote
}

func newHouse(t testing.TB) *house {
	return &house{t: t, path: filepath.Join(t.TempDir(), "state", "queue.db"), r: newRemote()}
}

// journal opens the queue's file as another process would.
func (o *house) journal() *journal.Journal {
	o.t.Helper()
	j, err := journal.Open(o.t.Context(), o.path)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := j.Join(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { j.Close() })
	return j
}

// enter runs a queue on the journal.
func (o *house) enter(opts queue.Options) *harness {
	o.t.Helper()
	opts.Journal = o.journal()
	if opts.Open == nil {
		opts.Open = o.open
	}
	return start(o.t, opts)
}

func (o *house) open(_ context.Context, id string) (vfs.FS, error) {
	if id == localfs.ID {
		return localfs.New(), nil
	}
	if id == o.r.ID() {
		return o.r, nil
	}
	return nil, fmt.Errorf("who is %s", id)
}

// leave ends a process as somebody does who quits.
func (h *harness) leave() {
	h.t.Helper()
	h.stop(context.Canceled)
	<-h.ended
	if !errors.Is(h.err, context.Canceled) {
		h.t.Errorf("it ended with %v", h.err)
	}
	for h.next() == nil {
	}
}

// TestTheQueueOpensAsItWas, whatever state its items were in, and then everything can be done.
func TestTheQueueOpensAsItWas(t *testing.T) {
	files := map[string]string{"big": long(300_000), "caf\xe9": "e", "p": "p", "q": "q", "ask": "new", "d/e/f": "f"}
	from, to, o := tree(t, files), tree(t, map[string]string{"ask": "older"}), newHouse(t)
	stuck(o.r, 100_000)
	o.r.before = func(ctx context.Context, call, path string) error {
		if call == "Open" && filepath.Base(path) != "big" {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		return nil
	}
	h := o.enter(queue.Options{Workers: 8})
	req := down(t, o.r, from, to)
	req.OnConflict = queue.RuleAsk
	h.add(req)
	h.until("all is found", func() bool { return len(h.items) == 6 && h.last.Totals.Planning == 0 })
	h.until("octets of the large one", func() bool { return h.item("big").Moved == 100_000 })
	h.q.PauseAll()
	h.until("rest", func() bool { return h.last.Totals.Running == 0 })
	h.q.Pause(h.item("p").ID)
	h.q.Cancel(h.item("q").ID)
	h.q.Move(queue.MoveTop, h.item("d/e/f").ID)
	h.until("the orders", func() bool {
		return h.last.Totals.Paused == 1 && h.last.Totals.Cancelled == 1 && h.item("d/e/f").Place < h.item("big").Place
	})
	before := maps.Clone(h.items)
	h.leave()
	o.r.reader, o.r.before = nil, nil
	o.r.asked()

	again := o.enter(queue.Options{Workers: 1})
	again.until("what was there", func() bool { return len(again.items) == 6 })
	for id, was := range before {
		is := again.items[id]
		is.Started, is.Ended, was.Started, was.Ended = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		if was.Clash != nil && is.Clash != nil {
			same := was.Clash.There.Size == is.Clash.There.Size && was.Clash.Source.Name == is.Clash.Source.Name
			if was.Clash, is.Clash = nil, nil; !same {
				t.Errorf("another question: %+v", is.Clash)
			}
		}
		if is != was {
			t.Errorf("it is\n%+v, was\n%+v", is, was)
		}
	}
	if !again.last.Totals.Held || len(o.r.asked()) != 0 {
		t.Error("something is done although all is held")
	}
	again.q.ResumeAll()
	again.q.Resume(again.item("p").ID)
	again.q.Retry(again.item("q").ID)
	again.q.Answer(queue.RuleOverwrite, queue.AnswerThis, again.item("ask").ID)
	again.until("the end", func() bool { return again.last.Totals.Done == 6 })
	if it := again.item("big"); it.Note != "resumed at octet 100000" {
		t.Errorf("not resumed: %q", it.Note)
	}
	sameTree(t, grown(t, to), files)
	again.leave()
	o.checkHistory(map[string]int{"done": 6, "cancelled": 1})
}

func (o *house) checkHistory(want map[string]int) {
	o.t.Helper()
	past, err := o.journal().History(o.t.Context(), journal.Filter{})
	got := map[string]int{}
	for _, p := range past {
		got[p.State]++
	}
	if err != nil || !maps.Equal(got, want) {
		o.t.Errorf("history tells %v, want %v (%v)", got, want, err)
	}
}

// TestLeavingWhileWalking: what was found is not found again, what was not is found.
func TestLeavingWhileWalking(t *testing.T) {
	files := map[string]string{}
	for i := range 30 {
		files[fmt.Sprintf("top/%d", i)] = "x"
		files[fmt.Sprintf("top/in/%d/%d", i%5, i)] = "y"
		files[fmt.Sprintf("top/taken/%d", i)] = "new"
	}
	from, to, o := tree(t, files), tree(t, map[string]string{"top/taken/1": "old", "top/taken/2": "old"}), newHouse(t)
	for n := 1; ; n++ {
		// Each run ends when the n-th folder is listed; the last one finds no end.
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		var mu sync.Mutex
		listed := 0
		o.r.before = func(ctx context.Context, call, _ string) error {
			mu.Lock()
			defer mu.Unlock()
			if call != "List" || ctx.Err() != nil {
				return nil
			}
			if listed++; listed == n%3+1 {
				cancel()
			}
			return nil
		}
		h := o.enter(queue.Options{Workers: 2})
		if n == 1 {
			req := down(t, o.r, from, to)
			req.OnConflict = queue.RuleRename
			h.add(req)
		}
		for ctx.Err() == nil && (h.last.Totals.Done < 90 || !h.last.Totals.Idle()) {
			news, err := h.q.Next(ctx)
			if err != nil {
				break
			}
			h.keep(news)
		}
		done := h.last.Totals.Done
		cancel()
		h.leave()
		if done == 90 {
			break
		}
		if n > 60 {
			t.Fatalf("it does not come to an end: %+v", h.last.Totals)
		}
	}
	for _, n := range []string{"1", "2"} {
		files["top/taken/"+n+" (2)"] = "new"
		files["top/taken/"+n] = "old"
	}
	sameTree(t, grown(t, to), files)
	o.checkHistory(map[string]int{"done": 90})
}

// TestTwoProcesses see one queue; each item is run by one of them, and obeys the other.
func TestTwoProcesses(t *testing.T) {
	files := map[string]string{"a": "1", "b": "2", "c": "3", "d": "4"}
	from, to, o := tree(t, files), t.TempDir(), newHouse(t)
	g := gated(o.r)
	one := o.enter(queue.Options{Workers: 1})
	one.add(down(t, o.r, from, to))
	one.until("the first", func() bool { return one.last.Totals.Running == 1 && one.last.Totals.Waiting == 3 })
	two := o.enter(queue.Options{Workers: 2})
	two.until("what the other does", func() bool { return two.last.Totals.Running == 1 && two.last.Totals.Waiting == 3 })
	var running, waiting []queue.ItemID
	for id, it := range two.items {
		if !it.Elsewhere {
			t.Errorf("it is taken for its own: %+v", it)
		}
		if it.State == queue.Running {
			running = append(running, id)
		} else {
			waiting = append(waiting, id)
		}
	}
	slices.Sort(waiting)
	two.q.Pause(running...)
	two.q.Cancel(waiting[0])
	one.until("that it obeys", func() bool { return one.last.Totals.Paused == 1 && one.last.Totals.Cancelled == 1 })
	two.until("that it obeyed", func() bool { return two.last.Totals.Paused == 1 && two.last.Totals.Cancelled == 1 })
	two.q.PauseAll()
	one.until("that all is held", func() bool { return one.last.Totals.Held })
	one.leave()
	two.until("what was left", func() bool {
		mine := 0
		for _, it := range two.items {
			if !it.Elsewhere {
				mine++
			}
		}
		return mine == 4 && two.last.Totals.Waiting == 2
	})
	close(g.let)
	two.q.ResumeAll()
	two.q.Resume(running...)
	two.q.Retry(waiting[0])
	two.until("the end", func() bool { return two.last.Totals.Done == 4 })
	two.q.ClearFinal()
	two.until("that nothing is left", func() bool { return len(two.items) == 0 })
	two.leave()
	sameTree(t, grown(t, to), files)
	three := o.enter(queue.Options{})
	if err := three.next(); err == nil && len(three.items) > 0 {
		t.Errorf("cleared, yet there: %v", three.sorted())
	}
	three.leave()
}

// TestManyProcesses run everything exactly once, whoever comes and goes.
func TestManyProcesses(t *testing.T) {
	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprintf("%d/%d", i%7, i)] = long(i * 100)
	}
	from, to, o := tree(t, files), t.TempDir(), newHouse(t)
	var mu sync.Mutex
	commits := map[string]int{}
	running := map[string]int{}
	o.r.reader = func(in vfs.Reader, _ context.Context, path string, _ int64) vfs.Reader {
		mu.Lock()
		defer mu.Unlock()
		if running[path]++; running[path] > 1 {
			t.Errorf("%s runs twice", path)
		}
		return &closing{in, func() {
			mu.Lock()
			defer mu.Unlock()
			running[path]--
			commits[path]++
		}}
	}
	first := o.enter(queue.Options{Workers: 2})
	first.add(down(t, o.r, from, to))
	for range 4 {
		first.until("some work", func() bool { return first.last.Totals.Done > 0 || first.last.Totals.Running > 0 })
		second := o.enter(queue.Options{Workers: 2})
		_ = second.next()
		first.leave()
		first = second
	}
	first.until("the end", func() bool { return first.last.Totals.Done == 60 && first.last.Totals.Idle() })
	first.leave()
	sameTree(t, grown(t, to), files)
	o.checkHistory(map[string]int{"done": 60})
}

type closing struct {
	vfs.Reader
	then func()
}

func (c *closing) Close() error {
	c.then()
	return c.Reader.Close()
}

// TestTakenForDead: who lost its batches to another process lets go of them, and goes on beside it.
func TestTakenForDead(t *testing.T) {
	from, to, o := tree(t, letters(3)), t.TempDir(), newHouse(t)
	g := gated(o.r)
	one := o.enter(queue.Options{Workers: 1})
	one.add(down(t, o.r, from, to))
	one.until("the first", func() bool { return one.last.Totals.Running == 1 && one.last.Totals.Waiting == 2 })
	judge := o.journal()
	for written := 0; written < 3; {
		news, err := judge.After(t.Context(), 0)
		if written = len(news.Items); err != nil {
			t.Fatal(err)
		}
	}
	for all := []journal.Process{{}, {}}; len(all) > 1; { // again, if it shows a beat just now
		var err error
		if all, err = judge.Processes(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err = judge.Adopt(t.Context(), all[:1]); err != nil {
			t.Fatal(err)
		}
		if all, err = judge.Processes(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	one.until("that it lets go", func() bool {
		for _, it := range one.items {
			if !it.Elsewhere {
				return false
			}
		}
		return len(one.items) == 3
	})
	if err := judge.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(g.let)
	one.until("the end, for nobody else is there", func() bool { return one.last.Totals.Done == 3 })
	sameTree(t, grown(t, to), letters(3))
	one.leave()
	o.checkHistory(map[string]int{"done": 3})
}

// TestCommandThatDied: what belongs to a command is begun by nobody else, until somebody wants it.
func TestCommandThatDied(t *testing.T) {
	files := map[string]string{"a": "1", "d/b": "2", "d/e/c": "3"}
	from, to, o := tree(t, files), t.TempDir(), newHouse(t)
	g := gated(o.r)
	get := o.enter(queue.Options{Workers: 1, Part: queue.PartAlone})
	get.add(down(t, o.r, from, to))
	get.until("the first", func() bool { return get.last.Totals.Running == 1 })
	get.leave()
	o.r.before = nil
	close(g.let)
	h := o.enter(queue.Options{})
	h.until("what is left", func() bool { return len(h.items) > 0 })
	if !h.last.Totals.Idle() || h.last.Totals.Cancelled != len(h.items) {
		t.Errorf("totals %+v", h.last.Totals)
	}
	for id, it := range h.items {
		if !errors.Is(it.Reason, queue.ErrInterrupted) {
			t.Errorf("told as %+v", it)
		}
		h.q.Retry(id)
	}
	h.until("all", func() bool { return h.last.Totals.Idle() && h.last.Totals.Cancelled == 0 })
	sameTree(t, grown(t, to), files)
	h.leave()
}

// TestCommandsLeaveNothing where all went well, but history.
func TestCommandsLeaveNothing(t *testing.T) {
	from, to, o := tree(t, letters(3)), tree(t, map[string]string{"b": "old"}), newHouse(t)
	get := o.enter(queue.Options{Part: queue.PartAlone})
	get.add(down(t, o.r, from, to))
	get.q.Close()
	for get.next() == nil {
	}
	get.expect("a:done", "b:failed", "c:done")
	<-get.ended
	h := o.enter(queue.Options{})
	h.until("what failed", func() bool { return len(h.items) == 1 })
	h.expect("b:failed")
	h.leave()
	o.checkHistory(map[string]int{"done": 2, "failed": 1})
}

// TestShoreThatCannotBeOpened: its items wait and say why, until somebody retries them or opens it.
func TestShoreThatCannotBeOpened(t *testing.T) {
	from, to, o := tree(t, letters(2)), t.TempDir(), newHouse(t)
	h := o.enter(queue.Options{})
	h.q.PauseAll()
	h.add(down(t, o.r, from, to))
	h.until("the hold", func() bool { return h.last.Totals.Held })
	h.q.ResumeAll()
	h.q.PauseAll()
	h.leave()

	still := o.enter(queue.Options{Part: queue.PartStill})
	still.q.ResumeAll()
	still.q.Close()
	for still.next() == nil {
	}
	if <-still.ended; still.err != nil {
		t.Error(still.err)
	}
	no := errors.New("no password is known")
	var mu sync.Mutex
	asked, knows := 0, false
	h = o.enter(queue.Options{Open: func(ctx context.Context, id string) (vfs.FS, error) {
		mu.Lock()
		defer mu.Unlock()
		if asked++; !knows && id != localfs.ID {
			return nil, no
		}
		return o.open(ctx, id)
	}})
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return asked
	}
	h.until("that it was asked", func() bool { return count() > 0 || h.last.Totals.Planning > 0 })
	h.q.Close() // does not wait for what cannot go on
	<-h.ended
	for h.next() == nil {
	}
	if n := count(); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
	mu.Lock()
	knows = true
	mu.Unlock()
	h = o.enter(queue.Options{})
	h.until("the end", func() bool { return h.last.Totals.Done == 2 })
	h.leave()
	sameTree(t, grown(t, to), letters(2))
}
