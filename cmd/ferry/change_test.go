package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/internal/demo"
)

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestMkdir(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	sh.ok("mkdir", at(s, "a"), at(s, "tên mới"))
	sh.fails(exitRefused, []string{"mkdir", at(s, "a")}, "cannot make the folder /a")
	sh.fails(exitRefused, []string{"mkdir", at(s, "b/c")}, "cannot make the folder /b/c")
	sh.ok("mkdir", "-p", at(s, "b/c/d"), at(s, "a"))
	for _, name := range []string{"a", "tên mới", "b/c/d"} {
		if !exists(s.Path(name)) {
			t.Errorf("%s was not made", name)
		}
	}
	s.WriteFile(t, "file", nil)
	sh.fails(exitRefused, []string{"mkdir", "-p", at(s, "file")}, "/file")
	sh.fails(exitUsage, []string{"mkdir", at(s, "")}, "names no file")
}

func TestRm(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	outside := filepath.Join(t.TempDir(), "kept")
	for _, name := range []string{"one", "-two", "x.log", "y.log", "z.txt", "dir/a", "dir/sub/b", "full/c"} {
		s.WriteFile(t, name, []byte(name))
	}
	writeFile(t, filepath.Join(outside, "precious"), nil)
	if err := os.Symlink(outside, s.Path("dir/link")); err != nil {
		t.Fatal(err)
	}
	sh.ok("rm", at(s, "one"), at(s, "-two"), "ftp://"+s.User+"@"+s.Addr+"/*.log")
	sh.fails(exitRefused, []string{"rm", at(s, "full")}, "it is a folder", "-r")
	sh.fails(exitRefused, []string{"rm", at(s, "nope"), at(s, "z.txt")}, "cannot delete /nope")
	sh.ok("rm", "-r", at(s, "dir"))
	for _, name := range []string{"one", "-two", "x.log", "y.log", "z.txt", "dir"} {
		if exists(s.Path(name)) {
			t.Errorf("%s is still there", name)
		}
	}
	if !exists(s.Path("full/c")) || !exists(filepath.Join(outside, "precious")) {
		t.Error("more was removed than was named")
	}
	for _, path := range []string{"", "/", ".", "full/.."} {
		sh.fails(exitUsage, []string{"rm", "-r", at(s, path)})
	}
	if !exists(s.Path("full/c")) {
		t.Error("the login folder was emptied")
	}
}

func TestMv(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	for _, name := range []string{"a", "b", "dir/x"} {
		s.WriteFile(t, name, []byte(name))
	}
	sh.ok("mv", at(s, "a"), at(s, "tên mới"))
	sh.ok("mv", at(s, "tên mới"), at(s, "dir"))
	sh.fails(exitRefused, []string{"mv", at(s, "dir/tên mới"), at(s, "dir/")}, "there already")
	sh.fails(exitRefused, []string{"mv", at(s, "b"), at(s, "dir/x")}, "there already")
	sh.fails(exitRefused, []string{"mv", at(s, "nope"), at(s, "c")}, "rename /nope")
	sh.fails(exitUsage, []string{"mv", at(s, "b"), "ftp://other@" + s.Addr + "/b"}, "one account")
	sh.fails(exitUsage, []string{"mv", at(s, "b")}, "accepts 2 arg")
	content, err := os.ReadFile(s.Path("dir/tên mới"))
	if err != nil || string(content) != "a" || !exists(s.Path("b")) {
		t.Errorf("the renamed file holds %q, %v", content, err)
	}
}

func TestCat(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	octets := "\x00\x01\xff\xfe\r\n\x1b[2J"
	s.WriteFile(t, "one.txt", []byte("one\r\ntwo"))
	s.WriteFile(t, "raw", []byte(octets))
	if got := sh.ok("cat", at(s, "one.txt"), at(s, "raw")); got != "one\r\ntwo"+octets {
		t.Errorf("cat writes %q", got)
	}
	r := sh.fails(exitRefused, []string{"cat", at(s, "nope"), "ftp://" + s.User + "@" + s.Addr + "/o*"}, "/nope")
	if r.stdout != "one\r\ntwo" {
		t.Errorf("the file that is there is written as %q", r.stdout)
	}
	sh.fails(exitUsage, []string{"cat", "--json", at(s, "raw")}, "--json")
}

// TestPermissionRefused meets a folder that lets nobody change anything, root included.
func TestPermissionRefused(t *testing.T) {
	d, err := demo.New(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	locked := d.URL() + "releases/"
	sh := newShell(t)
	sh.write("file", []byte("content"))
	for _, args := range [][]string{
		{"mkdir", locked + "new"},
		{"put", "file", locked},
		{"rm", locked + "SHA256SUMS"},
		{"mv", locked + "SHA256SUMS", locked + "other"},
	} {
		sh.fails(exitRefused, args, "denied")
	}
	for _, name := range []string{"new", "file"} {
		if exists(filepath.Join(d.Tree.Remote, "releases", name)) {
			t.Errorf("%s was put into the locked folder", name)
		}
	}
}
