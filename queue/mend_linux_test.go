package queue_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"ferry/queue"
	"ferry/queue/journal"
)

// TestJournalOnAFullDisk is kept again as soon as there is room.
func TestJournalOnAFullDisk(t *testing.T) {
	o := newHouse(t)
	disk := smallDisk(t, t.TempDir(), 1<<20)
	o.path = filepath.Join(disk, "state", "queue.db")
	from, to := tree(t, fifty()), t.TempDir()
	h := o.enter(queue.Options{Workers: 1})
	h.until("news", func() bool { h.q.PauseAll(); return h.next() == nil && h.last.Totals.Held })
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o600); err == nil {
		t.Fatal("the disk is not small")
	}
	h.q.ResumeAll()
	h.add(down(t, o.r, from, to))
	h.untilUnkept("no space left on its disk")
	h.until("all", func() bool { return h.last.Totals.Done == 50 })
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	h.untilKept()
	h.leave()
	o.holds(50)
	o.checkHistory(map[string]int{"done": 50})
	sameTree(t, grown(t, to), fifty())
}

// TestJournalOnAReadOnlyDisk is opened as soon as it can be.
func TestJournalOnAReadOnlyDisk(t *testing.T) {
	o := newHouse(t)
	disk := smallDisk(t, t.TempDir(), 4<<20)
	o.path = filepath.Join(disk, "queue.db")
	o.journal().Close()
	remount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("small", disk, "tmpfs", syscall.MS_REMOUNT|flags, "size=4194304"); err != nil {
			t.Fatal(err)
		}
	}
	remount(syscall.MS_RDONLY)
	_, err := journal.Open(t.Context(), o.path)
	if err == nil || journal.IsCorrupt(err) {
		t.Fatalf("opened: %v", err)
	}
	j := journal.Later(o.path, err)
	t.Cleanup(func() { j.Close() })
	from, to := tree(t, letters(3)), t.TempDir()
	h := start(t, queue.Options{Workers: 1, Journal: j, Open: o.open})
	h.add(down(t, o.r, from, to))
	h.untilUnkept("read-only file system")
	h.until("all", func() bool { return h.last.Totals.Done == 3 })
	remount(0)
	h.untilKept()
	h.leave()
	o.holds(3)
	o.checkHistory(map[string]int{"done": 3})
}
