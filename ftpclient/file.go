package ftpclient

import (
	"context"
	"errors"
	"io"

	"ferry/internal/vfs"
)

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
