package main

import (
	"path/filepath"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

// printer is a scripted server that is recognised as one.
func printer(t *testing.T) *ftptest.Script {
	t.Helper()
	return ftptest.NewScript(t).Greet("220 JD FTP Server Ready").
		On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 p p 9 Jan 1 2024 PORT1\r\n"), ftptest.Reply("226 "))
}

func TestKindIsRecognised(t *testing.T) {
	srv := printer(t)
	sh := newShell(t)
	if out := sh.ok("ls", "ftp://"+srv.Addr); !strings.Contains(out, "PORT1") {
		t.Errorf("%s", out)
	}
	if srv.Count("EPSV")+srv.Count("MLSD")+srv.Count("SYST") > 0 {
		t.Errorf("what printers lack is tried: %q", srv.Commands())
	}
	if out := sh.run("doctor", "ftp://"+srv.Addr).stdout; !strings.Contains(out, "Printer or print server") {
		t.Errorf("the doctor does not tell:\n%s", out)
	}
}

func TestOwnKindWins(t *testing.T) {
	srv := printer(t)
	sh := newShell(t)
	dir := filepath.Join(sh.home, ".config", "ferry", "profiles")
	writeFile(t, filepath.Join(dir, "printer.toml"), []byte("greeting = 'JD FTP'\nabsent = ['MLSD']\n"))
	sh.ok("ls", "ftp://"+srv.Addr)
	if srv.Count("EPSV") == 0 || srv.Count("MLSD") > 0 {
		t.Errorf("%q", srv.Commands())
	}
	writeFile(t, filepath.Join(dir, "bad.toml"), []byte("greting = 'x'\n"))
	r := sh.run("ls", "ftp://"+srv.Addr)
	if r.code != exitDone || !strings.Contains(r.stderr, "bad.toml:1:1: there is no key greting") {
		t.Errorf("%d %s", r.code, r.stderr)
	}
}
