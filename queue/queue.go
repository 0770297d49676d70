package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"ferry/internal/vfs"
	"ferry/queue/journal"
)

// Options of a Queue. The zero value is ready for use.
type Options struct {
	Workers  int           // transfers at a time, over all servers; 0 means 4
	Retries  int           // further tries after a failure that may pass; 0 means 3, negative none
	Pause    time.Duration // before the first of them; it grows from one to the next; 0 means 1 s
	Interval time.Duration // least time between two News; 0 means 50 ms
	Origins  Origins       // where unfinished parts come from; nil: in the Journal, without one in memory

	Journal *journal.Journal // where the queue outlives the process, joined already; nil: it does not
	Part    Part             // in a queue that several processes share
	// Open opens a shore by its ID (vfs.FS.ID) for requests that come from the journal. It may wait; what it opens
	// belongs to who gave it, and must last as long as Run. nil: such requests wait.
	Open func(ctx context.Context, id string) (vfs.FS, error)
}

// Part is what a process does in a queue that it shares with others.
type Part uint8

// The parts. What one leaves undone is taken up by others, at once if it ends and after some seconds if it dies;
// only what belongs to a command that died is not begun by itself.
const (
	PartShared Part = iota // it shows all, and runs its own requests and what others left
	PartAlone              // it is a command that knows of its own requests only; they end with it
	PartStill              // it runs nothing: it looks, adds and gives orders
	PartErrand             // of what there is it begins only what it is asked to verify
)

const (
	defaultWorkers  = 4
	defaultRetries  = 3
	defaultPause    = time.Second
	defaultInterval = 50 * time.Millisecond
)

// ErrClosed is returned once the queue's Run has ended and all its news was delivered.
var ErrClosed = errors.New("the queue is closed")

// ended is an error for what was given up; errors.Is finds context.Canceled in it.
type ended string

func (e ended) Error() string { return string(e) }

// Is makes it one with the standard library's word for the same.
func (ended) Is(target error) bool { return target == context.Canceled }

// Why an item is Cancelled.
const (
	ErrCancelled   = ended("cancelled")   // somebody cancelled it; nothing of it remains
	ErrInterrupted = ended("interrupted") // Run's context ended; what came is kept to be resumed
)

// errPaused stops what runs when it is to be paused.
const errPaused = ended("paused")

// Queue moves files. Its methods are safe for concurrent use, except that only one goroutine may call Next; none
// waits for a file system or for a reader of the news. The vfs.FS values that it is given must be comparable;
// items of the same pair of them share the workers' sessions.
type Queue struct {
	options Options
	mail    *mailbox
	out     *outbox
	batches atomic.Uint64
	started atomic.Bool
	limits  *limits
}

// New makes a queue that does nothing before Run.
func New(o Options) *Queue {
	o.Workers = cmp.Or(max(o.Workers, 0), defaultWorkers)
	o.Pause = cmp.Or(max(o.Pause, 0), defaultPause)
	o.Interval = cmp.Or(max(o.Interval, 0), defaultInterval)
	o.Retries = triesFor(o.Retries)
	switch {
	case o.Origins != nil:
	case o.Journal != nil:
		o.Origins = newKeptOrigins(o.Journal)
	default:
		o.Origins = newMemory()
	}
	q := &Queue{options: o, mail: newMailbox(), out: newOutbox(o.Interval), limits: newLimits()}
	if o.Journal != nil {
		q.batches.Store(uint64(o.Journal.Self()) << processShift) //nolint:gosec // it is no negative number
	}
	return q
}

// triesFor reads Options.Retries.
func triesFor(n int) int { return max(cmp.Or(n, defaultRetries), 0) }

// Run moves what is added until ctx ends, and returns its cause; or until all is done after Close, and returns nil.
// It owns the scheduler (its own goroutine) and the workers, and returns when the last of them has ended and all
// sessions are released. Items that ctx interrupts are Cancelled by ErrInterrupted; their partials are kept. It can
// be called once. With a journal it also owns the goroutine that writes it, nothing is Cancelled when ctx ends unless
// the part is PartAlone, and a process that was asked for something and does not answer is an error (ErrUnheard).
func (q *Queue) Run(ctx context.Context) error {
	if q.started.Swap(true) {
		return errors.New("the queue has been run already")
	}
	s := newScheduler(ctx, q)
	err := s.run()
	q.out.close()
	return err
}

// order posts what somebody wants of some items, whoever they belong to.
func (q *Queue) order(o order) { q.mail.post(func(s *scheduler) { s.command(o) }) }

// Close lets Run return as soon as nothing goes on by itself any more: all that was added is final, paused or asks.
// What is added later may be refused.
func (q *Queue) Close() { q.mail.post((*scheduler).close) }

// Add takes a request, before or during Run. It fails if the request is not sound, or with ErrClosed after Run.
// The items that it becomes appear in the news as they are found.
func (q *Queue) Add(r Request) (BatchID, error) {
	if err := r.check(); err != nil {
		return 0, err
	}
	id := BatchID(q.batches.Add(1))
	if !q.mail.post(func(s *scheduler) { s.add(id, r) }) {
		return 0, ErrClosed
	}
	return id, nil
}

// Next waits until something changed and tells it, at most once per Options.Interval. It fails with the cause of
// ctx, and with ErrClosed after Run ended and all was told.
func (q *Queue) Next(ctx context.Context) (News, error) { return q.out.next(ctx) }

// Cancel gives up items that are not final. They are Cancelled at once, or when their worker has let go; what has come
// of them is removed, of those that do not run a little later. An item's Note says what could not be removed.
func (q *Queue) Cancel(ids ...ItemID) { q.order(order{Verb: verbCancel, Items: ids}) }

// CancelBatch gives up all that a request became and will become.
func (q *Queue) CancelBatch(id BatchID) { q.mail.post(func(s *scheduler) { s.cancelBatch(id) }) }

// CancelAll gives up everything that belongs to this process so far.
func (q *Queue) CancelAll() { q.mail.post((*scheduler).cancelAll) }

// Retry tries again what failed, was skipped or cancelled. It looks at source and target anew, and applies the
// request's rule to what it finds.
func (q *Queue) Retry(ids ...ItemID) { q.order(order{Verb: verbRetry, Items: ids}) }

// RetryAs tries an item again under another name at its target, as people read it, where its own was refused. A name
// that the target cannot hold becomes the reason why it failed.
func (q *Queue) RetryAs(name string, id ItemID) {
	q.order(order{Verb: verbRetry, Items: []ItemID{id}, Name: name})
}

// RetryFailed tries again all that failed.
func (q *Queue) RetryFailed() { q.mail.post((*scheduler).retryFailed) }

// Pause lets items that are not final rest until Resume. What has come of those that run is kept.
func (q *Queue) Pause(ids ...ItemID) { q.order(order{Verb: verbPause, Items: ids}) }

// Resume lets paused items wait for their turn again.
func (q *Queue) Resume(ids ...ItemID) { q.order(order{Verb: verbResume, Items: ids}) }

// PauseAll lets nothing begin any more, and what runs wait for its next turn, until ResumeAll. Items that are Paused
// by themselves stay so.
func (q *Queue) PauseAll() { q.mail.post(func(s *scheduler) { s.hold(true) }) }

// ResumeAll ends PauseAll, and lets go on what waits for room on a full disk.
func (q *Queue) ResumeAll() { q.mail.post((*scheduler).resumeAll) }

// Delay lets items that wait, retry or are paused begin at a time and not before.
func (q *Queue) Delay(until time.Time, ids ...ItemID) {
	q.order(order{Verb: verbDelay, Items: ids, Until: until})
}

// Move changes the turns of items that are neither final nor running, among those of the same process.
func (q *Queue) Move(how Move, ids ...ItemID) { q.order(order{Verb: verbMove, Items: ids, Move: how}) }

// Answer says what is to be done with Asking items. The rule is not RuleAsk. With AnswerAlways it is remembered for
// the two shores, also in the journal, until AskAgain.
func (q *Queue) Answer(rule Rule, how Scope, ids ...ItemID) {
	q.order(order{Verb: verbAnswer, Items: ids, Rule: rule, Scope: how})
}

// AskAgain forgets what was answered by AnswerAlways.
func (q *Queue) AskAgain() { q.mail.post((*scheduler).askAgain) }

// ClearFinal forgets all items in a final state.
func (q *Queue) ClearFinal() { q.mail.post((*scheduler).clearFinal) }

// Clear forgets items that are in a final state.
func (q *Queue) Clear(ids ...ItemID) { q.order(order{Verb: verbClear, Items: ids}) }

// check tells what is wrong with a request as far as that can be seen without asking a file system.
func (r Request) check() error {
	switch {
	case r.From == nil || r.To == nil:
		return errors.New("a copy needs two file systems")
	case r.FromDir == "" || r.ToDir == "":
		return errors.New("a copy needs two folders")
	case len(r.Sources) == 0:
		return errors.New("there is nothing to copy")
	case int(r.OnConflict) >= len(ruleNames):
		return fmt.Errorf("there is no rule number %d", r.OnConflict)
	}
	if err := r.Filter.Check(); err != nil {
		return err
	}
	if err := r.checkMove(); err != nil {
		return err
	}
	for _, s := range r.Sources {
		if s.Entry.Name == "" {
			return errors.New("a source has no name")
		}
		if s.Entry.IsDir() && r.within(r.From.Join(r.FromDir, s.Entry.Name)) {
			return &vfs.Failure{
				Step: "copy " + r.From.Join(r.FromDir, s.Entry.Name), Kind: vfs.ErrRefused,
				Said: "the target lies inside the folder itself",
			}
		}
	}
	return nil
}

// within reports whether the target folder is dir or lies below it.
func (r Request) within(dir string) bool {
	if r.From.ID() != r.To.ID() {
		return false
	}
	for path := r.ToDir; ; {
		if path == dir {
			return true
		}
		parent := r.To.Parent(path)
		if parent == path {
			return false
		}
		path = parent
	}
}

// localID is the ID of the local side (see vfs.FS.ID).
const localID = "local"

func (r route) direction() Direction {
	switch from, to := r.from == localID, r.to == localID; {
	case from && !to:
		return Up
	case to && !from:
		return Down
	}
	return Across
}
