package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"ferry/internal/vfs"
)

// directLimit is the size in octets below which a new file is sent under its own name: two commands and no more.
// Larger files, and those that replace another, are sent under a partial name and renamed when they are whole.
const directLimit = 256 << 10

// cleanUpTime bounds the removal of what an upload that was given up left on the server.
const cleanUpTime = 10 * time.Second

// Open reads a file.
func (s *session) Open(ctx context.Context, path string, offset int64) (vfs.Reader, error) {
	var d *Download
	err := s.ask(ctx, "read "+path, func(c *Conn) error {
		var err error
		d, err = c.Retrieve(ctx, path, offset)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &reader{Download: d, s: s, path: path, step: "read " + path}, nil
}

// reader tells a Download's errors to people.
type reader struct {
	*Download
	s    *session
	path string
	step string

	unconfirmed bool
}

// Unconfirmed reports a closing reply that never came.
func (r *reader) Unconfirmed() bool { return r.unconfirmed }

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.Download.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.s.cl.failure(r.step, err)
	}
	return n, err
}

func (r *reader) Explain(err error) error { return r.s.cl.failure(r.step, r.explain(err)) }

func (r *reader) Close() error {
	err := r.Download.Close()
	if r.complete && unanswered(err) && r.s.holds(r.ctx, r.path, r.offset+r.octets()) {
		r.unconfirmed = true
		return nil
	}
	return r.s.cl.failure(r.step, err)
}

// unanswered reports that the reply which closes a transfer did not come: the control connection died meanwhile, as
// NAT routers let idle ones do, or the server forgot.
func unanswered(err error) bool {
	var refused *ReplyError
	return err != nil && !errors.As(err, &refused) && !vfs.Cancelled(err) && !errors.Is(err, vfs.ErrIncomplete)
}

// holds asks on a new connection whether the server's file has that size. It stands in for the closing reply of a
// transfer whose data were all moved, so that nobody moves gigabytes twice.
func (s *session) holds(ctx context.Context, path string, size int64) bool {
	told := vfs.SizeUnknown
	err := s.ask(ctx, "ask for the size of "+path, func(c *Conn) error {
		var err error
		if told, err = c.Size(ctx, path); err == nil && told == size {
			c.note("the reply that closes the transfer never came; the size is right")
		}
		return err
	})
	return err == nil && told == size
}

// Create writes a file.
func (s *session) Create(ctx context.Context, path string, how vfs.Create) (vfs.Writer, error) {
	w := &writer{s: s, path: path, target: path, how: how, step: "write " + path}
	renames := !s.cl.server.lacks("RNFR")
	if how.Offset > 0 || renames && (how.Overwrite || how.Size == vfs.SizeUnknown || how.Size >= directLimit) {
		w.target = vfs.PartialPath(s.cl, path)
	}
	err := s.ask(ctx, w.step, func(c *Conn) error {
		var err error
		w.Upload, err = c.storeFrom(ctx, w.target, how.Offset)
		return err
	})
	if err != nil {
		return nil, err
	}
	return w, nil
}

// storeFrom goes on with a partial by APPE if the server holds exactly what was sent before, since REST before STOR is
// ignored or filled with zeros by some; else by REST and STOR.
func (c *Conn) storeFrom(ctx context.Context, path string, offset int64) (*Upload, error) {
	if offset == 0 {
		return c.Store(ctx, path, 0)
	}
	size, err := c.Size(ctx, path)
	switch {
	case err == nil && size == offset:
		u, err := c.Append(ctx, path)
		if isUnknownCommand(err) {
			return c.Store(ctx, path, offset)
		}
		return u, err
	case err == nil && size < offset:
		return nil, c.lostPart(path, offset, size) // STOR would leave a hole
	}
	return c.Store(ctx, path, offset)
}

func (c *Conn) lostPart(path string, want, got int64) error {
	return &vfs.Failure{
		Step: "go on with " + path, On: c.cfg.address(), Kind: vfs.ErrIncomplete,
		Said: fmt.Sprintf("%d octets should be there, and %d are", want, got), Hint: "Begin anew.",
	}
}

// proveWhole compares the size of what was resumed with what was sent, since servers differ in what APPE and REST do.
func (w *writer) proveWhole(ctx context.Context) error {
	want := w.how.Offset + w.octets()
	size, err := w.c.Size(ctx, w.target)
	if err != nil || size == want {
		return nil //nolint:nilerr // who has no sizes is believed
	}
	return w.c.lostPart(w.target, want, size)
}

// Partial tells how much of an earlier upload to path the server still holds under the partial name.
func (s *session) Partial(ctx context.Context, path string) (int64, error) {
	var size int64
	err := s.ask(ctx, "look for a partial of "+path, func(c *Conn) error {
		var err error
		size, err = c.Size(ctx, vfs.PartialPath(s.cl, path))
		return err
	})
	if err != nil && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, vfs.ErrRefused) ||
		errors.Is(err, vfs.ErrNotSupported) || errors.Is(err, fs.ErrPermission)) {
		return 0, nil
	}
	return size, err
}

// writer is an upload on its way to its final name.
type writer struct {
	*Upload
	s      *session
	path   string // the final name
	target string // the name under which it is sent; the final one where it is sent directly
	how    vfs.Create
	step   string

	unconfirmed bool
}

// Unconfirmed reports a closing reply that never came.
func (w *writer) Unconfirmed() bool { return w.unconfirmed }

func (w *writer) Write(p []byte) (int, error) {
	n, err := w.Upload.Write(p)
	return n, w.s.cl.failure(w.step, err)
}

func (w *writer) Explain(err error) error { return w.s.cl.failure(w.step, w.explain(err)) }

// Commit ends the data, waits until the server confirms that it has them all, and gives the file its name.
func (w *writer) Commit(ctx context.Context) error {
	err := w.Finish(ctx)
	if unanswered(err) && w.s.holds(ctx, w.target, w.how.Offset+w.octets()) {
		err, w.unconfirmed = nil, true
	}
	if err == nil && w.how.Offset > 0 && w.c.Usable() {
		err = w.proveWhole(ctx)
	}
	switch {
	case err == nil && !w.direct():
		err = w.takeName(ctx)
	case err != nil && w.direct():
		_ = w.discard() // the failure to be told is the first one
	}
	return w.s.cl.failure(w.step, err)
}

// direct reports whether the file is sent under its final name.
func (w *writer) direct() bool { return w.target == w.path }

func (w *writer) takeName(ctx context.Context) error {
	c, err := w.s.conn(ctx)
	if err != nil {
		return err
	}
	if !w.how.Overwrite {
		if err := c.mustBeFree(ctx, w.path); err != nil {
			return err
		}
	}
	err = c.Rename(ctx, w.target, w.path)
	if err != nil && w.how.Overwrite && c.Usable() {
		// Some servers do not rename over a file. The new one is whole by now, so that the old one may go.
		if c.Delete(ctx, w.path) == nil {
			err = c.Rename(ctx, w.target, w.path)
		}
	}
	return err
}

// Abort gives the upload up. What was sent directly is removed even with keep: half a file under its final name would
// be a lie.
func (w *writer) Abort(keep bool) error {
	w.abort()
	if keep && !w.direct() {
		return nil
	}
	return w.discard()
}

// discard removes what was sent, on a new connection if need be.
func (w *writer) discard() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), cleanUpTime)
	defer cancel()
	err := w.s.change(ctx, "remove the incomplete "+w.target, func(c *Conn) error { return c.Delete(ctx, w.target) })
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
