package listing

import (
	"bytes"
	"math"

	"ferry/internal/vfs"
)

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return len(b) > 0
}

// number reads a field of digits alone, at most limit.
func number(b []byte, limit int) (int, bool) {
	n, ok := int64Of(b)
	if !ok || n > int64(limit) {
		return 0, false
	}
	return int(n), true
}

// int64Of reads a field of digits alone, up to 2^63-1.
func int64Of(b []byte) (int64, bool) {
	if !allDigits(b) {
		return 0, false
	}
	var n int64
	for _, c := range b {
		d := int64(c - '0')
		if n > (math.MaxInt64-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, true
}

// leadingDigits counts the digits that b begins with.
func leadingDigits(b []byte) int {
	for i, c := range b {
		if !isDigit(c) {
			return i
		}
	}
	return len(b)
}

// times multiplies two numbers from 0 on; what passes 2^63-1 is vfs.SizeUnknown, as is what was unknown before.
func times(a, b int64) int64 {
	if a < 0 || b < 0 || (b > 0 && a > math.MaxInt64/b) {
		return vfs.SizeUnknown
	}
	return a * b
}

// sizeOf reads a size column: digits, perhaps with thousands separators or with a unit to base 1024, rounded down.
// A number that no file can have (negative, above 2^63-1: servers' counters wrap) is a size that is not known.
func sizeOf(b []byte) (int64, bool) {
	if len(b) > 1 && b[0] == '-' && allDigits(b[1:]) {
		return vfs.SizeUnknown, true
	}
	if allDigits(b) {
		if n, ok := int64Of(b); ok {
			return n, true
		}
		return vfs.SizeUnknown, true
	}
	if len(b) == 0 || !isDigit(b[0]) {
		return 0, false
	}
	if n, ok := groupedSize(b); ok {
		return n, true
	}
	return unitSize(b)
}

// groupedSize reads "1,234,567", "1.234.567" or "1'234'567".
func groupedSize(b []byte) (int64, bool) {
	first := leadingDigits(b)
	if first > 3 || first == len(b) || (len(b)-first)%4 != 0 || bytes.IndexByte([]byte(",.'"), b[first]) < 0 {
		return 0, false
	}
	digits := append(make([]byte, 0, 32), b[:first]...)
	for i := first; i < len(b); i += 4 {
		if b[i] != b[first] || !allDigits(b[i+1:i+4]) {
			return 0, false
		}
		digits = append(digits, b[i+1:i+4]...)
	}
	return int64Of(digits)
}

// unitSize reads "9.0M", "172.4k", "2G", "2KB": the unit's first letter decides.
func unitSize(b []byte) (int64, bool) {
	whole := b[:leadingDigits(b)]
	b = b[len(whole):]
	var fraction []byte
	if len(b) > 1 && (b[0] == '.' || b[0] == ',') {
		fraction = b[1 : 1+leadingDigits(b[1:])]
		b = b[1+len(fraction):]
		if len(fraction) == 0 {
			return 0, false
		}
	}
	unit := unitOf(b)
	n, ok := int64Of(whole)
	if unit == 0 || !ok || len(fraction) > 4 {
		return 0, false
	}
	return addUp(times(n, unit), fraction, unit), true
}

// addUp adds the fraction (decimals) of unit to n.
func addUp(n int64, fraction []byte, unit int64) int64 {
	part, scale := int64(0), int64(1)
	for _, c := range fraction {
		part, scale = part*10+int64(c-'0'), scale*10
	}
	// The unit is split, as part × 1 EiB would not fit.
	part = unit/scale*part + unit%scale*part/scale
	if n < 0 || n > math.MaxInt64-part {
		return vfs.SizeUnknown
	}
	return n + part
}

// unitOf gives the octets of "K", "kB", "KiB" and so on, 0 for what is no unit.
func unitOf(b []byte) int64 {
	if len(b) == 0 || len(b) > 3 || len(b) == 3 && b[1]|0x20 != 'i' || len(b) > 1 && b[len(b)-1]|0x20 != 'b' {
		return 0
	}
	if len(b) == 1 && b[0]|0x20 == 'b' {
		return 1
	}
	power := bytes.IndexByte([]byte("kmgtpe"), b[0]|0x20)
	if power < 0 {
		return 0
	}
	return 1 << (10 * (power + 1))
}
