package dialog

import "time"

// grace is how long no key must have come before a dialog that opened by itself takes one: those who were typing meant
// what was there before.
const grace = 500 * time.Millisecond

// settlingWords take the place of the hints meanwhile.
const settlingWords = "keys count in a moment"

// settler ignores keys at first, in a dialog that nobody asked for.
type settler struct {
	quiet   time.Time // when it opened, or the latest key was ignored
	settled bool
}

// ignores reports whether a key that came now was meant for something else. Without a clock none is.
func (s *settler) ignores(now func() time.Time) bool {
	if !s.settling(now) {
		return false
	}
	s.quiet = now()
	return true
}

// settling reports whether keys are still ignored.
func (s *settler) settling(now func() time.Time) bool {
	if now == nil || s.settled {
		return false
	}
	if s.quiet.IsZero() {
		s.quiet = now()
	}
	s.settled = now().Sub(s.quiet) >= grace
	return !s.settled
}
