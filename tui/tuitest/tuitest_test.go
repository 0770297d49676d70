package tuitest_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/tui/tuitest"
)

func TestScreenReplays(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"text and lines", "ab\r\ncd", "ab\ncd\n"},
		{"home and overwrite", "abc\x1b[HX", "Xbc\n\n"},
		{"position", "\x1b[2;3Hx", "\n  x\n"},
		{"column", "abcdef\x1b[2G12", "a12def\n\n"},
		{"up", "a\r\nb\x1b[AX", "aX\nb\n"},
		{"erase to the right", "abcdef\r\x1b[3G\x1b[K", "ab\n\n"},
		{"erase in the last cell", "12345678\x1b[K", "1234567\n\n"},
		{"erase below", "a\r\nb\r\nc\x1b[H\x1b[J", "\n\n"},
		{"erase cells", "abcdef\x1b[2G\x1b[2X", "a  def\n\n"},
		{"wide", "数据x", "数据x\n\n"},
		{"half of a wide one", "数据\x1b[2Gx", " x据\n\n"},
		{"first half of a wide one", "数据\x1b[1Gx", "x 据\n\n"},
		{"wraps", "123456789", "12345678\n9\n"},
		{"wide wraps whole", "1234567数", "1234567\n数\n"},
		{"does not wrap", "\x1b[?7l12345678X", "1234567X\n\n"},
		{"scrolls", "a\r\nb\r\nc\r\nd", "b\nc\nd"},
		{"colours", "\x1b[1;31ma\x1b[mb", "ab\n\n"},
		{"alternate screen", "abc\x1b[?1049h\x1b[Hd", "d\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tuitest.NewScreen(8, 3)
			if _, err := s.Write([]byte(c.in)); err != nil {
				t.Fatal(err)
			}
			if got := s.String(); got != c.want {
				t.Errorf("%q shows %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestScreenKeepsTitleAndResizes(t *testing.T) {
	s := tuitest.NewScreen(4, 2)
	_, _ = s.Write([]byte("\x1b]2;ferry\x07abcd"))
	if s.Title != "ferry" {
		t.Errorf("title %q", s.Title)
	}
	s.Resize(3, 1)
	if got := s.String(); got != "abc" {
		t.Errorf("cut: %q", got)
	}
}

// mute counts failures without failing.
type mute struct {
	testing.TB
	failures []string
}

func (m *mute) Helper() {}

func (m *mute) Errorf(format string, args ...any) {
	m.failures = append(m.failures, format)
}

func TestGoldenTellsDifferences(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("testdata", 0o750); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"a.golden": "one\ntwo\n", "a.ansi": "\x1b[1mone\x1b[m\ntwo\n"} {
		if err := os.WriteFile(filepath.Join("testdata", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for got, failures := range map[string]int{
		"one\ntwo":                  0,
		"\x1b[1mone\x1b[m\ntwo":     0,
		"\x1b[2mone\x1b[m\ntwo":     1, // other colours
		"one\nthree":                1,
		"one\ntwo\nthree":           1,
		"\x1b[1mONE\x1b[m\nTWO  \n": 1,
	} {
		m := &mute{TB: t}
		tuitest.Golden(m, "a", got)
		if len(m.failures) != failures {
			t.Errorf("%q: %d failures, want %d", got, len(m.failures), failures)
		}
	}
	m := &mute{TB: t}
	if tuitest.Golden(m, "missing", "x"); len(m.failures) != 1 {
		t.Error("a missing file is no failure")
	}
	if got := tuitest.Diff("a\nb", "a\nc"); got != "-b│\n+c│\n" {
		t.Errorf("diff %q", got)
	}
}

// The replay is only worth something if real terminals show the same.
func TestScreenEqualsTmux(t *testing.T) {
	const w, h = 40, 12
	for seed := range uint64(4) {
		stream := stream(rand.New(rand.NewPCG(seed, 1)), w, h)
		file := filepath.Join(t.TempDir(), "stream")
		if err := os.WriteFile(file, []byte(stream), 0o600); err != nil {
			t.Fatal(err)
		}
		s := tuitest.NewScreen(w, h)
		_, _ = s.Write([]byte(stream))
		m := tuitest.NewTmux(t, w, h, "sh", "-c", "stty -echo; cat '"+file+"'; read x")
		m.WaitFor("E N D")
		lines := strings.Split(strings.TrimSuffix(m.Screen(), "\n"), "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		if got, want := s.String(), strings.Join(lines, "\n"); got != want {
			t.Errorf("seed %d, %q:\n%s", seed, stream, tuitest.Diff(want, got))
		}
	}
}

// stream makes frames as Bubble Tea writes them, of rows as ours are: blanks, the column again, a name that may be
// wide, the next column, more. Some rows are left out, some frames are shorter than the one before.
func stream(r *rand.Rand, w, h int) string {
	var b strings.Builder
	words := []string{"index.html ", "数据备份-2026.tar.gz ", "ảnh_đà_lạt.jpg ", "e\u0301 ", "\x1b[1;31mred\x1b[m "}
	for range 30 {
		b.WriteString("\x1b[H")
		rows := h - r.IntN(3)
		for y := range rows {
			if r.IntN(3) > 0 {
				col := 8 + r.IntN(w-8)
				b.WriteString(strings.Repeat(" ", w) + "\x1b[1G")
				for range r.IntN(4) {
					b.WriteString(words[r.IntN(len(words))])
				}
				fmt.Fprintf(&b, "\x1b[%dG│%d", col, r.IntN(10000))
				if r.IntN(2) == 0 && col < w-6 {
					b.WriteString("\x1b[K")
				}
			}
			if y < rows-1 {
				b.WriteString("\r\n")
			}
		}
		if rows < h {
			b.WriteString("\x1b[J")
		}
		fmt.Fprintf(&b, "\x1b[%d;H", rows)
	}
	return "\x1b[?7l" + b.String() + "\x1b[H\x1b[KE N D"
}

func TestTmuxRunsAProgram(t *testing.T) {
	m := tuitest.NewTmux(t, 40, 6, "sh", "-c", `printf 'ready %s\n' "$COLORTERM"; read a; echo "got $a"; read b; exit 3`)
	m.WaitFor(`ready truecolor`)
	m.Type("ảnh")
	m.Keys("Enter")
	m.WaitFor(`got ảnh`)
	m.Resize(50, 8)
	if got := m.Show("#{pane_width}x#{pane_height}"); got != "50x8" {
		t.Errorf("size %s", got)
	}
	m.Paste("x\n")
	if code := m.WaitExit(); code != 3 {
		t.Errorf("exit code %d", code)
	}
	m.WaitGone("nothing like this")
	if !strings.Contains(m.Coloured(), "got") {
		t.Error("the last screen is gone")
	}
}
