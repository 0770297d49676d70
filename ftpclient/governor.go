package ftpclient

import (
	"errors"
	"io"
	"syscall"
	"time"

	"ferry/internal/vfs"
)

// governor knows how many control connections there may be at a time. A server tells its cap by refusing one more: with
// 421 or 530, by a port that is closed, or by silence. What was refused once is not asked for again. Its Client's mutex
// guards it.
type governor struct {
	most    int  // what the configuration allows
	spare   bool // one is kept for browsing
	cap     int  // what the server allows; 0: not known
	stood   int  // most that stood at a time
	low     int  // holds instead until a moment, after a refusal that may have other reasons
	until   time.Time
	strikes int // such refusals, one after another
}

func governorOf(s *server) governor {
	return governor{most: s.cfg.MaxConns, spare: !s.cfg.NoSpare, cap: s.connsAllowed}
}

// The pause after a refusal that may have other reasons than a cap; it doubles with each of them.
const (
	firstLow   = 10 * time.Second
	longestLow = 10 * time.Minute
)

// limit gives how many connections there may be now.
func (g *governor) limit(now time.Time) int {
	n := g.most
	if g.cap > 0 {
		n = min(n, g.cap)
	}
	if g.low > 0 && now.Before(g.until) {
		n = min(n, g.low)
	}
	return n
}

// room gives how many of them transfers may have. The one for browsing is given up where it is the only one.
func (g *governor) room(now time.Time) int {
	n := g.limit(now)
	if g.spare && n > 1 {
		n--
	}
	return n
}

// grown notes that n connections stand. It reports whether the cap turned out to be higher: several may have been asked
// for at once, and the refusal come before another one's welcome.
func (g *governor) grown(n int) bool {
	if n > g.stood {
		g.stood, g.strikes, g.low = n, 0, 0
	}
	if g.cap == 0 || n <= g.cap {
		return false
	}
	g.cap = n
	return true
}

// refused notes that one more than n was refused, and reports whether that tells the cap. It does not where more stood
// before, since the server may still count one that has gone; nor where nothing was said, unless that happens again.
func (g *governor) refused(n int, said bool, now time.Time) bool {
	if n >= g.stood && (said || g.strikes > 0) {
		g.cap, g.strikes = n, 0
		return true
	}
	g.low, g.until = n, now.Add(min(firstLow<<min(g.strikes, 10), longestLow))
	g.strikes++
	return false
}

// pause gives how long the passing limit holds still; 0 where none does.
func (g *governor) pause(now time.Time) time.Duration {
	if g.low == 0 {
		return 0
	}
	return max(g.until.Sub(now), 0)
}

// isTurnedAway reports a connection that did not come to be without a word about why. While others stand that may mean
// a cap.
func isTurnedAway(err error) bool {
	var refused *ReplyError
	return !errors.As(err, &refused) && !errors.Is(err, vfs.ErrTLS) &&
		(errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF) ||
			errors.Is(err, vfs.ErrTimeout) || isTimeout(err))
}
