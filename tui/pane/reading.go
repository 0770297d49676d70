package pane

import (
	"context"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
)

// flushEvery is how often a listing that goes on shows what has come, but for the first entries, which show at once.
const flushEvery = 150 * time.Millisecond

// ListedMsg tells that more of a listing has come, or that it has ended. It answers one request of one pane.
type ListedMsg struct {
	pane   *Pane
	reader *reading
}

// request says which folder is to be listed.
type request struct {
	dir    string // "" asks for the place where one starts
	cursor string // the name that the cursor goes to, if it is there
	reload bool   // the same folder again: shown when it is complete
	step   step   // the way there through the history
}

// reading is one listing under way. The command run does the work and ends when its context does; the command
// wait tells the screen. They meet in the latest table, which the reader overwrites and the screen takes.
type reading struct {
	request
	pane  *Pane
	fs    vfs.FS
	order order
	clock func() time.Time
	stop  context.CancelFunc

	news chan struct{} // holds at most one wake-up
	held chan struct{} // holds a token where rows wait to be shown together with later ones

	gathered struct { // what has come, made into tables; before mu, where both are taken
		sync.Mutex
		latest  *table
		fresh   []row
		flushed time.Time
	}

	mu     sync.Mutex
	table  *table
	home   string // the folder that is listed
	report vfs.ListReport
	err    error
	done   bool
}

// start gives the two commands of the listing.
func (r *reading) start(ctx context.Context) tea.Cmd {
	r.news, r.held = make(chan struct{}, 1), make(chan struct{}, 1)
	r.table = &table{order: r.order}
	ctx, r.stop = context.WithCancel(ctx)
	return tea.Batch(func() tea.Msg { r.run(ctx); return nil }, r.wait)
}

// wait blocks until there is something to show. Rows that wait for more are shown soon, for nothing may come for long.
func (r *reading) wait() tea.Msg {
	select {
	case <-r.news:
	case <-r.held:
		soon := time.NewTimer(flushEvery)
		defer soon.Stop()
		select {
		case <-r.news:
		case <-soon.C:
			r.flush()
		}
	}
	return ListedMsg{pane: r.pane, reader: r}
}

// run does the listing. It ends with the listing or with ctx, and always leaves a last wake-up behind.
func (r *reading) run(ctx context.Context) {
	defer r.stop()
	dir, report, err := r.list(ctx)
	if context.Cause(ctx) != nil {
		err = context.Cause(ctx)
	}
	r.mu.Lock()
	r.home, r.report, r.err, r.done = dir, report, err, true
	r.mu.Unlock()
	r.wake()
}

func (r *reading) wake() { put(r.news) }

func put(token chan<- struct{}) {
	select {
	case token <- struct{}{}:
	default:
	}
}

func (r *reading) list(ctx context.Context) (dir string, report vfs.ListReport, err error) {
	if dir = r.dir; dir == "" {
		if dir, err = r.fs.Home(ctx); err != nil {
			return dir, report, err
		}
	}
	err = vfs.Do(ctx, r.fs, vfs.Browse, func(s vfs.Session) error {
		report, err = r.collect(ctx, s, dir)
		return err
	})
	return dir, report, err
}

// collect gathers what comes, and shows it now and then.
func (r *reading) collect(ctx context.Context, s vfs.Session, dir string) (vfs.ListReport, error) {
	empty := r.table
	r.gathered.latest = empty
	r.mu.Lock()
	r.home = dir
	r.mu.Unlock()
	report, err := s.List(ctx, dir, func(batch []vfs.Entry) error {
		if r.gather(batch) {
			r.flush()
			r.wake()
		} else {
			put(r.held)
		}
		return context.Cause(ctx)
	})
	if report.Shift != 0 {
		r.flush()
		r.gathered.Lock()
		r.gathered.latest, r.gathered.fresh = empty, r.gathered.latest.settled(report)
		r.gathered.Unlock()
	}
	r.flush()
	return report, err
}

// gather takes rows, and reports whether it is time to show them.
func (r *reading) gather(batch []vfs.Entry) bool {
	g := &r.gathered
	g.Lock()
	defer g.Unlock()
	for _, e := range batch {
		g.fresh = append(g.fresh, newRow(r.fs, e))
	}
	now := r.clock()
	due := now.Sub(g.flushed) >= flushEvery && len(g.fresh) > 0
	if due {
		g.flushed = now
	}
	return due
}

// flush makes a table of all that was gathered.
func (r *reading) flush() {
	g := &r.gathered
	g.Lock()
	defer g.Unlock()
	g.latest, g.fresh = g.latest.add(g.fresh), g.fresh[:0]
	r.mu.Lock()
	r.table = g.latest
	r.mu.Unlock()
}

// progress is what of a listing is known by now.
type progress struct {
	table  *table
	dir    string
	report vfs.ListReport
	err    error
	done   bool
}

func (r *reading) take() progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	return progress{r.table, r.home, r.report, r.err, r.done}
}
