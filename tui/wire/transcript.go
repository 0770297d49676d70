package wire

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/ftpclient"
	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// name tells a control connection of one client from all others.
type name struct{ client, conn int }

// filter says which lines are shown. The zero filter shows all, but folds long replies.
type filter struct {
	of    name   // the zero name: all connections
	text  string // in any case; "": all texts
	whole bool   // long replies with all their lines
}

// all reports whether nothing is sought.
func (f filter) all() bool { return f.of == (name{}) && f.text == "" }

// folded gives which part of long replies is not shown.
func (f filter) folded() fold {
	if f.unfolds() {
		return standsForMore
	}
	return belowTheFold
}

// unfolds reports whether lines are shown that are folded away else: what is sought may stand in them.
func (f filter) unfolds() bool { return f.whole || f.text != "" }

// holds reports whether a line is shown. text is in lower case.
func (f filter) holds(l *line) bool {
	if f.of != (name{}) && f.of != (name{l.client, l.conn}) || l.fold == f.folded() {
		return false
	}
	return f.text == "" || strings.Contains(strings.ToLower(l.lead+l.text), f.text)
}

// transcript holds the latest lines, and shows those that its filter lets pass.
type transcript struct {
	lines   []line             // a ring of at most Kept lines
	first   int                // the oldest line in a full ring
	gone    int                // lines that were forgotten: the number of the oldest one
	kept    filter             // what is shown
	passed  []int              // numbers of the lines that pass
	back    int                // lines scrolled back from the end
	rows    int                // that are on the screen
	asked   map[name]time.Time // when the command was sent that waits for its reply
	known   []name             // the connections that were told about, in their order of coming
	clients int                // how many clients were told about
}

func newTranscript() transcript { return transcript{asked: map[name]time.Time{}} }

// take adds the lines of an event.
func (t *transcript) take(e Event) {
	of := name{e.Client, e.Conn}
	if !slices.Contains(t.known, of) {
		t.known = append(t.known, of)
		t.clients = max(t.clients, e.Client)
	}
	var took time.Duration
	switch e.Kind {
	case ftpclient.EventCommand:
		t.asked[of] = e.At
	case ftpclient.EventReply:
		if at, ok := t.asked[of]; ok {
			took = e.At.Sub(at)
		}
	case ftpclient.EventControlClosed:
		delete(t.asked, of)
	}
	for _, l := range lines(e, took) {
		t.push(l)
	}
}

func (t *transcript) push(l line) {
	if len(t.lines) < Kept {
		t.lines = append(t.lines, l)
	} else {
		t.lines[t.first] = l
		t.first = (t.first + 1) % Kept
		t.gone++
	}
	passes := t.kept.holds(&l)
	for len(t.passed) > 0 && t.passed[0] < t.gone {
		t.passed = t.passed[1:]
	}
	if passes {
		t.passed = append(t.passed, t.gone+len(t.lines)-1)
	}
	if t.back > 0 && passes {
		t.back++
	}
}

// filter shows other lines from now on, the latest first.
func (t *transcript) filter(f filter) {
	f.text = strings.ToLower(f.text)
	t.kept, t.passed, t.back = f, nil, 0
	for i := range t.lines {
		if f.holds(t.at(i)) {
			t.passed = append(t.passed, t.gone+i)
		}
	}
}

// nextConn filters by the next connection, and after the last one by none.
func (t *transcript) nextConn() {
	i := slices.Index(t.known, t.kept.of) + 1
	f := filter{text: t.kept.text, whole: t.kept.whole}
	if i < len(t.known) {
		f.of = t.known[i]
	}
	t.filter(f)
}

// at gives a line, counted from the oldest.
func (t *transcript) at(i int) *line { return &t.lines[(t.first+i)%len(t.lines)] }

// count is how many lines pass the filter.
func (t *transcript) count() int { return len(t.passed) }

// shown gives a line that passes, counted from the oldest.
func (t *transcript) shown(i int) *line { return t.at(t.passed[i] - t.gone) }

func (t *transcript) scrollTo(back int) { t.back = max(min(back, t.count()-t.rows), 0) }

// text gives the lines that pass as they are copied and saved, long replies whole, and how many they are.
func (t *transcript) text(zone *time.Location) (string, int) {
	var b strings.Builder
	kept, n := t.kept, 0
	kept.whole = true
	for i := range t.lines {
		l := t.at(i)
		if !kept.holds(l) {
			continue
		}
		n++
		b.WriteString(l.at.In(zone).Format("2006-01-02 15:04:05.000 "))
		b.WriteString(t.label(name{l.client, l.conn}) + " " + l.lead + l.text + "\n")
	}
	return b.String(), n
}

// label gives the name of a connection: its number, behind a letter for its client where there are several.
func (t *transcript) label(of name) string {
	if t.clients < 2 {
		return strconv.Itoa(of.conn)
	}
	return string(appendLabel(nil, of))
}

func appendLabel(b []byte, of name) []byte {
	return strconv.AppendInt(append(b, 'a'+byte(max(of.client-1, 0)%26)), int64(of.conn), 10)
}

// view is where and how wide lines are drawn.
type view struct {
	theme *theme.Theme
	x, w  int
	zone  *time.Location
}

// millisFrom is the width from which times are told to the millisecond, and how long replies took.
const millisFrom = 76

// append appends a row of the transcript.
func (t *transcript) append(b []byte, v view, row int) []byte {
	i := row
	if n := t.count(); n >= t.rows {
		i = n - t.back - t.rows + row
	}
	if i < 0 || i >= t.count() {
		return cell.Blanks(b, v.w)
	}
	return t.appendLine(b, v, t.shown(i))
}

func (t *transcript) appendLine(b []byte, v view, l *line) []byte {
	var head [32]byte
	h := t.appendMoment(append(head[:0], ' '), v, l)
	var end [16]byte
	took := appendTook(end[:0], l.took)
	if v.w < millisFrom {
		took = nil
	}
	room := max(v.w-len(h)-len(took), 0)
	lead := termtext.Truncate(l.lead, room)
	cells := termtext.Width(lead)
	b = append(v.theme.AppendOn(b, theme.Dim), h[:min(len(h), v.w)]...)
	b = append(v.theme.AppendOn(append(b, theme.Off...), l.role), lead...)
	b = v.theme.AppendOn(append(b, theme.Off...), l.rest)
	b = cell.Field(b, termtext.Truncate(l.text, room-cells), v.x+len(h)+cells, room-cells)
	b = v.theme.AppendOn(append(b, theme.Off...), theme.Dim)
	return append(append(b, took...), theme.Off...)
}

// appendMoment appends the time and the connection of a line, or blanks for both.
func (t *transcript) appendMoment(b []byte, v view, l *line) []byte {
	layout := "15:04:05"
	if v.w >= millisFrom {
		layout = "15:04:05.000"
	}
	if l.more {
		return cell.Blanks(b, len(layout)+2+len(t.label(name{l.client, l.conn})))
	}
	b = append(l.at.In(v.zone).AppendFormat(b, layout), ' ')
	if t.clients < 2 {
		b = strconv.AppendInt(b, int64(l.conn), 10)
	} else {
		b = appendLabel(b, name{l.client, l.conn})
	}
	return append(b, ' ')
}

// appendTook appends " 34 ms ", nothing for what took no time.
func appendTook(b []byte, d time.Duration) []byte {
	if d <= 0 {
		return b
	}
	return append(figure.AppendWait(append(b, ' '), d), ' ')
}
