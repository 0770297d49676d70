// Package mirror compares two trees and makes a plan of what would make one like the other: to be read first, kept in
// a file, checked again, and carried out. Comparing is pure; reading and carrying out know shores by internal/vfs.
package mirror

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"ferry/internal/vfs"
	"ferry/queue"
)

// Side is one of the two trees: a folder on a shore.
type Side struct {
	FS   vfs.FS
	Root string
}

// Node is something in a tree.
type Node struct {
	Entry vfs.Entry
	Path  string // on its shore
}

// Tree is what was found below a folder, by paths as people read them: "css/site.css".
type Tree struct {
	Nodes map[string]Node
	Left  map[string]bool  // what is there but was filtered out, and is to be left alone
	Holes map[string]error // folders of which not all is known, and why; "" is the root

	twins map[string]string // names that the other tree takes for another one of this tree, see Align
}

// Read lists a tree by some sessions at once, as far as the filter lets it in. Folders that cannot be read, or not to
// their end, become holes. It fails where nothing more can be read at all.
func Read(ctx context.Context, side Side, filter queue.Filter, sessions int) (*Tree, error) {
	r := reader{
		side: side, filter: filter, ahead: []place{{"", side.Root, 0}},
		tree: &Tree{Nodes: map[string]Node{}, Left: map[string]bool{}, Holes: map[string]error{}},
	}
	r.change = sync.NewCond(&r.mu)
	var all sync.WaitGroup
	for i := range max(sessions, 1) {
		all.Go(func() { r.walk(ctx, i == 0) })
	}
	all.Wait()
	return r.tree, r.failed
}

// place is a folder to be listed.
type place struct {
	name, path string
	depth      int
}

type reader struct {
	side   Side
	filter queue.Filter

	mu     sync.Mutex
	change *sync.Cond
	ahead  []place
	busy   int // folders that are being listed
	tree   *Tree
	failed error
}

// walk lists folders until there are none left. Only the first needs to get a session.
func (r *reader) walk(ctx context.Context, first bool) {
	lend := vfs.LeaseSpare
	if first {
		lend = func(ctx context.Context, f vfs.FS) (vfs.Session, error) { return f.Lease(ctx, vfs.Transfer) }
	}
	var s vfs.Session
	defer func() {
		if s != nil {
			s.Release()
		}
	}()
	for {
		at, found := r.next()
		if !found {
			return
		}
		if s == nil {
			var err error
			if s, err = lend(ctx, r.side.FS); err != nil {
				r.giveBack(at, err, first)
				return
			}
		}
		if r.list(ctx, s, at); vfs.Wanted(s) {
			s.Release()
			s = nil
		}
	}
}

// next gives a folder to list; it waits while one that is being listed may bring more.
func (r *reader) next() (place, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.ahead) == 0 && r.busy > 0 && r.failed == nil {
		r.change.Wait()
	}
	if len(r.ahead) == 0 || r.failed != nil {
		return place{}, false
	}
	at := r.ahead[len(r.ahead)-1]
	r.ahead = r.ahead[:len(r.ahead)-1]
	r.busy++
	return at, true
}

// giveBack leaves a folder to others, unless nobody is left who could list it.
func (r *reader) giveBack(at place, err error, fatal bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy--; fatal {
		r.failed = err
	}
	r.ahead = append(r.ahead, at)
	r.change.Broadcast()
}

func (r *reader) list(ctx context.Context, s vfs.Session, at place) {
	var entries []vfs.Entry
	var report vfs.ListReport
	err := error(&vfs.Failure{
		Step: "list " + at.path, Kind: vfs.ErrRefused, Said: "it lies too deep; perhaps a folder holds itself",
	})
	if at.depth <= vfs.MaxDepth {
		entries, report, err = vfs.ReadDir(ctx, s, at.path)
	}
	if err == nil {
		err = incomplete(at.path, report)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.change.Broadcast()
	r.busy--
	if err != nil {
		r.tree.Holes[at.name] = err
		if at.name == "" || ctx.Err() != nil {
			r.failed = err
		}
	}
	for _, e := range entries {
		r.enter(at, e)
	}
}

// incomplete tells why a listing that ended well may not name all that is there.
func incomplete(path string, report vfs.ListReport) error {
	said := report.Note
	if report.Unread > 0 {
		said = fmt.Sprintf("%d lines of its listing could not be read", report.Unread)
	}
	if said == "" {
		return nil
	}
	return &vfs.Failure{Step: "list all of " + path, Kind: vfs.ErrIncomplete, Said: said}
}

func (r *reader) enter(at place, e vfs.Entry) {
	name := vfs.DisplayName(r.side.FS, e.Name)
	if at.name != "" {
		name = at.name + "/" + name
	}
	if vfs.IsPartialName(e.Name) || !r.filter.Passes(name, e) {
		r.tree.Left[name] = true
		return
	}
	path := r.side.FS.Join(at.path, e.Name)
	r.tree.Nodes[name] = Node{e, path}
	if e.IsDir() {
		r.ahead = append(r.ahead, place{name, path, at.depth + 1})
	}
}

// unsure reports whether something may be in a tree although it was not found: a folder on its way is a hole.
func (t *Tree) unsure(name string) bool {
	for {
		slash := strings.LastIndexByte(name, '/')
		name = name[:max(slash, 0)]
		if t.Holes[name] != nil {
			return true
		}
		if slash < 0 {
			return false
		}
	}
}

// leaves reports whether something was filtered out, or lies in a folder that was.
func (t *Tree) leaves(name string) bool {
	for ; name != ""; name = name[:max(strings.LastIndexByte(name, '/'), 0)] {
		if t.Left[name] {
			return true
		}
	}
	return false
}
