// Package pane shows one folder of any file system. A Pane does no input or output of its own: what takes time
// happens in the commands it returns, and their results come back as messages. It is not safe for concurrent use.
package pane

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/tui/compare"
	"ferry/tui/theme"
)

// Config is what a Pane is made of.
type Config struct {
	Context context.Context // ends all work of the pane
	Theme   *theme.Theme
	Now     func() time.Time
	// Home is the person's home folder on the local side, shown as ~; may be empty.
	Home string
	// Free gives the free space in octets where path is on the local side; may be nil.
	Free func(path string) (uint64, error)

	Sort   string // "name", "size", "time" or "type": how rows are sorted at first; "" is "name"
	Hidden bool   // hidden files are shown at first
}

// Pane is a folder on the screen.
type Pane struct {
	cfg     Config
	fs      vfs.FS
	local   bool
	dir     string // "" until the first listing has begun to come
	wanted  string // the folder that Open was asked for
	table   *table
	order   order
	history history

	cursor int // place among the rows, the row ".." included
	top    int // the first row on the screen
	marks  marks
	span   span
	search string // what n looks for
	typing typing

	reading *reading // the listing under way, nil where there is none
	shows   bool     // the rows on the screen are those of reading
	slow    bool     // reading takes so long that people want to know
	sorting bool     // the rows are being put into another order
	report  vfs.ListReport
	partial bool // the listing did not end well: rows may be missing
	notice  notice
	free    string
	offline bool // the rows are what was last seen before the connection was lost

	measuring *measuring       // the walk under way, nil where there is none
	totals    map[string]total // what folders hold, by name
	marksSaid string           // how much is marked, as the foot says it; "" has to be made anew

	version      int                     // of the listing, counts up
	kinds        map[string]compare.Kind // how entries differ from the other pane's; nil where they were not compared
	comparedBy   string
	comparedSaid [2]string // the sum of it, in words and by signs, as the foot says it; "" has to be made anew

	look  look
	cache rowCache

	allHeads            []heading // the words for all orders, of headsOrder and headsTight
	headsOrder          order
	headsTight          bool
	headsShown          bool      // all of them, where the other pane has room for its own, too
	heads               []heading // those of them that were drawn last
	badgeAt, badgeCells int       // where its badge was drawn
}

// New makes an empty pane.
func New(cfg Config) *Pane {
	return &Pane{
		cfg: cfg, table: &table{}, marks: marks{}, order: order{key: keyNamed(cfg.Sort), hidden: cfg.Hidden},
	}
}

// Open shows a folder of fs, which becomes the pane's file system; "" asks fs where a person starts. local says
// that it is the local side. What was shown before is one step back in the history.
func (p *Pane) Open(fs vfs.FS, dir string, local bool) tea.Cmd {
	return p.open(spot{fs: fs, local: local, dir: dir}, onward)
}

func (p *Pane) open(to spot, s step) tea.Cmd {
	p.Stop()
	p.forgetTotals()
	p.offline = false
	p.history.turn(p.spot(), s)
	p.fs, p.local, p.dir, p.wanted, p.free = to.fs, to.local, "", to.dir, ""
	p.show(&table{order: p.order}, "")
	p.notice = notice{}
	return p.read(request{dir: to.dir, cursor: to.cursor})
}

// Go shows another folder of the same file system. The present one stays on the screen until entries come; the
// cursor then goes to the entry of that name.
func (p *Pane) Go(dir, cursor string) tea.Cmd { return p.read(request{dir: dir, cursor: cursor}) }

// Reload lists the folder again and keeps the cursor on its entry, or puts it on the entry of the given name.
func (p *Pane) Reload(cursor string) tea.Cmd {
	if p.fs == nil {
		return nil
	}
	if p.dir == "" {
		return p.read(request{dir: p.wanted, cursor: cursor})
	}
	if cursor == "" {
		cursor = p.cursorName()
	}
	return p.read(request{dir: p.dir, cursor: cursor, reload: true})
}

// Refresh lists the folder again unless it is being listed already.
func (p *Pane) Refresh() tea.Cmd {
	if p.Busy() {
		return nil
	}
	return p.Reload("")
}

// read begins a listing and ends the one under way.
func (p *Pane) read(r request) tea.Cmd {
	p.Stop()
	o := p.order
	if !r.reload {
		o.filter = "" // it was meant for the folder that is left
	}
	p.reading = &reading{request: r, pane: p, fs: p.fs, order: o, clock: p.cfg.Now}
	p.changed()
	return tea.Batch(p.reading.start(p.cfg.Context), p.slowLater(p.reading))
}

// Stop gives up the listing under way, if any, and reports whether there was one. What has come stays.
func (p *Pane) Stop() bool {
	r := p.reading
	if r == nil {
		return p.stopMeasuring()
	}
	r.stop()
	if p.shows {
		p.partial = true
		p.notice = stoppedNotice(len(p.table.rows))
	} else if p.dir == "" {
		p.notice = notice{text: "Stopped before anything was listed.", hint: "R lists again"}
	}
	p.reading, p.shows, p.slow = nil, false, false
	p.changed()
	return true
}

// Busy reports whether a listing or a sorting is under way.
func (p *Pane) Busy() bool { return p.reading != nil || p.sorting }

// FS gives the file system that is shown.
func (p *Pane) FS() vfs.FS { return p.fs }

// Version counts the listings that have been shown.
func (p *Pane) Version() int { return p.version }

// Local reports whether it is the local side.
func (p *Pane) Local() bool { return p.local }

// Dir gives the folder that is shown, "" if there is none yet.
func (p *Pane) Dir() string { return p.dir }

// hasParent reports whether the first row leads up.
func (p *Pane) hasParent() bool { return p.dir != "" && p.fs.Parent(p.dir) != p.dir }

// above gives the number of rows before those of the table: 1 for "..", or 0.
func (p *Pane) above() int {
	if p.hasParent() {
		return 1
	}
	return 0
}

// count gives the number of rows, ".." included.
func (p *Pane) count() int { return p.above() + len(p.table.shown) }

// at gives the row at a place, nil for ".." and for places outside.
func (p *Pane) at(place int) *row {
	i := place - p.above()
	if i < 0 || i >= len(p.table.shown) {
		return nil
	}
	return &p.table.rows[p.table.shown[i]]
}

// Current gives the entry under the cursor, false for "..".
func (p *Pane) Current() (vfs.Entry, bool) {
	if r := p.at(p.cursor); r != nil {
		return r.entry, true
	}
	return vfs.Entry{}, false
}

func (p *Pane) cursorName() string {
	e, _ := p.Current()
	return e.Name
}

// Entries gives all entries of the folder as they came, hidden ones included.
func (p *Pane) Entries() []vfs.Entry {
	all := make([]vfs.Entry, len(p.table.rows))
	for i := range p.table.rows {
		all[i] = p.table.rows[i].entry
	}
	return all
}

// Find gives the entries of the folder whose names are asked for, hidden ones included.
func (p *Pane) Find(names map[string]bool) []vfs.Entry {
	var found []vfs.Entry
	for i := range p.table.rows {
		if e := &p.table.rows[i].entry; names[e.Name] {
			found = append(found, *e)
		}
	}
	return found
}

// show puts other rows on the screen, with the cursor on the entry of the given name or where it was.
func (p *Pane) show(t *table, cursor string) {
	p.table = t
	p.marks.keep(t)
	p.span = span{}
	if i := t.find(cursor); cursor != "" && i >= 0 {
		p.cursor = i + p.above()
	}
	p.scroll()
	p.changed()
}

// changed makes all rows be drawn anew.
func (p *Pane) changed() {
	p.cache.clear()
	p.marksSaid, p.comparedSaid = "", [2]string{}
}
