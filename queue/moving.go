package queue

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"ferry/internal/vfs"
)

// Moving is copying, and afterwards taking the source away: each file as soon as it is proven to be at the target, and
// when nothing of the request waits or runs any more the folders that are empty by then.

// takeAway removes the source of a file that has been copied. It stays where the copy is not proven, and where it is
// another one by now. What ends the copying does not keep it from happening: nobody would come back for it.
func (t *transfer) takeAway(out outcome) outcome {
	if out.proof == ProofNone {
		return out.noting("its source stays: nothing proved that all of it has come")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), giveBackTime)
	defer cancel()
	now, err := t.src.Stat(ctx, t.copy.from)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return out
	case err == nil && !t.origin().is(t.originOf(now)):
		return out.noting("its source stays: it has changed meanwhile")
	case err == nil:
		err = t.src.Remove(ctx, t.copy.from)
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return out
	}
	out = out.noting("it is whole at the target, only its source is still there")
	out.state, out.err, out.copy.finishing = Failed, tell(t.copy.from, err), true
	return out
}

func (o outcome) noting(what string) outcome {
	o.note = joinNotes(o.note, what)
	return o
}

func joinNotes(a, b string) string {
	if a != "" && b != "" {
		a += "; "
	}
	return a + b
}

// movedBefore reports whether a source that is not there any more was taken away by a try of which nobody wrote down
// the end: the target has its size, and no part of it is left.
func (t *transfer) movedBefore(why error) bool {
	gone := errors.Is(why, fs.ErrNotExist) || errors.Is(why, vfs.ErrRefused)
	if !t.copy.move || !gone || t.copy.source.Size < 0 {
		return false
	}
	there, err := t.thereIs(t.copy.to)
	if err != nil || there == nil || there.Type != vfs.File || there.Size != t.copy.source.Size {
		return false
	}
	left, err := t.dst.Partial(t.ctx, t.copy.to)
	return err == nil && left == 0
}

// sweepUp lets the emptied folders of a request be removed, once all else of it has come to rest, also where that was
// cancelled. What moves later, since somebody tries it again or answers a question, is followed by another sweep.
func (s *scheduler) sweepUp(b *batch) {
	if !b.req.Move || !b.unswept || b.active+b.pending > 0 || s.ended != nil || b.closed() {
		return
	}
	b.unswept = false
	for _, source := range b.req.Sources {
		if !source.Entry.IsDir() {
			continue
		}
		f := b.root().child(source.Entry.Name, source.Entry.Name)
		f.sweep = true
		s.pend(b, 1)
		s.queueFolder(f)
		s.noteFolder(f, false)
	}
}

// spared gives the folders of a request that are not at the target, or not all of them.
func (s *scheduler) spared(b *batch) map[string]bool {
	all := map[string]bool{}
	for it := range s.ofBatch(b) {
		if it.Folder && it.State != Done && (it.folder == nil || !it.folder.sweep) {
			all[it.From] = true
		}
	}
	return all
}

// sweeper removes empty folders, the deepest first. It asks what is in each: there are servers that remove a folder
// with all that is in it.
type sweeper struct {
	ctx    context.Context
	fs     vfs.FS
	s      vfs.Session
	spared map[string]bool
}

// sweep reports whether a folder is gone.
func (w sweeper) sweep(dir string, depth int) (bool, error) {
	if w.spared[dir] || depth > vfs.MaxDepth {
		return false, nil
	}
	entries, report, err := vfs.ReadDir(w.ctx, w.s, dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err != nil:
		return false, err
	}
	empty := report.Unread == 0 && report.Note == ""
	for _, e := range entries {
		gone := false
		if e.IsDir() {
			if gone, err = w.sweep(w.fs.Join(dir, e.Name), depth+1); err != nil {
				return false, err
			}
		}
		empty = empty && gone
	}
	if !empty {
		return false, nil
	}
	if err := w.s.RemoveDir(w.ctx, dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	return true, nil
}

// checkMove tells why a request cannot be one to move.
func (r Request) checkMove() error {
	switch {
	case !r.Move:
		return nil
	case r.FollowLinks:
		return errors.New("a move does not follow links: what they lead to belongs elsewhere")
	case r.FromDir == r.ToDir && r.From.ID() == r.To.ID():
		return fmt.Errorf("what is to be moved is in %s already", r.ToDir)
	}
	return nil
}
