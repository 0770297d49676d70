package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// mpeList reads HP's MPE/iX, with the name last (LISTFILE) or first (LISTF). A size is the record size, in octets or
// words of two, times the number of records. There are no times.
//
//	CODE  ------------LOGICAL RECORD-----------  ----SPACE----  FILENAME
//	        SIZE  TYP        EOF      LIMIT R/B  SECTORS #X MX
//	NMPRG   128W  FB         635        635   1      640  1  8  mover635.bin
type mpeList struct {
	*setting
	f fields
}

func newMPE(s *setting) dialect { return &mpeList{setting: s} }

func (l *mpeList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || isMPEHeading(trim(line)) {
		return harmless
	}
	for i := range 3 {
		if record := recordSize(l.f.field(i)); record >= 0 && isRecordType(l.f.field(i+1)) {
			return l.row(e, i, record)
		}
	}
	return unread
}

func isMPEHeading(line []byte) bool {
	for _, start := range []string{"PATH=", "ACCOUNT=", "CODE ", "FILENAME ", "SIZE "} {
		if bytes.HasPrefix(line, []byte(start)) {
			return true
		}
	}
	return false
}

// recordSize reads "80B" or "128W" in octets, -1 if it is neither.
func recordSize(b []byte) int64 {
	if len(b) < 2 {
		return -1
	}
	n, ok := int64Of(b[:len(b)-1])
	switch unit := b[len(b)-1]; {
	case ok && unit == 'B':
		return n
	case ok && unit == 'W':
		return times(n, 2)
	}
	return -1
}

// isRecordType knows "FA", "VB", "HBD" and the like: letters.
func isRecordType(b []byte) bool {
	for _, c := range b {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(b) > 0 && len(b) < 6
}

// row reads an entry whose record size is in field i. Seven columns follow, and then the name unless it came first.
func (l *mpeList) row(e *vfs.Entry, i int, record int64) verdict {
	records, ok := int64Of(l.f.field(i + 2))
	if !ok || l.f.n < i+8 {
		return unread
	}
	var name []byte
	if l.f.n > i+8 {
		name = l.f.textAfter(i + 7)
	} else if i > 0 {
		name = l.f.field(0)
	}
	e.Type, e.Size = vfs.File, times(record, records)
	if string(l.f.field(i+1)) == "HBD" || bytes.HasSuffix(name, []byte("/")) {
		e.Type, e.Size = vfs.Dir, vfs.SizeUnknown
	}
	return l.name(e, name)
}
