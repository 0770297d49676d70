package ftpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"ferry/internal/vfs"
)

// unreachableError says that a data connection could not be made by one method, though the server agreed to it.
type unreachableError struct {
	method Method
	words  string // a full clause for people
	err    error

	obstacle Obstacle
	dialled  netip.AddrPort // by us, where we dial
	awaited  netip.AddrPort // where the server was to dial
	told     netip.Addr     // what the reply to PASV named
}

func (e *unreachableError) Error() string { return e.words }
func (e *unreachableError) Unwrap() error { return e.err }

// NoDataConnectionError says that no allowed method made a data connection (RFC 959 §3.3). The control connection may
// still be usable.
type NoDataConnectionError struct {
	Mode  Mode
	Tried []string // a clause for each method, in the order tried
}

// Error lists what was tried.
func (e *NoDataConnectionError) Error() string {
	return "no data connection could be made: " + strings.Join(e.Tried, "; ")
}

// dataConn is an open data connection whose command the server has accepted.
type dataConn struct {
	net.Conn              // a *tls.Conn where the control connection is encrypted
	method   Method       // that made it
	octets   atomic.Int64 // moved so far
	final    *Reply       // the closing reply, where it came in place of the preliminary one
	shaken   <-chan error // the outcome of the TLS handshake, to be received before use; nil in the clear
}

// openData makes a data connection and sends on the control connection the command that uses it, preceded by
// REST where offset is not 0 (RFC 3659 §5). It tries the methods that the mode allows, one after the other. A refusal
// of the command itself is a *ReplyError and ends the trying. When all methods failed it returns
// *NoDataConnectionError.
func (c *Conn) openData(ctx context.Context, offset int64, verb, arg string) (*dataConn, error) {
	if err := checkArgument(arg); err != nil {
		return nil, err
	}
	mode := c.server.currentMode()
	none := &NoDataConnectionError{Mode: mode}
	if c.cfg.Proxy != nil && mode == ModeActive {
		none.Tried = append(none.Tried, "in active mode the server would have to dial us, which it cannot through a proxy")
	}
	for _, m := range c.server.methodsToTry(mode, c.peer().Is6()) {
		var data *dataConn
		err := c.despiteIAC(arg, func() (err error) {
			data, err = c.openDataBy(ctx, m, offset, verb, arg)
			return err
		})
		if err == nil {
			c.server.worked(m)
			return data, nil
		}
		if !isMethodFailure(err) {
			return nil, err
		}
		c.server.failed(m, err)
		none.Tried = append(none.Tried, methodWords(m, err))
		c.traceFailed(m, mode, err)
		if !c.Usable() {
			break
		}
	}
	return nil, none
}

func (c *Conn) traceData(d *dataConn) {
	c.trace(Event{
		Kind: EventDataConnected, Method: d.method,
		Local: addrPort(d.LocalAddr()), Remote: addrPort(d.RemoteAddr()), Moved: d.octets.Load,
	})
}

// traceClosed tells the end of a data connection that was told to stand.
func (c *Conn) traceClosed(d *dataConn) {
	c.trace(Event{
		Kind: EventDataClosed, Method: d.method, Octets: d.octets.Load(),
		Local: addrPort(d.LocalAddr()), Remote: addrPort(d.RemoteAddr()),
	})
}

// discardTraced discards a data connection, and tells its end if it stood.
func (c *Conn) discardTraced(d *dataConn) {
	d.discard()
	if d.Conn != nil {
		c.traceClosed(d)
	}
}

// methodRefusedError marks a *ReplyError as the answer to EPSV, PASV, EPRT or PORT, or as 425 to the command itself.
type methodRefusedError struct{ *ReplyError }

func (e methodRefusedError) Unwrap() error { return e.ReplyError }

func isMethodFailure(err error) bool {
	var refused methodRefusedError
	var unreachable *unreachableError
	var protocol *ProtocolError
	var outOfStep *outOfStepError
	if errors.As(err, &outOfStep) {
		return false
	}
	return errors.As(err, &refused) || errors.As(err, &unreachable) || errors.As(err, &protocol)
}

func methodWords(m Method, err error) string {
	var refused methodRefusedError
	if errors.As(err, &refused) {
		return fmt.Sprintf("%s was refused (%d %s)", m, refused.Code, refused.Text)
	}
	return fmt.Sprintf("%s: %s", m, err)
}

func (c *Conn) openDataBy(ctx context.Context, m Method, offset int64, verb, arg string) (*dataConn, error) {
	if m.Active() {
		return c.openActive(ctx, m, offset, verb, arg)
	}
	return c.openPassive(ctx, m, offset, verb, arg)
}

// notPending is for a REST that was refused: what an earlier one left standing would make the next transfer begin in
// the middle of its file, so that the connection is given up if there was one.
func (c *Conn) notPending(err error) error {
	if c.restPending && c.Usable() {
		return c.fail(fmt.Errorf("%w, and an earlier one stands: %w", err, net.ErrClosed))
	}
	return err
}

// openPassive dials before it sends the command: some servers listen for a moment only.
func (c *Conn) openPassive(ctx context.Context, m Method, offset int64, verb, arg string) (*dataConn, error) {
	nc, err := c.dialAnnounced(ctx, m, verb, arg)
	if err != nil {
		return nil, err
	}
	data := &dataConn{Conn: nc, method: m}
	c.traceData(data)
	if err := c.start(ctx, offset, verb, arg); err != nil {
		c.discardTraced(data)
		return nil, err
	}
	c.shakeHands(ctx, data)
	reply, err := c.nextReply(ctx, c.cfg.Timeouts.Reply)
	if err == nil {
		err = c.begun(data, verb, reply)
	}
	return c.settled(data, err)
}

// shakeHands begins the TLS handshake of a data connection, if its control connection is encrypted.
func (c *Conn) shakeHands(ctx context.Context, data *dataConn) {
	if c.tls != nil && !c.clearData {
		data.Conn, data.shaken = c.secureData(ctx, data.Conn)
	}
}

// settled gives the data connection when its handshake is done, and nothing of it where that or the command failed.
func (c *Conn) settled(data *dataConn, err error) (*dataConn, error) {
	if err == nil {
		err = c.awaitHandshake(data)
	}
	if err != nil {
		c.discardTraced(data)
		return nil, err
	}
	return data, nil
}

// discard closes the connection below TLS, which ends a handshake that still runs.
func (d *dataConn) discard() {
	if d.Conn == nil {
		return
	}
	nc := d.Conn
	if secure, ok := nc.(*tls.Conn); ok {
		nc = secure.NetConn()
	}
	_ = nc.Close()
	if d.shaken != nil {
		<-d.shaken
	}
}

func (c *Conn) awaitHandshake(data *dataConn) error {
	if data.shaken == nil {
		return nil
	}
	failed := <-data.shaken
	data.shaken = nil
	if failed != nil {
		data.discard()
		// What the server has to say about it comes as the closing reply.
		if _, said := c.finalReply(context.Background(), "TLS", c.cfg.Timeouts.Abort); said != nil {
			var stale *staleSessionError
			if errors.As(c.asStaleSession(said), &stale) {
				return stale
			}
			failed = errors.Join(failed, said)
		}
		return c.fail(asTLSError(failed)) // the session may be at fault
	}
	c.traceTLS(data.Conn.(*tls.Conn))
	return nil
}

// start sends REST where it is wanted, and the command. Nothing may come between the two.
func (c *Conn) start(ctx context.Context, offset int64, verb, arg string) error {
	if offset > 0 || c.restPending {
		if err := c.restart(ctx, offset); err != nil {
			return c.notPending(err)
		}
		c.restPending = offset > 0
	}
	return c.send(ctx, verb, arg)
}

// begun reads what the server said to the command: 1yz as a rule, or at once the closing reply.
func (c *Conn) begun(data *dataConn, verb string, reply Reply) error {
	if reply.Preliminary() {
		c.restPending = false
		return nil
	}
	data.final = &reply
	err := c.judge(verb, reply)
	var refused *ReplyError
	switch {
	case err == nil:
		c.restPending = false
	case c.tls != nil && errors.As(err, &refused) && wantsResumption(refused):
		return c.asStaleSession(err)
	case errors.As(err, &refused) && refused.Code == ReplyCannotOpenData:
		return methodRefusedError{refused}
	}
	return err
}

// asMethodRefusal marks a refusal of EPSV, PASV, EPRT or PORT; other errors pass.
func asMethodRefusal(err error) error {
	var refused *ReplyError
	if errors.As(err, &refused) && refused.Code != ReplyServiceNotAvailable {
		return methodRefusedError{refused}
	}
	return err
}

// openActive listens, tells the server where, sends the command, and waits at the same time for the server to dial and
// for its reply: either may come first.
func (c *Conn) openActive(ctx context.Context, m Method, offset int64, verb, arg string) (*dataConn, error) {
	l, err := c.listen()
	if err != nil {
		return nil, &unreachableError{
			method: m, err: err, words: "no port could be opened here (" + systemWords(err) + ")", obstacle: ObstacleHere,
		}
	}
	defer func() { _ = l.Close() }()
	if err := c.announce(ctx, m, l.announced); err != nil {
		return nil, asMethodRefusal(err)
	}
	if err := c.start(ctx, offset, verb, arg); err != nil {
		return nil, err
	}
	data, err := c.awaitServer(ctx, l, m, verb)
	if err != nil {
		return nil, err
	}
	return c.settled(data, nil)
}

type accepted struct {
	nc  net.Conn
	err error
}

// awaitServer joins the accepted connection and the preliminary reply. The goroutine it starts ends with the listener,
// which is closed before it returns.
func (c *Conn) awaitServer(ctx context.Context, l *listener, m Method, verb string) (*dataConn, error) {
	limit := c.cfg.Timeouts.data(c.server.currentMode())
	arrivals := make(chan accepted, 1)
	go func() {
		nc, err := l.accept(time.Now().Add(limit))
		arrivals <- accepted{nc, err}
	}()
	data := &dataConn{method: m}
	err := c.joinActive(ctx, data, arrivals, limit, verb)
	if err == nil {
		return data, nil
	}
	var silent *unreachableError
	if errors.As(err, &silent) {
		silent.awaited = l.announced
	}
	_ = l.Close()
	if data.Conn != nil {
		c.discardTraced(data)
		return nil, err
	}
	data.Conn = (<-arrivals).nc
	data.discard()
	return nil, err
}

func (c *Conn) joinActive(
	ctx context.Context, data *dataConn, arrivals chan accepted, limit time.Duration, verb string,
) error {
	replied := false
	timer := time.NewTimer(c.cfg.Timeouts.Reply + limit)
	defer timer.Stop()
	for !replied || data.Conn == nil {
		replies := c.replies
		if replied {
			replies = nil
		}
		select {
		case a := <-arrivals:
			if a.err != nil {
				arrivals <- accepted{} // for awaitServer
				return c.neverDialled(data.method, limit, a.err)
			}
			data.Conn = a.nc
			c.traceData(data)
			c.shakeHands(ctx, data)
		case reply, ok := <-replies:
			if !ok {
				return c.fail(c.readErr)
			}
			if err := c.begun(data, verb, reply); err != nil {
				return err
			}
			replied = true
		case <-ctx.Done():
			return c.fail(context.Cause(ctx))
		case <-timer.C:
			return c.fail(fmt.Errorf("no reply to %s: %w", verb, vfs.ErrTimeout))
		}
	}
	return nil
}

// neverDialled gives up the control connection too: the command stands, and its reply may come at any time.
func (c *Conn) neverDialled(m Method, limit time.Duration, err error) error {
	why := &unreachableError{
		method: m, err: err, words: fmt.Sprintf("the server did not dial us within %v", limit),
		obstacle: ObstacleSilence,
	}
	return c.fail(why)
}
