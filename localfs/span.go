package localfs

import (
	"context"
	"errors"
	"io"
	"os"

	"ferry/internal/vfs"
)

var _ vfs.Spans = (*session)(nil)

// OpenSpan implements vfs.Spans. No link is followed.
func (s *session) OpenSpan(ctx context.Context, path string, size, offset int64) (vfs.Writer, error) {
	step := "write " + path
	if err := gaveUp(ctx, step); err != nil {
		return nil, err
	}
	f, err := openPartial(path, step)
	if err != nil {
		return nil, failure(step, err)
	}
	err = f.Truncate(size)
	if err == nil {
		_, err = f.Seek(offset, io.SeekStart)
	}
	if err != nil {
		_ = f.Close() // the failure to be told is the first one
		return nil, failure(step, err)
	}
	return &spanWriter{ctx: ctx, f: f, path: path, step: step, early: earlyWriter{f: f, end: offset, begun: offset}}, nil
}

// spanWriter writes at one place of a file that has others, too.
type spanWriter struct {
	ctx   context.Context
	f     *os.File
	path  string
	step  string
	early earlyWriter
}

func (w *spanWriter) Write(p []byte) (int, error) {
	if err := gaveUp(w.ctx, w.step); err != nil {
		return 0, err
	}
	n, err := w.f.Write(p)
	w.early.moved(int64(n))
	return n, failure(w.step, err)
}

// Moved is told what the kernel wrote past Write.
func (w *spanWriter) Moved(octets int64) { w.early.moved(octets) }

// Touch does nothing: a disk has no stall timer.
func (*spanWriter) Touch() {}

func (w *spanWriter) Raw() any { return w.f }

func (w *spanWriter) Explain(err error) error { return failure(w.step, err) }

// Finish implements vfs.Writer; the size is the whole file's.
func (w *spanWriter) Finish(context.Context) (vfs.Written, error) {
	info, err := w.f.Stat()
	if err != nil {
		return vfs.Written{Path: w.path, Size: vfs.SizeUnknown}, failure(w.step, err)
	}
	return vfs.Written{Path: w.path, Size: info.Size()}, nil
}

func (w *spanWriter) Commit(context.Context) error {
	if err := w.f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return failure(w.step, err)
	}
	return nil
}

func (w *spanWriter) Abort(bool) error { return w.Commit(w.ctx) }
