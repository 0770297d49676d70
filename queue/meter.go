package queue

import (
	"math"
	"sync/atomic"
	"time"

	"ferry/internal/vfs"
)

// smoothing is the time over which a speed is averaged, the latest octets weighing most.
const smoothing = 2500 * time.Millisecond

// meter turns a growing number of octets into a speed. The zero meter is ready.
type meter struct {
	total  int64
	at     time.Time
	rate   float64
	weight float64 // how much of rate is measured yet: without it every transfer would seem to start slowly
}

// start sets what the next observe counts from.
func (m *meter) start(total int64, now time.Time) { *m = meter{total: total, at: now} }

// observe gives the speed in octets a second after total octets in all.
func (m *meter) observe(total int64, now time.Time) float64 {
	passed := now.Sub(m.at)
	if passed > 0 {
		share := 1 - math.Exp(-passed.Seconds()/smoothing.Seconds())
		m.rate += share * (float64(total-m.total)/passed.Seconds() - m.rate)
		m.weight += share * (1 - m.weight)
		m.total, m.at = total, now
	}
	return m.speed()
}

// speed is what observe gave last; 0 before.
func (m *meter) speed() float64 {
	if m.weight == 0 {
		return 0
	}
	return m.rate / m.weight
}

// left is how long octets take at a speed; negative where that cannot be told.
func left(octets int64, speed float64) time.Duration {
	if octets <= 0 {
		return 0
	}
	seconds := float64(octets) / speed
	if speed <= 0 || seconds > (1<<62)/float64(time.Second) {
		return -1
	}
	return time.Duration(seconds * float64(time.Second))
}

// progress is what a worker counts and the scheduler reads while an item runs.
type progress struct {
	moved atomic.Int64 // octets that are over there
	base  atomic.Int64 // how many of them an earlier try brought
	pace  vfs.Pacer    // the limits that hold for it
}

// goOn tells that offset octets are over there before anything moves.
func (p *progress) goOn(offset int64) {
	p.base.Store(offset) // first: octets of an earlier try must not look like speed
	p.moved.Store(offset)
}

// walked gives the octets of this try.
func (p *progress) walked() int64 { return max(p.moved.Load()-p.base.Load(), 0) }
