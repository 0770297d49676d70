package vfs_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"ferry/internal/vfs"
)

// noColons cannot hold a colon, nor a dot at the end.
var noColons vfs.Escaping = func(name string) []int {
	var bad []int
	for i := range len(name) {
		if name[i] == ':' || name[i] == '.' && i == len(name)-1 {
			bad = append(bad, i)
		}
	}
	return bad
}

func TestEscaping(t *testing.T) {
	for name, held := range map[string]string{
		"a":         "a",
		"a:b":       "a%3Ab",
		"a.":        "a%2E",
		"a.b":       "a.b",
		"100%":      "100%",
		"100%:":     "100%25%3A",
		"my%20file": "my%20file",   // not ours
		"a%3ab":     "a%3ab",       // nor this
		"a%3Ab":     "a%253Ab",     // would else come back as a:b
		"a%253Ab":   "a%25253Ab",   // would else come back as a%3Ab
		"a%25253Ab": "a%2525253Ab", // and so on
		"a%2E":      "a%252E",
		"a%2Eb":     "a%2Eb",
		"%":         "%",
		"%3":        "%3",
		"%zz%3A":    "%zz%3A", // ours would have escaped the first
		"%25zz%3A":  "%2525zz%253A",
		"日本:\xff":   "日本%3A\xff",
		"":          "",
		"%3A":       "%253A",
	} {
		if got := noColons.Held(name); got != held {
			t.Errorf("%q is held as %q, want %q", name, got, held)
		}
		if got := noColons.Original(held); got != name {
			t.Errorf("%q comes back from %q as %q", name, held, got)
		}
	}
}

// TestEscapingHasAWayBack: every name comes back, and no two are held under one.
func TestEscapingHasAWayBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.SampledFrom([]rune("%%%235AEaz:. é"))).Draw(t, "name")
		held := noColons.Held(name)
		if len(noColons(held)) > 0 {
			t.Fatalf("%q is held as %q", name, held)
		}
		if back := noColons.Original(held); back != name {
			t.Fatalf("%q comes back from %q as %q", name, held, back)
		}
		if noColons.Held(noColons.Original(name)) != name && noColons.Original(name) != name {
			t.Fatalf("%q was called otherwise, and not by us", name)
		}
	})
}

func TestShortName(t *testing.T) {
	long := strings.Repeat("é", 200)
	for _, name := range []string{long + ".tar", long, "." + long, long + ".x" + long, strings.Repeat("\xff", 300)} {
		short := vfs.ShortName(name, 255)
		if len(short) > 255 || len(short) < 240 || utf8.ValidString(name) != utf8.ValidString(short) ||
			strings.HasSuffix(name, ".tar") != strings.HasSuffix(short, ".tar") {
			t.Errorf("%q became %q", name, short)
		}
		if short == vfs.ShortName(name+"x", 255) || short != vfs.ShortName(name, 255) {
			t.Errorf("%q is not told from others", name)
		}
	}
	if vfs.ShortName("a", 255) != "a" {
		t.Error("a short name was changed")
	}
}
