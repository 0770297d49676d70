package transfers

import (
	"cmp"
	"slices"
	"time"

	"ferry/queue"
	"ferry/tui/figure"
)

// group is where an item stands in the list, in this order.
type group int

const (
	asking group = iota
	running
	failed
	waiting // those that retry or are paused too, in the order of their turns
	ended   // done, skipped, cancelled; the latest first
	groups
)

func groupOf(s queue.State) group {
	switch s {
	case queue.Asking:
		return asking
	case queue.Running:
		return running
	case queue.Failed:
		return failed
	case queue.Waiting, queue.Paused, queue.Retrying:
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
	marked  bool
	later   bool   // it was put off when it was told of last
	label   string // its name as it is shown, safe to draw
	sides   string // from where to where, safe to draw
}

// goesOn gives the time after which an item goes on by itself, 0 where it waits for no time.
func (e *entry) goesOn(now time.Time) time.Duration {
	if e.State != queue.Waiting && e.State != queue.Retrying {
		return 0
	}
	return max(e.Until.Sub(now), 0)
}

// store holds all items in the order of the screen. A change of one among 100,000 costs microseconds.
type store struct {
	items map[queue.ItemID]*entry
	// ids are in the order of before, those of ended in the order of ending.
	ids    [groups][]queue.ItemID
	marked int
	later  int
}

func newStore() store { return store{items: map[queue.ItemID]*entry{}} }

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
		e = &entry{Item: it, label: label(it), sides: sides(it)}
		s.items[it.ID] = e
		s.insert(to, e)
	case groupOf(e.State) != to || to == waiting && e.Place != it.Place:
		s.drop(groupOf(e.State), e)
		e.Item = it
		s.insert(to, e)
	}
	e.Item = it
	s.putOff(e, it.State == queue.Waiting && it.Until.After(now))
	if it.State == queue.Running && now.Sub(e.sampled) >= sampleEvery {
		e.spark.Add(it.Speed)
		e.sampled = now
	}
}

// before compares two entries of a group that is in order.
func before(g group, a, b *entry) int {
	if g == waiting {
		if c := cmp.Compare(a.Place, b.Place); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.ID, b.ID)
}

// search finds where an entry stands in a group that is in order, or would stand.
func (s *store) search(g group, e *entry) int {
	at, _ := slices.BinarySearchFunc(s.ids[g], e, func(id queue.ItemID, e *entry) int { return before(g, s.items[id], e) })
	return at
}

func (s *store) insert(g group, e *entry) {
	ids := s.ids[g]
	if n := len(ids); g == ended || n == 0 || before(g, s.items[ids[n-1]], e) < 0 {
		s.ids[g] = append(ids, e.ID)
		return
	}
	s.ids[g] = slices.Insert(ids, s.search(g, e), e.ID)
}

func (s *store) drop(g group, e *entry) {
	at := s.index(g, e)
	if at == 0 && g != ended {
		s.ids[g] = s.ids[g][1:] // the usual case: work is taken from the front
		return
	}
	s.ids[g] = slices.Delete(s.ids[g], at, at+1)
}

// index gives the place of an entry that is in group g.
func (s *store) index(g group, e *entry) int {
	if g == ended {
		return slices.Index(s.ids[g], e.ID)
	}
	return s.search(g, e)
}

func (s *store) remove(ids []queue.ItemID) {
	if len(ids) == 0 {
		return
	}
	gone := make(map[queue.ItemID]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	for g := range s.ids {
		s.ids[g] = slices.DeleteFunc(s.ids[g], func(id queue.ItemID) bool { return gone[id] })
	}
	for _, id := range ids {
		if e := s.items[id]; e != nil {
			s.mark(e, false)
			s.putOff(e, false)
		}
		delete(s.items, id)
	}
}

// putOff notes whether an entry is put off.
func (s *store) putOff(e *entry, on bool) {
	switch {
	case on && !e.later:
		s.later++
	case !on && e.later:
		s.later--
	}
	e.later = on
}

// mark marks an entry, or takes its mark away.
func (s *store) mark(e *entry, on bool) {
	switch {
	case on && !e.marked:
		s.marked++
	case !on && e.marked:
		s.marked--
	}
	e.marked = on
}

// count gives the number of entries in a tab.
func (s *store) count(t Tab) int {
	n := 0
	for g := range s.ids {
		if t.holds(group(g)) {
			n += len(s.ids[g])
		}
	}
	return n
}

// at gives the entry at a place of a tab, nil where there is none.
func (s *store) at(t Tab, place int) *entry {
	if place < 0 {
		return nil
	}
	for g, ids := range s.ids {
		if !t.holds(group(g)) {
			continue
		}
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

// place gives where an item stands in a tab, -1 if it is not in it.
func (s *store) place(t Tab, id queue.ItemID) int {
	e := s.items[id]
	if e == nil || !t.holds(groupOf(e.State)) {
		return -1
	}
	g := groupOf(e.State)
	at := s.index(g, e)
	if g == ended {
		at = len(s.ids[g]) - 1 - at
	}
	for o, ids := range s.ids[:g] {
		if t.holds(group(o)) {
			at += len(ids)
		}
	}
	return at
}
