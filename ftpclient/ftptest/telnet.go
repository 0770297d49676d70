package ftptest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Telnet is a control connection that a test drives by hand: it lets servers be tested without the client that they
// test. Every method ends the test when the network or the server does otherwise than it says.
type Telnet struct {
	Conn   net.Conn
	Reader *bufio.Reader // of Conn

	t testing.TB
}

// telnetPatience bounds whatever a Telnet waits for.
const telnetPatience = 30 * time.Second

// Dial opens a control connection, which ends with the test at the latest.
func Dial(t testing.TB, addr string) *Telnet {
	t.Helper()
	c, err := net.DialTimeout("tcp", addr, telnetPatience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(telnetPatience))
	return &Telnet{Conn: c, Reader: bufio.NewReader(c), t: t}
}

// Login opens a control connection and logs in, ready for image type.
func (s *Server) Login(t testing.TB) *Telnet {
	t.Helper()
	return DialAs(t, s.Addr, s.User, s.Password)
}

// DialAs opens a control connection and logs in, ready for image type.
func DialAs(t testing.TB, addr, user, password string) *Telnet {
	t.Helper()
	c := Dial(t, addr)
	c.Expect("220")
	c.Cmd("331", "USER %s", user)
	c.Cmd("230", "PASS %s", password)
	c.Cmd("200", "TYPE I")
	return c
}

// Expect reads one reply, which must begin with code, and gives it whole.
func (c *Telnet) Expect(code string) string {
	c.t.Helper()
	var all strings.Builder
	for first := ""; ; {
		line, err := c.Reader.ReadString('\n')
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

// Send sends a command line.
func (c *Telnet) Send(format string, a ...any) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.Conn, format+"\r\n", a...); err != nil {
		c.t.Fatal(err)
	}
}

// Cmd sends a command line and reads its reply, which must begin with code.
func (c *Telnet) Cmd(code, format string, a ...any) string {
	c.t.Helper()
	c.Send(format, a...)
	return c.Expect(code)
}

// EPSV opens a data connection by EPSV.
func (c *Telnet) EPSV() net.Conn {
	c.t.Helper()
	reply := c.Cmd("229", "EPSV")
	from, to := strings.Index(reply, "|||"), strings.LastIndex(reply, "|")
	host, _, _ := net.SplitHostPort(c.Conn.RemoteAddr().String())
	data, err := net.DialTimeout("tcp", net.JoinHostPort(host, reply[from+3:to]), telnetPatience)
	if err != nil {
		c.t.Fatal(err)
	}
	return deadline(data)
}

// PASV opens a data connection by PASV.
func (c *Telnet) PASV() net.Conn {
	c.t.Helper()
	reply := c.Cmd("227", "PASV")
	from, to := strings.Index(reply, "("), strings.Index(reply, ")")
	f := strings.Split(reply[from+1:to], ",")
	high, _ := strconv.Atoi(f[4])
	low, _ := strconv.Atoi(f[5])
	addr := net.JoinHostPort(strings.Join(f[:4], "."), strconv.Itoa(high<<8|low))
	data, err := net.DialTimeout("tcp", addr, telnetPatience)
	if err != nil {
		c.t.Fatal(err)
	}
	return deadline(data)
}

// Listen listens for a data connection and announces it by verb, PORT or EPRT.
func (c *Telnet) Listen(verb string) net.Listener {
	c.t.Helper()
	host, _, _ := net.SplitHostPort(c.Conn.LocalAddr().String())
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = l.Close() })
	_ = l.(*net.TCPListener).SetDeadline(time.Now().Add(telnetPatience))
	port := l.Addr().(*net.TCPAddr).Port
	switch {
	case verb == "PORT":
		c.Cmd("200", "PORT %s,%d,%d", strings.ReplaceAll(host, ".", ","), port>>8, port&255)
	case strings.Contains(host, ":"):
		c.Cmd("200", "EPRT |2|%s|%d|", host, port)
	default:
		c.Cmd("200", "EPRT |1|%s|%d|", host, port)
	}
	return l
}

func deadline(c net.Conn) net.Conn {
	_ = c.SetDeadline(time.Now().Add(telnetPatience))
	return c
}

// Receive takes all that the server sends on a data connection, and its final reply.
func (c *Telnet) Receive(data net.Conn) string {
	c.t.Helper()
	got, err := io.ReadAll(data)
	if err != nil {
		c.t.Fatal(err)
	}
	_ = data.Close()
	c.Expect("226")
	return string(got)
}

// Store sends content on a data connection and awaits the final reply.
func (c *Telnet) Store(data net.Conn, content string) {
	c.t.Helper()
	if _, err := io.WriteString(data, content); err != nil {
		c.t.Fatal(err)
	}
	if err := data.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.Expect("226")
}

// Accept takes the one data connection that the server opens to what Listen gave.
func (c *Telnet) Accept(l net.Listener) net.Conn {
	c.t.Helper()
	data, err := l.Accept()
	if err != nil {
		c.t.Fatal(err)
	}
	_ = l.Close() // it has served
	return deadline(data)
}
