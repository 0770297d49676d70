package xdg

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ErrNoFolder says that there is no place to keep a file: no home folder, and no variable that names one.
var ErrNoFolder = errors.New("there is no home folder to keep it in")

const (
	fileMode = 0o600
	dirMode  = 0o700
)

// Write replaces a file as a whole, readable by its owner only, and makes the folders above it. A link is followed, so
// that a file may live elsewhere, in a repository of settings for example.
func Write(path string, data []byte) error {
	if path == "" {
		return ErrNoFolder
	}
	if behind, err := filepath.EvalSymlinks(path); err == nil {
		path = behind
	}
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error is the one to tell
	}
	return err
}

// Read gives what is in a file, nothing if there is none.
func Read(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// Update reads a file, has it changed, and writes it, while no other process that uses Update can do so. What change
// gives is written unless it is an error or the same as before.
func Update(ctx context.Context, path string, change func(old []byte) ([]byte, error)) error {
	unlock, err := Lock(ctx, path)
	if err != nil {
		return err
	}
	defer unlock()
	old, err := Read(path)
	if err != nil {
		return err
	}
	changed, err := change(old)
	if err != nil || string(changed) == string(old) {
		return err
	}
	return Write(path, changed)
}

// How long a lock that another process holds is waited for: it holds it for one small file.
const (
	lockPatience = 5 * time.Second
	lockEvery    = 5 * time.Millisecond
)

// errLocked says that another process holds a lock.
var errLocked = errors.New("another ferry is writing it")

// Lock takes the lock beside a file, by which one process at a time changes it. The file that is the lock stays when it
// is given back: it holds nothing. Another process that holds it for five seconds is an error.
func Lock(ctx context.Context, path string) (unlock func(), err error) {
	if path == "" {
		return nil, ErrNoFolder
	}
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, lockPatience, errLocked)
	defer cancel()
	beside := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
	f, err := os.OpenFile(beside, os.O_CREATE|os.O_RDWR, fileMode)
	if err != nil {
		return nil, err
	}
	unlock = func() { _ = f.Close() } // which gives the lock back
	tick := time.NewTicker(lockEvery)
	defer tick.Stop()
	for {
		if err := tryLock(f); !errors.Is(err, errLocked) {
			if err != nil {
				unlock()
				return nil, err
			}
			return unlock, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			unlock()
			return nil, context.Cause(ctx)
		}
	}
}
