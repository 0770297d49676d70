package pane

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/theme"
)

// heading is a word of the title that says what the rows are, or can be, ordered by.
type heading struct {
	key  sortKey
	text string // with a blank behind it
}

// headingsOf gives the words for all orders.
func headingsOf(o order, tight bool) []heading {
	var all []heading
	for _, k := range [...]sortKey{byName, bySize, byTime, byType} {
		h := heading{k, order{key: k}.word() + "  "}
		if k == o.key {
			h.text = sortedBy(o, tight)
		}
		all = append(all, h)
	}
	return all
}

// HasRoomForHeadings reports whether the title has room for the words for all orders beside the path.
func (p *Pane) HasRoomForHeadings() bool {
	p.prepareHeadings()
	return headsCells(p.allHeads) <= p.titleRoom()-min(termtext.Width(p.path()), leastPath)-1
}

// ShowHeadings says whether the title shows the words for all orders, or that of the order in force alone.
func (p *Pane) ShowHeadings(all bool) { p.headsShown = all }

func (p *Pane) headings() []heading {
	p.prepareHeadings()
	if !p.headsShown {
		return p.allHeads[p.order.key : p.order.key+1]
	}
	return p.allHeads
}

func (p *Pane) prepareHeadings() {
	if p.allHeads == nil || p.headsOrder != p.order || p.headsTight != p.look.Tight {
		p.headsOrder, p.headsTight = p.order, p.look.Tight
		p.allHeads = headingsOf(p.order, p.look.Tight)
	}
}

func headsCells(all []heading) int {
	n := 0
	for _, h := range all {
		n += termtext.Width(h.text)
	}
	return n
}

// sortedBy gives the heading of the order in force, with the direction in which values grow.
func sortedBy(o order, tight bool) string {
	word, arrow := o.label()
	if tight {
		return word + arrow + " "
	}
	return word + " " + arrow + " "
}

func (p *Pane) appendHeadings(b []byte, role theme.Role) []byte {
	for _, h := range p.heads {
		r := theme.Dim
		if h.key == p.order.key {
			r = role
		}
		b = cell.Paint(b, p.cfg.Theme, r, h.text)
	}
	return b
}

// Spot is what a click on the title of a pane hits.
type Spot int

// The spots.
const (
	SpotNone  Spot = iota
	SpotBadge      // the data mode
	SpotPath
)

// ClickTitle sorts by the heading at a column of the pane, the other way round where it is in force, or tells what
// else is there.
func (p *Pane) ClickTitle(x int) (Spot, tea.Cmd) {
	if x >= p.badgeAt && x < p.badgeAt+p.badgeCells {
		return SpotBadge, nil
	}
	from := p.look.W - headsCells(p.heads)
	if x > p.badgeAt+p.badgeCells && x < from {
		return SpotPath, nil
	}
	for _, h := range p.heads {
		if from += termtext.Width(h.text); x < from {
			p.order = p.order.by(h.key)
			p.changed()
			return SpotNone, p.resort()
		}
	}
	return SpotNone, nil
}
