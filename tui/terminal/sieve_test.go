package terminal

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// collected is a sieve that remembers what left it sideways.
type collected struct {
	*sieve
	reports []string
}

func newCollected() *collected {
	c := &collected{sieve: newSieve()}
	c.focus = func(focused bool) {
		if focused {
			c.reports = append(c.reports, "focus")
		} else {
			c.reports = append(c.reports, "blur")
		}
	}
	c.reply = func(seq string) { c.reports = append(c.reports, seq) }
	return c
}

func TestSieve(t *testing.T) {
	for _, c := range []struct {
		name    string
		reads   []string
		out     []string // what each read gave
		reports string
	}{
		{"text", []string{"abc"}, []string{"abc"}, ""},
		{"escape at once", []string{"\x1b"}, []string{"\x1b"}, ""},
		{"escape behind text", []string{"j\x1b"}, []string{"j\x1b"}, ""},
		{"arrow in two reads", []string{"\x1b[", "A"}, []string{"", "\x1b[A"}, ""},
		{"arrow in application mode", []string{"\x1bO", "A"}, []string{"", "\x1bOA"}, ""},
		{"shift+f6", []string{"\x1b[17", ";2~j"}, []string{"", "\x1b[17;2~j"}, ""},
		{"rune in three reads", []string{"\xe6\x95", "\xb0x"}, []string{"", "\xe6\x95\xb0x"}, ""},
		{"alt with a rune", []string{"\x1b\xc3", "\xa9"}, []string{"", "\x1b\xc3\xa9"}, ""},
		{"not UTF-8", []string{"a\xffb"}, []string{"a\xffb"}, ""},
		{"wheel", []string{"\x1b[<65;15", "0;42M\x1b[<65;150;42M"}, []string{"", "\x1b[<65;150;42M\x1b[<65;150;42M"}, ""},
		{"mouse without numbers", []string{"\x1b[<65;M" + "x"}, []string{"x"}, ""},
		{"X10 mouse", []string{"\x1b[M a", "!j"}, []string{"", "\x1b[M a!j"}, ""},
		{"focus among keys", []string{"j\x1b[Ik\x1b[O"}, []string{"jk"}, "focus blur"},
		{
			"background colour",
			[]string{"\x1b]11;rgb:1e1e", "/1e1e/2e2e\x1b\\j"},
			[]string{"", "j"},
			"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
		},
		{"answer ended by BEL", []string{"\x1b]11;x\x07j"}, []string{"j"}, "\x1b]11;x\x07"},
		{"DCS", []string{"\x1bP>|tmux 3.3a\x1b\\"}, []string{""}, "\x1bP>|tmux 3.3a\x1b\\"},
		{"device attributes", []string{"\x1b[?62;c"}, []string{""}, "\x1b[?62;c"},
		{"mode report", []string{"\x1b[?2026;2$y"}, []string{""}, "\x1b[?2026;2$y"},
		{"linux console F1", []string{"\x1b[[", "A"}, []string{"", "\x1b[[A"}, ""},
		{"urxvt shift+home", []string{"\x1b[7$j"}, []string{"\x1b[7$j"}, ""},
		{"alt+] is no answer", []string{"\x1b]j"}, []string{"\x1b]j"}, ""},
		{"alt+P is no answer", []string{"\x1bPj"}, []string{"\x1bPj"}, ""},
		{"answer broken off", []string{"\x1b]11;rg\x03j"}, []string{"\x03j"}, ""},
		{"sequence broken off", []string{"\x1b[1;\x1b[A"}, []string{"\x1b[A"}, ""},
		{"alt+arrow", []string{"\x1b\x1b[A"}, []string{"\x1b\x1b[A"}, ""},
		{"escape, then the wheel", []string{"\x1b\x1b[<65;1;2M"}, []string{"\x07\x1b[<65;1;2M"}, ""},
		{"escape, then focus", []string{"\x1b\x1b[I"}, []string{"\x07"}, "focus"},
		{
			"paste",
			[]string{"\x1b[200~a\x1b[A", "b\n\x1b[20", "1~j"},
			[]string{"\x1b[200~a\x1b[A", "b\n", "\x1b[201~j"},
			"",
		},
		{"paste that never ends", []string{"\x1b[200~abc", "\x03", "j"}, []string{"\x1b[200~abc", "\x1b[201~", "j"}, ""},
		{"ctrl+c inside a paste", []string{"\x1b[200~a\x03b\x1b[201~"}, []string{"\x1b[200~a\x03b\x1b[201~"}, ""},
		{
			"paste too long",
			[]string{"\x1b[200~12345678", "9\n", "y\x1b[201~j"},
			[]string{"\x1b[200~12345678", "\x1b[201~", "j"},
			"",
		},
		{"end of no paste", []string{"\x1b[201~j"}, []string{"j"}, ""},
		{"endless parameters", []string{"\x1b[" + strings.Repeat("1", 100), "j"}, []string{"", "j"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newCollected()
			s.maxPaste = 8
			for i, read := range c.reads {
				if got := string(s.feed(nil, []byte(read))); got != c.out[i] {
					t.Errorf("read %d, %q: %q, want %q", i, read, got, c.out[i])
				}
			}
			if got := strings.Join(s.reports, " "); got != c.reports {
				t.Errorf("reports %q, want %q", got, c.reports)
			}
		})
	}
}

func TestSieveGivesUpWaiting(t *testing.T) {
	for held, want := range map[string]string{
		"\x1b[": "\x1b[", "\x1bO": "\x1bO", "\x1b]": "\x1b]", // typed with Alt
		"\x1b[<65;1": "", "\xe6\x95": "", "\x1b]11;rgb": "",
	} {
		s := newSieve()
		s.feed(nil, []byte(held))
		if got := string(s.feed(s.expire(nil), []byte("j"))); got != want+"j" {
			t.Errorf("after %q: %q, want %q", held, got, want+"j")
		}
	}
}

func TestSieveWaitsWhereTheReadWasFull(t *testing.T) {
	for rest, want := range map[string]string{"[Aj": "\x1b[Aj", "\x1b[Aj": "\x1b\x1b[Aj"} {
		s := newSieve()
		s.more = true
		if got := string(s.feed(nil, []byte("j\x1b"))); got != "j" {
			t.Errorf("first %q", got)
		}
		s.more = false
		if got := string(s.feed(nil, []byte(rest))); got != want {
			t.Errorf("then %q, want %q", got, want)
		}
	}
	s := newSieve()
	s.more = true
	s.feed(nil, []byte("\x1b"))
	if got := string(s.feed(s.expire(nil), []byte("j"))); got != "\x1bj" {
		t.Errorf("given up: %q", got)
	}
}

// Any split of a stream gives the same keys, and no read ends inside one. Left out are the splits that mean
// something: behind an Esc, which a person waits for, and around a lone Ctrl+C in a paste.
func FuzzSieveSplits(f *testing.F) {
	for _, s := range []string{
		"jjj\x1b[A\x1b[<65;150;42M\x1b[<65;150;42m", "\x1b[200~a\nb\x1b[201~x", "\x1b]11;rgb:1/2/3\x1b\\j", "数据ảnh\xff\xfe",
		"\x1b[M !!\x1b[[A\x1bOP\x1b\x1b[A\x1b[?62;c", "\x1b[I\x1b[O\x1b]x\x1bP1$r\x1b\\", "\x1b[1;\x03\x1b[7$", "\x1b\x1b[I",
	} {
		f.Add([]byte(s), []byte{1, 2, 3})
		f.Add([]byte(s), []byte{1})
	}
	f.Fuzz(func(t *testing.T, stream, cuts []byte) {
		whole := newCollected()
		want := whole.feed(nil, bytes.Clone(stream))

		parts := newCollected()
		var got []byte
		for i, rest := 0, stream; len(rest) > 0; i++ {
			n := len(rest)
			if i < len(cuts) {
				n = min(n, int(cuts[i])%16+1)
			}
			for n < len(rest) && (rest[n-1] == esc || n == 1 && rest[0] == 3) {
				n++
			}
			wasPasting := parts.pasting
			out := parts.feed(nil, bytes.Clone(rest[:n]))
			if !wasPasting && !parts.pasting {
				mustEndBetweenKeys(t, out)
			}
			got = append(got, out...)
			rest = rest[n:]
		}
		if len(stream) == 1 && stream[0] == 3 {
			return
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%q in parts gives %q, else %q", stream, got, want)
		}
		if a, b := strings.Join(parts.reports, " "), strings.Join(whole.reports, " "); a != b {
			t.Errorf("%q in parts reports %q, else %q", stream, a, b)
		}
		if len(parts.held) > maxString+len(stream) {
			t.Errorf("%d octets held", len(parts.held))
		}
	})
}

func mustEndBetweenKeys(t *testing.T, out []byte) {
	t.Helper()
	if bytes.Contains(out, []byte(pasteBegin)) || !utf8.Valid(out) {
		return // octets that are no UTF-8 are dropped one by one
	}
	for rest := out; len(rest) > 0; {
		n, _ := scan(rest)
		if n == 0 && len(rest) == 2 {
			return // Alt+O, for example, because what followed made no sequence of it
		}
		if n == 0 {
			t.Fatalf("%q ends inside a key: %q", out, rest)
		}
		rest = rest[n:]
	}
}
