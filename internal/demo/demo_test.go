package demo_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/internal/demo"

	"github.com/spf13/afero"
)

func newDemo(t *testing.T) *demo.Demo {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	d, err := demo.New(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestDemoLeavesNothing(t *testing.T) {
	d := newDemo(t)
	u, err := url.Parse(d.URL())
	if err != nil || u.Scheme != "ftp" || u.Host != d.Addr() {
		t.Errorf("URL %s: %v", d.URL(), err)
	}
	c := ftptest.DialAs(t, d.Addr(), "anonymous", "x")
	data := c.EPSV()
	c.Cmd("150", "STOR incoming/more.txt")
	c.Store(data, "more")
	if err := os.WriteFile(filepath.Join(d.Local(), "new"), nil, 0o444); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// walk tells all about a tree in one string.
func walk(t *testing.T, root string) (string, int) {
	t.Helper()
	var all strings.Builder
	files := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		fmt.Fprintf(&all, "%s %v %v", rel, info.Mode(), info.ModTime().UTC())
		if !e.IsDir() {
			files++
			fmt.Fprintf(&all, " %d %x", info.Size(), sum(t, path, info.Size()))
		}
		all.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String(), files
}

// sum hashes a file's content, except that of the big one.
func sum(t *testing.T, path string, size int64) []byte {
	t.Helper()
	if size == demo.BigSize {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.Sum256(content)
	return h[:]
}

func TestTree(t *testing.T) {
	var trees [2]demo.Tree
	for i := range trees {
		var err error
		if trees[i], err = demo.NewTree(t.TempDir()); err != nil {
			t.Fatal(err)
		}
	}
	remote, files := walk(t, trees[0].Remote)
	local, localFiles := walk(t, trees[0].Local)
	if again, _ := walk(t, trees[1].Remote); again != remote {
		t.Error("the remote tree differs the second time")
	}
	if again, _ := walk(t, trees[1].Local); again != local {
		t.Error("the local tree differs the second time")
	}
	if files < 200 || localFiles < 50 {
		t.Errorf("%d remote and %d local files", files, localFiles)
	}
	for _, part := range []string{
		"Đà Nẵng", "金閣寺", "🚢", "two  blanks", `"cheese"`, "it's", "odd names/-rf", "types/tide.schema", "empty file",
		" 2004-", " 2011-", " 2019-", " 2025-",
	} {
		if !strings.Contains(remote, part) {
			t.Errorf("no %q in the tree", part)
		}
	}
}

func TestBigFile(t *testing.T) {
	dir := t.TempDir()
	tree, err := demo.NewTree(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := serve(t, demo.Options{FS: tree.FS()})
	c := ftptest.DialAs(t, s.Addr(), "a", "b")
	c.Cmd(fmt.Sprintf("213 %d", demo.BigSize), "SIZE %s", demo.BigFile)
	data := c.EPSV()
	c.Cmd("150", "RETR %s", demo.BigFile)
	h := sha256.New()
	if n, err := io.Copy(h, data); err != nil || n != demo.BigSize {
		t.Fatalf("%d octets, %v", n, err)
	}
	_ = data.Close()
	c.Expect("226")
	list, err := os.ReadFile(filepath.Join(tree.Remote, "releases", "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%x  %s\n", h.Sum(nil), filepath.Base(demo.BigFile)); !strings.Contains(string(list), want) {
		t.Errorf("%s is not in\n%s", want, list)
	}

	const at = 123_456_789
	data = c.EPSV()
	c.Cmd("350", "REST %d", at)
	c.Cmd("150", "RETR %s", demo.BigFile)
	part := make([]byte, 100_000)
	if _, err := io.ReadFull(data, part); err != nil {
		t.Fatal(err)
	}
	_ = data.Close()
	content := demo.NewContent(demo.BigSize)
	if _, err := content.Seek(at, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	want := make([]byte, len(part))
	if _, err := io.ReadFull(content, want); err != nil {
		t.Fatal(err)
	}
	if string(part) != string(want) {
		t.Error("another content after REST")
	}
}

func TestContentEnds(t *testing.T) {
	c := demo.NewContent(100_000)
	all, err := io.ReadAll(c)
	if err != nil || len(all) != 100_000 {
		t.Fatalf("%d octets, %v", len(all), err)
	}
	if at, err := c.Seek(-10, io.SeekEnd); err != nil || at != 99_990 {
		t.Errorf("at %d, %v", at, err)
	}
	if tail, err := io.ReadAll(c); err != nil || string(tail) != string(all[99_990:]) {
		t.Errorf("tail %q, %v", tail, err)
	}
	if _, err := c.Seek(-1, io.SeekStart); err == nil {
		t.Error("before the start is a place")
	}
}

func TestLockedFolderRefuses(t *testing.T) {
	tree, err := demo.NewTree(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s, _ := serve(t, demo.Options{FS: tree.FS()})
	before, _ := walk(t, filepath.Join(tree.Remote, "releases"))
	c := ftptest.DialAs(t, s.Addr(), "a", "b")
	for _, command := range []string{
		"MKD /releases/d", "DELE /releases/SHA256SUMS", "DELE site/../releases/SHA256SUMS", "RMD /releases",
		"SITE RMDIR /releases", "SITE RMDIR /", "SITE MKDIR /releases/a/b", "SITE CHMOD 600 /releases/SHA256SUMS",
		"SITE CHOWN 1 /releases/SHA256SUMS", "MFMT 20200101000000 /releases/SHA256SUMS", "STOR /releases/new",
		"APPE /releases/SHA256SUMS", "STOR /releases/SHA256SUMS", `COMB "/releases/new" "/README.txt" "/README.txt"`,
	} {
		if reply := c.Cmd("550", "%s", command); !strings.Contains(reply, "permission denied") {
			t.Errorf("%s: %s", command, reply)
		}
	}
	for from, to := range map[string]string{
		"/releases": "/r", "/releases/SHA256SUMS": "/s", "/README.txt": "/releases/README.txt",
	} {
		c.Cmd("350", "RNFR %s", from)
		c.Cmd("550", "RNTO %s", to)
	}
	if after, _ := walk(t, filepath.Join(tree.Remote, "releases")); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	data := c.EPSV()
	c.Cmd("150", "STOR /releases2") // begins the same, is another
	c.Store(data, "x")
	c.Cmd("250", "DELE /releases2")
}

func TestFileSystemPlainly(t *testing.T) {
	tree, err := demo.NewTree(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	shown := tree.FS()
	if _, err := shown.Create("/releases/x"); !os.IsPermission(err) {
		t.Errorf("Create: %v", err)
	}
	if err := shown.Chown("/releases", 1, 1); !os.IsPermission(err) {
		t.Errorf("Chown: %v", err)
	}
	f, err := shown.Open(demo.BigFile)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	first, some := make([]byte, 16), make([]byte, 16)
	if _, err := f.ReadAt(some, 65_530); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(65_530, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(f, first); err != nil || string(first) != string(some) {
		t.Errorf("Read and ReadAt differ, %v", err)
	}
	if n, err := f.ReadAt(some, demo.BigSize-4); n != 4 || err != io.EOF {
		t.Errorf("at the end: %d, %v", n, err)
	}
	if err := afero.WriteFile(shown, "/incoming/x", []byte("x"), 0o644); err != nil {
		t.Error(err)
	}
	at := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	if err := shown.Chtimes("/incoming/x", at, at); err != nil {
		t.Error(err)
	}
	if info, err := shown.Stat("/incoming/x"); err != nil || !info.ModTime().Equal(at) {
		t.Errorf("%v, %v", info, err)
	}
}
