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

// maker begins a listing in a dialect that people know by a name.
type maker struct {
	name  string
	begin func(*setting) dialect
}

// listDialects gives the dialects of LIST, those first that win a tie.
func listDialects() []maker {
	return []maker{
		{"Unix", newUnix},
		{"DOS", newDOS},
		{"EPLF", newEPLF},
		{"VMS", newVMS},
		{"MVS", newMVS},
		{"MVS, partitioned", newPDS},
		{"JES", newJES},
		{"VM/CMS", newCMS},
		{"OS/400", newOS400},
		{"NetWare", newNetWare},
		{"OS/2", newOS2},
		{"MPE", newMPE},
		{"NonStop", newNonStop},
		{"VOS", newVOS},
		{"OS-9", newOS9},
		{"Connect", newConnect},
		{"VxWorks", newVxWorks},
		{"Nortel", newNortel},
		{"Distinct", newDistinct},
		{"name first", newNameFirst},
		{"size first", newSizeFirst},
		{"DLS", newDLS},
		{"octal modes", newOctal},
	}
}
