package queue

import "time"

// tally keeps the totals true, item by item, so that they cost nothing however many items there are.
type tally struct {
	Totals
	missing int64    // octets that items which go on by themselves still need
	walked  [3]int64 // octets that workers moved, by direction
	meters  [3]meter
	busy    int  // items that run in this process
	stopped bool // none does, and the ticker is stopped
}

// count adds what an item stands for, or takes it away with sign -1.
func (t *tally) count(it *item, sign int) {
	*t.of(it.State) += sign
	if it.State.moving() {
		it.batch.active += sign
	}
	if it.State == Running && !it.Elsewhere {
		t.busy += sign
	}
	if it.State == Skipped || it.State == Cancelled {
		return
	}
	size := it.Size
	if size < 0 {
		size = it.Moved
	}
	t.Moved += int64(sign) * it.Moved
	t.Size += int64(sign) * size
	if it.State.moving() {
		t.missing += int64(sign) * max(size-it.Moved, 0)
	}
}

func (t *tally) of(s State) *int {
	return [...]*int{
		&t.Waiting, &t.Running, &t.Paused, &t.Retrying, &t.Asking, &t.Done, &t.Failed, &t.Skipped, &t.Cancelled,
	}[s]
}

// pace lets the ticker run only while something runs, and renews what follows from the counts.
func (t *tally) pace(tick *time.Ticker, every time.Duration, now time.Time) {
	switch {
	case t.busy == 0 && !t.stopped:
		tick.Stop()
		t.stopped, t.UpSpeed, t.DownSpeed = true, 0, 0
	case t.busy > 0 && t.stopped:
		tick.Reset(every)
		t.stopped = false
		for d := range t.meters {
			t.meters[d].start(t.walked[d], now)
		}
	}
	t.Left = left(t.missing, t.speed())
}

// sample renews the speeds.
func (t *tally) sample(now time.Time) {
	across := t.meters[Across].observe(t.walked[Across], now)
	t.UpSpeed = across + t.meters[Up].observe(t.walked[Up], now)
	t.DownSpeed = across + t.meters[Down].observe(t.walked[Down], now)
}

// speed counts what goes across once.
func (t *tally) speed() float64 {
	if t.stopped {
		return 0
	}
	return t.UpSpeed + t.DownSpeed - t.meters[Across].speed()
}

// sample reads the workers' counters into the items.
func (s *scheduler) sample(now time.Time) {
	for _, c := range s.crew {
		if c.file != nil {
			s.observe(c.file, now)
		}
	}
	s.tally.sample(now)
	s.dirty = true
}

func (s *scheduler) observe(it *item, now time.Time) {
	s.tally.add(it)
	moved, speed := it.progress.moved.Load(), it.meter.observe(it.counted, now)
	if moved != it.Moved || speed != it.Speed {
		s.alter(it, func() { it.Moved, it.Speed, it.Left = moved, speed, remains(it.Size, moved, speed) })
	}
}

// add counts what moved since it was last asked.
func (t *tally) add(it *item) {
	walked := it.progress.walked()
	t.walked[it.Direction] += walked - it.counted
	it.counted = walked
}

func remains(size, moved int64, speed float64) time.Duration {
	if size < 0 {
		return -1
	}
	return left(size-moved, speed)
}
