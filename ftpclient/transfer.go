package ftpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"ferry/internal/vfs"
)

// transfer is what a Download and an Upload have in common: a data connection in use, and the reply that is due on the
// control connection when it has ended.
type transfer struct {
	c      *Conn
	ctx    context.Context
	verb   string
	arg    string
	offset int64 // of the first octet in the file
	data   *dataConn
	unhook func() bool // ends the watch over ctx
	ended  bool        // the closing reply was read, or given up
	said   string      // text of the closing reply
}

// begin sends RETR, STOR, APPE, LIST or MLSD with an open data connection.
func (c *Conn) begin(ctx context.Context, offset int64, verb, arg string) (*transfer, error) {
	if err := c.SetType(ctx, 'I'); err != nil {
		return nil, err
	}
	data, err := c.openData(ctx, offset, verb, arg)
	if err != nil {
		return nil, err
	}
	t := &transfer{c: c, ctx: ctx, verb: verb, arg: arg, offset: offset, data: data}
	t.unhook = context.AfterFunc(ctx, func() { _ = data.SetDeadline(time.Unix(1, 0)) })
	return t, nil
}

// Moved counts octets that went over the raw connection.
func (t *transfer) Moved(n int64) { t.data.octets.Add(n) }

// octets counts what was moved so far.
func (t *transfer) octets() int64 { return t.data.octets.Load() }

// ready restarts the stall timer and tells whether the transfer is still wanted. In this order: the end of ctx expires
// the deadline that Touch sets.
func (t *transfer) ready() error {
	t.Touch()
	return context.Cause(t.ctx)
}

// Touch restarts the stall timer of the data connection.
func (t *transfer) Touch() { _ = t.data.SetDeadline(time.Now().Add(t.c.cfg.Timeouts.Stall)) }

// Raw gives the TCP connection, for copies by the kernel.
func (t *transfer) Raw() any {
	if tcp, ok := t.data.Conn.(*net.TCPConn); ok {
		return tcp
	}
	return nil
}

// hangUp breaks the data connection off. An upload that ended by a plain close would look complete to the server.
func (t *transfer) hangUp() {
	nc := t.data.Conn
	if secure, ok := nc.(*tls.Conn); ok {
		nc = belowTLS(secure)
	}
	if tcp, ok := nc.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = nc.Close()
	_ = t.closeData()
}

// closeData closes the data connection and tells how much went over it.
func (t *transfer) closeData() error {
	t.unhook()
	err := t.data.Close()
	t.c.traceClosed(t.data)
	return err
}

// finish waits for the reply that closes the transfer (RFC 959 §5.4): only a 2yz says that the server is content.
func (t *transfer) finish(ctx context.Context) error {
	t.ended = true
	if t.data.final != nil {
		return t.c.judge(t.verb, *t.data.final)
	}
	reply, err := t.c.finalReply(ctx, t.verb, t.c.cfg.Timeouts.final(t.octets()))
	t.said = reply.Text
	return t.c.asStaleSession(err)
}

// abort gives the transfer up (ABOR, RFC 959 §4.1.3) and brings the control connection back into step, or closes it.
// Servers answer with 426 and 226, with one of them, with 225, or with an error; the answer to a NOOP marks the end of
// whatever comes.
func (t *transfer) abort() {
	if t.ended {
		return
	}
	t.ended = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), t.c.cfg.Timeouts.Abort)
	defer cancel()
	final := t.data.final
	sent := final == nil && t.c.Usable() && t.c.sendAbort() == nil
	t.hangUp()
	if sent {
		t.resync(ctx)
	}
}

func (c *Conn) sendAbort() error {
	c.interrupt()
	return c.write("ABOR", "")
}

func (t *transfer) resync(ctx context.Context) {
	limit := t.c.cfg.Timeouts.Abort
	if _, err := t.c.finalReply(ctx, "ABOR", limit); err != nil && !t.c.Usable() {
		return
	}
	if t.c.write("NOOP", "") != nil {
		return
	}
	for range 4 {
		reply, err := t.c.nextReply(ctx, limit)
		if err != nil || reply.Code == ReplyCommandOkay {
			return
		}
	}
	_ = t.c.fail(&ProtocolError{Problem: "lost its place after ABOR"})
}

// explain prefers what the server says about a data connection that broke to the fact that it broke. It waits for
// the words only shortly: where they do not come, the control connection is given up.
func (t *transfer) explain(err error) error {
	if gaveUp := context.Cause(t.ctx); gaveUp != nil {
		return gaveUp
	}
	if t.ended || errors.Is(err, vfs.ErrTimeout) || isTimeout(err) {
		return err
	}
	_ = t.closeData()
	t.ended = true
	_, said := t.c.finalReply(t.ctx, t.verb, t.c.cfg.Timeouts.Abort)
	var refused *ReplyError
	if errors.As(said, &refused) {
		return t.c.asStaleSession(refused)
	}
	return err
}

// Download is a file or listing being read (RETR, LIST, MLSD). It is used by the owner of its Conn.
type Download struct {
	*transfer
	complete bool // Read has said io.EOF
	unclean  bool // the end of the data was not confirmed by close_notify (RFC 8446 §6.1)
}

// Retrieve begins to read the file at path from offset (octets) on: RETR (RFC 959 §4.1.3), with REST (RFC 3659 §5)
// where offset is not 0. The Conn takes no other command until Close. It returns a *ReplyError if the server refused,
// a *NoDataConnectionError if no data connection came to be.
func (c *Conn) Retrieve(ctx context.Context, path string, offset int64) (*Download, error) {
	return c.download(ctx, offset, "RETR", path)
}

func (c *Conn) download(ctx context.Context, offset int64, verb, arg string) (*Download, error) {
	t, err := c.begin(ctx, offset, verb, arg)
	if err != nil {
		return nil, err
	}
	return &Download{transfer: t}, nil
}

// Read reads from the data connection. Octets are the file's as the server sent them.
func (d *Download) Read(p []byte) (int, error) {
	if err := d.ready(); err != nil {
		return 0, err
	}
	n, err := d.data.Read(p)
	d.Moved(int64(n))
	secure, encrypted := d.data.Conn.(*tls.Conn)
	if encrypted && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) && cutShort(secure)) {
		d.unclean, err = true, io.EOF
	}
	if errors.Is(err, io.EOF) {
		d.complete = true
		return n, io.EOF
	}
	if err != nil {
		err = d.explain(err)
	}
	return n, err
}

// Close ends the download. After io.EOF it waits for the closing reply and returns what it said; before, it gives the
// transfer up and returns nil. The Conn takes commands again, if Usable.
func (d *Download) Close() error {
	if d.ended {
		return nil
	}
	if !d.complete {
		d.abort()
		return nil
	}
	_ = d.closeData()
	err := d.finish(d.ctx)
	switch {
	case err != nil:
		return err
	case d.unclean:
		return d.proveEnd()
	case d.offset > 0 && d.verb == "RETR":
		return d.proveOffset()
	}
	return nil
}

// proveOffset is for servers that accept REST and send all from the beginning. What they sent is not what was asked
// for, and REST is not sent to them again.
func (d *Download) proveOffset() error {
	size, err := d.c.Size(d.ctx, d.arg)
	if ignored := err == nil && size == d.octets(); !ignored {
		return nil
	}
	d.c.server.setAbsent("REST")
	return &vfs.Failure{
		Step: "go on with " + d.arg, On: d.c.cfg.address(), Kind: vfs.ErrIncomplete,
		Said: "the server agreed to go on in the middle and sent all from the beginning",
		Hint: "Begin anew; the server cannot resume.",
	}
}

// proveEnd is for data that ended without close_notify, as anybody on the way could end it: the size tells whether
// they are whole. What has no size may be cut short.
func (d *Download) proveEnd() error {
	if d.verb == "RETR" {
		size, err := d.c.Size(d.ctx, d.arg)
		switch {
		case err == nil && size == d.offset+d.octets():
			d.c.note("the server ended the data without close_notify; their size is right")
			return nil
		case err == nil:
			return fmt.Errorf("%d octets came of %d: %w", d.offset+d.octets(), size, vfs.ErrIncomplete)
		}
	}
	if d.c.cfg.AllowCut {
		d.c.note("the encrypted data ended without close_notify; they may be cut short, which a setting allows")
		return nil
	}
	return fmt.Errorf("the encrypted data ended without close_notify: %w", vfs.ErrIncomplete)
}

// Upload is a file being written (STOR, APPE). It is used by the owner of its Conn.
type Upload struct{ *transfer }

// Store begins to write the file at path: STOR (RFC 959 §4.1.3), with REST (RFC 3659 §5) where offset is not 0.
// Only Upload.Finish tells whether the server has it all. Errors as for Retrieve.
func (c *Conn) Store(ctx context.Context, path string, offset int64) (*Upload, error) {
	return c.upload(ctx, offset, "STOR", path)
}

// Append begins to write behind the end of the file at path, or a new one (APPE, RFC 959 §4.1.3). Errors as for
// Retrieve.
func (c *Conn) Append(ctx context.Context, path string) (*Upload, error) {
	return c.upload(ctx, 0, "APPE", path)
}

func (c *Conn) upload(ctx context.Context, offset int64, verb, arg string) (*Upload, error) {
	t, err := c.begin(ctx, offset, verb, arg)
	if err != nil {
		return nil, err
	}
	return &Upload{t}, nil
}

// Write writes to the data connection. Where the server broke it off, the error is the server's reason.
func (u *Upload) Write(p []byte) (int, error) {
	if err := u.ready(); err != nil {
		return 0, err
	}
	n, err := u.data.Write(p)
	u.Moved(int64(n))
	if err != nil {
		err = u.explain(err)
	}
	return n, err
}

// Finish ends the data, which tells the server that the file is whole (RFC 959 §3.4.1), and waits for the closing
// reply, at most Timeouts.Final. Only nil says that the server has it all; a *ReplyError is its word that it has not,
// and the Conn takes commands again.
func (u *Upload) Finish(ctx context.Context) error {
	if secure, ok := u.data.Conn.(*tls.Conn); ok {
		endTLS(secure, u.c.cfg.Timeouts.final(u.octets()))
	}
	if err := u.closeData(); err != nil {
		u.ended = true
		return u.c.fail(err)
	}
	return u.finish(ctx)
}

// Abort gives the upload up. What the server keeps of it is its own affair.
func (u *Upload) Abort() { u.abort() }

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}
