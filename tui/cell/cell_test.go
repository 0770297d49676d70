package cell_test

import (
	"testing"

	"ferry/tui/cell"
)

func TestFieldIsFilledAndHealed(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"abc", "abc   "},
		{"", "      "},
		{"数据", "\x1b[6X数据  \x1b[11G"},
	} {
		if got := string(cell.Field(nil, c.text, 4, 6)); got != c.want {
			t.Errorf("Field(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestStraightenTakesOnlyOurMoves(t *testing.T) {
	line := "\x1b[1m" + string(cell.Field(nil, "数据", 4, 6)) + "\x1b[mG [3X"
	if got, want := cell.Straighten(line), "\x1b[1m数据  \x1b[mG [3X"; got != want {
		t.Errorf("Straighten = %q, want %q", got, want)
	}
	if plain := "no moves"; cell.Straighten(plain) != plain {
		t.Error("a line without moves was changed")
	}
}

func TestRight(t *testing.T) {
	if got := string(cell.Right(nil, "7K", 4)); got != "  7K" {
		t.Errorf("got %q", got)
	}
}
