package queue

import "time"

// How SegmentsAuto finds out whether more connections are worth it.
const (
	settleTime  = time.Second             // in which a connection gets up to speed
	measureTime = 1500 * time.Millisecond // over which a speed is taken
	worthTime   = 5 * time.Second         // what comes sooner is left alone
	growth      = 1.2                     // as many times faster more connections must be than fewer
)

// widening finds out over how many connections a file is to come: over one, until it is seen how fast that is; then
// over twice as many, as long as that makes the whole really faster.
type widening struct {
	most    int
	asked   int     // connections that fetch, or are being opened
	proven  int     // so many were worth it
	speed   float64 // of the proven ones, octets a second
	settled bool    // nothing more is tried

	due    time.Time // when the next step is
	since  time.Time // when the measuring began; zero while connections get up to speed
	moved  int64     // how much had come then
	losses int
}

// fixed is a widening to which nothing is to be added.
func fixed(n int) widening { return widening{most: n, asked: n, proven: n, settled: true} }

// allowed gives how many connections may fetch.
func (w *widening) allowed() int {
	if w.settled {
		return w.proven
	}
	return w.asked
}

// share gives how many octets one more connection is to take for a trial: somewhat more than come until it is judged.
func (w *widening) share() int64 {
	return int64(w.speed / float64(max(w.proven, 1)) * 2 * (settleTime + measureTime).Seconds())
}

// observe is told how much has come in all and how much is left, and gives how many connections are to be added.
func (w *widening) observe(now time.Time, moved, left int64) int {
	switch {
	case w.settled || now.Before(w.due):
		return 0
	case w.due.IsZero():
		w.due = now.Add(settleTime)
		return 0
	case w.since.IsZero():
		w.since, w.moved, w.due = now, moved, now.Add(measureTime)
		return 0
	}
	speed := float64(moved-w.moved) / now.Sub(w.since).Seconds()
	w.since, w.due = time.Time{}, now.Add(settleTime)
	return w.judge(speed, left)
}

func (w *widening) judge(speed float64, left int64) int {
	if w.settled = speed < growth*w.speed; w.settled {
		return 0
	}
	w.proven, w.speed = w.asked, speed
	if w.settled = w.asked == w.most || float64(left) < speed*worthTime.Seconds(); w.settled {
		return 0
	}
	more := min(w.asked, w.most-w.asked)
	w.asked += more
	return more
}

// lost measures anew after a connection was lost and so many are left, each time after a longer while.
func (w *widening) lost(running int, now time.Time) {
	*w = widening{most: w.most, asked: running, proven: running, losses: w.losses + 1}
	w.due = now.Add(settleTime << min(2*w.losses, 12))
}
