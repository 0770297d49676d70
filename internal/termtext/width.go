package termtext

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const ellipsis = "…"

// IsASCII reports whether s is printable ASCII and nothing else; such a text is as wide as it is long.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Width gives the cells that s takes on a terminal. Colour sequences take none.
func Width(s string) int {
	if IsASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Truncate cuts s at its end to at most w cells, the last of which is then "…".
func Truncate(s string, w int) string {
	switch {
	case w <= 0:
		return ""
	case IsASCII(s):
		if len(s) <= w {
			return s
		}
		return s[:w-1] + ellipsis
	case ansi.StringWidth(s) <= w:
		return s
	}
	return ansi.Truncate(s, w, ellipsis)
}

// Middle cuts a name to at most w cells by "…" in its middle: two thirds of what is left are its head, the rest its
// end. The extension is kept where half of the cells can hold it.
func Middle(s string, w int) string {
	width := Width(s)
	switch {
	case w <= 0:
		return ""
	case width <= w:
		return s
	case w == 1:
		return ellipsis
	}
	tail := w / 3
	if ext := extension(s); ext > tail && ext <= w/2 {
		tail = ext
	}
	head := w - 1 - tail
	if len(s) == width && IsASCII(s) {
		return s[:head] + ellipsis + s[len(s)-tail:]
	}
	return ansi.Truncate(s, head, "") + ellipsis + ansi.TruncateLeft(s, cellsBefore(s, width-tail), "")
}

// extension gives the cells of the ending of a name with its dot, 0 if there is none.
func extension(s string) int {
	if dot := strings.LastIndexByte(s, '.'); dot > 0 {
		return Width(s[dot:])
	}
	return 0
}

// cellsBefore gives the first border of two graphemes at or behind cell n, so that a wide one is not cut in half.
func cellsBefore(s string, n int) int {
	at := 0
	for s != "" && at < n {
		g, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s, at = s[len(g):], at+w
	}
	return at
}

// Pad gives s in exactly w cells: cut by Truncate, or filled with blanks on its right.
func Pad(s string, w int) string {
	s = Truncate(s, w)
	return s + blanks(w-Width(s))
}

// PadLeft gives s in exactly w cells: cut by Truncate, or filled with blanks on its left.
func PadLeft(s string, w int) string {
	s = Truncate(s, w)
	return blanks(w-Width(s)) + s
}

const manyBlanks = "                                                                                "

func blanks(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(manyBlanks):
		return manyBlanks[:n]
	}
	return strings.Repeat(" ", n)
}
