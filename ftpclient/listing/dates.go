package listing

import (
	"bytes"
	"time"

	"ferry/internal/vfs"
)

// stamp is a date as it was printed: numbers that are not checked against the calendar yet.
type stamp struct {
	year, month, day int // year 0: none was given
	clock
	precision vfs.Precision
	zone      int // seconds east of UTC, if hasZone
	hasZone   bool
}

// clock is a time of day.
type clock struct {
	hour, minute, second, nano int
	seconds                    bool // seconds were given
}

// setClock adds the time of day to a date.
func (st *stamp) setClock(c clock) {
	st.clock, st.precision = c, vfs.PrecisionMinute
	if c.seconds {
		st.precision = vfs.PrecisionSecond
	}
}

// valid reports whether the time of day exists. 24:00 is the next midnight; 60 is a leap second.
func (c clock) valid() bool {
	if c.hour == 24 {
		return c.minute == 0 && c.second == 0
	}
	return c.hour < 24 && c.minute < 60 && c.second <= 60
}

// clockShape tells a time of day from other fields, also one that does not exist: "30:01".
func clockShape(b []byte) bool {
	n := leadingDigits(b)
	return n > 0 && n < 3 && n+1 < len(b) && b[n] == ':' && isDigit(b[n+1])
}

// clockOf reads "1:40", "00:0", "20:10:05", "11:22:33.123456789".
func clockOf(b []byte) (clock, bool) {
	var c clock
	var ok bool
	if c.hour, b, ok = smallNumber(b); !ok || len(b) == 0 || b[0] != ':' {
		return c, false
	}
	if c.minute, b, ok = smallNumber(b[1:]); !ok {
		return c, false
	}
	if len(b) > 0 && b[0] == ':' {
		c.seconds = true
		if c.second, b, ok = smallNumber(b[1:]); !ok {
			return c, false
		}
		c.nano, b = fractionOf(b)
	}
	return c, len(b) == 0 && c.valid()
}

// smallNumber reads one or two digits at the start of b and gives what follows them.
func smallNumber(b []byte) (n int, rest []byte, ok bool) {
	digits := leadingDigits(b)
	if digits == 0 || digits > 2 {
		return 0, b, false
	}
	n = int(b[0] - '0')
	if digits == 2 {
		n = n*10 + int(b[1]-'0')
	}
	return n, b[digits:], true
}

// fractionOf reads ".935" at the start of b as nanoseconds and gives what follows. Digits past the ninth are cut.
func fractionOf(b []byte) (nano int, rest []byte) {
	if len(b) < 2 || b[0] != '.' || !isDigit(b[1]) {
		return 0, b
	}
	digits := b[1 : 1+leadingDigits(b[1:])]
	for i := range 9 {
		nano *= 10
		if i < len(digits) {
			nano += int(digits[i] - '0')
		}
	}
	return nano, b[1+len(digits):]
}

// zoneOf reads "+0200" or "-05:30" as seconds east of UTC.
func zoneOf(b []byte) (int, bool) {
	if len(b) == 6 && b[3] == ':' {
		b = []byte{b[0], b[1], b[2], b[4], b[5]}
	}
	if len(b) != 5 || (b[0] != '+' && b[0] != '-') || !allDigits(b[1:]) {
		return 0, false
	}
	hours, _, _ := smallNumber(b[1:3])
	minutes, _, _ := smallNumber(b[3:])
	seconds := hours*3600 + minutes*60
	if b[0] == '-' {
		seconds = -seconds
	}
	return seconds, hours < 24 && minutes < 60
}

// fullYear turns a year as printed into a year: two digits count from 1900 if 70 or up, else from 2000; three digits
// count from 1900, as a program does that prints its tm_year.
func fullYear(b []byte) (int, bool) {
	y, ok := number(b, 9999)
	switch {
	case !ok || len(b) < 2:
		return 0, false
	case len(b) == 2 && y < 70:
		return 2000 + y, true
	case len(b) < 4:
		return 1900 + y, true
	}
	return y, y > 0
}

// fourDigits reads a year that is printed in full.
func fourDigits(b []byte) (int, bool) {
	if len(b) != 4 {
		return 0, false
	}
	return fullYear(b)
}

// threeParts cuts "a-b-c", "a/b/c" or "a.b.c".
func threeParts(b []byte) (parts [3][]byte, ok bool) {
	i := bytes.IndexAny(b, "-/.")
	if i < 1 {
		return parts, false
	}
	j := bytes.IndexByte(b[i+1:], b[i])
	if j < 1 {
		return parts, false
	}
	parts = [3][]byte{b[:i], b[i+1 : i+1+j], b[i+j+2:]}
	return parts, len(parts[2]) > 0 && bytes.IndexByte(parts[2], b[i]) < 0
}

// numericDate reads a date of three numbers. Where the numbers leave it open the month is first; a first number above
// 12 can only be the day, one above 31 or of four digits the year.
func numericDate(b []byte) (stamp, bool) {
	parts, ok := threeParts(b)
	if !ok || !allDigits(parts[0]) || !allDigits(parts[1]) || !allDigits(parts[2]) {
		return stamp{}, false
	}
	switch first, _ := number(parts[0], 9999); {
	case first > 31 || len(parts[0]) > 2:
		return dateOf(parts[0], parts[1], parts[2])
	case first > 12:
		return dateOf(parts[2], parts[1], parts[0])
	}
	return dateOf(parts[2], parts[0], parts[1])
}

// yearFirstDate reads a date of three numbers in the order year, month, day.
func yearFirstDate(b []byte) (stamp, bool) {
	parts, ok := threeParts(b)
	if !ok {
		return stamp{}, false
	}
	return dateOf(parts[0], parts[1], parts[2])
}

// dayMonthDate reads a date of three parts with the month's name in the middle: "28-OCT-1994".
func dayMonthDate(b []byte) (stamp, bool) {
	parts, ok := threeParts(b)
	if !ok {
		return stamp{}, false
	}
	return namedDate(parts[2], parts[1], parts[0])
}

// monthDayDate reads a date of three parts with the month's name in front: "FEB-19-2001".
func monthDayDate(b []byte) (stamp, bool) {
	parts, ok := threeParts(b)
	if !ok {
		return stamp{}, false
	}
	return namedDate(parts[2], parts[0], parts[1])
}

func namedDate(year, month, day []byte) (stamp, bool) {
	y, ok := fullYear(year)
	if !ok {
		return stamp{}, false
	}
	return calendarDay(y, monthOf(month), day)
}

func dateOf(year, month, day []byte) (stamp, bool) {
	y, ok := fullYear(year)
	m, okMonth := number(month, 12)
	if !ok || !okMonth {
		return stamp{}, false
	}
	return calendarDay(y, m, day)
}

// calendarDay makes a date, if there is such a day. Year 0 is any year.
func calendarDay(year, month int, day []byte) (stamp, bool) {
	d, ok := number(day, 31)
	st := stamp{year: year, month: month, day: d, precision: vfs.PrecisionDay}
	return st, ok && len(day) < 3 && dayExists(year, month, d)
}

func dayExists(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	switch month {
	case 4, 6, 9, 11:
		return day < 31
	case 2:
		leap := year == 0 || year%4 == 0 && (year%100 != 0 || year%400 == 0)
		return day < 29 || day == 29 && leap
	}
	return true
}

// setTime puts the time that st means into e.
func (s *setting) setTime(e *vfs.Entry, st stamp) bool {
	t, ok := s.timeOf(st)
	if ok {
		e.ModTime, e.Precision = t, st.precision
	}
	return ok
}

// timeOf gives the time that st means: without a year the latest that is not after tomorrow.
func (s *setting) timeOf(st stamp) (time.Time, bool) {
	if !st.valid() {
		return time.Time{}, false
	}
	if st.year != 0 {
		return s.inYear(st, st.year), dayExists(st.year, st.month, st.day)
	}
	// One year more, for a server whose clock is ahead of UTC; 29 February may be eight years apart.
	year := s.latest.Year() + 1
	for range 10 {
		if t := s.inYear(st, year); dayExists(year, st.month, st.day) && !t.After(s.latest) {
			return t, true
		}
		year--
	}
	return time.Time{}, false
}

func (s *setting) inYear(st stamp, year int) time.Time {
	st.year = year
	switch t := st.utc(); {
	case st.hasZone:
		return t.Add(-time.Duration(st.zone) * time.Second)
	case st.precision == vfs.PrecisionDay:
		return t
	default:
		return t.Add(-s.offset)
	}
}

// utc takes the numbers as those of UTC.
func (st *stamp) utc() time.Time {
	return time.Date(st.year, time.Month(st.month), st.day, st.hour, st.minute, st.second, st.nano, time.UTC)
}
