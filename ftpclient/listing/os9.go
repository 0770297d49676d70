package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// os9List reads Microware's OS-9. The time is year, month, day and hhmm; the sector is hexadecimal, the size is not.
//
//	 Owner    Last modified  Attributes Sector Bytecount Name
//	-------   -------------  ---------- ------ --------- ----
//	 254.254   15/07/19 0724   ------wr      40       154 .login
type os9List struct {
	*setting
	f fields
}

func newOS9(s *setting) dialect { return &os9List{setting: s} }

func (l *os9List) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	switch first := string(l.f.field(0)); {
	case l.f.n == 0,
		first == "Directory" && string(l.f.field(1)) == "of",
		first == "Owner" && string(l.f.field(1)) == "Last",
		isUnderline(line):
		return harmless
	}
	attributes := l.f.field(3)
	size, ok := int64Of(l.f.field(5))
	if !ok || l.f.n < 7 || len(bytes.Trim(attributes, "dsewr-")) > 0 || !l.time(e) {
		return unread
	}
	e.Type = vfs.Dir
	if attributes[0] != 'd' {
		e.Type, e.Size = vfs.File, size
	}
	return l.name(e, l.f.after(5))
}

// time reads "15/07/19 0724".
func (l *os9List) time(e *vfs.Entry) bool {
	st, ok := yearFirstDate(l.f.field(1))
	hhmm := l.f.field(2)
	if !ok || len(hhmm) != 4 {
		return false
	}
	c, ok := clockOf([]byte{hhmm[0], hhmm[1], ':', hhmm[2], hhmm[3]})
	st.setClock(c)
	return ok && l.setTime(e, st)
}

// isUnderline knows the dashes below a heading.
func isUnderline(line []byte) bool {
	line = trim(line)
	return len(line) > 2 && len(bytes.Trim(line, "- \t")) == 0
}
