package queue_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"ferry/queue"
)

// TestSeveralListingsAtOnce: while no file waits all workers walk folders; none ends before the others have begun.
func TestSeveralListingsAtOnce(t *testing.T) {
	const workers = 4
	files := map[string]string{"top/a/x": "1", "top/b/x": "2", "top/c/x": "3", "top/d/x": "4"}
	from, to, r := tree(t, files), t.TempDir(), newRemote()
	var all sync.WaitGroup
	all.Add(workers)
	r.before = func(_ context.Context, call, path string) error {
		if call == "List" && filepath.Base(filepath.Dir(path)) == "top" {
			all.Done()
			all.Wait()
		}
		return nil
	}
	h := start(t, queue.Options{Workers: workers})
	h.add(down(t, r, from, to))
	h.idle()
	sameTree(t, grown(t, to), files)
}
