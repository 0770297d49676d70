package main

import (
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

// TestServerAsksToWait: the shell tells why nothing happens for a while, also without -v.
func TestServerAsksToWait(t *testing.T) {
	s := ftptest.NewScript(t).
		Once("PASS", ftptest.Reply("421 Too many users, try again in 1 second")).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file;size=1; there\r\n"), ftptest.Reply("226 "))
	r := newShell(t).run("ls", "ftp://"+s.Addr+"/")
	if r.code != exitDone || !strings.Contains(r.stdout, "there") || !strings.Contains(r.stderr, "asks to wait 1s") {
		t.Errorf("exit %d, %q, %q", r.code, r.stdout, r.stderr)
	}
}
