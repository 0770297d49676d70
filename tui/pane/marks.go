package pane

import (
	"maps"
	"path"
	"strings"

	"ferry/internal/vfs"
)

// marks are the marked entries by name, with their sizes.
type marks map[string]int64

func (m marks) set(e *vfs.Entry, on bool) {
	if !on {
		delete(m, e.Name)
		return
	}
	size := int64(0)
	if e.Type == vfs.File {
		size = max(e.Size, 0)
	}
	m[e.Name] = size
}

func (m marks) has(e *vfs.Entry) bool {
	_, on := m[e.Name]
	return on
}

// octets sums up the sizes of the marked files.
func (m marks) octets() int64 {
	var sum int64
	for _, size := range m {
		sum += size
	}
	return sum
}

// keep forgets the marks of what is not shown: a key must not act on what nobody sees.
func (m marks) keep(t *table) {
	if len(m) == 0 {
		return
	}
	old := make(marks, len(m))
	for name, size := range m {
		old[name] = size
	}
	clear(m)
	for _, i := range t.shown {
		if e := &t.rows[i].entry; old.has(e) {
			m.set(e, true)
		}
	}
}

// span is a range of marks that follows the cursor.
type span struct {
	on     bool
	anchor int   // the place where it began
	before marks // what was marked then
}

// toggleSpan begins a range at the cursor, or ends it and leaves its marks.
func (p *Pane) toggleSpan() {
	if p.span.on {
		p.span = span{}
		return
	}
	p.span = span{on: true, anchor: p.cursor, before: maps.Clone(p.marks)}
	p.stretch(p.cursor)
}

// stretch marks the range up to the cursor, after it came from another place, and unmarks what the range has left.
func (p *Pane) stretch(from int) {
	s := p.span
	if !s.on {
		return
	}
	low, high := min(s.anchor, p.cursor), max(s.anchor, p.cursor)
	for place := min(from, low); place <= max(from, high); place++ {
		if r := p.at(place); r != nil {
			p.marks.set(&r.entry, place >= low && place <= high || s.before.has(&r.entry))
		}
	}
	p.changed()
}

// EndRange takes the range back that follows the cursor, and reports whether there was one.
func (p *Pane) EndRange() bool {
	if !p.span.on {
		return false
	}
	p.marks, p.span = p.span.before, span{}
	p.changed()
	return true
}

// markEach sets every mark anew.
func (p *Pane) markEach(marked func(e *vfs.Entry, was bool) bool) {
	for _, i := range p.table.shown {
		e := &p.table.rows[i].entry
		p.marks.set(e, marked(e, p.marks.has(e)))
	}
	p.changed()
}

// MarkMatching marks or unmarks the entries whose names, as they are shown, match a pattern of *, ? and [a-z] as a
// whole, and gives their number. Case does not matter, as in the filter. A bad pattern is an error and changes nothing.
func (p *Pane) MarkMatching(pattern string, on bool) (int, error) {
	pattern = strings.ToLower(pattern)
	if _, err := path.Match(pattern, ""); err != nil {
		return 0, err
	}
	n := 0
	for _, i := range p.table.shown {
		r := &p.table.rows[i]
		if match, _ := path.Match(pattern, strings.ToLower(r.name)); match {
			p.marks.set(&r.entry, on)
			n++
		}
	}
	p.changed()
	return n, nil
}

// ClearMarks unmarks all.
func (p *Pane) ClearMarks() {
	clear(p.marks)
	p.changed()
}

// Marked reports whether anything is marked.
func (p *Pane) Marked() bool { return len(p.marks) > 0 }

func (p *Pane) toggleMark() {
	if r := p.at(p.cursor); r != nil {
		p.marks.set(&r.entry, !p.marks.has(&r.entry))
		p.changed()
	}
}

// Selection gives what an operation is about: the marked entries in the order of the screen, or else the one under
// the cursor; nothing on "..".
func (p *Pane) Selection() []vfs.Entry {
	if len(p.marks) == 0 {
		if e, ok := p.Current(); ok {
			return []vfs.Entry{e}
		}
		return nil
	}
	all := make([]vfs.Entry, 0, len(p.marks))
	for _, i := range p.table.shown {
		if e := &p.table.rows[i].entry; p.marks.has(e) {
			all = append(all, *e)
		}
	}
	return all
}
