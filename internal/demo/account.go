package demo

import (
	"errors"
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
	client ftpserver.ClientContext
	limit  *rate.Limiter // nil where there is no limit
}

var (
	_ ftpserver.ClientDriverExtensionFileList     = (*account)(nil)
	_ ftpserver.ClientDriverExtentionFileTransfer = (*account)(nil)
	_ ftpserver.ClientDriverExtensionRemoveDir    = (*account)(nil)
)

// limitedPiece is how many octets move at once under a limit: small enough for a smooth progress bar.
const limitedPiece = 64 << 10

func newAccount(d *driver, client ftpserver.ClientContext) *account {
	a := &account{Fs: d.options.FS, driver: d, client: client}
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
	return &transfer{File: f, tally: a.driver.tally, pace: a.pace()}, nil
}

// pace gives what a transfer calls before it moves n octets on, or nil where nothing holds it up. Hashes are made
// at full speed: nothing of them goes over the wire.
func (a *account) pace() func(n int) error {
	switch a.client.GetLastCommand() {
	case "RETR", "STOR", "APPE":
	default:
		return nil
	}
	if a.limit == nil {
		return nil
	}
	return func(n int) error { return a.limit.WaitN(a.driver.ctx, n) }
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

// transfer is an open file whose content moves at a pace.
type transfer struct {
	afero.File
	tally  *tally
	pace   func(n int) error
	closed sync.Once
}

func (t *transfer) Read(p []byte) (int, error) {
	if t.pace == nil {
		return t.File.Read(p)
	}
	n, err := t.File.Read(p[:min(len(p), limitedPiece)])
	if n == 0 {
		return 0, err
	}
	if ended := t.pace(n); ended != nil {
		return 0, ended
	}
	return n, err
}

func (t *transfer) Write(p []byte) (int, error) {
	if t.pace == nil {
		return t.File.Write(p)
	}
	total := 0
	for total < len(p) {
		piece := p[total:min(len(p), total+limitedPiece)]
		if ended := t.pace(len(piece)); ended != nil {
			return total, ended
		}
		n, err := t.File.Write(piece)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (t *transfer) Close() error {
	defer t.closed.Do(t.tally.closed)
	return t.File.Close()
}
