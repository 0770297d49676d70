package main

import (
	"path/filepath"
	"sync/atomic"
	"testing"

	"ferry/ftpclient/ftptest"
)

// TestPutWithoutRoom fills a server: put says so once and ends, and when there is room the queue does the rest.
func TestPutWithoutRoom(t *testing.T) {
	var room atomic.Int64
	s := ftptest.Embedded(t, ftptest.Room(&room))
	sh := forServer(t, s)
	files := map[string][]byte{}
	for _, name := range []string{"a", "b", "c", "d"} {
		files[name] = make([]byte, 100<<10)
	}
	sh.writeTree("tree", files)
	sh.fails(exitSome, []string{"put", "-r", "-j", "1", "tree", at(s, "")}, "no space left",
		"3 transfers not begun since there is no room", "4 of 4 transfers failed", "ferry queue retry")
	out := sh.run("--json", "put", "-r", "-j", "1", "--on-conflict", "overwrite", "tree", at(s, ""))
	failed := 0
	for _, r := range records(t, out.stdout) {
		if r["event"] == "failed" {
			failed++
		}
	}
	if failed != len(files) {
		t.Errorf("%d of %d files are told as failed", failed, len(files))
	}
	room.Store(1 << 20)
	sh.ok("queue", "clear")
	sh.ok("queue", "cancel", "--all")
	sh.ok("queue", "clear")
	room.Store(0)
	sh.run("put", "-r", "-j", "1", "tree", at(s, ""))
	room.Store(1 << 20)
	sh.ok("queue", "retry")
	sh.ok("queue", "run")
	sameTree(t, filepath.Join(sh.dir, "tree"), s.Path("tree"))
}
