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
	b.tied = s.options.Part == PartAlone
	s.batches[id] = b
	s.noteBatch(b)
	s.know(r.From)
	s.know(r.To)
	s.hope(r.To.ID())
	s.found(b, nil, []*folder{b.root()})
}

// settle answers what a planner or a worker asks where the answer is known already.
func (s *scheduler) settle(it *item) {
	rule, known := s.answers[route{it.FromID, it.ToID}]
	if it.batch.answer != nil {
		rule, known = *it.batch.answer, true
	}
	if it.State == Asking && known {
		it.obey(rule)
	}
}

// obey makes an item that asks wait for its turn, to look again and do as the rule says.
func (it *item) obey(rule Rule) {
	it.thaw()
	it.State, it.Clash = Waiting, nil
	it.copy.rule, it.copy.look, it.copy.looks = rule, true, 0
}

// found takes over what a planner found, or what begins a request.
func (s *scheduler) found(b *batch, items []*item, folders []*folder) {
	if s.batches[b.id] != b {
		return // it belongs to another process meanwhile
	}
	now, why := time.Now(), b.cancelled
	if s.ended != nil && !s.lasts() {
		why = s.ended
	}
	for _, it := range items {
		if it.State.idle() && why != nil {
			it.State, it.Reason, it.Clash = Cancelled, why, nil
		}
		s.settle(it)
		s.register(it)
		if it.folder == nil && it.State == Waiting { // a folder with an item has failed
			s.queue(it, now)
		}
	}
	for _, f := range folders {
		if s.pend(b, 1); why != nil {
			s.endFolder(f, Cancelled, why)
			continue
		}
		if now.Before(b.req.NotBefore) {
			s.postpone(f, now)
		} else {
			s.queueFolder(f)
		}
		s.noteFolder(f, false)
	}
}

// postpone lets a request wait for its time. Until then it has an item, which shows that and can be given orders.
func (s *scheduler) postpone(f *folder, now time.Time) {
	f.later = true
	it := f.newItem()
	it.Until = f.batch.req.NotBefore
	if len(f.sources) == 1 {
		it.Name = vfs.DisplayName(f.batch.req.From, f.sources[0].Entry.Name)
	}
	s.register(it)
	s.queue(it, now)
}

func (s *scheduler) register(it *item) {
	s.lastID++
	it.ID, it.Place = s.lastID, s.nextPlace()
	if it.State.Final() {
		it.Ended = time.Now()
	}
	s.items[it.ID] = it
	it.batch.items++
	if it.State.Final() {
		s.notePast(it)
	}
	s.tally.count(it, 1)
	s.changed[it.ID] = it
}

// nextPlace gives a place behind all others: places grow with time, so that processes which share a queue need not ask
// each other.
func (s *scheduler) nextPlace() int64 {
	s.place = max(s.place+1, time.Now().UnixMicro())
	return s.place
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
	s.unqueue(it)
	s.alter(it, func() {
		state, why = it.judged(state, why)
		it.State, it.Reason, it.Ended, it.Until, it.Speed = state, why, time.Now(), time.Time{}, 0
		it.Left, it.Clash = -1, nil
		if state == Done {
			it.Left = 0
		}
	})
	if !it.Folder || state != Done {
		s.notePast(it)
	}
	it.progress = nil
	if it.State == Cancelled && it.Reason == ErrCancelled { //nolint:errorlint // nothing else is like it
		s.discard(it)
	}
}

// endFolder ends the walk of a folder. It becomes an item if it went wrong, or did before.
func (s *scheduler) endFolder(f *folder, state State, why error) {
	s.park(f, false)
	s.pend(f.batch, -1)
	if f.item == nil && state != Done {
		s.register(f.newItem())
	}
	if f.item != nil {
		s.end(f.item, state, why)
	}
	s.noteFolder(f, true)
}

// endWaiting ends an item that is not running.
func (s *scheduler) endWaiting(it *item, state State, why error) {
	if it.folder != nil {
		s.endFolder(it.folder, state, why)
		return
	}
	s.end(it, state, why)
}

// rest lets an item stand idle: it waits, is paused, or asks.
func (s *scheduler) rest(it *item, state State, why error) {
	s.unqueue(it)
	if it.folder != nil {
		s.park(it.folder, state == Paused)
	}
	s.alter(it, func() { it.State, it.Reason, it.Until, it.Speed, it.Left = state, why, time.Time{}, 0, -1 })
	it.progress = nil
}

// park lets a folder that is paused not be counted as one that is to be walked: nobody waits for it.
func (s *scheduler) park(f *folder, on bool) {
	switch {
	case on && !f.parked:
		s.pend(f.batch, -1)
	case f.parked && !on:
		s.pend(f.batch, 1)
	}
	f.parked = on
}

func (s *scheduler) fileEnded(c *crew, it *item, out outcome) {
	halt := s.haltOf(c, out)
	s.free(c, out.leased)
	if halt == haltGone {
		return
	}
	if out.refused != nil && out.err == nil && halt == haltNot {
		s.alter(it, func() { it.Tries-- })
		s.putBack(it, out.leased)
		return
	}
	s.tally.add(it)
	s.alter(it, func() {
		it.Moved = it.progress.moved.Load()
		if it.Note, it.To = out.note, out.copy.to; !it.copy.check || out.proof > it.Proof {
			it.Proof = out.proof
		}
		*it.copy = out.copy
		if size := out.copy.source.Size; size >= 0 {
			it.Size = size
		} else if out.state == Done {
			it.Size = it.Moved
		}
	})
	switch {
	case halt != haltNot && out.stopped():
		s.halted(it, halt)
	case out.state == Asking:
		s.ask(it, out.clash)
	case out.state == Failed && s.hasNoRoom(it) && errors.Is(out.err, vfs.ErrNoSpace):
		s.rest(it, Paused, out.err) // others have told that already
	case out.state != Failed || !s.again(it, out.err):
		s.end(it, out.state, out.err)
		s.fillUp(it.batch, out.err)
	}
	it.batch.unswept = true
	s.sweepUp(it.batch)
}

// haltOf tells what is to become of a task. A worker may see the end of Run's context before the scheduler does.
func (s *scheduler) haltOf(c *crew, out outcome) halt {
	if c.halt == haltNot && s.lasts() && errors.Is(out.err, ErrInterrupted) {
		return haltBack
	}
	return c.halt
}

// stopped reports whether a try ended because of its context, as far as can be told.
func (o outcome) stopped() bool {
	return o.state == Cancelled || o.refused != nil || o.state == Failed && vfs.Temporary(o.err)
}

// halted does with an item what it was stopped for.
func (s *scheduler) halted(it *item, how halt) {
	switch how {
	case haltPause:
		s.rest(it, Paused, nil)
	case haltBack:
		s.rest(it, Waiting, nil)
		s.queue(it, time.Now())
	default:
		s.endWaiting(it, Cancelled, ErrCancelled)
	}
}

// ask lets an item wait for an answer, unless there is one.
func (s *scheduler) ask(it *item, about *Clash) {
	s.rest(it, Asking, nil)
	s.alter(it, func() {
		it.Clash = about
		s.settle(it)
	})
	if it.State == Waiting {
		s.queue(it, time.Now())
	}
}

// putBack gives the turn back to an item for which there was no session.
func (s *scheduler) putBack(it *item, how leased) {
	now := time.Now()
	s.rest(it, Waiting, how.why)
	s.queue(it, now)
	s.refused(how.refused, how.why, now)
}

func (s *scheduler) folderEnded(c *crew, f *folder, out outcome) {
	halt := s.haltOf(c, out)
	s.free(c, out.leased)
	if halt == haltGone {
		return
	}
	if halt != haltNot && out.stopped() {
		s.folderHalted(f, halt)
		return
	}
	if out.refused != nil && out.err == nil {
		f.queued = true
		s.lane(f.batch.pair()).folders.pushFront(f)
		if f.item != nil {
			s.alter(f.item, func() { f.item.Tries-- })
			s.rest(f.item, Waiting, out.why)
		}
		s.refused(out.refused, out.why, time.Now())
		return
	}
	if out.state == Failed && f.item == nil {
		s.register(f.newItem())
		s.alter(f.item, func() { f.item.Tries++ })
		s.noteFolder(f, false)
	}
	switch {
	case out.state == Failed && s.full[f.batch.room()] != nil && errors.Is(out.err, vfs.ErrNoSpace):
		s.rest(f.item, Paused, out.err) // others have told that already
	case out.state != Failed || !s.again(f.item, out.err):
		s.endFolder(f, out.state, out.err)
		s.fillUp(f.batch, out.err)
	}
	f.batch.unswept = f.batch.unswept || !f.sweep
	s.sweepUp(f.batch)
}

// folderHalted does with a folder what its walk was stopped for. One without an item has nothing to show that it is
// paused, and waits.
func (s *scheduler) folderHalted(f *folder, how halt) {
	if f.item != nil {
		s.halted(f.item, how)
		return
	}
	f.queued = true
	s.lane(f.batch.pair()).folders.pushFront(f)
}

// again arranges another try after a failure that may pass, and reports whether there will be one.
func (s *scheduler) again(it *item, why error) bool {
	if s.ended != nil || it.batch.cancelled != nil {
		return false
	}
	now := time.Now()
	if it.outrun(why) {
		it.copy.look = true
		s.rest(it, Waiting, why)
		s.queue(it, now)
		return true
	}
	if !worthAnother(why) || it.failures >= s.options.Retries {
		return false
	}
	it.failures++
	s.rest(it, Retrying, why)
	s.alter(it, func() { it.Until = now.Add(s.options.pause(it.failures)) })
	s.queue(it, now)
	return true
}

// worthAnother reports whether the same try may succeed later. What did not come whole may do so.
func worthAnother(why error) bool { return vfs.Temporary(why) || errors.Is(why, vfs.ErrIncomplete) }

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
	for _, b := range s.batches {
		if match(b) {
			s.endKnown(b, state, why)
		}
	}
	for _, l := range s.lanes {
		// Folders without an item first: they get one, and are then taken out below like all others.
		for _, f := range slices.Clone(l.folders.all[l.folders.head:]) {
			if f.item == nil && match(f.batch) {
				s.endFolder(f, state, why)
			}
		}
	}
	for _, it := range s.items {
		if it.Elsewhere {
			continue
		}
		waits := it.State == Waiting || it.State == Retrying || state == Cancelled && it.State.idle()
		if waits && match(it.batch) {
			s.endWaiting(it, state, why)
		}
	}
}
