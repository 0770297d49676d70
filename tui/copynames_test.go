package tui

import (
	"strings"
	"testing"

	"ferry/internal/vfs"
)

// escapingFS holds no colons: it writes them as %3A.
type escapingFS struct{ *memFS }

func (escapingFS) HeldName(name string) string     { return strings.ReplaceAll(name, ":", "%3A") }
func (escapingFS) OriginalName(held string) string { return strings.ReplaceAll(held, "%3A", ":") }

// TestNamesThatAreEscapedThere are looked for as they will be there, so that the conflict is seen before it is met.
func TestNamesThatAreEscapedThere(t *testing.T) {
	plain, escaping := newMemFS("ftp://plain"), escapingFS{newMemFS("ftp://escaping")}
	up := copying{fromFS: plain, toFS: escaping}
	if got := up.nameThere(vfs.Entry{Name: "a:b"}); got != "a%3Ab" {
		t.Errorf("up it is called %q", got)
	}
	down := copying{fromFS: escaping, toFS: plain}
	if got := down.nameThere(vfs.Entry{Name: "a%3Ab"}); got != "a:b" {
		t.Errorf("down it is called %q", got)
	}
}
