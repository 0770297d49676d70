package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

// TestRoundTrip sends a tree to each server we have, by each data mode, and fetches it back.
func TestRoundTrip(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		for _, mode := range []string{"passive", "active"} {
			t.Run(mode, func(t *testing.T) {
				sh := forServer(t, s)
				sh.writeTree("tree", awkward())
				s.Settle(t)
				out := sh.ok("put", "-r", "-j", "3", "--mode", mode, "tree", at(s, "sent "+mode+"/"))
				if n := strings.Count(out, "\n"); n != len(awkward()) {
					t.Errorf("%d lines for %d files:\n%s", n, len(awkward()), out)
				}
				sameTree(t, filepath.Join(sh.dir, "tree"), s.Path("sent "+mode, "tree"))
				sh.ok("mv", at(s, "sent "+mode+"/tree"), at(s, "sent "+mode+"/moved"))
				sh.ok("get", "-r", "--mode", mode, "-o", "back", at(s, "sent "+mode+"/moved"))
				sameTree(t, filepath.Join(sh.dir, "tree"), filepath.Join(sh.dir, "back"))
				if got := sh.ok("cat", at(s, "sent "+mode+"/moved/ảnh/đà lạt/Thư gửi bà.txt")); got != "vi" {
					t.Errorf("cat writes %q", got)
				}
				sh.ok("rm", "-r", at(s, "sent "+mode))
				if exists(s.Path("sent " + mode)) {
					t.Error("the tree is still there")
				}
			})
		}
	})
}

func TestGetWhereTo(t *testing.T) {
	s := ftptest.Embedded(t)
	for _, name := range []string{"a.txt", "b.txt", "-x", "dir/c.txt", "dir/sub/d.txt"} {
		s.WriteFile(t, name, []byte(name))
	}
	glob := "ftp://" + s.User + "@" + s.Addr + "/*.txt"
	for _, tt := range []struct {
		name string
		args []string
		want []string
	}{
		{"working folder", []string{at(s, "a.txt"), at(s, "-x")}, []string{"a.txt", "-x"}},
		{"new name", []string{"-o", "new", at(s, "a.txt")}, []string{"new"}},
		{"new folder", []string{"-o", "new/", at(s, "a.txt")}, []string{"new/a.txt"}},
		{"folder that is there", []string{"-o", "there", at(s, "a.txt")}, []string{"there/a.txt"}},
		{"several", []string{"-o", "new/", at(s, "a.txt"), at(s, "b.txt")}, []string{"new/a.txt", "new/b.txt"}},
		{"pattern", []string{glob}, []string{"a.txt", "b.txt"}},
		{"folder", []string{"-r", at(s, "dir")}, []string{"dir/c.txt", "dir/sub/d.txt"}},
		{"folder under a new name", []string{"-r", "-o", "new", at(s, "dir")}, []string{"new/c.txt", "new/sub/d.txt"}},
		{
			"folder into a new folder",
			[]string{"-r", "-o", "new/", at(s, "dir")},
			[]string{"new/dir/c.txt", "new/dir/sub/d.txt"},
		},
		{
			"all of the login folder",
			[]string{"-r", "-o", "new", at(s, "")},
			[]string{"new/a.txt", "new/b.txt", "new/-x", "new/dir/c.txt", "new/dir/sub/d.txt"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sh := forServer(t, s)
			if err := os.Mkdir(filepath.Join(sh.dir, "there"), 0o755); err != nil {
				t.Fatal(err)
			}
			sh.ok(append([]string{"get"}, tt.args...)...)
			checkFiles(t, sh.dir, tt.want)
		})
	}
}

func TestPutWhereTo(t *testing.T) {
	for _, tt := range []struct {
		name  string
		paths []string
		to    string
		want  []string
	}{
		{"login folder", []string{"a.txt", "./-x"}, "", []string{"a.txt", "-x"}},
		{"new name", []string{"a.txt"}, "new", []string{"new"}},
		{"new folder", []string{"a.txt"}, "new/", []string{"new/a.txt"}},
		{"folder that is there", []string{"a.txt", "b.txt"}, "there", []string{"there/a.txt", "there/b.txt"}},
		{"absolute", []string{"a.txt"}, "/there/y", []string{"there/y"}},
		{"folder", []string{"-r", "dir"}, "", []string{"dir/c.txt", "dir/sub/d.txt"}},
		{"folder under a new name", []string{"-r", "dir/"}, "new", []string{"new/c.txt", "new/sub/d.txt"}},
		{"all of a folder", []string{"-r", "dir/."}, "new", []string{"new/c.txt", "new/sub/d.txt"}},
		{"a link that is named", []string{"link"}, "", []string{"link"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := ftptest.Embedded(t)
			sh := forServer(t, s)
			for _, name := range []string{"a.txt", "b.txt", "-x", "dir/c.txt", "dir/sub/d.txt"} {
				sh.write(name, []byte(name))
			}
			if err := os.Symlink("a.txt", filepath.Join(sh.dir, "link")); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(s.Path("there"), 0o755); err != nil {
				t.Fatal(err)
			}
			sh.ok(slices.Concat([]string{"put"}, tt.paths, []string{at(s, tt.to)})...)
			checkFiles(t, s.Root, tt.want)
		})
	}
}

// checkFiles compares the files below dir by name.
func checkFiles(t *testing.T, dir string, want []string) {
	t.Helper()
	var got []string
	for name, hash := range tree(t, dir) {
		if hash != "folder" {
			got = append(got, filepath.ToSlash(name))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q", got, want)
	}
}

func TestTransferFails(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	s.WriteFile(t, "a.txt", []byte("there"))
	s.WriteFile(t, "dir/b.txt", nil)
	sh.write("mine.txt", []byte("here"))
	sh.write("here/x", nil)
	for _, tt := range []struct {
		name  string
		code  int
		args  []string
		words []string
	}{
		{"nothing there", exitRefused, []string{"get", at(s, "nope")}, []string{"cannot look at /nope"}},
		{"one of two", exitSome, []string{"get", "-o", "some/", at(s, "nope"), at(s, "a.txt")}, []string{"1 of 2 transfers"}},
		{"folder without -r", exitSome, []string{"get", at(s, "dir")}, []string{"/dir: it is a folder. -r"}},
		{"local folder without -r", exitSome, []string{"put", "here", at(s, "")}, []string{"here: it is a folder. -r"}},
		{"login folder without -r", exitSome, []string{"get", at(s, "")}, []string{"it is a folder. -r"}},
		{"no local file", exitDisk, []string{"put", "nope", at(s, "")}, []string{"nope: it does not exist"}},
		{"no place for several", exitUsage, []string{"put", "mine.txt", "here/x", at(s, "x")}, []string{"is no folder"}},
		{"no place for several", exitUsage, []string{"get", "-o", "x", at(s, "a.txt"), at(s, "b")}, []string{"is no folder"}},
		{"local target cannot be made", exitDisk, []string{"get", "-o", "mine.txt/x", at(s, "a.txt")}, []string{"mine.txt"}},
		{"no such folder there", exitRefused, []string{"put", "mine.txt", at(s, "no/such/folder/")}, []string{"/no/such"}},
		{"standard output", exitUsage, []string{"get", "-o", "-", at(s, "a.txt")}, []string{"ferry cat"}},
		{"jobs", exitUsage, []string{"get", "-j", "0", at(s, "a.txt")}, []string{"1 to 32"}},
		{"rule", exitUsage, []string{"get", "--on-conflict", "guess", at(s, "a.txt")}, []string{"skip, overwrite"}},
		{"rule", exitUsage, []string{"get", "--on-conflict", "ask", at(s, "a.txt")}, []string{"nobody can be asked"}},
		{"no path", exitUsage, []string{"put", at(s, "a.txt")}, []string{"at least 2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sh.t = t
			sh.fails(tt.code, tt.args, tt.words...)
		})
	}
}

func TestOnConflict(t *testing.T) {
	for _, tt := range []struct {
		rule string
		code int
		want map[string]string
	}{
		{"", exitSome, map[string]string{"a.txt": "old"}},
		{"fail", exitSome, map[string]string{"a.txt": "old"}},
		{"skip", exitDone, map[string]string{"a.txt": "old"}},
		{"overwrite", exitDone, map[string]string{"a.txt": "newer"}},
		{"size", exitDone, map[string]string{"a.txt": "newer"}},
		{"rename", exitDone, map[string]string{"a.txt": "old", "a (2).txt": "newer"}},
	} {
		t.Run("rule "+tt.rule, func(t *testing.T) {
			s := ftptest.Embedded(t)
			sh := forServer(t, s)
			s.WriteFile(t, "a.txt", []byte("newer"))
			sh.write("a.txt", []byte("old"))
			args := []string{"get", at(s, "a.txt")}
			if tt.rule != "" {
				args = append(args, "--on-conflict", tt.rule)
			}
			if r := sh.run(args...); r.code != tt.code {
				t.Errorf("it ended with %d, want %d:\n%s%s", r.code, tt.code, r.stdout, r.stderr)
			}
			got := map[string]string{}
			for name := range tree(t, sh.dir) {
				if content, err := os.ReadFile(filepath.Join(sh.dir, name)); err == nil {
					got[name] = string(content)
				}
			}
			if !maps.Equal(got, tt.want) {
				t.Errorf("there are %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTransferJSON(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	sh.write("tree/a.txt", []byte("12345"))
	sh.write("tree/b.txt", []byte("there"))
	s.WriteFile(t, "tree/b.txt", []byte("there"))
	if err := os.Symlink("a.txt", filepath.Join(sh.dir, "tree", "link")); err != nil {
		t.Fatal(err)
	}
	r := sh.run("put", "-r", "--json", "tree", "nope", at(s, ""))
	if r.code != exitSome {
		t.Errorf("it ended with %d, want %d:\n%s", r.code, exitSome, r.stderr)
	}
	all := records(t, r.stdout)
	address := "ftp://" + s.User + "@" + s.Addr
	for _, want := range []map[string]any{
		{
			"event": "started", "from": filepath.Join(sh.dir, "tree/a.txt"), "to": address + "//tree/a.txt",
			"size": 5.0,
		},
		{
			"event": "done", "from": filepath.Join(sh.dir, "tree/a.txt"), "to": address + "//tree/a.txt",
			"bytes": 5.0, "size": 5.0,
		},
		{"event": "failed", "to": address + "//tree/b.txt"},
		{"event": "skipped", "to": address + "//tree/link", "error": "it is a link, and links are not followed"},
		{"event": "failed", "from": "nope"},
		{"event": "summary", "done": 1.0, "failed": 2.0, "skipped": 1.0, "bytes": 5.0},
	} {
		if !slices.ContainsFunc(all, func(r map[string]any) bool { return holds(r, want) }) {
			t.Errorf("no record %v in\n%s", want, r.stdout)
		}
	}
	if last := all[len(all)-1]; last["event"] != "summary" {
		t.Errorf("the last record is %v", last)
	}
	if strings.Contains(r.stdout, s.Password) {
		t.Error("the records hold the password")
	}
}

// holds reports whether a record has all that is wanted.
func holds(record, want map[string]any) bool {
	for key, value := range want {
		if record[key] != value {
			return false
		}
	}
	return true
}

func TestQuiet(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	s.WriteFile(t, "a.txt", bytes.Repeat([]byte("a"), 1000))
	if out := sh.ok("get", "-q", at(s, "a.txt")); out != "" {
		t.Errorf("-q leaves %q", out)
	}
}
