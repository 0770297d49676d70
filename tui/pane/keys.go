package pane

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/tui/keymap"
)

// Act does what a key asks of a pane, and reports whether it was for the pane at all.
func (p *Pane) Act(a keymap.Action) (tea.Cmd, bool) {
	if p.fs == nil {
		return nil, false
	}
	if p.move(a) || p.mark(a) {
		return nil, true
	}
	switch a {
	case keymap.Enter, keymap.Into:
		return p.enter(), true
	case keymap.Parent:
		return p.parent(), true
	case keymap.Reload:
		return p.Reload(""), true
	case keymap.Search:
		p.beginTyping(searching)
		return nil, true
	case keymap.Filter:
		p.beginTyping(filtering)
		return nil, true
	case keymap.SortName, keymap.SortSize, keymap.SortTime, keymap.SortType:
		p.order = p.order.by(sortKeys[a])
	case keymap.SortReverse:
		p.order.reverse = !p.order.reverse
	case keymap.ToggleHidden:
		p.order.hidden = !p.order.hidden
	default:
		return nil, false
	}
	p.changed()
	return p.resort(), true
}

// sortKeys is read only.
var sortKeys = map[keymap.Action]sortKey{
	keymap.SortName: byName, keymap.SortSize: bySize, keymap.SortTime: byTime, keymap.SortType: byType,
}

// Arrange sorts the rows by a word of Config.Sort, and shows hidden files or not.
func (p *Pane) Arrange(sort string, hidden bool) tea.Cmd {
	p.order.key, p.order.reverse, p.order.hidden = keyNamed(sort), false, hidden
	p.changed()
	return p.resort()
}

func (p *Pane) move(a keymap.Action) bool {
	page := max(p.rowLines()-1, 1)
	switch a {
	case keymap.Up:
		p.moveTo(p.cursor - 1)
	case keymap.Down:
		p.moveTo(p.cursor + 1)
	case keymap.PageUp:
		p.moveTo(p.cursor - page)
	case keymap.PageDown:
		p.moveTo(p.cursor + page)
	case keymap.HalfUp:
		p.moveTo(p.cursor - max(page/2, 1))
	case keymap.HalfDown:
		p.moveTo(p.cursor + max(page/2, 1))
	case keymap.Top:
		p.moveTo(0)
	case keymap.Bottom:
		p.moveTo(p.count() - 1)
	default:
		return false
	}
	return true
}

// moveTo puts the cursor on the nearest row to a place.
func (p *Pane) moveTo(place int) {
	from := p.cursor
	p.cursor = place
	p.scroll()
	p.stretch(from)
}

// scroll keeps the cursor among the rows and on the screen.
func (p *Pane) scroll() {
	lines := max(p.rowLines(), 1)
	p.cursor = max(min(p.cursor, p.count()-1), 0)
	p.top = max(min(p.top, p.cursor, p.count()-lines), 0)
	p.top = max(p.top, p.cursor-lines+1)
}

func (p *Pane) mark(a keymap.Action) bool {
	switch a {
	case keymap.Mark, keymap.MarkRangeDown:
		p.toggleMark()
		p.moveTo(p.cursor + 1)
	case keymap.MarkRangeUp:
		p.toggleMark()
		p.moveTo(p.cursor - 1)
	case keymap.MarkRange:
		p.toggleSpan()
	case keymap.MarkInvert:
		p.markEach(func(_ *vfs.Entry, was bool) bool { return !was })
	case keymap.MarkAll:
		p.markEach(func(*vfs.Entry, bool) bool { return true })
	case keymap.MarkNone:
		p.ClearMarks()
	default:
		return false
	}
	return true
}

// enter goes into the folder under the cursor, or tries to where a link may lead to one.
func (p *Pane) enter() tea.Cmd {
	e, ok := p.Current()
	switch {
	case !ok && p.hasParent():
		return p.parent()
	case ok && (e.IsDir() || e.Type == vfs.Link):
		return p.Go(p.fs.Join(p.dir, e.Name), "")
	}
	return nil
}

// parent goes up, with the cursor on the folder that one comes from.
func (p *Pane) parent() tea.Cmd {
	if p.dir == "" || !p.hasParent() {
		return nil
	}
	return p.Go(p.fs.Parent(p.dir), p.fs.Base(p.dir))
}

// Dismiss takes away what the pane has to say, if anything.
func (p *Pane) Dismiss() bool {
	if p.notice.text == "" {
		return false
	}
	p.notice = notice{}
	p.changed()
	p.scroll()
	return true
}

// Wheel scrolls by lines, down where they are positive. The cursor goes along.
func (p *Pane) Wheel(lines int) { p.moveTo(p.cursor + lines) }

// Click puts the cursor on the row at a line of the pane, counted from its title, if there is one.
func (p *Pane) Click(line int) (hit bool) {
	i := line - 1 - p.noticeLines()
	hit = i >= 0 && i < p.rowLines() && p.top+i < p.count()
	if hit {
		p.moveTo(p.top + i)
	}
	return hit
}

// ClickMark marks the row at a line of the pane, or unmarks it, and puts the cursor there.
func (p *Pane) ClickMark(line int) {
	if p.Click(line) {
		p.toggleMark()
	}
}

// Place gives the place of the cursor among the rows.
func (p *Pane) Place() int { return p.cursor }

// Arranged reports whether rows are sorted by a word of Config.Sort, and hidden files shown or not.
func (p *Pane) Arranged(sort string, hidden bool) bool {
	return p.table.order.key == keyNamed(sort) && p.table.order.hidden == hidden
}
