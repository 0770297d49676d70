package main

import (
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// listServer is a server with a small tree.
func listServer(t *testing.T) *ftptest.Server {
	t.Helper()
	s := ftptest.Embedded(t)
	for name, content := range map[string]string{
		"a.txt": "a", "B.txt": "bb", ".hidden": "h", "dir/one.txt": "1", "dir/two.bin": "22", "dir/sub/deep": "d",
		"-dash": "-", "tên có dấu.txt": "vi", "esc\x1b[2J.txt": "e",
	} {
		s.WriteFile(t, name, []byte(content))
	}
	if err := os.Chtimes(s.Path("a.txt"), time.Time{}, time.Date(2020, 2, 29, 12, 30, 45, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLs(t *testing.T) {
	s := listServer(t)
	sh := forServer(t, s)
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"login folder", []string{at(s, "")}, "-dash\nB.txt\na.txt\ndir\nesc␛[2J.txt\ntên có dấu.txt\n"},
		{"root", []string{at(s, "/dir")}, "one.txt\nsub\ntwo.bin\n"},
		{"all", []string{"-a", at(s, "")}, "-dash\n.hidden\nB.txt\na.txt\ndir\nesc␛[2J.txt\ntên có dấu.txt\n"},
		{"a file", []string{at(s, "dir/one.txt")}, "one.txt\n"},
		{"a name with a hyphen", []string{at(s, "-dash")}, "-dash\n"},
		{"a folder with its slash", []string{at(s, "dir/")}, "one.txt\nsub\ntwo.bin\n"},
		{"recursive", []string{"-R", at(s, "dir")}, "/dir:\none.txt\nsub\ntwo.bin\n\n/dir/sub:\ndeep\n"},
		{"two", []string{at(s, "a.txt"), at(s, "dir/sub")}, "a.txt\n\n/dir/sub:\ndeep\n"},
		{"a pattern", []string{"ftp://" + s.User + "@" + s.Addr + "/*.txt"}, "B.txt\na.txt\nesc␛[2J.txt\ntên có dấu.txt\n"},
		{"a pattern of one", []string{"ftp://" + s.User + "@" + s.Addr + "/dir/[o]ne*"}, "one.txt\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sh.t = t
			if got := sh.ok(append([]string{"ls"}, tt.args...)...); got != tt.want {
				t.Errorf("ls shows\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestLsLong(t *testing.T) {
	s := listServer(t)
	out := forServer(t, s).ok("ls", "-l", at(s, ""))
	lines := strings.Split(strings.TrimSpace(out), "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasSuffix(l, " a.txt") })
	if i < 0 || !strings.Contains(lines[i], " 1 2020-02-29 12:30 a.txt") || !strings.HasPrefix(lines[i], "-") {
		t.Errorf("a.txt is not told with size and time:\n%s", out)
	}
	isDir := func(l string) bool { return strings.HasPrefix(l, "d") && strings.HasSuffix(l, " dir") }
	if !slices.ContainsFunc(lines, isDir) {
		t.Errorf("dir is not told as a folder:\n%s", out)
	}
}

func TestLsJSON(t *testing.T) {
	s := listServer(t)
	out := forServer(t, s).ok("ls", "-Ra", "--json", at(s, ""))
	byPath := map[string]map[string]any{}
	for _, r := range records(t, out) {
		byPath[r["path"].(string)] = r
	}
	if len(byPath) != 11 {
		t.Errorf("%d entries, want 11:\n%s", len(byPath), out)
	}
	a := byPath["/a.txt"]
	for key, want := range map[string]any{
		"name": "a.txt", "type": "file", "size": 1.0, "mtime": "2020-02-29T12:30:45Z", "mtime_precision": "second",
	} {
		if a[key] != want {
			t.Errorf("%s of a.txt is %v, want %v", key, a[key], want)
		}
	}
	if _, told := a["target"]; told {
		t.Errorf("a.txt has a target: %v", a)
	}
	dir := byPath["/dir"]
	if _, told := dir["size"]; told || dir["type"] != "dir" {
		t.Errorf("dir is told as %v", dir)
	}
	if byPath["/esc\x1b[2J.txt"] == nil || strings.Contains(out, "\x1b") {
		t.Errorf("the escape character does not survive, or is written as it is:\n%q", out)
	}
}

func TestLsFails(t *testing.T) {
	s := listServer(t)
	sh := forServer(t, s)
	r := sh.fails(exitRefused, []string{"ls", at(s, "nope"), at(s, "dir/sub")}, "cannot look at /nope", "550")
	if r.stdout != "/dir/sub:\ndeep\n" {
		t.Errorf("what can be listed is not: %q", r.stdout)
	}
	sh.fails(exitRefused, []string{"ls", "ftp://" + s.User + "@" + s.Addr + "/no*match"}, "no*match")
	sh.fails(exitUsage, []string{"ls"}, "at least 1 arg")
}
