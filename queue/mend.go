package queue

import (
	"context"
	"errors"
	"maps"
	"path/filepath"

	"ferry/internal/vfs"
	"ferry/queue/journal"
)

// A journal that fails is tried again with every beat, and what was not written meanwhile is written then. One that is
// corrupt is set aside, and one that was removed is left alone: a new one is begun with what this process knows.

// check acts on a failure of the journal, and reports whether it fails still: the work goes on without it.
func (c *clerk) check(ctx context.Context, err error) (fails bool) {
	switch {
	case errors.Is(err, journal.ErrTakenOver):
		err = c.joinAgain()
	case journal.IsCorrupt(err):
		err = c.renew(ctx, err)
	default:
	}
	if err == nil {
		return false
	}
	if c.failing == nil || c.failing.Error() != err.Error() {
		c.post(func(s *scheduler) { s.unkept(err) })
	}
	c.failing = err
	return true
}

// renew begins a new journal.
func (c *clerk) renew(ctx context.Context, why error) error {
	late := c.journal.Late()
	aside, err := c.journal.Renew(ctx, why)
	if err != nil {
		return err
	}
	if c.since = 0; c.origins != nil {
		c.origins.beginAnew()
	}
	c.post(func(s *scheduler) { s.beginAnew(aside, late) })
	return c.look(ctx, true)
}

// mend tries whether a journal that failed can be used again, and tells it once all is written.
func (c *clerk) mend(ctx context.Context) {
	if !c.check(ctx, c.catchUp(ctx)) {
		c.failing = nil
		c.post(func(s *scheduler) { s.kept() })
	}
}

func (c *clerk) catchUp(ctx context.Context) error {
	if c.journal.Gone() {
		if err := c.renew(ctx, nil); err != nil {
			return err
		}
	}
	if err := c.beat(ctx); err != nil {
		return err
	}
	return c.flush(ctx)
}

// unkept goes on in memory for now.
func (s *scheduler) unkept(why error) {
	s.tally.Unkept, s.dirty = unkeptFailure(s.options.Journal.Path(), why), true
}

// unkeptFailure tells that a journal cannot be used.
func unkeptFailure(path string, why error) error {
	return &vfs.Failure{
		Step: "keep the queue in " + path, Said: journal.Reason(why), Kind: vfs.ErrDisk, Err: why,
		Hint: "It goes on in memory, and is kept as soon as that can be done. What is not done if ferry ends before is " +
			"forgotten.",
	}
}

// kept is called when the journal holds everything again.
func (s *scheduler) kept() { s.tally.Unkept, s.dirty = nil, true }

// beginAnew writes all that this process has into a journal that knows nothing of it. late is whether there was none
// before.
func (s *scheduler) beginAnew(aside string, late bool) {
	path := s.options.Journal.Path()
	switch {
	case aside != "":
		s.tally.Renewed = "the queue in " + path + " cannot be read any more; it is kept as " + filepath.Base(aside) +
			", and a new one was begun"
	case !late:
		s.tally.Renewed = "the queue in " + path + " was removed or replaced; what this ferry knows of it is kept there again"
	}
	s.dirty = true
	for _, it := range s.items {
		if it.Elsewhere { // whoever has it tells of it anew
			s.forget(it)
		} else {
			s.renote(it)
		}
	}
	for id, b := range s.batches {
		if b.foreign {
			delete(s.batches, id)
		} else {
			s.renoteBatch(b)
		}
	}
	s.noteSettings()
}

// renote lets an item be written of which the journal knows nothing.
func (s *scheduler) renote(it *item) {
	it.kept, it.clean = false, false
	s.changed[it.ID] = it
}

// renoteBatch is the same for a batch and its folders.
func (s *scheduler) renoteBatch(b *batch) {
	b.written = false
	s.noteBatch(b)
	rows := maps.Clone(b.rows)
	s.note(func(n *notes) {
		for from, row := range rows {
			n.folders[folderKey{b.id, from}] = row
		}
	})
}

func (s *scheduler) noteSettings() {
	if s.held {
		s.noteSetting(settingHeld, "yes")
	}
	if s.tally.Limit != (Speed{}) {
		s.noteLimit()
	}
	for way, rule := range s.answers {
		s.noteSetting(settingAnswer+way.from+" "+way.to, rule.String())
	}
}
