package mirror

import (
	"context"
	"slices"

	"ferry/internal/vfs"
)

// ByHash compares files by a hash that both shores can tell without moving them, over one session on each. Where they
// have none in common it fails by vfs.ErrNotSupported.
func ByHash(ctx context.Context, from, to vfs.Session) func(a, b Node) (bool, error) {
	return func(a, b Node) (bool, error) {
		one, can1 := from.(vfs.Hasher)
		other, can2 := to.(vfs.Hasher)
		if !can1 || !can2 {
			return false, noHash(a.Path)
		}
		for _, kind := range one.HashKinds() {
			if !slices.Contains(other.HashKinds(), kind) {
				continue
			}
			first, err := one.Hash(ctx, a.Path, kind)
			if err != nil {
				return false, err
			}
			second, err := other.Hash(ctx, b.Path, kind)
			return first != second, err
		}
		return false, noHash(a.Path)
	}
}

func noHash(path string) error {
	return &vfs.Failure{
		Step: "compare the content of " + path, Kind: vfs.ErrNotSupported,
		Said: "the two sides have no hash in common", Hint: "Compare by size and time, without --checksum.",
	}
}
