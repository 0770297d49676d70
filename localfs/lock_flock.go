//go:build unix && !solaris && !illumos && !aix

package localfs

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock makes f this writer's alone, until it is closed. Disks without locks go without.
func lock(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var locked error
	err = raw.Control(func(fd uintptr) {
		locked = ignoringEINTR(func() error { return unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB) })
	})
	if errors.Is(locked, unix.EWOULDBLOCK) {
		return locked
	}
	return err
}
