package transfers

import (
	"errors"
	"io/fs"
	"strconv"
	"time"
	"unicode/utf8"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// Append appends a line of the panel, as wide as its Look says. Line 0 is the head.
func (p *Panel) Append(b []byte, n int) []byte {
	if n == 0 {
		return p.appendHead(b)
	}
	if from := p.look.H - p.graphHeight(); n >= from {
		return p.appendGraph(b, n-from)
	}
	if n-1 == p.rowLines() {
		if reason := p.reason(); reason != "" {
			return p.appendReason(b, reason)
		}
	}
	place := p.first + n - 1
	e := p.store.at(p.tab, place)
	switch {
	case e == nil && place == 0:
		return p.appendHint(b)
	case e == nil:
		return cell.Blanks(b, p.look.W)
	}
	return p.appendItem(b, e, p.look.Focused && place == p.cursor)
}

// reason gives the sentence that tells why the item under the cursor failed or was skipped, while the panel has the
// focus.
func (p *Panel) reason() string {
	if e := p.store.at(p.tab, p.cursor); e != nil && p.look.Focused {
		return prose.Sentence(e.Reason)
	}
	return ""
}

// appendReason appends the reason as far as it fits; Enter tells all of it.
func (p *Panel) appendReason(b []byte, reason string) []byte {
	const more = " Enter tells all "
	room, end := p.look.W, ""
	if termtext.Width(reason)+3 > room && room > 3*len(more) {
		room, end = room-len(more), more
	}
	b = p.theme.AppendOn(b, theme.Bad)
	b = cell.Field(b, termtext.Truncate(" ! "+reason, room), p.look.X, room)
	return append(b, theme.Off+p.theme.Paint(theme.Dim, end)...)
}

// appendHint says in an empty queue how something comes into it, or what is on its way.
func (p *Panel) appendHint(b []byte) []byte {
	hint := p.look.Hint
	switch {
	case p.tab != TabAll && p.tab != TabWaiting || p.tab == TabWaiting && p.totals.Planning == 0:
		hint = [...]string{
			TabActive: "Nothing is active.", TabWaiting: "Nothing waits.", TabFailed: "Nothing has failed.",
			TabDone: "Nothing is done yet.",
		}[p.tab]
	case p.totals.Planning > 0 && p.totals.Held:
		hint = "What is to be copied is looked through when the queue goes on."
	case p.totals.Planning > 0:
		hint = "What is to be copied is being looked through."
	}
	return append(b, p.theme.Paint(theme.Dim, termtext.Pad(termtext.Truncate("  "+hint, p.look.W), p.look.W))...)
}

// tight reports whether room is scarce.
func (p *Panel) tight() bool { return p.look.W < 100 }

// columns are the widths of an item's parts; 0 leaves a part out.
type columns struct{ name, bar, amount, speed, spark, left, route, sides int }

const percentCells = 5

// sidesFrom is the width from which both sides of an item are named.
const sidesFrom = 150

// columnsFor spends w cells. The name gets what is left.
func columnsFor(w int) columns {
	c := columns{bar: 12, amount: 12, speed: 12, left: 9, route: 5}
	switch {
	case w >= sidesFrom:
		c = columns{bar: 30, amount: 12, speed: 14, spark: 9, left: 11, sides: 36 + (w-sidesFrom)/4}
	case w >= 100:
		c = columns{bar: min(24, 14+(w-100)/2), amount: 12, speed: 12, spark: 9, left: 11, route: 5}
	case w < 50:
		c = columns{bar: 6, speed: 12}
	case w < 80:
		c.bar, c.amount, c.route = 10, 0, 0
	}
	c.name = w - 3 - 1 - c.bar - percentCells - c.amount - c.speed - c.spark - c.left - c.route - c.sides - 1
	return c
}

func (p *Panel) appendItem(b []byte, e *entry, cursor bool) []byte {
	c := columnsFor(p.look.W)
	in := painter{p.theme, cursor}
	role, sign := theme.Text, " "
	switch {
	case cursor:
		sign = ">"
	case e.marked:
		role, sign = theme.Marked, "*"
	}
	b = in.begin(b, roleOf(e))
	b = append(append(append(b, sign...), arrow(e.Item)...), ' ')
	b = in.begin(b, role)
	b = cell.Field(b, p.nameOf(e, c.name, cursor), p.look.X+3, c.name)
	b = appendBar(append(b, ' '), in, e, c.bar)
	b = in.begin(b, theme.Text)
	b = appendPercent(b, e.Item)
	b = p.appendAmount(b, in, e, c)
	b = appendSpark(b, in, e, c.spark)
	b = in.begin(b, roleOf(e))
	b = p.appendLeft(b, e, c.left)
	b = in.begin(b, theme.Dim)
	b = p.appendRoute(b, e.Item, c.route)
	b = p.appendSides(b, e, c.sides)
	return append(append(b, ' '), theme.Off...)
}

// nameOf gives the name of an item in at most width cells: with its mark where the cursor hides that, and with a word
// about who moves it.
func (p *Panel) nameOf(e *entry, width int, cursor bool) string {
	const elsewhere = " (other ferry)"
	name := e.label
	if cursor && e.marked {
		name = "*" + name
	}
	if e.Elsewhere && width > 2*len(elsewhere) {
		return termtext.Middle(name, width-len(elsewhere)) + elsewhere
	}
	return termtext.Middle(name, width)
}

// painter begins parts in their roles, or in the cursor's where the row is under it.
type painter struct {
	theme  *theme.Theme
	cursor bool
}

func (p painter) begin(b []byte, r theme.Role) []byte {
	if p.cursor {
		r = theme.Cursor
	}
	return p.theme.AppendOn(append(b, theme.Off...), r)
}

func roleOf(e *entry) theme.Role {
	switch e.State {
	case queue.Failed:
		return theme.Bad
	case queue.Asking, queue.Retrying:
		return theme.Warn
	case queue.Done:
		return theme.Good
	case queue.Running:
		return theme.Text
	}
	return theme.Dim
}

func arrow(it queue.Item) string {
	switch it.State {
	case queue.Failed:
		return "!"
	case queue.Asking:
		return "?"
	}
	return [...]string{queue.Across: "→", queue.Up: "↑", queue.Down: "↓"}[it.Direction]
}

func appendBar(b []byte, in painter, e *entry, width int) []byte {
	role, moved, size := theme.Bar, e.Moved, e.Size
	switch {
	case e.State == queue.Done:
		moved, size = 1, 1
	case e.State == queue.Failed:
		role = theme.BarFailed
	case e.Size == 0:
		size = 1 // an empty file that is not there yet
	}
	b, cells := figure.AppendBarDone(in.begin(b, role), moved, size, width)
	return figure.AppendLine(in.begin(b, theme.BarRest), width-cells)
}

func appendPercent(b []byte, it queue.Item) []byte {
	var buf [8]byte
	s := buf[:0]
	switch {
	case it.State == queue.Done:
		s = append(s, "100%"...)
	case it.Size == vfs.SizeUnknown:
		s = append(s, '?')
	case it.Size == 0:
		s = append(s, "0%"...)
	default:
		s = append(strconv.AppendInt(s, int64(figure.Percent(it.Moved, it.Size)), 10), '%')
	}
	return cell.Right(b, s, percentCells)
}

// appendAmount appends how much has been moved, and how fast or why it does not move.
func (p *Panel) appendAmount(b []byte, in painter, e *entry, c columns) []byte {
	var buf [32]byte
	if c.amount > 0 {
		s := buf[:0]
		if e.State == queue.Done {
			s = figure.AppendSize(s, max(e.Size, e.Moved))
		} else {
			s = figure.AppendOf(s, e.Moved, e.Size)
		}
		b = cell.Right(b, s, c.amount)
	}
	if e.State == queue.Running && e.Speed >= 1 {
		return cell.Right(b, figure.AppendSpeed(buf[:0], e.Speed), c.speed)
	}
	if e.State != queue.Running {
		b = in.begin(b, roleOf(e))
	}
	return cell.Right(b, standstill(e, p.look.Now), c.speed)
}

// standstill says why an item does not move; of what is done, how sure that is.
func standstill(e *entry, now time.Time) string {
	it := e.Item
	switch it.State {
	case queue.Running:
		return "starting"
	case queue.Done:
		return [...]string{
			queue.ProofNone: "done", queue.ProofSize: "done =size", queue.ProofHash: "done =hash",
		}[it.Proof]
	case queue.Failed, queue.Skipped, queue.Retrying:
		return short(it.Reason, it.State)
	case queue.Asking:
		return "in the way"
	case queue.Waiting:
		return waits(e, now)
	case queue.Paused:
		if errors.Is(it.Reason, vfs.ErrNoSpace) {
			return short(it.Reason, it.State)
		}
	}
	return it.State.String()
}

func waits(e *entry, now time.Time) string {
	switch {
	case e.Reason != nil:
		return short(e.Reason, e.State)
	case e.goesOn(now) > 0:
		return "later"
	}
	return "queued"
}

// short gives the reason in at most ten cells.
func short(err error, s queue.State) string {
	if f := (*vfs.Failure)(nil); errors.As(err, &f) && f.On != "" && errors.Is(err, vfs.ErrUnsafeName) {
		return "not taken" // by the server, which may also mean that nobody may write there
	}
	for _, k := range [...]struct {
		kind error
		word string
	}{
		{fs.ErrPermission, "denied"},
		{fs.ErrExist, "exists"},
		{fs.ErrNotExist, "not there"},
		{vfs.ErrNoSpace, "no space"},
		{vfs.ErrUnsafeName, "bad name"},
		{vfs.ErrTimeout, "timed out"},
		{vfs.ErrLost, "lost"},
		{vfs.ErrConnect, "no contact"},
		{vfs.ErrLogin, "no login"},
		{vfs.ErrIncomplete, "incomplete"},
		{vfs.ErrBusy, "busy"},
		{vfs.ErrRefused, "refused"},
		{vfs.ErrDisk, "disk"},
	} {
		if errors.Is(err, k.kind) {
			return k.word
		}
	}
	return s.String()
}

func appendSpark(b []byte, in painter, e *entry, width int) []byte {
	if width == 0 {
		return b
	}
	b = append(in.begin(b, theme.Spark), ' ')
	return e.spark.Append(b, width-1)
}

// appendLeft appends the time that an item still takes, or when it goes on, or what it needs.
func (p *Panel) appendLeft(b []byte, e *entry, width int) []byte {
	var buf [24]byte
	s := buf[:0]
	switch {
	case width == 0:
		return b
	case e.State == queue.Running:
		s = figure.AppendLeft(s, e.Left)
	case e.State == queue.Failed || e.State == queue.Skipped:
		if word := e.State.String(); standstill(e, p.look.Now) != word { // which is said already
			s = append(s, word...)
		}
	case e.State == queue.Asking:
		s = append(s, "Enter"...)
	case e.goesOn(p.look.Now) > 0:
		s = figure.AppendWait(append(s, "in "...), e.goesOn(p.look.Now))
	}
	return cell.Right(b, s[:min(len(s), width)], width)
}

func (p *Panel) appendRoute(b []byte, it queue.Item, width int) []byte {
	if width == 0 {
		return b
	}
	route := ""
	if p.look.Route != nil {
		route = p.look.Route(it)
	}
	return append(cell.Blanks(b, width-utf8.RuneCountInString(route)), route...)
}

// appendSides appends from where to where an item goes.
func (p *Panel) appendSides(b []byte, e *entry, width int) []byte {
	if width == 0 {
		return b
	}
	b = append(b, "  "...)
	return cell.Field(b, termtext.Middle(e.sides, width-2), p.look.X+p.look.W-1-(width-2), width-2)
}
