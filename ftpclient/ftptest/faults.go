package ftptest

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// BadLine stands between clients and a server as a network that cuts, resets, stalls and slows control and data
// connections by chance. Data connections pass it in either mode, as it puts its own ports into commands and replies.
// Not for TLS, nor for IPv6.
type BadLine struct {
	Addr string // host:port to dial in place of the server's

	server   string
	listener net.Listener
	running  sync.WaitGroup // the accepting goroutine, and those of each connection

	mu     sync.Mutex
	chance *rand.Rand
	odds   [2]int // one of so many control and data connections meets a fault; 0: none
	open   map[io.Closer]bool
	did    map[fault]int
}

// fault is what becomes of a connection.
type fault int

const (
	noFault fault = iota
	faultCut
	faultReset
	faultStall
	faultSlow
	faults // how many
)

// NewBadLine begins to listen. One of so many control and data connections meets a fault.
func NewBadLine(t testing.TB, server string, seed uint64, control, data int) *BadLine {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &BadLine{
		Addr: l.Addr().String(), server: server, listener: l, odds: [2]int{control, data},
		chance: rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // chance that can be repeated
		open:   map[io.Closer]bool{l: true}, did: map[fault]int{},
	}
	b.running.Go(b.accept)
	t.Cleanup(b.end)
	return b
}

// Faults tells how many connections met one.
func (b *BadLine) Faults() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, times := range b.did {
		n += times
	}
	return n
}

func (b *BadLine) end() {
	b.mu.Lock()
	for c := range b.open {
		_ = c.Close() // it may be closed already
	}
	b.open = nil
	b.mu.Unlock()
	b.running.Wait()
}

// keep lets something be closed when the test ends; if it has ended, at once.
func (b *BadLine) keep(all ...io.Closer) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range all {
		if b.open == nil {
			_ = c.Close() // nobody needs it any more
		} else {
			b.open[c] = true
		}
	}
	return b.open != nil
}

func (b *BadLine) drop(all ...io.Closer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range all {
		_ = c.Close() // it may be closed already
		delete(b.open, c)
	}
}

func (b *BadLine) accept() {
	for {
		client, err := b.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", b.server)
		if err != nil {
			_ = client.Close() // the client sees what it would see of the server
			continue
		}
		b.join(client, server, func(p *passage) {
			p.rewrite = [2]func(string) string{b.command, b.reply}
		}, 0, 40)
	}
}

// join passes on between two ends. The fault comes after up to most lines or octets.
func (b *BadLine) join(client, server net.Conn, how func(*passage), kind int, most int64) {
	if !b.keep(client, server) {
		return
	}
	p := &passage{b: b, ends: [2]net.Conn{client, server}}
	p.fault, p.left = b.fate(kind, most)
	how(p)
	for from := range 2 {
		b.running.Go(func() { p.pass(from) })
	}
}

// fate decides what becomes of a connection, and after how much. Early is as likely as late.
func (b *BadLine) fate(kind int, most int64) (fault, int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if odds := b.odds[kind]; odds == 0 || b.chance.IntN(odds) > 0 {
		return noFault, 0
	}
	for limit := b.chance.Int64N(most); limit > 0 && b.chance.IntN(2) == 0; limit /= 4 {
		most = limit
	}
	return 1 + fault(b.chance.IntN(int(faults)-1)), 1 + b.chance.Int64N(most)
}

// longestListing is how many octets of a data connection end by a reset at least: that a listing was cut in good order
// between two of its lines, nobody could tell.
const longestListing = 16 << 10

// passage is a connection of a client with a server through the bad line.
type passage struct {
	b       *BadLine
	ends    [2]net.Conn            // client, server
	rewrite [2]func(string) string // of lines from that end; nil for data
	fault   fault
	met     sync.Once

	mu   sync.Mutex
	left int64 // lines or octets before the fault
	came int64 // lines or octets until now
}

func (p *passage) pass(from int) {
	defer p.b.drop(p.ends[0], p.ends[1])
	to, in := p.ends[1-from], bufio.NewReaderSize(p.ends[from], 16<<10)
	buf := make([]byte, 16<<10)
	for {
		var chunk []byte
		var err error
		weight := int64(1)
		if change := p.rewrite[from]; change != nil {
			var line string
			line, err = in.ReadString('\n')
			chunk = []byte(change(line))
		} else {
			var n int
			n, err = in.Read(buf)
			chunk, weight = buf[:n], int64(n)
		}
		if !p.trouble(from, weight) {
			return
		}
		if _, werr := to.Write(chunk); werr != nil || err != nil {
			return
		}
	}
}

// trouble is the fault, when its time has come. It reports whether the connection goes on.
func (p *passage) trouble(from int, weight int64) bool {
	p.mu.Lock()
	p.left, p.came = p.left-weight, p.came+weight
	due, early := p.left < 0, p.came < longestListing
	p.mu.Unlock()
	if p.fault == noFault || !due {
		return true
	}
	p.met.Do(func() { p.b.count(p.fault) })
	switch p.fault {
	case faultSlow:
		time.Sleep(3 * time.Millisecond) // a slow line is what is tested
		return true
	case faultStall, faultCut, faultReset:
		if p.fault == faultStall {
			_, _ = io.Copy(io.Discard, p.ends[from]) // until somebody gives up, or the sender has said all
		}
		if p.fault != faultReset && !early {
			break
		}
		for _, end := range p.ends {
			_ = end.(*net.TCPConn).SetLinger(0) // closing it resets it
		}
	}
	return false
}

func (b *BadLine) count(f fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.did[f]++
}

var (
	passive         = regexp.MustCompile(`^227 .*\((\d+,\d+,\d+,\d+),(\d+),(\d+)\)`)
	extendedPassive = regexp.MustCompile(`^229 .*\(\|\|\|(\d+)\|\)`)
	activePort      = regexp.MustCompile(`(?i)^PORT \d+,\d+,\d+,\d+,(\d+),(\d+)`)
	extendedActive  = regexp.MustCompile(`(?i)^EPRT \|1\|[\d.]+\|(\d+)\|`)
)

// reply puts a port of ours into what tells one of the server's.
func (b *BadLine) reply(line string) string {
	if m := passive.FindStringSubmatch(line); m != nil {
		port := b.door(portOf(m[2], m[3]), 0)
		return fmt.Sprintf("227 Entering Passive Mode (127,0,0,1,%d,%d).\r\n", port>>8, port&255)
	}
	if m := extendedPassive.FindStringSubmatch(line); m != nil {
		return fmt.Sprintf("229 Entering Extended Passive Mode (|||%d|)\r\n", b.door(portOf("0", m[1]), 0))
	}
	return line
}

// command puts a port of ours into what tells one of the client's.
func (b *BadLine) command(line string) string {
	if m := activePort.FindStringSubmatch(line); m != nil {
		port := b.door(portOf(m[1], m[2]), 1)
		return fmt.Sprintf("PORT 127,0,0,1,%d,%d\r\n", port>>8, port&255)
	}
	if m := extendedActive.FindStringSubmatch(line); m != nil {
		return fmt.Sprintf("EPRT |1|127.0.0.1|%d|\r\n", b.door(portOf("0", m[1]), 1))
	}
	return line
}

// portOf reads two digits of base 256; the second may be a whole port.
func portOf(high, low string) int {
	h, _ := strconv.Atoi(high) // digits, as the patterns say
	l, _ := strconv.Atoi(low)
	return h<<8 + l
}

// door listens for one data connection, which comes from the end of that number, and leads it to the port at the other
// end. A door that nobody comes to is closed after a while.
func (b *BadLine) door(port, other int) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil || !b.keep(l) {
		return 9 // discard: nobody listens there
	}
	_ = l.(*net.TCPListener).SetDeadline(time.Now().Add(patience))
	b.running.Go(func() {
		defer b.drop(l)
		came, err := l.Accept()
		if err != nil {
			return
		}
		led, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			_ = came.Close() // who came sees that there is nobody
			return
		}
		ends := [2]net.Conn{came, led}
		b.join(ends[other], ends[1-other], func(*passage) {}, 1, 1<<20)
	})
	_, own, _ := strings.Cut(l.Addr().String(), ":")
	return portOf("0", own)
}
