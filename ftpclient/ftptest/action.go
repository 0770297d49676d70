package ftptest

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
)

// Action is one thing that a Script does in answer to a command. Actions are done in order; a client that is gone
// ends them. A client that does not read, or never opens a data connection, holds its own control connection up and
// no other.
type Action func(*session) error

// Reply sends lines, each with its line end, in one piece. In them {port} stands for the port of the passive
// listener, {p1} and {p2} for its two octets, and {host} for the server's address with commas.
func Reply(lines ...string) Action {
	text := strings.Join(lines, "\r\n") + "\r\n"
	return func(c *session) error { return write(c.conn, c.expand(text)) }
}

// Raw sends bytes on the control connection just as they are.
func Raw(s string) Action {
	return func(c *session) error { return write(c.conn, s) }
}

// Torn sends bytes on the control connection one at a time.
func Torn(s string) Action {
	return func(c *session) error {
		text := c.expand(s)
		for i := range len(text) {
			if err := write(c.conn, text[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	}
}

// Repeat sends the same bytes on the control connection n times.
func Repeat(s string, n int) Action {
	return func(c *session) error { return writeRepeated(c.conn, s, n) }
}

// Garbage sends n octets without meaning on the control connection, the same for the same seed.
func Garbage(n int, seed uint64) Action {
	return func(c *session) error {
		r := rand.New(rand.NewPCG(seed, 0))
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return write(c.conn, string(b))
	}
}

// Swallow does nothing; it says that this is meant.
func Swallow() Action { return func(*session) error { return nil } }

// Wait goes on when the channel is closed or gives something.
func Wait(until <-chan struct{}) Action {
	return func(c *session) error {
		select {
		case <-until:
			return nil
		case <-c.script.ended:
			return errOver
		}
	}
}

// Hang does nothing more on this control connection, which stays open.
func Hang() Action { return Wait(nil) }

// LoseAhead forgets what the client sent behind the command at hand in the same packet, as servers do that read one
// command from each.
func LoseAhead() Action {
	return func(c *session) error {
		_, err := c.r.Discard(c.r.Buffered())
		return err
	}
}

// Do calls a function of the test, in the goroutine of the control connection.
func Do(f func()) Action {
	return func(*session) error { f(); return nil }
}

// Expect reads and records commands until one with the verb comes, without answering any.
func Expect(verb string) Action {
	return func(c *session) error {
		for {
			if err := c.next(); err != nil {
				return err
			}
			if verbOf(c.line) == strings.ToUpper(verb) {
				return nil
			}
		}
	}
}

// Close ends the control connection in order.
func Close() Action { return func(*session) error { return errOver } }

// Reset ends the control connection by a reset (TCP RST).
func Reset() Action {
	return func(c *session) error {
		reset(c.conn)
		return errOver
	}
}

// Listen opens a listener for a passive data connection. The data connection itself is opened by the first action
// that needs it.
func Listen() Action { return (*session).listen }

// DialFrom makes active data connections come from this address of the server, such as 127.0.0.2.
func DialFrom(ip string) Action {
	return func(c *session) error {
		c.dialFrom = ip
		return nil
	}
}

// DataOpen accepts the passive data connection, or dials the active one.
func DataOpen() Action { return onData(func(*session) error { return nil }) }

// Data sends content on the data connection and closes it in order.
func Data(content string) Action {
	return onData(func(c *session) error {
		_ = write(c.data, content) // a client that has enough is its own affair
		c.hangUp()
		return nil
	})
}

// DataSend sends content on the data connection and leaves it open.
func DataSend(content string) Action { return DataRepeat(content, 1) }

// DataRepeat sends the same content n times on the data connection and leaves it open.
func DataRepeat(content string, n int) Action {
	return onData(func(c *session) error {
		_ = writeRepeated(c.data, content, n) // a client that has enough is its own affair
		return nil
	})
}

// DataClose closes the data connection in order.
func DataClose() Action {
	return onData(func(c *session) error {
		c.hangUp()
		return nil
	})
}

// DataReset ends the data connection by a reset (TCP RST).
func DataReset() Action {
	return onData(func(c *session) error {
		reset(c.data)
		c.hangUp()
		return nil
	})
}

// Receive takes all that the client sends on the data connection until it closes it, for Script.Received.
func Receive() Action { return ReceiveSome(-1) }

// ReceiveSome takes at most n octets from the data connection, for Script.Received, and leaves it open; -1 is all,
// to its end.
func ReceiveSome(n int64) Action {
	return onData(func(c *session) error {
		from := io.Reader(c.data)
		if n >= 0 {
			from = io.LimitReader(from, n)
		}
		got, _ := io.ReadAll(from) // what came before a reset counts as well
		if n < 0 {
			c.hangUp()
		}
		c.script.mu.Lock()
		defer c.script.mu.Unlock()
		c.script.received = append(c.script.received, got)
		return nil
	})
}

// onData opens the data connection before it acts. Without one it says so in the test's log and goes on with a 425.
func onData(do Action) Action {
	return func(c *session) error {
		err := c.connect()
		switch {
		case err == nil:
			return do(c)
		case errors.Is(err, errOver):
			return err
		}
		c.script.t.Logf("scripted server: %v", err)
		return write(c.conn, fmt.Sprintf("425 %v\r\n", err))
	}
}

func write(c net.Conn, s string) error {
	_, err := io.WriteString(c, s)
	return err
}

func writeRepeated(c net.Conn, s string, n int) error {
	for range n {
		if err := write(c, s); err != nil {
			return err
		}
	}
	return nil
}

// reset closes a connection so that the other side sees a reset.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a connection that is gone needs none
	}
	_ = c.Close()
}
