package localfs

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/windows"

	"ferry/internal/vfs"
)

const (
	openFolder        = 0
	nonBlock          = 0
	noFollow          = 0 // links need a privilege here; openPartial looks before it opens
	closeBeforeRename = true
)

func systemReasons() []reason {
	return []reason{
		{windows.ERROR_DISK_FULL, vfs.ErrNoSpace, "the disk is full", "Make room, then try again."},
		{windows.ERROR_HANDLE_DISK_FULL, vfs.ErrNoSpace, "the disk is full", "Make room, then try again."},
		{windows.ERROR_SHARING_VIOLATION, vfs.ErrBusy, "another program has it open", ""},
		{windows.ERROR_DIR_NOT_EMPTY, vfs.ErrRefused, "the folder is not empty", ""},
		{windows.ERROR_WRITE_PROTECT, fs.ErrPermission, "the disk is read-only", ""},
		{windows.ERROR_INVALID_NAME, vfs.ErrUnsafeName, "this disk cannot hold the name", "Choose another name for it."},
	}
}

func umask() fs.FileMode { return 0 }

func ownerIDs(fs.FileInfo) (uid, gid uint32, known bool) { return 0, 0, false }

func hardLinks(fs.FileInfo) uint64 { return 1 }

func syncFolder(string) error { return nil } // NTFS keeps names in its journal

func unlink(path string) error {
	info, err := os.Lstat(path)
	if err == nil && info.IsDir() {
		return syscall.EISDIR
	}
	return os.Remove(path)
}

func rmdir(path string) error {
	info, err := os.Lstat(path)
	if err == nil && !info.IsDir() {
		return syscall.ENOTDIR
	}
	return os.Remove(path)
}

func renameNoReplace(from, to string) error {
	old, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(old, name, 0)
}

// lock takes one octet far behind the end of every file, since locks bind readers here.
func lock(f *os.File) error {
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	place := &windows.Overlapped{Offset: math.MaxUint32, OffsetHigh: math.MaxInt32}
	return windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, place)
}

// diskOf names a disk by its letter or share.
func diskOf(path string, _ fs.FileInfo) string { return filepath.VolumeName(path) }

func free(path string) (uint64, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	var octets uint64
	err = windows.GetDiskFreeSpaceEx(name, &octets, nil, nil)
	return octets, err
}
