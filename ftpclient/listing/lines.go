package listing

import (
	"bytes"
	"io"
)

const (
	maxLine     = 64 << 10 // longer lines are not read
	smallBuffer = 16 << 10 // enough for most folders
	largeBuffer = 2 * maxLine
	maxIdle     = 100 // reads in a row that give nothing
)

// lineReader cuts a stream into lines, in one buffer of at most largeBuffer octets.
type lineReader struct {
	r        io.Reader
	buf      []byte
	from, to int  // what of buf is not handed out yet
	skipping bool // the rest of a line that is too long
	octets   int64
	idle     int
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: r, buf: make([]byte, smallBuffer)}
}

// fill reads once. It tells whether the reader gave less than there was room for, which means that it has no more
// just now. All lines must have been taken before.
func (l *lineReader) fill() (short bool, err error) {
	l.makeRoom()
	room := l.buf[l.to:]
	n, err := l.r.Read(room)
	if l.octets == 0 && n > 0 {
		l.from = byteOrderMark(room[:n])
	}
	l.octets += int64(n)
	l.to += n
	if l.idle++; n > 0 {
		l.idle = 0
	}
	if l.idle > maxIdle && err == nil {
		err = io.ErrNoProgress
	}
	return n < len(room), err
}

// makeRoom moves the line that is not whole yet to the start of the buffer, which grows where it was half full.
func (l *lineReader) makeRoom() {
	old := l.buf
	if l.to > len(old)/2 && len(old) < largeBuffer {
		l.buf = make([]byte, 2*len(old))
	}
	l.to = copy(l.buf, old[l.from:l.to])
	l.from = 0
}

// byteOrderMark gives the length of a UTF-8 byte order mark at the start of a listing.
func byteOrderMark(b []byte) int {
	if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
		return 3
	}
	return 0
}

// line gives the next whole line without its LF, valid until fill. Of a line that is too long it gives the first part,
// once, with whole false. It returns nil when there is none yet.
func (l *lineReader) line() (line []byte, whole bool) {
	for {
		rest := l.buf[l.from:l.to]
		end := bytes.IndexByte(rest, '\n')
		switch {
		case end < 0 && l.skipping:
			l.from = l.to
			return nil, false
		case end < 0 && len(rest) > maxLine:
			l.from, l.skipping = l.to, true
			return rest[:maxLine], false
		case end < 0:
			return nil, false
		}
		l.from += end + 1
		if l.skipping {
			l.skipping = false
			continue
		}
		if end > maxLine {
			return rest[:maxLine], false
		}
		return rest[:end:end], true
	}
}

// last gives what stands after the last LF, once the stream has ended; nil if there is nothing.
func (l *lineReader) last() []byte {
	if l.skipping || l.from == l.to {
		return nil
	}
	line := l.buf[l.from:l.to]
	l.from = l.to
	return line
}
