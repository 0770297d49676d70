package queue

// What the methods of Queue ask of the scheduler.

import "time"

// giveUp cancels what batches have waiting and running, and what their planners are still to find.
func (s *scheduler) giveUp(why error, match func(*batch) bool) {
	for _, b := range s.batches {
		if match(b) {
			b.cancelled = why
		}
	}
	s.endAll(Cancelled, why, match)
	for _, c := range s.crew {
		if c.busy && match(c.batch()) {
			c.cancel(why)
		}
	}
}

func (c *crew) batch() *batch {
	if c.file != nil {
		return c.file.batch
	}
	return c.folder.batch
}

func (s *scheduler) cancelAll() { s.giveUp(ErrCancelled, func(*batch) bool { return true }) }

func (s *scheduler) cancelBatch(id BatchID) {
	s.giveUp(ErrCancelled, func(b *batch) bool { return b.id == id })
}

func (s *scheduler) cancelItems(ids []ItemID) {
	for _, id := range ids {
		it := s.items[id]
		switch {
		case it == nil || it.State.Final():
		case it.State == Waiting:
			s.endWaiting(it, Cancelled, ErrCancelled)
		default:
			s.cancelRunning(it)
		}
	}
}

func (s *scheduler) cancelRunning(it *item) {
	for _, c := range s.crew {
		if c.busy && (c.file == it || it.folder != nil && c.folder == it.folder) {
			c.cancel(ErrCancelled)
		}
	}
}

func (s *scheduler) retry(ids []ItemID) {
	for _, id := range ids {
		it := s.items[id]
		if it == nil || !it.State.Final() || it.State == Done || s.ended != nil {
			continue
		}
		if it.folder == nil && it.copy.to == "" {
			continue // its name cannot be used there, whatever is tried
		}
		it.batch.cancelled = nil
		it.failures = 0
		it.copy.look, it.copy.looks = true, 0
		if it.folder != nil {
			s.pend(it.batch, 1)
		}
		s.wait(it, nil)
		s.alter(it, func() { it.Note, it.Ended = "", time.Time{} })
		s.queue(it)
	}
}

func (s *scheduler) clearFinal() {
	for id, it := range s.items {
		if !it.State.Final() {
			continue
		}
		s.tally.count(it, -1)
		delete(s.items, id)
		delete(s.changed, id)
		s.removed = append(s.removed, id)
		it.batch.items--
	}
	for id, b := range s.batches {
		if b.items == 0 && b.pending == 0 {
			delete(s.batches, id)
		}
	}
	s.dirty = true
}
