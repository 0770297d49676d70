package localfs

import (
	"context"
	"encoding/hex"
	"io"

	"ferry/internal/vfs"
)

var _ vfs.Hasher = (*session)(nil)

// HashKinds implements vfs.Hasher: all that there are.
func (*session) HashKinds() []vfs.HashKind {
	return []vfs.HashKind{vfs.SHA512, vfs.SHA256, vfs.SHA1, vfs.MD5, vfs.CRC32}
}

// Hash implements vfs.Hasher by reading the file.
func (s *session) Hash(ctx context.Context, path string, kind vfs.HashKind) (string, error) {
	h := kind.New()
	if h == nil {
		return "", refuse("hash "+path, "the kind "+string(kind)+" is not known", vfs.ErrNotSupported)
	}
	r, err := s.Open(ctx, path, 0)
	if err != nil {
		return "", err
	}
	_, err = io.CopyBuffer(h, r, make([]byte, 256<<10))
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	return hex.EncodeToString(h.Sum(nil)), err
}
