package wire

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"ferry/ftpclient"
	"ferry/internal/termtext"
)

// board is what the events say of the connections as they are now.
type board struct{ clients []*client }

// client is one account on one server. Its texts are safe to draw.
type client struct {
	id     int
	server string
	conns  []*control // by id
	here   spelled
	there  spelled
	trouble
}

// spelled is an address in words, which are made only when it is another one: they are drawn with every frame.
type spelled struct {
	addr  netip.Addr
	words string
}

func (s *spelled) of(addr netip.Addr) string {
	if s.addr != addr {
		s.addr, s.words = addr, addr.String()
	}
	return s.words
}

// control is a control connection.
type control struct {
	id     int
	local  netip.AddrPort
	remote netip.AddrPort
	tls    string // "TLS 1.3"; "" in the clear
	again  bool   // its TLS session was resumed
	state  state
	since  time.Time // of state
	text   string    // the command that is open, or why the connection has ended
	verb   string    // of the latest command
	data   *data     // nil while there is none
}

// state is what a control connection is about.
type state uint8

const (
	dialling state = iota
	greeting       // it stands, and the login goes on
	open           // a command waits for its reply
	reaching       // the data port that the server has named is dialled
	idle
	closed
)

// data is a data connection.
type data struct {
	method ftpclient.Method
	local  netip.AddrPort
	remote netip.AddrPort
	tls    string
	again  bool
	moved  func() int64

	octets int64 // when it was sampled last
	speed  float64
	phase  int // moves on while octets flow
	taken  time.Time
}

// transfers are the commands that data connections are for, and whether the octets come to us.
func inward(verb string) bool { return verb != "STOR" && verb != "APPE" && verb != "STOU" }

// mostClients and mostEnded bound what is shown of what is over.
const (
	mostClients = 12
	mostEnded   = 2
)

// take follows an event.
func (b *board) take(e Event) {
	cl := b.client(e)
	if e.Conn == 0 {
		return // about the server as a whole
	}
	switch e.Kind {
	case ftpclient.EventDialing:
		cl.dropEnded(0)
	case ftpclient.EventDataFailed:
		cl.fail(e.Event, cl.conn(e.Conn))
	}
	cl.conn(e.Conn).take(e.Event)
	if e.Kind == ftpclient.EventDataConnected {
		cl.recover(e.Method)
	}
	cl.dropEnded(mostEnded)
}

// client gives the client of an event, and makes it if it is new.
func (b *board) client(e Event) *client {
	for _, cl := range b.clients {
		if cl.id == e.Client {
			return cl
		}
	}
	cl := &client{id: e.Client, server: display(e.Server)}
	b.clients = append(b.clients, cl)
	if len(b.clients) > mostClients {
		if i := slices.IndexFunc(b.clients, (*client).over); i >= 0 {
			b.clients = slices.Delete(b.clients, i, i+1)
		}
	}
	return cl
}

// display gives the account without its scheme.
func display(server string) string {
	if _, rest, ok := strings.Cut(server, "://"); ok {
		server = rest
	}
	return termtext.Display(strings.TrimSuffix(server, "/"))
}

// over reports whether no connection of a client stands.
func (cl *client) over() bool {
	return !slices.ContainsFunc(cl.conns, func(c *control) bool { return c.state != closed })
}

func (cl *client) conn(id int) *control {
	i, known := slices.BinarySearchFunc(cl.conns, id, func(c *control, id int) int { return cmp.Compare(c.id, id) })
	if !known {
		cl.conns = slices.Insert(cl.conns, i, &control{id: id})
	}
	return cl.conns[i]
}

// dropEnded forgets connections that have ended, but for the latest ones.
func (cl *client) dropEnded(keep int) {
	ended := 0
	for _, c := range cl.conns {
		if c.state == closed {
			ended++
		}
	}
	cl.conns = slices.DeleteFunc(cl.conns, func(c *control) bool {
		drop := c.state == closed && ended > keep
		if drop {
			ended--
		}
		return drop
	})
}

func (c *control) enter(s state, at time.Time, text string) { c.state, c.since, c.text = s, at, text }

// take follows an event of the connection.
func (c *control) take(e ftpclient.Event) {
	switch e.Kind {
	case ftpclient.EventDialing:
		c.enter(dialling, e.At, termtext.Display(e.Text))
	case ftpclient.EventControlConnected:
		c.local, c.remote = e.Local, e.Remote
		c.enter(greeting, e.At, "")
	case ftpclient.EventControlClosed:
		c.data = nil
		c.enter(closed, e.At, termtext.Display(e.Text))
	case ftpclient.EventCommand:
		c.verb, _, _ = strings.Cut(e.Text, " ")
		c.enter(open, e.At, termtext.Display(e.Text))
	case ftpclient.EventReply:
		if c.state != closed && e.Code >= 200 {
			c.enter(c.after(e.Code), e.At, "")
		}
	case ftpclient.EventDataFailed:
		if c.state == reaching {
			c.enter(idle, e.At, "")
		}
	case ftpclient.EventDataConnected:
		c.data = &data{method: e.Method, local: e.Local, remote: e.Remote, moved: e.Moved, taken: e.At}
	case ftpclient.EventDataClosed:
		c.data = nil
	case ftpclient.EventTLS:
		c.encrypted(e)
	}
}

// after gives what a connection is about once a reply has ended its command.
func (c *control) after(code int) state {
	const passive, extended = 227, 229 // RFC 959 §4.2.2, RFC 2428 §3
	if c.verb == "PASV" && code == passive || c.verb == "EPSV" && code == extended {
		return reaching
	}
	return idle
}

// encrypted notes the TLS of the control or the data connection.
func (c *control) encrypted(e ftpclient.Event) {
	version, _, again := strings.Cut(e.Text, ",")
	version = termtext.Display(version)
	if c.data != nil && c.data.local == e.Local && c.data.remote == e.Remote {
		c.data.tls, c.data.again = version, again
		return
	}
	c.tls, c.again = version, again
}

// lively reports whether the drawing changes with time alone.
func (b *board) lively() bool {
	for _, cl := range b.clients {
		for _, c := range cl.conns {
			if c.data != nil || c.state == open || c.state == reaching || c.state == dialling {
				return true
			}
		}
	}
	return false
}

// sample reads the counters of all data connections.
func (b *board) sample(now time.Time) {
	for _, cl := range b.clients {
		for _, c := range cl.conns {
			if c.data != nil && c.data.moved != nil {
				c.data.sample(now)
			}
		}
	}
}

// smooth is what a new sample counts in the speed.
const smooth = 0.4

func (d *data) sample(now time.Time) {
	took := now.Sub(d.taken).Seconds()
	if took <= 0 {
		return
	}
	octets := d.moved()
	lately := float64(octets-d.octets) / took
	if d.octets == 0 {
		d.speed = lately
	} else {
		d.speed += smooth * (lately - d.speed)
	}
	if octets > d.octets {
		d.phase++
	}
	d.octets, d.taken = octets, now
}
