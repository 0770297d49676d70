package config

import (
	"context"
	"fmt"
	"path/filepath"

	"ferry/internal/xdg"
)

// Store is the file of settings.
type Store struct{ path string }

// NewStore keeps the settings in a file; the empty path is one that is not there and cannot be written.
func NewStore(path string) *Store { return &Store{path} }

// FileIn gives the path of the file in the folder of ferry's settings; "" where there is no such folder.
func FileIn(dir string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "config.toml")
}

// Path tells where the file is.
func (s *Store) Path() string { return s.path }

// Load reads the settings. A file that is not there says nothing; its problems are no error.
func (s *Store) Load() (Settings, []Problem, error) {
	text, err := xdg.Read(s.path)
	if err != nil {
		return Settings{}, nil, err
	}
	settings, problems := Parse(text)
	for i := range problems {
		problems[i].File = s.path
	}
	return settings, problems, nil
}

// Set writes one setting into the file, and leaves all else as a person wrote it.
func (s *Store) Set(ctx context.Context, key, value string) error {
	one, known := Lookup(key)
	if !known {
		return fmt.Errorf("there is no setting %s%s", key, perhaps(key, keysOf(Table())))
	}
	if err := one.Check(value); err != nil {
		return err
	}
	return xdg.Update(ctx, s.path, func(old []byte) ([]byte, error) { return Set(old, one, value), nil })
}

// SetKeys gives an action other keys in the file, and leaves all else as a person wrote it.
func (s *Store) SetKeys(ctx context.Context, action string, keys []string) error {
	return xdg.Update(ctx, s.path, func(old []byte) ([]byte, error) { return SetKeys(old, action, keys) })
}

func keysOf(all []Setting) []string {
	keys := make([]string, len(all))
	for i, s := range all {
		keys[i] = s.Key()
	}
	return keys
}
