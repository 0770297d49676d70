package dialog

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/keymap"
	"ferry/tui/terminal"
	"ferry/tui/theme"
)

// asking waits for the keys that a deed of a Menu is to have.
type asking struct {
	keys []string // pressed so far
	said string   // why those before cannot be its keys
}

// ask waits for a key for the deed under the cursor.
func (m *Menu) ask() {
	if m.Bind != nil && m.current() != nil {
		m.asking = &asking{}
	}
}

// askedFor takes keys that are to be bound. Those that came in one burst are taken one by one.
func (m *Menu) askedFor(keys tea.KeyMsg) (cmd tea.Cmd) {
	if keys.Paste {
		return nil
	}
	for _, key := range terminal.SplitKeys(keys) {
		if m.asking != nil {
			cmd = m.askedForOne(keymap.Normalize(key.String()))
		}
	}
	return cmd
}

func (m *Menu) askedForOne(k string) tea.Cmd {
	a := m.asking
	if k == "esc" || k == "ctrl+c" {
		m.asking = nil
		return nil
	}
	more, said, cmd := m.Bind(m.rows[m.cursor.at].deed, append(a.keys, k))
	switch {
	case said != "":
		m.asking = &asking{said: said}
	case more:
		a.keys, a.said = append(a.keys, k), ""
	default:
		m.asking = nil
	}
	return cmd
}

// Bound shows the deeds with their keys as they are now, and tells how a key was bound.
func (m *Menu) Bound(deeds []Deed, told Line) {
	m.Deeds, m.told = deeds, told
	at := m.cursor
	m.find()
	m.cursor = at
	m.cursor.clamp(len(m.rows))
}

func (a *asking) status() (theme.Role, string) {
	if a.said != "" {
		return theme.Bad, "! " + a.said + " Press another one."
	}
	keys := ""
	if len(a.keys) > 0 {
		keys = " " + keymap.Label(strings.Join(a.keys, " ")) + " …"
	}
	return theme.Note, "Press the key for it:" + keys
}
