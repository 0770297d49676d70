package localfs

import (
	"context"
	"io/fs"
	"os"
	"time"

	"ferry/internal/vfs"
)

// session implements vfs.Session. It holds nothing, since the disk serves everybody at once.
type session struct {
	fs *FS
}

// Release implements vfs.Session.
func (*session) Release() {}

// Stat implements vfs.Session; it tells about a link, not about what it points to.
func (s *session) Stat(ctx context.Context, path string) (vfs.Entry, error) {
	step := "look at " + path
	if err := gaveUp(ctx, step); err != nil {
		return vfs.Entry{}, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return vfs.Entry{}, failure(step, err)
	}
	return s.fs.entry(path, s.fs.Base(path), info), nil
}

// Mkdir implements vfs.Session.
func (*session) Mkdir(ctx context.Context, path string) error {
	return do(ctx, "make the folder "+path, func() error { return os.Mkdir(path, 0o777) })
}

// Remove implements vfs.Session; it never removes a folder.
func (*session) Remove(ctx context.Context, path string) error {
	return do(ctx, "remove "+path, func() error { return unlink(path) })
}

// RemoveDir implements vfs.Session.
func (*session) RemoveDir(ctx context.Context, path string) error {
	return do(ctx, "remove the folder "+path, func() error { return rmdir(path) })
}

// Rename implements vfs.Session. What has the new name already is never replaced: that fails with fs.ErrExist.
func (*session) Rename(ctx context.Context, from, to string) error {
	return do(ctx, "rename "+from+" to "+to, func() error { return move(from, to) })
}

// Chmod implements vfs.Session. A link has no permissions of its own: that fails with vfs.ErrNotSupported.
func (*session) Chmod(ctx context.Context, path string, mode fs.FileMode) error {
	step := "change the permissions of " + path
	return do(ctx, step, func() error {
		info, err := os.Lstat(path)
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return refuse(step, "a link has no permissions of its own", vfs.ErrNotSupported)
		}
		return os.Chmod(path, mode)
	})
}

// SetModTime implements vfs.Session.
func (*session) SetModTime(ctx context.Context, path string, t time.Time) error {
	return do(ctx, "set the time of "+path, func() error { return os.Chtimes(path, time.Time{}, t) })
}

func do(ctx context.Context, step string, work func() error) error {
	if err := gaveUp(ctx, step); err != nil {
		return err
	}
	return failure(step, work())
}
