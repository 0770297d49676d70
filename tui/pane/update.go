package pane

import (
	"cmp"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/tui/figure"
)

// slowAfter is how long a listing may take before the pane says that it is under way.
const slowAfter = 200 * time.Millisecond

// SlowMsg tells that a listing takes its time.
type SlowMsg struct {
	pane   *Pane
	reader *reading
}

// SortedMsg brings the rows in another order.
type SortedMsg struct {
	pane  *Pane
	from  *table
	table *table
}

// FreeMsg brings the free space of the local side.
type FreeMsg struct {
	pane   *Pane
	dir    string
	octets uint64
}

// Of tells which pane a message of this package is for; false for other messages.
func Of(msg tea.Msg) (p *Pane, ok bool) {
	switch msg := msg.(type) {
	case ListedMsg:
		return msg.pane, true
	case SlowMsg:
		return msg.pane, true
	case SortedMsg:
		return msg.pane, true
	case FreeMsg:
		return msg.pane, true
	case MeasuredMsg:
		return msg.pane, true
	}
	return nil, false
}

// Update takes a message of this package that is for this pane. Answers to what is no longer asked are dropped.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ListedMsg:
		if msg.reader == p.reading {
			return p.listed(msg.reader)
		}
	case SlowMsg:
		if msg.reader == p.reading {
			p.slow = true
			p.changed()
		}
	case SortedMsg:
		return p.sorted(msg)
	case MeasuredMsg:
		return p.measured(msg.by)
	case FreeMsg:
		if msg.dir == p.dir {
			p.free = figure.Size(int64(min(msg.octets, 1<<62)))
			p.changed()
		}
	}
	return nil
}

func (p *Pane) slowLater(r *reading) tea.Cmd {
	return tea.Tick(slowAfter, func(time.Time) tea.Msg { return SlowMsg{p, r} })
}

// listed takes what has come of the listing under way.
func (p *Pane) listed(r *reading) tea.Cmd {
	now := r.take()
	if !now.done {
		if !r.reload {
			p.begin(r, now)
			p.showLatest(now.table, r)
		}
		return r.wait
	}
	p.reading, p.slow = nil, false
	p.offline = now.err != nil && p.dir != "" && (p.offline || p.isLost(now.err))
	switch {
	case now.err == nil:
		p.begin(r, now)
		p.totals = nil
		p.report, p.partial, p.notice = now.report, false, reportNotice(now.report)
	case p.shows: // some of it came
		p.partial = true
		p.notice = failedNotice(now.err, "Rows may be missing. R lists again")
	default:
		p.shows = false
		p.notice = failedNotice(now.err, p.wayOut(r))
		p.scroll()
		p.changed()
		return nil
	}
	p.showLatest(now.table, r)
	p.shows = false
	p.version++
	return tea.Batch(p.resort(), p.measure())
}

// begin turns the pane to the folder that is being listed, once.
func (p *Pane) begin(r *reading, now progress) {
	if p.shows {
		return
	}
	p.shows = true
	if !r.reload {
		p.order.filter, p.typing, p.offline = "", typing{}, false
		p.forgetTotals()
		if p.dir != "" && p.dir != now.dir {
			p.history.turn(p.spot(), r.step)
		}
		p.dir, p.cursor, p.top, p.marks, p.notice = now.dir, 0, 0, marks{}, notice{}
		p.report, p.free = vfs.ListReport{}, ""
		p.partial = false
	}
}

// showLatest shows more of a listing. The cursor stays on its entry once a person has moved it; until then it goes
// to the entry that the listing was asked for.
func (p *Pane) showLatest(t *table, r *reading) {
	switch {
	case r.reload || p.cursor == 0:
		p.show(t, r.cursor)
	default:
		p.show(t, p.cursorName())
	}
}

// resort puts the rows into the order that is wanted now, if it is another one.
func (p *Pane) resort() tea.Cmd {
	if p.table.order == p.order || p.sorting || p.reading != nil && p.shows {
		return nil
	}
	p.sorting = true
	from, want := p.table, p.order
	return func() tea.Msg { return SortedMsg{p, from, from.arranged(want)} }
}

func (p *Pane) sorted(msg SortedMsg) tea.Cmd {
	p.sorting = false
	if msg.from == p.table {
		p.show(msg.table, cmp.Or(p.cursorName(), p.typing.name)) // a filter may have taken the row away for a while
	}
	return p.resort() // the wish may have changed meanwhile
}

// measure asks for the free space of the local side.
func (p *Pane) measure() tea.Cmd {
	if !p.local || p.cfg.Free == nil {
		return nil
	}
	dir := p.dir
	return func() tea.Msg {
		octets, err := p.cfg.Free(dir)
		if err != nil {
			return nil // a number less in the foot: the listing above it tells what is wrong
		}
		return FreeMsg{p, dir, octets}
	}
}
