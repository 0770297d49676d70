// Package transfers shows the queue: what is running, what failed, what waits, what is done. A Panel holds a copy of
// the queue's items, kept up to date by its news.
package transfers

import (
	"time"

	"ferry/queue"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// Look is how the panel is shown.
type Look struct {
	X, W, H int // the first column, counted from 0; the size with the head
	Focused bool
	Now     time.Time
	Limit   string                  // the speed limit in force, "" for none
	Hint    string                  // what an empty queue says
	Route   func(queue.Item) string // names the panes between which an item moves: "1→2"
}

// Panel is the list of transfers. It is not safe for concurrent use.
type Panel struct {
	theme  *theme.Theme
	store  store
	totals queue.Totals

	history history
	graph   []float64 // the columns of the graph as it was drawn last
	top     float64   // the highest of them

	look   look
	tab    Tab
	heads  []title // the tabs as they were drawn last
	cursor int
	first  int          // the place of the first line
	held   queue.ItemID // the item that the cursor stays on; 0 while it rests at the top
	slid   time.Time    // when another item came under the cursor by itself; zero where a person put it there
}

type look = Look

// New makes an empty panel.
func New(t *theme.Theme) *Panel { return &Panel{theme: t, store: newStore()} }

// SetLook says how the panel is shown from now on. A panel that loses the focus goes back to its top, where the
// running transfers are.
func (p *Panel) SetLook(l Look) {
	if p.look.Focused && !l.Focused {
		p.moveTo(0)
	}
	p.look = l
	p.scroll()
}

// Apply takes the queue's news.
func (p *Panel) Apply(news queue.News, now time.Time) {
	before, _ := p.Current()
	p.totals = news.Totals
	p.store.apply(news, now)
	if news.Totals.Running > 0 || p.history.last > 0 {
		p.history.add(now, p.speed())
	}
	p.follow()
	if after, _ := p.Current(); before.ID != 0 && after.ID != before.ID {
		p.slid = now
	}
}

// follow keeps the cursor on its item, or where that is gone from the list on the one that took its place.
func (p *Panel) follow() {
	switch at := p.store.place(p.tab, p.held); {
	case p.held == 0:
	case at >= 0:
		p.cursor = at
	default:
		p.moveTo(p.cursor)
	}
	p.scroll()
}

// slideGrace is how long somebody may not have seen that another item came under the cursor.
const slideGrace = time.Second

// Slid reports whether another item came under the cursor by itself just now, so that a key may have been meant for the
// one before. It says so once.
func (p *Panel) Slid(now time.Time) bool {
	slid := !p.slid.IsZero() && now.Sub(p.slid) < slideGrace
	p.slid = time.Time{}
	return slid
}

func (p *Panel) speed() float64 { return p.totals.UpSpeed + p.totals.DownSpeed }

// Later gives how many transfers begin later, where nothing else goes on; else 0.
func (p *Panel) Later() int {
	if t := p.totals; t.Planning+t.Running+t.Retrying > 0 || t.Waiting > p.store.later {
		return 0
	}
	return p.store.later
}

// Totals gives the sums of the latest news.
func (p *Panel) Totals() queue.Totals { return p.totals }

// Current gives the item under the cursor.
func (p *Panel) Current() (queue.Item, bool) {
	e := p.store.at(p.tab, p.cursor)
	if e == nil {
		return queue.Item{}, false
	}
	return e.Item, true
}

// Item gives an item as it was told last.
func (p *Panel) Item(id queue.ItemID) (queue.Item, bool) {
	e := p.store.items[id]
	if e == nil {
		return queue.Item{}, false
	}
	return e.Item, true
}

// Failed gives the items that failed.
func (p *Panel) Failed() []queue.ItemID { return append([]queue.ItemID(nil), p.store.ids[failed]...) }

// Finished gives the items that are cleared here: what is done, skipped or cancelled, and on their own tab those that
// failed.
func (p *Panel) Finished() []queue.ItemID {
	if p.tab == TabFailed {
		return p.Failed()
	}
	return append([]queue.ItemID(nil), p.store.ids[ended]...)
}

// moveTo puts the cursor on the nearest item to a place, and keeps it there.
func (p *Panel) moveTo(place int) {
	p.slid = time.Time{}
	p.cursor, p.held = max(min(place, p.store.count(p.tab)-1), 0), 0
	if e := p.store.at(p.tab, p.cursor); e != nil && p.cursor > 0 {
		p.held = e.ID
	}
	p.scroll()
}

// Hold keeps the cursor on the item under it, also at the top: something was done with it.
func (p *Panel) Hold() {
	if e := p.store.at(p.tab, p.cursor); e != nil {
		p.held = e.ID
	}
}

// rowLines gives the number of lines for items: the reason of what failed takes one.
func (p *Panel) rowLines() int {
	lines := max(p.look.H-1-p.graphHeight(), 0)
	if lines > 1 && p.reason() != "" {
		lines--
	}
	return lines
}

func (p *Panel) scroll() {
	lines := max(p.rowLines(), 1)
	p.cursor = max(min(p.cursor, p.store.count(p.tab)-1), 0)
	p.first = max(min(p.first, p.cursor, p.store.count(p.tab)-lines), 0)
	p.first = max(p.first, p.cursor-lines+1)
}

// Wheel moves the cursor by lines, down where they are positive.
func (p *Panel) Wheel(lines int) { p.moveTo(p.cursor + lines) }

// Click puts the cursor on the item at a cell of the panel, if there is one, or shows the tab whose name is there. It
// reports whether there was an item.
func (p *Panel) Click(x, line int) bool {
	if line == 0 {
		for _, h := range p.heads {
			if x >= h.x && x < h.x+h.w {
				p.show(h.tab)
			}
		}
		return false
	}
	i := line - 1
	hit := i < p.rowLines() && p.first+i < p.store.count(p.tab)
	if hit {
		p.moveTo(p.first + i)
		p.Hold()
	}
	return hit
}

// Act does what a key asks of the panel, and reports whether it was for it. What changes the queue is not: it is
// asked about the item that Current gives.
func (p *Panel) Act(a keymap.Action) bool {
	page := max(p.rowLines()-1, 1)
	to, ok := map[keymap.Action]int{
		keymap.Up:       p.cursor - 1,
		keymap.Down:     p.cursor + 1,
		keymap.PageUp:   p.cursor - page,
		keymap.PageDown: p.cursor + page,
		keymap.HalfUp:   p.cursor - max(page/2, 1),
		keymap.HalfDown: p.cursor + max(page/2, 1),
		keymap.Top:      0,
		keymap.Bottom:   p.store.count(p.tab) - 1,
	}[a]
	if ok {
		p.moveTo(to)
		return true
	}
	return p.choose(a)
}

// choose changes the tab, or what is marked.
func (p *Panel) choose(a keymap.Action) bool {
	e := p.store.at(p.tab, p.cursor)
	switch a {
	case keymap.QueueNextTab:
		p.show(p.tab + 1)
	case keymap.QueuePrevTab:
		p.show(p.tab + tabs - 1)
	case keymap.QueueMark:
		if e != nil {
			p.store.mark(e, !e.marked)
			p.moveTo(p.cursor + 1)
		}
	case keymap.MarkAll:
		for i := range p.store.count(p.tab) {
			p.store.mark(p.store.at(p.tab, i), true)
		}
	case keymap.MarkNone:
		p.Unmark()
	default:
		return false
	}
	return true
}

// Unmark takes all marks away.
func (p *Panel) Unmark() {
	for _, e := range p.store.items {
		e.marked = false
	}
	p.store.marked = 0
}

// Marked gives how many items are marked.
func (p *Panel) Marked() int { return p.store.marked }

// Targets gives the items that an action is about: those that are marked, in the order of the list, or else the one
// under the cursor.
func (p *Panel) Targets() []queue.Item {
	var all []queue.Item
	if p.store.marked == 0 {
		if it, ok := p.Current(); ok {
			all = append(all, it)
		}
		return all
	}
	for i := range p.store.count(TabAll) {
		if e := p.store.at(TabAll, i); e.marked {
			all = append(all, e.Item)
		}
	}
	return all
}

// Asking gives the oldest item that waits for an answer.
func (p *Panel) Asking() (queue.Item, bool) {
	if len(p.store.ids[asking]) == 0 {
		return queue.Item{}, false
	}
	return p.store.items[p.store.ids[asking][0]].Item, true
}

// CountsDown reports whether something is shown that changes with time alone: when an item goes on.
func (p *Panel) CountsDown() bool {
	for i := range p.rowLines() {
		if e := p.store.at(p.tab, p.first+i); e != nil && e.goesOn(p.look.Now) > 0 {
			return true
		}
	}
	return false
}
