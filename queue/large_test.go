package queue_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"ferry/queue"
	"ferry/queue/journal"
)

const hundredThousand = 100_000

// fillHouse writes a journal of 100,000 transfers that wait.
func fillHouse(t testing.TB, path string) {
	t.Helper()
	j, err := journal.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	self, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const how = `{"Source":{"Type":1,"Size":1234,"ModTime":"2026-01-02T03:04:05Z","Precision":3,"Name":"picture.jpg"}}`
	change := journal.Change{
		Batches: []journal.Batch{{
			ID: self<<32 | 1, FromID: "ftp://me@server:21", ToID: "local", Request: `{"FromDir":"/srv"}`,
		}},
		Settings: []journal.Setting{{Key: "held", Value: "yes"}},
	}
	for i := range int64(hundredThousand) {
		name := fmt.Sprintf("photos of 2026/month %d/picture %d.jpg", i/3000, i)
		change.Items = append(change.Items, journal.Item{
			ID: self<<32 | i + 1, Batch: self<<32 | 1, State: "waiting", Place: i, From: "/srv/" + name,
			To: "/home/me/" + name, Name: name, Size: 1234, Proof: "unproven", How: how,
		})
	}
	if err := j.Write(t.Context(), &change); err != nil {
		t.Fatal(err)
	}
	if err := j.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// load opens the journal and gives how long it took until all of it was told.
func (o *house) load(t testing.TB) (*harness, time.Duration) {
	begun := time.Now()
	h := o.enter(queue.Options{})
	for told := 0; told < hundredThousand; {
		news, err := h.q.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told += len(news.Items)
		h.last.Totals = news.Totals
	}
	return h, time.Since(begun)
}

// TestLargeQueue: 100,000 transfers cost less than 80 MB. How long they take to load is told, not judged: machines are
// noisy.
func TestLargeQueue(t *testing.T) {
	o := newHouse(t)
	fillHouse(t, o.path)
	before := heap()
	h, took := o.load(t)
	cost := heap() - before
	t.Logf("%d transfers in %v, %d MB", hundredThousand, took, cost/1e6)
	if cost > 80e6 {
		t.Errorf("they cost %d octets", cost)
	}
	if h.last.Totals.Waiting != hundredThousand || !h.last.Totals.Held {
		t.Errorf("totals %+v", h.last.Totals)
	}
	h.stop(context.Canceled)
	<-h.ended
}

// BenchmarkLoadHundredThousand opens a journal of 100,000 transfers, until all of it was told.
func BenchmarkLoadHundredThousand(b *testing.B) {
	o := newHouse(b)
	fillHouse(b, o.path)
	for b.Loop() {
		h, _ := o.load(b)
		b.StopTimer()
		h.stop(context.Canceled)
		<-h.ended
		b.StartTimer()
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // a test's heap
}

// TestJournalThatBreaks while the queue runs: it says so and goes on in memory.
func TestJournalThatBreaks(t *testing.T) {
	from, to, o := tree(t, letters(3)), t.TempDir(), newHouse(t)
	g := gated(o.r)
	opts := queue.Options{Workers: 1, Journal: o.journal(), Open: o.open}
	h := start(t, opts)
	h.add(down(t, o.r, from, to))
	h.until("the first", func() bool { return h.last.Totals.Running == 1 && h.last.Totals.Waiting == 2 })
	if err := opts.Journal.Close(); err != nil {
		t.Fatal(err)
	}
	h.until("that it is told", func() bool { return h.last.Totals.Unkept != nil })
	if said := h.last.Totals.Unkept.Error(); !strings.Contains(said, "cannot keep the queue in "+o.path) {
		t.Errorf("told as %q", said)
	}
	close(g.let)
	h.until("the end", func() bool { return h.last.Totals.Done == 3 })
	sameTree(t, grown(t, to), letters(3))
}

// TestCorruptJournal is known as such, and set aside whole.
func TestCorruptJournal(t *testing.T) {
	o := newHouse(t)
	o.journal().Close()
	good, err := os.ReadFile(o.path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"text": strings.Repeat("this is no journal. ", 500), "cut": string(good[:5000]),
		"holes": string(good[:200]) + strings.Repeat("\xff", len(good)-200),
	} {
		path := o.path + name
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := journal.Open(t.Context(), path)
		if !journal.IsCorrupt(err) {
			t.Errorf("%s: it gave %v", name, err)
			if err == nil {
				j.Close()
			}
			continue
		}
		for range 2 { // in the same second
			aside, err := journal.SetAside(path, time.Unix(0, 0))
			kept, _ := os.ReadFile(aside)
			if err != nil || string(kept) != content {
				t.Errorf("%s: set aside as %s, %v", name, aside, err)
			}
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if journal.IsCorrupt(nil) || journal.IsCorrupt(os.ErrPermission) {
		t.Error("what is no corruption is taken for one")
	}
}
