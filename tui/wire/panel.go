package wire

import (
	"time"

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
	Now     time.Time
	Hint    string // what is said while nothing is connected
	ModeKey string // switches the data mode
	Badge   string // the data mode of the connection in the panes; "" for none
	Role    theme.Role
	Why     string // how that mode was chosen
}

// shape is what of the panel is shown.
type shape uint8

const (
	both shape = iota
	onlyDrawing
	onlyTranscript
	shapes
)

// sideFrom and stackFrom are the columns, and lines below the head, from which drawing and transcript lie side by side
// or one above the other. Where there is neither, the transcript stays.
const (
	sideFrom  = 100
	stackFrom = 12
)

// Panel shows the connections and the latest lines of a Log. It is not safe for concurrent use.
type Panel struct {
	theme  *theme.Theme
	lines  transcript
	wires  drawing
	shape  shape
	typing bool // the filter is being typed
	look   Look
	places places
}

// places says where the two parts are, in cells of the panel; what is not shown is empty.
type places struct {
	drawingW, drawingH int
	linesX, linesY     int
	linesW, linesH     int
	side               bool // a border is between them
}

// NewPanel makes an empty panel.
func NewPanel(t *theme.Theme) *Panel { return &Panel{theme: t, lines: newTranscript()} }

// SetLook says how the panel is shown from now on.
func (p *Panel) SetLook(l Look) {
	if l.Zone == nil {
		l.Zone = time.UTC
	}
	if !l.Focused {
		p.typing = false
	}
	p.look = l
	p.arrange()
}

// arrange divides the panel among its parts.
func (p *Panel) arrange() {
	w, h := max(p.look.W, 0), max(p.look.H-1, 0)
	p.wires.key, p.wires.hint = p.look.ModeKey, p.look.Hint
	switch s := p.shape; {
	case s == onlyDrawing:
		p.places = places{drawingW: w, drawingH: h}
	case s == both && w >= sideFrom:
		left := sideWidth(w)
		p.places = places{drawingW: left, drawingH: h, side: true, linesX: left + 1, linesW: w - left - 1, linesH: h}
	case s == both && h >= stackFrom:
		p.wires.w, p.wires.h = w, h
		p.wires.arrange(false)
		upper := min(len(p.wires.rows), h*3/5)
		p.places = places{drawingW: w, drawingH: upper, linesY: upper + 1, linesW: w, linesH: h - upper - 1}
	default:
		p.places = places{linesW: w, linesH: h}
	}
	p.wires.w, p.wires.h = p.places.drawingW, p.places.drawingH
	p.wires.lay()
	p.lines.rows = p.places.linesH
	p.lines.scrollTo(p.lines.back)
}

// sideWidth gives what the drawing gets beside the transcript: room for boxes, if that leaves enough.
func sideWidth(w int) int {
	if wide := min(w*3/5, 140); wide >= boxesFrom && w-wide >= leastLines {
		return wide
	}
	return (w - 1) / 2
}

// leastLines is the width that a transcript needs beside boxes.
const leastLines = 60

// Add shows more events. lost says how many were lost before them. A transcript that is scrolled back stays where it
// is.
func (p *Panel) Add(events []Event, lost int) {
	if lost > 0 && len(events) > 0 {
		p.lines.push(line{at: events[0].At, text: figure.Plural(lost, "event") + " lost", rest: theme.Warn})
	}
	for _, e := range events {
		p.lines.take(e)
		p.wires.board.take(e)
	}
	p.arrange()
}

// Lively reports whether the drawing changes with time alone, so that Tick should be called now and then.
func (p *Panel) Lively() bool { return p.places.drawingH > 0 && p.wires.board.lively() }

// Tick looks at what flows over the data connections.
func (p *Panel) Tick(now time.Time) { p.wires.board.sample(now) }

// ModeChanged forgets what has failed: the person who switches the mode wants it tried anew.
func (p *Panel) ModeChanged() {
	for _, cl := range p.wires.board.clients {
		cl.forget()
	}
	p.arrange()
}

// Wheel scrolls the transcript, or the drawing alone, by lines: to newer ones where they are positive.
func (p *Panel) Wheel(lines int) { p.scroll(lines) }

func (p *Panel) scroll(lines int) {
	if p.places.linesH == 0 {
		p.wires.scrollTo(p.wires.top + lines)
		return
	}
	p.lines.scrollTo(p.lines.back - lines)
}

// Act does what a key asks of the panel, and reports whether it was for it.
func (p *Panel) Act(a keymap.Action) bool {
	page := max(p.look.H-2, 1)
	switch a {
	case keymap.Up:
		p.scroll(-1)
	case keymap.Down:
		p.scroll(1)
	case keymap.PageUp:
		p.scroll(-page)
	case keymap.PageDown:
		p.scroll(page)
	case keymap.HalfUp:
		p.scroll(-max(page/2, 1))
	case keymap.HalfDown:
		p.scroll(max(page/2, 1))
	case keymap.Top:
		p.scroll(-Kept)
	case keymap.Bottom:
		p.scroll(Kept)
	default:
		return p.show(a)
	}
	return true
}

// show changes what is shown.
func (p *Panel) show(a keymap.Action) bool {
	switch a {
	case keymap.WireView:
		p.shape = (p.shape + 1) % shapes
	case keymap.WireFilter:
		p.typing = true
		p.showLines()
	case keymap.WireConnection:
		p.lines.nextConn()
		p.showLines()
	case keymap.WireWhole:
		f := p.lines.kept
		f.whole = !f.whole
		p.lines.filter(f)
		p.showLines()
	case keymap.Cancel:
		if p.lines.kept.all() {
			return false
		}
		p.lines.filter(filter{whole: p.lines.kept.whole})
	default:
		return false
	}
	p.arrange()
	return true
}

// showLines makes sure that the transcript is seen.
func (p *Panel) showLines() {
	if p.shape == onlyDrawing {
		p.shape = both
	}
}

// Text gives the lines that the filter lets pass, as text for the clipboard and for files, and how many they are.
func (p *Panel) Text() (text string, lines int) { return p.lines.text(p.look.Zone) }

// Lines gives how many lines are shown.
func (p *Panel) Lines() int { return p.lines.count() }

// Append appends a line of the panel, as wide as its Look says. Line 0 is the head.
func (p *Panel) Append(b []byte, n int) []byte {
	at := &p.places
	switch row := n - 1; {
	case n == 0:
		return p.appendHead(b)
	case at.side:
		b = p.wires.append(b, p.view(0, at.drawingW), row, p.look.Now)
		b = cell.Paint(b, p.theme, theme.Border, "│")
		return p.lines.append(b, p.view(at.linesX, at.linesW), row)
	case row < at.drawingH:
		return p.wires.append(b, p.view(0, at.drawingW), row, p.look.Now)
	case row < at.linesY:
		b = figure.AppendLine(p.theme.AppendOn(b, theme.Border), p.look.W)
		return append(b, theme.Off...)
	default:
		return p.lines.append(b, p.view(0, at.linesW), row-at.linesY)
	}
}

func (p *Panel) view(x, w int) view {
	return view{theme: p.theme, x: p.look.X + x, w: w, zone: p.look.Zone}
}
