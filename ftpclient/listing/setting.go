package listing

import (
	"bytes"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// setting is what the dialects of one listing share: the options, and words that come again and again.
type setting struct {
	latest time.Time // no date without a year is after this
	offset time.Duration
	dir    string // the listed folder with one "/" after it, or ""
	words  map[string]string
}

func newSetting(o Options) *setting {
	now := o.Now
	if now.IsZero() {
		now = time.Now()
	}
	s := &setting{latest: now.Add(24 * time.Hour).UTC(), offset: o.Offset, words: map[string]string{}}
	if o.Dir != "" {
		s.dir = strings.TrimSuffix(o.Dir, "/") + "/"
	}
	return s
}

// maxWords bounds the owners and groups that are shared between entries.
const maxWords = 256

// word gives b as a string, the same one for the same word: owners and groups are few, entries are many.
func (s *setting) word(b []byte) string {
	if w, ok := s.words[string(b)]; ok {
		return w
	}
	w := string(b)
	if len(s.words) < maxWords && len(w) < 64 {
		s.words[w] = w
	}
	return w
}

// name puts raw into e as its name and says what becomes of the line. The name of the listed folder in front, and one
// "/" behind a folder, are not part of a name. What could lead out of the folder, or end a command, is refused.
func (s *setting) name(e *vfs.Entry, raw []byte) verdict {
	if s.dir != "" && len(raw) > len(s.dir) && string(raw[:len(s.dir)]) == s.dir {
		raw = raw[len(s.dir):]
	}
	if e.Type == vfs.Dir {
		raw = bytes.TrimSuffix(raw, []byte("/"))
	}
	if isDots(raw) {
		return harmless
	}
	if !legalName(raw) {
		return unread
	}
	e.Name = string(raw)
	return entry
}

func isDots(b []byte) bool { return string(b) == "." || string(b) == ".." }

// legalName reports whether b is one element of a path. A line break cannot come to here from a listing.
func legalName(b []byte) bool {
	return len(b) > 0 && bytes.IndexByte(b, '/') < 0 && bytes.IndexByte(b, 0) < 0 && !isDots(b)
}

// target keeps where a link points, as it was printed.
func target(e *vfs.Entry, b []byte) {
	if bytes.IndexByte(b, 0) < 0 {
		e.Target = string(b)
	}
}
