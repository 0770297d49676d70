package localfs

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"ferry/internal/vfs"
)

// Trash is the home trash of a desktop (the FreeDesktop.org trash specification 1.0), from which file managers bring
// things back.
type Trash struct {
	dir string
}

// NewTrash gives the trash in a folder, "$XDG_DATA_HOME/Trash" as a rule. It need not exist.
func NewTrash(dir string) *Trash { return &Trash{dir} }

const mostSameNames = 10_000

// Put moves what is at path into the trash, and gives what brings it back. What lies on another disk than the trash is
// an error of kind vfs.ErrNotSupported.
func (t *Trash) Put(ctx context.Context, path string) (restore func(context.Context) error, err error) {
	step := "move " + path + " to the trash"
	if err := gaveUp(ctx, step); err != nil {
		return nil, err
	}
	for _, dir := range []string{t.files(), t.info()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, failure(step, err)
		}
	}
	for n := 1; n < mostSameNames; n++ {
		name := filepath.Base(path)
		if n > 1 {
			name += "." + strconv.Itoa(n)
		}
		file, info := filepath.Join(t.files(), name), filepath.Join(t.info(), name+".trashinfo")
		switch err := place(path, file, info); {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return nil, failure(step, err)
		}
		return func(ctx context.Context) error {
			return do(ctx, "bring back "+path, func() error {
				if err := move(file, path); err != nil {
					return err
				}
				return os.Remove(info)
			})
		}, nil
	}
	return nil, refuse(step, "too many things of that name are in it", vfs.ErrRefused)
}

func (t *Trash) files() string { return filepath.Join(t.dir, "files") }

func (t *Trash) info() string { return filepath.Join(t.dir, "info") }

// place writes down where something comes from, as the specification wants it before it is moved, and moves it.
func place(path, file, info string) error {
	f, err := os.OpenFile(info, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString("[Trash Info]\nPath=" + (&url.URL{Path: path}).EscapedPath() +
		"\nDeletionDate=" + time.Now().Format("2006-01-02T15:04:05") + "\n")
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = move(path, file)
	}
	if err != nil {
		_ = os.Remove(info) // err tells more
	}
	return err
}
