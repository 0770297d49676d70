package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ferry/internal/vfs"
)

// Conn is a control connection (RFC 959 §2.3), logged in, with at most one data connection. It has one owner at a time
// and is not safe for concurrent use; Close alone may be called from anywhere. Each Conn has one goroutine that reads
// replies as they come; Close ends it and waits for it.
//
// Methods take a context. Where it ends while a reply is due, the reply would later be taken for the answer to another
// command, so that the Conn is closed. After a *ReplyError other than 421, and after ErrNotSupported, it is as usable
// as before; after other errors it is closed, except that a name which no command can carry is refused with nothing
// sent.
// Usable tells.
type Conn struct {
	cfg    Config
	server *server // what is known of the server, shared with its other connections
	id     int
	nc     net.Conn

	replies    chan Reply    // by readReplies, closed when it ends
	readErr    error         // why readReplies ended; valid once replies is closed
	readerDone chan struct{} // closed when readReplies has ended
	loggingIn  atomic.Bool   // replies may repeat what was sent by PASS and ACCT
	gone       atomic.Bool   // it was closed, which is known before it is told of
	pauseAt    atomic.Int32  // reply code behind which readReplies ends, for what follows are no replies; 0: none
	surplus    int           // octets that had arrived behind that reply; valid once readerDone is closed
	tls        *tlsState     // nil in the clear

	broken    error // why the connection cannot be used any more; only the owner writes it
	closeOnce sync.Once

	clearData   bool         // data connections are not encrypted though this one is
	singleIAC   bool         // the byte 0xFF is not doubled, for a try
	typ         byte         // representation type in force: 'A', 'I', or 0 where unknown (RFC 959 §3.1.1)
	hashKind    vfs.HashKind // that HASH tells on this connection; "" where it was not chosen
	restPending bool         // a REST stands for which no transfer came: the next one would begin there (RFC 3659 §5)

	lastUsed time.Time // when the last reply came
}

// Dial connects to cfg's server, logs in, and returns the control connection ready for commands. Its errors are those
// of the steps: *net.OpError, *ReplyError, *ProtocolError, ErrTimeout; see Client for errors made for people.
func Dial(ctx context.Context, cfg Config) (*Conn, error) {
	return newServer(cfg.withDefaults()).dial(ctx)
}

// dial makes one more control connection to the server, and logs in.
func (s *server) dial(ctx context.Context) (*Conn, error) {
	if err := s.cfg.checkCredentials(); err != nil {
		return nil, err
	}
	c, nc, err := s.dialTCP(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.open(ctx, nc); err != nil {
		c.close(err)
		if s.tryLegacyLogin(ctx, err) {
			return s.dial(ctx)
		}
		return s.dialByAnotherPassword(ctx, err)
	}
	return c, nil
}

// dialTCP connects; nothing has been read or sent yet.
func (s *server) dialTCP(ctx context.Context) (*Conn, net.Conn, error) {
	c := &Conn{cfg: s.cfg, server: s, id: int(s.connections.Add(1))}
	c.trace(Event{Kind: EventDialing, Text: s.cfg.address()})
	dialCtx, cancel := context.WithTimeout(ctx, s.cfg.Timeouts.Connect)
	defer cancel()
	nc, err := s.reach(dialCtx)
	if err != nil {
		if gaveUp := context.Cause(ctx); gaveUp != nil {
			err = gaveUp
		}
		c.trace(Event{Kind: EventControlClosed, Text: connectProblem(err)})
		return nil, nil, err
	}
	c.trace(Event{Kind: EventControlConnected, Local: addrPort(nc.LocalAddr()), Remote: addrPort(nc.RemoteAddr())})
	if tcp, ok := nc.(*net.TCPConn); ok {
		_ = tcp.SetKeepAliveConfig(tcpKeepAlive())
	}
	s.enter(addrPort(nc.LocalAddr()).Addr())
	s.stands(addrPort(nc.RemoteAddr()))
	c.nc = nc
	return c, nc, nil
}

// open makes of a connected socket a control connection that is logged in.
func (c *Conn) open(ctx context.Context, nc net.Conn) error {
	if err := c.listenTo(ctx, nc); err != nil {
		return err
	}
	return c.login(ctx)
}

// listenTo reads replies from a connected socket, under TLS where that is implicit.
func (c *Conn) listenTo(ctx context.Context, nc net.Conn) error {
	if c.cfg.Security == SecurityImplicit {
		return c.startTLS(ctx)
	}
	c.read(nc)
	return nil
}

// read begins to read replies from nc.
func (c *Conn) read(nc net.Conn) {
	c.nc = nc
	c.replies = make(chan Reply, 16)
	c.readerDone = make(chan struct{})
	go c.readReplies()
}

// readReplies reads until the connection ends or the server breaks the protocol. It reads also while nobody waits, so
// that a 421 sent to an idle connection is known before the next command.
func (c *Conn) readReplies() {
	defer close(c.readerDone)
	defer close(c.replies)
	r := newReplyReader(c.nc, c.note)
	for {
		reply, err := r.read()
		if err != nil {
			c.readErr = err
			return
		}
		if c.loggingIn.Load() {
			reply.Text = c.server.withoutSecrets(reply.Text)
		}
		c.trace(Event{Kind: EventReply, Code: reply.Code, Text: reply.Text})
		c.replies <- reply
		if reply.Code == int(c.pauseAt.Load()) {
			c.surplus = r.br.Buffered()
			return
		}
	}
}

// Usable reports whether the connection can take another command, as far as is known without asking the server.
func (c *Conn) Usable() bool {
	if c.broken != nil {
		return false
	}
	select {
	case <-c.readerDone:
		return false
	default:
		return true
	}
}

// Close ends the connection at once and waits for its goroutine. Quit is the polite way.
func (c *Conn) Close() error {
	c.close(net.ErrClosed)
	return nil
}

// Quit says goodbye (QUIT, RFC 959 §4.1.1), waits shortly for the answer, and closes the connection.
func (c *Conn) Quit(ctx context.Context) error {
	defer c.close(net.ErrClosed)
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, err := c.command(ctx, "QUIT", "")
	return err
}

func (c *Conn) close(why error) {
	c.closeOnce.Do(func() {
		c.gone.Store(true)
		_ = c.nc.Close()
		c.server.fell()
		c.trace(Event{
			Kind: EventControlClosed, Text: closingWords(why),
			Local: addrPort(c.nc.LocalAddr()), Remote: addrPort(c.nc.RemoteAddr()),
		})
	})
	if c.replies == nil {
		return // not begun
	}
	// The reader may be handing over a reply that nobody will take.
	for range c.replies {
	}
	<-c.readerDone
}

// fail closes the connection for a reason that makes it useless, and returns that reason.
func (c *Conn) fail(why error) error {
	if c.broken == nil {
		c.broken = why
	}
	c.close(why)
	return why
}

// command sends a command and waits for its final reply. A reply that is not positive is a *ReplyError.
func (c *Conn) command(ctx context.Context, verb, arg string) (Reply, error) {
	return c.commandWithin(ctx, verb, arg, c.cfg.Timeouts.Reply)
}

func (c *Conn) commandWithin(ctx context.Context, verb, arg string, limit time.Duration) (reply Reply, err error) {
	err = c.despiteIAC(arg, func() error {
		if err := c.send(ctx, verb, arg); err != nil {
			return err
		}
		reply, err = c.finalReply(ctx, verb, limit)
		return err
	})
	return reply, err
}

// send writes one command line. Nothing else in this package writes to a control connection.
func (c *Conn) send(ctx context.Context, verb, arg string) error {
	if err := checkArgument(arg); err != nil {
		return err
	}
	if c.broken != nil {
		return c.broken
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if err := c.takeUnasked(); err != nil {
		return err
	}
	return c.write(verb, arg)
}

// write sends a line whatever replies are still due.
func (c *Conn) write(verb, arg string) error {
	line := verb
	if arg != "" {
		line += " " + c.escapeIAC(arg)
	}
	c.trace(Event{Kind: EventCommand, Text: masked(verb, arg)})
	_ = c.nc.SetWriteDeadline(time.Now().Add(c.cfg.Timeouts.Reply))
	if _, err := io.WriteString(c.nc, line+"\r\n"); err != nil {
		return c.fail(c.lastWords(err))
	}
	return nil
}

// takeUnasked looks at replies that came though no command was open: the server's goodbye, or one reply too many.
func (c *Conn) takeUnasked() error {
	for {
		select {
		case reply, ok := <-c.replies:
			switch {
			case !ok:
				return c.fail(c.readErr)
			case reply.Code == ReplyServiceNotAvailable:
				return c.fail(&ReplyError{Verb: "idle", Code: reply.Code, Text: reply.Text})
			}
			c.note(fmt.Sprintf("the server sent a reply that no command asked for: %d %s", reply.Code, reply.Text))
		default:
			return nil
		}
	}
}

// lastWords prefers what the server said before it closed the connection to the failure to write to it.
func (c *Conn) lastWords(err error) error {
	_ = c.nc.SetReadDeadline(time.Now().Add(time.Second))
	for reply := range c.replies {
		if reply.Code == ReplyServiceNotAvailable {
			return &ReplyError{Verb: "idle", Code: reply.Code, Text: reply.Text}
		}
	}
	return err
}

// finalReply waits for the reply that ends a command and turns a refusal into a *ReplyError.
func (c *Conn) finalReply(ctx context.Context, verb string, limit time.Duration) (Reply, error) {
	for {
		reply, err := c.nextReply(ctx, limit)
		if err != nil {
			return Reply{}, err
		}
		if !reply.Preliminary() {
			return reply, c.judge(verb, reply)
		}
	}
}

// judge turns a negative reply into an error; a 421 ends the connection.
func (c *Conn) judge(verb string, reply Reply) error {
	switch {
	case reply.Code == ReplyPassive && verb != "PASV", reply.Code == ReplyExtendedPassive && verb != "EPSV":
		return c.outOfStep(verb, reply)
	case reply.Code < 400:
		return nil
	}
	err := &ReplyError{Verb: verb, Code: reply.Code, Text: reply.Text}
	if reply.Code == ReplyServiceNotAvailable {
		return c.fail(err)
	}
	return err
}

// outOfStepError says that a reply came that cannot be the answer to the last command: it, or one before it, was sent
// once too often, and every later one would be taken for the answer to the wrong command. The connection is closed.
type outOfStepError struct{ *ProtocolError }

func (e *outOfStepError) Unwrap() error { return e.ProtocolError }

func (c *Conn) outOfStep(verb string, reply Reply) error {
	line := clip(fmt.Sprintf("%d %s", reply.Code, reply.Text))
	return c.fail(&outOfStepError{&ProtocolError{"answered " + verb + " with what is no answer to it", line}})
}

// nextReply waits for one reply, whatever it says. When it fails, the place in the conversation is lost and the
// connection closed.
func (c *Conn) nextReply(ctx context.Context, limit time.Duration) (Reply, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case reply, ok := <-c.replies:
		if !ok {
			return Reply{}, c.fail(c.readErr)
		}
		c.lastUsed = time.Now()
		return reply, nil
	case <-ctx.Done():
		return Reply{}, c.fail(context.Cause(ctx))
	case <-timer.C:
		return Reply{}, c.fail(fmt.Errorf("no reply within %v: %w", limit, os.ErrDeadlineExceeded))
	}
}

func (c *Conn) trace(e Event) {
	if c.cfg.Trace != nil {
		e.At, e.Conn = time.Now(), c.id
		c.cfg.Trace(e)
	}
}

func (c *Conn) note(text string) { c.trace(Event{Kind: EventNote, Text: text}) }

// masked is a command line as it may be shown: the arguments of PASS and ACCT, and passwords in SITE PSWD, are hidden.
func masked(verb, arg string) string {
	switch {
	case arg == "":
		return verb
	case verb == "PASS" || verb == "ACCT":
		return verb + " ********"
	case verb == "SITE" && len(arg) >= 4 && strings.EqualFold(arg[:4], "PSWD"):
		return "SITE PSWD ********"
	}
	return verb + " " + arg
}

// closingWords says for the log why a connection ended.
func closingWords(why error) string {
	var reply *ReplyError
	switch {
	case errors.Is(why, net.ErrClosed):
		return "closed by us"
	case errors.Is(why, context.Canceled):
		return "closed by us: cancelled while a reply was due"
	case errors.Is(why, io.EOF):
		return "closed by the server"
	case errors.As(why, &reply):
		return fmt.Sprintf("closed: %d %s", reply.Code, reply.Text)
	}
	return "closed: " + systemWords(why)
}

// addrPort reads the address of a TCP connection's end; it is zero for others (a pipe, a proxy).
func addrPort(a net.Addr) netip.AddrPort {
	if tcp, ok := a.(*net.TCPAddr); ok {
		ap := tcp.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}
