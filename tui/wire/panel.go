package wire

import (
	"strconv"
	"time"

	"ferry/ftpclient"
	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// Look is how the panel is shown.
type Look struct {
	X, W, H int // the first column, counted from 0; the size with the head
	Focused bool
	Zone    *time.Location
}

// Panel shows the latest lines of a Log, or older ones when scrolled. It is not safe for concurrent use.
type Panel struct {
	theme *theme.Theme
	lines []line // a ring of at most Kept lines
	first int    // the oldest line in a full ring
	back  int    // lines scrolled back from the end
	look  Look
}

// NewPanel makes an empty panel.
func NewPanel(t *theme.Theme) *Panel { return &Panel{theme: t} }

// SetLook says how the panel is shown from now on.
func (p *Panel) SetLook(l Look) {
	p.look = l
	p.scrollTo(p.back)
}

// Add shows more events. lost says how many were lost before them. A panel that is scrolled back stays where it is.
func (p *Panel) Add(events []ftpclient.Event, lost int) {
	if lost > 0 && len(events) > 0 {
		p.push(line{at: events[0].At, text: figure.Plural(lost, "event") + " lost", role: theme.Warn})
	}
	for _, e := range events {
		for _, l := range lines(e) {
			p.push(l)
		}
	}
	p.scrollTo(p.back)
}

func (p *Panel) push(l line) {
	if len(p.lines) < Kept {
		p.lines = append(p.lines, l)
	} else {
		p.lines[p.first] = l
		p.first = (p.first + 1) % Kept
	}
	if p.back > 0 {
		p.back++
	}
}

// at gives a line, counted from the oldest.
func (p *Panel) at(i int) *line { return &p.lines[(p.first+i)%len(p.lines)] }

func (p *Panel) body() int { return max(p.look.H-1, 0) }

func (p *Panel) scrollTo(back int) { p.back = max(min(back, len(p.lines)-p.body()), 0) }

// Wheel scrolls by lines, to newer ones where they are positive.
func (p *Panel) Wheel(lines int) { p.scrollTo(p.back - lines) }

// Act does what a key asks of the panel, and reports whether it was for it.
func (p *Panel) Act(a keymap.Action) bool {
	page := max(p.body()-1, 1)
	switch a {
	case keymap.Up:
		p.scrollTo(p.back + 1)
	case keymap.Down:
		p.scrollTo(p.back - 1)
	case keymap.PageUp:
		p.scrollTo(p.back + page)
	case keymap.PageDown:
		p.scrollTo(p.back - page)
	case keymap.HalfUp:
		p.scrollTo(p.back + max(page/2, 1))
	case keymap.HalfDown:
		p.scrollTo(p.back - max(page/2, 1))
	case keymap.Top:
		p.scrollTo(len(p.lines))
	case keymap.Bottom:
		p.scrollTo(0)
	default:
		return false
	}
	return true
}

// Append appends a line of the panel, as wide as its Look says. Line 0 is the head.
func (p *Panel) Append(b []byte, n int) []byte {
	if n == 0 {
		return p.appendHead(b)
	}
	i := len(p.lines) - p.back - p.body() + n - 1
	if len(p.lines) < p.body() {
		i = n - 1
	}
	if i < 0 || i >= len(p.lines) {
		return cell.Blanks(b, p.look.W)
	}
	return p.appendLine(b, p.at(i))
}

// appendHead appends "─ 4 Log ── all connections ──────── z zoom ─".
func (p *Panel) appendHead(b []byte) []byte {
	role, border := theme.Title, theme.Border
	if p.look.Focused {
		role, border = theme.TitleFocused, theme.BorderFocused
	}
	right := " z zoom ─"
	if p.back > 0 {
		right = " " + figure.Count(p.back) + " newer lines below · G goes there ─"
	}
	edge := "─"
	if p.look.Focused {
		edge = "▌"
	}
	left, middle := " 4 Log ", "── all connections "
	room := p.look.W - 1 - len(left) - termtext.Width(right)
	if room < 0 {
		right, room = "", max(p.look.W-1-len(left), 0)
	}
	if n := termtext.Width(middle); n <= room {
		room -= n
	} else {
		middle = ""
	}
	b = cell.Paint(b, p.theme, border, edge)
	b = cell.Paint(b, p.theme, role, left)
	b = append(p.theme.AppendOn(b, theme.Border), middle...)
	return append(append(figure.AppendLine(b, room), right...), theme.Off...)
}

func (p *Panel) appendLine(b []byte, l *line) []byte {
	var head [24]byte
	h := append(head[:0], ' ')
	if l.more {
		h = cell.Blanks(h, 8+2)
	} else {
		h = append(l.at.In(p.zone()).AppendFormat(h, "15:04:05"), ' ')
		h = append(strconv.AppendInt(h, int64(l.conn), 10), ' ')
	}
	b = p.theme.AppendOn(b, l.role)
	b = append(b, h...)
	room := p.look.W - len(h)
	b = cell.Field(b, termtext.Truncate(l.text, room), p.look.X+len(h), room)
	return append(b, theme.Off...)
}

func (p *Panel) zone() *time.Location {
	if p.look.Zone == nil {
		return time.UTC
	}
	return p.look.Zone
}
