//go:build unix

package localfs

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// swapUmask reads the umask in the only way that POSIX has: it sets another for a moment, a strict one, so that
// what is made meanwhile is never open to others.
func swapUmask() fs.FileMode {
	mask := unix.Umask(0o077)
	unix.Umask(mask)
	return fs.FileMode(mask) & fs.ModePerm
}
