package prose_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/prose"
)

func TestSentence(t *testing.T) {
	refused := &vfs.Failure{Step: "list /a\x1b[2J", On: "h:21", Said: "Permission denied.\r\nGo away.", Hint: "Ask."}
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New(""), "It failed, and no reason was given."},
		{refused, "Cannot list /a␛[2J on h:21: Permission denied. Go away. Ask."},
	} {
		if got := prose.Sentence(c.err); got != c.want {
			t.Errorf("Sentence(%v) = %q, want %q", c.err, got, c.want)
		}
	}
}

func TestWrapKeepsOptionsWhole(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"until now --mode active", []string{"until now", "--mode active"}},
		{"proxies, or -j 1", []string{"proxies, or", "-j 1"}},
		{"since 2026-11-02.", []string{"since", "2026-11-02."}},
		{"another well-known one", []string{"another well-", "known one"}},
		{"a\u2011b --c", []string{"a\u2011b --c"}},
	} {
		if got := prose.Wrap(c.text, 13); !slices.Equal(got, c.want) {
			t.Errorf("%q becomes %q", c.text, got)
		}
	}
}

func FuzzWrapFits(f *testing.F) {
	f.Add("some words that are to be wrapped, and averyveryverylongonewithoutanyblank 数据备份", 12)
	f.Fuzz(func(t *testing.T, s string, width int) {
		s = termtext.Display(s)
		width = 2 + (width&0xff+0xff)&0xff
		lines := prose.Wrap(s, width)
		for _, line := range lines {
			if termtext.Width(line) > width {
				t.Errorf("%q is wider than %d", line, width)
			}
		}
		if strings.ReplaceAll(strings.Join(lines, ""), " ", "") != strings.ReplaceAll(s, " ", "") {
			t.Errorf("%q lost or gained something: %q", s, lines)
		}
	})
}
