package queue

// What the methods of Queue ask of the scheduler.

import (
	"cmp"
	"slices"
	"time"

	"ferry/internal/vfs"
)

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
			c.stop(why, haltCancel)
		}
	}
	for _, b := range s.batches {
		if match(b) {
			s.sweepUp(b)
		}
	}
}

func (c *crew) batch() *batch {
	if c.file != nil {
		return c.file.batch
	}
	return c.folder.batch
}

// stop tells a busy worker to let go. A worker that was stopped already has heard another reason, so that how decides
// what is to become of its task.
func (c *crew) stop(why error, how halt) {
	if how != haltCancel || c.halt != haltNot {
		c.halt = how
	}
	c.cancel(why)
}

func (s *scheduler) cancelAll() { s.giveUp(ErrCancelled, func(*batch) bool { return true }) }

func (s *scheduler) cancelBatch(id BatchID) {
	s.giveUp(ErrCancelled, func(b *batch) bool { return b.id == id })
}

func (s *scheduler) cancelItems(ids []ItemID) {
	for it := range s.named(ids) {
		switch {
		case it.State.idle():
			s.endWaiting(it, Cancelled, ErrCancelled)
			s.sweepUp(it.batch)
		case it.State == Running:
			s.stopRunning(it, ErrCancelled, haltCancel)
		}
	}
}

// named gives the items of those IDs that are known.
func (s *scheduler) named(ids []ItemID) func(yield func(*item) bool) {
	return func(yield func(*item) bool) {
		for _, id := range ids {
			if it := s.items[id]; it != nil && !yield(it) {
				return
			}
		}
	}
}

func (s *scheduler) stopRunning(it *item, why error, how halt) {
	for _, c := range s.crew {
		if c.busy && (c.file == it || it.folder != nil && c.folder == it.folder) {
			c.stop(why, how)
		}
	}
}

func (s *scheduler) pauseItems(ids []ItemID) {
	for it := range s.named(ids) {
		switch it.State {
		case Running:
			s.stopRunning(it, errPaused, haltPause)
		case Waiting, Retrying:
			s.rest(it, Paused, it.Reason)
		default:
		}
	}
}

func (s *scheduler) resumeItems(ids []ItemID) {
	for it := range s.named(ids) {
		if it.State == Paused && s.ended == nil {
			s.roomMade(it)
			s.resume(it)
		}
	}
}

func (s *scheduler) resume(it *item) {
	it.thaw()
	it.copy.look = it.copy.look || it.Tries > 0 // what was begun may have changed meanwhile
	s.untie(it.batch)
	s.goOn(it)
}

// goOn lets an idle item wait for its turn.
func (s *scheduler) goOn(it *item) {
	s.rest(it, Waiting, nil)
	s.queue(it, time.Now())
}

// untie lets others go on with what a command left behind, since somebody wants that.
func (s *scheduler) untie(b *batch) {
	if b.tied && s.options.Part != PartAlone {
		b.tied = false
		s.noteBatch(b)
	}
}

// hold stops everything, or lets it go on, in all processes.
func (s *scheduler) hold(on bool) {
	value := ""
	if on {
		value = "yes"
	}
	s.noteSetting(settingHeld, value)
	s.applyHold(on)
}

func (s *scheduler) resumeAll() {
	s.hold(false)
	s.command(order{Verb: verbResume, Items: s.heldForRoom()})
}

func (s *scheduler) applyHold(on bool) {
	s.held, s.tally.Held, s.dirty = on, on, true
	for _, c := range s.crew {
		if on && c.busy && c.halt == haltNot {
			c.stop(errPaused, haltBack)
		}
	}
}

func (s *scheduler) delay(until time.Time, ids []ItemID) {
	for it := range s.named(ids) {
		if it.State.idle() && it.State != Asking && s.ended == nil {
			s.untie(it.batch)
			s.rest(it, Waiting, nil)
			s.alter(it, func() { it.Until = until })
			s.queue(it, time.Now())
		}
	}
}

func (s *scheduler) retry(ids []ItemID) {
	for it := range s.named(ids) {
		switch {
		case s.ended != nil:
		case it.State == Waiting && it.batch.closed():
			s.openShores(it.batch)
		case it.State == Retrying:
			s.goOn(it)
		case it.State == Paused && it.lacksRoom():
			s.roomMade(it)
			s.resume(it)
		case it.State.Final() && it.State != Done && (it.folder != nil || it.how() != ""):
			s.roomMade(it)
			s.retryFinal(it)
		default: // without a target its name cannot be used there, whatever is tried
		}
	}
}

// renamed gives failed items another name at their target, and tells those that can be tried by it. "" changes nothing.
func (s *scheduler) renamed(name string, ids []ItemID) []ItemID {
	if name == "" {
		return ids
	}
	var able []ItemID
	for it := range s.named(ids) {
		to := it.batch.req.To
		if to == nil || it.folder != nil || it.State != Failed || it.how() == "" {
			continue
		}
		it.thaw()
		wire, err := vfs.WireName(to, name)
		if err = cmp.Or(err, to.CheckName(wire)); err != nil {
			s.alter(it, func() { it.Reason = err })
			continue
		}
		it.copy.to, it.copy.begin, it.copy.finishing = to.Join(to.Parent(it.To), wire), afresh, false
		s.alter(it, func() { it.To = it.copy.to })
		able = append(able, it.ID)
	}
	return able
}

func (s *scheduler) retryFinal(it *item) {
	it.thaw()
	s.untie(it.batch)
	it.batch.cancelled = nil
	it.failures = 0
	it.copy.look, it.copy.looks = true, 0
	if it.folder != nil {
		s.pend(it.batch, 1)
		s.noteFolder(it.folder, false)
	}
	s.rest(it, Waiting, nil)
	s.alter(it, func() { it.Note, it.Ended, it.Place = "", time.Time{}, s.nextPlace() })
	s.queue(it, time.Now())
}

func (s *scheduler) retryFailed() {
	var ids []ItemID
	for id, it := range s.items {
		if it.State == Failed {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	s.command(order{Verb: verbRetry, Items: ids})
}

// answer says what to do with files that are in the way.
func (s *scheduler) answer(rule Rule, how Scope, ids []ItemID) {
	batches, routes := map[*batch]bool{}, map[route]bool{}
	for it := range s.named(ids) {
		switch how {
		case AnswerBatch:
			it.batch.answer = &rule
			batches[it.batch] = true
			s.noteBatch(it.batch)
		case AnswerAlways:
			r := route{it.FromID, it.ToID}
			s.answers[r], routes[r] = rule, true
			s.noteSetting(settingAnswer+r.from+" "+r.to, rule.String())
		default:
		}
		s.answerOne(it, rule)
	}
	if how == AnswerThis {
		return
	}
	for _, it := range s.items {
		if batches[it.batch] || routes[route{it.FromID, it.ToID}] {
			s.answerOne(it, rule)
		}
	}
}

func (s *scheduler) answerOne(it *item, rule Rule) {
	if it.State == Asking && s.ended == nil && !it.Elsewhere {
		s.untie(it.batch)
		s.alter(it, func() { it.obey(rule) })
		s.queue(it, time.Now())
	}
}

func (s *scheduler) clearFinal() {
	var ids []ItemID
	for id, it := range s.items {
		if it.State.Final() {
			ids = append(ids, id)
		}
	}
	s.command(order{Verb: verbClear, Items: ids})
}

// askAgain forgets what was answered for always.
func (s *scheduler) askAgain() {
	for r := range s.answers {
		s.noteSetting(settingAnswer+r.from+" "+r.to, "")
	}
	clear(s.answers)
}

func (s *scheduler) clearItems(ids []ItemID) {
	for it := range s.named(ids) {
		if it.State.Final() {
			s.forget(it)
		}
	}
	s.forgetBatches()
}

func (s *scheduler) forget(it *item) {
	s.unqueue(it)
	s.tally.count(it, -1)
	delete(s.items, it.ID)
	delete(s.changed, it.ID)
	s.removed = append(s.removed, it.ID)
	if it.Elsewhere {
		s.foreign[it.ID] = true
	}
	it.batch.items--
	s.dirty = true
}

func (s *scheduler) forgetBatches() {
	for id, b := range s.batches {
		if b.items == 0 && b.pending == 0 && !b.foreign {
			delete(s.batches, id)
			s.note(func(n *notes) { n.batches[id] = nil })
		}
	}
}
