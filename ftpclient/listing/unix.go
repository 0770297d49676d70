package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// unixList reads what "ls -l" prints, in its many dresses: the Unix daemons, most servers on Windows, Mac servers
// (NetPresenz, Rumpus, WebSTAR), OS/400 with LISTFMT 1, z/OS UNIX, UniTree and embedded devices. The columns are
//
//	[inode] [blocks] rights [links] [owner] [group ...] size date name
//
// The first size with a date behind it counts, so that dates within names do no harm.
type unixList struct {
	*setting
	f       fields
	started bool // something of the folder was seen
	blank   bool // the line before was blank
}

func newUnix(s *setting) dialect { return &unixList{setting: s} }

func (u *unixList) read(line []byte, e *vfs.Entry) verdict {
	blank := u.blank
	if u.blank = len(trim(line)) == 0; u.blank {
		return harmless
	}
	u.f.split(line)
	v := u.row(e)
	if v == unread {
		v = u.heading(blank)
	}
	u.started = u.started || v != unread
	return v
}

// heading knows "total 12" in any language, as the first line, and the names of folders in "ls -R".
func (u *unixList) heading(afterBlank bool) verdict {
	line := trim(u.f.line)
	switch {
	case line[len(line)-1] == ':' && !u.started:
		return harmless
	case line[len(line)-1] == ':' && (afterBlank || line[0] == '/' || bytes.HasPrefix(line, []byte("./"))):
		return rest
	case u.f.n == 2 && isDigit(u.f.field(1)[0]) && (!u.started || bytes.EqualFold(u.f.field(0), []byte("total"))):
		return harmless
	}
	return unread
}

// row reads the line of an entry.
func (u *unixList) row(e *vfs.Entry) verdict {
	at := u.rights(e)
	if at < 0 {
		return unread
	}
	for i := at + 2; i < u.f.n; i++ {
		size, ok := u.size(i-1, e.Type)
		if !ok {
			continue
		}
		switch st, n, how := lsDate(&u.f, i); how {
		case goodDate:
			if i == at+2 && u.ownerLikeMonth(i, n) {
				continue
			}
			u.owners(e, at+1, i-2)
			return u.finish(e, size, st, i, n)
		case badDate:
			return unread
		}
	}
	if v := u.gluedSize(e, at); v != unread {
		return v
	}
	return u.withoutDate(e, at)
}

// ownerLikeMonth reports whether the date that seems to stand in n fields from i on, right behind the link count, is
// owner, group and size, as in "1 jan 5 2019 May  5  2000 name", where the date comes after them.
func (u *unixList) ownerLikeMonth(i, n int) bool {
	_, _, how := lsDate(&u.f, i+n)
	return how == goodDate && isLetter(u.f.field(i)[0])
}

// size reads the size column. Devices have their numbers there: "8,   0", "8,0", "0x1f".
func (u *unixList) size(i int, t vfs.Type) (int64, bool) {
	if t == vfs.Other && bytes.ContainsAny(u.f.field(i), "0123456789") {
		return vfs.SizeUnknown, true
	}
	return sizeOf(u.f.field(i))
}

// gluedSize reads a line in which a long group has run into the size: "longgroup123456".
func (u *unixList) gluedSize(e *vfs.Entry, at int) verdict {
	for i := at + 3; i < min(u.f.n, at+6); i++ {
		group, size := cutDigits(u.f.field(i - 1))
		if len(group) == 0 || len(size) == 0 {
			continue
		}
		if st, n, how := lsDate(&u.f, i); how == goodDate {
			u.owners(e, at+1, i-2)
			e.Group = u.word(group)
			bytes, _ := sizeOf(size)
			return u.finish(e, bytes, st, i, n)
		}
	}
	return unread
}

// cutDigits parts a word from the digits at its end; the word must end in a letter.
func cutDigits(b []byte) (word, digits []byte) {
	i := len(b)
	for i > 0 && isDigit(b[i-1]) {
		i--
	}
	if i == 0 || !isLetter(b[i-1]) || bytes.IndexByte(b, ':') >= 0 {
		return nil, nil
	}
	return b[:i], b[i:]
}

// finish fills in what follows the owners: the date takes n fields from field i on, and then comes the name.
func (u *unixList) finish(e *vfs.Entry, size int64, st stamp, i, n int) verdict {
	if !u.setTime(e, st) {
		return unread
	}
	return u.named(e, size, u.nameAfter(i, n, st.precision))
}

// named fills in name, target and size.
func (u *unixList) named(e *vfs.Entry, size int64, name []byte) verdict {
	switch e.Type {
	case vfs.Link:
		var to []byte
		name, to = splitLink(name, size)
		target(e, to)
	case vfs.File:
		e.Size = size
	}
	return u.name(e, name)
}

// nameAfter gives the name behind a date: all that follows one blank. Only a date without a time may be narrower than
// its column, where one of four digits stands at the left of five, or where all of the date is one field.
func (u *unixList) nameAfter(i, n int, precision vfs.Precision) []byte {
	last := i + n - 1
	name := u.f.after(last)
	switch {
	case precision != vfs.PrecisionDay:
	case n == 1:
		return trimLeft(name)
	case u.f.blanksBefore(last) == 1 && len(name) > 1 && isBlank(name[0]):
		return name[1:]
	}
	return name
}

// splitLink parts "name -> target": at the first arrow, unless the link's size, which is the length of its target,
// fits another one.
func splitLink(b []byte, size int64) (name, to []byte) {
	const arrow = " -> "
	first := bytes.Index(b, []byte(arrow))
	if first < 0 {
		return b, nil
	}
	at := first
	if exact := int64(len(b)) - size - int64(len(arrow)); exact > int64(first) && exact < int64(len(b)) &&
		bytes.HasPrefix(b[exact:], []byte(arrow)) {
		at = int(exact)
	}
	return b[:at], b[at+len(arrow):]
}

// owners fills in owner and group from fields i to j, the columns between mode and size, of which any may lack.
func (u *unixList) owners(e *vfs.Entry, i, j int) {
	if j >= i && bytes.HasSuffix(u.f.field(j), []byte(",")) {
		j-- // a device's major number
	}
	if j >= i && allDigits(u.f.field(i)) && u.linksApart(i) {
		i++
	}
	switch {
	case j < i:
	case j > i:
		owner, group := u.columns(i, j)
		e.Owner, e.Group = u.owner(owner), u.owner(group)
	case !allDigits(u.f.field(i)) && string(u.f.field(i)) != "folder":
		e.Owner = u.owner(u.f.field(i)) // one number alone may be either
	}
}

// linksApart reports that the link count is not glued to the mode, which is the field before i.
func (u *unixList) linksApart(i int) bool {
	b := u.f.field(i - 1)
	return len(b) <= permLength || !isDigit(b[len(b)-1])
}

// columns parts owner and group: at the first run of blanks if there is one, as names may hold a blank, else behind the
// first word.
func (u *unixList) columns(i, j int) (owner, group []byte) {
	for k := i + 1; k <= j; k++ {
		if u.f.blanksBefore(k) < 2 {
			continue
		}
		end := k
		for end < j && u.f.blanksBefore(end+1) < 2 {
			end++
		}
		return u.f.between(i, k-1), u.f.between(k, end)
	}
	return u.f.field(i), u.f.between(i+1, j)
}

func (u *unixList) owner(b []byte) string {
	if string(b) == "(?)" {
		return ""
	}
	return u.word(b)
}

// withoutDate reads "drwxr-xr-x 3 owner group 512 name". What looks like a date that could not be read is none.
func (u *unixList) withoutDate(e *vfs.Entry, at int) verdict {
	if !allDigits(u.f.field(at + 1)) {
		return unread
	}
	for _, i := range [...]int{at + 4, at + 3} { // with and without a group
		size, ok := sizeOf(u.f.field(i))
		if !ok || u.likeDate(i+1) {
			continue
		}
		u.owners(e, at+1, i-1)
		if v := u.named(e, size, u.f.after(i)); v != entry {
			return v
		}
		return undated
	}
	return unread
}

// likeDate reports whether the fields from i on look like a date, good or bad: "Aug 36  2001", "2005-13-40 25:99".
func (u *unixList) likeDate(i int) bool {
	for k := i; k < i+3; k++ {
		b := u.f.field(k)
		if clockShape(b) {
			return true
		}
		if _, year := fourDigits(b); year && k > i {
			return true
		}
		if _, ok := numericDate(b); ok {
			return true
		}
	}
	return false
}

// rights finds the mode column: the first, or the second or third after inode and blocks. It is -1 where there is none.
func (u *unixList) rights(e *vfs.Entry) int {
	for at := range 3 {
		b := u.f.field(at)
		if permissions(b, e) {
			if rightsEnd(b[permLength:]) {
				return at
			}
			return -1
		}
		if !allDigits(b) {
			return -1
		}
	}
	return -1
}

// rightsEnd knows what may be glued to the mode: the sign of an ACL, an SELinux context or extended attributes, and a
// link count that filled its column.
func rightsEnd(b []byte) bool {
	if len(b) > 0 && (b[0] == '+' || b[0] == '.' || b[0] == '@') {
		b = b[1:]
	}
	return len(b) == 0 || allDigits(b)
}
