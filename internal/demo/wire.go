package demo

import (
	"bytes"
	"io"
	"net"
	"sync"
	"time"
)

// openConns keeps account of all listeners and connections of a server, so that it can close them.
type openConns struct {
	mu     sync.Mutex
	closed bool
	open   map[io.Closer]struct{}
}

// add takes c into account, or closes it when the server is closing already.
func (o *openConns) add(c io.Closer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		_ = c.Close() // nobody wants it any more
		return
	}
	if o.open == nil {
		o.open = make(map[io.Closer]struct{})
	}
	o.open[c] = struct{}{}
}

func (o *openConns) remove(c io.Closer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.open, c)
}

func (o *openConns) closeAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	for c := range o.open {
		_ = c.Close() // only to wake whoever waits on it
	}
	o.open = nil
}

// tally counts sessions and open files, so that the end of the last can be awaited.
type tally struct {
	mu       sync.Mutex
	sessions int
	files    int
	quiet    *sync.Cond // told when both are 0
}

func newTally() *tally {
	t := &tally{}
	t.quiet = sync.NewCond(&t.mu)
	return t
}

// enter counts a session in, unless there are limit of them; 0 means no limit.
func (t *tally) enter(limit int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if limit > 0 && t.sessions >= limit {
		return false
	}
	t.sessions++
	return true
}

func (t *tally) leave() { t.add(-1, 0) }

func (t *tally) opened() { t.add(0, 1) }

func (t *tally) closed() { t.add(0, -1) }

func (t *tally) add(sessions, files int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sessions += sessions
	t.files += files
	if t.sessions == 0 && t.files == 0 {
		t.quiet.Broadcast()
	}
}

func (t *tally) wait() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.sessions > 0 || t.files > 0 {
		t.quiet.Wait()
	}
}

// controlListener hands the control connections to the library and refuses those above the cap.
type controlListener struct {
	net.Listener
	driver *driver
	count  int
}

func (l *controlListener) Accept() (net.Conn, error) {
	for {
		bare, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if !l.driver.tally.enter(l.driver.options.MaxConns) {
			refuse(bare)
			continue
		}
		l.count++
		c := &controlConn{Conn: bare, driver: l.driver, number: l.count}
		l.driver.conns.add(c.Conn)
		return c, nil
	}
}

// refuse tells a client above the cap to come back later.
func refuse(c net.Conn) {
	_ = c.SetDeadline(time.Now().Add(time.Second))
	_, _ = io.WriteString(c, "421 Too many connections, try again later.\r\n")
	_ = c.Close() // the client has its answer, or is gone
}

// controlConn shows the command lines that pass to Options.OnCommand.
type controlConn struct {
	net.Conn
	driver *driver
	number int
	line   []byte // the part of a command line that has arrived
	sealed bool   // TLS has begun
}

// maxCommandLine is where the library gives up, too.
const maxCommandLine = 4096

func (c *controlConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if tell := c.driver.options.OnCommand; tell != nil && n > 0 && !c.sealed {
		c.watch(p[:n], tell)
	}
	return n, err
}

// watch cuts what was read into lines.
func (c *controlConn) watch(p []byte, tell func(int, string)) {
	if len(c.line)+len(p) > 2*maxCommandLine {
		c.line = nil
	}
	c.line = append(c.line, p...)
	for {
		line, rest, whole := bytes.Cut(c.line, []byte("\n"))
		if !whole {
			return
		}
		tell(c.number, string(bytes.TrimSuffix(line, []byte("\r"))))
		c.line = rest
		if c.driver.options.TLS != nil && len(line) > 4 && bytes.EqualFold(line[:5], []byte("AUTH ")) {
			c.sealed = true
			return
		}
	}
}

func (c *controlConn) Close() error {
	c.driver.conns.remove(c.Conn)
	return c.Conn.Close()
}

// dataListener is a listener for a passive data connection that the server can close, with what it accepted.
type dataListener struct {
	net.Listener
	conns *openConns
}

func (l *dataListener) Accept() (net.Conn, error) {
	bare, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.conns.add(bare)
	return &dataConn{Conn: bare, conns: l.conns}, nil
}

func (l *dataListener) Close() error {
	l.conns.remove(l.Listener)
	return l.Listener.Close()
}

type dataConn struct {
	net.Conn
	conns *openConns
}

func (c *dataConn) Close() error {
	c.conns.remove(c.Conn)
	return c.Conn.Close()
}
