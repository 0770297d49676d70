package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// newcomer counts what a person has to press and to answer, beside the address and the password that are typed.
type newcomer struct {
	*tuitest.Tmux
	keys, questions int
}

func (n *newcomer) press(keys ...string) {
	n.keys += len(keys)
	n.Keys(keys...)
}

// TestNewcomer goes from an empty home to the first finished transfer: five keys and one question. One more key then
// saves the server and its password, of which nothing is readable anywhere.
func TestNewcomer(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "first.txt", []byte("the first transfer"))
	sh := newShell(t)
	program, err := unraced()
	if err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("env -u DBUS_SESSION_BUS_ADDRESS -u XDG_RUNTIME_DIR HOME='%s' '%s'; echo ended $?; read x",
		sh.home, program)
	n := &newcomer{Tmux: tuitest.NewTmux(t, 100, 30, "sh", "-c", "cd '"+sh.dir+"'; "+line)}
	seen := n.WaitFor(`no connection · F2 connects`)
	n.press("F2")
	seen += n.WaitFor(`A host is needed`)
	n.Type(s.User + "@" + s.Addr)
	n.press("Enter")
	seen += n.WaitFor(`Password for ftp://` + s.User)
	seen += n.WaitFor(`Enter ok`)
	n.questions++
	n.Type(s.Password)
	n.press("Enter")
	seen += n.WaitFor(`first\.txt(.*\n)*.*B saves it as a site`)
	n.WaitGone(`Esc stops`) // the box that connected stays until the listing has ended
	n.press("End", "F5")
	seen += n.WaitFor(`Queue .*\b1 done`)
	sameTree(t, s.Root, sh.dir)
	if n.keys != 5 || n.questions != 1 {
		t.Errorf("it took %d keys and %d questions", n.keys, n.questions)
	}

	n.press("B")
	seen += n.WaitFor(`Passphrase for a new file of passwords`) // there is no keyring here
	seen += n.WaitFor(`Enter ok`)
	n.Type(testPassphrase)
	n.press("Enter")
	seen += n.WaitFor(`saved as the site .*, its password is kept`)
	n.press("O")
	seen += n.WaitFor(`passive data connections work`)
	n.press("Escape")
	n.WaitGone(`passive data connections work`) // Escape and a letter in one breath would be Alt and that letter
	n.press("q")
	seen += n.WaitFor(`ended 0\n`)
	for _, secret := range []string{s.Password, testPassphrase} {
		if strings.Contains(seen, secret) {
			t.Errorf("%q was shown", secret)
		}
	}
	if files := searchedFor(t, sh.home, []string{s.Password, testPassphrase}); files < 3 {
		t.Errorf("only %d files were written", files)
	}

	// The next time the name is enough.
	sh.env = []string{"FERRY_PASSPHRASE=" + testPassphrase}
	host, _, _ := strings.Cut(s.Addr, ":")
	if out := sh.ok("ls", host+":"); out != "first.txt\n" {
		t.Errorf("the site shows %q", out)
	}
	if _, err := os.Stat(filepath.Join(sh.home, ".config", "ferry", "sites.toml")); err != nil {
		t.Error(err)
	}
}
