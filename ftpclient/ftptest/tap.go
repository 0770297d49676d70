package ftptest

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Tapped stands before a server's control connections and records the commands. Data connections do not pass it:
// the server's address for them is the same loopback address.
type Tapped struct {
	Addr string // host:port to dial in place of the server's
	record

	server   string
	listener net.Listener
	running  sync.WaitGroup // the accepting goroutine and two per control connection

	mu    sync.Mutex
	open  []net.Conn
	count int
	ended bool
}

// Tap records the commands that clients send to the server at addr through the address in the result. It ends with
// the test.
func Tap(t testing.TB, addr string) *Tapped {
	t.Helper()
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	tap := &Tapped{Addr: l.Addr().String(), server: addr, listener: l}
	tap.running.Go(tap.accept)
	t.Cleanup(tap.end)
	return tap
}

func (p *Tapped) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server)
		if err != nil {
			_ = client.Close() // the client sees what it would see of the server
			continue
		}
		if number := p.enter(client, server); number > 0 {
			p.running.Go(func() { pass(server, client, func(line string) { p.note(number, line) }) })
			p.running.Go(func() { pass(client, server, nil) })
		}
	}
}

// enter counts a control connection; 0 when the test has ended.
func (p *Tapped) enter(conns ...net.Conn) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		closeAll(conns)
		return 0
	}
	p.open = append(p.open, conns...)
	p.count++
	return p.count
}

func closeAll(conns []net.Conn) {
	for _, c := range conns {
		_ = c.Close() // it may be closed already
	}
}

// Connections tells how many control connections there have been.
func (p *Tapped) Connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}

// pass copies one direction line by line and closes both ends after it: half a control connection is none.
func pass(to, from net.Conn, tell func(line string)) {
	defer closeAll([]net.Conn{to, from})
	r := bufio.NewReader(from)
	for {
		line, err := r.ReadString('\n')
		if tell != nil && err == nil {
			tell(strings.TrimRight(line, "\r\n"))
		}
		if _, errTo := io.WriteString(to, line); err != nil || errTo != nil {
			return
		}
	}
}

func (p *Tapped) end() {
	_ = p.listener.Close() // the accepting goroutine ends by this
	p.mu.Lock()
	p.ended = true
	closeAll(p.open)
	p.mu.Unlock()
	p.running.Wait()
}
