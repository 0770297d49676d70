package journal_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"ferry/queue/journal"
)

// open gives a process of its own on the journal at path.
func open(t *testing.T, path string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() }) // some tests close it
	self, err := j.Join(t.Context())
	if err != nil || self != j.Self() || j.Path() != path {
		t.Fatal(self, j.Self(), j.Path(), err)
	}
	return j
}

// two gives two processes on one journal.
func two(t *testing.T) (a, b *journal.Journal) {
	path := filepath.Join(t.TempDir(), "state", "queue.db")
	return open(t, path), open(t, path)
}

func write(t *testing.T, j *journal.Journal, c journal.Change) {
	t.Helper()
	if c.Empty() {
		t.Fatal("nothing is to be written")
	}
	if err := j.Write(t.Context(), &c); err != nil {
		t.Fatal(err)
	}
}

func batch(id int64) journal.Batch {
	return journal.Batch{ID: id, Tied: true, FromID: "ftp://a@b:21", ToID: "local", Request: "{}"}
}

func item(id, of int64) journal.Item {
	return journal.Item{
		ID: id, Batch: of, State: "waiting", Place: 3, Folder: true, From: "/f\xff", To: "/t", Name: "n", Size: -1, Moved: 5,
		Speed: 1.5, Tries: 2, Started: 6, Ended: 7, Until: 8, Proof: "size", Note: "no", Reason: "re", Clash: "cl", How: "{}",
	}
}

func folder(of int64, from string) journal.Folder {
	return journal.Folder{
		Batch: of, From: from, To: "/t", Name: "n", Depth: 2, There: true, Walked: true, Item: 9, How: "{}",
	}
}

func news(t *testing.T, j *journal.Journal, since int64) journal.News {
	t.Helper()
	n, err := j.After(t.Context(), since)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

// TestOthersSeeWhatOneWrites, as it was written, and later only what has changed since.
func TestOthersSeeWhatOneWrites(t *testing.T) {
	a, b := two(t)
	write(t, a, journal.Change{
		Batches: []journal.Batch{batch(1)}, Items: []journal.Item{item(12, 1), item(11, 1)}, Durable: true,
		Settings: []journal.Setting{{Key: "held", Value: "yes"}},
	})
	want := batch(1)
	want.Owner = a.Self()
	seen := news(t, b, 0)
	same(t, "batches", seen.Batches, []journal.Batch{want})
	same(t, "items", seen.Items, []journal.Item{item(11, 1), item(12, 1)})
	same(t, "settings", seen.Settings, []journal.Setting{{Key: "held", Value: "yes"}})
	for key, want := range map[string]string{"held": "yes", "other": ""} {
		if got, err := b.Setting(t.Context(), key); got != want || err != nil {
			t.Errorf("%s is %q, %v", key, got, err)
		}
	}
	if own := news(t, a, 0); len(own.Batches)+len(own.Items) > 0 || len(own.Settings) != 1 {
		t.Errorf("one's own is told as news: %+v", own)
	}

	later := item(12, 1)
	later.State = "done"
	write(t, a, journal.Change{Items: []journal.Item{later}, Removed: []int64{11}})
	fresh := news(t, b, seen.Rev)
	same(t, "changed items", fresh.Items, []journal.Item{later})
	same(t, "removed", fresh.Removed, []int64{11})
	if len(fresh.Batches)+len(fresh.Settings) > 0 || fresh.Rev <= seen.Rev {
		t.Errorf("more is told: %+v", fresh)
	}
	if again := news(t, b, fresh.Rev); len(again.Items)+len(again.Removed) > 0 || again.Rev != fresh.Rev {
		t.Errorf("it is told twice: %+v", again)
	}
	write(t, a, journal.Change{Dropped: []int64{1}, Removed: []int64{12}})
	if all := news(t, b, 0); len(all.Batches)+len(all.Items)+len(all.Removed) > 0 {
		t.Errorf("what is gone is told: %+v", all)
	}
}

// TestChangedTellsOfOthersOnly.
func TestChangedTellsOfOthersOnly(t *testing.T) {
	a, b := two(t)
	changed := func(j *journal.Journal, want bool) {
		t.Helper()
		if got, err := j.Changed(t.Context()); got != want || err != nil {
			t.Errorf("changed: %t, %v", got, err)
		}
	}
	for _, j := range []*journal.Journal{a, b} {
		_, _ = j.Changed(t.Context()) // from here on
	}
	write(t, a, journal.Change{Batches: []journal.Batch{batch(1)}})
	changed(a, false)
	changed(b, true)
	changed(b, false)
	if err := b.Beat(t.Context()); err != nil {
		t.Error(err)
	}
	changed(a, true)
}

// TestOrdersReachWhomTheyAreFor, in their order, until they are obeyed.
func TestOrdersReachWhomTheyAreFor(t *testing.T) {
	a, b := two(t)
	unheard := func(want bool) {
		t.Helper()
		if got, err := a.Unheard(t.Context()); got != want || err != nil {
			t.Errorf("unheard: %t, %v", got, err)
		}
	}
	unheard(false)
	to := b.Self()
	write(t, a, journal.Change{Orders: []journal.Order{{Process: to, Text: "one"}, {Process: to, Text: "two"}}})
	unheard(true)
	if mine, err := a.Orders(t.Context()); len(mine) > 0 || err != nil {
		t.Errorf("orders for another: %v, %v", mine, err)
	}
	got, err := b.Orders(t.Context())
	if err != nil || len(got) != 2 || got[0].Text != "one" || got[1].Text != "two" || got[0].Process != b.Self() {
		t.Fatal(got, err)
	}
	write(t, b, journal.Change{Obeyed: []int64{got[0].ID, got[1].ID}})
	unheard(false)
}

// TestWhoLeavesGivesHisBatchesBack, and another process takes them up whole.
func TestWhoLeavesGivesHisBatchesBack(t *testing.T) {
	a, b := two(t)
	write(t, a, journal.Change{
		Batches: []journal.Batch{batch(1), batch(2)}, Items: []journal.Item{item(5, 1)},
		Folders: []journal.Folder{folder(1, "/f/b"), folder(1, "/f/a"), folder(2, "/g")},
	})
	write(t, a, journal.Change{Walked: []int64{2}})
	if some, err := b.Orphans(t.Context()); some || err != nil {
		t.Error(some, err)
	}
	if err := a.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	if some, err := b.Orphans(t.Context()); !some || err != nil {
		t.Error(some, err)
	}
	came, err := b.Adopt(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "batches", came.Batches, []journal.Batch{batch(1), batch(2)}) // nobody's before
	same(t, "items", came.Items, []journal.Item{item(5, 1)})
	same(t, "folders", came.Folders, []journal.Folder{folder(1, "/f/a"), folder(1, "/f/b")})
	if more, err := b.Adopt(t.Context(), nil); len(more.Batches) > 0 || err != nil {
		t.Error(more, err)
	}
	change := journal.Change{Items: []journal.Item{item(5, 1)}}
	if err := a.Write(t.Context(), &change); !errors.Is(err, journal.ErrTakenOver) {
		t.Errorf("who has left writes: %v", err)
	}
}

// TestTheDeadLoseTheirRight: their batches, their orders and their right to write; but nobody who still beats.
func TestTheDeadLoseTheirRight(t *testing.T) {
	a, b := two(t)
	write(t, a, journal.Change{
		Batches: []journal.Batch{batch(1)}, Orders: []journal.Order{{Process: a.Self(), Text: "to oneself"}},
	})
	all, err := b.Processes(t.Context())
	if err != nil || len(all) != 2 || all[0].ID != a.Self() || all[0].PID != os.Getpid() || all[0].Host == "" {
		t.Fatal(all, err)
	}
	if err := a.Beat(t.Context()); err != nil {
		t.Fatal(err)
	}
	if came, err := b.Adopt(t.Context(), all[:1]); len(came.Batches) > 0 || err != nil {
		t.Fatalf("taken from one that lives: %v, %v", came, err)
	}
	all[0].Beat++
	came, err := b.Adopt(t.Context(), all[:1])
	if err != nil || len(came.Batches) != 1 || came.Batches[0].Owner != a.Self() {
		t.Fatal(came, err)
	}
	change := journal.Change{Batches: []journal.Batch{batch(2)}}
	for what, err := range map[string]error{
		"write": a.Write(t.Context(), &change), "beat": a.Beat(t.Context()), "leave": a.Leave(t.Context()),
	} {
		if !errors.Is(err, journal.ErrTakenOver) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := a.Adopt(t.Context(), nil); !errors.Is(err, journal.ErrTakenOver) {
		t.Errorf("adopt: %v", err)
	}
	if got, err := a.Orders(t.Context()); len(got) > 0 || err != nil {
		t.Errorf("orders of the dead: %v, %v", got, err)
	}
	before := a.Self()
	if self, err := a.Join(t.Context()); err != nil || self <= b.Self() || self == before {
		t.Errorf("its new number is %d, %v", self, err)
	}
	if err := a.Write(t.Context(), &change); err != nil {
		t.Error(err)
	}
}

// TestHistoryIsAsked by time, state and text, the latest first, and pruned.
func TestHistoryIsAsked(t *testing.T) {
	a, b := two(t)
	past := func(n int64, state, from string) journal.Past {
		return journal.Past{
			Item: n, Started: n, Ended: 10 * n, State: state, FromID: "ftp://Me@host:21", From: from, ToID: "local", To: "/t",
			Size: 5, Walked: 4, Tries: 2, Proof: "hash", Reason: "re", Note: "no",
		}
	}
	all := []journal.Past{past(3, "done", "/c"), past(2, "failed", "/b%"), past(1, "done", "/A")}
	write(t, a, journal.Change{Past: []journal.Past{all[2], all[1], all[0]}})
	ask := func(f journal.Filter, want ...journal.Past) {
		t.Helper()
		got, err := b.History(t.Context(), f)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v: got %+v, %v", f, got, err)
		}
	}
	ask(journal.Filter{}, all...)
	ask(journal.Filter{Since: 20}, all[:2]...)
	ask(journal.Filter{State: "done"}, all[0], all[2])
	ask(journal.Filter{State: "done", Most: 1}, all[0])
	ask(journal.Filter{Text: "/a"}, all[2])
	ask(journal.Filter{Text: "%"}, all[1])
	ask(journal.Filter{Text: "me@HOST"}, all...)
	ask(journal.Filter{Text: "nothing"})
	if err := a.Prune(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	ask(journal.Filter{}, all[:2]...)
}

// TestTracesAreKeptForOthers: what was removed is forgotten when nobody else needs to hear of it.
func TestTracesAreKeptForOthers(t *testing.T) {
	a, b := two(t)
	write(t, a, journal.Change{Batches: []journal.Batch{batch(1)}, Items: []journal.Item{item(5, 1)}})
	since := news(t, b, 0).Rev
	write(t, a, journal.Change{Removed: []int64{5}})
	for _, want := range [][]int64{{5}, nil} {
		if err := a.Prune(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		same(t, "removed", news(t, b, since).Removed, want)
		if err := b.Leave(t.Context()); want != nil && err != nil {
			t.Fatal(err)
		}
	}
}

func TestOriginsAreRemembered(t *testing.T) {
	a, b := two(t)
	origin := func(want string) {
		t.Helper()
		if got, err := b.Origin(t.Context(), "local", "/x"); got != want || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	}
	origin("")
	for _, text := range []string{"one", "two", ""} {
		if err := a.SetOrigin(t.Context(), "local", "/x", text); err != nil {
			t.Fatal(err)
		}
		origin(text)
	}
}

// TestAChangeIsWhole or is not at all.
func TestAChangeIsWhole(t *testing.T) {
	a, b := two(t)
	db, err := sql.Open("sqlite", "file:"+a.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "DROP TABLE history"); err != nil {
		t.Fatal(err)
	}
	c := journal.Change{Batches: []journal.Batch{batch(1)}, Items: []journal.Item{item(5, 1)}}
	c.Past = make([]journal.Past, 1)
	if err := a.Write(t.Context(), &c); err == nil {
		t.Error("it is taken for written")
	}
	if seen := news(t, b, 0); len(seen.Batches)+len(seen.Items) > 0 || seen.Rev != 0 {
		t.Errorf("half of it is there: %+v", seen)
	}
	if err := a.Prune(t.Context(), 5); err == nil {
		t.Error("what is not there is pruned")
	}
}

// TestAFileThatIsNoJournal is left as it was.
func TestAFileThatIsNoJournal(t *testing.T) {
	dir := t.TempDir()
	foreign, text, file := filepath.Join(dir, "foreign"), filepath.Join(dir, "text"), filepath.Join(dir, "file")
	db, err := sql.Open("sqlite", "file:"+foreign)
	if err == nil {
		_, err = db.ExecContext(t.Context(), "CREATE TABLE mine (x)")
		_ = db.Close() // it is written
	}
	if err = errors.Join(err, os.WriteFile(text, []byte("just some text, and long enough to be looked at"), 0o600),
		os.WriteFile(file, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for path, corrupt := range map[string]bool{
		foreign: true, text: true, dir: false, filepath.Join(file, "below", "queue.db"): false,
	} {
		if j, err := journal.Open(t.Context(), path); err == nil || journal.IsCorrupt(err) != corrupt {
			t.Errorf("%s: %v, %v", path, j, err)
		}
	}
	aside, err := journal.SetAside(text, time.Unix(0, 0))
	if got, rerr := os.ReadFile(aside); err != nil || rerr != nil || string(got[:4]) != "just" {
		t.Errorf("set aside as %s: %q, %v, %v", aside, got, err, rerr)
	}
	if _, err := os.Lstat(text); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := journal.SetAside(filepath.Join(file, "x"), time.Unix(0, 0)); err == nil {
		t.Error("it is set aside in a file")
	}
}

// TestOnlyItsOwnerReadsIt.
func TestOnlyItsOwnerReadsIt(t *testing.T) {
	a, _ := two(t)
	for path, want := range map[string]fs.FileMode{a.Path(): 0o600, filepath.Dir(a.Path()): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

// TestAClosedJournalSaysSo to whatever it is asked.
func TestAClosedJournalSaysSo(t *testing.T) {
	a, _ := two(t)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for what, ask := range map[string]func() error{
		"join":      func() error { _, err := a.Join(ctx); return err },
		"leave":     func() error { return a.Leave(ctx) },
		"beat":      func() error { return a.Beat(ctx) },
		"processes": func() error { _, err := a.Processes(ctx); return err },
		"adopt":     func() error { _, err := a.Adopt(ctx, nil); return err },
		"orphans":   func() error { _, err := a.Orphans(ctx); return err },
		"write":     func() error { return a.Write(ctx, &journal.Change{Obeyed: []int64{1}}) },
		"after":     func() error { _, err := a.After(ctx, 0); return err },
		"setting":   func() error { _, err := a.Setting(ctx, "held"); return err },
		"orders":    func() error { _, err := a.Orders(ctx); return err },
		"unheard":   func() error { _, err := a.Unheard(ctx); return err },
		"changed":   func() error { _, err := a.Changed(ctx); return err },
		"history":   func() error { _, err := a.History(ctx, journal.Filter{}); return err },
		"prune":     func() error { return a.Prune(ctx, 0) },
		"origin":    func() error { _, err := a.Origin(ctx, "s", "p"); return err },
		"remember":  func() error { return a.SetOrigin(ctx, "s", "p", "t") },
	} {
		if err := ask(); err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
