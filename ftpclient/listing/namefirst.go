package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// nameFirstList reads DOS servers that print the name first and the attributes last:
//
//	CMT             <DIR>      Nov 21 1994 10:17
//	WPKIT1.EXE     960338      Jun 21 1995 17:01   R
//	README.TXT            1045      05-10-95        11:01
type nameFirstList struct {
	*setting
	f fields
}

func newNameFirst(s *setting) dialect { return &nameFirstList{setting: s} }

func (l *nameFirstList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 {
		return harmless
	}
	for i := 1; i <= 4 && i < l.f.n; i++ {
		if !sizeOrMark(l.f.field(i), e) {
			continue
		}
		st, next, ok := l.date(i + 1)
		for ; isAttributes(l.f.field(next)); next++ {
		}
		if ok && next == l.f.n && l.setTime(e, st) {
			return l.name(e, l.f.between(0, i-1))
		}
	}
	return unread
}

// sizeOrMark reads the size of a file or "<DIR>".
func sizeOrMark(b []byte, e *vfs.Entry) bool {
	if string(b) == "<DIR>" {
		e.Type, e.Size = vfs.Dir, vfs.SizeUnknown
		return true
	}
	size, ok := sizeOf(b)
	e.Type, e.Size = vfs.File, size
	return ok
}

// date reads "Nov 21 1994 10:17" or "05-10-95        11:01" from field i on, and gives the field after it.
func (l *nameFirstList) date(i int) (st stamp, next int, ok bool) {
	if st, next, ok = dosTime(&l.f, i); ok {
		return st, next, true
	}
	year, ok := fourDigits(l.f.field(i + 2))
	if !ok {
		return st, 0, false
	}
	st, ok = calendarDay(year, monthOf(l.f.field(i)), l.f.field(i+1))
	c, okClock := clockOf(l.f.field(i + 3))
	st.setClock(c)
	return st, i + 4, ok && okClock
}

// distinctList reads the server of Distinct for Windows, which prints five letters of attributes:
//
//	-wa--        7665  Dec 29,2002   6:56  01-bg-980.pdf
type distinctList struct {
	*setting
	f fields
}

func newDistinct(s *setting) dialect { return &distinctList{setting: s} }

func (l *distinctList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || isTotal(&l.f) {
		return harmless
	}
	size, ok := int64Of(l.f.field(1))
	flags := l.f.field(0)
	if !ok || len(flags) != 5 || flags[0] != 'd' && flags[0] != '-' || len(bytes.Trim(flags[1:], "rwahs-")) > 0 {
		return unread
	}
	st, n, how := lsDate(&l.f, 2)
	if how != goodDate || !l.setTime(e, st) {
		return unread
	}
	e.Type = vfs.Dir
	if flags[0] == '-' {
		e.Type, e.Size = vfs.File, size
	}
	return l.name(e, l.f.afterTwo(2+n-1))
}

// sizeFirstList reads servers that print size, date and name, a slash behind folders:
//
//	206876  Apr 04, 2000 21:06 report one.txt
type sizeFirstList struct {
	*setting
	f fields
}

func newSizeFirst(s *setting) dialect { return &sizeFirstList{setting: s} }

func (l *sizeFirstList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || isTotal(&l.f) {
		return harmless
	}
	size, ok := int64Of(l.f.field(0))
	if !ok {
		return unread
	}
	st, n, how := monthFirst(&l.f, 1)
	if how != goodDate || !l.setTime(e, st) {
		return unread
	}
	name := l.f.after(1 + n - 1)
	e.Type = vfs.Dir
	if !bytes.HasSuffix(name, []byte("/")) {
		e.Type, e.Size = vfs.File, size
	}
	return l.name(e, name)
}

// isTotal knows the line "total 12".
func isTotal(f *fields) bool {
	return f.n == 2 && bytes.EqualFold(f.field(0), []byte("total")) && isDigit(f.field(1)[0])
}
