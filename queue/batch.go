package queue

import (
	"path"
	"sync/atomic"

	"ferry/internal/vfs"
	"ferry/queue/journal"
)

// batch is what one Request became.
type batch struct {
	id        BatchID
	req       Request
	direction Direction
	found     atomic.Int64 // entries found so far; counted by planners
	pending   int          // folders that wait for being walked or are being walked
	items     int          // items that are not cleared
	active    int          // items of it that wait for their turn or run
	cancelled error        // why nothing more is to be done
	answer    *Rule        // what somebody said to do with all files that are in the way

	route    route
	disk     string                    // at the target that all is written to (see vfs.Disks)
	tied     bool                      // it belongs to a command
	foreign  bool                      // it belongs to another process, and is only shown
	owner    int64                     // that process
	errand   bool                      // something of it is to be verified by this process
	stuck    error                     // why its shores cannot be opened
	known    []*folder                 // what was found of it in the journal, until its shores are open
	rows     map[string]journal.Folder // what the journal holds of its folders, by their paths at the source
	troubled bool                      // folders of it have items
	written  bool                      // the journal knows it
	broke    bool                      // a process died while it had it: more may be done than the journal knows
	unswept  bool                      // of a request to move: something happened since the last sweep for empty folders
}

// mostFound bounds what one request may become, against servers whose folders have no end.
const mostFound = 1_000_000

func newBatch(id BatchID, r Request) *batch {
	way := route{r.From.ID(), r.To.ID()}
	return &batch{id: id, req: r, route: way, direction: way.direction()}
}

func (b *batch) pair() pair { return pair{b.req.From, b.req.To} }

// newItem makes a waiting item without an ID.
func (b *batch) newItem(from, to, name string) *item {
	return &item{batch: b, copy: &copying{}, Item: Item{
		Batch: b.id, Direction: b.direction, FromID: b.route.from, ToID: b.route.to,
		From: from, To: to, Name: name, Size: vfs.SizeUnknown, Left: -1,
	}}
}

// item is the scheduler's record of an Item.
type item struct {
	Item
	batch    *batch
	copy     *copying  // how to copy it, for a file; without a target it cannot be; nil while it is frozen
	folder   *folder   // the folder to walk, for a folder
	progress *progress // while it runs
	meter    meter     // while it runs
	counted  int64     // octets of this try that are in the totals already
	failures int       // failures in a row that may pass
	spot     int       // where it stands in the line of its lane, counted from 1; 0 while it stands in none
	frozen   string    // copy and failures as they came from the journal, until they are needed (see thaw)
	kept     bool      // the journal was told about it
	clean    bool      // it came from the journal and is as it was there
	noted    State     // as it was told
}

// copying is how one file is to be copied. It goes to a worker by value and comes back in its outcome.
type copying struct {
	from, to  string
	source    vfs.Entry
	rule      Rule
	overwrite bool
	begin     begin
	follow    bool // the source is a link, and what it leads to is copied
	look      bool // source and target must be looked at again before anything is done
	looks     int  // how often they were
	finishing bool // the last try broke while the whole was given its name: it may have worked
	broke     bool // a process died while it had it: how far it got is not known
	segments  int  // see Request.Segments
	verify    Verify
	check     bool // nothing is copied: it was, and is compared with its source (see Queue.Verify)
	keepMode  bool
	named     string // what is to be said about its name at the target
	move      bool   // the source is removed when it is proven to be at the target
	inPlace   bool   // it is sent under its final name: asked for, or the server refuses to rename it
}

// folder is one folder of a request that is to be walked. Whoever walks it owns its claims.
type folder struct {
	batch    *batch
	from, to string
	name     string // path below the request's folder; "" for that folder itself
	depth    int
	sources  []Source   // what to copy instead of what a listing tells; for the request's folder
	exists   bool       // a listing told that the target exists and is a folder
	claims   names[int] // in which walk each was given
	real     string     // its path without links, where they are followed; "" until that is known
	hops     []string   // the true paths of the folders whose links led here
	walks    int        // how often it was begun to be walked
	broke    bool       // as its batch says when it is begun
	item     *item      // once it failed; the scheduler's
	queued   bool       // it is in its lane; the scheduler's
	parked   bool       // its item is paused; the scheduler's
	sweep    bool       // it is not to be walked: what is empty in it is to be removed
	later    bool       // its item only shows that it waits for the request's time; the scheduler's
}

// root is the folder that a request begins with.
func (b *batch) root() *folder {
	return &folder{batch: b, from: b.req.FromDir, to: b.req.ToDir, sources: b.req.Sources}
}

func (f *folder) child(name, as string) *folder {
	req := &f.batch.req
	c := &folder{
		batch: f.batch, from: req.From.Join(f.from, name), to: req.To.Join(f.to, as),
		name: below(f.name, vfs.DisplayName(req.From, name)), depth: f.depth + 1,
		hops: f.hops,
	}
	if f.real != "" {
		c.real = req.From.Join(f.real, name)
	}
	return c
}

// stale reports whether it waits in its lane although it was given up.
func (f *folder) stale() bool { return f.item != nil && f.item.State != Waiting }

// newItem makes the item that tells about a folder; only folders that make trouble or wait for their time have one.
func (f *folder) newItem() *item {
	it := f.batch.newItem(f.from, f.to, f.name)
	if f.name == "" {
		it.Name = path.Base(f.from)
		if f.batch.req.From != nil {
			it.Name = f.batch.req.From.Base(f.from)
		}
	}
	it.Folder, it.folder, f.item = true, f, it
	return it
}

func below(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}
