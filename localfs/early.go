package localfs

import "os"

// earlyPiece is how many octets are written before the disk is asked to begin with them.
const earlyPiece = 8 << 20

// earlyWriter has the disk write a long file while it still comes, so that little is left to be flushed at its end.
// Nothing waits for that, and nothing depends on it: the flush at the end is what makes the file durable.
type earlyWriter struct {
	f     *os.File
	end   int64 // of what was written
	begun int64 // up to here the disk was asked
}

func (e *earlyWriter) moved(octets int64) {
	e.end += octets
	if e.end-e.begun >= earlyPiece {
		beginWriting(e.f, e.begun, e.end-e.begun)
		e.begun = e.end
	}
}
