package pane

import (
	"io/fs"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// rowKey is all that a drawn row depends on, but for what empties the cache.
type rowKey struct {
	place int
	look  rowLook
}

type rowLook uint8

const (
	underCursor rowLook = 1 << iota
	blurred
	marked
	yanked
	cut
)

type cachedRow struct {
	key   rowKey
	bytes []byte // empty where nothing is kept
}

// rowCache keeps the rows of about two screens as they were drawn.
type rowCache struct{ rows [256]cachedRow }

func (c *rowCache) clear() {
	for i := range c.rows {
		c.rows[i].bytes = c.rows[i].bytes[:0]
	}
}

// appendRow appends the row at a place, as wide as the pane.
func (p *Pane) appendRow(b []byte, place int) []byte {
	r := p.at(place)
	key := rowKey{place: place, look: p.rowLook(place, r)}
	kept := &p.cache.rows[place%len(p.cache.rows)]
	if len(kept.bytes) == 0 || kept.key != key {
		kept.key, kept.bytes = key, p.drawRow(kept.bytes[:0], r, key.look)
	}
	return append(b, kept.bytes...)
}

func (p *Pane) rowLook(place int, r *row) (look rowLook) {
	if place == p.cursor {
		look |= underCursor
		if !p.look.Focused {
			look |= blurred
		}
	}
	if r != nil && p.marks.has(&r.entry) {
		look |= marked
	}
	if held := p.look.Held; r != nil && held != nil && held.Names[r.entry.Name] {
		look |= yanked
		if held.Cut {
			look |= cut
		}
	}
	return look
}

// brush paints the parts of a row: in one role where the whole row plays one, else each part in its own, above the
// row's background.
type brush struct {
	theme *theme.Theme
	whole theme.Role
	back  theme.Role
	mixed bool // parts have their own roles
}

func (p *Pane) brush(look rowLook, r *row) brush {
	b := brush{theme: p.cfg.Theme, whole: theme.Text, back: theme.Text, mixed: true}
	switch {
	case p.offline && look&underCursor == 0:
		b.whole, b.back, b.mixed = theme.Dim, theme.Text, false
	case look&(underCursor|blurred) == underCursor:
		b.whole, b.back, b.mixed = theme.Cursor, theme.Text, false
	case look&marked != 0:
		b.whole, b.mixed = theme.Marked, false
	case look&cut != 0:
		b.whole, b.mixed = theme.Dim, false
	default:
		if d, differs := p.differenceOf(r); differs {
			b.whole, b.mixed = d.role, false
		}
	}
	if look&blurred != 0 {
		b.back = theme.CursorBlurred
	}
	return b
}

// begin begins a part.
func (b brush) begin(out []byte, r theme.Role) []byte {
	if !b.mixed {
		r = b.whole
	}
	return b.theme.AppendOn(b.theme.AppendOn(out, b.back), r)
}

func (b brush) end(out []byte) []byte { return append(out, theme.Off...) }

// drawRow appends a row; nil is the row that leads up.
func (p *Pane) drawRow(b []byte, r *row, look rowLook) []byte {
	paint := p.brush(look, r)
	b = paint.begin(b, theme.Text)
	b = append(b, signs(look)...)
	b = paint.end(b)
	if p.Comparing() {
		b = p.appendSign(b, paint, r)
	}
	if p.look.Icons {
		b = p.appendIcon(b, paint, r)
	}
	if r == nil {
		b = p.appendName(b, paint, "..", theme.Folder)
	} else {
		b = p.appendEntryName(b, paint, r)
	}
	b = paint.begin(b, theme.Dim)
	b = p.appendFigures(b, r)
	return paint.end(b)
}

// signs tells where the cursor is, and what is marked, or else remembered to be pasted: by the key that did it.
func signs(look rowLook) string {
	sign := " "
	switch {
	case look&marked != 0:
		sign = "*"
	case look&cut != 0:
		sign = "x"
	case look&yanked != 0:
		sign = "y"
	}
	if look&underCursor != 0 {
		return ">" + sign
	}
	return sign + " "
}

func (p *Pane) columns() columns { return columnsFor(&p.look, p.table.owners, p.Comparing()) }

func (p *Pane) nameCells() int {
	c := p.columns()
	return max(p.look.W-c.before()-c.behind(), 0)
}

func (p *Pane) appendEntryName(b []byte, paint brush, r *row) []byte {
	switch r.entry.Type {
	case vfs.Dir:
		return p.appendName(b, paint, r.name+"/", theme.Folder)
	case vfs.Link:
		return p.appendLink(b, paint, r)
	}
	role := theme.Text
	if r.executable() {
		role = theme.Executable
	}
	return p.appendName(b, paint, r.name, role)
}

// appendLink shows where a link points, dim, if there is room for both.
func (p *Pane) appendLink(b []byte, paint brush, r *row) []byte {
	name := r.name + "@"
	if r.target == "" {
		return p.appendName(b, paint, name, theme.Link)
	}
	arrow := " -> "
	room := p.nameCells() - termtext.Width(name) - len(arrow)
	if room < min(8, termtext.Width(r.target)) {
		return p.appendName(b, paint, name+arrow+r.target, theme.Link)
	}
	target := arrow + termtext.Middle(r.target, room)
	b = p.beginName(b, paint, theme.Link, !termtext.IsASCII(name) || !termtext.IsASCII(target))
	b = append(b, name...)
	b = paint.begin(paint.end(b), theme.Dim)
	return p.endName(append(b, target...), paint, termtext.Width(name)+termtext.Width(target), true)
}

// appendName appends a name cut or padded to its column.
func (p *Pane) appendName(b []byte, paint brush, name string, role theme.Role) []byte {
	name = termtext.Middle(name, p.nameCells())
	odd := !termtext.IsASCII(name)
	b = p.beginName(b, paint, role, odd)
	return p.endName(append(b, name...), paint, termtext.Width(name), odd)
}

// beginName empties the cells of the name if terminals may disagree about its width.
func (p *Pane) beginName(b []byte, paint brush, role theme.Role, odd bool) []byte {
	b = paint.begin(b, role)
	if odd {
		b = cell.Erase(b, p.nameCells())
	}
	return b
}

// endName fills the column up and, behind an odd name, goes to where the next column begins, so that the rest of
// the row stays straight whatever the terminal made of the name.
func (p *Pane) endName(b []byte, paint brush, width int, odd bool) []byte {
	b = cell.Blanks(b, p.nameCells()-width)
	if odd {
		b = cell.Column(b, p.look.X+p.columns().before()+p.nameCells())
	}
	return paint.end(b)
}

// appendFigures appends size, date, permissions and owner, as far as there is room for them.
func (p *Pane) appendFigures(b []byte, r *row) []byte {
	c := p.columns()
	if r == nil {
		return cell.Blanks(b, p.look.W-c.before()-p.nameCells())
	}
	e := &r.entry
	if c.size {
		b = p.appendSizeOf(b, e)
	}
	if c.date {
		b = figure.AppendDate(append(b, ' '), e.ModTime, e.Precision, p.look.Now)
	}
	if c.perm {
		b = appendMode(append(b, ' '), e.Mode, e.ModeKnown)
	}
	if c.owner {
		b = p.appendOwner(b, r)
	}
	return b
}

// appendSizeOf appends the size of a file, or what a folder was measured to hold, with a + where it holds more.
func (p *Pane) appendSizeOf(b []byte, e *vfs.Entry) []byte {
	var size [8]byte
	s := size[:0]
	switch t, measured := p.totals[e.Name]; {
	case e.Type == vfs.File:
		s = figure.AppendSize(s, e.Size)
	case measured && e.IsDir():
		s = figure.AppendSize(s, t.octets)
		if t.less {
			s = append(s, '+')
		}
	}
	return append(cell.Blanks(b, sizeCells-len(s)), s...)
}

// appendMode appends permission bits as ls does, or blanks where they are not known.
func appendMode(b []byte, mode fs.FileMode, known bool) []byte {
	if !known {
		return cell.Blanks(b, permCells-1)
	}
	const letters = "rwxrwxrwx"
	from := len(b)
	for i := range letters {
		if mode&(1<<(8-i)) != 0 {
			b = append(b, letters[i])
		} else {
			b = append(b, '-')
		}
	}
	special(b[from+2:], mode&fs.ModeSetuid != 0, 's')
	special(b[from+5:], mode&fs.ModeSetgid != 0, 's')
	special(b[from+8:], mode&fs.ModeSticky != 0, 't')
	return b
}

// special turns an x into a letter, and a - into the letter's capital.
func special(b []byte, set bool, letter byte) {
	switch {
	case !set:
	case b[0] == 'x':
		b[0] = letter
	default:
		b[0] = letter - 'a' + 'A'
	}
}
