package localfs

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// renameNoReplace asks the kernel for it; not every disk can.
func renameNoReplace(from, to string) error {
	err := ignoringEINTR(func() error {
		return unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	})
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return renameByLink(from, to)
	}
	return err
}

// umask reads what only /proc tells without changing it for a moment, which other goroutines would feel.
func umask() fs.FileMode {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return swapUmask()
	}
	for line := range bytes.Lines(status) {
		if value, found := bytes.CutPrefix(line, []byte("Umask:")); found {
			if mask, err := strconv.ParseUint(string(bytes.TrimSpace(value)), 8, 32); err == nil {
				return fs.FileMode(mask) & fs.ModePerm
			}
		}
	}
	return swapUmask()
}

// beginWriting has the disk begin with n octets of f from offset on, all that follow for 0, and does not wait.
func beginWriting(f *os.File, offset, n int64) {
	raw, err := f.SyscallConn()
	if err != nil {
		return // closed: whoever flushes it will be told
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SyncFileRange(int(fd), offset, n, unix.SYNC_FILE_RANGE_WRITE) // not on every disk
	})
}
