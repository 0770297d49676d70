package queue

import (
	"errors"
	"io"
	"io/fs"

	"ferry/internal/vfs"
)

// enoughLooks is how often a copy looks again by itself before it leaves the field to whoever else writes there.
const enoughLooks = 5

// lookAgain asks for what a listing told long ago and decides anew. It reports whether that was all there is to do.
func (t *transfer) lookAgain() (outcome, bool) {
	t.copy.looks++
	d, err := t.decideAgain()
	switch {
	case err != nil:
		return t.failed(err), true
	case d.state == Done:
		t.remark("it had got its name before " + t.whatBroke())
		t.progress.goOn(t.copy.source.Size)
		t.forget()
		if t.resembles && t.copy.move {
			return t.done(ProofNone), true // no reason to take the source away
		}
		return t.done(ProofSize), true
	case d.state != Waiting:
		t.copy.looks = enoughLooks // this is the answer, not a race that was lost
		if d.state == Skipped {
			t.clearAway()
		}
		return outcome{state: d.state, err: d.reason, clash: d.clash, note: t.note, copy: t.copy}, true
	}
	t.copy.overwrite = d.overwrite
	if t.copy.begin == afresh || d.begin == onTheOther { // else a part of an earlier try is there
		t.copy.begin = d.begin
	}
	t.copy.look, t.copy.finishing, t.copy.broke = false, false, false
	return outcome{}, false
}

// clearAway removes what earlier tries left of a copy that will not be made, or not under that name. A part that
// somebody writes just now, or that is another source's, is left alone.
func (t *transfer) clearAway() {
	length, err := t.dst.Partial(t.ctx, t.copy.to)
	if err != nil || length == 0 || t.copy.begin != onPartial || t.useless(length) != "" {
		return
	}
	w, err := t.dst.Create(t.ctx, t.copy.to, vfs.Create{Size: vfs.SizeUnknown, Overwrite: true})
	if err == nil {
		err = w.Abort(false)
	}
	if err == nil {
		t.forget()
	}
}

func (t *transfer) whatBroke() string {
	if t.copy.broke {
		return "ferry ended"
	}
	return "the connection broke"
}

// decideAgain renews what is known of the source and of what is under the final name. Its decision is Done if the
// last try had got through after all.
func (t *transfer) decideAgain() (decision, error) {
	source, err := t.src.Stat(t.ctx, t.copy.from)
	if err == nil && source.Type == vfs.Link && t.copy.follow {
		_, source, err = vfs.Resolve(t.ctx, t.src, t.copy.from)
	}
	if err != nil {
		if t.movedBefore(err) {
			return decision{state: Done}, nil
		}
		return decision{}, err
	}
	switch source.Type {
	case vfs.Link:
		return skipped(errLink), nil
	case vfs.Other:
		return skipped(errSpecial), nil
	case vfs.Dir:
		return decision{}, &vfs.Failure{Step: "copy " + t.copy.from, Said: "it is a folder", Kind: vfs.ErrRefused}
	}
	there, err := t.thereIs(t.copy.to)
	if err != nil {
		return decision{}, err
	}
	if got, err := t.gotItsName(there); got || err != nil {
		return decision{state: Done}, err
	}
	if !source.ModeKnown { // a listing tells more than the server does of one file
		source.Mode, source.ModeKnown = t.copy.source.Mode, t.copy.source.ModeKnown
	}
	t.copy.source = source
	if got, err := t.brought(there, t.copy.to); got || err != nil {
		return decision{state: Done}, err
	}
	if d := decide(t.copy.rule, source, there, t.copy.to); !d.rename {
		return d, nil
	}
	t.clearAway()
	return t.renamed()
}

// gotItsName reports whether the last try, which broke while it gave the whole its name, succeeded after all: the file
// under that name has the size, and the partial is gone. A file that was to be replaced may have had that size before.
func (t *transfer) gotItsName(there *vfs.Entry) (bool, error) {
	if !t.copy.finishing || there == nil || there.Type != vfs.File || there.Size < 0 ||
		there.Size != t.copy.source.Size || t.copy.inPlace && t.copy.overwrite {
		return false, nil
	}
	left, err := t.dst.Partial(t.ctx, t.copy.to)
	return err == nil && left == 0, err
}

// brought reports whether a process that died had brought all of the source to path: the file there has its size and
// time, nothing is left of a part, and its last octets are the source's. For a small file these are all.
func (t *transfer) brought(there *vfs.Entry, path string) (bool, error) {
	size := t.copy.source.Size
	if !t.copy.broke || there == nil || there.Type != vfs.File || size < 0 || there.Size != size ||
		size > proofSize && !sameMinute(*there, t.copy.source) {
		return false, nil
	}
	if left, err := t.dst.Partial(t.ctx, path); left > 0 || err != nil {
		return false, err
	}
	r, err := t.openBehind(path, size)
	switch {
	case errors.Is(err, errNoPart):
		return false, nil
	case err != nil:
		return false, err
	}
	_, err = io.Copy(io.Discard, r) // there is nothing more, and the server wants to say so
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	t.resembles = size > proofSize
	return err == nil, err
}

// sameMinute reports whether two files are of the same time. The listing by which the one got its time may have told
// the minute only, whatever is known now.
func sameMinute(a, b vfs.Entry) bool {
	unit := min(a.Precision, b.Precision, vfs.PrecisionMinute).Unit()
	return unit != 0 && a.ModTime.Truncate(unit).Equal(b.ModTime.Truncate(unit))
}

// thereIs gives what is at path; nil where nothing is. Servers refuse to tell of what does not exist in words of which
// no program can be sure; if something is there after all, the copy will not replace it unasked.
func (t *transfer) thereIs(path string) (*vfs.Entry, error) {
	e, err := t.dst.Stat(t.ctx, path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, vfs.ErrRefused) {
		return nil, nil
	}
	return &e, err
}

// renamed finds a name that is free.
func (t *transfer) renamed() (decision, error) {
	const most = 1000
	dir, name := t.to.Parent(t.copy.to), t.to.Base(t.copy.to)
	for n := 2; n < most; n++ {
		path := t.to.Join(dir, Numbered(name, n))
		there, err := t.thereIs(path)
		if err != nil {
			return decision{}, err
		}
		if there == nil {
			t.copy.to = path
			return decision{begin: onPartial}, nil
		}
		if got, err := t.brought(there, path); got || err != nil {
			t.copy.to = path
			return decision{state: Done}, err
		}
	}
	return taken(t.copy.to, "so are all names made from it"), nil
}
