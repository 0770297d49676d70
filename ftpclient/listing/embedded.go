package listing

import (
	"bytes"
	"time"

	"ferry/internal/vfs"
)

// vxworksList reads the dosFs of Wind River's VxWorks:
//
//	1165625    FEB-19-2001  12:17:38   VXWORKS
//	    512    AUG-30-2000  16:29:38   SYS               <DIR>
type vxworksList struct {
	*setting
	f fields
}

func newVxWorks(s *setting) dialect { return &vxworksList{setting: s} }

func (l *vxworksList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || isUnderline(line) || string(l.f.field(0)) == "size" && string(l.f.field(1)) == "date" {
		return harmless
	}
	size, ok := int64Of(l.f.field(0))
	st, okTime := l.f.timeAt(1, monthDayDate)
	if !ok || !okTime || !l.setTime(e, st) {
		return unread
	}
	name := l.f.textAfter(2)
	if folder, ok := bytes.CutSuffix(trimRight(name), []byte(" <DIR>")); ok {
		e.Type = vfs.Dir
		return l.name(e, trimRight(folder))
	}
	e.Type, e.Size = vfs.File, size
	return l.name(e, name)
}

// nortelList reads the routers of Nortel (Bay, Wellfleet), whose day of the week settles the order of the date:
//
//	File Name            Size    Date     Day       Time
//	------------------------------------------------------
//	startup.cfg          2116  03/06/03  Thur.    07:38:50
type nortelList struct {
	*setting
	f fields
}

func newNortel(s *setting) dialect { return &nortelList{setting: s} }

func (l *nortelList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || isUnderline(line) || isNortelHeading(trim(line)) {
		return harmless
	}
	n := l.f.n
	if n < 5 {
		return unread
	}
	size, ok := int64Of(l.f.field(n - 4))
	st, okDate := weekdayDate(l.f.field(n-3), l.f.field(n-2))
	c, okClock := clockOf(l.f.field(n - 1))
	st.setClock(c)
	if !ok || !okDate || !okClock || !l.setTime(e, st) {
		return unread
	}
	e.Type, e.Size = vfs.File, size
	return l.name(e, l.f.between(0, n-5))
}

func isNortelHeading(line []byte) bool {
	for _, start := range []string{"Volume - ", "Directory of ", "File Name "} {
		if bytes.HasPrefix(line, []byte(start)) {
			return true
		}
	}
	return false
}

// weekdayDate reads a date of three numbers. Where its usual reading is not on that day of the week, but the one with
// the day first is, this is taken.
func weekdayDate(b, weekday []byte) (stamp, bool) {
	if !isWeekday(weekday) {
		return stamp{}, false
	}
	st, ok := numericDate(b)
	swapped := st
	swapped.month, swapped.day = st.day, st.month
	if ok && !st.isOn(weekday) && dayExists(st.year, swapped.month, swapped.day) && swapped.isOn(weekday) {
		return swapped, true
	}
	return st, ok
}

func (st *stamp) isOn(weekday []byte) bool {
	day := time.Date(st.year, time.Month(st.month), st.day, 0, 0, 0, 0, time.UTC).Weekday().String()
	return bytes.EqualFold([]byte(day[:3]), weekday[:3])
}
