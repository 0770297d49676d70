package listing

import "bytes"

// reading is how the search for a date at a field ended.
type reading uint8

const (
	noDate  reading = iota // something else stands there
	badDate                // a date that does not exist
	goodDate
)

// lsDate reads the date of an "ls -l" that begins at field i, in any of the forms and languages that ls has. It gives
// the number of fields that the date takes.
func lsDate(f *fields, i int) (st stamp, n int, how reading) {
	b := f.field(i)
	if len(b) == 0 {
		return st, 0, noDate
	}
	if !isDigit(b[0]) {
		return monthFirst(f, i)
	}
	for _, read := range [...]func(*fields, int) (stamp, int, reading){dayFirst, twoNumbers, separated, signed} {
		if st, n, how = read(f, i); how != noDate {
			return st, n, how
		}
	}
	return st, 0, noDate
}

// monthFirst reads "Nov 15 22:20", "Mar 18  2007", "Sept 07 2019", "Oct 08, 2002 09:47", "Dec 29,2002   6:56",
// "Feb 25 10:37:00 1999", each perhaps after the day of the week.
func monthFirst(f *fields, i int) (st stamp, n int, how reading) {
	month := monthOf(f.field(i))
	if month == 0 && isWeekday(f.field(i)) {
		st, n, how = monthFirst(f, i+1)
		return st, n + 1, how
	}
	day := f.field(i + 1)
	if digits := leadingDigits(day); month == 0 || digits == 0 || digits > 2 {
		return st, 0, noDate
	}
	if comma := bytes.IndexByte(day, ','); comma > 0 {
		return monthDayComma(f, i, month, day, comma)
	}
	return dayAndMore(f, i+2, month, trimSuffix(day, '.'))
}

// monthDayComma reads what follows a month where a comma follows the day: a year, and perhaps the time.
func monthDayComma(f *fields, i, month int, day []byte, comma int) (st stamp, n int, how reading) {
	n, year := 2, day[comma+1:]
	if len(year) == 0 {
		n, year = 3, f.field(i+2)
	}
	y, ok := fourDigits(year)
	if !ok {
		return st, 0, noDate
	}
	st, ok = calendarDay(y, month, day[:comma])
	if clockShape(f.field(i + n)) {
		return withClock(f, i+n, st, n+1, ok)
	}
	return st, n, good(ok)
}

// dayFirst reads "02 Mar 16:27", "30 Nov 2004", "26. Juli, 20:10".
func dayFirst(f *fields, i int) (st stamp, n int, how reading) {
	day := trimSuffix(f.field(i), '.')
	month := f.field(i + 1)
	if len(day) > 2 || len(month) == 0 || isDigit(month[0]) {
		return st, 0, noDate
	}
	m := monthOf(trimSuffix(month, ','))
	if m == 0 {
		return st, 0, noDate
	}
	return dayAndMore(f, i+2, m, day)
}

// twoNumbers reads "3 29 03:26": month and day in digits.
func twoNumbers(f *fields, i int) (st stamp, n int, how reading) {
	if len(f.field(i)) > 2 || !clockShape(f.field(i+2)) {
		return st, 0, noDate
	}
	month, day, ok := monthAndDay(f.field(i), f.field(i+1))
	if !ok {
		return st, 0, noDate
	}
	return dayAndMore(f, i+2, month, day)
}

// dayAndMore ends a date whose month and day took two fields: with the time (field i) or the year, or, as "ls -T" has
// it, both.
func dayAndMore(f *fields, i, month int, day []byte) (st stamp, n int, how reading) {
	if year, ok := fourDigits(f.field(i)); ok {
		st, ok = calendarDay(year, month, day)
		return st, 3, good(ok)
	}
	if !clockShape(f.field(i)) {
		return st, 0, noDate
	}
	st, ok := calendarDay(0, month, day)
	st, n, how = withClock(f, i, st, 3, ok)
	if year, ok := fourDigits(f.field(i + 1)); ok && st.seconds {
		st.year = year
		n++
	}
	return st, n, how
}

// separated reads dates in one field: "2005-04-08 11:22", "1999/10/12 17:12", "2004.07.15", "01-jun-99",
// "2019-01-05 11:22:33.123456789 +0200", "09-26 2000", "09-26 13:45".
func separated(f *fields, i int) (st stamp, n int, how reading) {
	b := f.field(i)
	if _, ok := threeParts(b); !ok {
		return monthDashDay(f, i)
	}
	st, ok := numericDate(b)
	if !ok {
		st, ok = dayMonthDate(b)
	}
	if !clockShape(f.field(i + 1)) {
		return st, 1, good(ok)
	}
	st, n, how = withClock(f, i+1, st, 2, ok)
	if zone, ok := zoneOf(f.field(i + 2)); ok && st.seconds {
		st.zone, st.hasZone = zone, true
		n++
	}
	return st, n, how
}

func monthDashDay(f *fields, i int) (st stamp, n int, how reading) {
	b := f.field(i)
	dash := bytes.IndexByte(b, '-')
	if dash < 1 || dash > 2 {
		return st, 0, noDate
	}
	month, day, ok := monthAndDay(b[:dash], b[dash+1:])
	if !ok {
		return st, 0, noDate
	}
	if st, n, how = dayAndMore(f, i+1, month, day); n > 0 {
		n--
	}
	return st, n, how
}

// monthAndDay takes two numbers as month and day, or as day and month if only that can be.
func monthAndDay(a, b []byte) (month int, day []byte, ok bool) {
	if month, ok = number(a, 12); !ok {
		month, ok = number(b, 12)
		b = a
	}
	return month, b, ok && allDigits(b)
}

// withClock adds the time of day in field i to a date that takes n fields with it.
func withClock(f *fields, i int, st stamp, n int, dayOK bool) (stamp, int, reading) {
	c, ok := clockOf(f.field(i))
	st.setClock(c)
	return st, n, good(ok && dayOK)
}

func good(ok bool) reading {
	if ok {
		return goodDate
	}
	return badDate
}

func trimSuffix(b []byte, c byte) []byte {
	if len(b) > 0 && b[len(b)-1] == c {
		return b[:len(b)-1]
	}
	return b
}
