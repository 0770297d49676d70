package ftptest

import (
	"os"
	"sync/atomic"
	"time"

	"github.com/spf13/afero"
)

// Pace lets the octets of each file come and go at so many a second, as long as that is more than 0: a test that wants
// to see a transfer in its middle need not hurry, and lets the rest pass when it has seen it. The embedded server only.
func Pace(perSecond *atomic.Int64) Option { return func(s *settings) { s.pace = perSecond } }

// pacedPiece is how many octets move at once.
const pacedPiece = 32 << 10

// pacedFs opens files that wait.
type pacedFs struct {
	afero.Fs
	perSecond *atomic.Int64
}

// OpenFile implements afero.Fs.
func (f pacedFs) OpenFile(name string, flag int, mode os.FileMode) (afero.File, error) {
	file, err := f.Fs.OpenFile(name, flag, mode)
	if err != nil {
		return nil, err
	}
	return pacedFile{file, f.perSecond}, nil
}

type pacedFile struct {
	afero.File
	perSecond *atomic.Int64
}

func (f pacedFile) wait(octets int) {
	if speed := f.perSecond.Load(); speed > 0 {
		time.Sleep(time.Duration(octets) * time.Second / time.Duration(speed)) // a slow server is what is wanted
	}
}

// Read implements afero.File.
func (f pacedFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p[:min(len(p), pacedPiece)])
	f.wait(n)
	return n, err
}

// Write implements afero.File.
func (f pacedFile) Write(p []byte) (total int, err error) {
	for total < len(p) && err == nil {
		var n int
		n, err = f.File.Write(p[total:min(len(p), total+pacedPiece)])
		f.wait(n)
		total += n
	}
	return total, err
}
