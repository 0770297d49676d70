package main

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

const inClear = "has no TLS; user name, password and files go over the wire in the clear"

// fromAfar is a shell to which a server of this machine is one elsewhere, since it goes by a proxy, and its address.
func fromAfar(t *testing.T, s *ftptest.Server) (*shell, string) {
	t.Helper()
	proxy, _ := newTunnel(t, "")
	sh := forServer(t, s)
	sh.env = append(sh.env, "FERRY_PROXY=http://"+proxy)
	return sh, strings.Replace(at(s, ""), "127.0.0.1", elsewhere, 1)
}

// TestPasswordInTheClear: a script is warned, once however many connections it takes, and not where it has said so or
// nothing leaves the machine.
func TestPasswordInTheClear(t *testing.T) {
	s := ftptest.Vsftpd(t)
	for i := range 20 {
		s.WriteFile(t, fmt.Sprintf("d/%d", i), []byte("x"))
	}
	sh, url := fromAfar(t, s)
	r := sh.run("get", "-r", "-j", "4", url+"/d")
	if r.code != exitDone || strings.Count(r.stderr, inClear) != 1 {
		t.Errorf("%+v", r)
	}
	for _, args := range [][]string{{"ls", "--tls", "off", url}, {"ls", "-q", url}, {"ls", at(s, "")}} {
		if r := sh.run(args...); r.code != exitDone || strings.Contains(r.stderr, inClear) {
			t.Errorf("%v: %+v", args, r)
		}
	}
	sh.fails(exitTLS, []string{"ls", "--tls", "explicit", url}, "refuses TLS", "not even the user name")
}

// TestPasswordInTheClearIsAskedFor on a terminal, until the person says yes.
func TestPasswordInTheClearIsAskedFor(t *testing.T) {
	s := ftptest.Vsftpd(t)
	s.WriteFile(t, "there", nil)
	sh, url := fromAfar(t, s)
	for _, say := range []struct {
		answer string
		code   int
		shows  string
	}{{"\n", exitTLS, "you did not let the password go"}, {"y\n", exitDone, "there"}} {
		screen, wait := sh.terminal("ls", url)
		until(t, screen, "Log in, now and from now on? [y/N] ")
		if _, err := io.WriteString(screen, say.answer); err != nil {
			t.Fatal(err)
		}
		if out := until(t, screen, ""); wait() != say.code || !strings.Contains(out, say.shows) {
			t.Errorf("%q: it shows %q", say.answer, out)
		}
	}
	screen, wait := sh.terminal("ls", url)
	out := until(t, screen, "")
	if wait() != exitDone || !strings.Contains(out, inClear) || strings.Contains(out, "[y/N]") {
		t.Errorf("afterwards it shows %q", out)
	}
}

// TestPasswordInTheClearOnTheScreen is a question there, to which Enter says no, and PLAIN stays in the head.
func TestPasswordInTheClearOnTheScreen(t *testing.T) {
	s := ftptest.Vsftpd(t)
	s.WriteFile(t, "there.txt", nil)
	sh, url := fromAfar(t, s)
	line := fmt.Sprintf("HOME='%s' %s '%s' '%s'; echo ended $?; read x",
		sh.home, "FERRY_PASSWORD='"+s.Password+"' "+sh.env[len(sh.env)-1], binary, sh.dir)
	m := tuitest.NewTmux(t, 80, 24, "sh", "-c", line)
	const asked = `Log in without encryption(.*\n)*.*no encryption(.*\n)*.*Enter/Esc no`
	m.WaitFor(`no connection`)
	m.Keys("F2")
	m.WaitFor(`A host is needed`)
	m.Type(url)
	m.Keys("Enter")
	m.WaitFor(asked)
	m.Keys("Enter")
	m.WaitFor(`you did not let the password`)
	m.Keys("Enter")
	m.WaitFor(asked)
	m.Keys("y")
	m.WaitFor(`PLAIN(.*\n)*.*there\.txt`)
	m.WaitGone(`Esc stops`) // the box that connected stays until the listing has ended
	m.Keys("q")
	m.WaitFor(`ended 0\n`)
	if r := sh.run("ls", url); r.stdout != "there.txt\n" || !strings.Contains(r.stderr, inClear) {
		t.Errorf("in the shell: %+v", r)
	}
}
