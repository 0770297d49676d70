package mirror_test

import (
	"context"
	"errors"
	"testing"

	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue/mirror"
)

// cased is a shore that says what it makes of the case of names, or answers when it is asked.
type cased struct {
	vfs.FS
	known, answer vfs.Case
	asked         []string
}

type casedSession struct {
	vfs.Session
	c *cased
}

func (c *cased) NameCase() vfs.Case { return c.known }

func (c *cased) Lease(ctx context.Context, why vfs.Purpose) (vfs.Session, error) {
	s, err := c.FS.Lease(ctx, why)
	return casedSession{s, c}, err
}

func (s casedSession) FindCase(_ context.Context, path string) vfs.Case {
	s.c.asked = append(s.c.asked, path)
	return s.c.answer
}

// TestQuirk073MirrorToAServerThatIgnoresCase: what is one file there is compared as one, and never deleted behind its
// own copy.
func TestQuirk073MirrorToAServerThatIgnoresCase(t *testing.T) {
	left := tree("d/", "d/a 1 +0")
	left.Left["LOG"] = true
	for _, c := range []struct {
		what     string
		from, to *mirror.Tree
		answer   vfs.Case
		want     string
		asked    int
	}{
		{"one file", tree("D/", "D/A 2 +0"), tree("d/", "d/a 2 +0"), vfs.CaseIgnored, "", 1},
		{"one that has changed", tree("D/", "D/A 2 +0"), tree("d/", "d/a 1 +0"), vfs.CaseIgnored, "changed D/A", 1},
		{"two files", tree("A 2 +0"), tree("a 2 +0"), vfs.CaseCounts, "new A, delete a", 1},
		{"nobody knows", tree("A 2 +0"), tree("a 2 +0"), vfs.CaseUnknown, "new A", 1},
		{"nothing alike", tree("A 2 +0"), tree("b 2 +0"), vfs.CaseIgnored, "new A, delete b", 0},
		{"two here", tree("A 1", "a 1"), tree("x 1"), vfs.CaseIgnored, "new A, blocked a, delete x", 1},
		{"two here, nothing there", tree("A 1", "a 1"), tree(), vfs.CaseIgnored, "new A, blocked a", 1},
		{"too much in a folder", tree("D/", "D/A 1"), tree("d/", "d/a 1", "d/b 1"), vfs.CaseIgnored, "delete D/b", 1},
		{"left out here", left, tree("d/", "d/A 1 +0", "log 5"), vfs.CaseIgnored, "", 1},
	} {
		to := &cased{FS: localfs.New(), answer: c.answer}
		err := mirror.Align(t.Context(), c.from, mirror.Side{FS: to, Root: "/up"}, c.to)
		p, cerr := mirror.Compare(c.from, c.to, mirror.Options{Delete: true})
		if err = errors.Join(err, cerr); err != nil || steps(p) != c.want || len(to.asked) != c.asked {
			t.Errorf("%s: %q, %v; asked about %q", c.what, steps(p), err, to.asked)
		}
	}
}

// TestAlignWithoutAsking is for shores that know.
func TestAlignWithoutAsking(t *testing.T) {
	for known, want := range map[vfs.Case]string{vfs.CaseCounts: "new A, delete a", vfs.CaseIgnored: ""} {
		from, to, shore := tree("A 2 +0"), tree("a 2 +0"), &cased{FS: localfs.New(), known: known}
		err := mirror.Align(t.Context(), from, mirror.Side{FS: shore, Root: "/up"}, to)
		p, cerr := mirror.Compare(from, to, mirror.Options{Delete: true})
		if err = errors.Join(err, cerr); err != nil || steps(p) != want || len(shore.asked) > 0 {
			t.Errorf("%d: %q, %v; asked about %q", known, steps(p), err, shore.asked)
		}
	}
}
