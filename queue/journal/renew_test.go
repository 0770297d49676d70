package journal_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/queue/journal"
)

// works reports whether what one writes is seen by the other.
func works(t *testing.T, one, other *journal.Journal, id int64) {
	t.Helper()
	write(t, one, journal.Change{Batches: []journal.Batch{batch(id)}})
	for _, b := range news(t, other, 0).Batches {
		if b.ID == id && b.Owner == one.Self() {
			return
		}
	}
	t.Errorf("the batch %d is not seen", id)
}

// TestALateJournal says why it cannot be used, has an ID all the same, and keeps it when it is opened at last.
func TestALateJournal(t *testing.T) {
	path, why := filepath.Join(t.TempDir(), "queue.db"), errors.New("not now")
	a := journal.Later(path, why)
	self := a.Self()
	if err := a.Beat(t.Context()); !errors.Is(err, why) || !a.Late() || !a.Gone() || self <= 0 {
		t.Errorf("%v, late %t, gone %t, ID %d", err, a.Late(), a.Gone(), self)
	}
	if err := os.MkdirAll(path, 0o700); err != nil { // still not
		t.Fatal(err)
	}
	if aside, err := a.Renew(t.Context(), why); err == nil || aside != "" || !a.Late() {
		t.Errorf("a folder is taken for a journal: %q, %v", aside, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if aside, err := a.Renew(t.Context(), why); err != nil || aside != "" {
		t.Fatal(aside, err)
	}
	defer a.Close()
	if a.Late() || a.Gone() || a.Self() != self {
		t.Errorf("late %t, gone %t, ID %d, before %d", a.Late(), a.Gone(), a.Self(), self)
	}
	b := open(t, path)
	if b.Self() >= self {
		t.Errorf("the next process has the ID %d", b.Self())
	}
	works(t, a, b, 1)
	works(t, b, a, 2)
}

// TestAJournalThatWasRemoved is begun anew by who notices first; all keep their IDs, and no newcomer gets one of them.
func TestAJournalThatWasRemoved(t *testing.T) {
	a, b := two(t)
	works(t, a, b, 1)
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(a.Path() + end); err != nil {
			t.Fatal(err)
		}
	}
	before := [2]int64{a.Self(), b.Self()}
	for _, j := range []*journal.Journal{a, b} {
		if !j.Gone() {
			t.Error("it is not noticed")
		}
		if aside, err := j.Renew(t.Context(), nil); err != nil || aside != "" || j.Gone() {
			t.Fatal(aside, err)
		}
	}
	if before != [2]int64{a.Self(), b.Self()} {
		t.Errorf("IDs: %d, %d, before %d", a.Self(), b.Self(), before)
	}
	if c := open(t, a.Path()); c.Self() <= max(before[0], before[1]) {
		t.Errorf("the newcomer is %d, others %d", c.Self(), before)
	}
	if old := news(t, b, 0); len(old.Batches) > 0 {
		t.Errorf("what was removed is there: %+v", old)
	}
	works(t, a, b, 2)
	works(t, b, a, 3)
}

// corruption is the error of a file that cannot be used.
func corruption(t *testing.T) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(path, []byte(strings.Repeat("no journal ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := journal.Open(t.Context(), path)
	if !journal.IsCorrupt(err) {
		t.Fatal(err)
	}
	return err
}

// TestACorruptJournalIsSetAsideOnce, by one process, while others only open the new one.
func TestACorruptJournalIsSetAsideOnce(t *testing.T) {
	a, b := two(t)
	works(t, a, b, 1)
	why := corruption(t)
	aside, err := a.Renew(t.Context(), why)
	if err != nil || aside == "" {
		t.Fatal(aside, err)
	}
	if info, err := os.Stat(aside); err != nil || info.Size() == 0 {
		t.Errorf("what was set aside is %v, %v", info, err)
	}
	if again, err := b.Renew(t.Context(), why); err != nil || again != "" {
		t.Errorf("set aside twice: %q, %v", again, err)
	}
	works(t, a, b, 2)
	works(t, b, a, 3)
}

// TestAJournalInWhosePlaceIsSomethingElse: that is set aside, too.
func TestAJournalInWhosePlaceIsSomethingElse(t *testing.T) {
	a, b := two(t)
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(a.Path() + end); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(a.Path(), []byte(strings.Repeat("no journal ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	aside, err := a.Renew(t.Context(), nil)
	if text, rerr := os.ReadFile(aside); err != nil || rerr != nil || !strings.HasPrefix(string(text), "no journal") {
		t.Fatalf("set aside as %q: %.20q, %v, %v", aside, text, err, rerr)
	}
	if aside, err := b.Renew(t.Context(), nil); err != nil || aside != "" {
		t.Fatal(aside, err)
	}
	works(t, a, b, 1)
}

// TestOpenOrRenew sets aside what cannot be used, and leaves alone what can.
func TestOpenOrRenew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	text := strings.Repeat("no journal ", 1000)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, corrupt := range []bool{true, false} {
		j, aside, err := journal.OpenOrRenew(t.Context(), path)
		if err != nil || (aside != "") != corrupt {
			t.Fatal(aside, err)
		}
		defer j.Close()
		if got, err := os.ReadFile(aside); corrupt && (err != nil || string(got) != text) {
			t.Errorf("what was set aside holds %.20q, %v", got, err)
		}
	}
	if _, aside, err := journal.OpenOrRenew(t.Context(), filepath.Dir(path)); err == nil || aside != "" {
		t.Errorf("a folder: %q, %v", aside, err)
	}
}

// TestALockedJournal is told as such, after as much patience as it is given.
func TestALockedJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	a, err := journal.Open(t.Context(), path, journal.Patient(time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.Join(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	change := journal.Change{Batches: []journal.Batch{batch(1)}}
	err = a.Write(t.Context(), &change)
	if err == nil || journal.Reason(err) != "another program keeps it locked" || journal.IsCorrupt(err) {
		t.Errorf("told as %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := a.Write(t.Context(), &change); err != nil {
		t.Error(err)
	}
	if got := journal.Reason(os.ErrPermission); got != os.ErrPermission.Error() {
		t.Errorf("told as %q", got)
	}
	if got := journal.Reason(corruption(t)); !strings.Contains(got, "not a database") {
		t.Errorf("told as %q", got)
	}
}
