package queue

import (
	"time"

	"ferry/internal/vfs"
)

// deque is a line in which one can also push in at the front. The zero deque is empty.
type deque[T any] struct {
	all  []T
	head int
}

func (d *deque[T]) len() int { return len(d.all) - d.head }

func (d *deque[T]) pushBack(v T) { d.all = append(d.all, v) }

func (d *deque[T]) pushFront(v T) {
	if d.head == 0 {
		d.all = append(make([]T, 16, 16+len(d.all)), d.all...)
		d.head = 16
	}
	d.head--
	d.all[d.head] = v
}

// first is the one whose turn it is; there must be one.
func (d *deque[T]) first() T { return d.all[d.head] }

func (d *deque[T]) pop() T {
	var none T
	v := d.all[d.head]
	d.all[d.head] = none // lets go of it
	d.head++
	if d.head == len(d.all) {
		d.all, d.head = d.all[:0], 0
	} else if d.head > 1024 && d.head > len(d.all)/2 {
		d.all = append(d.all[:0:0], d.all[d.head:]...)
		d.head = 0
	}
	return v
}

// pair is what a worker needs sessions for. Both may be one file system.
type pair struct {
	from, to vfs.FS
}

// lane is the line of what waits to walk between one pair of file systems, so that a server that cannot be reached
// holds up nobody else.
type lane struct {
	pair
	files   line
	folders deque[*folder]
	walking int // folders that are being walked now
	running int // workers that are on this lane, for folders or files
}

// prune drops folders that were given up while they waited, so that empty tells the truth.
func (l *lane) prune() {
	for l.folders.len() > 0 && l.folders.first().stale() {
		l.folders.pop().queued = false
	}
}

func (l *lane) empty() bool {
	l.prune()
	return l.files.Len()+l.folders.len() == 0
}

// wantsWalk decides whether the next task is to walk a folder. Of several workers one always walks, so that totals
// are known early; the others do when no file waits. A lone worker walks only while few files wait.
func (l *lane) wantsWalk() bool {
	const few = 256
	switch {
	case l.folders.len() == 0:
		return false
	case l.files.Len() == 0:
		return true
	case l.running > 0:
		return l.walking == 0
	}
	return l.files.Len() < few
}

func (l *lane) touches(sh *shore) bool { return l.from == sh.fs || l.to == sh.fs }

// shore is what the scheduler knows about one file system.
type shore struct {
	fs      vfs.FS
	held    int       // sessions that workers hold
	leasing int       // workers that are asking for one
	limit   int       // most sessions that it seems to allow; 0: not known to be limited
	tries   int       // leases that failed one after another
	until   time.Time // no lease is tried before
	pairing chan struct{}
}

// bigPause is how long a file system that refused one session more is left alone.
const bigPause = 30 * time.Second

func newShore(f vfs.FS) *shore { return &shore{fs: f, pairing: make(chan struct{}, 1)} }

// admits reports whether one more worker may ask for a session. The first has to succeed before others try: a wrong
// password must not be sent by all of them.
func (sh *shore) admits(now time.Time) bool {
	switch {
	case sh.held == 0:
		// A pause that began while others held sessions was for more of them.
		return sh.leasing == 0 && (sh.tries == 0 || !now.Before(sh.until))
	case sh.full():
		return false
	case sh.limit > 0 && sh.held+sh.leasing >= sh.limit:
		return sh.leasing == 0 && !now.Before(sh.until)
	}
	return true
}

// workers counts those that have sessions here or ask for some. On a pair that is one file system each has two.
func (sh *shore) workers(both [2]*shore) int {
	n := sh.held + sh.leasing
	if both[0] == both[1] {
		n /= 2
	}
	return n
}

// unused reports whether no worker has a session or asks for one.
func (sh *shore) unused() bool { return sh.held+sh.leasing == 0 }

// full reports whether workers have all the sessions that the file system is known to lend.
func (sh *shore) full() bool {
	g, tells := sh.fs.(vfs.Governed)
	return tells && sh.held+sh.leasing >= g.Room()
}
