package listing

import (
	"bytes"
	"time"

	"ferry/internal/vfs"
)

// octalList reads servers that print the numbers of stat(2): mode in octal, owner, group, size, seconds since 1970.
//
//	0100644   500  101   12345    123456789       notes.txt
type octalList struct {
	*setting
	f fields
}

func newOctal(s *setting) dialect { return &octalList{setting: s} }

func (l *octalList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 {
		return harmless
	}
	mode := l.f.field(0)
	size, ok := int64Of(l.f.field(3))
	seconds, okTime := int64Of(l.f.field(4))
	if len(mode) < 6 || len(mode) > 7 || !ok || !okTime || seconds >= maxUnixTime {
		return unread
	}
	if e.Mode, e.ModeKnown = octalMode(mode); !e.ModeKnown {
		return unread
	}
	switch format := bytes.TrimLeft(mode[:len(mode)-4], "0"); string(format) {
	case "10":
		e.Type, e.Size = vfs.File, size
	case "4":
		e.Type = vfs.Dir
	case "12":
		e.Type = vfs.Link
	case "1", "2", "6", "14":
	default:
		return unread
	}
	e.ModTime, e.Precision = time.Unix(seconds, 0).UTC(), vfs.PrecisionSecond
	e.Owner, e.Group = l.word(l.f.field(1)), l.word(l.f.field(2))
	return l.name(e, l.f.textAfter(4))
}
