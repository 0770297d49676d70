// Package vfs holds the few words that both shores share: what an entry of a folder is, what a file system can
// be asked, how octets walk from one to the other, and which kinds of failure there are. It knows no protocol.
package vfs

import (
	"io/fs"
	"time"
)

// Type says what an entry of a folder is.
type Type uint8

// The types of entries. Devices, pipes, sockets and whatever else a server names are Other.
const (
	Other Type = iota
	File
	Dir
	Link
)

// String gives the word that the shell contract uses: "file", "dir", "link" or "other".
func (t Type) String() string {
	return [...]string{Other: "other", File: "file", Dir: "dir", Link: "link"}[t]
}

// Precision says how exactly a modification time is known.
type Precision uint8

// The precisions of a time, from not known at all to the second.
const (
	PrecisionNone Precision = iota
	PrecisionDay
	PrecisionMinute
	PrecisionSecond
)

// String gives the word that the shell contract uses: "", "day", "minute" or "second".
func (p Precision) String() string { return [...]string{"", "day", "minute", "second"}[p] }

// Unit is the time within which two times of that precision cannot be told apart; 0 where nothing is known.
func (p Precision) Unit() time.Duration {
	return [...]time.Duration{PrecisionDay: 24 * time.Hour, PrecisionMinute: time.Minute, PrecisionSecond: time.Second}[p]
}

// CompareTimes gives -1, 0 or 1 as a is older than b, as old, or newer, as exactly as the times of both are known; 0
// also where one is not known.
func CompareTimes(a, b Entry) int {
	unit := min(a.Precision, b.Precision).Unit()
	if unit == 0 || a.ModTime.IsZero() || b.ModTime.IsZero() {
		return 0
	}
	return a.ModTime.Truncate(unit).Compare(b.ModTime.Truncate(unit))
}

// SizeUnknown is the size of what was not measured in octets.
const SizeUnknown int64 = -1

// Entry is one line of a folder's listing. Name and Target hold the bytes as the file system has them: they may be
// hostile and must be made visible (internal/termtext) before they reach a terminal.
type Entry struct {
	Name      string
	Type      Type
	Size      int64     // octets, or SizeUnknown; means something for files only
	ModTime   time.Time // UTC; the zero time where unknown
	Precision Precision
	Mode      fs.FileMode // permission bits (with setuid, setgid, sticky); only where ModeKnown
	ModeKnown bool
	Owner     string
	Group     string
	Target    string // where a Link points, "" where unknown
}

// IsDir reports whether the entry is a folder; a link to a folder is a Link.
func (e Entry) IsDir() bool { return e.Type == Dir }

// ListReport is what a listing says about itself beside its entries.
type ListReport struct {
	Lines      int      // lines (or entries) that came
	Unreadable []string // the lines that could not be read, at most MaxUnreadable of them, raw
	Unread     int      // how many lines could not be read in all
	Dialect    string   // the form of the lines, "Unix", "DOS", "MLSD", ...; "" where none was recognised
	Note       string   // what the other side remarked, for example that it cut the listing short

	// Shift is to be added to the times of precision minute that were handed over: some servers list their own zone's
	// time, which is found out at the end of a first listing. 0 as a rule, and always in a session leased for Transfer.
	// See Settle; ReadDir has done it.
	Shift time.Duration
}

// Settle applies Shift to entries that were handed over before it was known.
func (r ListReport) Settle(entries []Entry) {
	if r.Shift == 0 {
		return
	}
	for i, e := range entries {
		if e.Precision == PrecisionMinute {
			entries[i].ModTime = e.ModTime.Add(r.Shift)
		}
	}
}

// MaxUnreadable bounds the lines kept in ListReport.Unreadable.
const MaxUnreadable = 100
