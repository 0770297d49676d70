// Package localfs is the local side: listing, safe names, files that show under their name only when complete,
// free space. It implements vfs.FS and knows nothing of servers.
package localfs

import (
	"context"
	"os"
	"path/filepath"
	"runtime"

	"ferry/internal/vfs"
)

// ID is what FS.ID gives.
const ID = "local"

// FS is the local disk. Every failure of it is a *vfs.Failure and, unless somebody gave up, of kind vfs.ErrDisk
// beside its own kind. It is safe for concurrent use.
type FS struct {
	owners   *owners
	perm     os.FileMode        // of a finished file: 0666 without what the umask takes away
	flushing *gathering[string] // of folders
}

// New opens the local disk. The permissions of new files follow the umask of this moment.
func New() *FS {
	return &FS{owners: newOwners(), perm: 0o666 &^ umask(), flushing: newFlushing()}
}

// ID implements vfs.FS.
func (*FS) ID() string { return ID }

// Join implements vfs.FS. The name must have passed CheckName.
func (*FS) Join(dir, name string) string { return filepath.Join(dir, name) }

// Parent implements vfs.FS.
func (*FS) Parent(path string) string { return filepath.Dir(path) }

// Base implements vfs.FS.
func (*FS) Base(path string) string { return filepath.Base(path) }

// CheckName implements vfs.FS by the rules of the system that the program runs on.
func (*FS) CheckName(name string) error { return checkName(runtime.GOOS, name) }

// NameCase implements vfs.Cased: on Windows and macOS names that differ only in case are one file.
func (*FS) NameCase() vfs.Case { return nameCase(runtime.GOOS) }

func nameCase(goos string) vfs.Case {
	if goos == "windows" || goos == "darwin" {
		return vfs.CaseIgnored
	}
	return vfs.CaseCounts
}

// Home implements vfs.FS: the working folder.
func (*FS) Home(context.Context) (string, error) {
	dir, err := os.Getwd()
	return dir, failure("find the working folder", err)
}

// Lease implements vfs.FS. It never waits.
func (f *FS) Lease(ctx context.Context, _ vfs.Purpose) (vfs.Session, error) {
	if err := gaveUp(ctx, "use the local disk"); err != nil {
		return nil, err
	}
	return &session{fs: f}, nil
}

// Disk implements vfs.Disks. A path about which nothing can be learned is on a disk without a name.
func (*FS) Disk(path string) string {
	for {
		if info, err := os.Stat(path); err == nil {
			return diskOf(path, info)
		}
		parent := filepath.Dir(path)
		if parent == path {
			return ""
		}
		path = parent
	}
}

// Free gives the octets that may still be written to the disk that holds path.
func Free(path string) (uint64, error) {
	octets, err := free(path)
	return octets, failure("ask for the free space of "+path, err)
}
