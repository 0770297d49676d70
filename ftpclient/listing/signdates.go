package listing

import "ferry/internal/vfs"

// part says which number of a date a sign follows.
type part uint8

const (
	noPart part = iota
	yearPart
	monthPart
	dayPart
)

// signOf tells which sign b begins with, and its length: the Chinese and Japanese (年 月 日) and Korean (년 월 일) signs
// that follow the numbers of a date, in UTF-8 and in the charsets that were used before it. No two charsets disagree
// about any of them.
func signOf(b []byte) (part, int) {
	if len(b) >= 3 {
		switch string(b[:3]) {
		case "年", "년":
			return yearPart, 3
		case "月", "월":
			return monthPart, 3
		case "日", "일":
			return dayPart, 3
		}
	}
	if len(b) < 2 {
		return noPart, 0
	}
	switch string(b[:2]) { // Shift_JIS, EUC-JP, GBK, Big5, EUC-KR
	case "\x94N", "\xc7\xaf", "\xc4\xea", "\xa6~", "\xb3\xe2":
		return yearPart, 2
	case "\x8c\x8e", "\xb7\xee", "\xd4\xc2", "\xa4\xeb", "\xbf\xf9":
		return monthPart, 2
	case "\x93\xfa", "\xc6\xfc", "\xc8\xd5", "\xa4\xe9", "\xc0\xcf":
		return dayPart, 2
	}
	return noPart, 0
}

// signedDate gathers the numbers of a date with signs.
type signedDate struct {
	number [dayPart + 1][]byte
}

// signed reads "6月 3日 2003年", "8月 17日 20:10", "3月 2 15:13", "2005년 1월 6일", "2019年12月31日". The month must have its
// sign; the day and a year at the end may lack it.
func signed(f *fields, i int) (st stamp, n int, how reading) {
	var d signedDate
	for d.take(f.field(i + n)) {
		n++
	}
	if d.number[monthPart] == nil {
		return st, 0, noDate
	}
	if d.number[dayPart] == nil {
		d.number[dayPart] = f.field(i + n)
		n++
	}
	month, ok := number(d.number[monthPart], 12)
	if !ok || !allDigits(d.number[dayPart]) {
		return st, 0, noDate
	}
	if year := d.number[yearPart]; year != nil {
		y, _ := fourDigits(year)
		st, ok = calendarDay(y, month, d.number[dayPart])
		return st, n, good(ok && y > 0)
	}
	return signedEnd(f, i, n, month, d.number[dayPart])
}

// signedEnd reads the time or the bare year after n fields with month and day.
func signedEnd(f *fields, i, n, month int, day []byte) (stamp, int, reading) {
	if y, ok := fourDigits(f.field(i + n)); ok {
		st, ok := calendarDay(y, month, day)
		return st, n + 1, good(ok)
	}
	if !clockShape(f.field(i + n)) {
		return stamp{}, 0, noDate
	}
	st, ok := calendarDay(0, month, day)
	st.precision = vfs.PrecisionMinute
	return withClock(f, i+n, st, n+1, ok)
}

// take reads a field made of numbers with signs, each of which may come once in a date.
func (d *signedDate) take(b []byte) bool {
	found := *d
	for len(b) > 0 {
		digits := leadingDigits(b)
		which, width := signOf(b[digits:])
		if digits == 0 || digits > 4 || which == noPart || found.number[which] != nil {
			return false
		}
		found.number[which] = b[:digits]
		b = b[digits+width:]
		if len(b) == 0 {
			*d = found
			return true
		}
	}
	return false
}
