package vfs

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	smallestPiece = 32 << 10
	largestPiece  = 8 << 20
	firstBuffer   = 4 << 10 // it grows as it is filled: most files are small
	largestBuffer = 256 << 10
	pieceTime     = 100 * time.Millisecond // a piece takes about this long, so that progress can be watched
)

// Pacer slows a copy down.
type Pacer interface {
	// Piece gives how many octets may go at once; 0: as many as there are.
	Piece() int64
	// Spent waits until the time is over that octets which have just moved should take. It ends early with ctx.
	Spent(ctx context.Context, octets int64)
}

// Copy moves octets from r to w until r ends, and adds them to moved as they go. Where both sides have a raw
// stream the kernel copies them (splice, sendfile); else they pass through one buffer. It returns how many it
// moved and the error that ended it: nil at the end of r, the cause of ctx if that ended first.
func Copy(ctx context.Context, w Writer, r Reader, moved *atomic.Int64) (int64, error) {
	return CopyPaced(ctx, w, r, moved, nil)
}

// CopyPaced is Copy, in the pieces and with the pauses that pace asks for; nil asks for none.
func CopyPaced(ctx context.Context, w Writer, r Reader, moved *atomic.Int64, pace Pacer) (int64, error) {
	c := copier{ctx: ctx, w: w, r: r, moved: moved, pace: pace}
	if dst, src := rawPair(w, r); dst != nil {
		return c.byKernel(dst, src)
	}
	return c.byBuffer()
}

// rawPair gives the two raw streams if the kernel can copy between them: from a TCP connection to a file, or
// from a file to a TCP connection.
func rawPair(w Writer, r Reader) (io.ReaderFrom, io.Reader) {
	switch dst := w.Raw().(type) {
	case *os.File:
		if src, ok := r.Raw().(*net.TCPConn); ok {
			return dst, src
		}
	case *net.TCPConn:
		if src, ok := r.Raw().(*os.File); ok {
			return dst, src
		}
	}
	return nil, nil
}

type copier struct {
	ctx   context.Context
	w     Writer
	r     Reader
	moved *atomic.Int64
	pace  Pacer // may be nil
	total int64
}

func (c *copier) add(n int64) {
	c.total += n
	c.moved.Add(n)
	if c.pace != nil && n > 0 {
		c.pace.Spent(c.ctx, n)
	}
}

// atMost gives how much of a piece may go at once.
func (c *copier) atMost(piece int64) int64 {
	if c.pace == nil {
		return piece
	}
	if most := c.pace.Piece(); most > 0 {
		return min(piece, most)
	}
	return piece
}

// tell gives streams that count what goes over them the octets that the kernel moved past them.
func (c *copier) tell(n int64) {
	for _, stream := range []Stream{c.w, c.r} {
		if counter, ok := stream.(interface{ Moved(octets int64) }); ok {
			counter.Moved(n)
		}
	}
}

// touch restarts the stall timers, and tells whether the copy is still wanted.
func (c *copier) touch() error {
	c.r.Touch()
	c.w.Touch()
	// Asked after Touch: the end of ctx expires the connection's deadline, which Touch may just have renewed.
	return context.Cause(c.ctx)
}

func (c *copier) byKernel(dst io.ReaderFrom, src io.Reader) (int64, error) {
	piece := int64(smallestPiece)
	for {
		if err := c.touch(); err != nil {
			return c.total, err
		}
		start, want := time.Now(), c.atMost(piece)
		n, err := dst.ReadFrom(&io.LimitedReader{R: src, N: want})
		took := time.Since(start)
		c.add(n)
		c.tell(n)
		switch {
		case err != nil && n > 0 && errors.Is(err, os.ErrDeadlineExceeded) && c.ctx.Err() == nil:
			piece = smallestPiece // slow, not stalled
		case err != nil:
			return c.total, c.explain(err)
		case n < want:
			// The source ended, or the kernel could not go on: only Read can say io.EOF, and the Reader must
			// have seen it to know that it is complete.
			return c.byBuffer()
		case took < pieceTime/2:
			piece = min(piece*2, largestPiece)
		case took > pieceTime*2:
			piece = max(piece/2, smallestPiece)
		}
	}
}

func (c *copier) byBuffer() (int64, error) {
	buf := make([]byte, firstBuffer)
	for {
		if err := c.touch(); err != nil {
			return c.total, err
		}
		n, rerr := c.r.Read(buf[:c.atMost(int64(len(buf)))])
		if n > 0 {
			written, err := c.w.Write(buf[:n])
			c.add(int64(written))
			if err != nil {
				return c.total, c.cause(err)
			}
		}
		if errors.Is(rerr, io.EOF) {
			return c.total, nil
		}
		if rerr != nil {
			return c.total, c.cause(rerr)
		}
		if n == len(buf) && n < largestBuffer {
			buf = make([]byte, 4*n)
		}
	}
}

// explain asks the side of a kernel copy that failed: one of the two is a file, the other a connection.
func (c *copier) explain(err error) error {
	if gaveUp := context.Cause(c.ctx); gaveUp != nil {
		return gaveUp
	}
	_, toFile := c.w.Raw().(*os.File)
	if isNetworkError(err) == toFile {
		return c.r.Explain(err)
	}
	return c.w.Explain(err)
}

func isNetworkError(err error) bool {
	for _, is := range []error{
		os.ErrDeadlineExceeded, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, syscall.ETIMEDOUT,
		syscall.ECONNABORTED, syscall.ENOTCONN, syscall.EHOSTUNREACH, syscall.ENETUNREACH,
	} {
		if errors.Is(err, is) {
			return true
		}
	}
	return false
}

// cause prefers the reason why the copy was given up to the broken stream that this made.
func (c *copier) cause(err error) error {
	if gaveUp := context.Cause(c.ctx); gaveUp != nil {
		return gaveUp
	}
	return err
}
