package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"ferry/ftpclient/ftptest"
)

// TestBetweenServers queues files and folders of one server for another, which the next ferry brings; also from one
// folder of a server to another of it.
func TestBetweenServers(t *testing.T) {
	one, other := ftptest.Vsftpd(t), ftptest.Proftpd(t)
	sh := newShell(t)
	netrc := ""
	for _, s := range []*ftptest.Server{one, other} {
		netrc += fmt.Sprintf("machine 127.0.0.1 login %s password %s\n", s.User, s.Password)
	}
	path := filepath.Join(sh.home, ".netrc")
	writeFile(t, path, []byte(netrc))
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"a": noise(300_000), "d/b": []byte("b"), "d/e/ü": noise(70_000)}
	for name, content := range files {
		one.WriteFile(t, "tree/"+name, content)
	}
	one.WriteFile(t, "x.txt", []byte("x"))
	one.WriteFile(t, "y.txt", []byte("y"))
	one.Settle(t)
	sh.ok("queue", "add", "-r", at(one, "tree"), at(other, "made/"))
	sh.ok("queue", "add", at(one, "")+"*.txt", at(other, "texts/"))
	sh.ok("queue", "add", at(one, "x.txt"), at(other, "renamed.txt"))
	sh.ok("queue", "add", "-r", at(one, "tree"), at(one, "again/"))
	states, _ := sh.queued()
	for name, state := range states {
		if state != "waiting" {
			t.Errorf("%s is %s", name, state)
		}
	}
	sh.ok("queue", "run", "-q")
	for _, to := range []string{other.Path("made", "tree"), one.Path("again", "tree")} {
		sameTree(t, one.Path("tree"), to)
	}
	for name, want := range map[string]string{"texts/x.txt": "x", "texts/y.txt": "y", "renamed.txt": "x"} {
		if got, err := os.ReadFile(other.Path(name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if left, err := filepath.Glob(other.Path("*", ".*ferrypart")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
	sh.write("z", []byte("z"))
	sh.fails(exitUsage, []string{"queue", "add", "z", at(one, "x.txt"), at(other, "texts/")}, "adds only one of both")
	sh.fails(exitUsage, []string{"queue", "add", at(one, "x.txt"), at(one, "y.txt"), at(other, "new")}, "is no folder")
	sh.fails(exitUsage, []string{"queue", "add", at(one, "") + "*.txt", at(other, "new")}, "is no folder")
}
