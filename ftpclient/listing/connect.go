package listing

import "ferry/internal/vfs"

// connectList reads the mailboxes of Sterling's Connect:Enterprise: status flags with the protocol, the owner's id, a
// batch number, the size, the date and the batch's name. All are files.
//
//	-C--E-----FTP B QUA1I1      18128       41 Aug 12 13:56 QUADTEST
type connectList struct {
	*setting
	f fields
}

func newConnect(s *setting) dialect { return &connectList{setting: s} }

const connectFlags = 10

func (l *connectList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || isTotal(&l.f) {
		return harmless
	}
	size, ok := int64Of(l.f.field(4))
	if !ok || !allDigits(l.f.field(3)) || len(l.f.field(1)) != 1 || !isConnectFlags(l.f.field(0)) {
		return unread
	}
	st, n, how := lsDate(&l.f, 5)
	if how != goodDate || !l.setTime(e, st) {
		return unread
	}
	e.Type, e.Size = vfs.File, size
	e.Owner = l.word(l.f.field(2))
	return l.name(e, l.f.after(5+n-1))
}

func isConnectFlags(b []byte) bool {
	for i, c := range b {
		if !isLetter(c) && (c != '-' || i >= connectFlags) {
			return false
		}
	}
	return len(b) > connectFlags
}
