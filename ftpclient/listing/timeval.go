package listing

import (
	"fmt"
	"time"

	"ferry/internal/vfs"
)

// ParseTimeVal reads a time-val (RFC 3659 §2.3) as MDTM and its kin answer with it: 14 digits, perhaps a fraction of a
// second, in UTC. A year of five digits is read, too: 19102 is what a program prints that puts "19" before the years
// since 1900, and means 2002.
func ParseTimeVal(s string) (time.Time, error) {
	b := []byte(s)
	year := 0
	if leadingDigits(b) == 15 && b[0] == '1' && b[1] == '9' {
		year, _ = number(b[:5], 99999)
		year += 2000 - 19100
		b = b[1:] // its own year is replaced below
	}
	st, ok := timeVal(b)
	if year != 0 {
		st.year = year
	}
	if !ok || !dayExists(st.year, st.month, st.day) {
		return time.Time{}, fmt.Errorf("the time %.40q is none", s)
	}
	return st.utc(), nil
}

// timeVal reads 14 digits and perhaps a fraction.
func timeVal(b []byte) (st stamp, ok bool) {
	if len(b) < 14 || !allDigits(b[:14]) {
		return st, false
	}
	year, _ := number(b[:4], 9999)
	month, _ := number(b[4:6], 99)
	st, ok = calendarDay(year, month, b[6:8])
	c := clock{seconds: true}
	c.hour, _, _ = smallNumber(b[8:10])
	c.minute, _, _ = smallNumber(b[10:12])
	c.second, _, _ = smallNumber(b[12:14])
	nano, left := fractionOf(b[14:])
	c.nano = nano
	st.setClock(c)
	st.precision = vfs.PrecisionSecond
	return st, ok && year > 0 && len(left) == 0 && c.hour < 24 && c.valid()
}
