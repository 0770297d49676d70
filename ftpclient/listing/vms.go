package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// vmsList reads what DIRECTORY prints on OpenVMS, from MultiNet, UCX, TCPware and CMU servers:
//
//	NWLINK.386;1               66   7-AUG-1995 14:32 [ANONYMOUS] (RWED,RWED,,RE)
//	3-JUN.LIS;4              9/9           7-JUN-1998 07:32:04  [GROUP,OWNER]    (RWED,RWED,RWED,)
//
// The columns after the name come in any order; a long name stands on a line of its own. Sizes are blocks of 512
// octets, used and perhaps allocated ones.
type vmsList struct {
	*setting
	f       fields
	entries bool
}

func newVMS(s *setting) dialect { return &vmsList{setting: s} }

func (l *vmsList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 {
		return harmless
	}
	name := l.f.field(0)
	if !versioned(name) {
		return l.heading(trim(line))
	}
	if bytes.HasPrefix(name, []byte("*.*;")) {
		return harmless // how an empty folder is told
	}
	l.entries = true
	if l.f.n == 1 {
		return partial
	}
	if !l.columns(e) {
		return unread
	}
	return l.vmsName(e, name)
}

// versioned knows a file name by its version: "X.TXT;1".
func versioned(b []byte) bool {
	i := bytes.LastIndexByte(b, ';')
	return i > 0 && allDigits(b[i+1:])
}

// heading knows the names of folders and the summary; with the second folder of a listing something else begins.
func (l *vmsList) heading(line []byte) verdict {
	low := bytes.ToLower(line[:min(len(line), 16)])
	switch {
	case bytes.HasPrefix(low, []byte("total ")), bytes.HasPrefix(low, []byte("grand total")),
		bytes.HasPrefix(low, []byte("%direct-w-nofi")):
		return harmless
	case !bytes.HasPrefix(low, []byte("directory ")) && (bytes.IndexByte(line, '[') < 0 || line[len(line)-1] != ']'):
		return unread
	case l.entries:
		return rest
	}
	return harmless
}

// columns reads what follows the name. There must be a date.
func (l *vmsList) columns(e *vfs.Entry) bool {
	sized := false
	for i := 1; i < l.f.n; i++ {
		b := l.f.field(i)
		switch {
		case b[0] == '[' || b[0] == '(':
			i = l.bracket(e, i)
		case e.Precision == vfs.PrecisionNone && l.date(e, i):
			if e.Precision != vfs.PrecisionDay {
				i++
			}
		case !sized && l.size(e, b):
			sized = true
		default:
			return false
		}
	}
	return e.Precision != vfs.PrecisionNone
}

// date reads "7-AUG-1995 14:32", or the day alone.
func (l *vmsList) date(e *vfs.Entry, i int) bool {
	st, ok := dayMonthDate(l.f.field(i))
	if !ok {
		return false
	}
	if clockShape(l.f.field(i + 1)) {
		c, ok := clockOf(l.f.field(i + 1))
		if !ok {
			return false
		}
		st.setClock(c)
	}
	return l.setTime(e, st)
}

const vmsBlock = 512

// size reads "66", "9/9" (used and allocated), "2KB", or the asterisks of a number that did not fit.
func (l *vmsList) size(e *vfs.Entry, b []byte) bool {
	if len(bytes.Trim(b, "*")) == 0 {
		return true
	}
	used, _, _ := bytes.Cut(b, []byte("/"))
	if n, ok := int64Of(used); ok {
		e.Size = times(n, vmsBlock)
		return true
	}
	n, ok := unitSize(b)
	e.Size = n
	return ok
}

// bracket reads "[GROUP,OWNER]" or "[OWNER]", passes over "(RWED,RWED,RE,)", and gives the field where it ends.
func (l *vmsList) bracket(e *vfs.Entry, i int) int {
	from := l.f.at[i].from
	closing := byte(')')
	if l.f.line[from] == '[' {
		closing = ']'
	}
	width := bytes.IndexByte(l.f.line[from:], closing)
	if width < 0 {
		return i
	}
	if closing == ']' {
		group, owner, both := bytes.Cut(l.f.line[from+1:from+width], []byte(","))
		if !both {
			group, owner = nil, group
		}
		e.Group, e.Owner = l.word(trim(group)), l.word(trim(owner))
	}
	for i+1 < l.f.n && l.f.at[i+1].from < from+width {
		i++
	}
	return i
}

// vmsName fills in type and name. Files keep their version, folders lose ".DIR;1". A device and folder in front must
// be those that were listed, if that is known.
func (l *vmsList) vmsName(e *vfs.Entry, name []byte) verdict {
	if i := bytes.LastIndexByte(name, ']'); i > 0 && bytes.IndexByte(name[:i], '[') >= 0 {
		listed := bytes.TrimSuffix([]byte(l.dir), []byte("/"))
		if bytes.HasSuffix(listed, []byte("]")) && !bytes.EqualFold(name[:i+1], listed) {
			return unread
		}
		name = name[i+1:]
	}
	e.Type = vfs.File
	base := name[:bytes.LastIndexByte(name, ';')]
	if n := len(base) - len(".DIR"); n > 0 && bytes.EqualFold(base[n:], []byte(".DIR")) {
		e.Type, e.Size = vfs.Dir, vfs.SizeUnknown
		name = base[:n]
	}
	return l.name(e, name)
}
