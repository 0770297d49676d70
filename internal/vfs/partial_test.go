package vfs_test

import (
	"strings"
	"testing"

	"ferry/internal/vfs"
)

func TestPartialName(t *testing.T) {
	if got := vfs.PartialName("a b.txt"); got != ".a b.txt.ferrypart" {
		t.Errorf("got %q", got)
	}
	longest := strings.Repeat("x", 255-len("..ferrypart"))
	if got := vfs.PartialName(longest); got != "."+longest+".ferrypart" {
		t.Errorf("a name that fits was changed to %q", got)
	}
	one, other := vfs.PartialName(longest+"1"), vfs.PartialName(longest+"2")
	if len(one) > 255 || one == other || one != vfs.PartialName(longest+"1") {
		t.Errorf("long names are not told apart for good: %q, %q", one, other)
	}
	for _, name := range []string{vfs.PartialName("x"), one} {
		if !vfs.IsPartialName(name) {
			t.Errorf("%q is not seen as a partial", name)
		}
	}
	for _, name := range []string{"x.ferrypart", ".ferrypart", ".x", "", "."} {
		if vfs.IsPartialName(name) {
			t.Errorf("%q is taken for a partial", name)
		}
	}
}
