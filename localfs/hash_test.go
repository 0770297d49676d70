package localfs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"ferry/internal/vfs"
)

func TestHash(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, "x")
	put(t, path, "abc")
	hasher := s.(vfs.Hasher)
	for _, kind := range hasher.HashKinds() {
		got, err := hasher.Hash(t.Context(), path, kind)
		if err != nil || len(got) != 2*kind.New().Size() {
			t.Errorf("%s: %q, %v", kind, got, err)
		}
	}
	if got, err := hasher.Hash(t.Context(), path, vfs.MD5); got != "900150983cd24fb0d6963f7d28e17f72" {
		t.Errorf("got %q, %v", got, err)
	}
	_, err := hasher.Hash(t.Context(), path, "ROT13")
	mustFail(t, err, vfs.ErrNotSupported)
	_, err = hasher.Hash(t.Context(), path+"none", vfs.MD5)
	mustFail(t, err, fs.ErrNotExist)
}

func TestPermissionsAreKeptWhereAskedFor(t *testing.T) {
	s, dir := open(t)
	path := filepath.Join(dir, "x")
	w := create(t, s, path, vfs.Create{Mode: 0o751 | fs.ModeSetuid, KeepMode: true})
	write(t, w, "x")
	written, err := w.Finish(t.Context())
	if err != nil || written.Size != 1 || written.Path != partialOf(path) || !missing(path) {
		t.Errorf("%v, %v", written, err)
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o751 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
