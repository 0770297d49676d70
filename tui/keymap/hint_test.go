package keymap_test

import (
	"strings"
	"testing"

	"ferry/tui/keymap"
)

func TestHintAt(t *testing.T) {
	for _, c := range []struct{ line, at, key string }{
		{"└──── y delete · n/Esc/Enter cancel ─┘", "delete", "y"},
		{"└──── y delete · n/Esc/Enter cancel ─┘", "y del", "y"},
		{"└──── y delete · n/Esc/Enter cancel ─┘", "cancel", "n"},
		{"└──── y delete · n/Esc/Enter cancel ─┘", "· n", ""},
		{"└──── y delete · n/Esc/Enter cancel ─┘", "──", ""},
		{"└──── y delete · n/Esc/Enter cancel ─┘", "─┘", ""},
		{"└─ s o u k choose · Esc cancel ─┘", "o u", "o"},
		{"└─ s o u k choose · Esc cancel ─┘", "choose", "s"},
		{"└─ Enter a e y d t f i / Esc ─┘", "/", "/"},
		{"└─ Enter a e y d t f i / Esc ─┘", "Esc", "esc"},
		{"└─ Enter does it · C-k binds a key · Esc closes ─┘", "binds", "ctrl+k"},
		{"└─ Tab next · Enter connect · Esc cancel ─┘", "next", "tab"},
		{"└─ ↓ 3 more lines · Esc closes ─┘", "more", "pgdown"},
		{"└─ ↑ 5 ↓ 3 · Esc closes ─┘", "↓", "pgdown"},
		{"└─ ↑ 5 ↓ 3 · Esc closes ─┘", "5", "pgup"},
		{"└─ 1-20 of 31 · c copies it ─┘", "20", ""},
		{"└─ one moment, please ─┘", "moment", ""},
		{" q close   / search   n N next, before   x hex or text   w wrap ", "search", "/"},
		{" q close   / search   n N next, before   x hex or text   w wrap ", "N next", "N"},
		{" q close   / search   n N next, before   x hex or text   w wrap ", "before", "n"},
		{" q close   / search   n N next, before   x hex or text   w wrap ", "   /", ""},
	} {
		before, _, found := strings.Cut(c.line, c.at)
		if !found {
			t.Fatal(c)
		}
		key, ok := keymap.HintAt(c.line, len([]rune(before)))
		if got := key.String(); ok != (c.key != "") || ok && got != c.key {
			t.Errorf("%q at %q: %q %v", c.line, c.at, got, ok)
		}
	}
}
