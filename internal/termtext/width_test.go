package termtext_test

import (
	"strings"
	"testing"

	"ferry/internal/termtext"
)

func TestMiddleKeepsTheEnding(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"main.js", 7, "main.js"},
		{"main.js", 0, ""},
		{"main.js", 1, "…"},
		{"main.js", 2, "m…"},
		{"notes-with-a-very-long-name-that-does-not-fit.txt", 28, "notes-with-a-very-…t-fit.txt"},
		{"notes-with-a-very-long-name-that-does-not-fit.txt", 18, "notes-with-…it.txt"},
		{"notes-with-a-very-long-name.txt", 9, "note….txt"},
		{"ảnh_du_lịch_đà_lạt.jpg", 18, "ảnh_du_lịch…ạt.jpg"},
		{"数据备份-2026.tar.gz", 18, "数据备份-20…tar.gz"},
		{"数据备份数据备份", 8, "数据…份"},
		{"数据备份数据备份", 7, "数据…份"},
	} {
		if got := termtext.Middle(c.in, c.w); got != c.want {
			t.Errorf("Middle(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestTruncateAndPad(t *testing.T) {
	for _, c := range []struct {
		in                string
		w                 int
		cut, right, left_ string
	}{
		{"abc", 5, "abc", "abc  ", "  abc"},
		{"abc", 3, "abc", "abc", "abc"},
		{"abc", 2, "a…", "a…", "a…"},
		{"abc", 0, "", "", ""},
		{"abc", -1, "", "", ""},
		{"数据", 4, "数据", "数据", "数据"},
		{"数据", 3, "数…", "数…", "数…"},
		{"数据备", 4, "数…", "数… ", " 数…"},
	} {
		if got := termtext.Truncate(c.in, c.w); got != c.cut {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.in, c.w, got, c.cut)
		}
		if got := termtext.Pad(c.in, c.w); got != c.right {
			t.Errorf("Pad(%q, %d) = %q, want %q", c.in, c.w, got, c.right)
		}
		if got := termtext.PadLeft(c.in, c.w); got != c.left_ {
			t.Errorf("PadLeft(%q, %d) = %q, want %q", c.in, c.w, got, c.left_)
		}
	}
}

func TestWidthIgnoresColours(t *testing.T) {
	if got := termtext.Width("\x1b[1;31mab\x1b[m数"); got != 4 {
		t.Errorf("Width = %d, want 4", got)
	}
	if got := termtext.Pad("\x1b[1mabcdef\x1b[m", 4); termtext.Width(got) != 4 || !strings.Contains(got, "abc…") {
		t.Errorf("Pad of a coloured text = %q", got)
	}
}

func FuzzWidths(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, 6)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = min(w, 300)
		d := termtext.Display(s)
		for name, cut := range map[string]string{"Truncate": termtext.Truncate(d, w), "Middle": termtext.Middle(d, w)} {
			if got := termtext.Width(cut); got > max(w, 0) {
				t.Errorf("%s(%q, %d) = %q takes %d cells", name, d, w, cut, got)
			}
			if termtext.Width(d) <= w && cut != d {
				t.Errorf("%s(%q, %d) = %q though it fits", name, d, w, cut)
			}
			mustBeVisible(t, name, d, cut)
		}
		for name, padded := range map[string]string{"Pad": termtext.Pad(d, w), "PadLeft": termtext.PadLeft(d, w)} {
			if got := termtext.Width(padded); got != max(w, 0) {
				t.Errorf("%s(%q, %d) = %q takes %d cells", name, d, w, padded, got)
			}
		}
	})
}
