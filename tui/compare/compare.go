// Package compare tells how the files of two folders differ: by size, by date, or by what is in them. It touches no
// screen; what takes time is done by whoever calls Run, in a command.
package compare

import (
	"cmp"
	"context"
	"time"

	"ferry/internal/vfs"
)

// Method says what files are compared by.
type Method int

// The methods. Whatever the method, dates tell which of two files that differ is the newer one, if they can.
const (
	BySize Method = iota
	ByDate
	ByContent
)

// String gives the word for people.
func (m Method) String() string { return [...]string{"size", "date", "content"}[m] }

// Kind says how an entry stands to the one of the same name on the other side.
type Kind uint8

// The kinds. None is for what is not compared: folders that are on both sides.
const (
	None    Kind = iota
	New          // only on this side
	Newer        // another one there, which is older
	Older        // another one there, which is newer
	Differs      // another one there; dates do not tell which is newer
	Equal
	Unknown // could not be compared, or has changed since
)

// Side is one of two folders.
type Side struct {
	FS      vfs.FS
	Dir     string
	Entries []vfs.Entry
}

// Result tells for each side the kinds of its entries by their raw names.
type Result [2]map[string]Kind

// Run compares two folders, without what is inside their folders. By content it reads files of equal size, or asks
// servers for hashes; sums keeps what was found out and must be used for one pair of folders only. Its error says why
// it could not begin, or is the cause of ctx; files that could not be read are Unknown.
func Run(ctx context.Context, sides [2]Side, by Method, sums *Sums) (Result, error) {
	result := Result{{}, {}}
	theirs := map[string]vfs.Entry{}
	for _, e := range sides[1].Entries {
		theirs[vfs.DisplayName(sides[1].FS, e.Name)] = e
	}
	twins := twins(ctx, sides, theirs)
	var same []pair
	for _, a := range sides[0].Entries {
		name := vfs.DisplayName(sides[0].FS, a.Name)
		name = cmp.Or(twins[name], name)
		b, both := theirs[name]
		delete(theirs, name)
		switch {
		case !both:
			result[0][a.Name] = New
		case by == ByContent && sameSize(a, b):
			same = append(same, pair{a, b})
		default:
			result.set(a, b, kindOf(a, b, by))
		}
	}
	for _, b := range theirs {
		result[1][b.Name] = New
	}
	return result, sums.compare(ctx, sides, same, &result)
}

// set notes a kind for both sides, as seen from the first.
func (r Result) set(a, b vfs.Entry, k Kind) {
	r[0][a.Name], r[1][b.Name] = k, k.turned()
}

func (k Kind) turned() Kind {
	switch k {
	case Newer:
		return Older
	case Older:
		return Newer
	}
	return k
}

func sameSize(a, b vfs.Entry) bool {
	return a.Type == vfs.File && b.Type == vfs.File && (a.Size == b.Size || a.Size < 0 || b.Size < 0)
}

// kindOf compares two entries of one name by size or date. By content it is asked only about files of unequal sizes.
func kindOf(a, b vfs.Entry, by Method) Kind {
	switch {
	case a.Type != b.Type:
		return Differs
	case a.IsDir():
		return None
	case a.Type == vfs.Link:
		return known(a.Target != "" && b.Target != "", a.Target == b.Target)
	case a.Type != vfs.File:
		return Unknown
	}
	order, dated := age(a, b)
	sized := a.Size >= 0 && b.Size >= 0
	switch {
	case by == ByDate && !dated, by == BySize && !sized:
		return Unknown
	case by == ByDate && order == 0, by == BySize && a.Size == b.Size:
		return known(true, !sized || a.Size == b.Size)
	case order > 0:
		return Newer
	case order < 0:
		return Older
	}
	return Differs
}

func known(known, equal bool) Kind {
	switch {
	case !known:
		return Unknown
	case equal:
		return Equal
	}
	return Differs
}

// age tells which of two files is younger: 1 for a, -1 for b, 0 where their dates are equal as far as they are known.
func age(a, b vfs.Entry) (order int, ok bool) {
	coarse := min(a.Precision, b.Precision)
	if coarse == vfs.PrecisionNone {
		return 0, false
	}
	within := [...]time.Duration{
		// Some disks keep every second second only.
		vfs.PrecisionSecond: 2*time.Second + 1, vfs.PrecisionMinute: time.Minute, vfs.PrecisionDay: 24 * time.Hour,
	}[coarse]
	switch d := a.ModTime.Sub(b.ModTime); {
	case d >= within:
		return 1, true
	case d <= -within:
		return -1, true
	}
	return 0, true
}
