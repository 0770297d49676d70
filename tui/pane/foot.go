package pane

import (
	"strconv"
	"strings"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// notice is what the pane has to say above its rows.
type notice struct {
	text string // a safe sentence
	hint string // what to press
	bad  bool
}

// mostNoticeLines bounds a notice: a server's words must not push the rows from the screen.
const mostNoticeLines = 6

func reportNotice(r vfs.ListReport) notice {
	if r.Note == "" {
		return notice{}
	}
	return notice{text: "The server remarks: " + termtext.Display(r.Note), hint: "Esc closes this"}
}

func stoppedNotice(entries int) notice {
	return notice{text: "Stopped after " + figure.Count(entries) + " entries; more may be there.", hint: "R lists again"}
}

func failedNotice(err error, wayOut string) notice {
	return notice{text: prose.Sentence(err), hint: wayOut, bad: true}
}

// wayOut says what to press after a folder could not be listed.
func (p *Pane) wayOut(r *reading) string {
	switch {
	case r.reload:
		return "R tries again · Esc closes this"
	case p.dir == "":
		return "R tries again · F2 connects elsewhere"
	}
	return "still in " + p.path() + " · Esc closes this"
}

// noticeText gives the lines of the notice.
func (p *Pane) noticeText() []string {
	if p.notice.text == "" || p.look.H < 5 {
		return nil
	}
	lines := prose.Wrap(p.notice.text, p.look.W-2)
	if len(lines) > mostNoticeLines-1 {
		lines = lines[:mostNoticeLines-1]
		last := &lines[mostNoticeLines-2]
		*last = termtext.Truncate(*last, p.look.W-4) + " …"
	}
	lines = append(lines, p.notice.hint)
	return lines[:min(len(lines), p.look.H-4)]
}

func (p *Pane) noticeLines() int {
	if p.notice.text == "" {
		return 0
	}
	return len(p.noticeText())
}

func (p *Pane) appendNotice(b []byte, line int) []byte {
	lines := p.noticeText()
	role, sign := theme.Note, "  "
	switch {
	case line == len(lines)-1:
		role = theme.Dim
	case p.notice.bad:
		role = theme.Bad
		if line == 0 {
			sign = "! "
		}
	}
	text := termtext.Truncate(sign+lines[line], p.look.W)
	return append(b, p.cfg.Theme.Paint(role, termtext.Pad(text, p.look.W))...)
}

// appendFoot appends "─ 3 marked 4.5M ───── 8/15 free 82G ─".
func (p *Pane) appendFoot(b []byte) []byte {
	var buf [64]byte
	right := p.appendFootRight(buf[:0])
	room := p.look.W - 2 - len(right) // 2 for the lines at both ends
	left, role := p.footLeft(room - 3)
	left = termtext.Truncate(left, room-3)
	t := p.cfg.Theme
	b = cell.Paint(b, t, theme.Border, "─")
	if left != "" {
		b = append(append(append(t.AppendOn(b, role), ' '), left...), ' ')
		b = append(b, theme.Off...)
		room -= termtext.Width(left) + 2
	}
	b = append(figure.AppendLine(t.AppendOn(b, theme.Border), room), theme.Off...)
	b = append(t.AppendOn(b, theme.Dim), right...)
	return append(append(t.AppendOn(append(b, theme.Off...), theme.Border), "─"...), theme.Off...)
}

// footLeft gives the most pressing thing that there is to say, in room cells if that can be.
func (p *Pane) footLeft(room int) (string, theme.Role) {
	switch {
	case p.reading != nil && (p.slow || p.shows):
		return p.listingNow(), theme.Warn
	case p.Typing():
		return p.typedLine(), theme.Note
	case p.span.on:
		return p.marked() + " · v ends the range", theme.Marked
	case p.measuring != nil:
		return p.measuringNow(), theme.Warn
	case p.sorting:
		return "sorting…", theme.Dim
	case len(p.marks) > 0:
		return p.marked(), theme.Marked
	case p.report.Unread > 0:
		return unread(p.report), theme.Warn
	case p.offline:
		return "offline · R connects again", theme.Warn
	case p.partial:
		return "rows may be missing · R lists again", theme.Warn
	case p.Comparing():
		return p.comparedLine(room), theme.Text
	case p.Filtered():
		return p.filterLine(), theme.Note
	}
	return p.complete(), theme.Dim
}

// complete says how much of the folder is seen: what is hidden, and that every line of the server's listing was read.
func (p *Pane) complete() string {
	var parts []string
	if p.table.hidden > 0 {
		parts = append(parts, figure.Count(p.table.hidden)+" hidden")
	}
	if p.report.Lines > 0 && !p.local && p.reading == nil {
		parts = append(parts, figure.Count(p.report.Lines)+" of "+figure.Plural(p.report.Lines, "line")+" read")
	}
	return strings.Join(parts, " · ")
}

func (p *Pane) listingNow() string {
	if !p.shows {
		return "listing… · Esc stops"
	}
	return "listing… " + figure.Count(len(p.table.rows)) + " entries · Esc stops"
}

// marked sums up once, not for each frame: there may be 100,000 marks.
func (p *Pane) marked() string {
	if p.marksSaid == "" {
		p.marksSaid = p.sayMarked()
	}
	return p.marksSaid
}

func (p *Pane) sayMarked() string {
	s := figure.Count(len(p.marks)) + " marked"
	octets := p.marks.octets()
	for name, t := range p.totals {
		if _, on := p.marks[name]; on {
			octets += t.octets
		}
	}
	if octets > 0 {
		s += " " + figure.Size(octets)
	}
	if p.Filtered() {
		s += " · filter " + termtext.Display(p.order.filter)
	}
	return s
}

func unread(r vfs.ListReport) string {
	return figure.Count(r.Unread) + " of " + figure.Plural(r.Lines, "line") + " could not be read"
}

// appendFootRight appends " 8/15 free 82G ".
func (p *Pane) appendFootRight(b []byte) []byte {
	if p.dir == "" {
		return b
	}
	b = append(b, ' ')
	if at := p.cursor - p.above() + 1; at > 0 && len(p.table.shown) > 0 {
		b = append(strconv.AppendInt(b, int64(at), 10), '/')
	}
	b = append(strconv.AppendInt(b, int64(len(p.table.shown)), 10), ' ')
	if p.free != "" && p.look.W >= 50 {
		b = append(append(append(b, "free "...), p.free...), ' ')
	}
	return b
}
