package wire

import (
	"strconv"
	"time"

	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// rowKind says what a row of the drawing is.
type rowKind uint8

const (
	rowHead rowKind = iota // of a client: who stands on both sides
	rowControl
	rowData
	rowFailed // a data connection that did not come to be
	rowText   // part of a story
	rowIdle   // stands for idle control connections
	rowFoot   // closes the boxes
	rowHint   // nothing is connected
)

// row is a row of the drawing.
type row struct {
	kind   rowKind
	client *client
	conn   *control
	failed *failure   // of rowFailed
	role   theme.Role // of rowText
	text   string     // of rowText; safe to draw
	first  bool       // the first of a story
	n      int        // of rowIdle
}

// drawing shows the board: for each client two sides, and a line for each connection between them.
type drawing struct {
	board board
	rows  []row
	top   int // the first row shown
	w, h  int
	key   string // switches the mode
	hint  string
	many  bool // there are several clients, whose connections are named by letters
}

// boxesFrom is the width from which both sides are boxes.
const boxesFrom = 84

func (d *drawing) boxes() bool { return d.w >= boxesFrom }

// lay arranges the rows anew. Where they do not fit, idle control connections are counted instead of drawn.
func (d *drawing) lay() {
	d.arrange(false)
	if len(d.rows) > d.h {
		d.arrange(true)
	}
	d.scrollTo(d.top)
}

func (d *drawing) scrollTo(top int) { d.top = max(min(top, len(d.rows)-d.h), 0) }

func (d *drawing) arrange(fold bool) {
	d.rows, d.many = d.rows[:0], len(d.board.clients) > 1
	for _, cl := range d.board.clients {
		if len(cl.conns) == 0 && len(cl.failed) == 0 {
			continue
		}
		d.rows = append(d.rows, row{kind: rowHead, client: cl})
		d.arrangeConns(cl, fold)
		d.arrangeStory(cl)
		if d.boxes() {
			d.rows = append(d.rows, row{kind: rowFoot, client: cl})
		}
	}
	if len(d.rows) == 0 {
		d.rows = append(d.rows, row{kind: rowHint})
	}
}

func (d *drawing) arrangeConns(cl *client, fold bool) {
	resting := 0
	for _, c := range cl.conns {
		if fold && c.state == idle && c.data == nil {
			resting++
			continue
		}
		d.rows = append(d.rows, row{kind: rowControl, client: cl, conn: c})
		if c.data != nil {
			d.rows = append(d.rows, row{kind: rowData, client: cl, conn: c})
		}
	}
	if resting > 0 {
		d.rows = append(d.rows, row{kind: rowIdle, client: cl, n: resting})
	}
}

func (d *drawing) arrangeStory(cl *client) {
	room := d.w - 6
	if d.boxes() {
		_, middle, _ := d.columns(cl)
		room = middle - 6
	}
	first := true
	for i := range cl.failed {
		if f := &cl.failed[i]; d.boxes() && f.drawn() {
			d.rows = append(d.rows, row{kind: rowFailed, client: cl, failed: f})
			first = false
		}
	}
	for _, s := range cl.story(d.key) {
		if d.boxes() && s.drawn {
			continue
		}
		for _, text := range prose.Wrap(s.text, room) {
			d.rows = append(d.rows, row{kind: rowText, client: cl, role: s.role, text: text, first: first})
			first = false
		}
	}
}

// append appends row n of what is shown.
func (d *drawing) append(b []byte, v view, n int, now time.Time) []byte {
	i := d.top + n
	if i >= len(d.rows) {
		return cell.Blanks(b, d.w)
	}
	r := &d.rows[i]
	if left := len(d.rows) - i - 1; n == d.h-1 && left > 0 {
		return d.appendText(b, v, theme.Dim, "   … "+figure.Plural(left+1, "row")+" more")
	}
	switch {
	case r.kind == rowHint:
		return d.appendText(b, v, theme.Dim, "  "+d.hint)
	case d.boxes():
		return d.appendBoxed(b, v, r, now)
	}
	return d.appendPlain(b, v, r, now)
}

// appendText appends a row that is a text alone.
func (d *drawing) appendText(b []byte, v view, r theme.Role, text string) []byte {
	b = v.theme.AppendOn(b, r)
	b = cell.Field(b, termtext.Truncate(text, d.w), v.x, d.w)
	return append(b, theme.Off...)
}

// called gives what the server is called.
func (d *drawing) called(cl *client) string {
	if d.many {
		return string(rune('a'+max(cl.id-1, 0)%26)) + " " + cl.server
	}
	return cl.server
}

// addresses gives the addresses of both ends, "" where nothing has connected yet.
func (cl *client) addresses() (here, there string) {
	for _, c := range cl.conns {
		if c.local.IsValid() {
			return cl.here.of(c.local.Addr()), cl.there.of(c.remote.Addr())
		}
	}
	return "", ""
}

// appendPort appends ":50122", right-aligned or left-aligned in portCells.
func appendPort(b []byte, port uint16, right bool) []byte {
	var buf [8]byte
	s := buf[:0]
	if port != 0 {
		s = strconv.AppendUint(append(s, ':'), uint64(port), 10)
	}
	if right {
		return cell.Right(b, s, portCells)
	}
	return cell.Blanks(append(b, s...), portCells-len(s))
}

const portCells = 6

// ends is one connection as it is drawn: a line with an arrow from the side that dialled.
type ends struct {
	role    theme.Role
	here    uint16
	there   uint16
	inbound bool // the server dialled
	heavy   bool // a data connection
	broken  bool // it has ended
	failed  bool // it did not come to be
	flow    int  // where octets flow: 1 to the server, -1 to us, 0 nowhere
	phase   int  // moves while they do
}

func (d *drawing) ends(r *row) ends {
	c := r.conn
	if r.kind == rowFailed {
		f := r.failed
		return ends{
			role: theme.WireFailed, here: f.local.Port(), there: f.remote.Port(), inbound: f.method.Active(), heavy: true,
			failed: true,
		}
	}
	if r.kind == rowControl {
		e := ends{role: theme.WireControl, here: c.local.Port(), there: c.remote.Port(), broken: c.state == closed}
		if e.broken {
			e.role = theme.Dim
		}
		return e
	}
	e := ends{
		role: theme.WirePassive, here: c.data.local.Port(), there: c.data.remote.Port(),
		inbound: c.data.method.Active(), heavy: true, flow: 1, phase: c.data.phase,
	}
	if e.inbound {
		e.role = theme.WireActive
	}
	if inward(c.verb) {
		e.flow = -1
	}
	if c.data.octets == 0 {
		e.flow = 0
	}
	return e
}

// appendLine appends cells of a line, over which octets run in the direction in which they flow: at counts the cells
// to its left.
func (e *ends) appendLine(b []byte, at, cells int) []byte {
	const every = 7 // cells between two of them
	line, mark := "─", "›"
	if e.heavy {
		line = "━"
	}
	if e.broken {
		line = "╌"
	}
	if e.flow < 0 {
		mark = "‹"
	}
	for i := at; i < at+cells; i++ {
		if e.flow != 0 && mod(i-e.flow*e.phase, every) == 0 {
			b = append(b, mark...)
		} else {
			b = append(b, line...)
		}
	}
	return b
}

func mod(n, by int) int { return (n%by + by) % by }
