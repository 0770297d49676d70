// Package transfers shows the queue: what is running, what failed, what waits, what is done. A Panel holds a copy of
// the queue's items, kept up to date by its news.
package transfers

import (
	"time"

	"ferry/queue"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// Look is how the panel is shown.
type Look struct {
	X, W, H int // the first column, counted from 0; the size with the head
	Focused bool
	Hint    string                  // what an empty queue says
	Route   func(queue.Item) string // names the panes between which an item moves: "1→2"
}

// Panel is the list of transfers. It is not safe for concurrent use.
type Panel struct {
	theme  *theme.Theme
	store  store
	totals queue.Totals
	spark  figure.Spark // of the speed of all
	last   time.Time    // when spark had its latest sample

	look   look
	cursor int
	top    int
	held   queue.ItemID // the item that the cursor stays on; 0 while it rests at the top
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
	p.totals = news.Totals
	p.store.apply(news, now)
	if news.Totals.Running > 0 && now.Sub(p.last) >= sampleEvery {
		p.spark.Add(p.speed())
		p.last = now
	}
	if at := p.store.place(p.held); p.held != 0 && at >= 0 {
		p.cursor = at
	}
	p.scroll()
}

func (p *Panel) speed() float64 { return p.totals.UpSpeed + p.totals.DownSpeed }

// Totals gives the sums of the latest news.
func (p *Panel) Totals() queue.Totals { return p.totals }

// Current gives the item under the cursor.
func (p *Panel) Current() (queue.Item, bool) {
	e := p.store.at(p.cursor)
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

// moveTo puts the cursor on the nearest item to a place, and keeps it there.
func (p *Panel) moveTo(place int) {
	p.cursor, p.held = max(min(place, p.store.count()-1), 0), 0
	if e := p.store.at(p.cursor); e != nil && p.cursor > 0 {
		p.held = e.ID
	}
	p.scroll()
}

// rowLines gives the number of lines for items: the reason of what failed takes one.
func (p *Panel) rowLines() int {
	lines := max(p.look.H-1, 0)
	if lines > 1 && p.reason() != "" {
		lines--
	}
	return lines
}

func (p *Panel) scroll() {
	lines := max(p.rowLines(), 1)
	p.cursor = max(min(p.cursor, p.store.count()-1), 0)
	p.top = max(min(p.top, p.cursor, p.store.count()-lines), 0)
	p.top = max(p.top, p.cursor-lines+1)
}

// Wheel moves the cursor by lines, down where they are positive.
func (p *Panel) Wheel(lines int) { p.moveTo(p.cursor + lines) }

// Click puts the cursor on the item at a line of the panel, counted from its head, if there is one.
func (p *Panel) Click(line int) {
	if i := line - 1; i >= 0 && i < p.rowLines() && p.top+i < p.store.count() {
		p.moveTo(p.top + i)
	}
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
		keymap.Bottom:   p.store.count() - 1,
	}[a]
	if ok {
		p.moveTo(to)
	}
	return ok
}
