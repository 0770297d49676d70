package localfs

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ferry/internal/vfs"
)

// Create implements vfs.Session. What is written collects in vfs.PartialName beside the target, readable by its
// owner only, until Commit gives it the final name and the permissions that the umask leaves. It fails with
// fs.ErrExist where the final name is taken (a folder's even with Overwrite), with vfs.ErrBusy where another
// writer is at the same file, in this or another process, and with vfs.ErrIncomplete where the partial is
// shorter than how.Offset. No link is followed at the final name or the partial's: Commit replaces a link itself.
func (s *session) Create(ctx context.Context, path string, how vfs.Create) (vfs.Writer, error) {
	step := "write " + path
	if err := s.mayCreate(ctx, step, path, how.Overwrite); err != nil {
		return nil, err
	}
	partial := vfs.PartialPath(s.fs, path)
	f, err := claimPartial(partial, step)
	if err != nil {
		return nil, failure(step, err)
	}
	w := &writer{ctx: ctx, fs: s.fs, f: f, how: how, path: path, partial: partial, perm: s.fs.perm, step: step}
	if how.KeepMode {
		w.perm = how.Mode.Perm()
	}
	w.early = earlyWriter{f: f, end: how.Offset, begun: how.Offset}
	// Asked once more: whoever had the partial until now may have given it the final name.
	if err := s.mayCreate(ctx, step, path, how.Overwrite); err != nil {
		_ = w.Abort(true) // the failure to be told is the first one
		return nil, err
	}
	if err := rewind(f, how.Offset, step); err != nil {
		_ = f.Close() // nothing was written
		return nil, failure(step, err)
	}
	return w, nil
}

func (s *session) mayCreate(ctx context.Context, step, path string, overwrite bool) error {
	if err := gaveUp(ctx, step); err != nil {
		return err
	}
	if err := s.fs.CheckName(s.fs.Base(path)); err != nil {
		return err
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return failure(step, err)
	case info.IsDir():
		return refuse(step, "a folder of that name is there", fs.ErrExist)
	case typeOf(info.Mode()) == vfs.Other:
		return refuse(step, "what has that name is neither file nor folder", fs.ErrExist)
	case !overwrite:
		return refuse(step, "a file of that name is there", fs.ErrExist)
	}
	return nil
}

// Partial implements vfs.Session.
func (s *session) Partial(ctx context.Context, path string) (int64, error) {
	step := "look for an unfinished " + path
	if err := gaveUp(ctx, step); err != nil {
		return 0, err
	}
	info, err := os.Lstat(vfs.PartialPath(s.fs, path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, failure(step, err)
	case !info.Mode().IsRegular():
		return 0, nil
	}
	return info.Size(), nil
}

// writer implements vfs.Writer. It holds the lock on the partial while f is open.
type writer struct {
	ctx     context.Context
	fs      *FS
	f       *os.File
	how     vfs.Create
	path    string
	partial string
	perm    os.FileMode
	step    string
	early   earlyWriter
}

func (w *writer) Write(p []byte) (int, error) {
	if err := gaveUp(w.ctx, w.step); err != nil {
		return 0, err
	}
	n, err := w.f.Write(p)
	w.early.moved(int64(n))
	return n, failure(w.step, err)
}

// Moved is told what the kernel wrote past Write.
func (w *writer) Moved(octets int64) { w.early.moved(octets) }

// Touch does nothing: a disk has no stall timer.
func (*writer) Touch() {}

func (w *writer) Raw() any { return w.f }

func (w *writer) Explain(err error) error { return failure(w.step, err) }

// Finish implements vfs.Writer.
func (w *writer) Finish(context.Context) (vfs.Written, error) {
	info, err := w.f.Stat()
	if err != nil {
		return vfs.Written{Path: w.partial, Size: vfs.SizeUnknown}, failure(w.step, err)
	}
	return vfs.Written{Path: w.partial, Size: info.Size()}, nil
}

// Commit implements vfs.Writer. When it fails the partial stays. It finishes even if its context has ended: all
// is there by now, and what is left to do does not wait for anybody.
func (w *writer) Commit(context.Context) error {
	if !w.how.ModTime.IsZero() {
		// Before it is flushed, so that it is as durable. A disk without times must not cost the file.
		_ = os.Chtimes(w.partial, time.Time{}, w.how.ModTime)
	}
	err := w.flush()
	if err == nil {
		err = w.publish()
	}
	if cerr := w.f.Close(); err == nil && !errors.Is(cerr, os.ErrClosed) {
		err = cerr
	}
	return failure(w.step, err)
}

func (w *writer) publish() error {
	_ = w.f.Chmod(w.perm) // a disk that cannot keep permissions must not cost the file
	if closeBeforeRename {
		if err := w.f.Close(); err != nil {
			return err
		}
	}
	if err := w.rename(); err != nil {
		_ = os.Chmod(w.partial, 0o600) // still unfinished in the eyes of others
		return err
	}
	if w.how.Volatile {
		return nil
	}
	return w.fs.flushing.join(filepath.Dir(w.path))
}

func (w *writer) flush() error {
	if w.how.Volatile {
		return nil
	}
	return w.f.Sync()
}

func (w *writer) rename() error {
	if w.how.Overwrite {
		return os.Rename(w.partial, w.path)
	}
	return move(w.partial, w.path)
}

// Abort implements vfs.Writer. An empty partial is not worth keeping.
func (w *writer) Abort(keep bool) error {
	step := "clean up after " + w.path
	var err error
	if info, serr := w.f.Stat(); !keep || serr == nil && info.Size() == 0 {
		if closeBeforeRename {
			_ = w.f.Close() // what it says does not matter for a file that goes
		}
		err = os.Remove(w.partial)
	}
	if cerr := w.f.Close(); err == nil && !errors.Is(cerr, os.ErrClosed) {
		err = cerr
	}
	return failure(step, err)
}

// rewind cuts the partial to offset, from where it is written on.
func rewind(f *os.File, offset int64, step string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < offset {
		return refuse(step, "the unfinished file is shorter than thought", vfs.ErrIncomplete)
	}
	if info.Mode().Perm() != 0o600 {
		_ = f.Chmod(0o600) // not on every disk
	}
	if err := f.Truncate(offset); err != nil {
		return err
	}
	_, err = f.Seek(offset, io.SeekStart)
	return err
}
