package localfs

import "sync"

// newFlushing makes what flushes folders: many files that get their names in one folder at the same time need one flush
// of it. Files are flushed each by itself, since disks gather those flushes on their own and better.
func newFlushing() *gathering[string] { return &gathering[string]{flush: flushFolders} }

// flushFolders flushes each folder once.
func flushFolders(dirs []string) []error {
	errs, known := make([]error, len(dirs)), map[string]error{}
	for i, dir := range dirs {
		err, done := known[dir]
		if !done {
			err = syncFolder(dir)
			known[dir] = err
		}
		errs[i] = err
	}
	return errs
}

// gathering lets things that come at the same time be flushed together. It has no goroutine: whoever comes first works
// for all who wait.
type gathering[T any] struct {
	flush    func([]T) []error // gives as many errors
	flushing sync.Mutex        // held by who flushes
	mu       sync.Mutex
	next     *group[T] // gathers while another is flushed
}

type group[T any] struct {
	things []T
	errs   []error // once it was flushed
}

// join returns when a flush that began after the call has ended.
func (g *gathering[T]) join(one T) error {
	mine, i := g.enter(one)
	g.flushing.Lock()
	defer g.flushing.Unlock()
	if mine.errs == nil {
		g.leave(mine)
		mine.errs = g.flush(mine.things)
	}
	return mine.errs[i]
}

func (g *gathering[T]) enter(one T) (*group[T], int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.next == nil {
		g.next = &group[T]{}
	}
	g.next.things = append(g.next.things, one)
	return g.next, len(g.next.things) - 1
}

// leave lets who comes from now on gather in another group.
func (g *gathering[T]) leave(full *group[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.next == full {
		g.next = nil
	}
}
