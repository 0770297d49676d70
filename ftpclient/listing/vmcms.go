package listing

import "ferry/internal/vfs"

// cmsList reads the minidisks and directories of IBM's VM/CMS, in the newer and the older layout:
//
//	WELCOME  EREADME  F         80         21          1 1999-12-27 16:19:00 -
//	AUTHORS           DIR        -          -          - 1999-09-20 10:31:11 -
//	MAIL     PROFILE   A2 F      80     1      1       10/14/92  16:12:27
//
// Only files of fixed record length tell their size.
type cmsList struct {
	*setting
	f fields
}

func newCMS(s *setting) dialect { return &cmsList{setting: s} }

func (l *cmsList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || string(l.f.field(0)) == "Filename" && string(l.f.field(1)) == "FileType" {
		return harmless
	}
	for format := 1; format <= 3; format++ {
		st, ok := l.f.timeAt(format+4, numericDate)
		if !ok {
			continue
		}
		if !l.setTime(e, st) {
			return unread
		}
		return l.row(e, format)
	}
	return unread
}

// row reads an entry whose record format stands in a field.
func (l *cmsList) row(e *vfs.Entry, format int) verdict {
	name := l.f.field(0)
	switch string(l.f.field(format)) {
	case "DIR":
		e.Type = vfs.Dir
		return l.name(e, name)
	case "F":
		length, _ := int64Of(l.f.field(format + 1))
		records, ok := int64Of(l.f.field(format + 2))
		if ok {
			e.Size = times(length, records)
		}
	case "V":
	default:
		return unread
	}
	if format < 2 {
		return unread
	}
	e.Type = vfs.File
	return l.name(e, append(append([]byte(nil), name...), "."+string(l.f.field(1))...))
}
