//go:build unix

package localfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	openFolder        = unix.O_DIRECTORY | unix.O_NONBLOCK
	nonBlock          = unix.O_NONBLOCK
	noFollow          = unix.O_NOFOLLOW
	closeBeforeRename = false
)

// diskOf names a disk by its device.
func diskOf(_ string, info fs.FileInfo) string {
	if stat, is := info.Sys().(*syscall.Stat_t); is {
		return fmt.Sprint(stat.Dev)
	}
	return ""
}

func systemReasons() []reason { return nil }

func unlink(path string) error {
	err := ignoringEINTR(func() error { return unix.Unlink(path) })
	// POSIX allows EPERM for a folder; Linux says EISDIR.
	if info, serr := os.Lstat(path); err != nil && serr == nil && info.IsDir() {
		return unix.EISDIR
	}
	return err
}

func rmdir(path string) error {
	return ignoringEINTR(func() error { return unix.Rmdir(path) })
}

func ignoringEINTR(call func() error) error {
	for {
		if err := call(); err != unix.EINTR { //nolint:errorlint // system calls give it bare
			return err
		}
	}
}

func ownerIDs(info fs.FileInfo) (uid, gid uint32, known bool) {
	stat, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return 0, 0, false
	}
	return stat.Uid, stat.Gid, true
}

func hardLinks(info fs.FileInfo) uint64 {
	stat, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return 1
	}
	return uint64(stat.Nlink) //nolint:unconvert // its type differs between systems
}

// syncFolder makes a new name in dir durable. Some disks cannot; that is not a failure of the file.
func syncFolder(dir string) error {
	f, err := os.OpenFile(dir, os.O_RDONLY|openFolder, 0)
	if err != nil {
		return nil // a folder may be writable and not readable
	}
	defer func() { _ = f.Close() }() // it was only read
	if err := f.Sync(); errors.Is(err, unix.EIO) || errors.Is(err, unix.ENOSPC) {
		return err
	}
	return nil
}
