package pane

import (
	"unicode"
	"unicode/utf8"
)

// compareNatural orders names as people do: without regard to case, runs of digits by their value, so that
// "img9" comes before "img10". Names that differ in case or in leading zeros only are ordered by their bytes.
func compareNatural(a, b string) int {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if isDigit(a[i]) && isDigit(b[j]) {
			var c int
			if c, i, j = compareDigits(a, i, b, j); c != 0 {
				return c
			}
			continue
		}
		ra, na := foldedRune(a[i:])
		rb, nb := foldedRune(b[j:])
		if ra != rb {
			return sign(int(ra) - int(rb))
		}
		i, j = i+na, j+nb
	}
	if c := sign((len(a) - i) - (len(b) - j)); c != 0 {
		return c
	}
	return compareBytes(a, b)
}

// compareDigits compares the runs of digits at a[i:] and b[j:] by value and gives the places behind them.
func compareDigits(a string, i int, b string, j int) (c, endA, endB int) {
	i, j = skipZeros(a, i), skipZeros(b, j)
	endA, endB = digitsEnd(a, i), digitsEnd(b, j)
	if c = sign((endA - i) - (endB - j)); c == 0 {
		c = compareBytes(a[i:endA], b[j:endB])
	}
	return c, endA, endB
}

func skipZeros(s string, i int) int {
	for i < len(s) && s[i] == '0' {
		i++
	}
	return i
}

func digitsEnd(s string, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

// foldedRune gives the first rune of s in lower case and its length in bytes.
func foldedRune(s string) (rune, int) {
	if c := s[0]; c < utf8.RuneSelf {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return rune(c), 1
	}
	r, n := utf8.DecodeRuneInString(s)
	return unicode.ToLower(r), n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func sign(n int) int { return min(max(n, -1), 1) }

func compareBytes(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
