package localfs

import (
	"context"
	"path/filepath"

	"ferry/internal/vfs"
)

var _ vfs.Resolver = (*session)(nil)

// Resolve implements vfs.Resolver.
func (s *session) Resolve(ctx context.Context, path string) (string, vfs.Entry, error) {
	end, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path, vfs.Entry{}, failure("follow the link "+path, err)
	}
	e, err := s.Stat(ctx, end)
	e.Name = filepath.Base(path)
	return end, e, err
}
