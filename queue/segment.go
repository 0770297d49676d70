package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"ferry/internal/vfs"
)

// SegmentsAuto lets the queue decide by the size of a file over how many connections it comes.
const SegmentsAuto = -1

const (
	autoSize     = 64 << 20 // from this size on SegmentsAuto takes several connections
	autoSegments = 4
	smallestSpan = 1 << 20 // octets; less is not worth a connection
	spanPiece    = 1 << 20 // most octets that go at once, so that a span can be cut
	noteEvery    = time.Second
)

// Why the copy of a span ends early.
var (
	errSpanEnd = errors.New("the end of the span")
	errGrown   = errors.New("more came than there should be")
	errYield   = errors.New("somebody else needs the session")
)

// span is a part of a file that comes over one connection. Start is where it began, Pos how far it has come.
type span struct {
	Start, Pos, End int64
	busy            bool
	old             bool // an earlier try brought what it has
}

// segments is the state of a file that comes in several spans at once. What it knows is kept beside the file.
type segments struct {
	t      *transfer
	most   int
	target vfs.Spans
	path   string // where the octets collect
	notes  string // where the spans are kept

	mu    sync.Mutex
	spans []*span
	noted time.Time
	why   error // the first failure
}

// segmentNotes is what is kept of a file that is not whole yet.
type segmentNotes struct {
	Source Origin
	Spans  []*span
}

// inSegments gives how many connections the file is to come over; 1 where that is not wanted or not possible.
func (t *transfer) inSegments() int {
	n, size := t.copy.segments, t.copy.source.Size
	if n == SegmentsAuto {
		if n = autoSegments; size < autoSize {
			n = 1
		}
	}
	n = int(min(int64(n), size/smallestSpan))
	_, can := t.dst.(vfs.Spans)
	if !can || n < 2 || t.from.ID() == localID || t.copy.begin == onTheOther {
		return 1
	}
	if length, err := t.dst.Partial(t.ctx, t.copy.to); err != nil || length > 0 {
		return 1 // one stream has begun it
	}
	return n
}

// bySegments copies the file over n connections. It reports false where one stream has to do it.
func (t *transfer) bySegments(n int) (outcome, bool) {
	s := newSegments(t, n)
	s.recall()
	err := s.note()
	if err == nil {
		err = s.fetchAll()
	}
	if err == nil || errors.Is(err, errGrown) {
		err = s.judge(err)
	}
	switch {
	case errors.Is(err, vfs.ErrNotSupported):
		s.discard()
		t.remark("in one stream: the server cannot begin in the middle of a file")
		return outcome{}, false
	case err != nil:
		if errors.Is(err, vfs.ErrIncomplete) || errors.Is(context.Cause(t.ctx), ErrCancelled) {
			s.discard()
		}
		return t.failed(err), true
	}
	return s.finish(), true
}

func newSegments(t *transfer, most int) *segments {
	dir, name := t.to.Parent(t.copy.to), t.to.Base(t.copy.to)
	target, _ := t.dst.(vfs.Spans) // inSegments has looked before it is needed
	return &segments{
		t: t, most: most, target: target,
		path:  t.to.Join(dir, vfs.PartialName(name+"~segments")),
		notes: t.to.Join(dir, vfs.PartialName(name+"~spans")),
	}
}

// recall takes up the spans of an earlier try, if the source is what it was; else all begins.
func (s *segments) recall() {
	var kept segmentNotes
	r, err := s.t.dst.Open(s.t.ctx, s.notes, 0)
	if err == nil {
		err = json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&kept)
		_ = r.Close() // it is read
	}
	missing := int64(0)
	if err == nil && s.sound(kept) {
		for _, sp := range kept.Spans {
			sp.old = true
			missing += sp.End - sp.Pos
		}
		s.spans = kept.Spans
		s.t.remark(fmt.Sprintf("resumed with %d of %d octets", s.size()-missing, s.size()))
	} else {
		s.discard()
		missing = s.size()
		for i := range int64(s.most) {
			from, to := s.size()*i/int64(s.most), s.size()*(i+1)/int64(s.most)
			s.spans = append(s.spans, &span{Start: from, Pos: from, End: to})
		}
	}
	s.t.progress.goOn(s.size() - missing)
}

// sound reports whether notes are of this source, and their file is there.
func (s *segments) sound(kept segmentNotes) bool {
	e, err := s.t.dst.Stat(s.t.ctx, s.path)
	if err != nil || e.Size != s.size() || !s.source().is(kept.Source) {
		return false
	}
	for _, sp := range kept.Spans {
		if sp == nil || sp.Start < 0 || sp.Pos < sp.Start || sp.End < sp.Pos || sp.End > s.size() {
			return false
		}
	}
	return true
}

func (s *segments) size() int64 { return s.t.copy.source.Size }

func (s *segments) source() Origin {
	e := s.t.copy.source
	return Origin{
		Shore: s.t.from.ID(), Path: s.t.copy.from, Size: e.Size, ModTime: e.ModTime, Precision: e.Precision,
	}
}

// note keeps how far the spans have come. What is noted was written before: after the death of the process, not of the
// machine, it is there; either way it is compared before anything is built on it.
func (s *segments) note() error {
	s.noted = time.Now()
	text, err := json.Marshal(segmentNotes{s.source(), s.spans})
	if err != nil {
		return err
	}
	w, err := s.t.dst.Create(s.t.ctx, s.notes, vfs.Create{Size: int64(len(text)), Overwrite: true})
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		_ = w.Abort(false) // the failure to be told is the first one
		return err
	}
	return w.Commit(s.t.ctx)
}

// discard removes what has come.
func (s *segments) discard() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.ctx), giveBackTime)
	defer cancel()
	for _, path := range []string{s.path, s.notes} {
		_ = s.t.dst.Remove(ctx, path) // mostly it is not there
	}
}

// fetchAll owns the goroutines that fetch spans. The first uses the transfer's own session; others are leased while
// there is room for them.
func (s *segments) fetchAll() error {
	var all sync.WaitGroup
	for range s.most - 1 {
		all.Go(func() {
			session, err := vfs.LeaseSpare(s.t.ctx, s.t.from)
			if err != nil {
				return // the others do it
			}
			defer session.Release()
			s.work(session, true)
		})
	}
	s.work(s.t.src, false)
	all.Wait()
	if s.why == nil {
		s.work(s.t.src, false) // what somebody who had to yield left
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sp := range s.spans {
		if sp.Pos < sp.End && s.why == nil {
			s.why = context.Cause(s.t.ctx)
		}
	}
	if err := s.note(); s.why == nil {
		s.why = err
	}
	return s.why
}

func (s *segments) work(session vfs.Session, yields bool) {
	for {
		sp := s.take()
		if sp == nil {
			return
		}
		err := s.fetch(session, sp, yields)
		s.mu.Lock()
		sp.busy = false
		if err != nil && s.why == nil && !errors.Is(err, errYield) {
			s.why = err
		}
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// take gives a span that nobody fetches, else the second half of the one that has most before it.
func (s *segments) take() *span {
	s.mu.Lock()
	defer s.mu.Unlock()
	var longest *span
	for _, sp := range s.spans {
		switch {
		case s.why != nil:
			return nil
		case !sp.busy && sp.Pos < sp.End:
			sp.busy = true
			return sp
		case sp.busy && (longest == nil || sp.End-sp.Pos > longest.End-longest.Pos):
			longest = sp
		}
	}
	if longest == nil || longest.End-longest.Pos < 4*smallestSpan {
		return nil
	}
	half := longest.Pos + (longest.End-longest.Pos)/2
	sp := &span{Start: half, Pos: half, End: longest.End, busy: true}
	longest.End = half
	s.spans = append(s.spans, sp)
	return sp
}

// judge asks whether the source is still what it was. If it is and more came than it holds, the server agreed to begin
// in the middle and did not.
func (s *segments) judge(grown error) error {
	if err := s.unchanged(); err != nil || grown == nil {
		return err
	}
	return &vfs.Failure{
		Step: "read a part of " + s.t.copy.from, Kind: vfs.ErrNotSupported,
		Said: "the server agreed to begin in the middle and sent all",
	}
}

func (s *segments) unchanged() error {
	e, err := s.t.src.Stat(s.t.ctx, s.t.copy.from)
	if err != nil {
		return err
	}
	now := s.source()
	now.Size, now.ModTime, now.Precision = e.Size, e.ModTime, e.Precision
	if e.Type == vfs.File && (e.Size < 0 || !now.is(s.source())) {
		return s.changed()
	}
	return nil
}

func (s *segments) changed() error {
	return &vfs.Failure{
		Step: "copy all of " + s.t.copy.from, Kind: vfs.ErrIncomplete, Said: "it changed while it was copied",
		Hint: "Try again when it has come to rest.",
	}
}

// finish makes the whole the partial of an ordinary copy, which then proves it and gives it its name.
func (s *segments) finish() outcome {
	t := s.t
	t.progress.moved.Store(s.size())
	t.remember()
	if err := t.dst.Rename(t.ctx, s.path, vfs.PartialPath(t.to, t.copy.to)); err != nil {
		return t.failed(err)
	}
	_ = t.dst.Remove(t.ctx, s.notes) // what stays is skipped as a partial and replaced by the next one
	w, err := t.dst.Create(t.ctx, t.copy.to, vfs.Create{
		Size: s.size(), Offset: s.size(), ModTime: t.modTime(), Mode: t.copy.source.Mode,
		KeepMode: t.copy.keepMode && t.copy.source.ModeKnown, Overwrite: t.copy.overwrite,
	})
	if err != nil {
		return t.broken(err)
	}
	t.remark(fmt.Sprintf("over up to %d connections", s.most))
	return t.finish(t.listen(w), nil)
}
