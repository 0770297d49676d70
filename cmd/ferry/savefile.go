package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// mostNamesTried bounds the names that are tried for a file.
const mostNamesTried = 100

// saveFile writes what a person asked the screen for into the folder where ferry was started, or at home where that
// cannot be written. It replaces nothing: a name that is taken gets a number.
func saveFile(_ context.Context, name string, content []byte) (string, error) {
	here, err := os.Getwd()
	if err == nil {
		var path string
		if path, err = saveIn(here, name, content); err == nil {
			return path, nil
		}
	}
	home, noHome := os.UserHomeDir()
	if noHome != nil {
		return "", err
	}
	return saveIn(home, name, content)
}

func saveIn(dir, name string, content []byte) (string, error) {
	ext := filepath.Ext(name)
	for n := range mostNamesTried {
		path := filepath.Join(dir, name)
		if n > 0 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), n+1, ext))
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return "", err
		}
		_, err = f.Write(content)
		return path, errors.Join(err, f.Close())
	}
	return "", fmt.Errorf("%s: %w", filepath.Join(dir, name), fs.ErrExist)
}
