package termtext_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"ferry/internal/termtext"
)

func TestDisplayMakesEverythingVisible(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "index.html", "index.html"},
		{"vietnamese", "ảnh_du_lịch_đà_lạt.jpg", "ảnh_du_lịch_đà_lạt.jpg"},
		{"vietnamese decomposed", "a\u0309nh", "a\u0309nh"},
		{"cjk", "数据备份.tar.gz", "数据备份.tar.gz"},
		{"hangul jamo", "\u1112\u1161\u11ab", "\u1112\u1161\u11ab"},
		{"hindi conjunct", "क्षि", "क्षि"},
		{"clear screen", "a\x1b[2Jb", "a␛[2Jb"},
		{"title", "\x1b]0;owned\x07", "␛]0;owned␇"},
		{"clipboard", "\x1b]52;c;cm0gLXJm\x1b\\", "␛]52;c;cm0gLXJm␛\\"},
		{"newline and tab", "a\r\n\tb", "a␍␊␉b"},
		{"nul and del", "\x00\x7f", "␀␡"},
		{"c1 csi", "\u009b31m", "\uFFFD31m"},
		{"raw c1 csi", "\x9b31m", `\x9B31m`},
		{"latin-1", "caf\xe9", `caf\xE9`},
		{"cut rune", "\xe2\x82", `\xE2\x82`},
		{"right to left override", "photo\u202egpj.exe", "photo\uFFFDgpj.exe"},
		{"zero width space", "rea\u200bdme", "rea\uFFFDdme"},
		{"byte order mark", "\ufeffa", "\uFFFDa"},
		{"soft hyphen", "a\u00adb", "a\uFFFDb"},
		{"line separator", "a\u2028b", "a\uFFFDb"},
		{"hangul filler", "\u3164", "\uFFFD"},
		{"tag", "a\U000E0041", "a\uFFFD"},
		{"heart", "❤\uFE0F", "❤"},
		{"keycap", "1\uFE0F\u20E3", "1\u20E3"},
		{"thumb", "👍\U0001F3FD", "👍"},
		{"family", "👩\u200D👧", "👩👧"},
		{"joiner in a latin name", "pay\u200Dpal", "pay\uFFFDpal"},
		{"joiner alone", "\u200D", "\uFFFD"},
		{"skin tone alone", "\U0001F3FD", "\uFFFD"},
		{"mark alone", "\u0301a", "◌\u0301a"},
		{"pile", "a" + strings.Repeat("\u0300", 50) + "b", "a\u0300\u0300\u0300\u0300\uFFFDb"},
		{"jamo pile", strings.Repeat("\u1100", 6), "\u1100\u1100\u1100\u1100\uFFFD\u1100\u1100"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := termtext.Display(c.in); got != c.want {
				t.Errorf("Display(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestDisplayNameShowsBlanksAtTheEnds(t *testing.T) {
	for in, want := range map[string]string{
		"a b":            "a b",
		" a ":            "␠a␠",
		"a  ":            "a␠␠",
		"   ":            "␠␠␠",
		"a\u00a0\u3000":  "a␠␠",
		"\u2800":         "␠",
		"a\t":            "a␉",
		"":               "",
		"ảnh du lịch ":   "ảnh du lịch␠",
		"report .pdf":    "report .pdf",
		" \x1b[31m.txt ": "␠␛[31m.txt␠",
	} {
		if got := termtext.DisplayName(in); got != want {
			t.Errorf("DisplayName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	for in, want := range map[string][]string{
		"":                  nil,
		"\n":                nil,
		"one":               {"one"},
		"one\r\ntwo\n":      {"one", "two"},
		"one\n\ntwo":        {"one", "", "two"},
		"a\tb":              {"a       b"},
		"数据\tb\tc":          {"数据    b       c"},
		"\x1b[2J\nok\rnot":  {"␛[2J", "ok␍not"},
		"220-hi\n220 there": {"220-hi", "220 there"},
	} {
		if got := termtext.Lines(in); !reflect.DeepEqual(got, want) {
			t.Errorf("Lines(%q) = %q, want %q", in, got, want)
		}
	}
}

var seeds = []string{
	"plain", "\x1b]0;x\x07", "caf\xe9", "👩\u200D👧\U0001F3FD", "\u0d4e \u0d4e", "क्क्क्क्क्क्क्",
	"\u1100\u1100\u1100\u1161",
	"a\u0300\u0300\u0300\u0300\u0300\u0300", "数据备份", "\u202eabc", "🇻🇳🇻", "\u0600\u06001", " a ", "a\tb\r\nc\n", "…\u0301",
}

func FuzzDisplay(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, show := range map[string]func(string) string{
			"Display": termtext.Display, "DisplayName": termtext.DisplayName,
		} {
			got := show(s)
			mustBeVisible(t, name, s, got)
			if again := show(got); again != got {
				t.Errorf("%s is not idempotent: %q, %q, %q", name, s, got, again)
			}
			if s != "" && termtext.Width(got) == 0 {
				t.Errorf("%s(%q) = %q takes no cell", name, s, got)
			}
		}
		for _, line := range termtext.Lines(s) {
			mustBeVisible(t, "Lines", s, line)
		}
	})
}

func mustBeVisible(t *testing.T, name, in, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("%s(%q) = %q is not UTF-8", name, in, out)
	}
	for _, r := range out {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%s(%q) = %q holds %U", name, in, out, r)
		}
	}
}

func TestASCIINeedsNoMemory(t *testing.T) {
	s := "notes-with-a-very-long-name-that-does-not-fit.txt"
	n := testing.AllocsPerRun(100, func() {
		_ = termtext.Display(s)
		_ = termtext.DisplayName(s)
		_ = termtext.Width(s)
		_ = termtext.Truncate(s, 60)
		_ = termtext.Middle(s, 60)
	})
	if n != 0 {
		t.Errorf("%v allocations on plain ASCII", n)
	}
}

func BenchmarkDisplay(b *testing.B) {
	for name, s := range map[string]string{
		"ascii": "main.js", "vietnamese": "ảnh_du_lịch_đà_lạt.jpg", "hindi": "क्षि नमस्ते",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = termtext.Display(s)
			}
		})
	}
}
