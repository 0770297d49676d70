package dialog

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/sahilm/fuzzy"

	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// Deed is something that can be done, as a line of a Menu.
type Deed struct {
	Name  string // what it does
	Keys  string // as people read them
	Group string // the heading that it stands under in the help
	Why   string // why it cannot be done now; "" where it can
}

// Menu shows deeds and their keys, finds them by letters, and does the one that is picked. As the palette it is
// searched from the start; as the help it shows the groups, keys in front, and / searches.
type Menu struct {
	Theme *theme.Theme
	Title string
	Deeds []Deed
	Help  bool
	Do    func(i int) tea.Cmd // does a deed; the menu is closed then
	// Bind gives a deed the keys that were pressed for it one after the other; nil: no keys can be given. With more, a
	// further key is waited for; what is said, if that is not empty, is why they cannot be its keys.
	Bind func(i int, keys []string) (more bool, said string, cmd tea.Cmd)

	asking *asking // for a key
	told   Line    // how that ended
	cursor scroller
	search *Field
	typing bool
	rows   []menuRow // those that the search lets through
}

// menuRow is a line of the menu: a deed, or a heading.
type menuRow struct {
	deed    int
	heading string
	matched []int // the octets of the name that were searched for
}

// prepare makes the rows before they are first needed.
func (m *Menu) prepare() {
	if m.rows != nil {
		return
	}
	if !m.Help {
		m.begin()
		return
	}
	m.find()
}

// begin makes the keys text for the search.
func (m *Menu) begin() {
	field := Text("", "")
	m.search, m.typing = &field, true
	m.find()
}

// find chooses the rows that what was typed lets through, the best ones first.
func (m *Menu) find() {
	m.rows, m.cursor.at, m.cursor.top = []menuRow{}, 0, 0
	if m.search == nil || m.search.Value() == "" {
		m.listAll()
		return
	}
	words := make([]string, len(m.Deeds))
	for i, d := range m.Deeds {
		words[i] = d.Name + "  " + d.Keys
	}
	for _, hit := range fuzzy.Find(m.search.Value(), words) {
		m.rows = append(m.rows, menuRow{deed: hit.Index, matched: hit.MatchedIndexes})
	}
}

func (m *Menu) listAll() {
	group := ""
	for i, d := range m.Deeds {
		if m.Help && d.Group != group {
			group = d.Group
			m.rows = append(m.rows, menuRow{deed: -1, heading: group})
		}
		m.rows = append(m.rows, menuRow{deed: i})
	}
	m.skip(1)
}

// skip moves the cursor from a heading to the next deed.
func (m *Menu) skip(by int) {
	for range m.rows {
		at := m.cursor.at
		if m.rows[at].deed >= 0 {
			return
		}
		if at+by < 0 || at+by >= len(m.rows) {
			by = -by
		}
		m.cursor.at += by
	}
}

// Update takes a key.
func (m *Menu) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	m.prepare()
	if m.asking != nil {
		return false, m.askedFor(key)
	}
	k := keymap.Normalize(key.String())
	was := m.cursor.at
	m.told = Line{}
	switch {
	case key.Paste && m.typing:
		m.edit(key)
	case k == "esc" || k == "ctrl+c" || k == "q" && !m.typing:
		return m.leave(k), nil
	case k == "enter":
		return m.pick()
	case k == "ctrl+k":
		m.ask()
	case m.cursor.press(k, len(m.rows), !m.typing):
		by := 1
		if m.cursor.at < was {
			by = -1
		}
		m.skip(by)
	case m.typing:
		m.edit(key)
	case k == "/":
		m.begin()
	case k == "?", k == "f1":
		return true, nil
	}
	return false, nil
}

func (m *Menu) edit(key tea.KeyMsg) {
	m.search.edit(key)
	m.find()
}

// leave ends the search of the help, or closes the menu.
func (m *Menu) leave(k string) (closed bool) {
	if !m.Help || m.search == nil || k == "q" {
		return true
	}
	m.search, m.typing = nil, false
	m.find()
	return false
}

// pick does the deed under the cursor, if it can be done.
func (m *Menu) pick() (closed bool, cmd tea.Cmd) {
	if d := m.current(); d == nil || d.Why != "" {
		return false, nil
	}
	return true, m.Do(m.rows[m.cursor.at].deed)
}

func (m *Menu) current() *Deed {
	if m.cursor.at >= len(m.rows) || m.rows[m.cursor.at].deed < 0 {
		return nil
	}
	return &m.Deeds[m.rows[m.cursor.at].deed]
}

// Wheel scrolls by lines.
func (m *Menu) Wheel(lines int) tea.Cmd {
	m.prepare()
	m.asking = nil
	m.cursor.at += lines
	m.cursor.clamp(len(m.rows))
	m.skip(lines)
	return nil
}

// Click puts the cursor on a line; a click on the line under the cursor does its deed.
func (m *Menu) Click(_, y int) (closed bool, cmd tea.Cmd) {
	m.prepare()
	m.asking, m.told = nil, Line{}
	i := m.cursor.top + y - 1 - m.headLines()
	if i >= 0 && i < len(m.rows) && m.rows[i].deed < 0 {
		return false, nil
	}
	if m.cursor.hit(y-1-m.headLines(), len(m.rows)) {
		return m.pick()
	}
	return false, nil
}

// headLines gives how many lines the search takes.
func (m *Menu) headLines() int {
	if m.search == nil {
		return 0
	}
	return 1
}

// mostMenuRows is how many lines of the palette are shown at a time; the help takes what there is.
const mostMenuRows = 16

// Box draws the menu.
func (m *Menu) Box(w, h int) []string {
	m.prepare()
	v := canvas{theme: m.Theme, width: boxWidth(w, wideWidth)}
	if m.search != nil {
		v.add(m.Theme.Paint(theme.Key, "> ") + m.search.draw(m.Theme, v.inner()-2, 0, m.typing))
	}
	c := &m.cursor
	c.room = max(h-3-m.headLines()-h/8, 0)
	if !m.Help {
		c.room = min(c.room, mostMenuRows)
	}
	c.room = min(c.room, max(len(m.Deeds), 1))
	c.clamp(len(m.rows))
	for i := range c.room {
		if i += c.top; i < len(m.rows) {
			v.add(m.row(m.rows[i], i == c.at, v.inner()))
		} else {
			v.add("")
		}
	}
	v.text(m.status())
	return v.box(m.Title, m.foot())
}

// status says why the deed under the cursor cannot be done, or how many there are.
func (m *Menu) status() (theme.Role, string) {
	switch d := m.current(); {
	case m.asking != nil:
		return m.asking.status()
	case m.told.Text != "":
		return m.told.Role, m.told.Text
	case len(m.rows) == 0:
		return theme.Warn, "Nothing is called like that."
	case d != nil && d.Why != "":
		return theme.Warn, d.Why
	case m.search != nil && m.search.Value() != "":
		return theme.Dim, figure.Plural(len(m.rows), "line") + " of " + figure.Count(len(m.Deeds))
	}
	return theme.Dim, figure.Plural(len(m.Deeds), "line")
}

func (m *Menu) foot() string {
	switch {
	case m.asking != nil:
		return "Esc gives up"
	case !m.Help && m.Bind != nil:
		return "Enter does it · C-k binds a key · Esc closes"
	case !m.Help:
		return "Enter does it · Esc closes"
	case m.search != nil:
		return "Enter does it · Esc ends the search"
	}
	return "/ searches · Enter does it · Esc closes"
}

// row draws a line: the help has its keys in front, the palette behind.
func (m *Menu) row(r menuRow, here bool, width int) string {
	if r.deed < 0 {
		return m.Theme.Paint(theme.Key, r.heading)
	}
	d := m.Deeds[r.deed]
	keyCells := min(max(width/3, 12), 22)
	nameCells := max(width-keyCells-3, 0)
	keys := termtext.Pad(termtext.Truncate(d.Keys, keyCells), keyCells)
	lead, back, role, keyRole := "  ", theme.Text, theme.Text, theme.Key
	if d.Why != "" {
		role, keyRole = theme.Dim, theme.Dim
	}
	if here {
		lead, back, role, keyRole = "> ", theme.Cursor, theme.Cursor, theme.Cursor
	}
	name := m.name(d, r.matched, back, role, nameCells)
	on := func(r theme.Role, s string) string { return m.Theme.On(back) + m.Theme.On(r) + s + theme.Off }
	if m.Help {
		return on(role, lead) + on(keyRole, keys) + on(role, " ") + name
	}
	return on(role, lead) + name + on(role, " ") + on(keyRole, keys)
}

// name draws what a deed does, with the letters that were searched for, and why it cannot be done.
func (m *Menu) name(d Deed, matched []int, back, role theme.Role, width int) string {
	text := d.Name
	if d.Why != "" {
		text += ": " + d.Why
	}
	text = termtext.Pad(termtext.Truncate(text, width), width)
	on := m.Theme.On(back) + m.Theme.On(role)
	var b strings.Builder
	b.WriteString(on)
	for i, r := range text {
		if i >= len(d.Name) || len(matched) == 0 || matched[0] != i {
			b.WriteRune(r)
			continue
		}
		matched = matched[1:]
		b.WriteString(m.Theme.On(theme.Matched) + string(r) + theme.Off + on)
	}
	b.WriteString(theme.Off)
	return b.String()
}
