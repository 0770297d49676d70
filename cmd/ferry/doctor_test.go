package main

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

func TestDoctorPage(t *testing.T) {
	srv := ftptest.NewScript(t).Greet("220 hello \x1b[2Jftp.example.com").
		On("MLSD", ftptest.Reply("150 "), ftptest.Data(""), ftptest.Reply("226 ")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data(""), ftptest.Reply("226 "))
	sh := newShell(t, "FERRY_PASSWORD=very-secret")
	out := sh.ok("doctor", "ftp://carol@"+srv.Addr)
	for _, want := range []string{
		"ok   EPSV over IPv4", "ok   Data mode", "as USER, in the clear", "Anybody on the way", "hello", "NAME", " bad.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the page does not hold %q:\n%s", want, out)
		}
	}
	for _, never := range []string{"\x1b", "very-secret", "carol", "example.com", "127.0.0.1"} {
		if strings.Contains(out, never) {
			t.Errorf("the page holds %q:\n%s", never, out)
		}
	}
	for line := range strings.SplitSeq(out, "\n") {
		if len([]rune(line)) > 120 {
			t.Errorf("a line is too wide: %s", line)
		}
	}
}

// TestSiteManagerTests lets the doctor look at a site from the screen, and copies the page: who is meant shows on the
// screen, and is masked on the clipboard.
func TestSiteManagerTests(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	sh.saveSite(siteOf(s, "nas", "tls = 'off'"))
	screen, wait := sh.terminal()
	press := func(key, then string) string {
		if _, err := screen.WriteString(key); err != nil {
			t.Fatal(err)
		}
		return until(t, screen, then)
	}
	until(t, screen, "no connection")
	press("O", "· t test ·")
	seen := press("t", "Examined:")
	copied := press("c", "Sent to the clipboard")
	_, code, _ := strings.Cut(copied, "\x1b]52;c;")
	code, _, _ = strings.Cut(code, "\x07")
	page, err := base64.StdEncoding.DecodeString(code)
	if err != nil || !strings.Contains(string(page), "ok   EPSV over IPv4") || !strings.Contains(string(page), "as USER") {
		t.Errorf("%v: the clipboard holds\n%s", err, page)
	}
	if !strings.Contains(string(page), "'ferry doctor --write'") { // the user is called ferry, too
		t.Errorf("the program's name is masked:\n%s", page)
	}
	if !strings.Contains(seen, "127.0.0.1") || strings.Contains(string(page), "127.0.0.1") {
		t.Errorf("the screen showed\n%q\nthe page is\n%s", seen, page)
	}
	if strings.Contains(seen+string(page), s.Password) {
		t.Error("the password was shown")
	}
	press("q", "· t test ·")
	press("q", "│")
	press(keyF10, "")
	if code := wait(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
}

func TestDoctorForMachines(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		out := forServer(t, s).ok("doctor", "--json", "--unmasked", "ftp://"+s.User+"@"+s.Addr)
		var last map[string]any
		methods := map[any]any{}
		for line := range strings.Lines(out) {
			last = nil
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			if facts, ok := last["facts"].(map[string]any); ok && last["check"] == "data" {
				methods[facts["method"]] = facts["works"]
			}
		}
		if complete, _ := last["complete"].(bool); last["event"] != "summary" || last["bad"] != 0.0 || !complete {
			t.Errorf("the last line is %v", last)
		}
		for _, m := range []string{"EPSV", "PASV", "EPRT", "PORT"} {
			if works, _ := methods[m].(bool); !works {
				t.Errorf("%s is %v", m, methods[m])
			}
		}
	})
}

func TestDoctorExitCodes(t *testing.T) {
	wrong := ftptest.NewScript(t).On("PASS", ftptest.Reply("530 wrong"))
	secret := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS))
	sh := newShell(t, "FERRY_PASSWORD=very-secret")
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"doctor", "ftp://u@" + wrong.Addr}, exitLogin},
		{[]string{"doctor", "ftpes://u@" + secret.Addr}, exitTLS},
		{[]string{"doctor", "--deadline", "0s", "ftp://u@" + wrong.Addr}, exitUsage},
		{[]string{"doctor", "nonsense"}, exitUsage},
	} {
		if r := sh.run(c.args...); r.code != c.code {
			t.Errorf("%q ended with %d, want %d:\n%s%s", c.args, r.code, c.code, r.stdout, r.stderr)
		}
	}
}
