//go:build unix

package localfs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"ferry/internal/vfs"
)

func TestPipesDoNotHang(t *testing.T) {
	dir, s := t.TempDir(), &session{fs: New()}
	pipe := filepath.Join(dir, "pipe")
	for _, path := range []string{pipe, filepath.Join(dir, vfs.PartialName("x"))} {
		if err := unix.Mkfifo(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, read := s.Open(t.Context(), pipe, 0)
	_, list := s.List(t.Context(), pipe, nil)
	_, write := s.Create(t.Context(), filepath.Join(dir, "x"), vfs.Create{})
	for _, err := range []error{read, list, write} {
		if !errors.Is(err, vfs.ErrRefused) || !errors.Is(err, vfs.ErrDisk) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := s.Create(t.Context(), pipe, vfs.Create{Overwrite: true}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if e, err := s.Stat(t.Context(), pipe); err != nil || e.Type != vfs.Other {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	} else if err != nil {
		t.Skip("needs /dev/full:", err)
	}
	defer full.Close()
	w := &writer{ctx: t.Context(), f: full, step: "write /x"}
	_, err = w.Write([]byte("x"))
	if !errors.Is(err, vfs.ErrNoSpace) || !errors.Is(err, vfs.ErrDisk) || vfs.Kind(err) != "no_space" {
		t.Errorf("got %v of kind %s", err, vfs.Kind(err))
	}
	if want := "cannot write /x: the disk is full. Make room, then try again."; err.Error() != want {
		t.Errorf("told as %q", err)
	}
}

func TestFailureKinds(t *testing.T) {
	for errno, word := range map[error]string{
		syscall.EACCES: "permission", syscall.EPERM: "permission", syscall.EROFS: "permission",
		syscall.EDQUOT: "no_space", syscall.ENOENT: "not_exist", syscall.EEXIST: "exist",
		syscall.ENOTDIR: "refused", syscall.EISDIR: "refused", syscall.ENAMETOOLONG: "unsafe_name",
		syscall.EILSEQ: "unsafe_name", syscall.EXDEV: "not_supported", syscall.EIO: "disk", syscall.EMFILE: "busy",
		syscall.EPROTO: "disk", context.Canceled: "cancelled",
	} {
		err := failure("try /x", &fs.PathError{Op: "open", Path: "/x", Err: errno})
		if vfs.Kind(err) != word || !errors.Is(err, errno) {
			t.Errorf("%v became %q of kind %q", errno, err, vfs.Kind(err))
		}
		if again := failure("do more", err); again != err {
			t.Errorf("told twice: %v", again)
		}
	}
	if err := failure("try", &os.LinkError{Err: syscall.EPROTO}); err.Error() != "cannot try: "+syscall.EPROTO.Error() {
		t.Errorf("told as %q", err)
	}
}

func TestRenameByLink(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"a", "taken"} {
		if err := os.WriteFile(path(name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(path("folder"), 0o700), os.Mkdir(path("free"), 0o700)); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"a", "folder"} {
		if err := renameByLink(path(from), path("taken")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", from, err)
		}
		if err := renameByLink(path(from), path("new "+from)); err != nil {
			t.Errorf("%s: %v", from, err)
		}
		if _, err := os.Lstat(path(from)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s has two names", from)
		}
	}
	if err := renameByLink(path("none"), path("x")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestUmask: the permissions of a finished file are those that this process would give a new one.
func TestUmask(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	f, err := os.OpenFile(path, os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || New().perm != info.Mode() || 0o666&^swapUmask() != info.Mode() {
		t.Errorf("got %v and %v, want %v, %v", New().perm, 0o666&^swapUmask(), info.Mode(), err)
	}
}

// TestClaimSeesACommit: a partial that got its final name before it could be locked must not be cut.
func TestClaimSeesACommit(t *testing.T) {
	dir := t.TempDir()
	partial, final := filepath.Join(dir, "p"), filepath.Join(dir, "f")
	f, err := openPartial(partial, "write")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Rename(partial, final); err != nil {
		t.Fatal(err)
	}
	if err := claim(f, partial, "write"); !errors.Is(err, errMoved) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(partial, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := claim(f, partial, "write"); !errors.Is(err, errMoved) {
		t.Errorf("got %v", err)
	}
}

func TestOwnersAreNumbersWithoutNames(t *testing.T) {
	known := map[uint32]string{}
	asked := 0
	ask := func(string) string { asked++; return "" }
	for range 2 {
		if got := remember(known, 4000000000, ask); got != "4000000000" {
			t.Errorf("got %q", got)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}
