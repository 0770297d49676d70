package pane

import (
	"strings"
	"time"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// Look is how a pane is shown. It says nothing about what is shown.
type Look struct {
	Index     int // 0 on the left, 1 on the right
	X, W, H   int // the first column, counted from 0; the size with title and foot
	Focused   bool
	Together  bool   // it goes into folders together with the other pane
	Icons     bool   // a sign for the kind of each file, from a patched font
	Tight     bool   // room is scarce: no blanks between words of the title
	Badge     string // the data mode of a connection: "PASV"; "" for the local side
	BadgeRole theme.Role
	Held      *Held     // what of its folder is remembered to be pasted; nil: nothing
	Now       time.Time // its day and zone decide how dates are written
}

type look = Look

// Held names entries of a folder that are remembered to be pasted elsewhere. It never changes once made.
type Held struct {
	Names map[string]bool
	Cut   bool // they go from here then
}

// SetLook says how the pane is shown from now on.
func (p *Pane) SetLook(l Look) {
	was := p.look
	p.look = l
	was.Badge, was.BadgeRole, was.Focused, was.Tight = l.Badge, l.BadgeRole, l.Focused, l.Tight
	if was.Now.Year() == l.Now.Year() && was.Now.Location() == l.Now.Location() {
		was.Now = l.Now
	}
	if was != l {
		p.changed()
		p.scroll()
	}
}

// Repaint forgets how rows were drawn: the theme looks otherwise now.
func (p *Pane) Repaint() { p.cache.clear() }

// rowLines gives the number of lines for rows.
func (p *Pane) rowLines() int { return max(p.look.H-2-p.noticeLines(), 0) }

// Append appends a line of the pane, as wide as its Look says. Line 0 is the title, the last one the foot.
func (p *Pane) Append(b []byte, line int) []byte {
	switch {
	case line == 0:
		return p.appendTitle(b)
	case line == p.look.H-1:
		return p.appendFoot(b)
	case line-1 < p.noticeLines():
		return p.appendNotice(b, line-1)
	}
	place := p.top + line - 1 - p.noticeLines()
	switch {
	case place < p.count():
		return p.appendRow(b, place)
	case place == p.count() && len(p.table.shown) == 0:
		return p.appendEmpty(b)
	}
	return cell.Blanks(b, p.look.W)
}

// appendEmpty says why there are no rows.
func (p *Pane) appendEmpty(b []byte) []byte {
	word := "  empty"
	switch {
	case p.reading != nil || p.dir == "" || p.partial:
		word = ""
	case p.table.filtered > 0:
		word = "  no name matches the filter"
	case p.table.hidden > 0:
		word = "  " + figure.Plural(p.table.hidden, "hidden file") + " · . shows them"
	}
	return append(b, p.cfg.Theme.Paint(theme.Dim, termtext.Pad(termtext.Truncate(word, p.look.W), p.look.W))...)
}

// leastPath is how many cells of a path are worth more than the words for other orders.
const leastPath = 20

// appendTitle appends "▌1 local  ~/site     name ▲ ".
func (p *Pane) appendTitle(b []byte) []byte {
	t := p.cfg.Theme
	role, edge := theme.Title, " "
	if p.look.Focused {
		role, edge = theme.TitleFocused, "▌"
	}
	label, badge := p.place()
	gap := p.gap()
	p.heads = p.headings()
	room := p.titleRoom() - headsCells(p.heads)
	p.badgeAt, p.badgeCells = 1+len(label), termtext.Width(badge)
	if room < 2 {
		p.heads = nil
		return append(b, t.Paint(role, termtext.Pad(termtext.Truncate(edge+label+badge, p.look.W), p.look.W))...)
	}
	b = append(t.AppendOn(b, role), edge...)
	b = append(append(b, label...), theme.Off...)
	b = cell.Paint(b, t, p.badgeRole(), badge)
	b = append(t.AppendOn(b, role), gap...)
	b = cell.Field(b, termtext.Middle(p.path(), room-1), p.look.X+p.look.W-headsCells(p.heads)-room, room)
	return p.appendHeadings(append(b, theme.Off...), role)
}

// titleRoom is what the title has for the path and the headings.
func (p *Pane) titleRoom() int {
	label, badge := p.place()
	return p.look.W - 1 - len(label) - termtext.Width(badge) - termtext.Width(p.gap())
}

// gap stands between the badge and the path; it says whether the pane goes along with the other one.
func (p *Pane) gap() string {
	if p.look.Together {
		return " ⇄ "
	}
	return "  "
}

// place gives what stands before the path: "1 local", or the number and the badge of a connection.
func (p *Pane) place() (label, badge string) {
	switch local := p.look.Badge == ""; {
	case p.fs != nil && p.offline:
		return [...]string{"1 ", "2 "}[p.look.Index], "OFFLINE"
	case p.fs != nil && !local:
		return [...]string{"1 ", "2 "}[p.look.Index], p.look.Badge
	case p.fs != nil:
		return [...]string{"1 local", "2 local"}[p.look.Index], ""
	}
	return [...]string{"1", "2"}[p.look.Index], ""
}

func (p *Pane) badgeRole() theme.Role {
	if p.offline {
		return theme.BadgePlain
	}
	return p.look.BadgeRole
}

// path gives the folder as people write it.
func (p *Pane) path() string {
	dir := p.dir
	if home := p.cfg.Home; p.local && home != "" && home != "/" {
		if rest, ok := strings.CutPrefix(dir, home); ok && (rest == "" || rest[0] == '/' || rest[0] == '\\') {
			dir = "~" + rest
		}
	}
	return termtext.Display(vfs.DisplayName(p.fs, dir))
}
