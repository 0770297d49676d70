package compare

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"ferry/internal/vfs"
)

// Sums keeps the outcome of comparing contents, so that what has not changed is not read again. The zero Sums is ready.
// All but Progress is for one Run at a time.
type Sums struct {
	// Remembered makes Run read nothing: what is not known yet is Unknown.
	Remembered bool

	equal     map[pairKey]bool
	done, all atomic.Int64
}

type pair struct{ a, b vfs.Entry }

// pairKey is a pair of files as they were when they were read.
type pairKey struct {
	a, b         string
	sizeA, sizeB int64
	timeA, timeB time.Time
}

func (p pair) key() pairKey {
	return pairKey{p.a.Name, p.b.Name, p.a.Size, p.b.Size, p.a.ModTime, p.b.ModTime}
}

// Progress gives how many of the files of equal size have been compared. It is safe for concurrent use.
func (s *Sums) Progress() (done, all int) { return int(s.done.Load()), int(s.all.Load()) }

// compare compares the contents of pairs and notes the kinds.
func (s *Sums) compare(ctx context.Context, sides [2]Side, pairs []pair, result *Result) error {
	if s.equal == nil {
		s.equal = map[pairKey]bool{}
	}
	var unread []pair
	for _, p := range pairs {
		if _, known := s.equal[p.key()]; !known {
			unread = append(unread, p)
		}
	}
	s.done.Store(0)
	s.all.Store(int64(len(unread)))
	err := s.read(ctx, sides, unread)
	for _, p := range pairs {
		result.set(p.a, p.b, s.kind(p))
	}
	return err
}

func (s *Sums) kind(p pair) Kind {
	equal, known := s.equal[p.key()]
	switch order, _ := age(p.a, p.b); {
	case !known:
		return Unknown
	case equal:
		return Equal
	case order > 0:
		return Newer
	case order < 0:
		return Older
	}
	return Differs
}

// read compares the contents of pairs with a session on each side.
func (s *Sums) read(ctx context.Context, sides [2]Side, pairs []pair) error {
	if len(pairs) == 0 || s.Remembered {
		return nil
	}
	return vfs.Do(ctx, sides[0].FS, vfs.Browse, func(a vfs.Session) error {
		return vfs.Do(ctx, sides[1].FS, vfs.Browse, func(b vfs.Session) error {
			for _, p := range pairs {
				if err := s.readPair(ctx, sides, [2]vfs.Session{a, b}, p); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// readPair notes whether two files are equal, if that can be told. Its error ends the comparison.
func (s *Sums) readPair(ctx context.Context, sides [2]Side, on [2]vfs.Session, p pair) error {
	defer s.done.Add(1)
	kind := commonKind(on)
	first, err := sumOf(ctx, on[0], sides[0].FS.Join(sides[0].Dir, p.a.Name), kind)
	if err == nil {
		var second string
		second, err = sumOf(ctx, on[1], sides[1].FS.Join(sides[1].Dir, p.b.Name), kind)
		if err == nil {
			s.equal[p.key()] = first == second
		}
	}
	if context.Cause(ctx) != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, vfs.ErrConnect) || errors.Is(err, vfs.ErrLogin) || errors.Is(err, vfs.ErrTLS) {
		return err
	}
	return nil // this one could not be read; the next may
}

// commonKind gives the best kind of hash that spares reading a file over the network: one that both sides tell, else
// one that one of them tells.
func commonKind(on [2]vfs.Session) vfs.HashKind {
	a, b := kindsOf(on[0]), kindsOf(on[1])
	for _, k := range a {
		if slices.Contains(b, k) {
			return k
		}
	}
	return append(append(a, b...), vfs.SHA256)[0]
}

func kindsOf(s vfs.Session) []vfs.HashKind {
	if h, ok := s.(vfs.Hasher); ok {
		return h.HashKinds()
	}
	return nil
}

// sumOf gives the hash of a file: the other side tells it, or the file is read.
func sumOf(ctx context.Context, s vfs.Session, path string, kind vfs.HashKind) (string, error) {
	if h, ok := s.(vfs.Hasher); ok && slices.Contains(h.HashKinds(), kind) {
		sum, err := h.Hash(ctx, path, kind)
		if !errors.Is(err, vfs.ErrNotSupported) {
			return sum, err
		}
	}
	return readSum(ctx, s, path, kind)
}

const bufferSize = 128 << 10

func readSum(ctx context.Context, s vfs.Session, path string, kind vfs.HashKind) (string, error) {
	r, err := s.Open(ctx, path, 0)
	if err != nil {
		return "", err
	}
	sum, buf := kind.New(), make([]byte, bufferSize)
	for {
		r.Touch()
		n, err := r.Read(buf)
		sum.Write(buf[:n])
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", errors.Join(err, r.Close())
		}
	}
	if err := r.Close(); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
