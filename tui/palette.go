package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/dialog"
	"ferry/tui/keymap"
	"ferry/tui/prose"
)

// line is a binding as the palette and the help show it, with the panel where it works.
type line struct {
	binding keymap.Binding
	panel   panel
	deed    dialog.Deed
}

// openPalette shows all that can be done, what was done last in front.
func (m *Model) openPalette() tea.Cmd {
	lines := m.paletteLines()
	menu := &dialog.Menu{
		Theme: m.deps.Theme, Title: "What to do", Deeds: deeds(lines),
		Do: func(i int) tea.Cmd { return m.doLine(lines[i]) },
	}
	if m.deps.Preferences != nil {
		menu.Bind = func(i int, keys []string) (bool, string, tea.Cmd) { return m.bind(menu, lines[i].binding, keys) }
	}
	m.open(menu)
	return nil
}

// help shows the keys of the focused panel.
func (m *Model) help() tea.Cmd {
	lines := m.linesFor(m.focused())
	m.open(&dialog.Menu{
		Theme: m.deps.Theme, Title: "Keys: " + panelNames[m.context()], Deeds: deeds(lines), Help: true,
		Do: func(i int) tea.Cmd { return m.doLine(lines[i]) },
	})
	return nil
}

// panelNames is read only.
var panelNames = map[keymap.Context]string{
	keymap.Pane: "file pane", keymap.Queue: "queue", keymap.Log: "wire",
}

// doLine does what a line is for, in the panel where it works.
func (m *Model) doLine(l line) tea.Cmd {
	m.recent = slices.DeleteFunc(m.recent, func(a keymap.Action) bool { return a == l.binding.Action })
	m.recent = slices.Insert(m.recent, 0, l.binding.Action)
	if m.focused() != l.panel {
		m.focus(l.panel)
		m.arrange()
	}
	return m.do(l.binding.Action)
}

func deeds(lines []line) []dialog.Deed {
	all := make([]dialog.Deed, len(lines))
	for i, l := range lines {
		all[i] = l.deed
	}
	return all
}

// linesFor gives the bindings that work in a panel, in the order of the table.
func (m *Model) linesFor(p panel) []line {
	var all []line
	for _, b := range m.deps.Keys.For(contextOf(p)) {
		labels := make([]string, len(b.Keys))
		for i, k := range b.Keys {
			labels[i] = keymap.Label(k)
		}
		all = append(all, line{b, p, dialog.Deed{
			Name: prose.Capital(b.Help), Keys: strings.Join(labels, "  "), Group: b.Group, Why: m.why(b.Action),
		}})
	}
	return all
}

// paletteLines gives what can be done in the focused panel, what was done last in front, and behind it what the other
// panels can do. Moving a cursor is left to the keys.
func (m *Model) paletteLines() []line {
	seen := map[keymap.Action]bool{keymap.Palette: true, keymap.Cancel: true}
	var all []line
	for _, p := range []panel{m.focused(), panel(m.chosen.active), panelQueue, panelLog} {
		for _, l := range m.linesFor(p) {
			if seen[l.binding.Action] || moves(l.binding) {
				continue
			}
			if contextOf(p) != m.context() {
				l.deed.Name = l.binding.Group + ": " + l.binding.Help
			}
			all = append(all, l)
		}
		for _, l := range all {
			seen[l.binding.Action] = true
		}
	}
	slices.SortStableFunc(all, func(a, b line) int { return m.age(a) - m.age(b) })
	return all
}

// moves reports whether a binding does nothing but move the cursor.
func moves(b keymap.Binding) bool {
	return b.Group == "Move" && b.Context == keymap.Global
}

// age gives how long ago an action was chosen, in choices; what never was is the oldest.
func (m *Model) age(l line) int {
	if i := slices.Index(m.recent, l.binding.Action); i >= 0 {
		return i
	}
	return len(m.recent)
}
