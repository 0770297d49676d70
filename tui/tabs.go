package tui

import (
	"slices"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/cell"
	"ferry/tui/keymap"
	"ferry/tui/pane"
	"ferry/tui/theme"
)

// tabs are the panes of one side, of which one is shown. There is always one.
type tabs struct {
	all []*pane.Pane
	at  int
}

// mostTabs is how many tabs of a side still have room for their names.
const mostTabs = 9

// The strip of tabs: each has two cells beside its label, and behind the last one lies a button for another.
const (
	mostTabCells = 24
	moreTabs     = " + "
)

func (t *tabs) shown() *pane.Pane { return t.all[t.at] }

func (t *tabs) insert(p *pane.Pane) {
	t.at++
	t.all = slices.Insert(t.all, t.at, p)
}

// remove takes the shown tab away; its neighbour is shown then.
func (t *tabs) remove() {
	t.all = slices.Delete(t.all, t.at, t.at+1)
	t.at = min(t.at, len(t.all)-1)
}

// labels gives the text of each tab, safe to draw, in no more than w cells in all.
func (t *tabs) labels(w int) []string {
	most := min((w-len(moreTabs))/len(t.all), mostTabCells)
	all := make([]string, len(t.all))
	for i, p := range t.all {
		number := strconv.Itoa(i + 1)
		all[i] = termtext.Truncate(" "+number+" "+termtext.Middle(tabName(p), max(most-4, 0))+" ", most)
	}
	return all
}

// tabName gives the last part of the folder, behind the server's name.
func tabName(p *pane.Pane) string {
	if p.FS() == nil || p.Dir() == "" {
		return "…"
	}
	name := p.FS().Base(p.Dir())
	if p.FS().Parent(p.Dir()) == p.Dir() {
		name = p.Dir()
	}
	name = termtext.DisplayName(vfs.DisplayName(p.FS(), name))
	if p.Local() {
		return name
	}
	return hostOf(p.FS()) + ":" + name
}

// append draws the strip in w cells from column x on.
func (t *tabs) append(b []byte, th *theme.Theme, x, w int) []byte {
	from := x
	for i, label := range t.labels(w) {
		role := theme.Dim
		if i == t.at {
			role = theme.TabShown
		}
		cells := termtext.Width(label)
		b = append(cell.Field(th.AppendOn(b, role), label, x, cells), theme.Off...)
		x += cells
	}
	b = cell.Paint(b, th, theme.Key, moreTabs)
	return cell.Blanks(b, w-(x-from)-len(moreTabs))
}

// hit tells which tab lies at a cell of the strip; len(t.all) is the button for another.
func (t *tabs) hit(at, w int) (int, bool) {
	for i, label := range t.labels(w) {
		if at -= termtext.Width(label); at < 0 {
			return i, true
		}
	}
	return len(t.all), at < len(moreTabs)
}

// newPane makes an empty pane.
func (m *Model) newPane() *pane.Pane {
	return pane.New(pane.Config{
		Context: m.ctx, Theme: m.deps.Theme, Now: m.deps.Now, Home: m.deps.Home, Free: m.deps.Free,
		Sort: m.settings.Text("screen.sort"), Hidden: m.settings.Bool("screen.hidden"),
	})
}

// side is the tabs that the keys are about.
func (m *Model) side() *tabs { return &m.tabs[m.chosen.active] }

// sideOf tells on which side a pane is, shown or not.
func (m *Model) sideOf(p *pane.Pane) int {
	if slices.Contains(m.tabs[1].all, p) {
		return 1
	}
	return 0
}

// showTabs makes the panes those that the tabs show.
func (m *Model) showTabs() {
	for i := range m.tabs {
		m.panes[i] = m.tabs[i].shown()
	}
	m.chosen.tabs = len(m.tabs[0].all) > 1 || len(m.tabs[1].all) > 1
	m.endComparing()
	m.sampleRemotes()
	m.dirty = true
}

// openTab opens another tab with the same folder.
func (m *Model) openTab() tea.Cmd {
	if len(m.side().all) == mostTabs {
		return m.say(plain, strconv.Itoa(mostTabs)+" tabs are open here; "+m.key(keymap.CloseTab)+" closes one.")
	}
	twin, cmd := m.active().Twin()
	m.side().insert(twin)
	m.showTabs()
	return cmd
}

// closeTab closes the shown tab, but not the last one.
func (m *Model) closeTab() tea.Cmd {
	m.active().Stop()
	m.side().remove()
	m.showTabs()
	return m.active().Refresh()
}

// stepTab goes to the next tab or the one before.
func (m *Model) stepTab(by int) tea.Cmd {
	n := len(m.side().all)
	return m.showTab((m.side().at + by + n) % n)
}

// showTab shows a tab, and reads its folder again: nobody has watched it.
func (m *Model) showTab(i int) tea.Cmd {
	m.side().at = i
	m.showTabs()
	return m.active().Refresh()
}

// clickTab takes a click on the strip of a side.
func (m *Model) clickTab(side, x int) tea.Cmd {
	m.focus(panel(side))
	r := m.layout.tabs[side]
	i, ok := m.side().hit(x-r.X, r.W)
	switch {
	case !ok || i == m.side().at:
		return nil
	case i == len(m.side().all):
		return m.openTab()
	}
	return m.showTab(i)
}

// swap exchanges the two sides with all their tabs. The focus goes along.
func (m *Model) swap() tea.Cmd {
	m.tabs[0], m.tabs[1] = m.tabs[1], m.tabs[0]
	m.arrivals.swap()
	m.focus(panel(1 - m.chosen.active))
	m.showTabs()
	return nil
}

// back and forward walk through the places where the pane was.
func (m *Model) back() tea.Cmd {
	cmd, _ := m.active().Back()
	m.sampleRemotes()
	return cmd
}

func (m *Model) forward() tea.Cmd {
	cmd, _ := m.active().Forward()
	m.sampleRemotes()
	return cmd
}
