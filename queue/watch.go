package queue

import (
	"errors"
	"os"
	"runtime"
	"syscall"
	"time"

	"ferry/queue/journal"
)

// watch tells which other processes are dead. It trusts no clock but its own: dead is who has not shown a beat while
// this process was looking all the time, so that neither a suspended machine nor a changed clock kills anybody.
type watch struct {
	host   string
	seen   map[int64]sighting
	looked time.Time
}

type sighting struct {
	beat  int64
	since time.Time // when that beat was seen first
}

// gap is the longest time between two looks that counts as looking all the time.
const gap = 2 * beatEvery

func newWatch() watch {
	host, _ := os.Hostname() // without one only beats tell
	return watch{host: host, seen: map[int64]sighting{}}
}

func (w *watch) dead(all []journal.Process, self int64, now time.Time) []journal.Process {
	if now.Sub(w.looked) > gap {
		clear(w.seen)
	}
	w.looked = now
	var dead []journal.Process
	for _, p := range all {
		seen, known := w.seen[p.ID]
		if !known || seen.beat != p.Beat {
			seen = sighting{p.Beat, now}
			w.seen[p.ID] = seen
		}
		gone := p.Host == w.host && p.Host != "" && !runs(p.PID)
		if p.ID != self && (gone || now.Sub(seen.since) > deadAfter) {
			dead = append(dead, p)
		}
	}
	return dead
}

// runs reports whether there is a process of that number; where that cannot be told there is one.
func runs(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false // on Windows; elsewhere it is always found
	}
	defer func() { _ = p.Release() }() // it only looked
	if runtime.GOOS == "windows" {
		return true
	}
	err = p.Signal(syscall.Signal(0))
	return !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, syscall.ESRCH)
}
