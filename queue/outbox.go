package queue

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// outbox collects what changed until somebody asks. A later state of an item replaces an earlier one, so it never
// holds more than one copy of each item.
type outbox struct {
	interval time.Duration
	last     time.Time // when news was delivered; of the one reader alone
	wake     chan struct{}

	mu      sync.Mutex
	changed map[ItemID]Item
	removed map[ItemID]bool
	totals  Totals
	dirty   bool
	closed  bool
}

func newOutbox(interval time.Duration) *outbox {
	return &outbox{
		interval: interval, wake: make(chan struct{}, 1), changed: make(map[ItemID]Item),
		removed: make(map[ItemID]bool),
	}
}

// publish adds a consistent picture: items in their present state, those that are gone, and the totals. What is in both
// was gone and has come back.
func (o *outbox) publish(items map[ItemID]*item, removed []ItemID, totals Totals) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, id := range removed {
		delete(o.changed, id)
		o.removed[id] = true
	}
	for id, it := range items {
		o.changed[id] = it.Item
		delete(o.removed, id)
	}
	o.totals, o.dirty = totals, true
	o.signal()
}

func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.signal()
}

func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *outbox) next(ctx context.Context) (News, error) {
	for {
		if ready, err := o.ready(); err != nil {
			return News{}, err
		} else if ready {
			return o.whenDue(ctx)
		}
		select {
		case <-o.wake:
		case <-ctx.Done():
			return News{}, context.Cause(ctx)
		}
	}
}

// ready reports whether there is news; ErrClosed if there will be none any more.
func (o *outbox) ready() (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.dirty && o.closed {
		return false, ErrClosed
	}
	return o.dirty, nil
}

// whenDue waits until the interval since the last news is over; what changes meanwhile is part of it.
func (o *outbox) whenDue(ctx context.Context) (News, error) {
	if wait := time.Until(o.last.Add(o.interval)); wait > 0 && !o.last.IsZero() {
		due := time.NewTimer(wait)
		defer due.Stop()
		select {
		case <-due.C:
		case <-ctx.Done():
			return News{}, context.Cause(ctx)
		}
	}
	o.last = time.Now()
	return o.take(), nil
}

func (o *outbox) take() News {
	o.mu.Lock()
	defer o.mu.Unlock()
	news := News{Items: make([]Item, 0, len(o.changed)), Removed: slices.Sorted(maps.Keys(o.removed)), Totals: o.totals}
	for _, it := range o.changed {
		news.Items = append(news.Items, it)
	}
	slices.SortFunc(news.Items, func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
	o.changed, o.removed, o.dirty = make(map[ItemID]Item), make(map[ItemID]bool), false
	return news
}
