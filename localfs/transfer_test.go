package localfs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/localfs"
)

func create(t *testing.T, s vfs.Session, path string, how vfs.Create) vfs.Writer {
	t.Helper()
	w, err := s.Create(t.Context(), path, how)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func write(t *testing.T, w vfs.Writer, text string) {
	t.Helper()
	if n, err := w.Write([]byte(text)); err != nil || n != len(text) {
		t.Fatal(n, err)
	}
}

func partialOf(path string) string {
	return filepath.Join(filepath.Dir(path), vfs.PartialName(filepath.Base(path)))
}

func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func TestReadFromOffset(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, "x")
	put(t, path, "0123456789")
	r, err := s.Open(t.Context(), path, 7)
	if err != nil {
		t.Fatal(err)
	}
	if _, isFile := r.Raw().(*os.File); !isFile {
		t.Error("the kernel gets no file to copy from")
	}
	r.Touch()
	if rest, err := io.ReadAll(r); err != nil || string(rest) != "789" {
		t.Errorf("got %q, %v", rest, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	_, err = r.Read(make([]byte, 1))
	mustFail(t, err)
	mustFail(t, r.Explain(fs.ErrClosed))
}

func TestReadEndsWithItsContext(t *testing.T) {
	s, dir := open(t)
	put(t, filepath.Join(dir, "x"), "0123456789")
	ctx, cancel := context.WithCancel(t.Context())
	r, err := s.Open(ctx, filepath.Join(dir, "x"), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cancel()
	if _, err := r.Read(make([]byte, 1)); !vfs.Cancelled(err) {
		t.Errorf("got %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	s, dir := open(t)
	_, err := s.Open(t.Context(), filepath.Join(dir, "none"), 0)
	mustFail(t, err, fs.ErrNotExist)
	_, err = s.Open(t.Context(), dir, 0)
	mustFail(t, err, vfs.ErrRefused)
}

func TestCommitShowsTheWholeAtOnce(t *testing.T) {
	s, dir := open(t)
	path, when := filepath.Join(dir, "x"), time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	w := create(t, s, path, vfs.Create{Size: 5, ModTime: when})
	if _, isFile := w.Raw().(*os.File); !isFile {
		t.Error("the kernel gets no file to copy to")
	}
	w.Touch()
	write(t, w, "12345")
	info, err := os.Lstat(partialOf(path))
	if err != nil || info.Mode().Perm() != 0o600 || !missing(path) {
		t.Errorf("while it is written: %v, %v", info, err)
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "like any other"), "")
	usual, _ := os.Lstat(filepath.Join(dir, "like any other"))
	info, err = os.Lstat(path)
	if err != nil || info.Mode() != usual.Mode() || !info.ModTime().Equal(when) || content(t, path) != "12345" {
		t.Errorf("when done: %v, %v", info, err)
	}
	if !missing(partialOf(path)) {
		t.Error("the partial stays behind")
	}
}

func TestCreateNeedsAFreeName(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, "x")
	put(t, path, "old")
	_, err := s.Create(t.Context(), path, vfs.Create{})
	mustFail(t, err, fs.ErrExist)
	if !missing(partialOf(path)) {
		t.Error("a partial was made for nothing")
	}
	_, err = s.Create(t.Context(), dir, vfs.Create{Overwrite: true})
	mustFail(t, err, fs.ErrExist)
	_, err = s.Create(t.Context(), dir+"/..", vfs.Create{})
	mustFail(t, err, vfs.ErrUnsafeName)
	_, err = s.Create(t.Context(), filepath.Join(dir, "none", "x"), vfs.Create{})
	mustFail(t, err, fs.ErrNotExist)
	_, err = s.Create(t.Context(), filepath.Join(path, "x"), vfs.Create{})
	mustFail(t, err, vfs.ErrRefused)
}

func TestNameTakenMeanwhile(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, "x")
	w := create(t, s, path, vfs.Create{})
	write(t, w, "new")
	put(t, path, "somebody else's")
	mustFail(t, w.Commit(t.Context()), fs.ErrExist)
	if content(t, path) != "somebody else's" || content(t, partialOf(path)) != "new" {
		t.Error("a file was lost")
	}
	if info, _ := os.Lstat(partialOf(path)); info.Mode().Perm() != 0o600 {
		t.Errorf("the partial was opened to others: %v", info.Mode())
	}
}

func TestOverwrite(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, "x")
	put(t, path, "old")
	w := create(t, s, path, vfs.Create{Overwrite: true})
	write(t, w, "new")
	if content(t, path) != "old" {
		t.Error("the old file is gone before the new one is whole")
	}
	if err := w.Commit(t.Context()); err != nil || content(t, path) != "new" {
		t.Error("not replaced", err)
	}
}

func TestOverwriteReplacesTheLinkItself(t *testing.T) {
	s, dir := open(t)
	victim, path := filepath.Join(dir, "victim"), filepath.Join(dir, "x")
	put(t, victim, "precious")
	if err := os.Symlink(victim, path); err != nil {
		t.Fatal(err)
	}
	w := create(t, s, path, vfs.Create{Overwrite: true})
	write(t, w, "new")
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || content(t, victim) != "precious" || content(t, path) != "new" {
		t.Error("it was written through the link")
	}
}

func TestPartialIsNeverWrittenThrough(t *testing.T) {
	s, dir := open(t)
	victim, path := filepath.Join(dir, "victim"), filepath.Join(dir, "x")
	put(t, victim, "precious")
	traps := map[string]func() error{
		"link":      func() error { return os.Symlink(victim, partialOf(path)) },
		"hard link": func() error { return os.Link(victim, partialOf(path)) },
		"folder":    func() error { return os.Mkdir(partialOf(path), 0o755) },
	}
	for name, set := range traps {
		if err := set(); err != nil {
			t.Fatal(err)
		}
		_, err := s.Create(t.Context(), path, vfs.Create{})
		mustFail(t, err, vfs.ErrRefused)
		if name != "hard link" {
			if size, err := s.Partial(t.Context(), path); size != 0 || err != nil {
				t.Errorf("the %s is told as a partial of %d octets, %v", name, size, err)
			}
		}
		if content(t, victim) != "precious" {
			t.Fatalf("written through the %s", name)
		}
		if err := os.Remove(partialOf(path)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAbortAndGoOn(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, "x")
	w := create(t, s, path, vfs.Create{})
	write(t, w, "0123456")
	if err := w.Abort(true); err != nil {
		t.Fatal(err)
	}
	if size, err := s.Partial(t.Context(), path); size != 7 || err != nil {
		t.Fatalf("the partial has %d octets, %v", size, err)
	}
	_, err := s.Create(t.Context(), path, vfs.Create{Offset: 8})
	mustFail(t, err, vfs.ErrIncomplete)
	if err := os.Chmod(partialOf(path), 0o644); err != nil {
		t.Fatal(err)
	}
	w = create(t, s, path, vfs.Create{Offset: 3})
	if info, _ := os.Lstat(partialOf(path)); info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the partial: %v", info.Mode())
	}
	write(t, w, "abc")
	if err := w.Commit(t.Context()); err != nil || content(t, path) != "012abc" {
		t.Errorf("got %q, %v", content(t, path), err)
	}
}

func TestBeginAnew(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, "x")
	put(t, partialOf(path), "much that is old")
	w := create(t, s, path, vfs.Create{})
	write(t, w, "new")
	if err := w.Commit(t.Context()); err != nil || content(t, path) != "new" {
		t.Errorf("got %q, %v", content(t, path), err)
	}
}

func TestAbortLeavesNothing(t *testing.T) {
	for _, keep := range []bool{false, true} { // an empty partial is not kept either
		s, dir := open(t)
		w := create(t, s, filepath.Join(dir, "x"), vfs.Create{})
		if !keep {
			write(t, w, "something")
		}
		if err := w.Abort(keep); err != nil {
			t.Error(err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestOneWriterAtATime(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, "x")
	w := create(t, s, path, vfs.Create{})
	write(t, w, "mine")
	_, err := s.Create(t.Context(), path, vfs.Create{})
	told := mustFail(t, err, vfs.ErrBusy)
	if told.Said != "another transfer is writing this file" || !vfs.Temporary(err) {
		t.Errorf("it is told as %q", told)
	}
	if err := w.Commit(t.Context()); err != nil || content(t, path) != "mine" {
		t.Errorf("got %q, %v", content(t, path), err)
	}
}

// TestManyWriters lets writers race for one name: whatever is under it in the end is whole and of one writer.
func TestManyWriters(t *testing.T) {
	_, dir := open(t)
	path := filepath.Join(dir, "x")
	var done sync.WaitGroup
	for i := range 8 {
		done.Go(func() {
			s, _ := localfs.New().Lease(t.Context(), vfs.Transfer)
			for range 50 {
				w, err := s.Create(t.Context(), path, vfs.Create{Overwrite: true})
				if err != nil {
					if !errors.Is(err, vfs.ErrBusy) {
						t.Error(err)
					}
					continue
				}
				for range 10 {
					if _, err := fmt.Fprint(w, i); err != nil {
						t.Error(err)
					}
				}
				if err := w.Commit(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	got := content(t, path)
	if len(got) != 10 || strings.Count(got, got[:1]) != 10 {
		t.Errorf("a mixture: %q", got)
	}
	if !missing(partialOf(path)) {
		t.Error("a partial stays behind")
	}
}

func TestWriteEndsWithItsContext(t *testing.T) {
	s, dir := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	w, err := s.Create(ctx, filepath.Join(dir, "x"), vfs.Create{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := w.Write([]byte("x")); !vfs.Cancelled(err) {
		t.Errorf("got %v", err)
	}
	if err := w.Abort(false); err != nil {
		t.Error(err)
	}
	_, err = w.Write([]byte("x"))
	if err == nil {
		t.Error("written after the end")
	}
	mustFail(t, w.Explain(fs.ErrClosed))
}

func TestLongNames(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, strings.Repeat("n", 255))
	w := create(t, s, path, vfs.Create{})
	write(t, w, "x")
	if err := w.Commit(t.Context()); err != nil || content(t, path) != "x" {
		t.Error(err)
	}
	_, err := s.Create(t.Context(), path+"n", vfs.Create{})
	mustFail(t, err, vfs.ErrUnsafeName)
	_, err = s.Stat(t.Context(), path+"n")
	mustFail(t, err, vfs.ErrUnsafeName)
}
