package vfs

import "context"

// Governed is also implemented by an FS whose other side allows only so many sessions at a time.
type Governed interface {
	// Room gives how many sessions may be lent for transfers at a time, as far as is known; at least 1.
	Room() int
	// LeaseSpare is Lease for a transfer, but does not wait for other transfers to end: where they hold all the
	// sessions that there may be, it fails by ErrCrowded.
	LeaseSpare(ctx context.Context) (Session, error)
}

// LeaseSpare leases a session for a transfer among several: where others hold all that there may be it fails by
// ErrCrowded rather than wait, if f can tell.
func LeaseSpare(ctx context.Context, f FS) (Session, error) {
	if g, governed := f.(Governed); governed {
		return g.LeaseSpare(ctx)
	}
	return f.Lease(ctx, Transfer)
}

// Shared is also implemented by sessions that others may wait for.
type Shared interface {
	// Wanted reports whether the session should be released as soon as its work comes to a rest: somebody who
	// browses waits for one, or there are more than the other side allows.
	Wanted() bool
}

// Wanted reports whether somebody waits for a session; nobody does where it cannot tell.
func Wanted(s Session) bool {
	shared, tells := s.(Shared)
	return tells && shared.Wanted()
}
