package journal_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"ferry/queue/journal"
)

// TestChanged tells of what others wrote, not of what this process did, and does not ask SQLite where the write-ahead
// log has looked the same for a while: a closed database would say so.
func TestChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	var both [2]*journal.Journal
	for i := range both {
		j, err := journal.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		both[i] = j
		t.Cleanup(func() { j.Close() })
	}
	mine, other := both[0], both[1]
	expect := func(want bool) {
		t.Helper()
		if got, err := mine.Changed(t.Context()); got != want || err != nil {
			t.Errorf("changed: %t, %v; want %t", got, err, want)
		}
	}
	write := func(j *journal.Journal) {
		t.Helper()
		if _, err := j.Join(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	expect(true) // nothing was known
	expect(false)
	write(mine)
	expect(false)
	write(other)
	expect(true)
	expect(false)

	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path+"-wal", old, old); err != nil {
		t.Fatal(err)
	}
	expect(false)
	write(other)
	expect(true)
	if err := os.Chtimes(path+"-wal", old, old); err != nil {
		t.Fatal(err)
	}
	expect(false)
	if err := mine.Close(); err != nil {
		t.Fatal(err)
	}
	expect(false)
	write(other)
	if _, err := mine.Changed(t.Context()); err == nil {
		t.Error("it was not asked")
	}
}
