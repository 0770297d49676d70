package vfs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// MaxDepth is how deep below its root a tree is followed, against folders that hold themselves.
const MaxDepth = 256

// Folder is one folder that Walk came to.
type Folder struct {
	Path    string
	Depth   int // 0 for the root
	Entries []Entry
	Report  ListReport
	Err     error // why Entries are not all; nil if they are
}

// Walk lists root and all folders below it, each before those inside it, and hands each to visit. It follows no
// link. visit may sort Entries: folders are walked in that order. If it returns fs.SkipDir, nothing below that
// folder is visited; another error ends the walk and is returned. Folders that cannot be listed are handed over
// with Err and do not end the walk, unless nothing more can come: then the reason is returned as well.
func Walk(ctx context.Context, f FS, s Session, root string, visit func(Folder) error) error {
	ahead := []Folder{{Path: root}}
	for len(ahead) > 0 {
		at := ahead[len(ahead)-1]
		ahead = ahead[:len(ahead)-1]
		at.read(ctx, s)
		err := visit(at)
		switch {
		case errors.Is(err, fs.SkipDir):
			continue
		case err != nil:
			return err
		case hopeless(ctx, at.Err):
			return at.Err
		}
		for _, e := range slices.Backward(at.Entries) {
			if e.IsDir() {
				ahead = append(ahead, Folder{Path: f.Join(at.Path, e.Name), Depth: at.Depth + 1})
			}
		}
	}
	return nil
}

func (at *Folder) read(ctx context.Context, s Session) {
	if at.Depth > MaxDepth {
		at.Err = tooDeep("list " + at.Path)
		return
	}
	at.Entries, at.Report, at.Err = ReadDir(ctx, s, at.Path)
}

func tooDeep(step string) error {
	return &Failure{
		Step: step, Kind: ErrRefused,
		Said: fmt.Sprintf("it lies more than %d folders deep; perhaps a folder holds itself", MaxDepth),
	}
}

// hopeless reports whether every further step will fail like this one.
func hopeless(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil ||
		errors.Is(err, ErrConnect) || errors.Is(err, ErrLogin) || errors.Is(err, ErrTLS))
}

// MaxRemovalErrors bounds the errors that a Removal keeps.
const MaxRemovalErrors = 100

// Removal tells how RemoveTree went.
type Removal struct {
	Removed int     // files, links and folders that are gone
	Failed  int     // what could not be removed, or not be looked into
	Errors  []error // the first MaxRemovalErrors reasons
}

// RemoveTree removes what is at path, which e tells about; a folder with all that is in it, the deepest first. It
// follows no link: links go, what they point to stays. It goes on after errors, counts them, and leaves alone what
// is in a folder whose listing broke off, but stops where every further step would fail. report, unless nil, is
// called after each removal with their number so far and the path.
func RemoveTree(
	ctx context.Context, f FS, s Session, path string, e Entry, report func(removed int, path string),
) Removal {
	r := remover{ctx: ctx, f: f, s: s, report: report}
	r.remove(path, e, 0)
	return r.Removal
}

type remover struct {
	Removal
	ctx      context.Context
	f        FS
	s        Session
	report   func(removed int, path string)
	finished bool // by an error that all further steps would meet
}

// remove reports whether path is gone.
func (r *remover) remove(path string, e Entry, depth int) bool {
	if !e.IsDir() {
		return r.note(path, r.s.Remove(r.ctx, path))
	}
	return r.empty(path, depth) && r.note(path, r.s.RemoveDir(r.ctx, path))
}

// empty removes all that is in the folder dir and reports whether nothing is left.
func (r *remover) empty(dir string, depth int) bool {
	if depth > MaxDepth {
		return r.fail(tooDeep("remove " + dir))
	}
	// All is listed before anything is removed: a listing of a folder that changes may leave things out.
	entries, _, err := ReadDir(r.ctx, r.s, dir)
	if err != nil {
		return r.fail(err)
	}
	all := true
	for _, e := range entries {
		gone := r.remove(r.f.Join(dir, e.Name), e, depth+1)
		if r.finished {
			return false
		}
		all = all && gone
	}
	return all
}

func (r *remover) note(path string, err error) bool {
	if err != nil {
		return r.fail(err)
	}
	r.Removed++
	if r.report != nil {
		r.report(r.Removed, path)
	}
	return true
}

func (r *remover) fail(err error) bool {
	r.Failed++
	if len(r.Errors) < MaxRemovalErrors {
		r.Errors = append(r.Errors, err)
	}
	r.finished = r.finished || hopeless(r.ctx, err)
	return false
}
