package ftptest

import (
	"os"
	"path"
	"strings"
	"time"

	"github.com/spf13/afero"
)

// IgnoreCase lets names that differ only in case be one, while each keeps the spelling in which it was made, as on
// Windows; the embedded server only.
func IgnoreCase() Option { return func(s *settings) { s.ignoreCase = true } }

// caselessFs finds files however they are spelled.
type caselessFs struct{ afero.Fs }

// actual gives the spelling under which something is there; what is not there yet keeps the given one.
func (f caselessFs) actual(name string) string {
	at := "/"
	for part := range strings.SplitSeq(strings.Trim(path.Clean("/"+name), "/"), "/") {
		at = path.Join(at, f.spelling(at, part))
	}
	return at
}

func (f caselessFs) spelling(dir, name string) string {
	entries, err := afero.ReadDir(f.Fs, dir)
	if err != nil {
		return name
	}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), name) {
			return e.Name()
		}
	}
	return name
}

// Create implements afero.Fs.
func (f caselessFs) Create(name string) (afero.File, error) { return f.Fs.Create(f.actual(name)) }

// Mkdir implements afero.Fs.
func (f caselessFs) Mkdir(name string, mode os.FileMode) error {
	return f.Fs.Mkdir(f.actual(name), mode)
}

// MkdirAll implements afero.Fs.
func (f caselessFs) MkdirAll(name string, mode os.FileMode) error {
	return f.Fs.MkdirAll(f.actual(name), mode)
}

// Open implements afero.Fs.
func (f caselessFs) Open(name string) (afero.File, error) { return f.Fs.Open(f.actual(name)) }

// OpenFile implements afero.Fs.
func (f caselessFs) OpenFile(name string, flag int, mode os.FileMode) (afero.File, error) {
	return f.Fs.OpenFile(f.actual(name), flag, mode)
}

// Remove implements afero.Fs.
func (f caselessFs) Remove(name string) error { return f.Fs.Remove(f.actual(name)) }

// RemoveAll implements afero.Fs.
func (f caselessFs) RemoveAll(name string) error { return f.Fs.RemoveAll(f.actual(name)) }

// Rename implements afero.Fs. Nothing is renamed onto another file, as on Windows servers.
func (f caselessFs) Rename(from, to string) error {
	if _, err := f.Stat(to); err == nil {
		return &os.PathError{Op: "rename", Path: to, Err: os.ErrExist}
	}
	return f.Fs.Rename(f.actual(from), f.actual(to))
}

// Stat implements afero.Fs.
func (f caselessFs) Stat(name string) (os.FileInfo, error) { return f.Fs.Stat(f.actual(name)) }

// Chmod implements afero.Fs.
func (f caselessFs) Chmod(name string, mode os.FileMode) error {
	return f.Fs.Chmod(f.actual(name), mode)
}

// Chtimes implements afero.Fs.
func (f caselessFs) Chtimes(name string, read, written time.Time) error {
	return f.Fs.Chtimes(f.actual(name), read, written)
}
