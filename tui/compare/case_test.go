package compare

import (
	"context"
	"testing"

	"ferry/internal/vfs"
	"ferry/localfs"
)

// asked is a shore that is asked whether it ignores case.
type asked struct {
	vfs.FS
	answer vfs.Case
	about  []string
}

type askedSession struct {
	vfs.Session
	a *asked
}

func (*asked) NameCase() vfs.Case { return vfs.CaseUnknown }

func (a *asked) Lease(ctx context.Context, why vfs.Purpose) (vfs.Session, error) {
	s, err := a.FS.Lease(ctx, why)
	return askedSession{s, a}, err
}

func (s askedSession) FindCase(_ context.Context, path string) vfs.Case {
	s.a.about = append(s.a.about, path)
	return s.a.answer
}

// TestQuirk073NamesThatDifferInCase are compared where one of the shores takes them for one.
func TestQuirk073NamesThatDifferInCase(t *testing.T) {
	size := func(name string) vfs.Entry { return vfs.Entry{Name: name, Type: vfs.File, Size: 1} }
	for answer, want := range map[vfs.Case]Result{
		vfs.CaseIgnored: {{"A": Equal, "b": Equal, "c": New}, {"a": Equal, "b": Equal, "B": New}},
		vfs.CaseCounts:  {{"A": New, "b": Equal, "c": New}, {"a": New, "b": Equal, "B": New}},
	} {
		for i := range 2 {
			shore := &asked{FS: localfs.New(), answer: answer}
			sides := [2]Side{
				{localfs.New(), "/x", []vfs.Entry{size("A"), size("b"), size("c")}},
				{localfs.New(), "/x", []vfs.Entry{size("a"), size("b"), size("B")}},
			}
			sides[i].FS = shore
			got, err := Run(t.Context(), sides, BySize, &Sums{})
			if err != nil || len(shore.about) != 1 {
				t.Errorf("%v; asked about %q", err, shore.about)
			}
			checkResult(t, got, want)
		}
	}
}
