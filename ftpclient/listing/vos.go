package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// vosList reads Stratus VOS, which lists files, folders and links under headings of their own. Sizes are in blocks of
// which the last may be partly used; dates are year, month, day.
//
//	Files: 2  Blocks: 303
//
//	 w    145  stm       90-05-19 11:42:51  make_reports.cobol
//
//	Dirs: 1
//
//	 m      1  02-07-10 14:05:05  beeper_stats_dir
type vosList struct {
	*setting
	f    fields
	kind vfs.Type
}

func newVOS(s *setting) dialect { return &vosList{setting: s, kind: vfs.File} }

func (l *vosList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || l.heading() {
		return harmless
	}
	for date := 1; date <= 4; date++ {
		st, ok := l.f.timeAt(date, yearFirstDate)
		if !ok {
			continue
		}
		if !l.setTime(e, st) {
			return unread
		}
		e.Type = l.kind
		name := l.f.textAfter(date + 1)
		if e.Type == vfs.Link {
			var to []byte
			name, to, _ = bytes.Cut(name, []byte(" -> "))
			target(e, trim(to))
		}
		return l.name(e, trimRight(name))
	}
	return unread
}

// heading knows the headings, and remembers under which the next lines stand.
func (l *vosList) heading() bool {
	switch string(l.f.field(0)) {
	case "Files:":
		l.kind = vfs.File
	case "Dirs:":
		l.kind = vfs.Dir
	case "Links:":
		l.kind = vfs.Link
	default:
		return false
	}
	return true
}
