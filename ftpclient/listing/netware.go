package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// netwareList reads Novell NetWare's own server, and Hellsoft's and others for NetWare, which print the rights of the
// Bindery or of NDS in brackets:
//
//	d [R----F--] supervisor            512       Jan 16 18:53    login
//	-[RWCEMFA]  1 *unknown    13312 May 27  1997 19calit.doc
type netwareList struct {
	*setting
	f fields
}

func newNetWare(s *setting) dialect { return &netwareList{setting: s} }

func (l *netwareList) read(line []byte, e *vfs.Entry) verdict {
	if blank := trim(line); len(blank) == 0 || bytes.HasPrefix(blank, []byte("total ")) {
		return harmless
	}
	end := rightsInBrackets(line)
	if end < 0 {
		return unread
	}
	l.f.split(line[end:])
	for i := 1; i < l.f.n; i++ {
		size, ok := sizeOf(l.f.field(i - 1))
		if !ok {
			continue
		}
		st, n, how := lsDate(&l.f, i)
		if how == noDate {
			continue
		}
		if how == badDate || !l.setTime(e, st) {
			return unread
		}
		return l.row(e, line[0], i-2, size, l.f.textAfter(i+n-1))
	}
	return unread
}

// rightsInBrackets gives where "d [R----F--]" ends, -1 if line does not begin so.
func rightsInBrackets(line []byte) int {
	if line[0] != 'd' && line[0] != '-' {
		return -1
	}
	rights := bytes.TrimPrefix(line[1:], []byte(" "))
	end := bytes.IndexByte(rights, ']')
	if end < 2 || end > 16 || rights[0] != '[' {
		return -1
	}
	for _, c := range rights[1:end] {
		if c != '-' && !isLetter(c) {
			return -1
		}
	}
	return len(line) - len(rights) + end + 1
}

// row fills in an entry whose owner's last word is in field last, perhaps after a link count.
func (l *netwareList) row(e *vfs.Entry, kind byte, last int, size int64, name []byte) verdict {
	e.Type = vfs.Dir
	if kind == '-' {
		e.Type, e.Size = vfs.File, size
	}
	first := 0
	if last > 0 && allDigits(l.f.field(0)) {
		first = 1
	}
	if first <= last {
		e.Owner = l.word(l.f.between(first, last))
	}
	return l.name(e, name)
}
