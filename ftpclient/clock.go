package ftpclient

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// clock is what is known of the times in a server's LIST, which stand in the server's own zone, while MDTM (RFC 3659
// §3) and MLSD tell UTC. Guarded by server.mu.
type clock struct {
	known  bool
	offset time.Duration // how far LIST is ahead of UTC
	tries  int           // attempts at measuring that told nothing
}

// Zones are multiples of a quarter of an hour, from UTC-12 to UTC+14.
const (
	zoneStep     = 15 * time.Minute
	farthestZone = 14 * time.Hour
)

// clockTries bounds the commands that are spent on servers whose times do not fit together.
const clockTries = 3

func plausibleClock(d time.Duration) bool {
	return d >= -farthestZone && d <= farthestZone && d%zoneStep == 0
}

// clockOffset is how far LIST is ahead of UTC, 0 where that is not known.
func (s *server) clockOffset() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock.offset
}

// clockWanted reports whether the offset is yet to be measured, and can be.
func (s *server) clockWanted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.clock.known && s.clock.tries < clockTries && !s.absent["MDTM"]
}

// newest remembers the latest file of a listing that shows hours and minutes: its age is below half a year as a rule,
// so that it is told in the same summer or winter time as now.
type newest struct {
	name string
	at   time.Time
}

// watch looks at entries on their way to batch.
func (n *newest) watch(batch func([]vfs.Entry) error) func([]vfs.Entry) error {
	return func(entries []vfs.Entry) error {
		for _, e := range entries {
			if e.Type == vfs.File && e.Precision == vfs.PrecisionMinute && e.ModTime.After(n.at) {
				n.name, n.at = e.Name, e.ModTime
			}
		}
		return batch(entries)
	}
}

// mostHeld bounds the entries of a listing for a person that wait until the server's zone is known.
const mostHeld = 5000

// holder keeps the entries of a first listing until the server's zone is known, so that nobody copies a file under a
// wrong time. Of a listing with more than most entries it keeps nothing: the first screen must not wait for its end.
type holder struct {
	batch   func([]vfs.Entry) error
	most    int
	held    []vfs.Entry
	passing bool
}

func (h *holder) take(entries []vfs.Entry) error {
	if h.passing {
		return h.batch(entries)
	}
	if h.held = append(h.held, entries...); len(h.held) > h.most {
		return h.release()
	}
	return nil
}

// release hands over what was held, and lets the rest pass.
func (h *holder) release() error {
	held := h.held
	h.held, h.passing = nil, true
	if len(held) == 0 {
		return nil
	}
	return h.batch(held)
}

// measureClock asks MDTM about a file whose LIST time is known, once per server, and gives what must be added to the
// times of the listing at hand, if that was handed over as it came. Later listings are read with the offset.
func (c *Conn) measureClock(ctx context.Context, dir string, file newest) time.Duration {
	if file.name == "" || !c.Usable() {
		return 0
	}
	path := file.name // CWD went into dir
	if strings.HasPrefix(dir, "/") {
		// Servers that set times by MDTM would take a bare name of digits for one.
		path = strings.TrimSuffix(dir, "/") + "/" + file.name
	}
	exact, err := c.ModTime(ctx, path)
	offset := file.at.Sub(exact).Round(zoneStep)
	strayed := (file.at.Sub(exact) - offset).Abs()
	if err != nil || !plausibleClock(offset) || strayed > time.Minute {
		c.server.mu.Lock()
		defer c.server.mu.Unlock()
		c.server.clock.tries++
		return 0
	}
	c.server.learn(func() { c.server.clock.known, c.server.clock.offset = true, offset })
	if offset != 0 {
		c.note(fmt.Sprintf("the server's listings tell its own time, which is UTC%+.4g h; times are corrected by that",
			offset.Hours()))
	}
	return -offset
}
