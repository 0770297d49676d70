package queue

import (
	"context"
	"errors"
	"sync"
	"time"

	"ferry/queue/journal"
)

const (
	groupTime = 50 * time.Millisecond  // what comes within it is written at once
	pollEvery = 250 * time.Millisecond // between two looks for what others wrote
	pollAlone = 500 * time.Millisecond // while there are none
	beatEvery = 2 * time.Second
	showEvery = time.Second      // between two notes of how far an item is
	deadAfter = 10 * time.Second // without a beat, while this process looked all the time
	hearTime  = 5 * time.Second  // for other processes to obey, before it is told that they do not
)

// ErrUnheard says that another process was asked for something and did not do it in time.
var ErrUnheard = errors.New("the ferry that these transfers belong to does not answer; it will obey when it wakes up")

// clerk writes down what the scheduler tells, and tells it what other processes wrote. It works in a goroutine of its
// own, so that the scheduler never waits for the disk.
type clerk struct {
	journal *journal.Journal
	part    Part
	post    func(func(*scheduler))
	watch   watch
	since   int64 // the change of the journal up to which the scheduler knows

	origins *keptOrigins // nil where the queue's are others
	limit   string       // what hearLimit took up last
	alone   bool         // no other process takes part
	beaten  time.Time    // when it was time for a beat
	shown   time.Time    // when it was time to write how far items are
	failing error        // why what there is to write is not written, and tried again later; nil while all is well

	mu    sync.Mutex
	todo  notes
	wake  chan struct{} // holds a token while there is something urgent to write
	asked bool          // others were asked for something
}

func newClerk(o Options, post func(func(*scheduler))) *clerk {
	origins, _ := o.Origins.(*keptOrigins)
	return &clerk{
		journal: o.Journal, part: o.Part, post: post, todo: newNotes(), wake: make(chan struct{}, 1),
		watch: newWatch(), origins: origins,
	}
}

// write lets the scheduler add to what is to be written. With urgent it is written soon, else when there is an
// occasion.
func (c *clerk) write(urgent bool, add func(*notes)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	add(&c.todo)
	if urgent {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
}

// load tells the scheduler what the journal holds, before anything is begun.
func (c *clerk) load() {
	ctx := context.Background()
	if c.part != PartAlone && c.check(ctx, c.journal.Prune(ctx, micros(time.Now().Add(-pastAfter)))) {
		return
	}
	c.check(ctx, c.look(ctx, true))
}

// run works until stop is closed, and has then written everything.
func (c *clerk) run(stop <-chan struct{}) {
	ctx := context.Background() // what is written must be written also when everything else has been given up
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-c.wake:
			group := time.NewTimer(groupTime)
			select {
			case <-group.C:
			case <-stop:
			}
			group.Stop()
			c.do(ctx, c.flush)
		case now := <-tick.C:
			c.turn(ctx, now)
			if tick.Reset(pollEvery); c.alone {
				tick.Reset(pollAlone) // an idle process is to cost nothing
			}
		case <-stop:
			c.check(ctx, c.flush(ctx))
			return
		}
	}
}

// turn does what is due now and then.
func (c *clerk) turn(ctx context.Context, now time.Time) {
	beat := now.Sub(c.beaten) >= beatEvery
	if beat {
		c.beaten = now
	}
	switch {
	case beat && c.failing != nil:
		c.mend(ctx)
	case beat && !c.alone:
		c.do(ctx, c.beat)
	default:
		c.do(ctx, c.poll)
	}
	if now.Sub(c.shown) >= showEvery {
		c.shown = now
		c.do(ctx, c.flush)
	}
}

// do works on the journal while it does not fail.
func (c *clerk) do(ctx context.Context, work func(context.Context) error) {
	if c.failing == nil {
		c.check(ctx, work(ctx))
	}
}

// poll looks for what others wrote, and whether what is written is seen by them.
func (c *clerk) poll(ctx context.Context) error {
	if c.journal.Gone() {
		return c.renew(ctx, nil)
	}
	return c.look(ctx, false)
}

// beat shows that this process lives, and looks who else does.
func (c *clerk) beat(ctx context.Context) error {
	if err := c.journal.Beat(ctx); err != nil {
		return err
	}
	return c.look(ctx, true)
}

// joinAgain begins anew after others took this process for dead: what it did until then is theirs.
func (c *clerk) joinAgain() error {
	ctx := context.Background()
	self, err := c.journal.Join(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	settings := c.todo.rest.Settings // which belong to all
	c.todo = newNotes()
	c.todo.rest.Settings = settings
	c.mu.Unlock()
	c.since = 0
	c.post(func(s *scheduler) { s.bereave(self) })
	return c.look(ctx, true)
}

// flush writes all there is to write. What could not be written is still to be written then.
func (c *clerk) flush(ctx context.Context) error {
	if c.origins != nil {
		if err := c.origins.catchUp(ctx); err != nil {
			return err
		}
	}
	c.mu.Lock()
	todo := c.todo
	c.todo = newNotes()
	c.asked = c.asked || len(todo.rest.Orders) > 0
	c.mu.Unlock()
	change := todo.change()
	if change.Empty() {
		return nil
	}
	err := c.journal.Write(ctx, change)
	if err != nil {
		c.mu.Lock()
		c.todo.behind(todo)
		c.mu.Unlock()
		return err
	}
	if len(change.Settings)+len(change.Batches) > 0 {
		c.post(func(s *scheduler) { s.wrote(change) })
	}
	return nil
}

// hearLimit takes up the one setting that also commands heed.
func (c *clerk) hearLimit(ctx context.Context) error {
	limit, err := c.journal.Setting(ctx, settingLimit)
	if err == nil && limit != c.limit {
		c.limit = limit
		c.post(func(s *scheduler) { s.set(settingLimit, limit) })
	}
	return err
}

// look takes up what other processes wrote; with all also what became of those that died.
func (c *clerk) look(ctx context.Context, all bool) error {
	changed, err := c.journal.Changed(ctx)
	if err != nil || !changed && !all {
		return err
	}
	if err := c.hear(ctx); err != nil {
		return err
	}
	if c.part == PartAlone {
		return c.hearLimit(ctx)
	}
	if err := c.adopt(ctx); err != nil {
		return err
	}
	news, err := c.journal.After(ctx, c.since)
	if err != nil {
		return err
	}
	c.since = news.Rev
	if len(news.Batches)+len(news.Items)+len(news.Removed)+len(news.Settings) > 0 {
		c.post(func(s *scheduler) { s.learn(news) })
	}
	return nil
}

// hear takes up what other processes ask of this one.
func (c *clerk) hear(ctx context.Context) error {
	orders, err := c.journal.Orders(ctx)
	if err != nil || len(orders) == 0 {
		return err
	}
	var change journal.Change
	for _, o := range orders {
		change.Obeyed = append(change.Obeyed, o.ID)
		if order, err := readOrder(o.Text); err == nil {
			c.post(func(s *scheduler) { s.obey(order) })
		}
	}
	return c.journal.Write(ctx, &change)
}

// adopt takes over what belongs to nobody any more.
func (c *clerk) adopt(ctx context.Context) error {
	all, err := c.journal.Processes(ctx)
	if err != nil {
		return err
	}
	c.alone = len(all) == 1 && all[0].ID == c.journal.Self()
	dead := c.watch.dead(all, c.journal.Self(), time.Now())
	orphans, err := c.journal.Orphans(ctx)
	if err != nil || len(dead) == 0 && !orphans {
		return err
	}
	came, err := c.journal.Adopt(ctx, dead)
	if err == nil && len(came.Batches) > 0 {
		c.post(func(s *scheduler) { s.adopt(came) })
	}
	return err
}

// leave ends this process's part: what it has not done waits for others.
func (c *clerk) leave() error {
	if c.failing != nil {
		return nil // it was told
	}
	ctx, cancel := context.WithTimeout(context.Background(), hearTime)
	defer cancel()
	if err := c.journal.Leave(ctx); err != nil {
		return err
	}
	for tick := time.NewTicker(groupTime); c.asked; {
		waits, err := c.journal.Unheard(ctx)
		if err != nil || !waits {
			tick.Stop()
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			tick.Stop()
			return ErrUnheard
		}
	}
	return nil
}
