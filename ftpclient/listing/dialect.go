package listing

import "ferry/internal/vfs"

// verdict is what a dialect says about a line.
type verdict uint8

const (
	unread   verdict = iota // not a line of this dialect, or a bad one: to be reported
	entry                   // an entry; the dialect filled it in
	undated                 // an entry, if no line of the listing has a date
	harmless                // a heading, a summary, a blank line, "." or ".."
	partial                 // the first part of a line that goes on in the next
	rest                    // here a second folder begins: nothing from here on counts
)

// dialect reads the lines of one family of servers, one after the other. It keeps only what later lines of the same
// listing need.
type dialect interface {
	// read judges one line, without its line end. For entry and undated it fills in e, which comes zeroed but for
	// its unknown size. It keeps no part of line.
	read(line []byte, e *vfs.Entry) verdict
}

// maker begins a listing in a dialect.
type maker func(*setting) dialect

// listDialects gives the dialects of LIST, those first that win a tie.
func listDialects() []maker {
	return []maker{
		newUnix, newDOS, newEPLF, newVMS, newMVS, newPDS, newJES, newCMS, newOS400, newNetWare, newOS2, newMPE,
		newNonStop, newVOS, newOS9, newConnect, newVxWorks, newNortel, newDistinct, newNameFirst, newSizeFirst, newDLS,
		newOctal,
	}
}
