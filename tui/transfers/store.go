package transfers

import (
	"slices"
	"time"

	"ferry/queue"
	"ferry/tui/figure"
)

// group is where an item stands in the list, in this order.
type group int

const (
	running group = iota
	failed
	waiting
	ended // done, skipped, cancelled; the latest first
	groups
)

func groupOf(s queue.State) group {
	switch s {
	case queue.Running:
		return running
	case queue.Failed:
		return failed
	case queue.Waiting, queue.Paused, queue.Retrying, queue.Asking:
		return waiting
	}
	return ended
}

// sampleEvery is the time between two columns of a spark.
const sampleEvery = 500 * time.Millisecond

// entry is an item with the history of its speed.
type entry struct {
	queue.Item
	spark   figure.Spark
	sampled time.Time
}

// store holds all items in the order of the screen. A change of one among 100,000 costs microseconds.
type store struct {
	items map[queue.ItemID]*entry
	// ids of the first three groups grow; those of ended are in the order of ending.
	ids [groups][]queue.ItemID
}

func newStore() store { return store{items: map[queue.ItemID]*entry{}} }

func (s *store) count() int { return len(s.items) }

// apply takes the latest of each item.
func (s *store) apply(news queue.News, now time.Time) {
	for i := range news.Items {
		s.put(news.Items[i], now)
	}
	s.remove(news.Removed)
}

func (s *store) put(it queue.Item, now time.Time) {
	e := s.items[it.ID]
	to := groupOf(it.State)
	switch {
	case e == nil:
		e = &entry{}
		s.items[it.ID] = e
		s.insert(to, it.ID)
	case groupOf(e.State) != to:
		s.drop(groupOf(e.State), it.ID)
		s.insert(to, it.ID)
	}
	e.Item = it
	if it.State == queue.Running && now.Sub(e.sampled) >= sampleEvery {
		e.spark.Add(it.Speed)
		e.sampled = now
	}
}

func (s *store) insert(g group, id queue.ItemID) {
	ids := s.ids[g]
	if n := len(ids); g == ended || n == 0 || ids[n-1] < id {
		s.ids[g] = append(ids, id)
		return
	}
	at, _ := slices.BinarySearch(ids, id)
	s.ids[g] = slices.Insert(ids, at, id)
}

func (s *store) drop(g group, id queue.ItemID) {
	at := s.index(g, id)
	if at == 0 && g != ended {
		s.ids[g] = s.ids[g][1:] // the usual case: work is taken from the front
		return
	}
	s.ids[g] = slices.Delete(s.ids[g], at, at+1)
}

// index gives the place of an item that is in group g.
func (s *store) index(g group, id queue.ItemID) int {
	if g == ended {
		return slices.Index(s.ids[g], id)
	}
	at, _ := slices.BinarySearch(s.ids[g], id)
	return at
}

func (s *store) remove(ids []queue.ItemID) {
	if len(ids) == 0 {
		return
	}
	for _, id := range ids {
		delete(s.items, id)
	}
	for g := range s.ids {
		s.ids[g] = slices.DeleteFunc(s.ids[g], func(id queue.ItemID) bool { return s.items[id] == nil })
	}
}

// at gives the item at a place of the list, nil where there is none.
func (s *store) at(place int) *entry {
	if place < 0 {
		return nil
	}
	for g, ids := range s.ids {
		if place < len(ids) {
			if group(g) == ended {
				place = len(ids) - 1 - place
			}
			return s.items[ids[place]]
		}
		place -= len(ids)
	}
	return nil
}

// place gives where an item stands, -1 if it is gone.
func (s *store) place(id queue.ItemID) int {
	e := s.items[id]
	if e == nil {
		return -1
	}
	g := groupOf(e.State)
	at := s.index(g, id)
	if g == ended {
		at = len(s.ids[g]) - 1 - at
	}
	for _, ids := range s.ids[:g] {
		at += len(ids)
	}
	return at
}
