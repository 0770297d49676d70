package queue

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"ferry/internal/vfs"
)

// What is cancelled while it does not run may have left a part at its target. The item is Cancelled at once; its
// part is removed beside the transfers, where a session can be had without taking one from them.

// litter is the part of a copy that was given up.
type litter struct {
	it   *item
	copy copying
	at   place
}

// rubbish is what is to be removed from one shore.
type rubbish struct {
	fs    vfs.FS // nil: the local side, which is not open yet
	all   []litter
	busy  bool      // somebody removes some of it
	tries int       // sessions that were refused, one after another
	until time.Time // no session is asked for before
}

// discard lets the part be removed that an item may have left which is Cancelled now.
func (s *scheduler) discard(it *item) {
	c, at := *it.copy, place{it.ToID, it.To}
	switch {
	case it.folder != nil || it.Tries == 0 || c.to == "" || c.inPlace || c.begin == afresh && c.segments == 0:
		return
	case c.begin == onTheOther || slices.ContainsFunc(s.crew, func(w *crew) bool { return w.writes(at) }):
		return // somebody's own file, or the part of another item
	case c.rule == RuleResume: // the part may be somebody's file that could not be given its name again
		s.remarkPart(it, "stays at the target")
		return
	}
	f := it.batch.req.To
	if f == nil {
		f = s.open[it.ToID]
	}
	if f == nil && it.ToID != localID {
		s.remarkPart(it, "stays at the target, which is not open here")
		return
	}
	r := s.litter[it.ToID]
	if r == nil {
		r = &rubbish{fs: f}
		s.litter[it.ToID] = r
	}
	r.all = append(r.all, litter{it, c, at})
}

func (s *scheduler) remarkPart(it *item, what string) {
	if s.items[it.ID] == it && it.State == Cancelled {
		s.alter(it, func() { it.Note = joinNotes(it.Note, "its unfinished part "+what) })
	}
}

// writes reports whether a worker is at a file that is to come to this place.
func (c *crew) writes(at place) bool {
	return c.busy && c.file != nil && at == place{c.file.ToID, c.file.To}
}

// spare keeps what is at a place, since a copy goes on there.
func (s *scheduler) spare(at place) {
	if r := s.litter[at.shore]; r != nil {
		r.all = slices.DeleteFunc(r.all, func(l litter) bool { return l.at == at })
	}
}

// waitsForBroom reports whether a part is being removed where an item is to come; it goes on afterwards.
func (s *scheduler) waitsForBroom(it *item) bool {
	at := place{it.ToID, it.To}
	waiting, clearing := s.clearing[at]
	if clearing && it.folder == nil {
		s.clearing[at] = append(waiting, it)
	}
	return clearing && it.folder == nil
}

// clearAway begins to remove what can be removed now.
func (s *scheduler) clearAway(now time.Time) {
	for id, r := range s.litter {
		switch {
		case r.busy:
		case len(r.all) == 0:
			delete(s.litter, id)
		case !now.Before(r.until) && s.handy(r.fs):
			s.clearShore(r)
		}
	}
}

// handy reports whether a session can be had that no worker will miss.
func (s *scheduler) handy(f vfs.FS) bool {
	if f == nil || f.ID() == localID {
		return true
	}
	sh := s.shore(f)
	return sh.unused() || sh.held > 0 && !sh.full() && (sh.limit == 0 || sh.held+sh.leasing < sh.limit)
}

// clearShore removes what is to be removed from a shore, in a goroutine that run waits for. Copies to the same places
// wait meanwhile.
func (s *scheduler) clearShore(r *rubbish) {
	all := r.all
	r.all, r.busy = nil, true
	for _, l := range all {
		s.clearing[l.at] = nil
	}
	answered := func() {}
	if f := r.fs; f != nil && f.ID() != localID {
		s.shore(f).leasing++ // until there is an answer no worker asks, too
		answered = func() { s.mail.post(func(s *scheduler) { s.shore(f).leasing-- }) }
	}
	s.openers.Go(func() {
		f, failed := s.removeParts(r.fs, all, answered)
		s.mail.post(func(s *scheduler) {
			r.busy, r.fs = false, f
			s.cleared(r, all, failed)
		})
	})
}

// removeParts owns no state. It gives the shore, which it opens if need be, and for each part why it could not be
// removed.
func (s *scheduler) removeParts(f vfs.FS, all []litter, answered func()) (vfs.FS, []error) {
	failed := make([]error, len(all))
	ctx := s.ctx
	if f == nil || f.ID() == localID { // which takes no time
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), giveBackTime)
		defer cancel()
	}
	err := errNoOpener
	if f == nil && s.options.Open != nil {
		f, err = s.options.Open(ctx, localID)
	}
	var session vfs.Session
	if f != nil {
		session, err = vfs.LeaseSpare(ctx, f)
	}
	answered()
	if err != nil {
		for i := range failed {
			failed[i] = err
		}
		return f, failed
	}
	defer session.Release()
	for i, l := range all {
		t := transfer{ctx: ctx, dst: session, to: f, origins: s.options.Origins, copy: l.copy}
		failed[i] = t.removePart()
	}
	return f, failed
}

// removePart removes what earlier tries left at the target. Where a server refuses, it is asked whether there is any.
func (t *transfer) removePart() error {
	err := t.dst.Remove(t.ctx, vfs.PartialPath(t.to, t.copy.to))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		if left, perr := t.dst.Partial(t.ctx, t.copy.to); perr != nil || left > 0 {
			return err
		}
	}
	t.forget()
	return nil
}

// cleared tells what could not be removed, and lets copies go on that waited.
func (s *scheduler) cleared(r *rubbish, all []litter, failed []error) {
	now := time.Now()
	for i, l := range all {
		switch err := failed[i]; {
		case err == nil:
			r.tries = 0
			if l.it.State == Cancelled {
				l.it.copy.begin = afresh
			}
		case errors.Is(err, vfs.ErrCrowded) && s.ended == nil:
			r.all = append(r.all, l)
		default:
			s.remarkPart(l.it, "could not be removed: "+told(err))
		}
		waiting := s.clearing[l.at]
		delete(s.clearing, l.at)
		for _, it := range waiting {
			if it.State == Waiting && it.spot == 0 {
				s.queue(it, now)
			}
		}
	}
	if len(r.all) > 0 {
		r.tries++
		r.until = now.Add(s.options.pause(r.tries))
		s.later.add(r.until, nil)
	}
}

// swept reports whether nothing is removed now, nor soon.
func (s *scheduler) swept() bool {
	const soon = 3
	for _, r := range s.litter {
		if r.busy || len(r.all) > 0 && r.tries < soon {
			return false
		}
	}
	return true
}

// leaveLitter tells at the end of what was not removed.
func (s *scheduler) leaveLitter() {
	for _, r := range s.litter {
		for _, l := range r.all {
			s.remarkPart(l.it, "stays at the target, for ferry ended")
		}
	}
}
