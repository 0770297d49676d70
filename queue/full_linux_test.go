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
	"ferry/internal/vfs"
	"ferry/queue"
)

// TestDiskIsFull fills a small disk: what has no room fails with that reason, and after room is made a retry goes on
// where it stopped. The part that is kept may leave no room for others.
func TestDiskIsFull(t *testing.T) {
	files := map[string]string{"a": "1", "large": long(3 << 20), "z": "2"}
	from, to := tree(t, files), smallDisk(t, t.TempDir(), 4<<20)
	ballast := filepath.Join(to, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	h := start(t, queue.Options{Workers: 1})
	h.add(down(t, newRemote(), from, to))
	h.idle()
	it := h.item("large")
	if it.State != queue.Failed || !errors.Is(it.Reason, vfs.ErrNoSpace) {
		t.Errorf("%v, %v", it.State, it.Reason)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	h.retryFailed()
	h.expect("a:done", "large:done", "z:done")
	if it := h.item("large"); !strings.Contains(it.Note, "resumed at octet") {
		t.Errorf("%q", it.Note)
	}
	sameTree(t, grown(t, to), files)
}

// TestServersDiskIsFull is the same on real servers, which keep the part and so have no room for others either. Not all
// say in words that the disk is full.
func TestServersDiskIsFull(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		files := map[string]string{"a": "1", "large": long(3 << 20), "z": "2"}
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
		h := start(t, queue.Options{Workers: 1, Retries: -1})
		h.add(upTo(t, cl, tree(t, files), cl.Join(server.Home, "small")))
		h.idle()
		it := h.item("large")
		full := errors.Is(it.Reason, vfs.ErrNoSpace) || errors.Is(it.Reason, vfs.ErrBusy)
		if _, err := os.Stat(filepath.Join(disk, "large")); err == nil || it.State != queue.Failed || !full {
			t.Errorf("%v, %v; under its final name: %v", it.State, it.Reason, err)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		h.retryFailed()
		h.expect("a:done", "large:done", "z:done")
		sameTree(t, grown(t, disk), files)
	})
}

// retryFailed tries again what has failed, and waits for the end.
func (h *harness) retryFailed() {
	h.t.Helper()
	tries := h.item("large").Tries
	for _, it := range h.sorted() {
		if it.State == queue.Failed {
			h.q.Retry(it.ID)
		}
	}
	h.until("the retries", func() bool { return h.item("large").Tries > tries && h.last.Totals.Idle() })
}

// smallDisk mounts a disk of so many octets, in memory, at dir.
func smallDisk(t *testing.T, dir string, octets int) string {
	t.Helper()
	if err := syscall.Mount("small", dir, "tmpfs", 0, fmt.Sprintf("size=%d", octets)); err != nil {
		t.Skipf("a small disk can be mounted by root only: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}
