package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// crawl is a rate at which what is looked at does not end meanwhile: a file of slowFile lasts for minutes.
const crawl = "20K"

// wiring is the screen at a server, with that panel alone which shows the connections.
func wiring(t *testing.T, w, h int, s *ftptest.Server, scheme string, flags ...string) (*tuitest.Tmux, *shell) {
	t.Helper()
	sh := newShell(t)
	args := []string{
		"env", "-C", sh.home, "HOME=" + sh.home, "FERRY_PASSWORD=" + s.Password, "SSL_CERT_FILE=" + s.CertFile, binary,
	}
	args = append(append(args, flags...), sh.dir, scheme+"://"+s.User+"@"+s.Addr+"/"+strings.TrimPrefix(s.Home+"/", "/"))
	return tuitest.NewTmux(t, w, h, args...), sh
}

// fetchAll begins to fetch all files of the server's folder, and looks at the wire alone. Keys are pressed when what
// they are for is there: the end of the listing, the focus, the marks, the transfers.
func fetchAll(m *tuitest.Tmux) {
	m.WaitFor(`\b2 (AUTO|PASV|ACTV)`)
	m.Keys("Tab")
	m.WaitFor(`▌2 `)
	m.WaitFor(`\d+ of \d+ lines read`) // a narrow terminal shows the foot of the pane with the focus alone
	m.Keys("A")
	m.WaitFor(`\d marked `)
	m.Keys("F5")
	m.WaitFor(`Queue .*\d active`)
	m.Keys("4")
	m.WaitFor(`▌ 4 Wire`)
	m.Keys("z")
}

// TestWirePanelDrawsAllConnectionsOfARealServer looks at two transfers at once, over TLS: both ends, who dialled, the
// mode, the security and the octets of each, at a wide and at a narrow terminal, in passive and in active mode.
func TestWirePanelDrawsAllConnectionsOfARealServer(t *testing.T) {
	s := ftptest.Vsftpd(t, ftptest.TLS(ftptest.ExplicitTLS))
	for _, name := range []string{"one.bin", "two.bin"} {
		s.WriteFile(t, name, noise(slowFile))
	}
	s.Settle(t)
	port := portOf(t, s.Addr)
	for _, c := range []struct{ mode, badge, wide, narrow string }{
		{
			"passive", "PASV  as you chose", `:\d+ ├[━‹]+ passive EPSV · TLS 1\.3 resumed .*↓ [\d.]+K · .*[━‹]▶│ :\d+`,
			`:\d+ [━‹]+▶ :\d+ +EPSV ↓ [\d.]+K · TLS 1\.3 resumed`,
		},
		{
			"active", "ACTV  as you chose", `:\d+ │◀[━‹]+ active EPRT · TLS 1\.3 resumed .*↓ [\d.]+K · .*[━‹]┤ :\d+`,
			`:\d+ ◀[━‹]+ :\d+ +EPRT ↓ [\d.]+K · TLS 1\.3 resumed`,
		},
	} {
		t.Run(c.mode, func(t *testing.T) {
			m, _ := wiring(t, 60, 24, s, ftpes, "--mode", c.mode, "--limit-rate", crawl)
			fetchAll(m) // before the wire is seen
			m.WaitFor(c.narrow + `(.*\n)+.*` + c.narrow)
			m.WaitFor(c.badge)
			m.Resize(160, 40)
			m.WaitFor(c.wide + `(.*\n)+.*` + c.wide)
			control := `├─+ control \d · TLS 1\.3( resumed)? ─+ RETR \S+\.bin · .*─▶│ :` + port
			m.WaitFor(control + `(.*\n)+.*` + control)
			m.WaitFor(`2 control · 2 data`)
			m.WaitFor(c.badge)
		})
	}
}

// TestWirePanelOverIPv6 shows the addresses of both ends.
func TestWirePanelOverIPv6(t *testing.T) {
	s := ftptest.Vsftpd(t, ftptest.IPv6())
	s.WriteFile(t, "one.bin", noise(slowFile))
	s.Settle(t)
	m, _ := wiring(t, 160, 40, s, "ftp", "--limit-rate", crawl)
	fetchAll(m)
	m.WaitFor(`├[━‹]+ passive EPSV · plain .*↓ [\d.]+K`)
	m.WaitFor(`╰─ ::1 ─+╯ +╰─ ::1 ─+╯`)
	m.WaitFor(`we dialled \[::1\]:\d+ from :\d+ \(EPSV\)`)
}

// TestTranscriptOfARealServer tells classes of replies apart by colour, filters, copies and saves.
func TestTranscriptOfARealServer(t *testing.T) {
	s := ftptest.Vsftpd(t)
	s.WriteFile(t, "one.txt", []byte("1"))
	s.Settle(t)
	m, sh := wiring(t, 160, 40, s, "ftp")
	m.WaitFor(`one\.txt`)
	m.Keys("4", "z")
	m.WaitFor(`\d\d:\d\d:\d\d(\.\d{3})? 1 → MLSD|\d\d:\d\d:\d\d(\.\d{3})? 1 → LIST`)
	m.WaitFor(`← 226 `)
	looks := map[string]string{}
	for _, sign := range []string{"← 150 ", "← 226 ", "← 331 ", "← 5", "→ ", "ready: "} {
		coloured := m.WaitForColoured(`\x1b\[[\d;]+m` + sign)
		look := regexp.MustCompile(`(\x1b\[[\d;]+m)` + sign).FindStringSubmatch(coloured)[1]
		if other, taken := looks[look]; taken && sign != "ready: " {
			t.Errorf("%q looks like %q: %q", sign, other, look)
		}
		looks[look] = sign
	}

	m.Keys("/")
	m.Type("PASS **")
	m.WaitFor(`/ pass \*\*▏ Enter keeps`)
	m.WaitGone(`→ USER`)
	m.Keys("Enter", "Y")
	m.WaitFor(`only “pass \*\*” · Esc shows all`)
	m.WaitFor(`1 line sent to the clipboard of the terminal`)
	copied := m.Clipboard()
	if !regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} 1 → PASS \*+\n$`).MatchString(copied) {
		t.Errorf("the clipboard holds %q", copied)
	}
	m.Keys("Escape")
	m.WaitFor(`→ USER`)
	m.Keys("s")
	m.WaitFor(`\d+ lines saved to .*ferry-wire-\d{8}-\d{6}\.log`)
	found, _ := filepath.Glob(filepath.Join(sh.home, "ferry-wire-*.log"))
	if len(found) != 1 {
		t.Fatalf("saved are %q", found)
	}
	saved, err := os.ReadFile(found[0])
	for _, want := range []string{copied, "→ USER " + s.User + "\n", "← 331 ", "← 226 "} {
		if err != nil || !strings.Contains(string(saved), want) {
			t.Errorf("the file (%v) lacks %q:\n%s", err, want, saved)
		}
	}
	if strings.Contains(string(saved), s.Password) {
		t.Errorf("the password was saved:\n%s", saved)
	}
}

// TestModeAndHowItWasChosenOnARealServer cycles by key and by a click on the badge, and finds what worked remembered.
func TestModeAndHowItWasChosenOnARealServer(t *testing.T) {
	s := ftptest.Vsftpd(t)
	s.WriteFile(t, "one.txt", []byte("1"))
	s.Settle(t)
	m, sh := wiring(t, 80, 24, s, "ftp")
	head := func(words string) { m.WaitFor(`\A ferry .*` + words) }
	head(`AUTO→EPSV  PLAIN  worked at once`)
	m.Keys("t")
	head(` PASV  PLAIN  as you chose`)
	m.Keys("t")
	head(` ACTV  PLAIN  as you chose`)
	m.Resize(100, 24)
	m.WaitFor(`\d+ of \d+ lines read`)
	m.Keys("Tab")
	m.WaitFor(`▌2 `)
	m.Keys("R")
	head(` ACTV  PLAIN  as you chose +EPRT`)
	m.Resize(80, 24)
	head(` ACTV  PLAIN  as you chose *\n`)
	screen := m.WaitFor(`▌2 ACTV `)
	first, _, _ := strings.Cut(screen, "\n")
	at, _, _ := strings.Cut(first, "ACTV")
	x := len([]rune(at)) + 1
	m.Send(fmt.Sprintf("\x1b[<0;%d;1M\x1b[<0;%d;1m", x, x))
	head(` AUTO→EPRT  PLAIN  worked at once`)
	m.Keys("q")
	if code := m.WaitExit(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
	again := tuitest.NewTmux(t, 80, 24, "env", "HOME="+sh.home, "FERRY_PASSWORD="+s.Password, binary, sh.dir,
		"ftp://"+s.User+"@"+s.Addr+"/"+strings.TrimPrefix(s.Home+"/", "/"))
	again.WaitFor(`\A ferry .*AUTO→EPRT  PLAIN  remembered`)
}

// silentPort gives a port of this machine that answers nobody, as one behind a packet filter: its queue of connections
// that nobody accepts is full.
func silentPort(t *testing.T) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := name.(*syscall.SockaddrInet4).Port
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return port
}

// TestWirePanelExplainsAPrivateAddress meets a server behind a NAT that forwards its control port only: its reply to
// PASV names an address of its own network, and its passive ports are silent. In auto mode the panel tells what was
// tried, what that means, and by which way it went on.
func TestWirePanelExplainsAPrivateAddress(t *testing.T) {
	port := silentPort(t)
	srv := ftptest.NewScript(t).
		On("EPSV", ftptest.Reply("502 not here")).
		On("PASV", ftptest.Reply(fmt.Sprintf("227 Entering Passive Mode (10,0,0,5,%d,%d)", port>>8, port&0xFF))).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file;size=3; behind.txt\r\n"), ftptest.Reply("226 ")).
		On("RETR", ftptest.Reply("450 The file is busy."))
	sh := newShell(t)
	m := tuitest.NewTmux(t, 160, 40, "env", "HOME="+sh.home, "FERRY_PASSWORD=x", binary, sh.dir,
		"ftp://alice@"+srv.Addr+"/")
	m.WaitFor(`behind\.txt`)
	m.WaitFor(`\A ferry .*AUTO→EPRT  PLAIN  passive failed`)
	m.Keys("4", "z")
	m.WaitFor(fmt.Sprintf(`passive PASV ━+ nobody answers ━╳│ :%d`, port))
	m.WaitFor(`EPSV: the server refused with 502\.`)
	m.WaitFor(`The server named 10\.0\.0\.5, a private address:`)
	m.WaitFor(fmt.Sprintf(`port %d\.`, port))
	m.WaitFor(`Ferry went on in active mode \(EPRT\)`)
	m.Resize(60, 24)
	m.WaitFor(fmt.Sprintf(`PASV: we dialled 127\.0\.0\.1:%d, and nobody`, port))
	m.WaitFor(`a private address`)
	m.Resize(160, 40)
	m.Keys("t")
	m.WaitFor(`PASV  as you chose`)
	m.WaitGone(`nobody answers`) // what failed was another mode's
}

// TestWirePanelWhenNothingWorks names a key, whatever the size of the terminal.
func TestWirePanelWhenNothingWorks(t *testing.T) {
	refused := ftptest.Reply("500 Illegal command.")
	srv := ftptest.NewScript(t).On("EPSV", refused).On("PASV", refused).On("EPRT", refused).On("PORT", refused)
	sh := newShell(t)
	m := tuitest.NewTmux(t, 80, 24, "env", "HOME="+sh.home, "FERRY_PASSWORD=x", binary, sh.dir,
		"ftp://alice@"+srv.Addr+"/")
	m.WaitFor(`\A ferry .*AUTO .*PLAIN  nothing worked`)
	m.Keys("4", "z")
	for _, method := range []string{"EPSV", "PASV", "EPRT", "PORT"} {
		m.WaitFor(method + `: the server refused with 500\.`)
	}
	m.WaitFor(`The server does not offer this way, or not to you\.`)
	m.WaitFor(`In auto mode both ways are tried; active was the last\. t chooses`)
	m.Resize(60, 20)
	m.WaitFor(`PORT: the server refused with 500\.`)
}
