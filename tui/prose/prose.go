// Package prose makes sentences ready for the screen: safe to draw, and broken into lines of a width.
package prose

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ferry/internal/termtext"
)

// Sentence tells an error as one safe line, beginning with a capital letter. It is "" for nil.
func Sentence(err error) string {
	if err == nil {
		return ""
	}
	s := termtext.Display(oneLine(err.Error()))
	if s == "" {
		return "It failed, and no reason was given."
	}
	if c := s[0]; c >= 'a' && c <= 'z' {
		s = string(c-'a'+'A') + s[1:]
	}
	return s
}

// oneLine joins the lines of a server's reply by blanks.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// Wrap breaks safe text into lines of at most width cells, between words where it can. Line ends in s are kept.
// There is at least one line.
func Wrap(s string, width int) []string {
	return strings.Split(ansi.Wrap(s, max(width, 1), ""), "\n")
}
