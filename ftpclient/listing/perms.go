package listing

import (
	"io/fs"

	"ferry/internal/vfs"
)

const permLength = 10 // "drwxr-xr-x"

// typeOf knows the types of "ls -l" by the first letter of the mode. A door ('D') is told from the folders
// of 3Com's server by its rights.
func typeOf(letter byte) (vfs.Type, bool) {
	switch letter {
	case '-', 'C', 'M', 'm':
		return vfs.File, true
	case 'd', 'D':
		return vfs.Dir, true
	case 'l':
		return vfs.Link, true
	case 'b', 'c', 'p', 's', 'n', 'P':
		return vfs.Other, true
	}
	return vfs.Other, false
}

// permissions reads the mode column "drwxr-xr-x" at the start of b into e. Rights with letters of another meaning, such
// as the DOS attributes that some servers put there, leave the mode unknown.
func permissions(b []byte, e *vfs.Entry) bool {
	if len(b) < permLength {
		return false
	}
	t, ok := typeOf(b[0])
	if !ok {
		return false
	}
	for _, c := range b[1:permLength] {
		if !isRight(c) {
			return false
		}
	}
	e.Type = t
	e.Mode, e.ModeKnown = modeOf(b[1:permLength])
	if b[0] == 'D' && e.Mode != 0 {
		e.Type = vfs.Other
	}
	return true
}

func isRight(c byte) bool {
	switch c {
	case '-', 'r', 'w', 'x', 's', 'S', 't', 'T', 'l', 'L', 'a', 'A', 'h', 'H', 'R':
		return true
	}
	return false
}

// modeOf reads "rwxr-xr-x".
func modeOf(b []byte) (mode fs.FileMode, ok bool) {
	for i, special := range [...]fs.FileMode{fs.ModeSetuid, fs.ModeSetgid, fs.ModeSticky} {
		bits, extra, ok := rightsOf(b[3*i:3*i+3], i)
		if !ok {
			return 0, false
		}
		mode |= bits << (6 - 3*i)
		if extra {
			mode |= special
		}
	}
	return mode, true
}

// rightsOf reads the three letters of the owner (0), the group (1) or the others (2). extra is setuid, setgid or
// sticky.
func rightsOf(b []byte, who int) (bits fs.FileMode, extra, ok bool) {
	if b[0] == 'r' {
		bits |= 4
	}
	if b[1] == 'w' {
		bits |= 2
	}
	ok = (b[0] == 'r' || b[0] == '-') && (b[1] == 'w' || b[1] == '-')
	switch c := b[2]; {
	case c == '-':
	case c == 'x':
		bits |= 1
	case c == 's' && who < 2, c == 't' && who == 2:
		bits |= 1
		extra = true
	case c == 'S' && who < 2, c == 'T' && who == 2, (c == 'l' || c == 'L') && who == 1:
		extra = true
	default:
		ok = false
	}
	return bits, extra, ok
}
