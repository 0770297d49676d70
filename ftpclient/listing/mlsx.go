package listing

import (
	"bytes"
	"errors"
	"io/fs"

	"ferry/internal/vfs"
)

var errNoFacts = errors.New("the line holds no facts")

// mlsxList reads MLSD (RFC 3659 §7): facts, one blank, and the name as it is.
//
//	type=file;size=951;modify=20150813175250;UNIX.mode=0644; welcome.msg
type mlsxList struct{ *setting }

func newMLSx(s *setting) dialect { return &mlsxList{setting: s} }

func (m *mlsxList) read(line []byte, e *vfs.Entry) verdict {
	line = unindent(line)
	if len(trim(line)) == 0 {
		return harmless
	}
	text, name, ok := cutFacts(line)
	if !ok {
		return unread
	}
	var f facts
	f.read(text)
	if f.self {
		return harmless
	}
	f.fill(m.setting, e)
	return m.name(e, name)
}

// ParseFact reads one line of an MLST reply (RFC 3659 §7.2), the blank in front included or not. Its Name is the last
// element of the path that the line ends with, "" where that has none, as "/"; the caller knows what it asked for.
func ParseFact(line string) (vfs.Entry, error) {
	e := vfs.Entry{Size: vfs.SizeUnknown}
	text, name, ok := cutFacts(trimLeft(trimEnd([]byte(line), 1)))
	var f facts
	if !ok || !f.read(text) {
		return e, errNoFacts
	}
	f.fill(newSetting(Options{}), &e)
	name = bytes.TrimRight(name, "/")
	name = name[bytes.LastIndexByte(name, '/')+1:]
	if len(name) > 0 && !isDots(name) && !legalName(name) {
		return e, errors.New("the line holds an illegal name")
	}
	if !isDots(name) {
		e.Name = string(name)
	}
	return e, nil
}

// unindent cuts the blanks that some servers print before the facts. By the RFC a line that begins with a blank has no
// facts; but no file is likely to be named like them.
func unindent(line []byte) []byte {
	text := trimLeft(line)
	if len(text) == len(line) {
		return line
	}
	if i := bytes.IndexByte(text, '='); i > 0 && isFactName(text[:i]) && bytes.Contains(text, []byte("; ")) {
		return text
	}
	return line
}

func isFactName(b []byte) bool {
	for _, name := range []string{"type", "size", "modify", "perm", "unique", "create", "unix.mode"} {
		if bytes.EqualFold(b, []byte(name)) {
			return true
		}
	}
	return false
}

// cutFacts parts facts and name: exactly one blank is between them. Only a blank within the target of a link, which
// the RFC does not foresee, is passed over.
func cutFacts(line []byte) (facts, name []byte, ok bool) {
	i := bytes.IndexByte(line, ' ')
	if i < 0 || i > 0 && bytes.IndexByte(line[:i], '=') < 0 {
		return nil, nil, false
	}
	if last := line[bytes.LastIndexByte(line[:i], ';')+1 : i]; len(last) > 0 && linkTarget(last) != nil {
		if j := bytes.Index(line[i:], []byte("; ")); j > 0 {
			i += j + 1
		}
	}
	return line[:i], line[i+1:], true
}

// linkTarget gives the target in the fact "type=OS.unix=slink:target", nil if it is not such a fact.
func linkTarget(fact []byte) []byte {
	const start = "type=os.unix=slink:"
	if len(fact) >= len(start) && bytes.EqualFold(fact[:len(start)], []byte(start)) {
		return fact[len(start):]
	}
	return nil
}

// facts are the values of the facts that are of use, nil where not given. Values that cannot be are left out.
type facts struct {
	kind               []byte
	size, modify, mode []byte
	ownerName, owner   []byte
	uid                []byte
	groupName, group   []byte
	gid                []byte
	self               bool // the listed folder or its parent
}

// read takes the facts of a line, in any order and letter case (§7.2); what has no "=" is none. It reports whether
// there were any.
func (f *facts) read(text []byte) (found bool) {
	for len(text) > 0 {
		fact := text
		if i := bytes.IndexByte(text, ';'); i >= 0 {
			fact, text = text[:i], text[i+1:]
		} else {
			text = nil
		}
		if i := bytes.IndexByte(fact, '='); i > 0 {
			f.set(fact[:i], fact[i+1:])
			found = true
		}
	}
	return found
}

func (f *facts) set(name, value []byte) {
	var buf [16]byte
	if len(name) > len(buf) {
		return
	}
	for i, c := range name {
		buf[i] = lowerASCII(c)
	}
	switch string(buf[:len(name)]) {
	case "type":
		f.kind = value
		f.self = bytes.EqualFold(value, []byte("cdir")) || bytes.EqualFold(value, []byte("pdir"))
	case "size":
		f.size = value
	case "modify":
		f.modify = value
	default:
		f.setUnix(string(buf[:len(name)]), value)
	}
}

// setUnix keeps the facts that RFC 3659 leaves to operating systems, as the common servers name them.
func (f *facts) setUnix(name string, value []byte) {
	switch name {
	case "unix.mode":
		f.mode = value
	case "unix.ownername":
		f.ownerName = value
	case "unix.owner":
		f.owner = value
	case "unix.uid":
		f.uid = value
	case "unix.groupname":
		f.groupName = value
	case "unix.group":
		f.group = value
	case "unix.gid":
		f.gid = value
	}
}

// fill puts the facts into e.
func (f *facts) fill(s *setting, e *vfs.Entry) {
	f.fillType(e)
	if n, ok := int64Of(f.size); ok && e.Type == vfs.File {
		e.Size = n
	}
	if st, ok := timeVal(f.modify); ok {
		e.ModTime, e.Precision = st.utc(), vfs.PrecisionSecond
	}
	e.Mode, e.ModeKnown = octalMode(f.mode)
	e.Owner = s.word(firstGiven(f.ownerName, f.owner, f.uid))
	e.Group = s.word(firstGiven(f.groupName, f.group, f.gid))
}

// fillType reads the type fact (§7.5.1). Links are an invention of servers: "OS.unix=slink:/target", with or without
// the target, and "OS.unix=symlink".
func (f *facts) fillType(e *vfs.Entry) {
	var buf [16]byte
	n := copy(buf[:], f.kind)
	for i := range n {
		buf[i] = lowerASCII(buf[i])
	}
	kind, to, _ := bytes.Cut(buf[:n], []byte(":"))
	switch string(kind) {
	case "file":
		e.Type = vfs.File
	case "dir", "cdir", "pdir":
		e.Type = vfs.Dir
	case "os.unix=slink", "os.unix=symlink":
		e.Type = vfs.Link
		if to != nil {
			target(e, f.kind[len(kind)+1:])
		}
	}
}

func firstGiven(values ...[]byte) []byte {
	for _, v := range values {
		if len(v) > 0 {
			return v
		}
	}
	return nil
}

// specialBits are the bits above the nine, the lowest first.
var specialBits = [...]fs.FileMode{fs.ModeSticky, fs.ModeSetgid, fs.ModeSetuid}

// octalMode reads "0755", "00" or "100644", of which the permission bits count.
func octalMode(b []byte) (fs.FileMode, bool) {
	if len(b) == 0 || len(b) > 8 {
		return 0, false
	}
	bits := 0
	for _, c := range b {
		if c < '0' || c > '7' {
			return 0, false
		}
		bits = bits<<3 | int(c-'0')
	}
	mode := fs.FileMode(bits & 0o777)
	for i, special := range specialBits {
		if bits&(0o1000<<i) != 0 {
			mode |= special
		}
	}
	return mode, true
}
