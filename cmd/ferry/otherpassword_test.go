package main

import (
	"io"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

// outdated is a shell in which a site's kept password is one that its server does not take any more.
func outdated(t *testing.T, s *ftptest.Server) *shell {
	t.Helper()
	adding := newShell(t, "FERRY_PASSPHRASE="+testPassphrase, "FERRY_PASSWORD=outdated-password")
	adding.run("site", "add", "nas", "ftp://"+s.User+"@"+s.Addr, "--keep-password")
	sh := newShell(t, "FERRY_PASSPHRASE="+testPassphrase)
	sh.home = adding.home
	return sh
}

// TestRefusedPasswordInTheShell is asked for in its place on a terminal, and the new one is kept if that is wanted.
func TestRefusedPasswordInTheShell(t *testing.T) {
	for answer, kept := range map[string]bool{"\n": true, "n\n": false} {
		s := ftptest.Embedded(t)
		s.WriteFile(t, "there.txt", []byte("x"))
		sh := outdated(t, s)
		screen, wait := sh.terminal("get", "nas:there.txt")
		until(t, screen, "The server refused the password that is kept. Password for ftp://"+s.User+"@"+s.Addr+"/")
		if _, err := io.WriteString(screen, s.Password+"\n"); err != nil {
			t.Fatal(err)
		}
		until(t, screen, "Keep it in place of the old one? [Y/n]")
		if _, err := io.WriteString(screen, answer); err != nil {
			t.Fatal(err)
		}
		out := until(t, screen, "")
		if code := wait(); code != exitDone || !exists(sh.dir+"/there.txt") || strings.Contains(out, s.Password) {
			t.Errorf("it ended with %d:\n%q", code, out)
		}
		if kept {
			sh.ok("ls", "nas:")
		} else {
			sh.fails(exitLogin, []string{"ls", "nas:"}, "530")
		}
	}
}

// TestRefusedPasswordIsAskedForOnce: a second wrong one ends it, and so does no answer.
func TestRefusedPasswordIsAskedForOnce(t *testing.T) {
	for typed, tries := range map[string]int{"wrong-again\n": 2, "\n": 1} {
		s := newAsked(t)
		sh := outdated(t, s.Server)
		commands := s.during(func() {
			screen, wait := sh.terminal("ls", "nas:")
			until(t, screen, "Password for")
			if _, err := io.WriteString(screen, typed); err != nil {
				t.Fatal(err)
			}
			out := until(t, screen, "")
			if code := wait(); code != exitLogin || !strings.Contains(out, "530") {
				t.Errorf("it ended with %d:\n%q", code, out)
			}
		})
		if n := strings.Count(commands, "PASS"); n != tries {
			t.Errorf("%d passwords were sent", n)
		}
	}
}

// TestRefusedPasswordWithoutATerminal says what was refused, and what to do.
func TestRefusedPasswordWithoutATerminal(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := outdated(t, s)
	sh.fails(exitLogin, []string{"ls", "nas:"},
		"the server refused the password that is kept", "ferry site edit nas --keep-password", "530")
	writeNetrc(t, sh, "machine 127.0.0.1 login bob password outdated", 0o600)
	sh.fails(exitLogin, []string{"ls", "ftp://bob@" + s.Addr}, "the server refused the password in ~/.netrc", "530")
}
