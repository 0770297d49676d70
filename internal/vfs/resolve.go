package vfs

import "context"

// Resolver is also implemented by sessions that can tell where a path leads when links are followed.
type Resolver interface {
	// Resolve gives the path without links, as far as the other side tells it, and what is there: never a Link.
	Resolve(ctx context.Context, path string) (string, Entry, error)
}

// Resolve follows links. Where a session cannot do that the error is of kind ErrNotSupported.
func Resolve(ctx context.Context, s Session, path string) (string, Entry, error) {
	if r, can := s.(Resolver); can {
		return r.Resolve(ctx, path)
	}
	return "", Entry{}, &Failure{
		Step: "follow the link " + path, Said: "links cannot be followed there", Kind: ErrNotSupported,
	}
}
