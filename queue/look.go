package queue

import (
	"context"
	"time"

	"ferry/queue/journal"
)

// Shared is what holds for all processes that share a journal.
type Shared struct {
	Held  bool  // nothing is begun
	Limit Speed // see Queue.LimitEverywhere
}

// Look tells what a journal holds, without taking part: all items by ID, and what all processes share. What ran in a
// process that is gone is told as what becomes of it.
func Look(ctx context.Context, j *journal.Journal) (items []Item, all Shared, err error) {
	news, err := j.After(ctx, 0)
	if err != nil {
		return nil, all, err
	}
	processes, err := j.Processes(ctx)
	if err != nil {
		return nil, all, err
	}
	w, lives := newWatch(), map[int64]bool{}
	for _, p := range processes {
		lives[p.ID] = true
	}
	for _, p := range w.dead(processes, j.Self(), time.Now()) {
		lives[p.ID] = false
	}
	batches := map[int64]journal.Batch{}
	for _, b := range news.Batches {
		batches[b.ID] = b
	}
	for i := range news.Items {
		b, known := batches[news.Items[i].Batch]
		if !known {
			continue
		}
		it := restoreItem(&news.Items[i], route{b.FromID, b.ToID})
		if it.Elsewhere = lives[b.Owner]; !it.Elsewhere {
			it.orphaned(b.Tied)
		}
		items = append(items, it)
	}
	for _, s := range news.Settings {
		switch s.Key {
		case settingHeld:
			all.Held = s.Value != ""
		case settingLimit:
			all.Limit = readLimit(s.Value)
		}
	}
	return items, all, nil
}

// orphaned tells an item as it is once somebody takes it over.
func (it *Item) orphaned(tied bool) {
	switch {
	case tied && it.State.moving():
		it.State, it.Reason = Cancelled, ErrInterrupted
	case it.State == Running:
		it.State = Waiting
	}
	it.Speed = 0
}
