package wire

import (
	"time"
	"unicode/utf8"

	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// The drawing where there is no room for boxes: a row for each connection, its ports and its arrow in columns.

// arrowCells gives the width of the arrows.
func (d *drawing) arrowCells() int { return min(max(4, (d.w-44)/3), 14) }

// appendPlain appends a row.
func (d *drawing) appendPlain(b []byte, v view, r *row, now time.Time) []byte {
	switch r.kind {
	case rowHead:
		here, there := r.client.addresses()
		return d.appendText(b, v, theme.Title, " you "+here+" ⇄ "+d.called(r.client)+" "+there)
	case rowText:
		return d.appendText(b, v, r.role, storyLead(r)+r.text)
	case rowIdle:
		return d.appendText(b, v, theme.Dim, "   + "+figure.Plural(r.n, "idle control connection"))
	}
	e := d.ends(r)
	b = append(v.theme.AppendOn(b, theme.Dim), ' ')
	b = d.appendName(b, r)
	b = append(append(b, theme.Off...), ' ')
	b = append(appendPort(b, e.here, true), ' ')
	n := d.arrowCells()
	b = e.appendArrow(v.theme.AppendOn(b, e.role), n)
	b = append(append(b, theme.Off...), ' ')
	b = append(appendPort(b, e.there, false), ' ')
	used := 1 + nameCells + 1 + portCells + 1 + n + 1 + portCells + 1
	var buf [160]byte
	words := buf[:0]
	if r.kind == rowControl {
		words = appendTLS(words, r.conn.tls, r.conn.again)
		words = d.appendDoing(append(words, " · "...), r, v.zone, now)
	} else {
		words = r.conn.data.appendWords(words, inward(r.conn.verb), d.w-used)
	}
	return appendField(v.theme.AppendOn(b, theme.Dim), words, v.x+used, d.w-used)
}

// What sizes and speeds take as a rule: words that come and go with every digit could not be read.
const (
	sizeCells  = 5
	speedCells = 3 + 7 // with the dot before it
)

// appendWords appends what a data connection is and has moved: "passive EPSV ↓ 24.1M · 12.0M/s · TLS 1.3 resumed". In
// less room than that the speed gives way, then the word for the mode, which the arrow tells too.
func (d *data) appendWords(b []byte, in bool, room int) []byte {
	var buf [32]byte
	security := appendTLS(buf[:0], d.tls, d.again)
	words := methodWords(d.method, false)
	const signs = 6 // " ↓ " and " · "
	left := room - len(words) - signs - sizeCells - len(security)
	if left < 0 {
		words = d.method.String()
	}
	b = append(append(b, words...), ' ')
	b = append(d.appendFlow(b, in, left >= speedCells), " · "...)
	return append(b, security...)
}

// appendField appends text in a field, and ends its role.
func appendField(b, text []byte, x, width int) []byte {
	if isASCII(text) && len(text) <= width {
		return append(cell.Blanks(append(b, text...), width-len(text)), theme.Off...)
	}
	return append(cell.Field(b, termtext.Truncate(string(text), width), x, width), theme.Off...)
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

const nameCells = 3

// appendName appends the name of a control connection, blanks for a data connection.
func (d *drawing) appendName(b []byte, r *row) []byte {
	if r.kind != rowControl {
		return cell.Blanks(b, nameCells)
	}
	var buf [8]byte
	s := buf[:0]
	if d.many {
		s = appendLabel(s, name{r.client.id, r.conn.id})
	} else {
		s = appendLabel(s, name{r.client.id, r.conn.id})[1:]
	}
	return cell.Blanks(append(b, s[:min(len(s), nameCells)]...), nameCells-len(s))
}

// appendArrow appends a line of n cells with the arrowhead at the side that was dialled.
func (e *ends) appendArrow(b []byte, n int) []byte {
	switch {
	case e.broken:
		return e.appendLine(b, 0, n)
	case e.inbound:
		return e.appendLine(append(b, e.tip()...), 1, n-1)
	}
	return append(e.appendLine(b, 0, n-1), e.tip()...)
}

// tip gives the head of the arrow.
func (e *ends) tip() string {
	switch {
	case e.failed:
		return "╳"
	case e.inbound:
		return "◀"
	}
	return "▶"
}

func storyLead(r *row) string {
	if r.first {
		return "  ╳ "
	}
	return "    "
}

// width counts the cells of a text that is mostly ASCII.
func width(b []byte) int {
	if isASCII(b) {
		return len(b)
	}
	if n := utf8.RuneCount(b); n < len(b) && onlyNarrow(b) {
		return n
	}
	return termtext.Width(string(b))
}

// onlyNarrow reports whether all that is not ASCII are signs of ours, of one cell each.
func onlyNarrow(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r > '~' && r != '·' && r != '↓' && r != '↑' && r != '…' {
			return false
		}
		b = b[n:]
	}
	return true
}
