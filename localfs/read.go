package localfs

import (
	"context"
	"errors"
	"io"
	"os"

	"ferry/internal/vfs"
)

// Open implements vfs.Session. It reads regular files only and does not wait for the other end of a pipe.
func (*session) Open(ctx context.Context, path string, offset int64) (vfs.Reader, error) {
	step := "read " + path
	if err := gaveUp(ctx, step); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|nonBlock, 0)
	if err != nil {
		return nil, failure(step, err)
	}
	if err := startAt(f, offset); err != nil {
		_ = f.Close() // nothing was read
		return nil, failure(step, err)
	}
	return &reader{ctx: ctx, f: f, step: step}, nil
}

func startAt(f *os.File, offset int64) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	switch {
	case info.IsDir():
		return refuse("read "+f.Name(), "it is a folder", vfs.ErrRefused)
	case !info.Mode().IsRegular():
		return refuse("read "+f.Name(), "it is not a regular file", vfs.ErrRefused)
	}
	_, err = f.Seek(offset, io.SeekStart)
	return err
}

// reader implements vfs.Reader.
type reader struct {
	ctx  context.Context
	f    *os.File
	step string
}

func (r *reader) Read(p []byte) (int, error) {
	if err := gaveUp(r.ctx, r.step); err != nil {
		return 0, err
	}
	n, err := r.f.Read(p)
	if errors.Is(err, io.EOF) {
		return n, io.EOF
	}
	return n, failure(r.step, err)
}

// Touch does nothing: a disk has no stall timer.
func (*reader) Touch() {}

func (r *reader) Raw() any { return r.f }

func (r *reader) Explain(err error) error { return failure(r.step, err) }

func (r *reader) Close() error { return failure(r.step, r.f.Close()) }
