package queue

import (
	"errors"
	"io/fs"
	"slices"
	"time"

	"ferry/internal/vfs"
)

// add begins a request with its own folder.
func (s *scheduler) add(id BatchID, r Request) {
	b := newBatch(id, r)
	s.batches[id] = b
	s.found(b, nil, []*folder{b.root()})
}

// found takes over what a planner found, or what begins a request.
func (s *scheduler) found(b *batch, items []*item, folders []*folder) {
	why := b.cancelled
	if s.ended != nil {
		why = s.ended
	}
	for _, it := range items {
		if it.State == Waiting && why != nil {
			it.State, it.Reason = Cancelled, why
		}
		s.register(it)
		if it.folder != nil { // and it.State is Failed
			continue
		}
		if it.State == Waiting {
			s.queue(it)
		}
	}
	for _, f := range folders {
		if s.pend(b, 1); why != nil {
			s.endFolder(f, Cancelled, why)
			continue
		}
		f.queued = true
		l := s.lane(b.pair())
		l.folders.pushBack(f)
	}
}

func (s *scheduler) register(it *item) {
	s.lastID++
	it.ID = s.lastID
	if it.State.Final() {
		it.Ended = time.Now()
	}
	s.items[it.ID] = it
	it.batch.items++
	s.tally.count(it, 1)
	s.changed[it.ID] = it
}

// pend counts the folders that are still to be walked to their end.
func (s *scheduler) pend(b *batch, n int) {
	before := b.pending > 0
	b.pending += n
	switch after := b.pending > 0; {
	case after && !before:
		s.tally.Planning++
	case before && !after:
		s.tally.Planning--
	}
	s.dirty = true
}

// end gives an item a final state.
func (s *scheduler) end(it *item, state State, why error) {
	s.alter(it, func() {
		it.State, it.Reason, it.Ended, it.Speed = state, why, time.Now(), 0
		it.Left = -1
		if state == Done {
			it.Left = 0
		}
	})
	it.progress = nil
}

// endFolder ends the walk of a folder. It becomes an item if it went wrong, or did before.
func (s *scheduler) endFolder(f *folder, state State, why error) {
	s.pend(f.batch, -1)
	if f.item == nil && state != Done {
		s.register(f.newItem())
	}
	if f.item != nil {
		s.end(f.item, state, why)
	}
}

// endWaiting ends an item that is not running.
func (s *scheduler) endWaiting(it *item, state State, why error) {
	if it.folder != nil {
		s.endFolder(it.folder, state, why)
		return
	}
	s.end(it, state, why)
}

// wait lets an item wait for another try, or for its first.
func (s *scheduler) wait(it *item, why error) {
	s.alter(it, func() { it.State, it.Reason, it.Speed, it.Left = Waiting, why, 0, -1 })
	it.progress = nil
}

func (s *scheduler) fileEnded(c *crew, it *item, out outcome) {
	s.free(c, out.leased)
	if out.refused != nil && out.err == nil {
		s.alter(it, func() { it.Tries-- })
		s.putBack(it, out.leased)
		return
	}
	s.tally.add(it)
	s.alter(it, func() {
		it.Moved = it.progress.moved.Load()
		it.Proof, it.Note, it.To = out.proof, out.note, out.copy.to
		it.copy = out.copy
		if size := out.copy.source.Size; size >= 0 {
			it.Size = size
		} else if out.state == Done {
			it.Size = it.Moved
		}
	})
	if out.state != Failed || !s.again(it, out.err) {
		s.end(it, out.state, out.err)
	}
}

// putBack gives the turn back to an item for which there was no session.
func (s *scheduler) putBack(it *item, how leased) {
	it.queued = true
	s.lane(it.batch.pair()).files.pushFront(it)
	s.wait(it, how.why)
	s.refused(how.refused, how.why, time.Now())
}

func (s *scheduler) folderEnded(c *crew, f *folder, out outcome) {
	s.free(c, out.leased)
	if out.refused != nil && out.err == nil {
		f.queued = true
		s.lane(f.batch.pair()).folders.pushFront(f)
		if f.item != nil {
			s.alter(f.item, func() { f.item.Tries-- })
			s.wait(f.item, out.why)
		}
		s.refused(out.refused, out.why, time.Now())
		return
	}
	if out.state == Failed && f.item == nil {
		s.register(f.newItem())
		s.alter(f.item, func() { f.item.Tries++ })
	}
	if out.state != Failed || !s.again(f.item, out.err) {
		s.endFolder(f, out.state, out.err)
	}
}

// again arranges another try after a failure that may pass, and reports whether there will be one.
func (s *scheduler) again(it *item, why error) bool {
	if s.ended != nil || it.batch.cancelled != nil {
		return false
	}
	if it.outrun(why) {
		it.copy.look = true
		s.wait(it, why)
		s.queue(it)
		return true
	}
	if !vfs.Temporary(why) || it.failures >= s.options.Retries {
		return false
	}
	it.failures++
	s.wait(it, why)
	s.later.add(time.Now().Add(pause(it.failures)), it)
	return true
}

// outrun reports whether a name that was free when the target was looked at was taken meanwhile, and the rule has an
// answer to that.
func (it *item) outrun(why error) bool {
	return it.folder == nil && errors.Is(why, fs.ErrExist) && it.copy.rule != RuleFail && it.copy.looks < enoughLooks
}

// failWaiting fails all that waits for a file system that cannot be used.
func (s *scheduler) failWaiting(sh *shore, why error) {
	s.endAll(Failed, why, func(b *batch) bool { return b.req.From == sh.fs || b.req.To == sh.fs })
}

// endAll ends all items and folders of the batches that wait.
func (s *scheduler) endAll(state State, why error, match func(*batch) bool) {
	for _, l := range s.lanes {
		// Folders without an item first: they get one, and are then taken out below like all others.
		for _, f := range slices.Clone(l.folders.all[l.folders.head:]) {
			if f.item == nil && match(f.batch) {
				s.endFolder(f, state, why)
			}
		}
	}
	for _, it := range s.items {
		if it.State == Waiting && match(it.batch) {
			s.endWaiting(it, state, why)
		}
	}
}
