package localfs_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/localfs"
)

// open gives a session and an empty folder.
func open(t *testing.T) (vfs.Session, string) {
	t.Helper()
	s, err := localfs.New().Lease(t.Context(), vfs.Browse)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Release)
	return s, t.TempDir()
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// mustFail wants a plain sentence of the local side, of all the kinds given.
func mustFail(t *testing.T, err error, kinds ...error) *vfs.Failure {
	t.Helper()
	var told *vfs.Failure
	if !errors.As(err, &told) {
		t.Fatalf("not a failure: %v", err)
	}
	for _, kind := range append(kinds, vfs.ErrDisk) {
		if !errors.Is(err, kind) {
			t.Errorf("%q is not of the kind %q", err, kind)
		}
	}
	if told.Step == "" || told.Said == "" {
		t.Errorf("the failure %q tells too little", err)
	}
	return told
}

func TestPaths(t *testing.T) {
	f := localfs.New()
	if f.ID() != "local" || f.Join("/a", "b") != filepath.FromSlash("/a/b") || f.Base("/a/b") != "b" ||
		f.Parent("/a/b") != filepath.FromSlash("/a") || f.Parent("/") != filepath.FromSlash("/") {
		t.Error("paths are reckoned wrongly")
	}
	wd, _ := os.Getwd()
	if home, err := f.Home(t.Context()); err != nil || home != wd {
		t.Errorf("home is %q, %v", home, err)
	}
	if f.CheckName("..") == nil || f.CheckName("x") != nil || vfs.FoldName(f, "x") != "x" {
		t.Error("names are judged wrongly")
	}
}

func TestListTellsEverything(t *testing.T) {
	s, dir := open(t)
	put(t, filepath.Join(dir, "a file"), "12345")
	when := time.Date(2021, 2, 3, 4, 5, 6, 0, time.UTC)
	for _, err := range []error{
		os.Chmod(filepath.Join(dir, "a file"), 0o640),
		os.Chtimes(filepath.Join(dir, "a file"), when, when),
		os.Mkdir(filepath.Join(dir, "folder"), 0o755),
		os.Symlink("nowhere", filepath.Join(dir, "link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	entries, report, err := vfs.ReadDir(t.Context(), s, dir)
	if err != nil || report.Lines != 3 || len(entries) != 3 {
		t.Fatalf("got %v, %+v, %v", entries, report, err)
	}
	slices.SortFunc(entries, func(a, b vfs.Entry) int { return strings.Compare(a.Name, b.Name) })
	file, folder, link := entries[0], entries[1], entries[2]
	if file.Type != vfs.File || file.Size != 5 || !file.ModTime.Equal(when) || file.Mode != 0o640 || !file.ModeKnown ||
		file.Precision != vfs.PrecisionSecond || file.Owner == "" || file.Group == "" {
		t.Errorf("the file is told as %+v", file)
	}
	if !folder.IsDir() || folder.Size != vfs.SizeUnknown || link.Type != vfs.Link || link.Target != "nowhere" {
		t.Errorf("told as %+v and %+v", folder, link)
	}
	if e, err := s.Stat(t.Context(), filepath.Join(dir, "link")); err != nil || e != link {
		t.Errorf("stat tells %+v, %v, the listing %+v", e, err, link)
	}
}

func TestListInBatches(t *testing.T) {
	s, dir := open(t)
	for i := range 1200 {
		put(t, filepath.Join(dir, fmt.Sprint(i)), "")
	}
	batches, seen := 0, map[string]bool{}
	count := func(batch []vfs.Entry) error {
		batches++
		for _, e := range batch {
			seen[e.Name] = true
		}
		return nil
	}
	report, err := s.List(t.Context(), dir, count)
	if err != nil || report.Lines != 1200 || batches < 2 || len(seen) != 1200 {
		t.Fatalf("%d names in %d batches, %v", len(seen), batches, err)
	}
	enough := errors.New("enough")
	if _, err := s.List(t.Context(), dir, func([]vfs.Entry) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the end that was asked for gave %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = s.List(ctx, dir, func([]vfs.Entry) error { cancel(); return nil })
	if !vfs.Cancelled(err) || errors.Is(err, vfs.ErrDisk) {
		t.Errorf("given up, it said %v", err)
	}
}

func TestListRefuses(t *testing.T) {
	s, dir := open(t)
	put(t, filepath.Join(dir, "file"), "")
	_, err := s.List(t.Context(), filepath.Join(dir, "none"), nil)
	mustFail(t, err, fs.ErrNotExist)
	_, err = s.List(t.Context(), filepath.Join(dir, "file"), nil)
	mustFail(t, err, vfs.ErrRefused)
}

func TestMakeAndRemove(t *testing.T) {
	s, dir := open(t)
	ctx, sub := t.Context(), filepath.Join(dir, "sub")
	if err := s.Mkdir(ctx, sub); err != nil {
		t.Fatal(err)
	}
	mustFail(t, s.Mkdir(ctx, sub), fs.ErrExist)
	mustFail(t, s.Remove(ctx, sub), vfs.ErrRefused)
	put(t, filepath.Join(sub, "x"), "")
	mustFail(t, s.RemoveDir(ctx, sub), vfs.ErrRefused)
	mustFail(t, s.RemoveDir(ctx, filepath.Join(sub, "x")), vfs.ErrRefused)
	if err := s.Remove(ctx, filepath.Join(sub, "x")); err != nil {
		t.Error(err)
	}
	if err := s.RemoveDir(ctx, sub); err != nil {
		t.Error(err)
	}
	mustFail(t, s.RemoveDir(ctx, sub), fs.ErrNotExist)
	mustFail(t, s.Remove(ctx, sub), fs.ErrNotExist)
}

func TestRemoveTakesTheLinkOnly(t *testing.T) {
	s, dir := open(t)
	put(t, filepath.Join(dir, "kept"), "x")
	link := filepath.Join(dir, "link")
	if err := os.Symlink("kept", link); err != nil {
		t.Fatal(err)
	}
	mustFail(t, s.Chmod(t.Context(), link, 0o600), vfs.ErrNotSupported)
	if err := s.Remove(t.Context(), link); err != nil || content(t, filepath.Join(dir, "kept")) != "x" {
		t.Error("the link's target was touched", err)
	}
}

func TestRenameReplacesNothing(t *testing.T) {
	s, dir := open(t)
	ctx, a, b := t.Context(), filepath.Join(dir, "a"), filepath.Join(dir, "b")
	put(t, a, "of a")
	put(t, b, "of b")
	mustFail(t, s.Rename(ctx, a, b), fs.ErrExist)
	if content(t, a) != "of a" || content(t, b) != "of b" {
		t.Error("a refused rename changed something")
	}
	if err := s.Rename(ctx, a, filepath.Join(dir, "c")); err != nil {
		t.Error(err)
	}
	mustFail(t, s.Rename(ctx, a, filepath.Join(dir, "d")), fs.ErrNotExist)
	empty, other := filepath.Join(dir, "empty"), filepath.Join(dir, "other")
	if err := errors.Join(s.Mkdir(ctx, empty), s.Mkdir(ctx, other)); err != nil {
		t.Fatal(err)
	}
	mustFail(t, s.Rename(ctx, other, empty), fs.ErrExist) // which plain rename would do
	mustFail(t, s.Rename(ctx, other, filepath.Join(other, "inside")))
}

func TestTimesAndPermissions(t *testing.T) {
	s, dir := open(t)
	path, when := filepath.Join(dir, "x"), time.Date(1999, 1, 2, 3, 4, 5, 0, time.UTC)
	put(t, path, "")
	if err := errors.Join(s.Chmod(t.Context(), path, 0o604), s.SetModTime(t.Context(), path, when)); err != nil {
		t.Fatal(err)
	}
	e, err := s.Stat(t.Context(), path)
	if err != nil || e.Mode != 0o604 || !e.ModTime.Equal(when) {
		t.Errorf("got %+v, %v", e, err)
	}
	mustFail(t, s.Chmod(t.Context(), path+"-", 0o600), fs.ErrNotExist)
	mustFail(t, s.SetModTime(t.Context(), path+"-", when), fs.ErrNotExist)
}

// TestDisk names the disk of what is there and of what is not there yet.
func TestDisk(t *testing.T) {
	fs, dir := localfs.New(), t.TempDir()
	here, later := fs.Disk(dir), fs.Disk(filepath.Join(dir, "not", "yet"))
	if here == "" || here != later {
		t.Errorf("%q, %q", here, later)
	}
	if runtime.GOOS == "linux" && fs.Disk("/proc") == here {
		t.Error("/proc is on the same disk")
	}
}

func TestFree(t *testing.T) {
	if octets, err := localfs.Free(t.TempDir()); err != nil || octets == 0 {
		t.Errorf("got %d, %v", octets, err)
	}
	_, err := localfs.Free(filepath.Join(t.TempDir(), "none"))
	mustFail(t, err, fs.ErrNotExist)
}

func TestEndedContext(t *testing.T) {
	s, dir := open(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := fmt.Errorf("no more: %w", context.Canceled)
	cancel(why)
	path := filepath.Join(dir, "x")
	put(t, path, "")
	_, lease := localfs.New().Lease(ctx, vfs.Browse)
	_, stat := s.Stat(ctx, path)
	_, read := s.Open(ctx, path, 0)
	_, write := s.Create(ctx, path+"2", vfs.Create{})
	_, partial := s.Partial(ctx, path)
	for _, err := range []error{
		lease, stat, read, write, partial,
		s.Remove(ctx, path), s.Mkdir(ctx, path+"3"), s.Rename(ctx, path, path+"4"),
	} {
		if !errors.Is(err, why) || !vfs.Cancelled(err) || errors.Is(err, vfs.ErrDisk) {
			t.Errorf("got %v", err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("something was done: %v", entries)
	}
}
