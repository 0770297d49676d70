package viewer

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/theme"
)

const tabStop = 8

// span is a safe text in one role.
type span struct {
	role theme.Role
	text string
}

// spans gives a line ready to be drawn: in the characters of its charset, tabs set, made visible, in colours.
func (v *Viewer) spans(i int) []span {
	line, from := v.win.line(i), v.win.lines[i]
	var all []span
	column := 0
	v.eachToken(from, from+int64(len(line)), func(role theme.Role, a, b int64) {
		text := vfs.DisplayName(v.cfg.FS, string(line[a-from:b-from]))
		safe := visible(text, column)
		column += termtext.Width(safe)
		all = append(all, span{role, safe})
	})
	return all
}

// visible makes a text safe and puts blanks for tabs; column is where it begins.
func visible(text string, column int) string {
	if !strings.Contains(text, "\t") {
		return termtext.Display(text)
	}
	var b strings.Builder
	for i, part := range strings.Split(text, "\t") {
		if i > 0 {
			n := tabStop - column%tabStop
			b.WriteString(strings.Repeat(" ", n))
			column += n
		}
		safe := termtext.Display(part)
		b.WriteString(safe)
		column += termtext.Width(safe)
	}
	return b.String()
}

// eachToken hands over a stretch of the file in parts of one colour; where nothing is known it is plain.
func (v *Viewer) eachToken(from, to int64, visit func(role theme.Role, a, b int64)) {
	at := from
	for i := v.tokenAt(from); i < len(v.tokens) && v.tokens[i].from < to; i++ {
		t := v.tokens[i]
		a, b := max(t.from, at), min(t.to, to)
		if b <= a {
			continue
		}
		if a > at {
			visit(theme.Text, at, a)
		}
		visit(t.role, a, b)
		at = b
	}
	if at < to {
		visit(theme.Text, at, to)
	}
}

// folded gives the rows of a line. An empty line is one row.
func (v *Viewer) folded(i int) [][]span {
	spans := v.spans(i)
	if v.nowrap {
		return [][]span{shifted(spans, v.left)}
	}
	rows, width := [][]span{nil}, 0
	for _, s := range spans {
		for s.text != "" {
			head := ansi.Truncate(s.text, v.w-width, "")
			if head == "" && width == 0 {
				break // a sign wider than the screen
			}
			if head != "" {
				rows[len(rows)-1] = append(rows[len(rows)-1], span{s.role, head})
			}
			s.text = s.text[len(head):]
			width += termtext.Width(head)
			if s.text != "" {
				rows, width = append(rows, nil), 0
			}
		}
	}
	return rows
}

// shifted leaves out the first cells of a row.
func shifted(spans []span, cells int) []span {
	var kept []span
	for _, s := range spans {
		w := termtext.Width(s.text)
		if cells >= w {
			cells -= w
			continue
		}
		kept = append(kept, span{s.role, ansi.TruncateLeft(s.text, cells, "")})
		cells = 0
	}
	return kept
}

// widest gives the cells of the longest line on the screen.
func (v *Viewer) widest() int {
	most := 0
	at := v.win.lineAt(v.top)
	for i := at; i < min(at+v.rows, len(v.win.lines)); i++ {
		cells := 0
		for _, s := range v.spans(i) {
			cells += termtext.Width(s.text)
		}
		most = max(most, cells)
	}
	return most
}

// paint draws a row in v.w cells, with the searched text set off.
func (v *Viewer) paint(row []span) string {
	var b strings.Builder
	room := v.w
	for _, s := range row {
		text := ansi.Truncate(s.text, room, "")
		room -= termtext.Width(text)
		b.WriteString(v.paintSpan(s.role, text))
		if room <= 0 {
			break
		}
	}
	b.WriteString(strings.Repeat(" ", max(room, 0)))
	return b.String()
}

func (v *Viewer) paintSpan(role theme.Role, text string) string {
	if v.needle == "" {
		return v.cfg.Theme.Paint(role, text)
	}
	var b strings.Builder
	for text != "" {
		i := find(text, termtext.Display(v.needle))
		if i < 0 {
			break
		}
		n := i + len(termtext.Display(v.needle))
		b.WriteString(v.cfg.Theme.Paint(role, text[:i]))
		b.WriteString(v.cfg.Theme.Paint(theme.Found, text[i:n]))
		text = text[n:]
	}
	b.WriteString(v.cfg.Theme.Paint(role, text))
	return b.String()
}

// scroll moves by rows, forward or backward, within what is held.
func (v *Viewer) scroll(rows int) {
	switch {
	case v.win.lines == nil:
	case v.hex:
		last := (v.win.end() - 1) / hexColumns * hexColumns
		v.top = min(max(v.top+int64(rows)*hexColumns, v.win.off/hexColumns*hexColumns), max(last, 0))
	case rows > 0:
		v.down(rows)
	default:
		v.up(-rows)
	}
}

func (v *Viewer) down(rows int) {
	at := v.win.lineAt(v.top)
	for ; rows > 0; rows-- {
		switch {
		case v.sub+1 < len(v.folded(at)):
			v.sub++
		case at+1 < len(v.win.lines):
			at, v.sub = at+1, 0
		default:
			rows = 1
		}
	}
	v.top = v.win.lines[at]
}

func (v *Viewer) up(rows int) {
	at := v.win.lineAt(v.top)
	for ; rows > 0; rows-- {
		switch {
		case v.sub > 0:
			v.sub--
		case at > 0:
			at--
			v.sub = len(v.folded(at)) - 1
		default:
			rows = 1
		}
	}
	v.top = v.win.lines[at]
}

// textRows draws the rows of text on the screen.
func (v *Viewer) textRows() []string {
	var out []string
	skip := v.sub
	for i := v.win.lineAt(v.top); i < len(v.win.lines) && len(out) < v.rows; i++ {
		rows := v.folded(i)
		for _, row := range rows[min(skip, len(rows)-1):] {
			if len(out) < v.rows {
				out = append(out, v.paint(row))
			}
		}
		skip = 0
	}
	return out
}
