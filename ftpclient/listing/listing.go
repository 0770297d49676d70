// Package listing turns the text of LIST (RFC 959 §4.1.3) and MLSD (RFC 3659 §7) into entries. It opens nothing and
// keeps nothing between two listings. What comes from a server is taken as hostile: lines, names and counts are
// bounded, and a line that cannot be read is reported, never dropped in silence.
//
// RFC 959 leaves the form of LIST to the server. Each family of forms is a dialect, in a file of its own; a listing is
// read in the one dialect that reads most of its first lines.
package listing

import (
	"errors"
	"io"
	"time"

	"ferry/internal/vfs"
)

// DefaultMaxEntries is how many entries a listing may have unless Options say otherwise.
const DefaultMaxEntries = 1_000_000

// ErrTooLong ends a listing that has more entries, or far more octets, than Options.MaxEntries allows. The entries
// up to there were handed over.
var ErrTooLong = errors.New("the listing is too long")

// Options tell what the lines themselves do not. The zero value is usable.
type Options struct {
	// Now is the client's clock, by which LIST dates without a year are understood: each is the latest that is
	// not after Now + 24 h. The zero time means the system's clock.
	Now time.Time
	// Dir is the folder that was listed, as the server spells it. Some servers print it before each name; it is
	// cut off there. "" where unknown.
	Dir string
	// Offset is how far the server's clock, as LIST shows it, is ahead of UTC. It is not applied to dates that
	// have no time of day, nor to MLSD, which is in UTC (RFC 3659 §2.3).
	Offset time.Duration
	// MaxEntries bounds the entries; 0 means DefaultMaxEntries. The octets are bounded at 1 KiB for each.
	MaxEntries int
}

// ParseList reads what LIST sent, to the end of r, and hands the entries over in batches, in the order of the lines:
// a first small one as soon as there is something to show, then up to 1000 at a time. Each slice belongs to batch.
//
// Names and link targets hold the very bytes of the line, in whatever charset (see Charset). "." and ".." and the
// headings of listings are passed over. The report counts every line, and holds those that could not be read.
// The error is ErrTooLong, that of r, or that of batch, which ends the reading.
func ParseList(r io.Reader, o Options, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	return newParser(o, listDialects(), batch).parse(r)
}

// ParseMLSD is ParseList for what MLSD sent.
func ParseMLSD(r io.Reader, o Options, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	return newParser(o, []maker{{"MLSD", newMLSx}}, batch).parse(r)
}
