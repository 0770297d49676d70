package ftptest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
)

// rawConn speaks FTP by hand, so that the servers are tested without the client that they test.
type rawConn struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
}

func dialRaw(t testing.TB, addr string) *rawConn {
	t.Helper()
	c, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	return &rawConn{t: t, conn: c, r: bufio.NewReader(c)}
}

func login(t testing.TB, s *ftptest.Server) *rawConn {
	t.Helper()
	c := dialRaw(t, s.Addr)
	c.expect("220")
	c.cmd("331", "USER %s", s.User)
	c.cmd("230", "PASS %s", s.Password)
	c.cmd("200", "TYPE I")
	return c
}

// expect reads one reply and wants its code to begin so.
func (c *rawConn) expect(code string) string {
	c.t.Helper()
	var all strings.Builder
	for first := ""; ; {
		line, err := c.r.ReadString('\n')
		if err != nil {
			c.t.Fatalf("want reply %s: %v after %q", code, err, all.String())
		}
		all.WriteString(line)
		if first == "" && len(line) > 3 {
			first = line[:3]
		}
		if len(line) > 3 && line[:3] == first && line[3] == ' ' {
			break
		}
	}
	if !strings.HasPrefix(all.String(), code) {
		c.t.Fatalf("want reply %s, have %q", code, all.String())
	}
	return all.String()
}

func (c *rawConn) send(format string, a ...any) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.conn, format+"\r\n", a...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *rawConn) cmd(code, format string, a ...any) string {
	c.t.Helper()
	c.send(format, a...)
	return c.expect(code)
}

// passive opens a data connection by EPSV.
func (c *rawConn) passive() net.Conn {
	c.t.Helper()
	reply := c.cmd("229", "EPSV")
	from, to := strings.Index(reply, "|||"), strings.LastIndex(reply, "|")
	host, _, _ := net.SplitHostPort(c.conn.RemoteAddr().String())
	data, err := net.DialTimeout("tcp", net.JoinHostPort(host, reply[from+3:to]), 10*time.Second)
	if err != nil {
		c.t.Fatal(err)
	}
	return deadline(data)
}

// pasv opens a data connection by PASV.
func (c *rawConn) pasv() net.Conn {
	c.t.Helper()
	reply := c.cmd("227", "PASV")
	from, to := strings.Index(reply, "("), strings.Index(reply, ")")
	f := strings.Split(reply[from+1:to], ",")
	high, _ := strconv.Atoi(f[4])
	low, _ := strconv.Atoi(f[5])
	addr := net.JoinHostPort(strings.Join(f[:4], "."), strconv.Itoa(high<<8|low))
	data, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		c.t.Fatal(err)
	}
	return deadline(data)
}

// active listens for a data connection and announces it by verb, PORT or EPRT.
func (c *rawConn) active(verb string) net.Listener {
	c.t.Helper()
	host, _, _ := net.SplitHostPort(c.conn.LocalAddr().String())
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = l.Close() })
	_ = l.(*net.TCPListener).SetDeadline(time.Now().Add(20 * time.Second))
	port := l.Addr().(*net.TCPAddr).Port
	switch {
	case verb == "PORT":
		c.cmd("200", "PORT %s,%d,%d", strings.ReplaceAll(host, ".", ","), port>>8, port&255)
	case strings.Contains(host, ":"):
		c.cmd("200", "EPRT |2|%s|%d|", host, port)
	default:
		c.cmd("200", "EPRT |1|%s|%d|", host, port)
	}
	return l
}

func deadline(c net.Conn) net.Conn {
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	return c
}

// receive takes all that the server sends on a data connection, and its final reply.
func (c *rawConn) receive(data net.Conn) string {
	c.t.Helper()
	got, err := io.ReadAll(data)
	if err != nil {
		c.t.Fatal(err)
	}
	_ = data.Close()
	c.expect("226")
	return string(got)
}

// store sends content on a data connection and awaits the final reply.
func (c *rawConn) store(data net.Conn, content string) {
	c.t.Helper()
	if _, err := io.WriteString(data, content); err != nil {
		c.t.Fatal(err)
	}
	if err := data.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.expect("226")
}

func accept(t testing.TB, l net.Listener) net.Conn {
	t.Helper()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	return deadline(c)
}
