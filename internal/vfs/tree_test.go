package vfs_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ferry/internal/vfs"
	"ferry/localfs"
)

// grow makes files, and folders where the name ends in a slash, below a new folder.
func grow(t *testing.T, names ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		path := filepath.Join(root, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o755)
		} else if err == nil {
			err = os.WriteFile(path, []byte("x"), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func local(t *testing.T) (*localfs.FS, vfs.Session) {
	t.Helper()
	f := localfs.New()
	s, err := f.Lease(t.Context(), vfs.Browse)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Release)
	return f, s
}

// broken fails for paths that end in one of the names.
type broken struct {
	vfs.Session
	list, remove string
	err          error
}

func (b broken) List(ctx context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	if b.list != "" && filepath.Base(dir) == b.list {
		return vfs.ListReport{}, b.err
	}
	return b.Session.List(ctx, dir, batch)
}

func (b broken) Remove(ctx context.Context, path string) error {
	if b.remove != "" && filepath.Base(path) == b.remove {
		return b.err
	}
	return b.Session.Remove(ctx, path)
}

func walked(t *testing.T, s vfs.Session, root string, skip string) ([]string, error) {
	t.Helper()
	var order []string
	f := localfs.New()
	err := vfs.Walk(t.Context(), f, s, root, func(at vfs.Folder) error {
		rel, _ := filepath.Rel(root, at.Path)
		slices.SortFunc(at.Entries, func(a, b vfs.Entry) int { return strings.Compare(a.Name, b.Name) })
		order = append(order, fmt.Sprintf("%s:%d:%v", rel, len(at.Entries), at.Err))
		if skip != "" && rel == skip {
			return fs.SkipDir
		}
		return nil
	})
	return order, err
}

func TestWalk(t *testing.T) {
	root := grow(t, "a/b/x", "a/y", "c/", "z")
	if err := os.Symlink("a", filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	_, s := local(t)
	no := errors.New("no")
	for _, c := range []struct {
		name, skip string
		s          vfs.Session
		want       []string
		err        error
	}{
		{"all", "", s, []string{".:4:<nil>", "a:2:<nil>", "a/b:1:<nil>", "c:0:<nil>"}, nil},
		{"skipping", "a", s, []string{".:4:<nil>", "a:2:<nil>", "c:0:<nil>"}, nil},
		{"a refusal", "", broken{Session: s, list: "a", err: no}, []string{".:4:<nil>", "a:0:no", "c:0:<nil>"}, nil},
		{
			"no login any more", "",
			broken{Session: s, list: "a", err: vfs.ErrLogin},
			[]string{".:4:<nil>", "a:0:login refused"},
			vfs.ErrLogin,
		},
	} {
		got, err := walked(t, c.s, root, c.skip)
		if !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%s: got %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

func TestWalkEndsAsTold(t *testing.T) {
	f, s := local(t)
	enough := errors.New("enough")
	visits := 0
	err := vfs.Walk(t.Context(), f, s, grow(t, "a/", "b/"), func(vfs.Folder) error { visits++; return enough })
	if !errors.Is(err, enough) || visits != 1 {
		t.Errorf("%d visits, %v", visits, err)
	}
}

// endless lists a folder that holds itself.
type endless struct{ vfs.Session }

func (endless) List(_ context.Context, _ string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	return vfs.ListReport{}, batch([]vfs.Entry{{Name: "again", Type: vfs.Dir}})
}

func TestTreesHaveAnEnd(t *testing.T) {
	f := localfs.New()
	var last vfs.Folder
	folders := 0
	err := vfs.Walk(t.Context(), f, endless{}, "/x", func(at vfs.Folder) error { last = at; folders++; return nil })
	if err != nil || folders != vfs.MaxDepth+2 || !errors.Is(last.Err, vfs.ErrRefused) {
		t.Errorf("%d folders, %v, %v", folders, last.Err, err)
	}
	r := vfs.RemoveTree(t.Context(), f, endless{}, "/x", vfs.Entry{Type: vfs.Dir}, nil)
	if r.Removed != 0 || r.Failed != 1 || !errors.Is(r.Errors[0], vfs.ErrRefused) {
		t.Errorf("got %+v", r)
	}
}

func TestRemoveTree(t *testing.T) {
	f, s := local(t)
	kept := grow(t, "precious")
	root := grow(t, "top/a/b/x", "top/a/y", "top/empty/", "top/z")
	if err := os.Symlink(kept, filepath.Join(root, "top", "link")); err != nil {
		t.Fatal(err)
	}
	var order []string
	r := vfs.RemoveTree(t.Context(), f, s, filepath.Join(root, "top"), vfs.Entry{Type: vfs.Dir}, func(n int, path string) {
		order = append(order, path)
		if n != len(order) {
			t.Errorf("told %d as number %d", n, len(order))
		}
	})
	if r.Removed != 8 || r.Failed != 0 || len(order) != 8 || filepath.Base(order[7]) != "top" {
		t.Errorf("got %+v, %q", r, order)
	}
	if left, _ := os.ReadDir(root); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if _, err := os.Stat(filepath.Join(kept, "precious")); err != nil {
		t.Error("a link was followed:", err)
	}
}

func TestRemoveTreeGoesOnAfterErrors(t *testing.T) {
	no := errors.New("no")
	for _, c := range []struct {
		name            string
		list, remove    string
		err             error
		removed, failed int
		left            []string
	}{
		{"a file that stays", "", "x", no, 2, 1, []string{"top", "top/a", "top/a/x"}},
		{"a folder that cannot be listed", "a", "", no, 1, 1, []string{"top", "top/a", "top/a/x", "top/a/y"}},
		{"no connection any more", "", "x", vfs.ErrConnect, 0, 1, []string{"top", "top/a", "top/a/x", "top/a/y", "top/z"}},
	} {
		f, s := local(t)
		root := grow(t, "top/a/x", "top/a/y", "top/z")
		in := sorted{broken{Session: s, list: c.list, remove: c.remove, err: c.err}}
		r := vfs.RemoveTree(t.Context(), f, in, filepath.Join(root, "top"), vfs.Entry{Type: vfs.Dir}, nil)
		if r.Removed != c.removed || r.Failed != c.failed || len(r.Errors) != c.failed || !errors.Is(r.Errors[0], c.err) {
			t.Errorf("%s: %+v", c.name, r)
		}
		var left []string
		_ = filepath.WalkDir(root, func(path string, _ fs.DirEntry, _ error) error {
			if rel, _ := filepath.Rel(root, path); rel != "." {
				left = append(left, filepath.ToSlash(rel))
			}
			return nil
		})
		if !slices.Equal(left, c.left) {
			t.Errorf("%s: left %q", c.name, left)
		}
	}
}

// sorted lists by name, for tests to which the order matters.
type sorted struct{ vfs.Session }

func (s sorted) List(ctx context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	entries, report, err := vfs.ReadDir(ctx, s.Session, dir)
	slices.SortFunc(entries, func(a, b vfs.Entry) int { return strings.Compare(a.Name, b.Name) })
	if err != nil {
		return report, err
	}
	return report, batch(entries)
}

func TestRemovalKeepsFewErrors(t *testing.T) {
	f, s := local(t)
	names := make([]string, 150)
	for i := range names {
		names[i] = fmt.Sprintf("d%d/x", i)
	}
	no := errors.New("no")
	in := broken{Session: s, remove: "x", err: no}
	r := vfs.RemoveTree(t.Context(), f, in, grow(t, names...), vfs.Entry{Type: vfs.Dir}, nil)
	if r.Removed != 0 || r.Failed != 150 || len(r.Errors) != vfs.MaxRemovalErrors {
		t.Errorf("%d removed, %d failed, %d errors kept", r.Removed, r.Failed, len(r.Errors))
	}
}
