package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// dlsList reads /bin/dls, which some archives ran in place of ls: name, size, date and a comment.
//
//	README              763  Feb  3 18:21  Information about this server
//	etc/                  =  11 Jul 21:04
//	morgan               14  Apr 18  9:39  -> ../real/morgan
type dlsList struct {
	*setting
	f fields
}

func newDLS(s *setting) dialect { return &dlsList{setting: s} }

func (l *dlsList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || isTotal(&l.f) {
		return harmless
	}
	b := l.f.field(1)
	size, ok := int64Of(b)
	if !ok {
		size = vfs.SizeUnknown
		ok = string(b) == "-" || string(b) == "="
	}
	st, n, how := lsDate(&l.f, 2)
	if !ok || isBlank(line[0]) || how != goodDate || !l.setTime(e, st) {
		return unread
	}
	switch name := l.f.field(0); {
	case string(l.f.field(2+n)) == "->":
		e.Type = vfs.Link
		target(e, l.f.textAfter(2+n))
	case bytes.HasSuffix(name, []byte("/")):
		e.Type = vfs.Dir
	default:
		e.Type, e.Size = vfs.File, size
	}
	return l.name(e, l.f.field(0))
}
