package queue

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"ferry/internal/vfs"
	"ferry/queue/journal"
)

const (
	groupTime = 50 * time.Millisecond  // what comes within it is written at once
	pollEvery = 250 * time.Millisecond // between two looks for what others wrote
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

	mu     sync.Mutex
	todo   notes
	wake   chan struct{} // holds a token while there is something urgent to write
	broken error         // why nothing is written any more
	asked  bool          // others were asked for something
}

// notes is what is to be written. A later state of a thing replaces an earlier one.
type notes struct {
	items   map[ItemID]note
	batches map[BatchID]*journal.Batch // nil: it is forgotten
	folders map[folderKey]journal.Folder
	walked  map[BatchID]bool
	removed map[ItemID]bool
	rest    journal.Change // what does not replace anything
	durable bool
}

// note is an item as it was, and how to copy it.
type note struct {
	Item
	how string
}

type folderKey struct {
	batch BatchID
	from  string
}

func newNotes() notes {
	return notes{
		items: map[ItemID]note{}, batches: map[BatchID]*journal.Batch{}, folders: map[folderKey]journal.Folder{},
		walked: map[BatchID]bool{}, removed: map[ItemID]bool{},
	}
}

func newClerk(o Options, post func(func(*scheduler))) *clerk {
	return &clerk{
		journal: o.Journal, part: o.Part, post: post, todo: newNotes(), wake: make(chan struct{}, 1),
		watch: newWatch(),
	}
}

// write lets the scheduler add to what is to be written. With urgent it is written soon, else when there is an
// occasion.
func (c *clerk) write(urgent bool, add func(*notes)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken != nil {
		return
	}
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
	if c.part != PartAlone {
		c.check(c.journal.Prune(ctx, micros(time.Now().Add(-pastAfter))))
	}
	c.check(c.look(ctx, true))
}

// unkeptFailure tells that a journal cannot be used.
func unkeptFailure(path string, why error) error {
	return &vfs.Failure{
		Step: "keep the queue in " + path, Said: why.Error(), Kind: vfs.ErrDisk, Err: why,
		Hint: "It goes on in memory, and what is not done when ferry ends is forgotten.",
	}
}

// run works until stop is closed, and has then written everything.
func (c *clerk) run(stop <-chan struct{}) {
	ctx := context.Background() // what is written must be written also when everything else has been given up
	poll, beat, show := time.NewTicker(pollEvery), time.NewTicker(beatEvery), time.NewTicker(showEvery)
	defer poll.Stop()
	defer beat.Stop()
	defer show.Stop()
	for {
		select {
		case <-c.wake:
			group := time.NewTimer(groupTime)
			select {
			case <-group.C:
			case <-stop:
			}
			group.Stop()
			c.flush(ctx)
		case <-show.C:
			c.flush(ctx)
		case <-poll.C:
			c.check(c.look(ctx, false))
		case <-beat.C:
			c.check(c.journal.Beat(ctx))
			c.check(c.look(ctx, true))
		case <-stop:
			c.flush(ctx)
			return
		}
		if c.fault() != nil {
			<-stop
			return
		}
	}
}

func (c *clerk) fault() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}

// check acts on a failure of the journal: the work goes on without it.
func (c *clerk) check(err error) {
	switch {
	case err == nil || c.fault() != nil:
		return
	case errors.Is(err, journal.ErrTakenOver):
		if err = c.joinAgain(); err == nil {
			return
		}
	}
	c.mu.Lock()
	c.broken, c.todo = err, newNotes()
	c.mu.Unlock()
	c.post(func(s *scheduler) { s.unkept(err) })
}

// joinAgain begins anew after others took this process for dead: what it did until then is theirs.
func (c *clerk) joinAgain() error {
	ctx := context.Background()
	self, err := c.journal.Join(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.todo = newNotes()
	c.mu.Unlock()
	c.since = 0
	c.post(func(s *scheduler) { s.bereave(self) })
	return c.look(ctx, true)
}

// flush writes all there is to write.
func (c *clerk) flush(ctx context.Context) {
	c.mu.Lock()
	todo := c.todo
	c.todo = newNotes()
	c.asked = c.asked || len(todo.rest.Orders) > 0
	c.mu.Unlock()
	if change := todo.change(); !change.Empty() {
		c.check(c.journal.Write(ctx, change))
	}
}

// change gives the notes as the journal takes them, in an order that is always the same.
func (n *notes) change() *journal.Change {
	change := n.rest
	change.Durable = n.durable
	for _, id := range slices.Sorted(maps.Keys(n.batches)) {
		if b := n.batches[id]; b != nil {
			change.Batches = append(change.Batches, *b)
		} else {
			change.Dropped = append(change.Dropped, int64(id))
		}
	}
	for _, f := range n.folders {
		change.Folders = append(change.Folders, f)
	}
	for id := range n.walked {
		change.Walked = append(change.Walked, int64(id))
	}
	for _, id := range slices.Sorted(maps.Keys(n.items)) {
		it := n.items[id]
		change.Items = append(change.Items, keepItem(&it.Item, it.how))
	}
	for id := range n.removed {
		change.Removed = append(change.Removed, int64(id))
	}
	return &change
}

// look takes up what other processes wrote; with all also what became of those that died.
func (c *clerk) look(ctx context.Context, all bool) error {
	changed, err := c.journal.Changed(ctx)
	if err != nil || !changed && !all {
		return err
	}
	if err := c.hear(ctx); err != nil || c.part == PartAlone {
		return err
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
	if c.fault() != nil {
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
