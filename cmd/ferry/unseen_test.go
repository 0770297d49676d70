package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

// TestNoSecretInQueueOrHistory moves and queues files by addresses that hold a password, and looks through the octets
// of the journal, also those that SQLite has not yet taken over from its log, and all that the commands tell of it.
func TestNoSecretInQueueOrHistory(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "file.txt", []byte("content"))
	sh := newShell(t)
	told := ""
	run := func(args ...string) {
		r := sh.run(args...)
		told += r.stdout + r.stderr
	}
	host := "ftp://" + s.User + ":" + s.Password + "@" + s.Addr
	run("get", "-v", host+"/file.txt")
	run("get", host+"/missing.txt")
	run("put", "file.txt", host+"/put.txt")
	run("queue", "add", host+"/file.txt", "later/")
	run("queue", "add", "file.txt", host+"/up.txt")
	run("queue", "ls", "--json")
	run("queue", "run")
	run("queue", "history", "--json")
	run("mirror", "--dry-run", "--plan", "plan.json", host+"/", "mirrored/")
	if !strings.Contains(told, "file.txt") || strings.Contains(told, s.Password) {
		t.Errorf("it told:\n%s", told)
	}
	journals, err := filepath.Glob(filepath.Join(sh.home, ".local", "state", "ferry", "*"))
	if err != nil || len(journals) < 2 {
		t.Errorf("the state is %v, %v", journals, err)
	}
	if found := searchedFor(t, sh.home, []string{s.Password}); found < 2 {
		t.Errorf("only %d files were written", found)
	}
	searchedFor(t, sh.dir, []string{s.Password})
}

// TestNoSecretInProcessesOrTitle watches from inside a password command and an editor what the list of processes shows,
// and looks at every octet that the screen sends to its terminal, the title of the window among them.
func TestNoSecretInProcessesOrTitle(t *testing.T) {
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		ftptest.Missing(t, "this machine has no /proc")
	}
	s := ftptest.Embedded(t)
	s.WriteFile(t, "there.txt", nil)
	sh := newShell(t)
	watched, editor := filepath.Join(sh.home, "seen"), filepath.Join(sh.home, "editor")
	sh.env = []string{"PATH=" + os.Getenv("PATH"), "EDITOR=" + editor}
	writeFile(t, filepath.Join(sh.home, "pw"), []byte(s.Password+"\n"))
	writeFile(t, editor, []byte("#!/bin/sh\ncat /proc/$PPID/cmdline /proc/$$/cmdline >>"+watched+"\necho more >>\"$1\"\n"))
	if err := os.Chmod(editor, 0o700); err != nil {
		t.Fatal(err)
	}
	sh.saveSite(siteOf(s, "nas", fmt.Sprintf(
		"password = 'command'\npassword_command = 'cat /proc/$PPID/cmdline /proc/$$/cmdline >>%s; cat ~/pw'", watched)))
	screen, wait := sh.terminal("nas")
	seen := until(t, screen, "there.txt")
	press := func(keys, then string) {
		if _, err := screen.WriteString(keys); err != nil {
			t.Fatal(err)
		}
		seen += until(t, screen, then)
	}
	press("\t", "▌2")
	press("Gc", "1 done")
	press("e", "u upload · e edit on") // behind the moment in which it takes no keys
	press("x", "are discarded")
	press(keyF10, "")
	if code := wait(); code != exitDone || !strings.Contains(seen, "\x1b]2;") {
		t.Errorf("it ended with %d, and its title is not among\n%q", code, seen)
	}
	lines, err := os.ReadFile(watched)
	if err != nil || !bytes.Contains(lines, []byte("nas")) || !bytes.Contains(lines, []byte("there.txt")) {
		t.Errorf("the list of processes showed %q (%v)", lines, err)
	}
	if strings.Contains(seen+string(lines), s.Password) {
		t.Errorf("the password was shown:\n%q\n%q", seen, lines)
	}
}
