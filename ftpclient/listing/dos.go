package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// dosList reads what "dir" prints, as Microsoft's IIS sends it and many servers on Windows after it:
//
//	02-05-01  05:52PM       <DIR>          20Year
//	2002-09-02  19:06                9,730 longyear file
//
// Seen with two and four digits in the year, with the 12 and the 24 hour clock, with "-", "/" and "." in the date.
type dosList struct {
	*setting
	f fields
}

func newDOS(s *setting) dialect { return &dosList{setting: s} }

func (d *dosList) read(line []byte, e *vfs.Entry) verdict {
	d.f.split(line)
	if d.f.n == 0 || d.heading(line) {
		return harmless
	}
	st, n, ok := dosTime(&d.f, 0)
	if !ok || n >= d.f.n || !d.setTime(e, st) {
		return unread
	}
	name := d.f.after(n)
	if b := d.f.field(n); b[0] == '<' {
		return d.marked(e, n, b)
	} else if e.Size, ok = sizeOf(b); !ok {
		return unread
	}
	e.Type = vfs.File
	return d.name(e, name)
}

// dosTime reads date and time from field i on, "02-05-01  05:52PM" or "04-08-14  03:09 PM", and gives the field after
// them.
func dosTime(f *fields, i int) (st stamp, next int, ok bool) {
	st, ok = numericDate(f.field(i))
	if !ok {
		return st, 0, false
	}
	b := f.field(i + 1)
	half, alone := halfOfDay(b), halfOfDay(f.field(i+2))
	c, ok := clockOf(b[:len(b)-half.length])
	next = i + 2
	if half.length == 0 && alone.length == len(f.field(i+2)) && alone.length > 1 {
		half = alone
		next++
	}
	if !ok || !half.apply(&c) {
		return st, 0, false
	}
	st.setClock(c)
	return st, next, true
}

// half is an AM or PM at the end of a time.
type half struct {
	length int // of the mark; 0 without one
	pm     bool
}

func halfOfDay(b []byte) half {
	h := half{length: 1}
	if n := len(b); n > 1 && b[n-1]|0x20 == 'm' {
		b = b[:n-1]
		h.length++
	}
	if len(b) == 0 {
		return half{}
	}
	switch b[len(b)-1] | 0x20 {
	case 'a':
	case 'p':
		h.pm = true
	default:
		return half{}
	}
	return h
}

// apply turns a time of the 12 hour clock into the 24 hour one: 12 AM is hour 0, 12 PM is hour 12.
func (h half) apply(c *clock) bool {
	if h.length == 0 {
		return true
	}
	if c.hour < 1 || c.hour > 12 {
		return c.hour == 0 && !h.pm || c.hour > 12 && c.hour < 24 && h.pm
	}
	c.hour %= 12
	if h.pm {
		c.hour += 12
	}
	return true
}

// markWidth is how many columns "<DIR>" and the blanks after it take: those of the size.
const markWidth = 15

// marked reads an entry with a mark in field n instead of a size.
func (d *dosList) marked(e *vfs.Entry, n int, mark []byte) verdict {
	switch string(bytes.ToUpper(mark)) {
	case "<DIR>":
		e.Type = vfs.Dir
		return d.name(e, d.markedName(n))
	case "<JUNCTION>", "<SYMLINK>", "<SYMLINKD>":
		e.Type = vfs.Link
		name, to := dosTarget(d.markedName(n))
		target(e, to)
		return d.name(e, name)
	}
	return unread
}

// markedName gives the name in its column, or after the padding where the columns are narrower.
func (d *dosList) markedName(n int) []byte {
	at := d.f.at[n]
	if column := at.from + markWidth; column < len(d.f.line) && len(trim(d.f.line[at.to:column])) == 0 {
		return d.f.line[column:]
	}
	return d.f.textAfter(n)
}

// dosTarget parts a link from where it points: "name => target", "name -> target", or "name [C:\target]" as the
// "dir" of Windows has it.
func dosTarget(b []byte) (name, to []byte) {
	for _, arrow := range []string{" => ", " -> "} {
		if name, to, ok := bytes.Cut(b, []byte(arrow)); ok {
			return name, to
		}
	}
	if i := bytes.LastIndex(b, []byte(" [")); i > 0 && b[len(b)-1] == ']' && bytes.IndexByte(b[i:], '\\') > 0 {
		return b[:i], b[i+2 : len(b)-1]
	}
	return b, nil
}

// heading knows what "dir" prints around the entries.
func (d *dosList) heading(line []byte) bool {
	if !isBlank(line[0]) {
		return false
	}
	second := d.f.field(1)
	switch string(d.f.field(0)) {
	case "Volume", "Directory", "Total":
		return true
	}
	return bytes.HasPrefix(second, []byte("File(s)")) || bytes.HasPrefix(second, []byte("Dir(s)"))
}
