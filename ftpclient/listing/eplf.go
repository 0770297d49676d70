package listing

import (
	"bytes"
	"time"

	"ferry/internal/vfs"
)

// eplfList reads D. J. Bernstein's Easily Parsed LIST Format, from publicfile and anonftpd: a plus sign, facts that
// each end in a comma, a tab, and the name.
//
//	+i8388621.48594,m825718503,r,s280,	djb.html
type eplfList struct{ *setting }

func newEPLF(s *setting) dialect { return &eplfList{setting: s} }

func (l *eplfList) read(line []byte, e *vfs.Entry) verdict {
	if len(line) == 0 {
		return harmless
	}
	text, name, ok := bytes.Cut(line, []byte("\t"))
	if line[0] != '+' || !ok {
		return unread
	}
	retrievable := false
	for fact := range bytes.SplitSeq(text[1:], []byte(",")) {
		retrievable = eplfFact(fact, e) || retrievable
	}
	switch {
	case e.Type == vfs.Dir:
		e.Size = vfs.SizeUnknown
	case retrievable:
		e.Type = vfs.File
	case !isDots(name):
		return unread // neither RETR nor CWD would do
	}
	return l.name(e, name)
}

// eplfFact puts one fact into e. It reports whether the fact says that the entry may be retrieved.
func eplfFact(fact []byte, e *vfs.Entry) (retrievable bool) {
	switch {
	case len(fact) == 0:
	case fact[0] == '/':
		e.Type = vfs.Dir
	case fact[0] == 'r':
		return true
	case fact[0] == 's':
		if n, ok := int64Of(fact[1:]); ok {
			e.Size = n
		}
	case fact[0] == 'm':
		if n, ok := int64Of(fact[1:]); ok && n < maxUnixTime {
			e.ModTime, e.Precision = time.Unix(n, 0).UTC(), vfs.PrecisionSecond
		}
	case bytes.HasPrefix(fact, []byte("up")):
		e.Mode, e.ModeKnown = octalMode(fact[2:])
	}
	return false
}

// maxUnixTime is the start of the year 10000, in seconds since 1970.
const maxUnixTime = 253402300800
