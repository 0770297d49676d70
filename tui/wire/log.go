// Package wire shows the protocol's story: a drawing of the connections as they are, and the transcript of commands and
// replies.
package wire

import (
	"context"
	"slices"
	"sync"

	"ferry/ftpclient"
)

// Kept is how many events, and how many lines on the screen, are kept; older ones are forgotten first.
const Kept = 10_000

// Event is an event of one of several clients, whose control connections are all counted from 1.
type Event struct {
	ftpclient.Event
	Client int    // counted from 1
	Server string // the account, for people; raw
}

// Log is a mailbox for events between the connections, which never wait, and the screen, which takes them when it
// has time. The zero Log is not ready; use NewLog. It is safe for concurrent use.
type Log struct {
	news chan struct{} // holds at most one wake-up

	mu      sync.Mutex
	clients int
	ring    []Event
	first   int // the oldest event in a full ring
	lost    int // events that were overwritten before anybody took them
}

// NewLog makes an empty Log.
func NewLog() *Log { return &Log{news: make(chan struct{}, 1)} }

// Client gives an ftpclient.Trace for one more client; server names its account as people know it. The trace does not
// block. Where nobody takes events for long the oldest give way.
func (l *Log) Client(server string) ftpclient.Trace {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clients++
	client := l.clients
	return func(e ftpclient.Event) { l.add(Event{e, client, server}) }
}

func (l *Log) add(e Event) {
	l.mu.Lock()
	if len(l.ring) < Kept {
		l.ring = append(l.ring, e)
	} else {
		l.ring[l.first] = e
		l.first = (l.first + 1) % Kept
		l.lost++
	}
	l.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// Wait blocks until an event has come since the last Take, or ctx has ended, whose cause it then returns.
func (l *Log) Wait(ctx context.Context) error {
	select {
	case <-l.news:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Take gives the events that came since the last Take, in order, and how many were lost before them.
func (l *Log) Take() (events []Event, lost int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	events, lost = slices.Concat(l.ring[l.first:], l.ring[:l.first]), l.lost
	l.ring, l.first, l.lost = nil, 0, 0
	return events, lost
}
