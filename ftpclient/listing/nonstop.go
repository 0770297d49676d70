package listing

import "ferry/internal/vfs"

// nonstopList reads the Guardian files of HP NonStop (Tandem), whose EOF is the size in octets:
//
//	File         Code             EOF  Last Modification    Owner  RWEP
//	AUTOB        1000            63488 12-Mar-03 15:11:49 155, 76 "nunu"
type nonstopList struct {
	*setting
	f fields
}

func newNonStop(s *setting) dialect { return &nonstopList{setting: s} }

func (l *nonstopList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	first := l.f.field(0)
	switch {
	case l.f.n == 0,
		string(first) == "File" && string(l.f.field(1)) == "Code",
		l.f.n == 1 && (first[0] == '$' || first[0] == '\\'): // the subvolume
		return harmless
	}
	for date := 3; date <= 4; date++ { // a mark for open files may stand before the code
		st, ok := l.f.timeAt(date, dayMonthDate)
		size, sized := int64Of(l.f.field(date - 1))
		if !ok || !sized || !isDigit(l.f.field(date - 2)[0]) {
			continue
		}
		if !l.setTime(e, st) {
			return unread
		}
		e.Type, e.Size = vfs.File, size
		return l.name(e, first)
	}
	return unread
}
