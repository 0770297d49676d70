package demo

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"

	ftpserver "github.com/fclairamb/ftpserverlib"
	"github.com/spf13/afero"
	"golang.org/x/time/rate"
)

// account is the file system as one login sees it. Its errors name no path of the disk below.
type account struct {
	afero.Fs
	driver *driver
	limit  *rate.Limiter // nil where there is no limit
}

var (
	_ ftpserver.ClientDriverExtensionFileList     = (*account)(nil)
	_ ftpserver.ClientDriverExtentionFileTransfer = (*account)(nil)
	_ ftpserver.ClientDriverExtensionRemoveDir    = (*account)(nil)
)

// limitedPiece is how many octets move at once under a limit: small enough for a smooth progress bar.
const limitedPiece = 64 << 10

func newAccount(d *driver) *account {
	a := &account{Fs: d.options.FS, driver: d}
	if perSecond := d.options.BytesPerSecond; perSecond > 0 {
		a.limit = rate.NewLimiter(rate.Limit(perSecond), limitedPiece)
	}
	return a
}

// plain strips an error of the operation and of the path on disk.
func plain(err error) error {
	var inPath *fs.PathError
	var inLink *os.LinkError
	switch {
	case errors.As(err, &inPath):
		return inPath.Err
	case errors.As(err, &inLink):
		return inLink.Err
	}
	return err
}

// GetHandle opens a file for RETR, STOR, APPE or a hash.
func (a *account) GetHandle(name string, flags int, _ int64) (ftpserver.FileTransfer, error) {
	f, err := a.OpenFile(name, flags, 0o644)
	if err != nil {
		return nil, plain(err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		_ = f.Close() // it was only looked at
		return nil, syscall.EISDIR
	}
	a.driver.tally.opened()
	return &transfer{File: f, account: a}, nil
}

// ReadDir lists a folder in the order of names.
func (a *account) ReadDir(name string) ([]os.FileInfo, error) {
	all, err := afero.ReadDir(a.Fs, name)
	return all, plain(err)
}

// Remove removes a file, never a folder.
func (a *account) Remove(name string) error {
	info, err := a.lstat(name)
	if err != nil {
		return plain(err)
	}
	if info.IsDir() {
		return syscall.EISDIR
	}
	return plain(a.Fs.Remove(name))
}

// RemoveDir removes an empty folder, never a file.
func (a *account) RemoveDir(name string) error {
	info, err := a.lstat(name)
	if err != nil {
		return plain(err)
	}
	if !info.IsDir() {
		return syscall.ENOTDIR
	}
	return plain(a.Fs.Remove(name))
}

func (a *account) lstat(name string) (os.FileInfo, error) {
	if l, ok := a.Fs.(afero.Lstater); ok {
		info, _, err := l.LstatIfPossible(name)
		return info, err
	}
	return a.Fs.Stat(name)
}

// Stat, Mkdir, Rename, Chmod and Chtimes do as the file system below, with plain errors.
func (a *account) Stat(name string) (os.FileInfo, error) {
	info, err := a.Fs.Stat(name)
	return info, plain(err)
}

// Mkdir makes one folder.
func (a *account) Mkdir(name string, perm os.FileMode) error { return plain(a.Fs.Mkdir(name, perm)) }

// MkdirAll makes a folder with those above it (SITE MKDIR).
func (a *account) MkdirAll(name string, perm os.FileMode) error {
	return plain(a.Fs.MkdirAll(name, perm))
}

// RemoveAll removes a whole tree (SITE RMDIR).
func (a *account) RemoveAll(name string) error { return plain(a.Fs.RemoveAll(name)) }

// Rename replaces what is at the new name.
func (a *account) Rename(from, to string) error { return plain(a.Fs.Rename(from, to)) }

// Chmod sets permission bits.
func (a *account) Chmod(name string, mode os.FileMode) error { return plain(a.Fs.Chmod(name, mode)) }

// Chtimes sets the modification time (MFMT).
func (a *account) Chtimes(name string, atime, mtime time.Time) error {
	return plain(a.Fs.Chtimes(name, atime, mtime))
}

// transfer is an open file whose content moves no faster than the account's limit.
type transfer struct {
	afero.File
	account *account
	closed  sync.Once
}

func (t *transfer) Read(p []byte) (int, error) {
	if t.account.limit == nil {
		return t.File.Read(p)
	}
	p = p[:min(len(p), limitedPiece)]
	n, err := t.File.Read(p)
	if late := t.account.pace(n); late != nil {
		return 0, late
	}
	return n, err
}

func (t *transfer) Write(p []byte) (int, error) {
	if t.account.limit == nil {
		return t.File.Write(p)
	}
	total := 0
	for len(p) > 0 {
		piece := p[:min(len(p), limitedPiece)]
		if late := t.account.pace(len(piece)); late != nil {
			return total, late
		}
		n, err := t.File.Write(piece)
		total += n
		if err != nil {
			return total, err
		}
		p = p[n:]
	}
	return total, nil
}

// pace waits until n more octets may pass; it fails when the server ends.
func (a *account) pace(n int) error {
	if n == 0 {
		return nil
	}
	if err := a.limit.WaitN(a.driver.ctx, n); err != nil {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func (t *transfer) Close() error {
	defer t.closed.Do(t.account.driver.tally.closed)
	return t.File.Close()
}
