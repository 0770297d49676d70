package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// TestWirePanelFollowsATransfer looks at the drawing while a file comes, first in passive mode, then in active mode, in
// the clear and over TLS.
func TestWirePanelFollowsATransfer(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprint("TLS ", secure), func(t *testing.T) { followTransfers(t, secure) })
	}
}

func followTransfers(t *testing.T, secure bool) {
	var pace atomic.Int64
	options, scheme, security := []ftptest.Option{ftptest.Pace(&pace)}, "ftp", "plain"
	if secure {
		options, scheme, security = append(options, ftptest.TLS(ftptest.ExplicitTLS)), "ftpes", `TLS 1\.3 resumed`
	}
	s := ftptest.Embedded(t, options...)
	for _, name := range []string{"one.bin", "two.bin"} {
		s.WriteFile(t, name, noise(longFile))
	}
	sh := newShell(t)
	line := fmt.Sprintf("HOME='%s' FERRY_PASSWORD='%s' SSL_CERT_FILE='%s' '%s' '%s' '%s://%s@%s/'; echo ended $?; read x",
		sh.home, s.Password, s.CertFile, binary, sh.dir, scheme, s.User, s.Addr)
	m := tuitest.NewTmux(t, 160, 40, "sh", "-c", line)
	m.WaitFor(`two\.bin`)
	pace.Store(slow / 3)
	m.Keys("Tab", "End", "k", "F5", "4", "z")
	// We dialled: the arrow points at the server's port, the octets run against it.
	m.WaitFor(`:\d+ +├━.*passive EPSV · ` + security + ` .*↓ [\d.]+[KM] · .*▶│ :\d+`)
	m.WaitFor(`control \d.*RETR /?one\.bin.*▶│ :` + portOf(t, s.Addr))
	m.Keys("t", "t")
	m.WaitFor(`ACTV  as you chose`)
	pace.Store(0)
	m.Keys("z", "1")
	m.WaitFor(`Queue .*\b1 done`)
	pace.Store(slow / 3)
	m.Keys("2", "End", "F5", "4", "z")
	// The server dialled: the arrow points at our port.
	m.WaitFor(`:\d+ │◀.*active EPRT · ` + security + ` .*↓ [\d.]+[KM] · .*┤ :\d+`)
	m.WaitFor(`server dialled us on :\d+`)
	pace.Store(0)
	m.Keys("z", "1")
	m.WaitFor(`Queue .*\b2 done`)
	m.Keys("4", "s")
	m.WaitFor(`lines saved to`)
	m.Keys("q")
	m.WaitFor(`ended 0\n`)
	checkTranscript(t, sh.home, sh.dir)
	sameFiles(t, s.Path("one.bin"), filepath.Join(sh.dir, "one.bin"))
	sameFiles(t, s.Path("two.bin"), filepath.Join(sh.dir, "two.bin"))
}

func portOf(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	one, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := os.ReadFile(b); err != nil || string(one) != string(two) {
		t.Errorf("%s and %s differ (%v)", a, b, err)
	}
}

// checkTranscript finds the file that the panel has saved, where ferry was started or at home, and reads it.
func checkTranscript(t *testing.T, dirs ...string) {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range append(dirs, here) {
		found, _ := filepath.Glob(filepath.Join(dir, "ferry-wire-*.log"))
		for _, file := range found {
			text, err := os.ReadFile(file)
			_ = os.Remove(file)
			for _, want := range []string{`→ PASS \*+`, `→ RETR /?one\.bin`, `← 229 `, `server dialled us`} {
				if err != nil || !regexp.MustCompile(want).Match(text) {
					t.Errorf("%s (%v) does not tell %q:\n%s", file, err, want, text)
				}
			}
			return
		}
	}
	t.Error("nothing was saved")
}

// TestWirePanelExplainsAFirewall meets a server whose passive ports are shut, in passive mode: the panel says what was
// tried and which key tries the other way, and that key does.
func TestWirePanelExplainsAFirewall(t *testing.T) {
	shut := portOf(t, ftptest.ClosedAddr(t))
	srv := ftptest.NewScript(t).
		On("EPSV", ftptest.Reply("229 Entering Extended Passive Mode (|||"+shut+"|)")).
		On("PASV", ftptest.Reply("502 not here")).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file;size=3; behind the wall.txt\r\n"), ftptest.Reply("226 "))
	sh := newShell(t)
	line := fmt.Sprintf("HOME='%s' FERRY_PASSWORD=x '%s' --mode passive '%s' 'ftp://alice@%s/'; echo ended $?; read x",
		sh.home, binary, sh.dir, srv.Addr)
	m := tuitest.NewTmux(t, 160, 40, "sh", "-c", line)
	m.WaitFor(`PASV  as you chose`)
	m.Keys("4", "z")
	m.WaitFor(`passive EPSV .* the port is closed ━╳│ :` + shut)
	m.WaitFor(`The server listens elsewhere: behind a NAT`)
	m.WaitFor(`Press t for active mode`)
	m.Keys("t")
	m.WaitFor(`ACTV  as you chose`)
	m.Keys("z", "2", "C-r")
	m.WaitFor(`behind the wall\.txt`)
	m.Keys("4", "z")
	m.WaitFor(`server dialled us on :\d+`)
	m.Keys("q")
	m.WaitFor(`ended 0\n`)
}
