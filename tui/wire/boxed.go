package wire

import (
	"time"

	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// The drawing with boxes: you on the left, the server on the right, its connections between them.
//
//	╭─ you ─────────╮                                             ╭─ alice@ftp.example.org ─╮
//	│        :50122 ├── control 1 · TLS 1.3 ─── STOR hero.mov ───▶│ :21                     │
//	│        :50125 ├━━ passive EPSV · TLS 1.3 ━━━━━ ↑ 24.1M ━━━━▶│ :42117                  │
//	╰─ 192.168.1.7 ─╯                                             ╰─ 198.51.100.9 ──────────╯

const (
	leastBox  = portCells + 4
	boxMargin = 1
	boxFrame  = 6 // "╭─ " and " ─╮" around the name
)

// columns gives the widths of the box on the left, of what is between, and of the box on the right.
func (d *drawing) columns(cl *client) (left, middle, right int) {
	here, there := cl.addresses()
	room := d.w - 2*boxMargin
	left = min(max(len(here)+boxFrame, leastBox), room/4)
	right = min(max(termtext.Width(d.called(cl)), len(there), leastBox-boxFrame)+boxFrame, room/3)
	return left, room - left - right, right
}

// appendBoxed appends a row.
func (d *drawing) appendBoxed(b []byte, v view, r *row, now time.Time) []byte {
	left, middle, right := d.columns(r.client)
	b = append(b, ' ')
	switch r.kind {
	case rowHead:
		b = appendBoxEdge(b, v, "╭─ ", "you", "╮", v.x+boxMargin, left)
		b = cell.Blanks(b, middle)
		b = appendBoxEdge(b, v, "╭─ ", d.called(r.client), "╮", v.x+boxMargin+left+middle, right)
	case rowFoot:
		here, there := r.client.addresses()
		b = appendBoxEdge(b, v, "╰─ ", here, "╯", v.x+boxMargin, left)
		b = cell.Blanks(b, middle)
		b = appendBoxEdge(b, v, "╰─ ", there, "╯", v.x+boxMargin+left+middle, right)
	case rowText, rowIdle:
		b = appendBoxSide(b, v, left)
		b = d.appendBetween(b, v, r, v.x+boxMargin+left, middle)
		b = appendBoxSide(b, v, right)
	default:
		b = d.appendConnection(b, v, r, now, [3]int{left, middle, right})
	}
	return append(b, ' ')
}

// appendBoxEdge appends an edge of a box with a name in it: "╭─ you ─────────╮".
func appendBoxEdge(b []byte, v view, from, name, to string, x, w int) []byte {
	name = termtext.Middle(name, w-boxFrame)
	b = cell.Paint(b, v.theme, theme.Border, from)
	b = v.theme.AppendOn(b, theme.Title)
	b = cell.Field(b, name, x+3, termtext.Width(name))
	b = v.theme.AppendOn(append(append(b, theme.Off...), ' '), theme.Border)
	b = figure.AppendLine(b, w-5-termtext.Width(name))
	return append(append(b, to...), theme.Off...)
}

// appendBoxSide appends a row of a box that has nothing in it.
func appendBoxSide(b []byte, v view, w int) []byte {
	b = cell.Paint(b, v.theme, theme.Border, "│")
	return cell.Paint(cell.Blanks(b, w-2), v.theme, theme.Border, "│")
}

// appendBetween appends a text between the boxes.
func (d *drawing) appendBetween(b []byte, v view, r *row, x, w int) []byte {
	role, text := r.role, storyLead(r)+r.text
	if r.kind == rowIdle {
		role, text = theme.Dim, "    + "+figure.Plural(r.n, "idle control connection")
	}
	b = v.theme.AppendOn(b, role)
	b = cell.Field(b, termtext.Truncate(text, w), x, w)
	return append(b, theme.Off...)
}

// appendConnection appends a connection: a port in each box and the line between them.
func (d *drawing) appendConnection(b []byte, v view, r *row, now time.Time, widths [3]int) []byte {
	e := d.ends(r)
	from, to := "├", "│"
	if e.inbound {
		from, to = "│", "┤"
	}
	if e.broken {
		from, to = "│", "│"
	}
	b = cell.Paint(b, v.theme, theme.Border, "│")
	b = cell.Blanks(b, widths[0]-portCells-3)
	b = append(appendPort(b, e.here, true), ' ')
	b = cell.Paint(b, v.theme, theme.Border, from)
	b = d.appendWire(b, v, r, &e, now, v.x+boxMargin+widths[0], widths[1])
	b = append(cell.Paint(b, v.theme, theme.Border, to), ' ')
	b = cell.Blanks(appendPort(b, e.there, false), widths[2]-portCells-3)
	return cell.Paint(b, v.theme, theme.Border, "│")
}

// longWordsFrom is the width of a wire from which its method is written out.
const longWordsFrom = 84

// appendWire appends the line between the boxes, w cells from column x on, with what the connection is and does in it.
func (d *drawing) appendWire(b []byte, v view, r *row, e *ends, now time.Time, x, w int) []byte {
	var one, two [160]byte
	nature := d.appendNature(one[:0], r, w >= longWordsFrom)
	doing := d.appendDoing(two[:0], r, v.zone, now)
	const frame = 2 + 2 + 2 + 2 // two cells of line on both sides, blanks around both texts
	room := w - frame - 3       // of line between the two texts
	if width(nature)+width(doing) > room {
		doing = []byte(termtext.Truncate(string(doing), max(room-width(nature), 0)))
	}
	n, m := width(nature), width(doing)
	between := w - frame - n - m
	if between < 0 {
		return e.appendWhole(v.theme.AppendOn(b, e.role), w)
	}
	b = v.theme.AppendOn(b, e.role)
	b = e.appendStart(b)
	b = v.theme.AppendOn(append(append(b, theme.Off...), ' '), theme.Dim)
	b = append(append(append(b, nature...), theme.Off...), ' ')
	b = e.appendLine(v.theme.AppendOn(b, e.role), 4+n, between)
	b = append(append(b, theme.Off...), ' ')
	b = v.theme.AppendOn(b, d.doingRole(r))
	at := x + 4 + n + between + 1
	b = appendField(b, doing, at, m)
	b = append(b, ' ')
	b = e.appendEnd(v.theme.AppendOn(b, e.role), w)
	return append(b, theme.Off...)
}

func (d *drawing) doingRole(r *row) theme.Role {
	switch {
	case r.kind == rowData:
		return theme.Text
	case r.kind == rowFailed:
		return theme.Bad
	case r.conn.state == open || r.conn.state == reaching || r.conn.state == dialling:
		return theme.Command
	}
	return theme.Dim
}

// appendStart appends the two cells at the left end of a wire.
func (e *ends) appendStart(b []byte) []byte {
	if e.inbound {
		return e.appendLine(append(b, e.tip()...), 1, 1)
	}
	return e.appendLine(b, 0, 2)
}

// appendEnd appends the two cells at the right end of a wire that is w cells long.
func (e *ends) appendEnd(b []byte, w int) []byte {
	if e.inbound || e.broken {
		return e.appendLine(b, w-2, 2)
	}
	return append(e.appendLine(b, w-2, 1), e.tip()...)
}

// appendWhole appends a wire without any text.
func (e *ends) appendWhole(b []byte, w int) []byte { return append(e.appendArrow(b, w), theme.Off...) }
