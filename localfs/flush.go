package localfs

import (
	"os"
	"sync"
)

// flusher makes files and folders durable. Those that come while it is at others are flushed together, as disks take
// one flush of many in about the time of one. It has no goroutine: whoever comes first works for all who wait.
type flusher struct {
	files   gathering[*os.File]
	folders gathering[string]
}

func newFlusher() *flusher {
	f := &flusher{}
	f.files.flush = flushFiles
	f.folders.flush = flushFolders
	return f
}

// file returns when what was written to f is durable.
func (f *flusher) file(file *os.File) error { return f.files.join(file) }

// folder returns when the names in dir are durable.
func (f *flusher) folder(dir string) error { return f.folders.join(dir) }

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

// flushFiles has the disk begin with all files before it waits for each: the first flush then carries most of the
// others with it. One flush of the whole disk would be quicker still, but it waits for what others write.
func flushFiles(files []*os.File) []error {
	if len(files) > 1 {
		for _, f := range files {
			beginWriting(f, 0, 0)
		}
	}
	errs := make([]error, len(files))
	for i, f := range files {
		errs[i] = f.Sync()
	}
	return errs
}

// gathering lets things that come at the same time be flushed together.
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
