package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// os2List reads the server of IBM's OS/2. Years count from 1900.
//
//	    0           DIR   05-12-97   16:52  Maintenance Desktop
//	33280      A          02-09-97   13:49  OS2LDR
type os2List struct {
	*setting
	f fields
}

func newOS2(s *setting) dialect { return &os2List{setting: s} }

func (l *os2List) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 {
		return harmless
	}
	size, ok := int64Of(l.f.field(0))
	if !ok {
		return unread
	}
	e.Type, e.Size = vfs.File, size
	i := 1
	for ; isAttributes(l.f.field(i)); i++ {
		if string(l.f.field(i)) == "DIR" {
			e.Type, e.Size = vfs.Dir, vfs.SizeUnknown
		}
	}
	st, ok := l.f.timeAt(i, numericDate)
	if !ok || !l.setTime(e, st) {
		return unread
	}
	return l.name(e, l.f.afterTwo(i+1))
}

// isAttributes knows the attributes of a FAT file (archive, hidden, read-only, system), and "DIR" which is printed in
// their place.
func isAttributes(b []byte) bool {
	return string(b) == "DIR" || len(b) > 0 && len(bytes.Trim(b, "AHRSD")) == 0
}
