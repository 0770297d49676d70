package queue

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPlainName(t *testing.T) {
	for name, want := range map[string]string{
		"plain-name_1.tar.gz": "plain-name_1.tar.gz", "a b?.txt": "a_b_.txt", "ảnh.jpg": "_nh.jpg",
		strings.Repeat("n", 100) + ".pdf": strings.Repeat("n", 56) + ".pdf",
	} {
		if got := PlainName(name); got != want {
			t.Errorf("%q is %q", name, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		if plain := PlainName(name); len(plain) > longestPlain || PlainName(plain) != plain {
			t.Fatalf("%q is %q", name, plain)
		}
	})
}
