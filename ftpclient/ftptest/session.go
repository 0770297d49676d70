package ftptest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// session is one control connection of a Script. Its goroutine alone touches the fields below mu.
type session struct {
	script *Script
	number int
	conn   net.Conn
	r      *bufio.Reader

	mu     sync.Mutex
	open   map[io.Closer]struct{} // to be closed when the test ends
	closed bool

	line             string // the command at hand
	passive          net.Listener
	active           string // where PORT or EPRT asks to be dialled
	dialFrom         string // the address to dial from, "" for any
	data             net.Conn
	private          bool        // data connections are encrypted
	stranger         *tls.Config // by which data connections shake hands; nil: the script's
	noExtendedSecret bool        // of data connections, see WithoutMasterSecret
}

func newSession(s *Script, c net.Conn, number int) *session {
	return &session{
		script: s, number: number, conn: c, r: bufio.NewReader(c),
		open: map[io.Closer]struct{}{c: {}},
	}
}

// errOver ends a session in order.
var errOver = errors.New("the session is over")

// serve greets and answers until the connection or the test ends.
func (c *session) serve() {
	defer c.drop()
	err := c.run(c.script.actionsFor(connecting))
	for err == nil {
		if err = c.next(); err == nil {
			verb := verbOf(c.line)
			c.noteAddress(verb)
			err = c.run(c.script.actionsFor(c.line, verb, ""))
		}
	}
}

// next reads and records a command line.
func (c *session) next() error {
	line, err := c.r.ReadString('\n')
	if err != nil {
		return err
	}
	c.line = strings.TrimRight(line, "\r\n")
	c.script.note(c.number, c.line)
	return nil
}

func (c *session) run(actions []Action) error {
	for _, do := range actions {
		if err := do(c); err != nil {
			return err
		}
	}
	return nil
}

// drop closes all that is open; a session whose goroutine waits on any of it ends.
func (c *session) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for one := range c.open {
		_ = one.Close() // it may be closed already
	}
	c.open = nil
}

// keep has drop close what was opened.
func (c *session) keep(one io.Closer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		_ = one.Close() // too late to be of use
		return errOver
	}
	c.open[one] = struct{}{}
	return nil
}

// release closes one thing.
func (c *session) release(one io.Closer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, one)
	_ = one.Close() // the other side may be gone
}

// noteAddress reads where the client wants to be dialled.
func (c *session) noteAddress(verb string) {
	_, argument, _ := strings.Cut(c.line, " ")
	switch verb {
	case "PORT":
		c.listenNoMore()
		c.active = parsePort(argument)
	case "EPRT":
		c.listenNoMore()
		c.active = parseEprt(argument)
	}
}

// parsePort reads h1,h2,h3,h4,p1,p2 (RFC 959 §5.3.2); "" where it is something else.
func parsePort(s string) string {
	f := strings.Split(s, ",")
	if len(f) != 6 {
		return ""
	}
	high, errHigh := strconv.ParseUint(f[4], 10, 8)
	low, errLow := strconv.ParseUint(f[5], 10, 8)
	if errHigh != nil || errLow != nil {
		return ""
	}
	return net.JoinHostPort(strings.Join(f[:4], "."), strconv.FormatUint(high<<8|low, 10))
}

// parseEprt reads |protocol|address|port| (RFC 2428 §2); "" where it is something else.
func parseEprt(s string) string {
	if s == "" {
		return ""
	}
	f := strings.Split(s, s[:1])
	if len(f) != 5 {
		return ""
	}
	return net.JoinHostPort(f[2], f[3])
}

// listen opens the listener for a passive data connection, in place of an earlier one.
func (c *session) listen() error {
	c.listenNoMore()
	host, _, _ := net.SplitHostPort(c.conn.LocalAddr().String())
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	c.passive, c.active = l, ""
	return c.keep(l)
}

// listenNoMore closes the listener for a passive data connection.
func (c *session) listenNoMore() {
	if c.passive != nil {
		c.release(c.passive)
		c.passive = nil
	}
}

// expand puts the passive listener's address into the text of a reply.
func (c *session) expand(text string) string {
	if c.passive == nil || !strings.Contains(text, "{") {
		return text
	}
	host, port, _ := net.SplitHostPort(c.passive.Addr().String())
	n, _ := strconv.Atoi(port)
	return strings.NewReplacer(
		"{host}", strings.ReplaceAll(host, ".", ","), "{port}", port,
		"{p1}", strconv.Itoa(n>>8), "{p2}", strconv.Itoa(n&255),
	).Replace(text)
}

// dataPatience bounds the wait for a data connection that never comes.
const dataPatience = 20 * time.Second

// connect opens the data connection as agreed, unless it is open.
func (c *session) connect() error {
	if c.data != nil {
		return nil
	}
	data, err := c.dialOrAccept()
	if err != nil {
		if c.script.over() {
			return errOver
		}
		return fmt.Errorf("no data connection for %q: %w", c.line, err)
	}
	if err := c.keep(data); err != nil {
		return err
	}
	c.data, err = c.privately(data)
	return err
}

func (c *session) dialOrAccept() (net.Conn, error) {
	switch {
	case c.passive != nil:
		l := c.passive
		defer c.listenNoMore()
		_ = l.(*net.TCPListener).SetDeadline(time.Now().Add(dataPatience))
		return l.Accept()
	case c.active != "":
		d := net.Dialer{Timeout: dataPatience}
		if c.dialFrom != "" {
			d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(c.dialFrom)}
		}
		to := c.active
		c.active = ""
		return d.Dial("tcp", to)
	}
	return nil, errors.New("none was agreed on")
}

// hangUp closes the data connection.
func (c *session) hangUp() {
	if c.data != nil {
		c.release(c.data)
		c.data = nil
	}
}
