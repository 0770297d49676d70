package queue

import (
	"context"
	"encoding/json"
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ferry/internal/vfs"
)

// Speed limits what goes up and down, in octets a second; 0 does not.
type Speed struct{ Up, Down int64 }

// Limits bound how fast octets move over connections: all together and, besides, for single sites; and how many
// workers a site may have.
type Limits struct {
	Total   Speed
	Sites   map[string]Speed // by vfs.FS.ID
	Workers map[string]int   // by vfs.FS.ID, "" for all other servers; without a number only Together counts
	// Together is how many workers there may be over all servers, of Options.Workers at most; 0 is all of these.
	Together int
}

// SetLimits changes the limits, those of speed at once also for what runs, those of workers with their next tasks.
func (q *Queue) SetLimits(l Limits) {
	l.Workers = maps.Clone(l.Workers)
	q.limits.set(l)
	q.mail.post(func(s *scheduler) { s.mostWorkers, s.together = l.Workers, l.Together })
}

// SetRetries changes Options.Retries, with the next failure.
func (q *Queue) SetRetries(n int) {
	n = triesFor(n)
	q.mail.post(func(s *scheduler) { s.options.Retries = n })
}

// LimitEverywhere bounds besides what SetLimits says how fast octets move in each of the processes that share the
// journal, until it is called again, also in those that come later. It changes what runs at once.
func (q *Queue) LimitEverywhere(to Speed) {
	q.mail.post(func(s *scheduler) {
		s.shareLimit(to)
		s.noteLimit()
	})
}

func (s *scheduler) shareLimit(to Speed) {
	s.tally.Limit, s.dirty = to, true
	s.limits.share(to)
}

func (s *scheduler) noteLimit() {
	value := ""
	if s.tally.Limit != (Speed{}) {
		value = encode(s.tally.Limit)
	}
	s.noteSetting(settingLimit, value)
}

// readLimit reads what noteLimit wrote; what it cannot read is no limit.
func readLimit(value string) (s Speed) {
	if json.Unmarshal([]byte(value), &s) != nil {
		return Speed{}
	}
	return Speed{Up: max(s.Up, 0), Down: max(s.Down, 0)}
}

// everywhere is the site of the limits that all processes have, each for itself.
const everywhere = "\x00"

// limitKey names one limit: a site, "" for all, or everywhere; and a direction.
type limitKey struct {
	site string
	up   bool
}

// limits hands out paces, which follow them. Safe for concurrent use.
type limits struct {
	mu      sync.Mutex
	own     Limits
	shared  Speed // with other processes
	all     map[limitKey]*limit
	changed chan struct{} // closed when they change
}

func newLimits() *limits { return &limits{changed: make(chan struct{})} }

func (l *limits) set(own Limits) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.own = own
	l.renew()
}

func (l *limits) share(s Speed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shared = s
	l.renew()
}

// renew makes the limits what they are to be now; those that stay keep their credit. The lock is held.
func (l *limits) renew() {
	all := map[limitKey]*limit{}
	put := func(site string, s Speed) {
		for key, n := range map[limitKey]int64{{site, true}: s.Up, {site, false}: s.Down} {
			if n > 0 {
				all[key] = l.all[key].at(n)
			}
		}
	}
	put("", l.own.Total)
	put(everywhere, l.shared)
	for site, s := range l.own.Sites {
		put(site, s)
	}
	l.all = all
	close(l.changed)
	l.changed = make(chan struct{})
}

// of gives the limits that hold for some keys, and a channel that is closed when that changes.
func (l *limits) of(keys []limitKey) ([]*limit, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == 0 {
		return nil, l.changed
	}
	var some []*limit
	for _, key := range keys {
		if one := l.all[key]; one != nil {
			some = append(some, one)
		}
	}
	return some, l.changed
}

// pace is a vfs.Pacer for copies from one site to another: what leaves a server comes down, what enters one goes up.
func (l *limits) pace(from, to string) vfs.Pacer {
	p := &pace{limits: l}
	if from != localID {
		p.keys = append(p.keys, limitKey{"", false}, limitKey{everywhere, false}, limitKey{from, false})
	}
	if to != localID {
		p.keys = append(p.keys, limitKey{"", true}, limitKey{everywhere, true}, limitKey{to, true})
	}
	return p
}

type pace struct {
	limits *limits
	keys   []limitKey
}

// Piece gives what may go in about a twentieth of a second.
func (p *pace) Piece() int64 {
	least := int64(0)
	some, _ := p.limits.of(p.keys)
	for _, one := range some {
		if least == 0 || one.piece < least {
			least = one.piece
		}
	}
	return least
}

// Spent waits for the slowest of the limits, or until they change.
func (p *pace) Spent(ctx context.Context, octets int64) {
	some, changed := p.limits.of(p.keys)
	var longest time.Duration
	for _, one := range some {
		longest = max(longest, one.spend(octets))
	}
	if longest <= 0 {
		return
	}
	timer := time.NewTimer(longest)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-changed:
	case <-ctx.Done():
	}
}

// limit is one limit, shared by all transfers for which it holds.
type limit struct {
	*rate.Limiter
	piece int64
}

const (
	pieces       = 20 // a second has
	largestPiece = 4 << 20
	credit       = 5 // pieces that may be made up for when a pause was too long
)

// at gives the limit at a new speed; it may be nil before.
func (l *limit) at(speed int64) *limit {
	piece := min(max(speed/pieces, 1), largestPiece)
	burst := int(piece) * credit
	now := time.Now()
	if l == nil {
		fresh := &limit{rate.NewLimiter(rate.Limit(speed), burst), piece}
		fresh.ReserveN(now, burst) // it begins without credit
		return fresh
	}
	l.SetLimitAt(now, rate.Limit(speed))
	l.SetBurstAt(now, burst)
	return &limit{l.Limiter, piece}
}

// spend takes octets off the credit and gives how long to wait until it is made up for. What went in one large piece
// before there was a limit is not held against it.
func (l *limit) spend(octets int64) time.Duration {
	now := time.Now()
	return l.ReserveN(now, int(min(octets, int64(l.Burst())))).DelayFrom(now)
}
