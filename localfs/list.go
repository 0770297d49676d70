package localfs

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"ferry/internal/vfs"
)

// batchSize is how many entries List hands over at once: enough for a screen, soon enough to show it at once.
const batchSize = 512

// List implements vfs.Session, in the order of the disk. What vanishes while it is being listed is left out.
func (s *session) List(ctx context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	var report vfs.ListReport
	step := "list " + dir
	f, err := os.OpenFile(dir, os.O_RDONLY|openFolder, 0)
	if err != nil {
		return report, failure(step, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	for {
		if err := gaveUp(ctx, step); err != nil {
			return report, err
		}
		found, err := f.ReadDir(batchSize)
		if errors.Is(err, io.EOF) {
			return report, nil
		}
		if err != nil {
			return report, failure(step, err)
		}
		report.Lines += len(found)
		if err := batch(s.fs.entries(dir, found)); err != nil {
			return report, err
		}
	}
}

func (f *FS) entries(dir string, found []fs.DirEntry) []vfs.Entry {
	all := make([]vfs.Entry, 0, len(found))
	for _, one := range found {
		info, err := one.Info()
		switch {
		case err == nil:
			all = append(all, f.entry(filepath.Join(dir, one.Name()), one.Name(), info))
		case !errors.Is(err, fs.ErrNotExist):
			all = append(all, vfs.Entry{Name: one.Name(), Type: typeOf(one.Type()), Size: vfs.SizeUnknown})
		}
	}
	return all
}

// entry tells about what lstat found at path.
func (f *FS) entry(path, name string, info fs.FileInfo) vfs.Entry {
	e := vfs.Entry{
		Name: name, Type: typeOf(info.Mode()), Size: vfs.SizeUnknown,
		ModTime: info.ModTime().UTC(), Precision: vfs.PrecisionSecond,
		Mode: info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky), ModeKnown: true,
	}
	e.Owner, e.Group = f.owners.of(info)
	switch e.Type {
	case vfs.File:
		e.Size = info.Size()
	case vfs.Link:
		e.Target, _ = os.Readlink(path) // unknown is ""
	}
	return e
}

func typeOf(mode fs.FileMode) vfs.Type {
	switch mode.Type() {
	case 0:
		return vfs.File
	case fs.ModeDir:
		return vfs.Dir
	case fs.ModeSymlink:
		return vfs.Link
	}
	return vfs.Other
}

// owners remembers the names of users and groups, which are costly to ask for.
type owners struct {
	mu     sync.Mutex
	users  map[uint32]string
	groups map[uint32]string
}

func newOwners() *owners {
	return &owners{users: make(map[uint32]string), groups: make(map[uint32]string)}
}

func (o *owners) of(info fs.FileInfo) (user, group string) {
	uid, gid, known := ownerIDs(info)
	if !known {
		return "", ""
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return remember(o.users, uid, userName), remember(o.groups, gid, groupName)
}

func remember(known map[uint32]string, id uint32, ask func(id string) string) string {
	name, ok := known[id]
	if !ok {
		name = nameOrNumber(id, ask)
		known[id] = name
	}
	return name
}
