// Package prose makes sentences ready for the screen: safe to draw, and broken into lines of a width.
package prose

import (
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ferry/internal/termtext"
)

// Sentence tells an error as one safe line, beginning with a capital letter. It is "" for nil.
func Sentence(err error) string {
	if err == nil {
		return ""
	}
	s := Safe(err.Error())
	if s == "" {
		return "It failed, and no reason was given."
	}
	return Capital(s)
}

// Safe gives a stranger's text as one line that is safe to draw.
func Safe(s string) string { return termtext.Display(oneLine(s)) }

// Capital lets a safe text begin with a capital letter.
func Capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// oneLine joins the lines of a server's reply by blanks.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// hardHyphen looks like a hyphen, and lines are not broken behind it.
const hardHyphen = "\u2011"

var betweenDigits = regexp.MustCompile(`(\d)-(\d)`)

// Wrap breaks safe text into lines of at most width cells, between words where it can, and not behind the hyphens that
// begin an option or stand in a date. Line ends in s are kept. There is at least one line.
func Wrap(s string, width int) []string {
	if strings.Contains(s, hardHyphen) {
		return wrap(s, width)
	}
	s = strings.NewReplacer(" --", " "+hardHyphen+hardHyphen, " -", " "+hardHyphen).Replace(s)
	lines := wrap(betweenDigits.ReplaceAllString(s, "${1}"+hardHyphen+"${2}"), width)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], hardHyphen, "-")
	}
	return lines
}

func wrap(s string, width int) []string {
	width = max(width, 1)
	text := ansi.Wrap(s, width, "")
	return strings.Split(ansi.Hardwrap(text, width, true), "\n") // Wrap miscounts blanks before a long word
}
