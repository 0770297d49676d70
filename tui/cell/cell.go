// Package cell appends texts in columns that stay straight. Libraries and terminals disagree about the width of
// some graphemes, so behind a text that is not ASCII the cursor is sent to where the next column begins.
package cell

import (
	"strconv"

	"ferry/internal/termtext"
	"ferry/tui/theme"
)

// Blanks appends n blanks, none where n is negative.
func Blanks(b []byte, n int) []byte {
	for ; n > 0; n-- {
		b = append(b, ' ')
	}
	return b
}

// Right appends ASCII text at the right end of width cells; what is too long is appended whole.
func Right[S string | []byte](b []byte, s S, width int) []byte {
	return append(Blanks(b, width-len(s)), s...)
}

// Paint appends a text in a role.
func Paint(b []byte, t *theme.Theme, r theme.Role, s string) []byte {
	return append(append(t.AppendOn(b, r), s...), theme.Off...)
}

// Column appends the sequence that moves to column x, counted from 0.
func Column(b []byte, x int) []byte {
	return append(strconv.AppendInt(append(b, "\x1b["...), int64(x+1), 10), 'G')
}

// Erase appends the sequence that empties width cells from the cursor on and does not move it. What a terminal
// draws narrower than it was measured then leaves nothing old behind itself.
func Erase(b []byte, width int) []byte {
	if width <= 0 {
		return b
	}
	return append(strconv.AppendInt(append(b, "\x1b["...), int64(width), 10), 'X')
}

// Field appends safe text that fits into width cells, filled up with blanks. x is the column where it begins.
func Field(b []byte, s string, x, width int) []byte {
	if termtext.IsASCII(s) {
		return Blanks(append(b, s...), width-len(s))
	}
	b = append(Erase(b, width), s...)
	return Column(Blanks(b, width-termtext.Width(s)), x+width)
}

// Straighten removes from a line what Column and Erase put there, for lines that are cut and pasted. Safe text holds
// no sequence, so that nothing else is taken.
func Straighten(line string) string {
	var b []byte
	from := 0
	for i := 0; i+2 < len(line); i++ {
		if line[i] != '\x1b' || line[i+1] != '[' {
			continue
		}
		end := i + 2
		for end < len(line) && line[end] >= '0' && line[end] <= '9' {
			end++
		}
		if end < len(line) && end > i+2 && (line[end] == 'G' || line[end] == 'X') {
			b = append(b, line[from:i]...)
			from, i = end+1, end
		}
	}
	if b == nil {
		return line
	}
	return string(append(b, line[from:]...))
}
