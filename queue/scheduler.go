package queue

import (
	"context"
	"slices"
	"sync"
	"time"

	"ferry/internal/vfs"
)

// scheduler alone owns the state of all items. It does no I/O and waits for nobody: what others want of it comes by
// the mailbox, what it wants of workers goes into channels that have room.
type scheduler struct {
	ctx     context.Context
	options Options
	mail    *mailbox
	out     *outbox
	limits  *limits

	items     map[ItemID]*item
	lastID    ItemID
	batches   map[BatchID]*batch
	lanes     []*lane
	shores    map[vfs.FS]*shore
	crew      []*crew
	later     alarms
	clerk     *clerk // nil without a journal
	noted     []func(*notes)
	unwritten map[string]int  // notes of each setting that are not in the journal yet
	foreign   map[ItemID]bool // of removed those that this process does not own
	open      map[string]vfs.FS
	opening   map[string]bool
	reached   map[string]bool // shores on which there has been a session
	openers   sync.WaitGroup

	mostWorkers map[string]int // see Limits.Workers
	together    int            // see Limits.Together

	litter   map[string]*rubbish // by the shores' IDs
	clearing map[place][]*item   // where a part is removed now, and what waits for that

	place   int64 // of the item that was found last
	answers map[route]Rule
	asked   map[ItemID]bool // items that were to be verified
	full    map[room]error  // targets without space, and what is said to what waits for it
	ended   error           // why nothing new is begun; nil while it is
	held    bool            // nothing is begun until somebody says so
	closing bool            // end when nothing goes on by itself

	tally   tally
	changed map[ItemID]*item
	removed []ItemID
	dirty   bool // totals changed
}

// crew is a worker as the scheduler knows it.
type crew struct {
	*worker
	lane    *lane // on which it holds sessions or tries to; nil while it rests
	holds   bool  // sessions, as far as is known
	leaving bool  // it gives them back
	busy    bool
	file    *item   // what it is busy with
	folder  *folder // or this
	cancel  context.CancelCauseFunc
	halt    halt // what is to become of the task when it was stopped
}

// halt says what is to become of what a worker was told to let go of.
type halt uint8

const (
	haltNot    halt = iota
	haltPause       // it is Paused
	haltBack        // it waits for its next turn
	haltCancel      // it is Cancelled, though it was to be paused first
	haltGone        // it belongs to another process meanwhile
)

// route names the two shores of a pair.
type route struct{ from, to string }

func newScheduler(ctx context.Context, q *Queue) *scheduler {
	s := &scheduler{
		ctx: ctx, options: q.options, mail: q.mail, out: q.out, limits: q.limits, items: make(map[ItemID]*item),
		batches: make(map[BatchID]*batch), shores: make(map[vfs.FS]*shore), changed: make(map[ItemID]*item),
		answers: make(map[route]Rule), full: make(map[room]error), asked: make(map[ItemID]bool),
		foreign: make(map[ItemID]bool),
		open:    make(map[string]vfs.FS), opening: make(map[string]bool),
		reached: make(map[string]bool), unwritten: make(map[string]int),
		litter: make(map[string]*rubbish), clearing: make(map[place][]*item),
	}
	if q.options.Journal != nil {
		s.clerk = newClerk(q.options, func(call func(*scheduler)) { q.mail.post(call) })
		s.self(q.options.Journal.Self())
	}
	for range q.options.Workers {
		// Room for a task, so that nobody waits until it is taken.
		s.crew = append(s.crew, &crew{worker: &worker{origins: q.options.Origins, tasks: make(chan func(), 1)}})
	}
	return s
}

// run owns the workers' goroutines.
func (s *scheduler) run() error {
	var workers sync.WaitGroup
	for _, c := range s.crew {
		workers.Go(c.run)
	}
	written := s.startClerk()
	err := s.loop()
	for _, c := range s.crew {
		close(c.tasks)
	}
	workers.Wait()
	s.openers.Wait()
	s.ended = ErrInterrupted
	for _, call := range s.mail.close() {
		call(s)
	}
	s.leaveLitter()
	s.publish()
	s.leaveBehind()
	if unwritten := written(); err == nil {
		err = unwritten
	}
	return err
}

// startClerk takes up what the journal holds, and lets the clerk write in a goroutine of its own, which the function
// that it gives ends and waits for.
func (s *scheduler) startClerk() (end func() error) {
	c := s.clerk
	if c == nil {
		return func() error { return nil }
	}
	later := c.post
	c.post = func(call func(*scheduler)) { call(s) }
	c.load()
	c.post = later
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		c.run(stop)
	}()
	return func() error {
		close(stop)
		<-ended
		return c.leave()
	}
}

func (s *scheduler) loop() error {
	alarm, tick := time.NewTimer(0), time.NewTicker(s.options.Interval)
	defer alarm.Stop()
	defer tick.Stop()
	done := s.ctx.Done()
	for {
		select {
		case <-s.mail.ready:
			for _, call := range s.mail.take() {
				call(s)
			}
		case <-alarm.C:
			s.wake(time.Now())
		case <-tick.C:
			s.sample(time.Now())
		case <-done:
			done = nil
			s.interrupt()
		}
		s.dispatch(time.Now())
		s.tally.pace(tick, s.options.Interval, time.Now())
		s.publish()
		if s.over() {
			return context.Cause(s.ctx)
		}
		s.later.set(alarm)
	}
}

// over reports whether nothing runs any more and nothing more is to be begun.
func (s *scheduler) over() bool {
	switch {
	case slices.ContainsFunc(s.crew, func(c *crew) bool { return c.busy }):
		return false
	case s.ended != nil:
		return true
	}
	return s.closing && s.swept() && (s.resting() || s.atRest())
}

// resting reports whether nothing is to be begun.
func (s *scheduler) resting() bool {
	return s.ended != nil || s.held || s.options.Part == PartStill
}

// atRest reports whether nothing goes on by itself in this process.
func (s *scheduler) atRest() bool {
	if s.options.Part == PartErrand {
		return s.errandsDone()
	}
	for _, b := range s.batches {
		if !b.foreign && b.stuck == nil && b.active+b.pending > 0 {
			return false
		}
	}
	return true
}

func (s *scheduler) close() { s.closing = true }

// interrupt gives up all that waits. What runs sees the end of the context itself.
func (s *scheduler) interrupt() {
	s.ended = ErrInterrupted
	if !s.lasts() {
		s.giveUp(ErrInterrupted, func(*batch) bool { return true })
		return
	}
	for _, c := range s.crew {
		if c.busy && c.halt == haltNot {
			c.stop(ErrInterrupted, haltBack)
		}
	}
}

// lasts reports whether what is not done waits for the next process.
func (s *scheduler) lasts() bool { return s.clerk != nil && s.options.Part != PartAlone }

func (s *scheduler) publish() {
	if len(s.changed)+len(s.removed)+len(s.noted) == 0 && !s.dirty {
		return
	}
	s.noteChanges()
	s.out.publish(s.changed, s.removed, s.tally.Totals)
	clear(s.changed)
	s.removed, s.dirty = nil, false
}

// alter changes an item and keeps the totals true.
func (s *scheduler) alter(it *item, change func()) {
	s.tally.count(it, -1)
	it.clean = false
	change()
	s.tally.count(it, 1)
	s.changed[it.ID] = it
}
