package vfs_test

import (
	"testing"

	"ferry/internal/vfs"
)

// TestFoldCase: octets that are no UTF-8 are never changed, or two names would be taken for one.
func TestFoldCase(t *testing.T) {
	for name, want := range map[string]string{
		"A.Txt": "a.txt", "ÄÖ": "äö", "x": "x", "": "", "\xc4A": "\xc4a", "\xe4A": "\xe4a",
	} {
		if got := vfs.FoldCase(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
