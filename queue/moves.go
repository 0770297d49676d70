package queue

import "slices"

// move changes the places of items among all that are neither final nor running.
func (s *scheduler) move(how Move, ids []ItemID) {
	chosen := map[*item]bool{}
	for it := range s.named(ids) {
		if it.State.idle() {
			chosen[it] = true
		}
	}
	all := s.waiting()
	switch how {
	case MoveUp:
		s.raise(all, chosen)
	case MoveDown:
		s.lower(all, chosen)
	case MoveTop, MoveBottom:
		s.toEnd(all, chosen, how)
	}
}

// waiting gives what is neither final nor running, in the order of turns.
func (s *scheduler) waiting() []*item {
	var all []*item
	for _, it := range s.items {
		if it.State.idle() && !it.Elsewhere {
			all = append(all, it)
		}
	}
	slices.SortFunc(all, func(a, b *item) int {
		if before(a, b) {
			return -1
		}
		return 1
	})
	return all
}

// raise lets each chosen item pass the one before it, unless that is chosen, too, and stands at the top.
func (s *scheduler) raise(all []*item, chosen map[*item]bool) {
	for i := 1; i < len(all); i++ {
		if chosen[all[i]] && !chosen[all[i-1]] {
			s.swap(all, i-1, i)
		}
	}
}

func (s *scheduler) lower(all []*item, chosen map[*item]bool) {
	for i := len(all) - 2; i >= 0; i-- {
		if chosen[all[i]] && !chosen[all[i+1]] {
			s.swap(all, i, i+1)
		}
	}
}

func (s *scheduler) swap(all []*item, i, j int) {
	a, b := all[i], all[j]
	if a.Place == b.Place { // of two processes, which is rare
		s.put(b, a.Place-1)
	} else {
		at := a.Place
		s.put(a, b.Place)
		s.put(b, at)
	}
	all[i], all[j] = b, a
}

func (s *scheduler) put(it *item, place int64) {
	s.alter(it, func() { it.Place = place })
	if it.spot > 0 {
		s.lane(it.batch.pair()).files.moved(it)
	}
}

// toEnd puts the chosen before all others or behind them.
func (s *scheduler) toEnd(all []*item, chosen map[*item]bool, how Move) {
	var moved []*item
	for _, it := range all {
		if chosen[it] {
			moved = append(moved, it)
		}
	}
	if len(moved) == 0 {
		return
	}
	first := all[0].Place - int64(len(moved))
	for i, it := range moved {
		if how == MoveTop {
			s.put(it, first+int64(i))
		} else {
			s.put(it, s.nextPlace())
		}
	}
}
