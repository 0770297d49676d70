package main

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"

	"github.com/creack/pty"
)

// address is the login folder with something as user and password.
func address(s *ftptest.Server, userinfo string) string {
	return "ftp://" + userinfo + "@" + s.Addr + "/"
}

func TestExitCodes(t *testing.T) {
	s := ftptest.Embedded(t)
	closed := "ftp://" + ftptest.ClosedAddr(t) + "/"
	sh := forServer(t, s)
	sh.write("a.txt", []byte("a"))
	for _, tt := range []struct {
		name  string
		code  int
		args  []string
		words []string
	}{
		{"closed port", exitConnect, []string{"ls", closed}, []string{"cannot connect to", "connection refused"}},
		{"closed port", exitConnect, []string{"get", closed + "a"}, []string{"cannot connect to"}},
		{"closed port", exitConnect, []string{"put", "a.txt", closed}, []string{"cannot connect to"}},
		{"closed port", exitConnect, []string{"cat", closed + "a", closed + "b"}, []string{"cannot connect to"}},
		{"closed port", exitConnect, []string{"rm", "-r", closed + "a"}, []string{"cannot connect to"}},
		{"closed port", exitConnect, []string{"mkdir", "-p", closed + "a/b/c"}, []string{"cannot connect to"}},
		{"closed port", exitConnect, []string{"mv", closed + "a", closed + "b"}, []string{"cannot connect to"}},
		{
			"unknown host", exitConnect,
			// Names under .onion are never looked up in the DNS (RFC 7686), so nothing leaves this machine.
			[]string{"ls", "--timeout", "5s", "ftp://no-such-host.onion/"},
			[]string{"no-such-host.onion"},
		},
		{"wrong password", exitLogin, []string{"ls", address(s, s.User+":wrong")}, []string{"cannot log in as ferry", "530"}},
		{"wrong password", exitLogin, []string{"get", address(s, s.User+":wrong") + "a"}, []string{"cannot log in as ferry"}},
		{"wrong password", exitLogin, []string{"put", "a.txt", address(s, s.User+":wrong")}, []string{"cannot log in"}},
		{"unknown user", exitLogin, []string{"ls", "ftp://" + s.Addr + "/"}, []string{"cannot log in as anonymous"}},
		{"no TLS", exitTLS, []string{"ls", "ftps://" + s.Addr + "/"}, []string{"the server does not speak TLS"}},
		{"no TLS", exitTLS, []string{"get", "ftpes://" + s.Addr + "/a"}, []string{"refuses TLS", "not even the user name"}},
		{"no TLS", exitTLS, []string{"put", "--tls", "explicit", "a.txt", at(s, "")}, []string{"refuses TLS"}},
		{"no address", exitUsage, []string{"ls", "nowhere"}, []string{"no address", "Try 'ferry ls --help'"}},
		{"a site", exitUsage, []string{"ls", "nas:pub"}, []string{"no saved site"}},
		{"unknown flag", exitUsage, []string{"ls", "--nonsense", at(s, "")}, []string{"unknown flag: --nonsense"}},
		{"unknown TLS", exitUsage, []string{"ls", "--tls", "x", at(s, "")}, []string{"none of auto, explicit"}},
		{"unknown mode", exitUsage, []string{"ls", "--mode", "x", at(s, "")}, []string{"none of auto, passive, active"}},
		{"no ports", exitUsage, []string{"ls", "--active-ports", "9-1", at(s, "")}, []string{"no range of ports"}},
		{"no IP", exitUsage, []string{"ls", "--active-host", "me", at(s, "")}, []string{"no IP address"}},
		{"no time", exitUsage, []string{"ls", "--timeout", "0", at(s, "")}, []string{"no duration"}},
		{"no number", exitUsage, []string{"ls", "--retries=-1", at(s, "")}, []string{"no number of tries"}},
		{"no command", exitUsage, []string{"nonsense"}, []string{"nonsense", "no command"}},
		{"no terminal", exitUsage, []string{at(s, "")}, []string{"no terminal", "ferry get"}},
		{"no terminal", exitUsage, []string{"demo"}, []string{"no terminal"}},
		{"demo at nowhere", exitUsage, []string{"demo", "--headless", "--listen", "x"}, []string{"no HOST:PORT"}},
		{
			"demo at a port in use", exitConnect,
			[]string{"demo", "--headless", "--listen", s.Addr},
			[]string{"address already in use"},
		},
	} {
		t.Run(tt.name+" "+tt.args[0], func(t *testing.T) {
			sh.t = t
			sh.fails(tt.code, tt.args, tt.words...)
		})
	}
}

// TestPasswordSources gives the right password by each way, and a wrong one by all ways that come after it.
func TestPasswordSources(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "there", nil)
	host, _, _ := strings.Cut(s.Addr, ":")
	rc := func(password string) string {
		return "machine other login ferry password nope\nmachine " + host + " login ferry password " + password + "\n"
	}
	for _, tt := range []struct {
		name              string
		userinfo          string
		stdin, env, netrc string
		args              []string
	}{
		{
			name: "URL", userinfo: "ferry:" + s.Password, stdin: "x\n", env: "x", netrc: rc("x"),
			args: []string{"--password-stdin"},
		},
		{name: "standard input", stdin: s.Password + "\nmore", env: "x", netrc: rc("x"), args: []string{"--password-stdin"}},
		{name: "standard input without a line end", stdin: s.Password, args: []string{"--password-stdin"}},
		{name: "environment", env: s.Password, netrc: rc("x")},
		{name: "netrc", netrc: rc(s.Password)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sh := newShell(t, "FERRY_PASSWORD="+tt.env)
			writeNetrc(t, sh, tt.netrc, 0o600)
			if tt.userinfo == "" {
				tt.userinfo = s.User
			}
			cmd := sh.command(append([]string{"ls", address(s, tt.userinfo)}, tt.args...)...)
			cmd.Stdin = strings.NewReader(tt.stdin)
			if r := finish(t, cmd); r.code != exitDone || r.stdout != "there\n" || r.stderr != "" {
				t.Errorf("it ended with %d:\n%s%s", r.code, r.stdout, r.stderr)
			}
		})
	}
}

func writeNetrc(t *testing.T, sh *shell, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(sh.home, ".netrc"), []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func TestNetrcTraps(t *testing.T) {
	s := ftptest.Embedded(t)
	host, _, _ := strings.Cut(s.Addr, ":")
	login := " login ferry password " + s.Password
	for _, tt := range []struct {
		name, text string
		mode       os.FileMode
		code       int
		says       string
	}{
		{"open to others", "machine " + host + login, 0o644, exitDone, "chmod 600"},
		{"default", "default" + login, 0o600, exitLogin, "no password is known"},
		{"macro", "macdef init\nmachine " + host + login + "\n\n", 0o600, exitLogin, "no password is known"},
		{"control code", "machine " + host + login + "\x07", 0o600, exitLogin, "control code"},
		{"another user", "machine " + host + " login bob password x", 0o600, exitLogin, "no password is known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sh := newShell(t)
			writeNetrc(t, sh, tt.text, tt.mode)
			r := sh.run("ls", at(s, ""))
			if r.code != tt.code || !strings.Contains(r.stderr, tt.says) || strings.Contains(r.stderr, s.Password) {
				t.Errorf("it ended with %d:\n%s", r.code, r.stderr)
			}
		})
	}
}

// TestPasswordStaysHidden looks for the password in all that is told, with the protocol shown.
func TestPasswordStaysHidden(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "there", nil)
	secret := s.Password
	wrong := "other-secret"
	for _, args := range [][]string{
		{"ls", "-v", address(s, "ferry:"+secret)},
		{"ls", "-v", at(s, "")},
		{"get", "-v", "--json", address(s, "ferry:"+secret) + "there"},
		{"get", "-v", "--json", address(s, "ferry:"+secret) + "nope"},
		{"put", "-v", "--json", "nope", address(s, "ferry:"+secret)},
		{"ls", "-v", address(s, "ferry:"+wrong)},
		{"ls", "-v", "ftp://ferry:" + wrong + "/"},
		{"ls", "-v", "ftp:/ferry:" + wrong + "@h/"},
		{"ls", "-v", "ftps://ferry:" + wrong + "@h/"},
		{"ls", "-v", "ftp://ferry:" + wrong + "@" + ftptest.ClosedAddr(t) + "/"},
		{"mv", "-v", address(s, "ferry:"+secret) + "there", "ftp://bob:" + wrong + "@" + s.Addr + "/"},
		{"rm", "-v", address(s, "ferry:"+secret)},
		{"ls", "-v", "--proxy", "socks5://u:" + wrong + "@" + ftptest.ClosedAddr(t), at(s, "")},
		{"ls", "-v", "--proxy", "http://u:" + wrong + "@" + ftptest.ClosedAddr(t), at(s, "")},
		{"ls", "-v", "--proxy", "ftp://u:" + wrong + "@h:1", at(s, "")},
		{"ls", "-v", "--proxy", "http://u:" + wrong + "@h", at(s, "")},
		{"ls", "-v", "--proxy", "u:" + wrong + "@h:1", at(s, "")},
		{"ls", "-v", "--proxy", "http:/u:" + wrong + "@h:1", at(s, "")},
		{"ls", "-v", "--proxy", "http://u:" + wrong + "%zz@h:1", at(s, "")},
		{"ls", "-v", "--proxy", "http://u:" + wrong + "\x7f@h:1", at(s, "")},
		{"ferry:" + wrong + "@h"},
	} {
		r := forServer(t, s).run(args...)
		for _, hidden := range []string{secret, wrong} {
			if strings.Contains(r.stdout+r.stderr, hidden) {
				t.Errorf("%q tells the password %q:\n%s%s", args, hidden, r.stdout, r.stderr)
			}
		}
	}
}

func TestTranscript(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "there", nil)
	r := forServer(t, s).run("ls", "-v", "--mode", "passive", at(s, ""))
	for _, part := range []string{
		"→ USER ferry\n", "→ PASS ********\n", "← 230 ", "→ EPSV\n", "→ MLSD",
		"data connection by EPSV 127.0.0.1:", "→ QUIT\n",
	} {
		if !strings.Contains(r.stderr, part) {
			t.Errorf("-v does not show %q:\n%s", part, r.stderr)
		}
	}
	if r.stdout != "there\n" {
		t.Errorf("-v changes the result to %q", r.stdout)
	}
}

// TestOnePasswordTwoServers must not send a password that is bound to no server to two of them.
func TestOnePasswordTwoServers(t *testing.T) {
	var told []string
	s := ftptest.Embedded(t)
	other := ftptest.Embedded(t, ftptest.OnCommand(func(_ int, line string) { told = append(told, line) }))
	forServer(t, s).fails(exitUsage, []string{"ls", at(s, ""), at(other, "")}, "two accounts")
	if len(told) > 0 {
		t.Errorf("the other server was told %q", told)
	}
}

func TestEnvironment(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "there", nil)
	for _, tt := range []struct {
		name  string
		env   string
		args  []string
		code  int
		shows string
	}{
		{"variable", "FERRY_MODE=active", nil, exitDone, "→ EPRT"},
		{"flag wins", "FERRY_MODE=active", []string{"--mode", "passive"}, exitDone, "→ EPSV"},
		{"wrong variable", "FERRY_MODE=sideways", nil, exitUsage, "FERRY_MODE=sideways"},
		{"TLS", "FERRY_TLS=explicit", nil, exitTLS, "refuses TLS"},
		{"wrong TLS", "FERRY_TLS=x", nil, exitUsage, "FERRY_TLS=x"},
		{"wrong number", "FERRY_RETRIES=x", nil, exitUsage, "FERRY_RETRIES=x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sh := newShell(t, "FERRY_PASSWORD="+s.Password, tt.env)
			r := sh.run(append([]string{"ls", "-v", at(s, "")}, tt.args...)...)
			if r.code != tt.code || !strings.Contains(r.stderr, tt.shows) {
				t.Errorf("it ended with %d:\n%s", r.code, r.stderr)
			}
		})
	}
}

func TestActivePorts(t *testing.T) {
	s := ftptest.Embedded(t)
	l := listen(t)
	port := portOf(t, l.Addr().String())
	_ = l.Close() // it is for ferry now
	args := []string{"--mode", "active", "--active-ports", port, "--active-host", "127.0.0.1"}
	r := forServer(t, s).run(append([]string{"ls", "-v", at(s, "")}, args...)...)
	if r.code != exitDone || !strings.Contains(r.stderr, "→ EPRT |1|127.0.0.1|"+port+"|") {
		t.Errorf("it ended with %d:\n%s", r.code, r.stderr)
	}
}

// TestTurnedAway meets a server that has connections enough.
func TestTurnedAway(t *testing.T) {
	s := ftptest.Embedded(t, ftptest.MaxPerHost(1))
	c, err := net.Dial("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Read(make([]byte, 4)); err != nil { // it is greeted, so it counts
		t.Fatal(err)
	}
	forServer(t, s).fails(exitConnect, []string{"ls", at(s, "")}, "421")
}

func TestIPv6(t *testing.T) {
	s := ftptest.Embedded(t, ftptest.IPv6())
	s.WriteFile(t, "dir/there", []byte("content"))
	sh := forServer(t, s)
	for _, mode := range []string{"passive", "active"} {
		if out := sh.ok("cat", "--mode", mode, at(s, "dir/there")); out != "content" {
			t.Errorf("in %s mode the file holds %q", mode, out)
		}
	}
}

// TestTimeout meets a server that accepts and says nothing.
func TestTimeout(t *testing.T) {
	silent := listen(t)
	defer silent.Close()
	url := "ftp://" + silent.Addr().String() + "/"
	quickly(t, 10*time.Second, func() {
		newShell(t).fails(exitConnect, []string{"ls", "--timeout", "200ms", url}, "no answer came in time")
	})
}

// terminal runs ferry with a terminal as all its streams.
func (sh *shell) terminal(args ...string) (*os.File, func() int) {
	sh.t.Helper()
	cmd, screen := sh.terminalCommand(args...)
	return screen, func() int {
		_ = cmd.Wait() // its code tells
		return cmd.ProcessState.ExitCode()
	}
}

func (sh *shell) terminalCommand(args ...string) (*exec.Cmd, *os.File) {
	sh.t.Helper()
	cmd := sh.command(args...)
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	screen, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 36, Cols: 120})
	if err != nil {
		ftptest.Missing(sh.t, "no terminal to test with: "+err.Error())
	}
	sh.t.Cleanup(func() { _ = screen.Close() })
	return cmd, screen
}

// until reads from a terminal until a text has come, or the other side has closed where the text is "".
func until(t *testing.T, screen *os.File, text string) string {
	t.Helper()
	_ = screen.SetReadDeadline(time.Now().Add(patience))
	var all strings.Builder
	buf := make([]byte, 4096)
	for text == "" || !strings.Contains(all.String(), text) {
		n, err := screen.Read(buf)
		all.Write(buf[:n])
		if err != nil {
			if text == "" && !os.IsTimeout(err) {
				break
			}
			t.Fatalf("%q did not come (%v):\n%q", text, err, all.String())
		}
	}
	return all.String()
}

func TestPrompt(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "there", nil)
	screen, wait := newShell(t).terminal("ls", at(s, ""))
	until(t, screen, "Password for ftp://ferry@"+s.Addr+"/")
	if _, err := io.WriteString(screen, s.Password+"\n"); err != nil {
		t.Fatal(err)
	}
	out := until(t, screen, "")
	if code := wait(); code != exitDone || !strings.Contains(out, "there") || strings.Contains(out, s.Password) {
		t.Errorf("it ended with %d:\n%q", code, out)
	}
}

// TestPromptInterrupted leaves a terminal that shows again what is typed.
func TestPromptInterrupted(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := newShell(t)
	cmd := sh.command("ls", at(s, ""))
	screen, slave, err := pty.Open()
	if err != nil {
		ftptest.Missing(t, "no terminal to test with: "+err.Error())
	}
	defer screen.Close()
	defer slave.Close() // kept open, so that it outlives ferry
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = ownTerminal()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, screen, "Password for")
	if _, err := io.WriteString(screen, "\x03"); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // its code tells
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("it ended with %d", code)
	}
	if _, err := io.WriteString(screen, "shown again"); err != nil {
		t.Fatal(err)
	}
	until(t, screen, "shown again")
}
