package queue

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"ferry/internal/vfs"
)

// Verify compares the hashes of both sides of items that are Done. They wait for their turn like others and are Done
// again afterwards, with the grade ProofHash, or with a note that says why nothing could be compared; or Failed by
// vfs.ErrCorrupt if the two differ. A retry then copies again, over what is there. Nothing is read over the network.
func (q *Queue) Verify(ids ...ItemID) { q.order(order{Verb: verbVerify, Items: ids}) }

// verify lets items that are done wait for a check.
func (s *scheduler) verify(ids []ItemID) {
	for it := range s.named(ids) {
		if it.State != Done || it.Folder || s.ended != nil || it.how() == "" {
			continue
		}
		it.thaw()
		it.copy.check, it.failures, it.batch.errand = true, 0, true
		s.asked[it.ID] = true
		s.rest(it, Waiting, nil)
		s.alter(it, func() { it.Note, it.Place = "", s.nextPlace() })
		s.queue(it, time.Now())
	}
}

// judged gives what becomes of an item that was to be checked. Only a difference makes it worse than it was: what could
// not be looked at is as Done as before.
func (it *item) judged(state State, why error) (State, error) {
	it.thaw()
	if !it.copy.check {
		return state, why
	}
	it.copy.check = false
	if state == Done || errors.Is(why, vfs.ErrCorrupt) {
		return state, why
	}
	it.Note = "not verified: " + why.Error()
	return Done, nil
}

// errandsDone reports whether all is checked that this process was asked to check.
func (s *scheduler) errandsDone() bool {
	for id := range s.asked {
		if it := s.items[id]; it != nil && it.State.moving() && it.batch.stuck == nil {
			return false
		}
		delete(s.asked, id)
	}
	return true
}

// errand reports whether an item may be begun by a process that does only what it is asked for.
func (s *scheduler) errand(it *item) bool { return s.options.Part != PartErrand || it.checks() }

// checks reports whether an item is to be compared with its source, and not to be copied.
func (it *item) checks() bool { return it.copy != nil && it.copy.check }

// check compares what was copied with its source.
func (t *transfer) check() outcome {
	grade, err := t.compare()
	out := outcome{state: Done, copy: t.copy, proof: grade}
	switch {
	case err == nil || errors.Is(err, vfs.ErrCorrupt):
	case t.passing(err):
	case errors.Is(err, vfs.ErrNotSupported):
		err = nil
		out.note = "not verified: " + t.silent() + " tells no hash that could be compared"
	default:
		out.note, err = "not verified: "+err.Error(), nil
	}
	if why := given(t.ctx); why != nil {
		out.state, out.err = Cancelled, why
	} else if err != nil {
		out.state, out.err = Failed, err
	}
	if errors.Is(err, vfs.ErrCorrupt) {
		out.copy.rule, out.copy.begin = RuleOverwrite, afresh
	}
	return out
}

// compare gives the grade by which both sides are the same.
func (t *transfer) compare() (Proof, error) {
	there, err := t.dst.Stat(t.ctx, t.copy.to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ProofNone, t.differ("it is not there any more")
	case err != nil:
		return ProofNone, err
	}
	here, err := t.src.Stat(t.ctx, t.copy.from)
	if err != nil {
		return ProofNone, err
	}
	if here.Type == vfs.File && here.Size >= 0 && there.Size >= 0 && here.Size != there.Size {
		return ProofNone, t.differ(fmt.Sprintf("the two differ: %d octets, and %d at its source", there.Size, here.Size))
	}
	same, err := t.sameHash(t.copy.to, nil)
	switch {
	case err != nil:
		return ProofNone, err
	case !same:
		return ProofNone, t.differ("the two differ: their hashes are not the same")
	}
	return ProofHash, nil
}

func (t *transfer) differ(how string) error {
	return &vfs.Failure{
		Step: "verify " + t.copy.to, Said: how, Kind: vfs.ErrCorrupt,
		Hint: "The source may have changed since; a retry copies it again, over what is there.",
	}
}

// silent names the side that tells no hash; both may.
func (t *transfer) silent() string {
	for _, side := range []struct {
		s vfs.Session
		f vfs.FS
	}{{t.src, t.from}, {t.dst, t.to}} {
		if hasher, can := side.s.(vfs.Hasher); !can || len(hasher.HashKinds()) == 0 {
			return side.f.ID()
		}
	}
	return "neither side"
}
