package queue

import (
	"container/heap"
	"math/rand/v2"
	"time"
)

const longestPause = 30 * time.Second

// pause is how long to wait after the n-th failure in a row, counted from 1: Options.Pause, twice that, four times
// that, …, each a quarter more or less, lest many who failed together try again together.
func (o Options) pause(n int) time.Duration {
	p := min(o.Pause<<min(n-1, 10), longestPause)
	return p - p/4 + rand.N(p/2) //nolint:gosec // it need not be secret
}

// alarm is a moment at which the scheduler has to look again.
type alarm struct {
	at   time.Time
	ring func(now time.Time) // nil: looking is enough
}

// alarms is a heap, the next alarm first.
type alarms []alarm

func (a *alarms) Len() int           { return len(*a) }
func (a *alarms) Less(i, j int) bool { return (*a)[i].at.Before((*a)[j].at) }
func (a *alarms) Swap(i, j int)      { (*a)[i], (*a)[j] = (*a)[j], (*a)[i] }

// Push implements heap.Interface.
func (a *alarms) Push(x any) { *a = append(*a, x.(alarm)) } //nolint:forcetypeassert // only add pushes

// Pop implements heap.Interface.
func (a *alarms) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

func (a *alarms) add(at time.Time, ring func(now time.Time)) { heap.Push(a, alarm{at, ring}) }

// due takes out the next alarm if its time has come.
func (a *alarms) due(now time.Time) (alarm, bool) {
	if len(*a) == 0 || now.Before((*a)[0].at) {
		return alarm{}, false
	}
	return heap.Pop(a).(alarm), true //nolint:forcetypeassert // only add pushes
}

// set makes the timer fire at the next alarm.
func (a *alarms) set(timer *time.Timer) {
	timer.Stop()
	if len(*a) > 0 {
		timer.Reset(time.Until((*a)[0].at))
	}
}

// wake lets ring what is due.
func (s *scheduler) wake(now time.Time) {
	for {
		a, rang := s.later.due(now)
		if !rang {
			return
		}
		if a.ring != nil {
			a.ring(now)
		}
	}
}
