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

// SegmentsAuto lets a large file come over one connection, and over more as long as each makes it faster.
const SegmentsAuto = -1

const (
	autoSize     = 64 << 20 // from this size on SegmentsAuto looks whether more connections are worth it
	autoSegments = 4
	smallestSpan = 1 << 20 // octets; less is not worth a connection
	largestStep  = 8 << 20 // octets that go at once over one connection
	noteEvery    = time.Second
)

// Why the copy of a span ends early.
var (
	errSpanEnd = errors.New("the end of the span")
	errGrown   = errors.New("more came than there should be")
	errShort   = errors.New("less came than there should be")
	errChanged = errors.New("another source than before")
	errYield   = errors.New("somebody else needs the session")
)

// span is a part of a file that comes over one connection. Start is where it began, Pos how far it has come.
type span struct {
	Start, Pos, End int64
	busy            bool
	old             bool  // an earlier try brought what it has
	reach           int64 // up to here octets may be on their way
}

// missing reports whether it is not whole.
func (sp *span) missing() bool { return sp.Pos < sp.End }

// rest gives how much of the span can still be given to somebody else.
func (sp *span) rest() int64 { return sp.End - max(sp.Pos, sp.reach) }

// segments is the state of a file that comes in several spans at once. What it knows is kept beside the file.
type segments struct {
	t      *transfer
	auto   bool
	target vfs.Spans
	path   string         // where the octets collect
	notes  string         // where the spans are kept
	all    sync.WaitGroup // those who fetch over further connections

	mu      sync.Mutex
	wide    widening
	running int // connections that fetch
	spans   []*span
	noted   time.Time
	why     error // the first failure
}

// segmentNotes is what is kept of a file that is not whole yet.
type segmentNotes struct {
	Source Origin
	Spans  []*span
}

// inSegments gives how many connections the file may come over; 1 where that is not wanted or not possible.
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
	if err == nil || errors.Is(err, errGrown) || errors.Is(err, errShort) {
		err = s.judge(err)
	}
	switch {
	case errors.Is(err, vfs.ErrNotSupported):
		return s.toOneStream("the server cannot begin in the middle of a file")
	case errors.Is(err, errChanged):
		return s.toOneStream("it changed while it came over several connections")
	case err != nil:
		if errors.Is(context.Cause(t.ctx), ErrCancelled) {
			s.discard()
		}
		return t.failed(err), true
	}
	return s.finish(), true
}

func (s *segments) toOneStream(why string) (outcome, bool) {
	s.discard()
	s.t.remark("in one stream: " + why)
	return outcome{}, false
}

func newSegments(t *transfer, most int) *segments {
	dir, name := t.to.Parent(t.copy.to), t.to.Base(t.copy.to)
	target, _ := t.dst.(vfs.Spans) // inSegments has looked before it is needed
	s := &segments{
		t: t, auto: t.copy.segments == SegmentsAuto, target: target, wide: fixed(most),
		path:  t.to.Join(dir, vfs.PartialName(name+"~segments")),
		notes: t.to.Join(dir, vfs.PartialName(name+"~spans")),
	}
	if s.auto {
		s.wide = widening{most: most, asked: 1, proven: 1}
	}
	return s
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
		n := int64(s.wide.asked)
		for i := range n {
			from, to := s.size()*i/n, s.size()*(i+1)/n
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
	w, err := s.t.dst.Create(s.t.ctx, s.notes, vfs.Create{Size: int64(len(text)), Overwrite: true, Volatile: true})
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

// judge asks whether the source is still what it was, unless all came in one stream. If it is and more came than it
// holds, the server agreed to begin in the middle and did not.
func (s *segments) judge(odd error) error {
	if whole := len(s.spans) == 1 && !s.spans[0].old; whole && odd == nil {
		return nil
	}
	if err := s.unchanged(); err != nil || odd == nil {
		return err
	}
	f := &vfs.Failure{
		Step: "read a part of " + s.t.copy.from, Kind: vfs.ErrNotSupported,
		Said: "the server agreed to begin in the middle and sent all",
	}
	if errors.Is(odd, errShort) {
		f.Kind, f.Said, f.Hint = vfs.ErrIncomplete, "the server said that it has sent all, and not all came", "Try again."
	}
	return f
}

func (s *segments) unchanged() error {
	e, err := s.t.src.Stat(s.t.ctx, s.t.copy.from)
	if err != nil {
		return err
	}
	now := s.source()
	now.Size, now.ModTime, now.Precision = e.Size, e.ModTime, e.Precision
	if e.Type == vfs.File && (e.Size < 0 || !now.is(s.source())) {
		s.t.copy.source = e
		return errChanged
	}
	return nil
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
	if s.wide.asked > 1 {
		t.remark(fmt.Sprintf("over up to %d connections", s.wide.asked))
	}
	return t.finish(t.listen(w), nil)
}
