package tui

import (
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/prose"
)

// route names the panes between which a batch was started.
type route struct{ from, to int }

// arrivals watches what the queue finishes, so that a pane reads its folder again when all of a batch has come, and now
// and then while a long one comes.
type arrivals struct {
	routes map[queue.BatchID]route
	moves  map[queue.BatchID]bool // whose sources go away
	open   map[queue.BatchID]int  // items that are not final; a batch without items has no entry
	stale  [2]map[queue.BatchID]bool
	fresh  [2]bool      // something has landed since the pane was read
	read   [2]time.Time // when the pane was last read for an arrival, or the first one came

	unkept  bool   // it was told that the queue is in memory only
	renewed string // what was told of a new journal
}

// How often a pane is read again while a batch comes: a disk does not mind, a server is asked seldom.
const (
	localEvery  = 2 * time.Second
	remoteEvery = 5 * time.Second
)

func newArrivals() arrivals {
	return arrivals{
		routes: map[queue.BatchID]route{}, moves: map[queue.BatchID]bool{}, open: map[queue.BatchID]int{},
		stale: [2]map[queue.BatchID]bool{{}, {}},
	}
}

// arrived looks at news before the panel takes it, and reloads the panes whose folders have received all of a batch.
func (m *Model) arrived(news queue.News) tea.Cmd {
	for i := range news.Items {
		m.track(&news.Items[i])
	}
	told := m.toldJournal(news.Totals)
	return tea.Batch(m.reloadSettled(news.Totals), told)
}

// toldJournal says once how the journal of the queue fares.
func (m *Model) toldJournal(t queue.Totals) tea.Cmd {
	var cmds []tea.Cmd
	if t.Renewed != m.arrivals.renewed {
		m.arrivals.renewed = t.Renewed
		cmds = append(cmds, m.say(bad, prose.Capital(prose.Safe(t.Renewed))+"."))
	}
	switch unkept := t.Unkept != nil; {
	case unkept && !m.arrivals.unkept:
		cmds = append(cmds, m.say(bad, prose.Sentence(t.Unkept)))
	case !unkept && m.arrivals.unkept:
		cmds = append(cmds, m.say(good, "The queue is kept again."))
	}
	m.arrivals.unkept = t.Unkept != nil
	return tea.Batch(cmds...)
}

// reloadSettled reloads the panes that are not listing anyway.
func (m *Model) reloadSettled(t queue.Totals) tea.Cmd {
	var cmds []tea.Cmd
	for i, p := range m.panes {
		if p.Dir() == "" || p.Busy() {
			continue
		}
		settled := t.Planning == 0 && m.arrivals.settled(i) // while folders are walked more may come
		if settled || m.arrivals.due(i, m.deps.Now(), isLocal(p.FS())) {
			m.arrivals.fresh[i], m.arrivals.read[i] = false, m.deps.Now()
			cmds = append(cmds, p.Reload(""))
		}
	}
	return tea.Batch(cmds...)
}

// swap follows the panes when they change sides.
func (a *arrivals) swap() {
	for id, r := range a.routes {
		a.routes[id] = route{1 - r.from, 1 - r.to}
	}
	a.stale[0], a.stale[1] = a.stale[1], a.stale[0]
	a.fresh[0], a.fresh[1] = a.fresh[1], a.fresh[0]
	a.read[0], a.read[1] = a.read[1], a.read[0]
}

// due reports whether pane i should be read though its batch still comes.
func (a *arrivals) due(i int, now time.Time, local bool) bool {
	every := remoteEvery
	if local {
		every = localEvery
	}
	return a.fresh[i] && now.Sub(a.read[i]) >= every
}

// emptyMsg asks whether a batch of folders turned out to hold no files: then there are no items to wait for.
type emptyMsg struct {
	batch queue.BatchID
	at    place
	from  place // where it comes from, for a move
}

// emptyAfter is how long the walk through folders gets before the question is asked (again).
const emptyAfter = time.Second

// maybeEmpty reloads the target of a batch that made folders only.
func (m *Model) maybeEmpty(msg emptyMsg) tea.Cmd {
	if _, has := m.arrivals.open[msg.batch]; has {
		return nil
	}
	if m.transfers.Totals().Planning > 0 {
		return after(m.ctx, emptyAfter, msg)
	}
	return tea.Batch(m.reloadAll(msg.at, ""), m.reloadAll(msg.from, ""))
}

// track counts the open items of a batch and notices what lands in a folder that is shown.
func (m *Model) track(it *queue.Item) {
	before, known := m.transfers.Item(it.ID)
	wasOpen := known && !before.State.Final()
	a := &m.arrivals
	switch isOpen := !it.State.Final(); {
	case isOpen && !wasOpen:
		a.open[it.Batch]++
	case wasOpen && !isOpen:
		a.open[it.Batch]--
	case !isOpen:
		a.open[it.Batch] += 0 // it is known to have items
	}
	if !it.State.Final() || it.State == queue.Skipped {
		return
	}
	for i, p := range m.panes {
		if p.FS() != nil && p.FS().ID() == it.ToID && within(p.FS(), it.To, p.Dir()) {
			a.land(i, it.Batch, m.deps.Now())
		}
		if a.moves[it.Batch] && p.FS() != nil && p.FS().ID() == it.FromID && within(p.FS(), it.From, p.Dir()) {
			a.land(i, it.Batch, m.deps.Now())
		}
	}
}

// land notices that something of a batch has come for pane i. With the first of it the time to the next look begins.
func (a *arrivals) land(i int, batch queue.BatchID, now time.Time) {
	if len(a.stale[i]) == 0 {
		a.read[i] = now
	}
	a.stale[i][batch], a.fresh[i] = true, true
}

// settled reports whether something has come for pane i, and nothing more will, of one batch at least.
func (a *arrivals) settled(i int) bool {
	found := false
	for batch := range a.stale[i] {
		if a.open[batch] <= 0 {
			delete(a.stale[i], batch)
			found = true
		}
	}
	return found
}

// within reports whether path lies below the folder dir.
func within(f vfs.FS, path, dir string) bool {
	for dir != "" {
		parent := f.Parent(path)
		if parent == dir {
			return true
		}
		if parent == path {
			return false
		}
		path = parent
	}
	return false
}

// routeOf names the panes between which an item moves: "1→2"; a dash stands for a place that no pane shows.
func (m *Model) routeOf(it queue.Item) string {
	r, known := m.arrivals.routes[it.Batch]
	name := func(hint int, id string) string {
		if p := m.panes[hint]; known && p.FS() != nil && p.FS().ID() == id {
			return strconv.Itoa(hint + 1)
		}
		for i, p := range m.panes {
			if p.FS() != nil && p.FS().ID() == id {
				return strconv.Itoa(i + 1)
			}
		}
		return "–"
	}
	return name(r.from, it.FromID) + "→" + name(r.to, it.ToID)
}
