package queue_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/queue"
	"ferry/queue/journal"
)

// enterImpatiently runs a queue whose journal waits for nobody who locks it.
func (o *house) enterImpatiently(workers int) *harness {
	o.t.Helper()
	j, err := journal.Open(o.t.Context(), o.path, journal.Patient(time.Millisecond))
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { j.Close() })
	if _, err := j.Join(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	return start(o.t, queue.Options{Workers: workers, Journal: j, Open: o.open})
}

// stranger opens the file as another program would.
func (o *house) stranger() *sql.DB {
	o.t.Helper()
	db, err := sql.Open("sqlite", "file:"+o.path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		o.t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	o.t.Cleanup(func() { db.Close() })
	return db
}

func (o *house) sql(db *sql.DB, statements ...string) {
	o.t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(o.t.Context(), statement); err != nil {
			o.t.Fatalf("%s: %v", statement, err)
		}
	}
}

func (h *harness) untilUnkept(why string) {
	h.t.Helper()
	h.until("that the journal fails", func() bool { return h.last.Totals.Unkept != nil })
	if said := h.last.Totals.Unkept.Error(); !strings.Contains(said, why) {
		h.t.Errorf("told as %q", said)
	}
}

func (h *harness) untilKept() {
	h.t.Helper()
	h.until("that the journal is kept", func() bool { return h.last.Totals.Unkept == nil })
}

// holds looks what is in the journal, as another process does.
func (o *house) holds(want int) {
	o.t.Helper()
	items, _, err := queue.Look(o.t.Context(), o.journal())
	if err != nil || len(items) != want {
		o.t.Errorf("the journal holds %d transfers, want %d (%v)", len(items), want, err)
	}
}

// TestLockedJournal is tried again. What was not written meanwhile is written then, in an order that makes sense: also
// what was added, answered, moved, cleared and forgotten.
func TestLockedJournal(t *testing.T) {
	o := newHouse(t)
	from, to := tree(t, letters(5)), tree(t, map[string]string{"e": "older"})
	h := o.enterImpatiently(2)
	other := o.enter(queue.Options{Part: queue.PartStill})
	db := o.stranger()
	o.sql(db, "BEGIN IMMEDIATE")
	req := down(t, o.r, from, to)
	req.OnConflict = queue.RuleAsk
	h.add(req)
	h.untilUnkept("another program keeps it locked")
	h.until("what does not ask", func() bool { return h.last.Totals.Done == 4 && h.last.Totals.Asking == 1 })
	h.q.Clear(h.item("a").ID)
	h.until("that it is gone", func() bool { return len(h.items) == 4 })
	h.q.PauseAll()
	h.q.Answer(queue.RuleOverwrite, queue.AnswerAlways, h.item("e").ID)
	h.until("the answer", func() bool { return h.last.Totals.Waiting == 1 && h.last.Totals.Held })
	o.sql(db, "ROLLBACK")
	h.untilKept()
	o.holds(4)
	other.until("what was done", func() bool { return len(other.items) == 4 && other.last.Totals.Held })
	other.q.ResumeAll()
	h.until("the last", func() bool { return h.last.Totals.Done == 4 })
	h.leave()
	other.leave()
	o.checkHistory(map[string]int{"done": 5})
	sameTree(t, grown(t, to), letters(5))
}

// TestOriginsAreWrittenLater: the next process knows of which source a part is that was begun while the journal failed.
func TestOriginsAreWrittenLater(t *testing.T) {
	o := newHouse(t)
	from, to := tree(t, map[string]string{"x": long(300_000)}), t.TempDir()
	stuck(o.r, 100_000)
	h := o.enterImpatiently(1)
	db := o.stranger()
	o.sql(db, "BEGIN IMMEDIATE")
	h.add(down(t, o.r, from, to))
	h.until("a part", func() bool { return h.last.Totals.Moved == 100_000 })
	h.untilUnkept("locked")
	o.sql(db, "ROLLBACK")
	h.untilKept()
	h.leave()
	grow(t, from, "x", strings.Repeat("y", 300_000))
	if err := os.Chtimes(filepath.Join(from, "x"), time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	o.r.reader = nil
	h = o.enter(queue.Options{})
	h.until("the end", func() bool { return h.last.Totals.Done == 1 })
	if note := h.item("x").Note; !strings.Contains(note, "the source has changed") {
		t.Errorf("told as %q", note)
	}
	h.leave()
}

// TestJournalThatCannotBeOpened at first, since it is locked, is joined later, and nobody takes its transfers' IDs.
func TestJournalThatCannotBeOpened(t *testing.T) {
	o := newHouse(t)
	one := o.enter(queue.Options{})
	db := o.stranger()
	o.sql(db, "BEGIN EXCLUSIVE")
	impatient := journal.Patient(time.Millisecond)
	j, err := journal.Open(t.Context(), o.path, impatient)
	if err == nil || journal.IsCorrupt(err) {
		t.Fatalf("opened: %v", err)
	}
	j = journal.Later(o.path, err, impatient)
	t.Cleanup(func() { j.Close() })
	from, to := tree(t, letters(3)), t.TempDir()
	g := gated(o.r)
	late := start(t, queue.Options{Workers: 1, Journal: j, Open: o.open})
	late.add(down(t, o.r, from, to))
	late.untilUnkept("another program keeps it locked")
	late.until("the first", func() bool { return late.last.Totals.Running == 1 && late.last.Totals.Waiting == 2 })
	o.sql(db, "ROLLBACK")
	late.untilKept()
	if late.last.Totals.Renewed != "" {
		t.Errorf("told as %q", late.last.Totals.Renewed)
	}
	one.until("what the other does", func() bool { return one.last.Totals.Running == 1 && one.last.Totals.Waiting == 2 })
	newcomer := o.journal()
	if newcomer.Self() > 10 {
		t.Errorf("the next process is %d", newcomer.Self())
	}
	late.leave()
	close(g.let)
	one.until("the end", func() bool { return one.last.Totals.Done == 3 })
	one.leave()
	sameTree(t, grown(t, to), letters(3))
}

// broken spoils the journal so that it cannot be read, while others have it open.
func (o *house) broken() {
	o.t.Helper()
	o.sql(o.stranger(), "PRAGMA writable_schema = ON",
		"UPDATE sqlite_master SET sql = 'CREATE TABLE items (junk' WHERE name = 'items'", "PRAGMA schema_version = 999")
}

// aside gives the broken files that were kept.
func (o *house) aside() []string {
	o.t.Helper()
	all, err := filepath.Glob(o.path + ".broken-*")
	if err != nil {
		o.t.Fatal(err)
	}
	var files []string
	for _, path := range all {
		if !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-shm") {
			files = append(files, path)
		}
	}
	return files
}

// TestJournalThatIsSpoilt while two processes have it is set aside once. Both go on in the new one with all they had.
func TestJournalThatIsSpoilt(t *testing.T) {
	o := newHouse(t)
	from, to := tree(t, map[string]string{"a": "1", "b": "2", "d/c": "3", "d/e": "4"}), t.TempDir()
	g := gated(o.r)
	one, two := o.enter(queue.Options{Workers: 1}), o.enter(queue.Options{Workers: 1})
	one.add(down(t, o.r, from, to))
	one.until("the first", func() bool { return one.last.Totals.Running == 1 && one.last.Totals.Waiting == 3 })
	two.until("what it does", func() bool { return len(two.items) == 4 })
	o.broken()
	for _, h := range []*harness{one, two} {
		h.until("that it is told", func() bool { return h.last.Totals.Renewed != "" })
		if h.last.Totals.Unkept != nil {
			t.Errorf("it fails: %v", h.last.Totals.Unkept)
		}
	}
	aside := o.aside()
	if len(aside) != 1 {
		t.Fatalf("set aside as %q", aside)
	}
	for _, said := range []string{one.last.Totals.Renewed, two.last.Totals.Renewed} {
		cannot := strings.Contains(said, "cannot be read any more; it is kept as "+filepath.Base(aside[0]))
		if !cannot && !strings.Contains(said, "was removed or replaced") {
			t.Errorf("told as %q", said)
		}
	}
	two.until("the other in the new one", func() bool { return len(two.items) == 4 && two.last.Totals.Running == 1 })
	one.leave()
	two.until("what was left", func() bool { return !two.item("a").Elsewhere && !two.item("b").Elsewhere })
	close(g.let)
	two.until("the end", func() bool { return two.last.Totals.Done == 4 && two.last.Totals.Idle() })
	two.leave()
	sameTree(t, grown(t, to), map[string]string{"a": "1", "b": "2", "d/c": "3", "d/e": "4"})
	o.holds(4)
	o.checkHistory(map[string]int{"done": 4})
}

// TestJournalThatIsRemoved is written again, with all that is known.
func TestJournalThatIsRemoved(t *testing.T) {
	o := newHouse(t)
	from, to := tree(t, letters(3)), t.TempDir()
	g := gated(o.r)
	h := o.enter(queue.Options{Workers: 1})
	h.add(down(t, o.r, from, to))
	h.until("the first", func() bool { return h.last.Totals.Running == 1 && h.last.Totals.Waiting == 2 })
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(o.path + end); err != nil {
			t.Fatal(err)
		}
	}
	h.until("that it is told", func() bool { return strings.Contains(h.last.Totals.Renewed, "was removed or replaced") })
	h.leave()
	o.holds(3)
	close(g.let)
	h = o.enter(queue.Options{})
	h.until("the end", func() bool { return h.last.Totals.Done == 3 })
	h.leave()
	sameTree(t, grown(t, to), letters(3))
}

// TestJournalThatCannotBeLoaded is whole at its beginning and spoilt behind, as a bad disk leaves it. It is set aside
// as it is.
func TestJournalThatCannotBeLoaded(t *testing.T) {
	o := newHouse(t)
	fillHouse(t, o.path)
	o.sql(o.stranger(), "PRAGMA wal_checkpoint(TRUNCATE)")
	spoilt, err := os.ReadFile(o.path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(spoilt) / 4; i < len(spoilt); i++ {
		spoilt[i] = 0xff
	}
	if err := os.WriteFile(o.path, spoilt, 0o600); err != nil {
		t.Fatal(err)
	}
	h := o.enter(queue.Options{})
	h.until("that it is told", func() bool { return h.last.Totals.Renewed != "" })
	aside := o.aside()
	if len(aside) != 1 || !strings.Contains(h.last.Totals.Renewed, filepath.Base(aside[0])) {
		t.Fatalf("set aside as %q, told as %q", aside, h.last.Totals.Renewed)
	}
	if h.last.Totals.Unkept != nil || len(h.items) > 0 {
		t.Errorf("it has %d transfers (%v)", len(h.items), h.last.Totals.Unkept)
	}
	from, to := tree(t, letters(2)), t.TempDir()
	h.add(down(t, o.r, from, to))
	h.until("new ones", func() bool { return h.last.Totals.Done == 2 })
	h.leave()
	o.holds(2)
	kept, err := os.ReadFile(aside[0])
	if err != nil || string(kept) != string(spoilt) {
		t.Errorf("what was set aside has changed: %d octets, %v", len(kept), err)
	}
}

// TestUnkeptUntilTheEnd ends all the same, and the next process has what was written before.
func TestUnkeptUntilTheEnd(t *testing.T) {
	o := newHouse(t)
	from, to := tree(t, letters(2)), t.TempDir()
	h := o.enterImpatiently(1)
	db := o.stranger()
	o.sql(db, "BEGIN IMMEDIATE")
	h.add(down(t, o.r, from, to))
	h.untilUnkept("locked")
	h.until("the end", func() bool { return h.last.Totals.Done == 2 })
	h.stop(context.Canceled)
	if <-h.ended; !errors.Is(h.err, context.Canceled) {
		t.Errorf("it ended with %v", h.err)
	}
	o.sql(db, "ROLLBACK")
	o.holds(0)
}

// TestTakenForDeadWhileTheJournalFails: what others took over is theirs; what they could not know of is kept.
func TestTakenForDeadWhileTheJournalFails(t *testing.T) {
	o := newHouse(t)
	h := o.enterImpatiently(1)
	g := gated(o.r)
	old, fresh := tree(t, map[string]string{"old": "1"}), tree(t, map[string]string{"new": "2", "d/e": "3"})
	to := t.TempDir()
	h.add(down(t, o.r, old, to))
	h.until("the first", func() bool { return h.last.Totals.Running == 1 })
	for judge, written := o.journal(), 0; written == 0; {
		news, err := judge.After(t.Context(), 0)
		if written = len(news.Items); err != nil {
			t.Fatal(err)
		}
	}
	db := o.stranger()
	o.sql(db, "BEGIN IMMEDIATE")
	h.add(down(t, o.r, fresh, to))
	h.untilUnkept("locked")
	o.sql(db, "INSERT INTO processes (id, pid, host) VALUES (77, 1, 'elsewhere')",
		"UPDATE batches SET owner = 77, tied = 1", "DELETE FROM processes WHERE id <> 77", "COMMIT")
	h.untilKept()
	h.until("that it lets go", func() bool { return h.item("old").Elsewhere })
	close(g.let)
	h.until("the others", func() bool { return h.last.Totals.Done == 2 })
	h.leave()
	sameTree(t, grown(t, to), map[string]string{"new": "2", "d/e": "3"})
	o.holds(3)
	done, err := o.journal().History(t.Context(), journal.Filter{State: "done"})
	if err != nil || len(done) != 2 {
		t.Errorf("history tells of %d, %v", len(done), err)
	}
}
