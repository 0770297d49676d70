package ftptest

import (
	"os"
	"sync/atomic"
	"syscall"

	"github.com/spf13/afero"
)

// Room lets no more octets be written than there are in it, as if the disk were small; the embedded server only. What
// is removed does not come back: whoever makes room adds to it.
func Room(octets *atomic.Int64) Option { return func(s *settings) { s.room = octets } }

// smallFs writes as long as there is room.
type smallFs struct {
	afero.Fs
	room *atomic.Int64
}

// OpenFile implements afero.Fs.
func (f smallFs) OpenFile(name string, flag int, mode os.FileMode) (afero.File, error) {
	file, err := f.Fs.OpenFile(name, flag, mode)
	if err != nil {
		return nil, err
	}
	return smallFile{file, f.room}, nil
}

type smallFile struct {
	afero.File
	room *atomic.Int64
}

// Write implements afero.File.
func (f smallFile) Write(p []byte) (int, error) {
	if left := f.room.Add(-int64(len(p))); left < 0 {
		f.room.Add(int64(len(p)))
		return 0, &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	return f.File.Write(p)
}
