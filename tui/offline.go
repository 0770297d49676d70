package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/keymap"
)

// actsOnRows are the actions that trust the rows of the active pane; true: those of the other pane too. Read only.
var actsOnRows = map[keymap.Action]bool{
	keymap.Copy: true, keymap.Move: true, keymap.Chmod: false, keymap.Edit: false, keymap.BulkRename: false,
	keymap.Mirror: true, keymap.Yank: false, keymap.Cut: false, keymap.Paste: false, keymap.PasteWith: false,
	keymap.New: false, keymap.Rename: false, keymap.Mkdir: false, keymap.Delete: false,
	keymap.Compare: true, keymap.MarkNewer: true, keymap.FolderSize: false, keymap.FindBelow: false,
}

// offlineWhy says why an action has to wait for a connection to come back.
func (m *Model) offlineWhy(a keymap.Action) string {
	both, acts := actsOnRows[a]
	if !acts || !m.focused().isPane() {
		return ""
	}
	p := m.active()
	if !p.Offline() {
		p = m.other()
		if !both || !p.Offline() {
			return ""
		}
	}
	return where(p.FS()) + " is offline and its rows may be old: " + m.key(keymap.Reload) + " connects again."
}

// notePresence tells a shown pane that its connection is gone, or notes that it has come back.
func (m *Model) notePresence(side int, was, is remoteState) {
	switch {
	case was.id != is.id || was.connected == is.connected:
	case !is.connected:
		m.panes[side].Lost()
	default:
		m.returned[side] = true
	}
}

// revive reads the folders again of panes whose connection has come back by other means.
func (m *Model) revive() tea.Cmd {
	var cmds []tea.Cmd
	for i, p := range m.panes {
		if m.returned[i] && p.Offline() {
			cmds = append(cmds, p.Refresh())
		}
		m.returned[i] = false
	}
	return tea.Batch(cmds...)
}
