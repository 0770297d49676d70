package transfers

import (
	"unicode/utf8"

	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// appendHead appends "─ 3 Queue ── 2 active · 3 waiting ────── 47.9M/s ▂▃▅▆▇ ── 2.2G left ── 00:47 ─".
func (p *Panel) appendHead(b []byte) []byte {
	name, border, edge, dash := theme.Title, theme.Border, "─", "──"
	if p.look.Focused {
		name, border, edge = theme.TitleFocused, theme.BorderFocused, "▌"
	}
	if p.tight() {
		dash = "─"
	}
	const title = " 3 Queue "
	b = cell.Paint(b, p.theme, border, edge)
	b = cell.Paint(b, p.theme, name, title)
	b = cell.Paint(b, p.theme, theme.Border, dash)
	used := 1 + len(title) + utf8.RuneCountInString(dash)
	b, used = p.appendAlarms(b, used)
	b, tabs := p.appendTitles(b, used, p.look.W-used, p.outlookWidth())
	if used += tabs; tabs == 0 && p.store.count(TabAll) == 0 && p.totals.Planning == 0 {
		b = cell.Paint(b, p.theme, theme.Dim, " empty ")
		used += len(" empty ")
	}
	return p.appendOutlook(b, p.look.W-used, dash+" ")
}

// appendAlarms appends what holds for the queue as a whole, and gives how many cells are used then.
func (p *Panel) appendAlarms(b []byte, used int) ([]byte, int) {
	for _, a := range [...]struct {
		on   bool
		text string
		role theme.Role
	}{
		{p.totals.Held, " PAUSED ", theme.BadgeActive},
		{p.totals.Planning > 0 && !p.totals.Held, " still looking ", theme.Note},
		{p.totals.Planning > 0 && p.totals.Held, " more to come ", theme.Note},
		{p.store.marked > 0 && p.look.Focused, " " + figure.Count(p.store.marked) + " marked ", theme.Marked},
	} {
		if a.on {
			b = append(cell.Paint(append(b, ' '), p.theme, a.role, a.text[1:len(a.text)-1]), ' ')
			used += len(a.text)
		}
	}
	return b, used
}

// appendOutlook appends the right part of the head in w cells: the limit, the speed and its history, what is left.
func (p *Panel) appendOutlook(b []byte, w int, dash string) []byte {
	if p.totals.Idle() {
		return append(figure.AppendLine(p.theme.AppendOn(b, theme.Border), w), theme.Off...)
	}
	var one, two [64]byte
	speed := append(figure.AppendSpeed(append(one[:0], ' '), p.speed()), ' ')
	end := p.appendRest(append(two[:0], ' '), dash)
	cells := p.sparkCells()
	room := w - len(speed) - cells - utf8.RuneCount(end)
	if room < 0 && p.tight() {
		speed, room = speed[:1], room+len(speed)-1
	}
	if room < 0 {
		return append(figure.AppendLine(p.theme.AppendOn(b, theme.Border), w), theme.Off...)
	}
	limit, need := p.look.Limit, termtext.Width(p.look.Limit)+limitAround
	if limit != "" && room < need && room+cells >= need {
		room, cells = room+cells, 0 // that there is a limit matters more than how the speed was
	}
	if limit == "" || room < need || p.graphHeight() > 0 {
		limit = ""
	} else {
		room -= need
	}
	b = append(figure.AppendLine(p.theme.AppendOn(b, theme.Border), room), theme.Off...)
	if limit != "" {
		b = cell.Paint(b, p.theme, theme.Warn, " limit "+limit+" ")
		b = cell.Paint(b, p.theme, theme.Border, "──")
	}
	b = append(append(p.theme.AppendOn(b, theme.Text), speed...), theme.Off...)
	b = append(p.appendSpark(p.theme.AppendOn(b, theme.Spark), cells), theme.Off...)
	return append(append(p.theme.AppendOn(b, theme.Dim), end...), theme.Off...)
}

// outlookWidth is about what the right part of the head takes.
func (p *Panel) outlookWidth() int {
	switch {
	case p.totals.Idle():
		return 0
	case p.tight():
		return p.sparkCells() + 12
	}
	return p.sparkCells() + 34
}

// limitAround is what stands around the limit: " limit ", a blank, and a line.
const limitAround = 10

// appendRest appends how much is left and for how long: "── 2.2G left ── 00:47 ─".
func (p *Panel) appendRest(b []byte, dash string) []byte {
	t := p.totals
	if !p.tight() {
		b = append(figure.AppendSize(append(b, dash...), max(t.Size-t.Moved, 0)), " left "...)
	}
	return append(figure.AppendLeft(append(b, dash...), t.Left), " ─"...)
}

// sparkCells is the width of the speed's history in the head, which a graph below makes needless, and sparkSeconds what
// a cell of it stands for.
func (p *Panel) sparkCells() int {
	if p.graphHeight() > 0 {
		return 0
	}
	return min(max(p.look.W/8, 8), 30)
}

const sparkSeconds = 6

// appendSpark appends the history of the speed.
func (p *Panel) appendSpark(b []byte, cells int) []byte {
	var buf [32]float64
	cols := buf[:cells]
	top := p.history.sums(cols, p.look.Now, min(cells*sparkSeconds, historySeconds))
	for _, v := range cols {
		b = appendEighth(b, v, top, 1, 0)
	}
	return b
}
