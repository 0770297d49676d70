package viewer

import (
	"bytes"
	"sort"
)

const (
	piece    = 64 << 10 // octets that are fetched at a time
	mostHeld = 1 << 20  // octets that are kept
	longest  = 4 << 10  // octets of a line; what is longer is shown as several
)

// window is the part of a file that is held: a run of octets around what is shown. It begins at a whole row of octets.
type window struct {
	off   int64 // of data in the file
	data  []byte
	whole bool    // data reach to the end of the file
	lines []int64 // where lines begin, counted from the beginning of the file
}

func (w *window) end() int64 { return w.off + int64(len(w.data)) }

// join adds octets that lie right before or behind those held, and lets go of those at the other end. Others replace
// what is held.
func (w *window) join(off int64, data []byte, whole bool) {
	switch {
	case off == w.end() && len(w.data) > 0:
		w.data, w.whole = append(w.data, data...), whole
		if over := len(w.data) - mostHeld; over > 0 {
			over = (over + hexColumns - 1) / hexColumns * hexColumns
			w.data, w.off = bytes.Clone(w.data[over:]), w.off+int64(over)
		}
	case off+int64(len(data)) == w.off && len(data) > 0:
		w.data, w.off = append(bytes.Clone(data), w.data...), off
		if len(w.data) > mostHeld {
			w.data, w.whole = bytes.Clone(w.data[:mostHeld]), false
		}
	default:
		w.off, w.data, w.whole = off, data, whole
	}
	w.split()
}

// split finds the lines. A window that begins within a line begins to show with the next one, if there is one.
func (w *window) split() {
	w.lines = w.lines[:0]
	at := 0
	if w.off > 0 {
		if i := bytes.IndexByte(w.data[:min(len(w.data), longest)], '\n'); i >= 0 {
			at = i + 1
		}
	}
	for at < len(w.data) {
		w.lines = append(w.lines, w.off+int64(at))
		at += lineLength(w.data[at:])
	}
	if len(w.lines) == 0 {
		w.lines = append(w.lines, w.off)
	}
}

// lineLength gives the octets of the first line, its end included.
func lineLength(data []byte) int {
	part := data[:min(len(data), longest)]
	if i := bytes.IndexByte(part, '\n'); i >= 0 {
		return i + 1
	}
	return len(part)
}

// line gives the i-th line without its end.
func (w *window) line(i int) []byte {
	if i < 0 || i >= len(w.lines) {
		return nil
	}
	rest := w.data[w.lines[i]-w.off:]
	return bytes.TrimRight(rest[:lineLength(rest)], "\r\n")
}

// lineAt gives the line that holds an offset.
func (w *window) lineAt(off int64) int {
	i := sort.Search(len(w.lines), func(i int) bool { return w.lines[i] > off })
	return max(i-1, 0)
}

// octets gives up to n octets from an offset on, as far as they are held.
func (w *window) octets(off int64, n int) []byte {
	from := min(max(off-w.off, 0), int64(len(w.data)))
	return w.data[from:min(from+int64(n), int64(len(w.data)))]
}
