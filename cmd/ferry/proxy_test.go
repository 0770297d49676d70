package main

import (
	"bytes"
	"io"
	"net"
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
		proxy, asked := newTunnel(t)
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

// newTunnel runs an HTTP proxy that knows CONNECT. It tells the first address it was asked for.
func newTunnel(t *testing.T) (address string, asked <-chan string) {
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
			go tunnel(c, first)
		}
	}()
	return l.Addr().String(), first
}

func tunnel(c net.Conn, first chan<- string) {
	defer c.Close()
	var head []byte
	for one := make([]byte, 1); !bytes.HasSuffix(head, []byte("\r\n\r\n")); head = append(head, one[0]) {
		if _, err := c.Read(one); err != nil {
			return
		}
	}
	to := strings.Fields(string(head))[1]
	select {
	case first <- to:
	default:
	}
	server, err := net.Dial("tcp", to)
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
