package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ferry/internal/vfs"
)

// outcome is how a try to copy a file ended.
type outcome struct {
	state  State // a final one
	err    error
	proof  Proof
	note   string
	copy   copying // as it was found and left, for another try
	clash  *Clash  // the question, if the state is Asking
	leased         // how the worker's sessions fared
}

// transfer copies one file, by exactly one Open and one Create, unless there is a part to go on with or something
// to be looked at again.
type transfer struct {
	ctx       context.Context
	src, dst  vfs.Session
	from, to  vfs.FS
	origins   Origins
	copy      copying
	progress  *progress
	note      string
	resembles bool // what has the name may be another file with the same last octets, size and time
	adopted   bool // the file under the final name became the partial
	built     bool // on an earlier part: what came before may be of the source as it was
}

func (t *transfer) run() outcome {
	if t.copy.check {
		return t.check()
	}
	if t.copy.look || t.copy.finishing {
		if done, over := t.lookAgain(); over {
			return done
		}
	}
	if n := t.inSegments(); n > 1 {
		if out, over := t.bySegments(n); over {
			return out
		}
	}
	w, r, err := t.begin()
	if err != nil {
		return t.failed(err)
	}
	return t.move(w, r)
}

// begin opens both ends, at the octet where the copy goes on.
func (t *transfer) begin() (vfs.Writer, vfs.Reader, error) {
	r, offset, err := t.open()
	if err != nil {
		return nil, nil, err
	}
	t.progress.goOn(offset)
	t.built = offset > 0
	if offset == 0 {
		t.remember()
	}
	w, err := t.dst.Create(t.ctx, t.copy.to, vfs.Create{
		Size: t.copy.source.Size, Offset: offset, ModTime: t.modTime(), Mode: t.copy.source.Mode,
		KeepMode:  t.copy.keepMode && t.copy.source.ModeKnown,
		Overwrite: t.copy.overwrite, InPlace: t.copy.inPlace,
	})
	if err == nil {
		return w, r, nil
	}
	_ = r.Close() // given up, which is no error
	t.giveBack()
	if offset > 0 && t.copy.begin == onPartial && errors.Is(err, vfs.ErrNotSupported) {
		t.note = "begun anew: the target cannot go on with an unfinished part"
		t.copy.begin = afresh
		return t.begin()
	}
	return nil, nil, err
}

// modTime is the source's, unless only its day is known.
func (t *transfer) modTime() time.Time {
	if t.copy.source.Precision < vfs.PrecisionMinute {
		return time.Time{}
	}
	return t.copy.source.ModTime
}

func (t *transfer) move(w vfs.Writer, r vfs.Reader) outcome {
	own := t.listen(w)
	_, err := vfs.CopyPaced(t.ctx, own, r, &t.progress.moved, t.progress.pace)
	// The source's own word about its end tells more than a count that is short because of it.
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = t.complete()
	}
	if err != nil {
		return t.abort(w, err)
	}
	return t.finish(own, r)
}

// finish proves what was written, and only then lets it have its name.
func (t *transfer) finish(w *running, r vfs.Reader) outcome {
	written, err := w.Finish(t.ctx)
	t.remark(written.Note)
	var grade Proof
	if err == nil {
		grade, err = t.prove(written, w)
	}
	if err != nil {
		t.copy.finishing = t.copy.inPlace && vfs.Temporary(err)
		return t.abort(w, err)
	}
	err = w.Commit(t.ctx)
	switch {
	case errors.Is(err, vfs.ErrNoRename) && !t.copy.inPlace && !t.adopted:
		t.remark("sent under its own name, for the server refuses to rename it")
		t.copy.inPlace, t.copy.begin = true, afresh
		return t.run()
	case err != nil:
		t.copy.finishing = vfs.Temporary(err)
		return t.broken(err)
	}
	t.forget()
	return t.done(grade, w.Writer, r)
}

// complete compares what came with what was announced. A difference may be the listing's fault, so that the source is
// asked again: it may have changed since, while it was read, or be larger than 32 bits can tell.
func (t *transfer) complete() error {
	came, size := t.progress.moved.Load(), t.copy.source.Size
	if size < 0 || came == size {
		return nil
	}
	failed := &vfs.Failure{
		Step: "copy all of " + t.copy.from, Kind: vfs.ErrIncomplete,
		Said: fmt.Sprintf("%d octets came, the listing said %d", came, size),
		Hint: "If the file changes at its source, try again when it has come to rest.",
	}
	now, err := t.src.Stat(t.ctx, t.copy.from)
	switch {
	case err != nil || now.Type != vfs.File:
		return failed
	case now.Size == size && came > size && sameIn32Bits(came, size):
		t.remark("its side counts octets with 32 bits")
	case t.built:
		return failed
	case now.Size == came:
		t.remark(fmt.Sprintf("it has changed since it was listed with %d octets", size))
		t.copy.source = now
	case size < came && came < now.Size && !t.copy.move:
		t.remark(fmt.Sprintf("it grows: %d octets were there when it was read", came))
	default:
		return failed
	}
	return nil
}

// sameIn32Bits reports whether a side that counts octets with 32 bits would tell both the same.
func sameIn32Bits(a, b int64) bool { return uint32(a) == uint32(b) }

// abort keeps what came, unless somebody cancelled or it cannot be a part of the source.
func (t *transfer) abort(w vfs.Writer, err error) outcome {
	wrong := errors.Is(err, vfs.ErrCorrupt) ||
		t.copy.source.Size >= 0 && t.progress.moved.Load() > t.copy.source.Size
	keep := t.adopted || !wrong && !errors.Is(context.Cause(t.ctx), ErrCancelled)
	if aerr := w.Abort(keep); aerr != nil {
		t.remark("its unfinished part could not be cleaned up")
	}
	if !keep {
		t.forget()
		t.copy.begin = afresh
		return t.failed(err)
	}
	return t.broken(err)
}

// broken is failed where a part may be there for another try to go on with.
func (t *transfer) broken(err error) outcome {
	t.copy.begin = onPartial
	t.giveBack()
	return t.failed(err)
}

func (t *transfer) failed(err error) outcome {
	err = offerName(tell(t.copy.from, err), t.to.Base(t.copy.to))
	out := outcome{state: Failed, err: err, note: t.note, copy: t.copy}
	if why := given(t.ctx); why != nil {
		out.state, out.err = Cancelled, why
	}
	return out
}

// done tells of a whole file; streams are those by which it was copied just now.
func (t *transfer) done(grade Proof, streams ...any) outcome {
	if slices.ContainsFunc(streams, unconfirmed) {
		t.remark("not confirmed: the size is right, but the server never said that it has sent or stored all")
	}
	return outcome{state: Done, note: t.note, copy: t.copy, proof: grade}
}

// unconfirmed reports a stream whose other side has not said that all is well.
func unconfirmed(stream any) bool {
	u, ok := stream.(vfs.Unconfirmer)
	return ok && u.Unconfirmed()
}

func (t *transfer) remark(what string) { t.note = joinNotes(t.note, what) }

// given tells why ctx has ended; nil if it has not.
func given(ctx context.Context) error {
	switch {
	case ctx.Err() == nil:
		return nil
	case errors.Is(context.Cause(ctx), ErrCancelled):
		return ErrCancelled
	}
	return ErrInterrupted
}

// tell makes a failure of what is none yet.
func tell(path string, err error) error {
	var told *vfs.Failure
	if errors.As(err, &told) {
		return err
	}
	return &vfs.Failure{Step: "copy " + path, Said: err.Error(), Err: err}
}
