package localfs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"ferry/internal/vfs"
)

// reason is how a person is told about an error of the system.
type reason struct {
	is   error
	kind error
	said string
	hint string
}

// reasons is ordered: the first that matches tells.
func reasons() []reason {
	return append(systemReasons(), []reason{
		{syscall.ENOSPC, vfs.ErrNoSpace, "the disk is full", "Make room, then try again."},
		{syscall.EDQUOT, vfs.ErrNoSpace, "the disk quota is used up", "Make room, then try again."},
		{syscall.EFBIG, vfs.ErrRefused, "the file is too large for this disk", ""},
		{syscall.EROFS, fs.ErrPermission, "the disk is read-only", ""},
		{syscall.EISDIR, vfs.ErrRefused, "it is a folder", ""},
		{syscall.ENOTDIR, vfs.ErrRefused, "it is not a folder", ""},
		{syscall.ENOTEMPTY, vfs.ErrRefused, "the folder is not empty", ""},
		{syscall.ENAMETOOLONG, vfs.ErrUnsafeName, "the name is too long for this disk", "Choose a shorter name."},
		{syscall.EILSEQ, vfs.ErrUnsafeName, "this disk cannot hold the name", "Choose another name for it."},
		{syscall.ELOOP, vfs.ErrRefused, "a link stands there", ""},
		{syscall.EXDEV, vfs.ErrNotSupported, "the two folders are on different disks", "Copy it, then delete the original."},
		{syscall.EMFILE, vfs.ErrBusy, "too many files are open", ""},
		{syscall.ENFILE, vfs.ErrBusy, "too many files are open on this machine", ""},
		{syscall.EBUSY, vfs.ErrBusy, "it is in use", ""},
		{syscall.EIO, vfs.ErrDisk, "the disk reports an error", "The disk may be failing."},
		{fs.ErrNotExist, fs.ErrNotExist, "it does not exist", ""},
		{fs.ErrExist, fs.ErrExist, "something of that name exists already", ""},
		{fs.ErrPermission, fs.ErrPermission, "permission denied", ""},
	}...)
}

// failure tells err as what went wrong with step ("list /srv"); nil and what is told already pass through.
func failure(step string, err error) error {
	var told *vfs.Failure
	switch {
	case err == nil || errors.As(err, &told):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &vfs.Failure{Step: step, Said: "it was given up", Err: err}
	}
	f := &vfs.Failure{Step: step, Said: words(err), Kind: vfs.ErrDisk, Err: errors.Join(vfs.ErrDisk, err)}
	for _, r := range reasons() {
		if errors.Is(err, r.is) {
			f.Said, f.Hint, f.Kind = r.said, r.hint, r.kind
			break
		}
	}
	return f
}

// refuse makes a failure of our own finding.
func refuse(step, said string, kind error) error {
	return &vfs.Failure{Step: step, Said: said, Kind: kind, Err: vfs.ErrDisk}
}

// gaveUp fails if ctx has ended.
func gaveUp(ctx context.Context, step string) error {
	if ctx.Err() == nil {
		return nil
	}
	return &vfs.Failure{Step: step, Said: "it was given up", Err: context.Cause(ctx)}
}

// words cuts the operation and the path, which the step names already, from an error of package os.
func words(err error) string {
	var (
		path *fs.PathError
		link *os.LinkError
	)
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	}
	return err.Error()
}
