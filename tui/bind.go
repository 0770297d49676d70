package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/dialog"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// boundMsg tells how the binding of a key ended.
type boundMsg struct {
	menu *dialog.Menu
	help string // what the action does
	keys string // that were added
	now  *keymap.Map
	err  error
}

// bind gives the action of a binding another key, unless that means something already.
func (m *Model) bind(menu *dialog.Menu, b keymap.Binding, pressed []string) (more bool, said string, cmd tea.Cmd) {
	keys := strings.Join(pressed, " ")
	if _, _, prefix := m.deps.Keys.Lookup(m.context(), pressed); prefix {
		return true, "", nil
	}
	if other, taken := m.deps.Keys.Taken(b.Action, keys); taken {
		return false, m.takenBy(b, other, keys), nil
	}
	all := append(slices.Clone(m.deps.Keys.Keys(b.Action)), keys)
	changed, err := m.deps.Keys.With(b.Action, all)
	if err != nil {
		return false, prose.Sentence(err), nil
	}
	save := m.deps.Preferences.Bind
	return false, "", func() tea.Msg {
		return boundMsg{menu, b.Help, keymap.Label(keys), changed, save(m.ctx, string(b.Action), all)}
	}
}

// takenBy says what a key does already.
func (m *Model) takenBy(b, other keymap.Binding, keys string) string {
	label := keymap.Label(keys)
	if other.Action == b.Action {
		return label + " does that already."
	}
	for _, k := range other.Keys {
		if k != keys && strings.HasPrefix(k, keys+" ") {
			label += " begins " + keymap.Label(k) + ", which"
			break
		}
	}
	return label + " is taken: " + other.Help + "."
}

// bound puts a key in force that has been saved.
func (m *Model) bound(msg boundMsg) tea.Cmd {
	m.dirty = true
	told := dialog.Line{Role: theme.Good, Text: msg.keys + " saved: " + msg.help + "."}
	if msg.err != nil {
		told = dialog.Line{Role: theme.Bad, Text: "! " + prose.Sentence(msg.err)}
	} else {
		m.useKeys(msg.now)
	}
	msg.menu.Bound(deeds(m.paletteLines()), told)
	return nil
}

// useKeys makes a map the one in force.
func (m *Model) useKeys(keys *keymap.Map) {
	m.deps.Keys, m.bar.keys, m.bar.line = keys, nil, nil
	m.hint = m.key(keymap.Copy) + " copies what is marked, or this one, to the other pane."
	m.wireHint = "Nothing is connected. " + m.key(keymap.Connect) + " connects to a server."
	m.modeKey = m.key(keymap.ToggleMode)
}
