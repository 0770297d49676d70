package ftpclient

import (
	"bytes"
	"errors"
	"io"

	"ferry/internal/vfs"
)

// listingEnds is what a server taught about the ends of its listings. Guarded by server.mu.
type listingEnds struct {
	byLine bool // the last line ends like the others
	self   bool // MLSD shows the folder itself (type=cdir, RFC 3659 §7.5.1.1), so that no listing is empty
}

// listingWatch reads a listing and sees whether it ends as this server's listings do. Nothing tells how long a listing
// is, and a data connection that somebody on the way closed looks like its end: what is missing would be missing in a
// copy.
type listingWatch struct {
	r      io.Reader
	d      *Download
	dir    string
	octets int64
	head   []byte // of its first octets, where MLSD shows the folder itself
	last   byte
}

func (w *listingWatch) Read(p []byte) (int, error) {
	const first = 1 << 10
	n, err := w.r.Read(p)
	if n > 0 {
		w.octets, w.last = w.octets+int64(n), p[n-1]
		w.head = append(w.head, p[:min(n, max(first-len(w.head), 0))]...)
	}
	if errors.Is(err, io.EOF) && w.cut() {
		err = &vfs.Failure{
			Step: "list " + w.dir, On: w.d.c.cfg.address(), Kind: vfs.ErrLost, Hint: "Try again.",
			Said: "the listing broke off, though the server sent all of it",
		}
	}
	return n, err
}

// cut reports whether there should be more, and learns from listings that end well.
func (w *listingWatch) cut() bool {
	s, mlsd := w.d.c.server, w.d.verb == "MLSD"
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case w.octets == 0:
		return mlsd && s.listingEnds.self
	case w.last != '\n':
		return s.listingEnds.byLine
	}
	s.listingEnds.byLine = true
	s.listingEnds.self = s.listingEnds.self || mlsd && bytes.Contains(bytes.ToLower(w.head), []byte("type=cdir;"))
	return false
}
