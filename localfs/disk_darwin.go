package localfs

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

// renameNoReplace asks the kernel for it; not every disk can.
func renameNoReplace(from, to string) error {
	err := ignoringEINTR(func() error { return unix.RenamexNp(from, to, unix.RENAME_EXCL) })
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return renameByLink(from, to)
	}
	return err
}

func umask() fs.FileMode { return swapUmask() }
