package transfers

import (
	"strconv"
	"time"

	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// history is the speed of all transfers, second by second. The zero history is empty.
type history struct {
	speeds [historySeconds]float32 // a ring; the second after the Unix epoch, modulo its length, is the place
	last   int64                   // the latest second; 0 before the first
}

const historySeconds = 300

// add notes a speed; of those of one second the highest stays, or the end of the work would hide it. Seconds of which
// nothing was heard were without any.
func (h *history) add(now time.Time, speed float64) {
	second := now.Unix()
	if second < h.last {
		return
	}
	for s := max(h.last+1, second-historySeconds+1); s <= second; s++ {
		h.speeds[s%historySeconds] = 0
	}
	h.last = second
	at := &h.speeds[second%historySeconds]
	*at = max(*at, float32(speed))
}

// column gives the mean speed of column i of n, which together show the last span seconds before now.
func (h *history) column(now time.Time, i, n, span int) float64 {
	second := now.Unix()
	from, to := second-int64(span)+int64(i*span/n), second-int64(span)+int64((i+1)*span/n)
	to = max(to, from+1)
	sum := 0.0
	for s := from; s < to; s++ {
		if s+1 > h.last-historySeconds && s+1 <= h.last {
			sum += float64(h.speeds[(s+1)%historySeconds])
		}
	}
	return sum / float64(to-from)
}

// Pace gives the mean speed in octets a second of the last seconds in which anything moved; 0 where nothing did.
func (p *Panel) Pace() float64 {
	sum, n := 0.0, 0
	for _, speed := range p.history.speeds {
		if speed > 0 {
			sum += float64(speed)
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// sums fills cols with the columns, and gives the highest.
func (h *history) sums(cols []float64, now time.Time, span int) float64 {
	top := 0.0
	for i := range cols {
		cols[i] = h.column(now, i, len(cols), span)
		top = max(top, cols[i])
	}
	return top
}

// graphLines is the height of the graph below the list, its axis included; graphFrom the height of the panel from which
// there is one.
const (
	graphLines = 6
	graphFrom  = 16
)

// graphHeight gives the lines that the graph takes.
func (p *Panel) graphHeight() int {
	if p.look.H < graphFrom {
		return 0
	}
	return graphLines
}

const eighths = " ▁▂▃▄▅▆▇█"

// appendGraph appends a line of the graph, counted from its top; the last one is its axis.
func (p *Panel) appendGraph(b []byte, n int) []byte {
	const scale = 10 // cells of the scale on the left
	if n == 0 {
		p.sampleGraph(max(p.look.W-scale-2, 1))
	}
	if n == graphLines-1 {
		return p.appendAxis(b, scale)
	}
	var buf [16]byte
	label := buf[:0]
	switch {
	case n == 0 && p.top > 0:
		label = figure.AppendSpeed(label, p.top)
	case n == graphLines-2:
		label = append(label, '0')
	}
	b = cell.Right(p.theme.AppendOn(b, theme.Dim), label, scale-1)
	b = append(append(b, theme.Off...), ' ')
	b = p.theme.AppendOn(b, theme.Spark)
	rows := graphLines - 1
	for _, v := range p.graph {
		b = appendEighth(b, v, p.top, rows, rows-1-n)
	}
	return cell.Blanks(append(b, theme.Off...), p.look.W-scale-len(p.graph))
}

// appendEighth appends the part of a column of v, where top is rows high, that lies in a row counted from below.
func appendEighth(b []byte, v, top float64, rows, row int) []byte {
	filled := 0
	if top > 0 {
		filled = int(v/top*float64(8*rows)+0.5) - 8*row
	}
	if v > 0 && row == 0 {
		filled = max(filled, 1)
	}
	switch filled = min(max(filled, 0), 8); filled {
	case 0:
		return append(b, ' ')
	default:
		from := 1 + 3*(filled-1)
		return append(b, eighths[from:from+3]...)
	}
}

// sampleGraph computes the columns of a graph.
func (p *Panel) sampleGraph(cells int) {
	if cap(p.graph) < cells {
		p.graph = make([]float64, cells)
	}
	p.graph = p.graph[:cells]
	p.top = p.history.sums(p.graph, p.look.Now, historySeconds)
}

// appendAxis appends "5 min ago ─── 1.4/3.6G 38% ─── limit ↑300K/s ─── now": below the graph what it sums up to.
func (p *Panel) appendAxis(b []byte, scale int) []byte {
	from, to := " 5 min ago ", " now "
	room := p.look.W - scale - len(from) - len(to) - 2
	var words []string
	for _, w := range []string{p.sum(), p.limit()} {
		if cells := termtext.Width(w); w != "" && room >= cells+axisLeast {
			words, room = append(words, w), room-cells
		}
	}
	b = p.theme.AppendOn(cell.Blanks(b, scale), theme.Dim)
	b = append(b, from...)
	for _, w := range words {
		part := room / (len(words) + 1)
		b, room = append(figure.AppendLine(b, part), w...), room-part
	}
	b = figure.AppendLine(b, room)
	b = append(append(b, to...), theme.Off...)
	return cell.Blanks(b, 2)
}

// axisLeast is what of the axis stays a line.
const axisLeast = 4

// sum gives how much of all has been moved, "" where there is nothing.
func (p *Panel) sum() string {
	if p.totals.Size <= 0 {
		return ""
	}
	return " " + figure.Of(p.totals.Moved, p.totals.Size) + " " +
		strconv.Itoa(figure.Percent(p.totals.Moved, p.totals.Size)) + "% "
}

func (p *Panel) limit() string {
	if p.look.Limit == "" {
		return ""
	}
	return " limit " + p.look.Limit + " "
}
