package queue_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/queue"
)

// TestDiskIsFull fills a small disk: what has no room fails with that reason, all else for that disk waits, other disks
// are written to; and after room is made a retry goes on where it stopped.
func TestDiskIsFull(t *testing.T) {
	from, to, other := tree(t, fillable()), smallDisk(t, t.TempDir(), 4<<20), t.TempDir()
	ballast := filepath.Join(to, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	h, shore := start(t, queue.Options{Workers: 1}), newRemote()
	h.fill(down(t, shore, from, to))
	h.expectHeld()
	h.add(down(t, shore, tree(t, map[string]string{"other": "5"}), other))
	h.until("the other", func() bool { return h.last.Totals.Done == 2 })
	sameTree(t, grown(t, other), map[string]string{"other": "5"})
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	h.q.Retry(h.item("large").ID)
	h.until("the end", func() bool { return h.last.Totals.Done == len(h.items) })
	if it := h.item("large"); !strings.Contains(it.Note, "resumed at octet") {
		t.Errorf("%q", it.Note)
	}
	sameTree(t, grown(t, to), fillable())
}

// TestServersDiskIsFull is the same on real servers, none of which but the embedded one says that its disk is full.
func TestServersDiskIsFull(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		if err := os.Mkdir(server.Path("small"), 0o777); err != nil {
			t.Fatal(err)
		}
		disk := smallDisk(t, server.Path("small"), 4<<20)
		ballast := filepath.Join(disk, "ballast")
		if err := errors.Join(os.Chmod(disk, 0o777), os.WriteFile(ballast, make([]byte, 2<<20), 0o600)); err != nil {
			t.Fatal(err)
		}
		server.Settle(t)
		cl := client(t, server)
		h := start(t, queue.Options{Workers: 1})
		h.fill(upTo(t, cl, tree(t, fillable()), cl.Join(server.Home, "small")))
		h.expectHeld()
		if _, err := os.Stat(filepath.Join(disk, "large")); err == nil {
			t.Error("half a file has its final name")
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		h.q.Resume(h.item("n").ID)
		h.until("the end", func() bool { return h.last.Totals.Done == len(h.items) })
		sameTree(t, grown(t, disk), fillable())
	})
}

// smallDisk mounts a disk of so many octets, in memory, at dir.
func smallDisk(t *testing.T, dir string, octets int) string {
	t.Helper()
	if err := syscall.Mount("small", dir, "tmpfs", 0, fmt.Sprintf("size=%d", octets)); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("mount a small disk: %v", err)
		}
		t.Skipf("a small disk can be mounted by root only; TestServerHasNoRoom is the same without one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}
