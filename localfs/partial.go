package localfs

import (
	"errors"
	"io/fs"
	"os"

	"ferry/internal/vfs"
)

// errMoved says that a partial was given its final name, or was removed, between being opened and being locked.
var errMoved = errors.New("it changes all the time")

// claimPartial opens the partial at path, makes it if need be, and locks it for this writer alone.
func claimPartial(path, step string) (*os.File, error) {
	for range 10 {
		f, err := openPartial(path, step)
		if err != nil {
			return nil, err
		}
		err = claim(f, path, step)
		if err == nil {
			return f, nil
		}
		_ = f.Close() // nothing was written
		if !errors.Is(err, errMoved) {
			return nil, err
		}
	}
	return nil, errMoved
}

func openPartial(path, step string) (*os.File, error) {
	// Looked at before it is opened, since to open a device may already do something.
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, refusePartial(step)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|noFollow|nonBlock, 0o600)
}

func claim(f *os.File, path, step string) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular(), hardLinks(info) > 1:
		return refusePartial(step)
	}
	if err := lock(f); err != nil {
		return &vfs.Failure{
			Step: step, Said: "another transfer is writing this file", Kind: vfs.ErrBusy,
			Err: errors.Join(vfs.ErrDisk, err),
		}
	}
	// Only now nobody else can rename it: is it still the partial, not a file that is complete?
	now, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(info, now) {
		return errMoved
	}
	return err
}

func refusePartial(step string) error {
	return &vfs.Failure{
		Step: step, Said: "its unfinished file is not a plain file of its own", Kind: vfs.ErrRefused,
		Err: vfs.ErrDisk, Hint: "Remove what is called like it, with .ferrypart behind, and try again.",
	}
}

// move renames without ever replacing what is there.
func move(from, to string) error {
	err := renameNoReplace(from, to)
	if errors.Is(err, fs.ErrExist) && onlyCase(from, to) {
		return os.Rename(from, to)
	}
	return err
}

// onlyCase reports whether both paths are one file since the disk ignores the case of names.
func onlyCase(from, to string) bool {
	before, err := os.Lstat(from)
	if err != nil || from == to {
		return false
	}
	after, err := os.Lstat(to)
	return err == nil && os.SameFile(before, after) && (before.IsDir() || hardLinks(before) == 1)
}

// renameByLink is for systems and disks that cannot rename without replacing: a second name cannot be given where
// one is. Folders and disks without second names are looked at first, which leaves a moment between.
func renameByLink(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if info.Mode().IsRegular() {
		err := os.Link(from, to)
		if err == nil {
			return os.Remove(from)
		}
		if errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if _, err := os.Lstat(to); err == nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrExist}
	}
	return os.Rename(from, to)
}
