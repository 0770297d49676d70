package transfers

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"

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
	room := p.look.W - 1 - len(" 3 Queue ") - termtext.Width(dash) - len([]rune(counts)) - 1
	rightWidth := termtext.Width(right) + termtext.Width(spark)
	if rightWidth > room {
		right, spark, rightWidth = "", "", 0
	}
	if room < 0 {
		counts = termtext.Truncate(counts, len([]rune(counts))+room)
		room = 0
	}
	b = append(b, p.theme.Paint(border, edge)...)
	b = append(b, p.theme.Paint(title, " 3 Queue ")...)
	b = append(b, p.theme.Paint(theme.Border, dash)...)
	b = append(b, p.theme.Paint(theme.Dim, counts+" ")...)
	b = append(b, p.theme.Paint(theme.Border, figure.BarRest(room-rightWidth))...)
	b = append(b, p.theme.Paint(theme.Dim, spark)...)
	return append(b, p.theme.Paint(theme.Dim, right)...)
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
	c := columns{bar: 16, speed: 11, spark: 9, left: 8, route: 5}
	switch {
	case w >= 100:
		c = columns{bar: min(24, 14+(w-100)/2), amount: 12, speed: 12, spark: 9, left: 11, route: 5}
	case w < 50:
		c = columns{bar: 6, speed: 11}
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
	b = cell.Right(b, percent(e.Item), percentCells)
	b = appendAmount(b, e, c)
	b = appendSpark(b, in, e, c.spark)
	b = in.begin(b, roleOf(e))
	b = cell.Right(b, left(e.Item, c), c.left)
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
	done, cells := figure.BarDone(e.Moved, e.Size, width)
	if e.State == queue.Done {
		done, cells = figure.BarDone(1, 1, width)
	} else if e.Size == 0 {
		done, cells = "", 0
	}
	role := theme.Bar
	if e.State == queue.Failed {
		role = theme.BarFailed
	}
	b = append(in.begin(b, role), done...)
	return append(in.begin(b, theme.BarRest), figure.BarRest(width-cells)...)
}

func percent(it queue.Item) string {
	switch {
	case it.State == queue.Done:
		return "100%"
	case it.Size == vfs.SizeUnknown:
		return "?"
	case it.Size == 0:
		return "0%"
	}
	return strconv.Itoa(figure.Percent(it.Moved, it.Size)) + "%"
}

// appendAmount appends how much has been moved, and how fast or why it does not move.
func appendAmount(b []byte, e *entry, c columns) []byte {
	if c.amount > 0 {
		amount := figure.Of(e.Moved, e.Size)
		if e.State == queue.Done {
			amount = figure.Size(max(e.Size, e.Moved))
		}
		b = cell.Right(b, amount, c.amount)
	}
	return cell.Right(b, speed(e.Item), c.speed)
}

func speed(it queue.Item) string {
	switch it.State {
	case queue.Running:
		if it.Speed < 1 {
			return "starting"
		}
		return figure.Speed(it.Speed)
	case queue.Failed, queue.Skipped:
		return short(it.Reason, it.State)
	case queue.Waiting:
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
		{fs.ErrPermission, "denied"}, {fs.ErrExist, "exists"}, {fs.ErrNotExist, "not there"},
		{vfs.ErrNoSpace, "no space"}, {vfs.ErrUnsafeName, "bad name"}, {vfs.ErrTimeout, "timed out"},
		{vfs.ErrLost, "lost"}, {vfs.ErrConnect, "no contact"}, {vfs.ErrLogin, "no login"},
		{vfs.ErrIncomplete, "incomplete"}, {vfs.ErrBusy, "busy"}, {vfs.ErrRefused, "refused"}, {vfs.ErrDisk, "disk"},
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

func left(it queue.Item, c columns) string {
	switch {
	case c.left == 0:
		return ""
	case it.State == queue.Running:
		return figure.Left(it.Left)
	case it.State == queue.Failed || it.State == queue.Skipped:
		return it.State.String()
	}
	return ""
}

func (p *Panel) appendRoute(b []byte, it queue.Item, width int) []byte {
	if width == 0 {
		return b
	}
	route := ""
	if p.look.Route != nil {
		route = p.look.Route(it)
	}
	return append(cell.Blanks(b, width-len([]rune(route))), route...)
}
