package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
)

// queued gives what 'queue ls' tells: the state of each transfer by its source's last element, and its ID.
func (sh *shell) queued() (states, ids map[string]string) {
	sh.t.Helper()
	states, ids = map[string]string{}, map[string]string{}
	for _, r := range records(sh.t, sh.ok("queue", "ls", "--json")) {
		name := filepath.Base(r["from"].(string))
		states[name], ids[name] = r["state"].(string), r["id"].(string)
	}
	return states, ids
}

// TestQueueCommands adds, looks, gives orders, runs and asks history.
func TestQueueCommands(t *testing.T) {
	s := ftptest.Embedded(t)
	for _, name := range []string{"a", "b", "c", "taken"} {
		s.WriteFile(t, name, []byte(name))
	}
	sh := forServer(t, s)
	sh.write("taken", []byte("mine"))
	sh.ok("queue", "add", "--on-conflict", "ask", at(s, "a"), at(s, "b"), at(s, "c"), at(s, "taken"), ".")
	if out := sh.ok("queue", "ls"); out != "" {
		t.Errorf("before anything was looked at there is\n%s", out)
	}
	r := sh.run("queue", "run")
	if r.code != exitSome || !strings.Contains(r.stderr, "1 transfer cannot go on without an answer") {
		t.Errorf("the run ended with %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
	states, ids := sh.queued()
	if fmt.Sprint(states) != "map[a:done b:done c:done taken:asking]" {
		t.Errorf("the queue has %v", states)
	}
	sh.ok("queue", "cancel", ids["taken"])
	sh.ok("queue", "clear", ids["a"])
	if states, _ = sh.queued(); fmt.Sprint(states) != "map[b:done c:done taken:cancelled]" {
		t.Errorf("the queue has %v", states)
	}
	sh.ok("queue", "pause")
	sh.ok("queue", "retry", ids["taken"])
	if r := sh.run("queue", "run"); r.code != exitSome || !strings.Contains(r.stderr, "everything is paused") {
		t.Errorf("the run ended with %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
	sh.ok("queue", "resume")
	sh.ok("queue", "cancel", "--all")
	sh.ok("queue", "clear")
	if out := sh.ok("queue", "ls"); out != "" {
		t.Errorf("all was cleared, yet there is\n%s", out)
	}
	past := records(t, sh.ok("queue", "history", "--json", "--state", "done", "--since", "1h"))
	if len(past) != 3 || past[0]["proof"] != "size" || past[0]["bytes"] != 1.0 {
		t.Errorf("history tells %v", past)
	}
	if out := sh.ok("queue", "history", "/TAKEN"); strings.Count(out, "cancelled") < 1 {
		t.Errorf("history tells\n%s", out)
	}
	sh.ok("queue", "limit", "5M", "800k")
	if r := sh.run("queue", "ls"); !strings.Contains(r.stdout+r.stderr, "Limited to ↑800K/s ↓5.0M/s in each ferry") {
		t.Errorf("of the limit is told %s%s", r.stdout, r.stderr)
	}
	sh.ok("queue", "limit", "none")
	if r := sh.run("queue", "ls"); strings.Contains(r.stdout+r.stderr, "Limited") {
		t.Errorf("the limit stays: %s%s", r.stdout, r.stderr)
	}
	sh.fails(exitUsage, []string{"queue", "limit", "much"}, "much")
	sh.fails(exitUsage, []string{"queue", "top", "99.1"}, "no transfer 99.1")
	sh.fails(exitUsage, []string{"queue", "pause", "x"}, "names no transfer")
	sh.fails(exitUsage, []string{"queue", "cancel"}, "--all")
	sh.fails(exitUsage, []string{"queue", "history", "--since", "once"}, "--since once")
	sh.fails(exitUsage, []string{"queue", "add", "--at", "once", "a", at(s, "")}, "--at once")
}

// TestQueueAddLater is not begun before its time.
func TestQueueAddLater(t *testing.T) {
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"": {}, "2h": now.Add(2 * time.Hour), "22:30": now.Add(10*time.Hour + 30*time.Minute),
		"12:00": now.AddDate(0, 0, 1), "2026-02-01T00:00:00Z": now.Add(12 * time.Hour),
	} {
		if got, err := parseStart(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	sh.write("x", []byte("x"))
	sh.ok("queue", "add", "--at", "2h", "x", at(s, ""))
	all := records(t, sh.ok("queue", "ls", "--json"))
	if len(all) != 1 || all[0]["state"] != "waiting" || all[0]["until"] == nil {
		t.Errorf("the queue has %v", all)
	}
}

// TestQueueAfterGet: what a get that failed left can be tried again by the queue, and what went well is history.
func TestQueueAfterGet(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "a", []byte("a"))
	s.WriteFile(t, "b", []byte("b"))
	sh := forServer(t, s)
	sh.write("b", []byte("mine"))
	sh.run("get", at(s, "a"), at(s, "b"))
	states, ids := sh.queued()
	if fmt.Sprint(states) != "map[b:failed]" {
		t.Errorf("the queue has %v", states)
	}
	if err := os.Remove(filepath.Join(sh.dir, "b")); err != nil {
		t.Fatal(err)
	}
	sh.ok("queue", "retry")
	sh.ok("queue", "top", ids["b"])
	sh.ok("queue", "run", "-q")
	if got, err := os.ReadFile(filepath.Join(sh.dir, "b")); string(got) != "b" {
		t.Errorf("b holds %q, %v", got, err)
	}
}

// TestQueueThatCannotBeRead is set aside and told, and a get works all the same.
func TestQueueThatCannotBeRead(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "a", []byte("a"))
	sh := forServer(t, s)
	state := filepath.Join(sh.home, ".local", "state", "ferry")
	writeFile(t, filepath.Join(state, queueFile), bytes.Repeat([]byte("no journal "), 1000))
	r := sh.run("get", at(s, "a"))
	if r.code != exitDone || !strings.Contains(r.stderr, "cannot be read; it is kept as queue.db.broken-") {
		t.Errorf("it ended with %d:\n%s", r.code, r.stderr)
	}
	kept, err := filepath.Glob(filepath.Join(state, "queue.db.broken-*"))
	if err != nil || len(kept) != 1 {
		t.Errorf("kept is %v, %v", kept, err)
	}
	blocked := newShell(t, "FERRY_PASSWORD="+s.Password, "XDG_STATE_HOME="+filepath.Join(sh.dir, "a", "b"))
	r = blocked.run("get", at(s, "a"))
	if r.code != exitDone || !strings.Contains(r.stderr, "goes on in memory") {
		t.Errorf("it ended with %d:\n%s", r.code, r.stderr)
	}
	if r := blocked.run("queue", "ls"); r.code != exitDisk || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("it ended with %d:\n%s", r.code, r.stderr)
	}
}

// TestQueueThatCannotBeReadBehind is one whose beginning is whole. What only reads sets it aside, too, as it is.
func TestQueueThatCannotBeReadBehind(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "a", []byte("a"))
	sh := forServer(t, s)
	sh.ok("get", at(s, "a"))
	path := filepath.Join(sh.home, ".local", "state", "ferry", queueFile)
	spoilt, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(spoilt) / 4; i < len(spoilt); i++ {
		spoilt[i] = 0xff
	}
	writeFile(t, path, spoilt)
	for i, told := range []bool{true, false} {
		r := sh.run("queue", "ls")
		if r.code != exitDone || strings.Contains(r.stderr, "cannot be read; it is kept as queue.db.broken-") != told {
			t.Errorf("run %d ended with %d:\n%s", i, r.code, r.stderr)
		}
	}
	kept, err := filepath.Glob(path + ".broken-*")
	if err != nil || len(kept) == 0 {
		t.Fatalf("kept is %v, %v", kept, err)
	}
	if got, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(got, spoilt) {
		t.Errorf("what is kept is not what was there: %v", err)
	}
}

// TestKilledInTheMiddle kills runs of the queue without warning; what is run at last brings everything once.
func TestKilledInTheMiddle(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		tree := map[string][]byte{}
		for i := range 40 {
			tree[fmt.Sprintf("d%d/small %d", i%4, i)] = noise(i * 997)
		}
		for i := range 4 {
			tree[fmt.Sprintf("big %d", i)] = noise(3<<20 + i)
		}
		sh := forServer(t, s)
		sh.writeTree("tree", tree)
		s.Settle(t)
		sh.ok("queue", "add", "-r", "tree", at(s, "up/"))
		sh.killRuns("--limit-rate", "4M")
		sh.ok("queue", "run", "-q")
		sameTree(t, filepath.Join(sh.dir, "tree"), s.Path("up", "tree"))

		sh.ok("queue", "clear")
		sh.ok("queue", "add", "-r", at(s, "up/tree"), "back/")
		sh.killRuns("--limit-rate", "4M")
		sh.ok("queue", "run", "-q")
		sameTree(t, filepath.Join(sh.dir, "tree"), filepath.Join(sh.dir, "back", "tree"))
		states, _ := sh.queued()
		for name, state := range states {
			if state != "done" {
				t.Errorf("%s is %s", name, state)
			}
		}
		if len(states) != len(tree) {
			t.Errorf("%d transfers for %d files", len(states), len(tree))
		}
	})
}

// killRuns begins the queue's work several times, and kills it when it has done something.
func (sh *shell) killRuns(flags ...string) {
	sh.t.Helper()
	for range 5 {
		r := sh.start(append([]string{"queue", "run", "--json"}, flags...)...)
		line, _ := r.out.ReadString('\n')
		for range 5 {
			if line == "" || strings.Contains(line, `"summary"`) {
				break
			}
			line, _ = r.out.ReadString('\n')
		}
		_ = r.cmd.Process.Kill() // it may have ended by itself
		_, _ = r.end()
	}
}

// TestQueueVerify compares hashes of what is done: what differs is told and copied again.
func TestQueueVerify(t *testing.T) {
	s := ftptest.Embedded(t)
	for _, name := range []string{"a", "b"} {
		s.WriteFile(t, name, []byte(name))
	}
	sh := forServer(t, s)
	sh.ok("queue", "add", at(s, "a"), at(s, "b"), ".")
	sh.ok("queue", "run")
	sh.write("b", []byte("?"))
	sh.fails(exitSome, []string{"queue", "verify"}, "the two differ")
	states, ids := sh.queued()
	if fmt.Sprint(states) != "map[a:done b:failed]" {
		t.Errorf("the queue has %v", states)
	}
	sh.fails(exitUsage, []string{"queue", "verify", ids["b"]}, "only what is done")
	sh.ok("queue", "retry")
	sh.ok("queue", "run")
	sh.ok("queue", "verify", ids["b"])
	proofs := map[string]int{}
	for _, r := range records(t, sh.ok("--json", "queue", "history", "--state", "done")) {
		proofs[fmt.Sprint(r["proof"])]++
	}
	if proofs["hash"] != 2 || proofs["size"] != 3 {
		t.Errorf("history tells %v", proofs)
	}
	if got := sh.ok("-q", "queue", "verify"); got != "" {
		t.Errorf("all is verified, yet it tells %q", got)
	}
}

// TestMirrorLeavesTheQueueAlone: mirror and apply copy what they were asked for, nothing that waits in the queue, and
// history tells of it.
func TestMirrorLeavesTheQueueAlone(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "waits", []byte("w"))
	sh := forServer(t, s)
	sh.writeTree("tree", map[string][]byte{"a": []byte("1"), "b": []byte("2")})
	sh.ok("queue", "add", at(s, "waits"), ".")
	sh.ok("mirror", "tree", at(s, "mirrored"))
	sh.ok("-q", "mirror", "--plan", "plan", "tree", at(s, "applied"))
	sh.ok("apply", "plan")
	if exists(filepath.Join(sh.dir, "waits")) {
		t.Error("what waited in the queue was begun")
	}
	done := map[string]bool{}
	for _, r := range records(t, sh.ok("--json", "queue", "history")) {
		done[fmt.Sprint(r["state"], " ", r["to"])] = true
	}
	for _, path := range []string{"mirrored/a", "mirrored/b", "applied/a", "applied/b"} {
		if !done["done "+at(s, "/"+path)] {
			t.Errorf("history does not tell of %s but of %v", path, done)
		}
	}
	sh.ok("queue", "run")
	if !exists(filepath.Join(sh.dir, "waits")) {
		t.Error("what waited in the queue is lost")
	}
}
