package demo

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"github.com/spf13/afero"
)

// lockedFs refuses every change of one folder, of all that is in it, and of what it is in. The refusal is made here,
// since permission bits do not hold root back.
type lockedFs struct {
	afero.Fs
	folder string // absolute, clean
}

const writing = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREATE | os.O_TRUNC

// refuse gives the error of an operation that would change the locked folder, and nil for all others. whole says
// that the operation would take all that is below the name with it.
func (l lockedFs) refuse(op, name string, whole bool) error {
	name = path.Join("/", name)
	if within(name, l.folder) || (whole && within(l.folder, name)) {
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrPermission}
	}
	return nil
}

// within reports whether name is folder or below it.
func within(name, folder string) bool {
	return name == folder || strings.HasPrefix(name, strings.TrimSuffix(folder, "/")+"/")
}

// OpenFile refuses to open for writing.
func (l lockedFs) OpenFile(name string, flag int, perm os.FileMode) (afero.File, error) {
	if flag&writing != 0 {
		if err := l.refuse("open", name, false); err != nil {
			return nil, err
		}
	}
	return l.Fs.OpenFile(name, flag, perm)
}

// Create refuses new files.
func (l lockedFs) Create(name string) (afero.File, error) {
	return l.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
}

// Mkdir refuses new folders.
func (l lockedFs) Mkdir(name string, perm os.FileMode) error {
	if err := l.refuse("mkdir", name, false); err != nil {
		return err
	}
	return l.Fs.Mkdir(name, perm)
}

// MkdirAll refuses new folders.
func (l lockedFs) MkdirAll(name string, perm os.FileMode) error {
	if err := l.refuse("mkdir", name, false); err != nil {
		return err
	}
	return l.Fs.MkdirAll(name, perm)
}

// Remove refuses to remove.
func (l lockedFs) Remove(name string) error {
	if err := l.refuse("remove", name, true); err != nil {
		return err
	}
	return l.Fs.Remove(name)
}

// RemoveAll refuses to remove.
func (l lockedFs) RemoveAll(name string) error {
	if err := l.refuse("remove", name, true); err != nil {
		return err
	}
	return l.Fs.RemoveAll(name)
}

// Rename refuses to take anything out or to put anything in.
func (l lockedFs) Rename(from, to string) error {
	for _, name := range []string{from, to} {
		if err := l.refuse("rename", name, true); err != nil {
			return err
		}
	}
	return l.Fs.Rename(from, to)
}

// Chmod refuses other permission bits.
func (l lockedFs) Chmod(name string, mode os.FileMode) error {
	if err := l.refuse("chmod", name, false); err != nil {
		return err
	}
	return l.Fs.Chmod(name, mode)
}

// Chown refuses another owner.
func (l lockedFs) Chown(name string, uid, gid int) error {
	if err := l.refuse("chown", name, false); err != nil {
		return err
	}
	return l.Fs.Chown(name, uid, gid)
}

// Chtimes refuses other times.
func (l lockedFs) Chtimes(name string, atime, mtime time.Time) error {
	if err := l.refuse("chtimes", name, false); err != nil {
		return err
	}
	return l.Fs.Chtimes(name, atime, mtime)
}

// LstatIfPossible asks the file system below.
func (l lockedFs) LstatIfPossible(name string) (os.FileInfo, bool, error) {
	if below, ok := l.Fs.(afero.Lstater); ok {
		return below.LstatIfPossible(name)
	}
	info, err := l.Fs.Stat(name)
	return info, false, err
}
