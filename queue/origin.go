package queue

import (
	"sync"
	"time"

	"ferry/internal/vfs"
)

// Origin is the source of which an unfinished part is the beginning, as it was when the part was begun.
type Origin struct {
	Shore     string // vfs.FS.ID of the source
	Path      string
	Size      int64 // octets, or vfs.SizeUnknown
	ModTime   time.Time
	Precision vfs.Precision // of ModTime
}

// is reports whether the source o may still be what it was as was: the same size, and the same time as exactly as both
// are known.
func (o Origin) is(was Origin) bool {
	if o.Shore != was.Shore || o.Path != was.Path || o.Size != was.Size {
		return false
	}
	unit := min(o.Precision, was.Precision).Unit()
	return unit == 0 || o.ModTime.Truncate(unit).Equal(was.ModTime.Truncate(unit))
}

// Origins remembers where unfinished parts come from, by the shore (vfs.FS.ID) and path of what they are to become. It
// is asked by several workers at once, and only about files that are larger than what a resumed copy compares anyway.
// What it does not know is proven by its last octets alone.
type Origins interface {
	// Origin gives what was remembered last, and whether there is anything.
	Origin(shore, path string) (Origin, bool)
	// Remember is called before anything of a part is written.
	Remember(shore, path string, o Origin)
	// Forget is called when the part has become the whole or is gone.
	Forget(shore, path string)
}

// place is where a part is to become a file.
type place struct{ shore, path string }

// memory is the Origins of a queue that was given none: it lasts as long as the queue.
type memory struct {
	mu  sync.Mutex
	all map[place]Origin
}

func newMemory() *memory { return &memory{all: map[place]Origin{}} }

func (m *memory) Origin(shore, path string) (Origin, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, known := m.all[place{shore, path}]
	return o, known
}

func (m *memory) Remember(shore, path string, o Origin) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all[place{shore, path}] = o
}

func (m *memory) Forget(shore, path string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, place{shore, path})
}

// origin is the source as it is known now.
func (t *transfer) origin() Origin { return t.originOf(t.copy.source) }

func (t *transfer) originOf(e vfs.Entry) Origin {
	return Origin{Shore: t.from.ID(), Path: t.copy.from, Size: e.Size, ModTime: e.ModTime, Precision: e.Precision}
}

// rememberable reports whether the part may grow longer than what is compared of it anyway.
func (t *transfer) rememberable() bool {
	return t.copy.source.Size < 0 || t.copy.source.Size > proofSize
}

func (t *transfer) remember() {
	if t.rememberable() {
		t.origins.Remember(t.to.ID(), t.copy.to, t.origin())
	}
}

// forget is for when nothing is left of an unfinished part, or is to be left.
func (t *transfer) forget() {
	if s := newSegments(t, 0); t.copy.segments != 0 && s.target != nil {
		s.discard() // a process that died may have left what it noted
	}
	if t.rememberable() {
		t.origins.Forget(t.to.ID(), t.copy.to)
	}
}
