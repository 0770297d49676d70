package queue

import (
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"ferry/internal/vfs"
)

// prove grades how sure it is that what was written is the source, and fails if it is not.
func (t *transfer) prove(written vfs.Written, own *running) (Proof, error) {
	came, size := t.progress.moved.Load(), t.copy.source.Size
	if written.Size >= 0 && written.Size != came {
		return ProofNone, &vfs.Failure{
			Step: "copy all of " + t.copy.from, Kind: vfs.ErrIncomplete, Hint: "Try again.",
			Said: fmt.Sprintf("%d octets were written, and %d are there", came, written.Size),
		}
	}
	grade := ProofNone
	if size >= 0 && written.Size == size {
		grade = ProofSize
	}
	if t.copy.verify != VerifyAlways {
		return grade, nil
	}
	same, err := t.sameHash(written.Path, own)
	switch {
	case err == nil && same:
		return ProofHash, nil
	case err == nil:
		return ProofNone, corrupt(t.copy.from)
	case t.passing(err):
		return grade, err
	case !errors.Is(err, vfs.ErrNotSupported):
		t.remark("its hash could not be compared: " + err.Error())
	}
	return grade, nil
}

func corrupt(path string) error {
	return &vfs.Failure{
		Step: "copy " + path, Said: "the hashes of both sides differ", Kind: vfs.ErrCorrupt,
		Hint: "If the file changes at its source, try again when it has come to rest.",
	}
}

// sameHash compares the hashes of the source and of what is at path at the target. It fails by vfs.ErrNotSupported
// where the two sides know none in common.
func (t *transfer) sameHash(path string, own *running) (bool, error) {
	for {
		kind := commonKind(t.src, t.dst)
		if kind == "" {
			return false, fmt.Errorf("comparing hashes: %w", vfs.ErrNotSupported)
		}
		here, err := t.hashOf(t.src, t.from, t.copy.from, kind, own)
		var there string
		if err == nil {
			there, err = t.hashOf(t.dst, t.to, path, kind, own)
		}
		if err == nil {
			return strings.EqualFold(here, there), nil
		}
		// A side that turned out not to know this kind offers it no more; there may be another.
		if !errors.Is(err, vfs.ErrNotSupported) || commonKind(t.src, t.dst) == kind {
			return false, err
		}
	}
}

// hashOf asks a session for a hash. The local side has it already where all octets passed through the program.
func (t *transfer) hashOf(
	s vfs.Session, f vfs.FS, path string, kind vfs.HashKind, own *running,
) (string, error) {
	if f.ID() == localID && own.whole(kind, t.progress.moved.Load()) {
		return own.sum(), nil
	}
	hasher, ok := s.(vfs.Hasher)
	if !ok {
		return "", fmt.Errorf("hashing: %w", vfs.ErrNotSupported)
	}
	return hasher.Hash(t.ctx, path, kind)
}

// commonKind gives the best kind of hash that both sessions offer; "" if there is none. The local side offers all, so
// that the order of a server decides.
func commonKind(src, dst vfs.Session) vfs.HashKind {
	one, ok := src.(vfs.Hasher)
	other, too := dst.(vfs.Hasher)
	if !ok || !too {
		return ""
	}
	kinds := other.HashKinds()
	for _, kind := range one.HashKinds() {
		if slices.Contains(kinds, kind) && kind.New() != nil {
			return kind
		}
	}
	return ""
}

// running is a Writer that hashes what passes through it. Where the kernel copies, little does.
type running struct {
	vfs.Writer
	kind   vfs.HashKind
	hash   hash.Hash
	hashed int64
}

// listen puts a running hash in front of w if hashes will be compared and the copy begins at the beginning.
func (t *transfer) listen(w vfs.Writer) *running {
	own := &running{Writer: w}
	if t.copy.verify == VerifyAlways && t.progress.moved.Load() == 0 {
		if own.kind = commonKind(t.src, t.dst); own.kind != "" {
			own.hash = own.kind.New()
		}
	}
	return own
}

func (r *running) Write(p []byte) (int, error) {
	n, err := r.Writer.Write(p)
	if r.hash != nil {
		r.hash.Write(p[:n])
		r.hashed += int64(n)
	}
	return n, err
}

// Moved passes on what the kernel moved past Write.
func (r *running) Moved(octets int64) {
	if counter, ok := r.Writer.(interface{ Moved(octets int64) }); ok {
		counter.Moved(octets)
	}
}

// whole reports whether size octets, all that there are, were hashed by that kind.
func (r *running) whole(kind vfs.HashKind, size int64) bool {
	return r != nil && r.hash != nil && r.kind == kind && r.hashed == size
}

func (r *running) sum() string { return hex.EncodeToString(r.hash.Sum(nil)) }
