package transfers

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
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
	if n-1 == p.rowLines() {
		if reason := p.reason(); reason != "" {
			return p.appendReason(b, reason)
		}
	}
	place := p.top + n - 1
	e := p.store.at(place)
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
	if e := p.store.at(p.cursor); e != nil && p.look.Focused {
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

// appendHint says in an empty queue how something comes into it.
func (p *Panel) appendHint(b []byte) []byte {
	return append(b, p.theme.Paint(theme.Dim, termtext.Pad("  "+p.look.Hint, p.look.W))...)
}

// tight reports whether room is scarce.
func (p *Panel) tight() bool { return p.look.W < 100 }

// appendHead appends "─ 3 Queue ── 2 active · 3 waiting ────── 47.9M/s ▂▃▅▆▇ ── 2.2G left ── 00:47 ─".
func (p *Panel) appendHead(b []byte) []byte {
	title, border, edge, dash := theme.Title, theme.Border, "─", "── "
	if p.look.Focused {
		title, edge = theme.TitleFocused, "▌"
		border = theme.BorderFocused
	}
	if p.tight() {
		dash = "─ "
	}
	counts := p.counts()
	right, spark := p.outlook(dash)
	room := p.look.W - 1 - len(" 3 Queue ") - termtext.Width(dash) - utf8.RuneCountInString(counts) - 1
	rightWidth := termtext.Width(right) + termtext.Width(spark)
	if rightWidth > room {
		right, spark, rightWidth = "", "", 0
	}
	if room < 0 {
		counts = termtext.Truncate(counts, utf8.RuneCountInString(counts)+room)
		room = 0
	}
	b = cell.Paint(b, p.theme, border, edge)
	b = cell.Paint(b, p.theme, title, " 3 Queue ")
	b = cell.Paint(b, p.theme, theme.Border, dash)
	b = append(append(p.theme.AppendOn(b, theme.Dim), counts...), ' ')
	b = figure.AppendLine(p.theme.AppendOn(append(b, theme.Off...), theme.Border), room-rightWidth)
	b = append(p.theme.AppendOn(append(b, theme.Off...), theme.Dim), spark...)
	return append(append(b, right...), theme.Off...)
}

// counts says how many items there are of each kind.
func (p *Panel) counts() string {
	t := p.totals
	words := [...]string{" active", " waiting", " failed", " done", " skipped", " cancelled"}
	between := " · "
	if p.tight() {
		words = [...]string{" active", " wait", " fail", " done", " skip", " cancel"}
		between = " "
	}
	var parts []string
	for i, n := range [...]int{t.Running, t.Waiting, t.Failed, t.Done, t.Skipped, t.Cancelled} {
		if n > 0 {
			parts = append(parts, figure.Count(n)+words[i])
		}
	}
	if t.Planning > 0 {
		parts = append(parts, "still looking")
	}
	if len(parts) == 0 {
		return "empty"
	}
	return strings.Join(parts, between)
}

// outlook gives the right part of the head: what is left, and the speed.
func (p *Panel) outlook(dash string) (right, spark string) {
	t := p.totals
	if t.Idle() {
		return "─", ""
	}
	spark = " " + strings.TrimRight(string(p.spark.Append(nil, figure.SparkCells)), " ") + " "
	right = dash + figure.Left(t.Left) + " ─"
	if !p.tight() {
		spark = " " + figure.Speed(p.speed()) + spark
		right = dash + figure.Size(max(t.Size-t.Moved, 0)) + " left " + right
	}
	return right, spark
}

// columns are the widths of an item's parts; 0 leaves a part out.
type columns struct{ name, bar, amount, speed, spark, left, route int }

const percentCells = 5

// columnsFor spends w cells. The name gets what is left.
func columnsFor(w int) columns {
	c := columns{bar: 16, speed: 12, spark: 9, left: 8, route: 5}
	switch {
	case w >= 100:
		c = columns{bar: min(24, 14+(w-100)/2), amount: 12, speed: 12, spark: 9, left: 11, route: 5}
	case w < 50:
		c = columns{bar: 6, speed: 12}
	case w < 80:
		c.bar, c.spark, c.route = 10, 0, 0
	}
	c.name = w - 3 - 1 - c.bar - percentCells - c.amount - c.speed - c.spark - c.left - c.route - 1
	return c
}

func (p *Panel) appendItem(b []byte, e *entry, cursor bool) []byte {
	c := columnsFor(p.look.W)
	in := painter{p.theme, cursor}
	sign := " "
	if cursor {
		sign = ">"
	}
	b = in.begin(b, roleOf(e))
	b = append(append(append(b, sign...), arrow(e.Item)...), ' ')
	b = in.begin(b, theme.Text)
	b = cell.Field(b, termtext.Middle(name(e.Item), c.name), p.look.X+3, c.name)
	b = appendBar(append(b, ' '), in, e, c.bar)
	b = in.begin(b, theme.Text)
	b = appendPercent(b, e.Item)
	b = appendAmount(b, e, c)
	b = appendSpark(b, in, e, c.spark)
	b = in.begin(b, roleOf(e))
	b = appendLeft(b, e.Item, c.left)
	b = in.begin(b, theme.Dim)
	b = p.appendRoute(b, e.Item, c.route)
	return append(append(b, ' '), theme.Off...)
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
	case queue.Done:
		return theme.Good
	case queue.Running:
		return theme.Text
	}
	return theme.Dim
}

func arrow(it queue.Item) string {
	if it.State == queue.Failed {
		return "!"
	}
	return [...]string{queue.Across: "→", queue.Up: "↑", queue.Down: "↓"}[it.Direction]
}

func name(it queue.Item) string {
	n := termtext.DisplayName(it.Name)
	if it.Folder {
		n += "/"
	}
	return n
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
func appendAmount(b []byte, e *entry, c columns) []byte {
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
	return cell.Right(b, standstill(e.Item), c.speed)
}

// standstill says why an item does not move.
func standstill(it queue.Item) string {
	switch it.State {
	case queue.Running:
		return "starting"
	case queue.Failed, queue.Skipped:
		return short(it.Reason, it.State)
	case queue.Waiting, queue.Retrying:
		if it.Reason != nil {
			return "tries again"
		}
		return "queued"
	}
	return it.State.String()
}

// short gives the reason in at most ten cells.
func short(err error, s queue.State) string {
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

func appendLeft(b []byte, it queue.Item, width int) []byte {
	var buf [16]byte
	switch {
	case width == 0:
		return b
	case it.State == queue.Running:
		return cell.Right(b, figure.AppendLeft(buf[:0], it.Left), width)
	case it.State == queue.Failed || it.State == queue.Skipped:
		return cell.Right(b, it.State.String(), width)
	}
	return cell.Blanks(b, width)
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
