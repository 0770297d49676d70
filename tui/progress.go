package tui

import (
	"sync"
	"time"

	"ferry/tui/dialog"
)

// Reached says how far a connection has come that is being made.
type Reached int

// The steps, in their order. Some are passed over: an address needs no look-up, a server may have no TLS.
const (
	ReachedLookup Reached = iota
	ReachedDialling
	ReachedTLS
	ReachedLogin
	ReachedListing
)

func (r Reached) String() string {
	return [...]string{"looking up the name", "connecting", "encrypting (TLS)", "logging in", "listing the folder"}[r]
}

// Progress is told how far a connection has come. It is safe for concurrent use.
type Progress struct {
	now func() time.Time

	mu       sync.Mutex
	steps    []progressStep
	replaced bool
}

type progressStep struct {
	reached Reached
	at      time.Time
}

// Reach tells that a step has begun. A step that comes too late counts for nothing.
func (p *Progress) Reach(r Reached) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.steps); n == 0 || p.steps[n-1].reached < r {
		p.steps = append(p.steps, progressStep{r, p.now()})
	}
}

// Replaced tells that a kept password was refused, and another one was typed in its place.
func (p *Progress) Replaced() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.replaced = true
}

func (p *Progress) wasReplaced() bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.replaced
}

// shown gives the steps as a dialog shows them.
func (p *Progress) shown(now time.Time) []dialog.Step {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]dialog.Step, len(p.steps))
	for i, s := range p.steps {
		end, over := now, false
		if i+1 < len(p.steps) {
			end, over = p.steps[i+1].at, true
		}
		all[i] = dialog.Step{Name: s.reached.String(), Took: end.Sub(s.at), Over: over}
	}
	return all
}
