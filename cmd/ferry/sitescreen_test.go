package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// TestChangedCertificateOnTheScreen forgets the old certificate in two steps, is asked about the new one, and connects.
func TestChangedCertificateOnTheScreen(t *testing.T) {
	s, url := secureServer(t, ftptest.ExplicitTLS)
	s.WriteFile(t, "there.txt", nil)
	sh := newShell(t)
	file := filepath.Join(sh.home, ".local", "share", "ferry", "trusted.toml")
	other := strings.Repeat("AB:", 31) + "AB"
	writeFile(t, file, []byte("['"+s.Addr+"']\nsha256 = '"+other+"'\nsince = 2024-02-03T04:05:06Z\n"))
	line := fmt.Sprintf("HOME='%s' FERRY_PASSWORD='%s' '%s' '%s'; read x", sh.home, s.Password, binary, sh.dir)
	m := tuitest.NewTmux(t, 120, 36, "sh", "-c", line)
	m.WaitFor(`no connection`)
	m.Keys("F2")
	m.WaitFor(`A host is needed`)
	m.Type(url)
	m.Keys("Enter")
	screen := m.WaitFor(`certificate has changed(.*\n)*.*f forget the old one`)
	for _, words := range []string{"2024-02-03", other[:47], fingerprint(t, s)[:47], fingerprint(t, s)[48:], s.Addr} {
		if !strings.Contains(screen, words) {
			t.Errorf("it does not show %q:\n%s", words, screen)
		}
	}
	m.Keys("Enter")
	m.WaitFor(`it has changed, and you did`)
	m.Keys("Enter")
	m.WaitFor(`certificate has changed(.*\n)*.*f forget the old one`)
	m.Keys("f")
	m.WaitFor(`Only do that if(.*\n)*.*y forget it`)
	m.Keys("y")
	m.WaitFor(`Certificate not trusted(.*\n)*.*Enter/Esc disconnect`)
	m.Keys("t")
	m.WaitFor(`there\.txt`)
	pin := records(t, sh.ok("trust", "ls", "--json"))
	if len(pin) != 1 || pin[0]["sha256"] != fingerprint(t, s) {
		t.Errorf("trusted is %v", pin)
	}
}

// TestRefusedPasswordIsAskedFor replaces a kept password that the server does not take any more, by one question.
func TestRefusedPasswordIsAskedFor(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "there.txt", nil)
	sh := newShell(t, "FERRY_PASSPHRASE="+testPassphrase)
	adding := forServer(t, s)
	adding.home = sh.home
	adding.env = []string{"FERRY_PASSPHRASE=" + testPassphrase, "FERRY_PASSWORD=outdated-password"}
	adding.run("site", "add", "nas", "ftp://"+s.User+"@"+s.Addr, "--keep-password")
	sh.fails(exitLogin, []string{"ls", "nas:"}, "530")

	line := fmt.Sprintf("env -u DBUS_SESSION_BUS_ADDRESS -u XDG_RUNTIME_DIR FERRY_PASSPHRASE='%s' HOME='%s' "+
		"'%s' '%s'; read x", testPassphrase, sh.home, sh.program(), sh.dir)
	m := tuitest.NewTmux(t, 120, 36, "sh", "-c", line)
	m.WaitFor(`no connection`)
	m.Keys("F2")
	m.WaitFor(`nas`)
	m.Keys("Enter")
	m.WaitFor(`Password for ftp://(.*\n)*.*The server refused the password that is kept`)
	m.WaitFor(`Enter ok`)
	m.Type(s.Password)
	m.Keys("Enter")
	m.WaitFor(`there\.txt(.*\n)*.*B keeps the new password`)
	m.WaitGone(`Esc stops`) // the box that connected stays until the listing has ended
	m.Keys("B")
	m.WaitFor(`its password is kept`)
	if out := sh.ok("ls", "nas:"); out != "there.txt\n" {
		t.Errorf("with the new password there is %q", out)
	}
}

// TestQuirk029SecondCharsetIsAskedFor: before a refused login is tried in another charset the person on the screen
// has to say yes, since servers lock accounts.
func TestQuirk029SecondCharsetIsAskedFor(t *testing.T) {
	const latin1 = "PASS gr\xfcn"
	srv := ftptest.NewScript(t).On("PASS", ftptest.Reply("530 Login incorrect")).On(latin1, ftptest.Reply("230 in")).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file;size=1; there.txt\r\n"), ftptest.Reply("226 "))
	sh := newShell(t)
	line := fmt.Sprintf("HOME='%s' FERRY_PASSWORD='gr\u00fcn' '%s' --encoding iso-8859-1 '%s'; read x",
		sh.home, binary, sh.dir)
	m := tuitest.NewTmux(t, 120, 36, "sh", "-c", line)
	const asked = `Try the login once more(.*\n)*.*Servers lock accounts(.*\n)*.*Enter/Esc no`
	m.WaitFor(`no connection`)
	m.Keys("F2")
	m.WaitFor(`A host is needed`)
	m.Type("ftp://alice@" + srv.Addr)
	m.Keys("Enter")
	m.WaitFor(asked)
	m.Keys("Enter")
	m.WaitFor(`may want iso-8859-1`)
	if sent := srv.Commands(); slices.Contains(sent, latin1) {
		t.Fatalf("it was tried without a yes: %q", sent)
	}
	m.Keys("Enter") // connect once more
	m.WaitFor(asked)
	m.Keys("y")
	m.WaitFor(`there\.txt`)
}

// TestExportOnTheScreen writes a file that only its owner can read, with passwords only where that was asked for.
func TestExportOnTheScreen(t *testing.T) {
	const password = "exported-secret-5"
	sh := newShell(t, "FERRY_PASSPHRASE="+testPassphrase)
	adding := newShell(t, "FERRY_PASSPHRASE="+testPassphrase, "FERRY_PASSWORD="+password)
	adding.home = sh.home
	adding.ok("site", "add", "nas", "ftp://alice@nas.example.org", "--keep-password")
	writeFile(t, sh.sitesFile(), append(readFile(t, sh.sitesFile()), "mod = 'x'\n"...))
	screen, wait := sh.terminal()
	press := func(key, then string) {
		t.Helper()
		if _, err := screen.WriteString(key); err != nil {
			t.Fatal(err)
		}
		until(t, screen, then)
	}
	until(t, screen, "no connection")
	press("O", "there is no such key")
	press("x", "Export all sites")
	press("\r", "1 site written to")
	press("x", "Export all sites")
	press("\t\x1b[C\r", "ferry-sites-2.toml")
	press("q", "│")
	press(keyF10, "")
	wait()
	for name, has := range map[string]bool{"ferry-sites.toml": false, "ferry-sites-2.toml": true} {
		text := readFile(t, filepath.Join(sh.dir, name))
		if strings.Contains(string(text), password) != has || !strings.Contains(string(text), "nas.example.org") {
			t.Errorf("%s holds\n%s", name, text)
		}
		if info, err := os.Stat(filepath.Join(sh.dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
