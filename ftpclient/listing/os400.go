package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// os400List reads what OS/400 (IBM i) lists by default:
//
//	ASUSER        365255 02/28/01 15:41:40 *STMF      readme.txt
//	QSYS                                    *MEM       QACJINFO.FILE/QACJINFO.MBR
//
// The order of the date is that of the job which serves the session, so the numbers must tell it.
type os400List struct {
	*setting
	f fields
}

func newOS400(s *setting) dialect { return &os400List{setting: s} }

func (l *os400List) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 {
		return harmless
	}
	at := l.typeField()
	if at < 0 || at+1 >= l.f.n {
		return unread
	}
	if at >= 3 {
		st, ok := l.f.timeAt(at-2, numericDate)
		size, sized := sizeOf(l.f.field(at - 3))
		if !ok || !sized || !l.setTime(e, st) {
			return unread
		}
		e.Size = size
	}
	if at == 1 || at == 4 {
		e.Owner = l.word(l.f.field(0))
	}
	return l.typed(e, l.f.field(at), l.f.textAfter(at))
}

// typeField finds the field of the object's type: after owner, size, day and time, of which owner, or the other three,
// may be blank.
func (l *os400List) typeField() int {
	for _, i := range [...]int{4, 3, 1} {
		if b := l.f.field(i); len(b) > 1 && b[0] == '*' && isLetter(b[1]) {
			return i
		}
	}
	return -1
}

// typed fills in type and name. A member's name holds the file's, as RETR wants both.
func (l *os400List) typed(e *vfs.Entry, kind, name []byte) verdict {
	e.Type = vfs.File
	switch string(kind) {
	case "*DIR", "*DDIR", "*FLR", "*LIB":
		e.Type = vfs.Dir
	case "*SYMLNK":
		e.Type = vfs.Link
	case "*BLKSF", "*CHRSF", "*FIFO", "*SOCKET", "*LCLSKT":
		e.Type = vfs.Other
	case "*MEM":
		if file, member, ok := bytes.Cut(name, []byte("/")); ok && legalName(file) && legalName(member) {
			e.Name = string(name)
			return entry
		}
	}
	if name[len(name)-1] == '/' && e.Type == vfs.File {
		e.Type = vfs.Dir
	}
	if e.Type != vfs.File {
		e.Size = vfs.SizeUnknown
	}
	return l.name(e, name)
}
