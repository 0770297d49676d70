package queue

import "container/heap"

// line is what waits in a lane: a heap, the least Place first, in which each item knows where it stands.
type line []*item

// Len implements heap.Interface.
func (l line) Len() int { return len(l) }

// Less implements heap.Interface.
func (l line) Less(i, j int) bool { return before(l[i], l[j]) }

// Swap implements heap.Interface.
func (l line) Swap(i, j int) {
	l[i], l[j] = l[j], l[i]
	l[i].spot, l[j].spot = i+1, j+1
}

// Push implements heap.Interface.
func (l *line) Push(x any) {
	it := x.(*item) //nolint:forcetypeassert // only add pushes
	*l = append(*l, it)
	it.spot = len(*l)
}

// Pop implements heap.Interface.
func (l *line) Pop() any {
	last := len(*l) - 1
	it := (*l)[last]
	(*l)[last] = nil // lets go of it
	*l = (*l)[:last]
	it.spot = 0
	return it
}

// before is the order in which items have their turn.
func before(a, b *item) bool {
	if a.Place != b.Place {
		return a.Place < b.Place
	}
	return a.ID < b.ID
}

// add lets an item that stands in no line wait in this one.
func (l *line) add(it *item) { heap.Push(l, it) }

// take gives the item whose turn it is; there must be one.
func (l *line) take() *item { return heap.Pop(l).(*item) } //nolint:forcetypeassert // only add pushes

// remove takes out an item that stands in the line.
func (l *line) remove(it *item) { heap.Remove(l, it.spot-1) }

// moved puts an item whose Place has changed where it belongs now.
func (l *line) moved(it *item) { heap.Fix(l, it.spot-1) }
