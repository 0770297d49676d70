package queue

import (
	"maps"
	"slices"

	"ferry/queue/journal"
)

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

// behind puts notes in which nothing has been written yet before these.
func (n *notes) behind(old notes) {
	keepOld(n.items, old.items, func(id ItemID) bool { return n.removed[id] })
	keepOld(n.batches, old.batches, nil)
	keepOld(n.folders, old.folders, func(key folderKey) bool {
		b, noted := n.batches[key.batch]
		return n.walked[key.batch] || noted && b == nil
	})
	keepOld(n.walked, old.walked, nil)
	keepOld(n.removed, old.removed, func(id ItemID) bool { _, back := n.items[id]; return back })
	n.rest.Past = slices.Concat(old.rest.Past, n.rest.Past)
	n.rest.Settings = slices.Concat(old.rest.Settings, n.rest.Settings)
	n.rest.Orders = slices.Concat(old.rest.Orders, n.rest.Orders)
	n.durable = n.durable || old.durable
}

// keepOld adds what is not there, unless something said later makes it void.
func keepOld[K comparable, V any](to, old map[K]V, void func(K) bool) {
	for key, value := range old {
		if _, there := to[key]; !there && (void == nil || !void(key)) {
			to[key] = value
		}
	}
}
