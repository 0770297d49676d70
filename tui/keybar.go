package tui

import (
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// tone says how a toast is meant.
type tone int

const (
	plain tone = iota
	good
	bad
)

func (t tone) role() theme.Role {
	return [...]theme.Role{plain: theme.Text, good: theme.Good, bad: theme.Bad}[t]
}

// toast is a line that goes by itself, or with the next key.
type toast struct {
	text string // safe to draw; "" where there is none
	tone tone
	n    int // counts toasts, so that the end of an old one does not take a new one away
}

const toastTime = 6 * time.Second

type toastGoneMsg struct{ n int }

// say shows a safe text for a while in place of the key bar.
func (m *Model) say(t tone, text string) tea.Cmd {
	m.toast = toast{text: text, tone: t, n: m.toast.n + 1}
	m.dirty = true
	return after(m.ctx, toastTime, toastGoneMsg{m.toast.n})
}

func (m *Model) toastGone(msg toastGoneMsg) {
	if msg.n == m.toast.n && m.toast.text != "" {
		m.toast.text, m.dirty = "", true
	}
}

// appendKeyBar appends the last line: a toast, or the keys that work here.
func (m *Model) appendKeyBar(b []byte) []byte {
	s := strip{theme: m.deps.Theme, back: theme.Text, b: b}
	if m.toast.text != "" {
		s.add(m.toast.tone.role(), termtext.Pad(" "+m.toast.text, m.w))
		return append(s.b, theme.Off...)
	}
	if m.bar.line == nil {
		m.bar.line = m.appendKeys(strip{theme: m.deps.Theme, back: theme.Text})
	}
	return append(b, m.bar.line...)
}

// keyBar is the line of keys. It is kept until what it depends on changes.
type keyBar struct {
	key   barKey
	keys  []keymap.Binding
	line  []byte // nil: to be drawn
	spots []barSpot
}

// barKey is all that the line of keys depends on.
type barKey struct {
	context keymap.Context
	w       int
	off     uint64 // a bit for each key that can do nothing now
}

// barSpot is where an entry of the key bar was drawn.
type barSpot struct {
	x, w   int
	action keymap.Action
}

// lookAtBar finds out which keys the bar shows, and which of them can do nothing.
func (m *Model) lookAtBar() {
	key := barKey{context: m.context(), w: m.w}
	if m.bar.keys == nil || m.bar.key.context != key.context {
		m.bar.keys = m.deps.Keys.Bar(key.context)
		m.bar.line = nil
	}
	for i, b := range m.bar.keys {
		if m.why(b.Action) != "" {
			key.off |= 1 << i
		}
	}
	if m.bar.key != key {
		m.bar.key, m.bar.line = key, nil
	}
}

func (m *Model) appendKeys(s strip) []byte {
	m.bar.spots = m.bar.spots[:0]
	for _, i := range m.barEntries() {
		k := m.bar.keys[i]
		lead, key, word := m.barEntry(i, k)
		cells := len(lead) + termtext.Width(key+word)
		m.bar.spots = append(m.bar.spots, barSpot{s.cells + len(lead), cells - len(lead), k.Action})
		if m.bar.key.off&(1<<i) != 0 {
			s.add(theme.Dim, lead+key+word)
			continue
		}
		s.add(theme.Key, lead+key)
		s.add(theme.KeyLabel, word)
	}
	return s.finish(theme.KeyLabel, ": commands  ? keys ", m.w)
}

// barEntries gives the entries of the key bar that there is room for. Where it is scarce it is left, in the lower
// panels, to the keys that do something now; then the last ones are left out, but in the panes and the wire never the
// way to the help, to all commands and out of the program.
func (m *Model) barEntries() []int {
	all, cells := m.barSpan(func(int) bool { return true })
	if cells > m.w && !m.focused().isPane() {
		all, cells = m.barSpan(func(i int) bool { return m.bar.key.off&(1<<i) == 0 })
	}
	for n := len(all) - 1; n >= 0 && cells > m.w; n-- {
		switch m.bar.keys[all[n]].Action {
		case keymap.Help, keymap.Palette, keymap.Quit:
			if m.focused() != panelQueue {
				continue
			}
		}
		cells -= m.barWidth(all[n])
		all = slices.Delete(all, n, n+1)
	}
	return all
}

// barSpan gives the entries of the key bar for which keep holds, and the cells that they take.
func (m *Model) barSpan(keep func(i int) bool) (all []int, cells int) {
	for i := range m.bar.keys {
		if keep(i) {
			all, cells = append(all, i), cells+m.barWidth(i)
		}
	}
	return all, cells
}

func (m *Model) barWidth(i int) int {
	lead, key, word := m.barEntry(i, m.bar.keys[i])
	return termtext.Width(lead + key + word)
}

// clickBar does what the entry of the key bar at a column is for.
func (m *Model) clickBar(x int) tea.Cmd {
	for _, s := range m.bar.spots {
		if m.toast.text == "" && x >= s.x && x < s.x+s.w {
			return m.do(s.action)
		}
	}
	m.toast.text = ""
	return nil
}

// barEntry gives a key and its word with the blanks around them: "F5Copy" where room is scarce, else "F5 Copy".
func (m *Model) barEntry(i int, k keymap.Binding) (lead, key, word string) {
	key, lead, word = keymap.Label(k.Keys[0]), "  ", " "+k.Bar
	if m.w < allColumnsFrom {
		lead = " "
		if len(key) > 1 && key[0] == 'F' {
			word = k.Bar
		}
	}
	if i == 0 {
		lead = lead[1:]
	}
	return lead, key, word
}

// mouseWhichKey takes a click on the strip after a prefix: the key there is pressed. Elsewhere it ends the prefix.
func (m *Model) mouseWhichKey(e tea.MouseEvent) tea.Cmd {
	if e.Action != tea.MouseActionPress || e.Button != tea.MouseButtonLeft {
		return nil
	}
	m.dirty = true
	rows := m.whichKeyRows() - 1
	_, cells := m.whichKeyColumns()
	line, column := e.Y-(m.h-rows), e.X/cells
	next := m.deps.Keys.Next(m.prefix, m.context())
	i := column*rows + line
	m.prefix = nil
	if line < 0 || i >= len(next) {
		return nil
	}
	return m.do(next[i].Action)
}

// The strip after a prefix: its keys stand in columns, which are at least so wide.
const (
	leastWhichKey = 26
	whichKeyGap   = 2
)

// whichKeyColumns gives how many columns the strip has, and how wide they are: so wide that no word is cut, unless the
// strip would take most of the screen then.
func (m *Model) whichKeyColumns() (columns, cells int) {
	next := m.deps.Keys.Next(m.prefix, m.context())
	widest := leastWhichKey
	for _, k := range next {
		widest = max(widest, whichKeyGap+termtext.Width(keymap.Label(k.Keys[0])+" "+k.Help)+1)
	}
	columns = max((m.w-whichKeyGap)/widest, 1)
	if rows := (len(next) + columns - 1) / columns; rows > m.h*2/3 {
		columns = max((m.w-whichKeyGap)/leastWhichKey, 1)
		widest = leastWhichKey + 8
	}
	return columns, max(min((m.w-whichKeyGap)/columns, widest), leastWhichKey)
}

// whichKeyRows gives how many lines the strip after a prefix takes, 0 where none is shown.
func (m *Model) whichKeyRows() int {
	if len(m.prefix) == 0 || m.layout.tooSmall {
		return 0
	}
	columns, _ := m.whichKeyColumns()
	n := len(m.deps.Keys.Next(m.prefix, m.context()))
	return min((n+columns-1)/columns+1, m.h-1)
}

// appendWhichKey appends a line of the strip: its head, or keys that may follow those pressed so far.
func (m *Model) appendWhichKey(b []byte, line int) []byte {
	s := strip{theme: m.deps.Theme, back: theme.Text, b: b}
	if line == 0 {
		s.add(theme.Border, "─")
		s.add(theme.Key, " "+keymap.Label(strings.Join(m.prefix, " "))+"… ")
		s.add(theme.Border, figure.Line(m.w-s.cells-len(" Esc ")-1))
		s.add(theme.Dim, " Esc ")
		return s.finish(theme.Border, "", m.w)
	}
	next := m.deps.Keys.Next(m.prefix, m.context())
	rows := m.whichKeyRows() - 1
	_, cells := m.whichKeyColumns()
	for i := line - 1; i < len(next); i += rows {
		key := strings.Repeat(" ", whichKeyGap) + keymap.Label(next[i].Keys[0])
		s.add(theme.Key, key)
		room := cells - termtext.Width(key)
		s.add(theme.KeyLabel, termtext.Pad(termtext.Truncate(" "+next[i].Help, room), room))
	}
	return s.finish(theme.KeyLabel, "", m.w)
}
