package queue

import (
	"errors"
	"slices"
	"time"

	"ferry/internal/vfs"
)

// fetchAll owns the goroutines that fetch spans. The first uses the transfer's own session; others are leased while
// there is room for them.
func (s *segments) fetchAll() error {
	s.running = 1
	s.more(s.wide.asked - 1)
	for again := true; again; again = s.pending() { // for what somebody who had to yield left
		s.work(s.t.src, false)
		s.all.Wait()
	}
	if s.why != nil {
		_ = s.note() // the failure to be told is the first one
	}
	return s.why
}

func (s *segments) pending() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.why == nil && slices.ContainsFunc(s.spans, (*span).missing)
}

// more opens further connections, where there is room for them.
func (s *segments) more(n int) {
	for range n {
		s.all.Go(func() {
			session, err := vfs.LeaseSpare(s.t.ctx, s.t.from)
			if err != nil {
				return // the others do it
			}
			defer session.Release()
			s.come(1)
			defer s.come(-1)
			s.work(session, true)
		})
	}
}

func (s *segments) come(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running += n
}

// widen adds connections if it is time to try that. The lock is held.
func (s *segments) widen() {
	moved := s.t.progress.moved.Load()
	s.more(s.wide.observe(time.Now(), moved, s.size()-moved))
}

func (s *segments) work(session vfs.Session, helps bool) {
	for {
		sp := s.take(helps)
		if sp == nil {
			return
		}
		err := s.fetch(session, sp, helps)
		s.mu.Lock()
		sp.busy = false
		switch {
		case err == nil || errors.Is(err, errYield):
		case helps && s.auto && !errors.Is(err, errGrown) && !errors.Is(err, errShort):
			s.rejoin(sp)
			s.narrow(err)
		case s.why == nil:
			s.why = err
		}
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// narrow is for a connection that failed: the others go on. The lock is held.
func (s *segments) narrow(err error) {
	if errors.Is(err, vfs.ErrNotSupported) {
		s.wide = fixed(1)
		return
	}
	s.wide.lost(s.running-1, time.Now())
}

// take gives a span that nobody fetches, else the last part of the one that has most before it. Who helps and is not
// needed gets none.
func (s *segments) take(helps bool) *span {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why != nil || helps && s.running > s.wide.allowed() {
		return nil
	}
	var longest *span
	for _, sp := range s.spans {
		switch {
		case !sp.busy && sp.missing():
			sp.busy = true
			return sp
		case sp.busy && (longest == nil || sp.rest() > longest.rest()):
			longest = sp
		}
	}
	if longest == nil || longest.rest() < 4*smallestSpan {
		return nil
	}
	sp := s.split(longest)
	s.spans = append(s.spans, sp)
	return sp
}

// split takes half of a span, or less for a trial: at its end, so that little is left to be fetched by somebody else if
// the trial fails.
func (s *segments) split(longest *span) *span {
	most := longest.rest() / 2
	if !s.wide.settled {
		most = min(most, max(s.wide.share(), 4*smallestSpan))
	}
	from := longest.End - most
	sp := &span{Start: from, Pos: from, End: longest.End, busy: true}
	longest.End = from
	return sp
}

// rejoin lets the span before go on through one that could not be begun. The lock is held.
func (s *segments) rejoin(sp *span) {
	for _, before := range s.spans {
		if sp.Pos == sp.Start && before.busy && before.missing() && before.End == sp.Start {
			before.End = sp.End
			s.spans = slices.DeleteFunc(s.spans, func(one *span) bool { return one == sp })
			return
		}
	}
}
