// Package tui is the screen: two panes, the queue, the protocol's log, and dialogs over them. The root model only
// routes: input and output happen in commands, whose results carry the request that they answer.
package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/config"
	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/keymap"
	"ferry/tui/pane"
	"ferry/tui/terminal"
	"ferry/tui/transfers"
	"ferry/tui/viewer"
	"ferry/tui/wire"
)

// Model is the root of the screen, a tea.Model.
type Model struct {
	ctx  context.Context
	deps Deps
	jobs jobs

	w, h   int
	now    time.Time // of the latest message
	chosen arrangement
	layout layout

	tabs      [2]tabs
	panes     [2]*pane.Pane // those that the tabs show
	remotes   [2]remoteState
	transfers *transfers.Panel
	log       *wire.Panel
	dialogs   []dialog.Dialog // the last one is on top

	settings config.Settings
	wears    string          // the theme of the screen
	prefix   []string        // keys pressed so far of a sequence
	recent   []keymap.Action // chosen in the palette and the help, the latest first
	toast    toast
	ticking  bool
	underWay map[worker]*formRun // what was begun in forms
	errand   *errand             // that is under way
	held     *held               // what is to be pasted; nil: nothing
	undos    []*undo             // what can be taken back, the latest last
	mirrors  []*mirrorWait       // plans whose deletions wait for their files
	undoable bool                // what is told next can be
	asked    asked
	book     SiteBook          // the sites, as they were read last
	named    map[string]string // by which sites connections were made, by the IDs of their file systems
	arriving arriving
	arrivals arrivals

	icons      bool
	ongoing    []ongoing
	copies     []*editing // copies of files of servers that an editor may have open
	returned   [2]bool    // the connection of a shown pane has come back
	together   together
	comparison *comparison // nil where nothing was compared

	answering answering
	mice      mice
	finish    finish
	limits    queue.Limits

	bar      keyBar
	hint     string // what an empty queue says
	wireHint string // what the wire panel says while nothing is connected
	modeKey  string // switches the data mode
	header   struct {
		key   headerKey
		parts []part
		badge rect // where it was drawn
	}

	waitsUntil time.Time // a server asked to be left alone until then

	dirty bool
	frame string
	buf   []byte
}

// New makes the model. ctx ends all of its work.
func New(ctx context.Context, deps Deps) *Model {
	deps = deps.withDefaults()
	m := &Model{
		ctx: ctx, deps: deps, now: deps.Now(), dirty: true,
		settings: deps.Settings, wears: deps.Wears, icons: deps.Settings.Bool("screen.icons"),
		transfers: transfers.New(deps.Theme), log: wire.NewPanel(deps.Theme),
		underWay: map[worker]*formRun{}, named: map[string]string{}, arrivals: newArrivals(),
		finish: newFinish(), limits: deps.Limits,
	}
	m.useKeys(deps.Keys)
	for i := range m.tabs {
		m.tabs[i].all = []*pane.Pane{m.newPane()}
		m.panes[i] = m.tabs[i].shown()
	}
	return m
}

// Init opens the first folders and begins to wait for the queue and the log.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.nextNews, m.nextEvents, m.nextQuestions, m.readBook(nil)}
	for i, p := range m.deps.Start {
		cmds = append(cmds, m.panes[i].Open(p.FS, p.Dir, isLocal(p.FS)))
	}
	m.sampleRemotes()
	return m.jobs.track(tea.Batch(cmds...))
}

// newsMsg brings what changed in the queue.
type newsMsg struct {
	news queue.News
	err  error
}

// nextNews blocks until the queue has news.
func (m *Model) nextNews() tea.Msg {
	news, err := m.deps.Queue.Next(m.ctx)
	return newsMsg{news, err}
}

// eventsMsg brings what happened on the connections.
type eventsMsg struct {
	events []wire.Event
	lost   int
}

// logEvery is the least time between two looks at the log: events come by the hundreds.
const logEvery = 100 * time.Millisecond

// nextEvents blocks until there are events, and a little longer, so that more of them come at once.
func (m *Model) nextEvents() tea.Msg {
	if m.deps.Events.Wait(m.ctx) != nil {
		return nil
	}
	after(m.ctx, logEvery, nil)()
	events, lost := m.deps.Events.Take()
	return eventsMsg{events, lost}
}

// tickMsg comes while something is shown that changes with time.
type tickMsg struct{}

const tickEvery = 250 * time.Millisecond

// tick begins the one ticking there is, unless it goes on already.
func (m *Model) tick() tea.Cmd {
	if m.ticking {
		return nil
	}
	m.ticking = true
	return after(m.ctx, tickEvery, tickMsg{})
}

// Update takes a message to where it belongs.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.now = m.deps.Now()
	cmd := m.route(msg)
	if m.dirty {
		m.arrange()
	}
	if m.settles() || m.wireLives() { // also what only now has come to be seen
		cmd = tea.Batch(cmd, m.tick())
	}
	return m, m.jobs.track(cmd)
}

func (m *Model) route(msg tea.Msg) tea.Cmd {
	if p, ok := pane.Of(msg); ok {
		m.dirty = true
		m.sampleRemotes()
		was := p.Dir()
		cmd := tea.Batch(p.Update(msg), m.follow(p, was), m.compareAgain())
		m.arrivedAt()
		return tea.Batch(cmd, m.revive(), m.reloadSettled(m.transfers.Totals()))
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h, m.dirty = msg.Width, msg.Height, true
	case tea.KeyMsg:
		return m.keys(msg)
	case tea.MouseMsg:
		return m.mouse(tea.MouseEvent(msg))
	case newsMsg:
		return m.newsCame(msg)
	case eventsMsg:
		return m.eventsCame(msg)
	case tea.FocusMsg, tea.BlurMsg:
		_, m.finish.away = msg.(tea.BlurMsg)
	case tea.ResumeMsg:
		m.dirty = true
	case terminal.QuitRequestedMsg:
		return tea.Quit
	case terminal.SuspendRefusedMsg:
		return m.say(bad, "There is no shell that would wake ferry again, so it cannot be suspended.")
	default:
		return m.routeWork(msg)
	}
	return nil
}

// routeWork takes the results of what a person asked for.
func (m *Model) routeWork(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case toastGoneMsg:
		m.toastGone(msg)
	case viewer.Msg:
		m.dirty = true
		return msg.Deliver()
	case questionsMsg:
		return m.questionsCame()
	case settingSavedMsg:
		return m.settingSaved(msg)
	case boundMsg:
		return m.bound(msg)
	case themeKeptMsg:
		return m.themeKept(msg)
	case siteSavedMsg:
		return m.siteSaved(msg)
	case bookMsg:
		return m.bookCame(msg)
	case examinedMsg:
		return m.examined(msg)
	case connectedMsg:
		return m.connected(msg)
	case changedMsg:
		return m.changed(msg)
	case completedMsg:
		m.completed(msg)
	case lookedMsg:
		return m.looked(msg)
	case foundMsg:
		m.searched(msg)
	case comparedMsg:
		return m.compared(msg)
	case emptyMsg:
		return m.maybeEmpty(msg)
	case savedMsg:
		return m.saved(msg)
	case tickMsg:
		return m.ticked()
	default:
		return m.routeFiles(msg)
	}
	return nil
}

// routeFiles takes the results of work on files.
func (m *Model) routeFiles(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case bulkReadyMsg:
		return m.bulkReady(msg)
	case bulkEditedMsg:
		return m.bulkEdited(msg)
	case pastedMsg:
		return m.pastedCame(msg)
	case editedHereMsg:
		return m.editedHere(msg)
	case editedMsg:
		return m.edited(msg)
	case copiesDueMsg:
		return m.lookAtCopies()
	case copiesMsg:
		return m.copiesSeen(msg)
	case hashedMsg:
		m.hashed(msg)
	case errandMsg:
		return m.errandEnded(msg)
	}
	return nil
}

// ticked goes on ticking as long as there is a reason.
func (m *Model) ticked() tea.Cmd {
	m.ticking, m.dirty = false, true
	for _, w := range m.ongoing {
		w.refresh()
	}
	wireLives := m.wireLives()
	if wireLives {
		m.log.Tick(m.now)
	}
	settling := m.asked.trust != nil && m.asked.trust.Settling() ||
		m.answering.dialog != nil && m.answering.dialog.Settling()
	changes := settling || m.settles() || wireLives || m.transfers.CountsDown()
	working := len(m.underWay)+len(m.ongoing) > 0 || m.arriving.finder != nil
	if working || changes || m.waitLeft() > 0 {
		return m.tick()
	}
	return nil
}

// newsCame takes the queue's news and waits for more.
func (m *Model) newsCame(msg newsMsg) tea.Cmd {
	if msg.err != nil {
		return nil // the queue has ended, which ends the screen too
	}
	m.dirty = true
	reload := m.arrived(msg.news)
	m.transfers.Apply(msg.news, m.now)
	cmds := []tea.Cmd{m.nextNews, reload, m.finished(msg.news), m.mirrorsArrived(msg.news), m.askConflicts()}
	if m.transfers.CountsDown() {
		cmds = append(cmds, m.tick())
	}
	return tea.Batch(cmds...)
}

// focused gives the panel that the keys go to.
func (m *Model) focused() panel { return m.chosen.focus }

// active gives the pane that file operations are about.
func (m *Model) active() *pane.Pane { return m.panes[m.chosen.active] }

// other gives the pane that copies go to.
func (m *Model) other() *pane.Pane { return m.panes[1-m.chosen.active] }

func (m *Model) focus(p panel) {
	m.chosen.focus = p
	if p.isPane() {
		m.chosen.active = int(p)
	}
}

// open puts a dialog on top.
func (m *Model) open(d dialog.Dialog) { m.dialogs = append(m.dialogs, d) }

// openUnasked puts a dialog on top that nobody asked for now: it ignores keys at first.
func (m *Model) openUnasked(d *dialog.Choice) {
	d.Unasked(m.deps.Now)
	m.prefix = nil
	m.open(d)
}

// settles reports whether the dialog on top says that it still ignores keys, which changes with time alone.
func (m *Model) settles() bool {
	if len(m.dialogs) == 0 {
		return false
	}
	top, tells := m.dialogs[len(m.dialogs)-1].(interface{ Settles() bool })
	return tells && top.Settles()
}

// close takes a dialog away, wherever it lies.
func (m *Model) close(d dialog.Dialog) {
	for i, o := range m.dialogs {
		if o == d {
			m.dialogs = append(m.dialogs[:i:i], m.dialogs[i+1:]...)
			return
		}
	}
}

// showHeadings lets both panes tell alike by what their rows can be ordered. One that shows its title alone does not
// count.
func (m *Model) showHeadings() {
	all := true
	for i, p := range m.panes {
		all = all && (m.layout.panes[i].H <= 1 || p.HasRoomForHeadings())
	}
	for _, p := range m.panes {
		p.ShowHeadings(all)
	}
}

// arrange tells every component where it is shown.
func (m *Model) arrange() {
	m.layout = arrange(m.w, m.h, m.chosen)
	for i, p := range m.panes {
		r := m.layout.panes[i]
		p.SetLook(pane.Look{
			Index: i, X: r.X, W: r.W, H: r.H, Focused: m.focused() == panel(i), Now: m.now,
			Held: m.held.in(p), Icons: m.icons, Together: m.together.on, Tight: m.w < allColumnsFrom,
			Badge: m.remotes[i].badge(), BadgeRole: m.remotes[i].role(),
		})
	}
	m.showHeadings()
	r := m.layout.queue
	m.transfers.SetLook(transfers.Look{
		X: r.X, W: r.W, H: r.H, Focused: m.focused() == panelQueue, Route: m.routeOf, Hint: m.hint,
		Now: m.now, Limit: m.limitWords(),
	})
	m.lookAtWire()
	m.lookAtBar()
}
