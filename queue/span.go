package queue

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"ferry/internal/vfs"
)

// fetch brings what is missing of a span.
func (s *segments) fetch(session vfs.Session, sp *span, helps bool) error {
	r, err := s.open(session, sp)
	if err != nil {
		return err
	}
	s.mu.Lock() // the target's session is one for all
	w, err := s.target.OpenSpan(s.t.ctx, s.path, s.size(), sp.Pos)
	s.mu.Unlock()
	if err != nil {
		_ = r.Close() // given up, which is no error
		return err
	}
	ctx, stop := context.WithCancelCause(s.t.ctx)
	defer stop(nil)
	pace := &spanPace{s: s, sp: sp, stop: stop, below: s.t.progress.pace}
	if helps {
		pace.session = session
	}
	_, err = vfs.CopyPaced(ctx, w, r, &s.t.progress.moved, pace)
	ended := err == nil
	if errors.Is(err, errSpanEnd) {
		err = nil
	}
	// At the end of the file this waits for the server's word; before, it gives the rest up.
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	if werr := w.Commit(s.t.ctx); err == nil {
		err = werr
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && ended && sp.Pos != s.size() {
		return errShort
	}
	return err
}

// open opens the source where the span goes on. What an earlier try left is compared first, as far as its last octets
// can tell; what does not match is fetched again.
func (s *segments) open(session vfs.Session, sp *span) (vfs.Reader, error) {
	back := int64(0)
	if sp.old {
		back = min(proofSize, sp.Pos-sp.Start)
	}
	r, err := session.Open(s.t.ctx, s.t.copy.from, sp.Pos-back)
	if err != nil || back == 0 {
		return r, err
	}
	head := make([]byte, back)
	_, err = io.ReadFull(r, head)
	tail, terr := s.read(sp.Pos-back, back)
	if err == nil && terr == nil && bytes.Equal(head, tail) {
		return r, nil
	}
	_ = r.Close() // given up, which is no error
	if err != nil && s.t.passing(err) {
		return nil, err
	}
	s.mu.Lock()
	s.t.progress.goOn(s.t.progress.moved.Load() - (sp.Pos - sp.Start))
	sp.Pos, sp.old = sp.Start, false
	s.mu.Unlock()
	return session.Open(s.t.ctx, s.t.copy.from, sp.Pos)
}

// read reads what has come.
func (s *segments) read(offset, n int64) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.t.dst.Open(s.t.ctx, s.path, offset)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // it is read
	part := make([]byte, n)
	_, err = io.ReadFull(r, part)
	return part, err
}

// spanPace keeps a copy within its span, whose end may come nearer meanwhile, and within the speed limits.
type spanPace struct {
	s       *segments
	sp      *span
	stop    context.CancelCauseFunc
	session vfs.Session // to be given back if somebody wants it; nil if not
	below   vfs.Pacer   // the speed limits
}

// Piece never goes beyond the span; at the end of the file it asks for one octet more, which must not come.
func (p *spanPace) Piece() int64 {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	rest := p.sp.End - p.sp.Pos
	most := min(max(rest/4, smallestSpan), largestStep, max(rest, 1)) // so that somebody else can take of the rest
	if p.below != nil {
		if slow := p.below.Piece(); slow > 0 {
			most = min(most, slow)
		}
	}
	p.sp.reach = p.sp.Pos + most
	return most
}

// Spent notes how far the span has come, and ends the copy where it ends.
func (p *spanPace) Spent(ctx context.Context, octets int64) {
	if p.below != nil {
		p.below.Spent(ctx, octets)
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.sp.Pos += octets
	switch {
	case p.sp.Pos > p.s.size():
		p.stop(errGrown)
	case p.sp.Pos >= p.sp.End && p.sp.End < p.s.size():
		p.stop(errSpanEnd)
	case p.session != nil && vfs.Wanted(p.session):
		p.stop(errYield)
	}
	p.s.widen()
	if time.Since(p.s.noted) >= noteEvery {
		if err := p.s.note(); err != nil {
			p.stop(err)
		}
	}
}
