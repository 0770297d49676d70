package localfs_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"ferry/internal/vfs"
	"ferry/localfs"
)

// TestTwoWritersOfOneName: whoever comes second is refused, at once or at the end, and no part is left by one that came
// while the first was getting its name.
func TestTwoWritersOfOneName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	for range 100 {
		var both sync.WaitGroup
		start := make(chan struct{})
		for range 2 {
			both.Go(func() {
				<-start
				err := vfs.Do(t.Context(), localfs.New(), vfs.Transfer, func(s vfs.Session) error {
					w, err := s.Create(t.Context(), path, vfs.Create{Size: 1})
					if err != nil {
						return err
					}
					_, err = w.Write([]byte("x"))
					return errors.Join(err, w.Commit(context.Background()))
				})
				if err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, vfs.ErrBusy) {
					t.Error(err)
				}
			})
		}
		close(start)
		both.Wait()
		left, err := os.ReadDir(dir)
		if err != nil || len(left) != 1 || left[0].Name() != "x" {
			t.Fatalf("there is %v, %v", left, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
