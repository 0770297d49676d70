package main

import (
	"bytes"
	"encoding/base64"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

// TestProxy goes by a proxy that notes where it is asked to connect to.
func TestProxy(t *testing.T) {
	s := ftptest.Vsftpd(t)
	s.WriteFile(t, "there", nil)
	url := "ftp://" + s.User + "@" + s.Addr + "/" + strings.TrimPrefix(escapePath(s.Home), "/")
	for _, byFlag := range []bool{true, false} {
		proxy, asked := newTunnel(t, "")
		sh := forServer(t, s)
		args := []string{"ls", url}
		if byFlag {
			args = append(args, "--proxy", "http://u:pw@"+proxy)
		} else {
			sh.env = append(sh.env, "FERRY_PROXY=http://u:pw@"+proxy)
		}
		if out := sh.ok(args...); out != "there\n" {
			t.Errorf("ls shows %q", out)
		}
		if got := <-asked; got != s.Addr {
			t.Errorf("the proxy was asked for %q", got)
		}
	}
}

// TestProxyPasswordIsKept: under a key of its own, in no settings and for no server. Without one that is kept it is
// asked for, and where nobody can be asked the proxy's refusal is told.
func TestProxyPasswordIsKept(t *testing.T) {
	const password = "proxy-secret-77"
	s := ftptest.Embedded(t)
	s.WriteFile(t, "there", nil)
	proxy, _ := newTunnel(t, "Basic "+base64.StdEncoding.EncodeToString([]byte("alice:"+password)))
	sh := newShell(t, "FERRY_PASSPHRASE="+testPassphrase, "FERRY_PASSWORD="+s.Password)
	sh.ok("settings", "set", "connection.proxy", "http://alice@"+proxy)
	sh.fails(exitConnect, []string{"ls", at(s, "")}, "407", "it wants a user and a password")

	screen, wait := sh.terminal("ls", at(s, ""))
	until(t, screen, "Password for the proxy http://alice@"+proxy)
	if _, err := io.WriteString(screen, password+"\n"); err != nil {
		t.Fatal(err)
	}
	out := until(t, screen, "")
	if wait() != exitDone || !strings.Contains(out, "there") || strings.Contains(out, password) {
		t.Errorf("it shows %q", out)
	}

	keep := sh.command("settings", "proxy-password", "--password-stdin")
	keep.Stdin = strings.NewReader(password + "\n")
	if r := finish(t, keep); r.code != exitDone || r.stdout != "" {
		t.Fatalf("%+v", r)
	}
	if out := sh.ok("ls", at(s, "")); out != "there\n" {
		t.Errorf("ls shows %q", out)
	}
	sh.saveSite(siteOf(s, "work", "proxy = 'http://alice@"+proxy+"'\n"))
	sh.settle("")
	if out := sh.ok("ls", "work:"); out != "there\n" {
		t.Errorf("through the site's proxy ls shows %q", out)
	}
	for path := range tree(t, sh.home) {
		if text, err := os.ReadFile(filepath.Join(sh.home, path)); err == nil && strings.Contains(string(text), password) {
			t.Errorf("%s holds the password", path)
		}
	}
	sh.ok("settings", "proxy-password", "--forget", "http://alice@"+proxy)
	sh.fails(exitConnect, []string{"ls", "work:"}, "407")
	sh.fails(exitUsage, []string{"settings", "set", "connection.proxy", "http://alice:" + password + "@" + proxy},
		"ferry settings proxy-password")
	sh.fails(exitUsage, []string{"settings", "proxy-password"}, "which proxy?")
}

// newTunnel runs an HTTP proxy that knows CONNECT, and wants an authorisation, "" for none. It tells the first address
// it was asked for.
// elsewhere is a host that tunnels take for this machine.
const elsewhere = "ftp.example.org"

func newTunnel(t *testing.T, authorisation string) (address string, asked <-chan string) {
	t.Helper()
	l := listen(t)
	t.Cleanup(func() { _ = l.Close() })
	first := make(chan string, 1)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go tunnel(c, first, authorisation)
		}
	}()
	return l.Addr().String(), first
}

func tunnel(c net.Conn, first chan<- string, authorisation string) {
	defer c.Close()
	var head []byte
	for one := make([]byte, 1); !bytes.HasSuffix(head, []byte("\r\n\r\n")); head = append(head, one[0]) {
		if _, err := c.Read(one); err != nil {
			return
		}
	}
	if !strings.Contains(string(head), "Proxy-Authorization: "+authorisation) && authorisation != "" {
		_, _ = io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
		return
	}
	to := strings.Fields(string(head))[1]
	select {
	case first <- to:
	default:
	}
	server, err := net.Dial("tcp", strings.Replace(to, elsewhere, "127.0.0.1", 1))
	if err != nil {
		return
	}
	defer server.Close()
	_, _ = io.WriteString(c, "HTTP/1.1 200 go\r\n\r\n")
	go func() {
		_, _ = io.Copy(server, c)
		_ = server.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(c, server)
}
