//go:build unix

package queue_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"ferry/queue"
)

func TestWhatIsNotCopied(t *testing.T) {
	from, to := tree(t, map[string]string{"d/x": "1", "y": "2", ".y.ferrypart": "3"}), t.TempDir()
	linked := os.Symlink("y", filepath.Join(from, "link"))
	if err := errors.Join(linked, syscall.Mkfifo(filepath.Join(from, "pipe"), 0o600)); err != nil {
		t.Fatal(err)
	}
	h := start(t, queue.Options{})
	req := down(t, newRemote(), from, to)
	req.Recursive = false
	h.add(req)
	h.idle()
	h.expect(".y.ferrypart:skipped", "d:failed", "link:skipped", "pipe:skipped", "y:done")
	for _, it := range h.items {
		if it.State != queue.Done && it.Reason == nil {
			t.Errorf("%q without a reason", it.Name)
		}
		h.q.Retry(it.ID)
	}
	// Looked at again they are what they were; but the folder is told as such.
	h.until("the retries", func() bool {
		return h.item("d").Tries == 1 && h.item("pipe").Tries == 1 && h.last.Totals.Idle()
	})
	h.expect(".y.ferrypart:done", "d:failed", "link:skipped", "pipe:skipped", "y:done")
}
