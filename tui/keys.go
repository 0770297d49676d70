package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/dialog"
	"ferry/tui/keymap"
	"ferry/tui/terminal"
)

// keys takes keys to the dialog on top, or else to what they are bound to. Keys that came in one burst are taken one
// by one, but by the text that is typed in a panel.
func (m *Model) keys(msg tea.KeyMsg) tea.Cmd {
	m.dirty = true
	if len(m.dialogs) > 0 {
		return m.dialogKeys(msg)
	}
	if m.focused().isPane() && m.active().Typing() {
		return m.active().Type(msg)
	}
	if m.focused() == panelLog && m.log.Typing() {
		m.log.Type(msg)
		return nil
	}
	if msg.Paste {
		return m.pasted(string(msg.Runes))
	}
	var cmds []tea.Cmd
	split := terminal.SplitKeys(msg)
	for i, k := range split {
		cmds = append(cmds, m.oneKey(k))
		if i < len(split)-1 && m.typing() {
			return tea.Batch(append(cmds, m.keys(rest(msg, i+1)))...)
		}
		if len(m.dialogs) > 0 && i < len(split)-1 {
			break // what was typed on was not meant for a dialog that nobody has seen yet
		}
	}
	return tea.Batch(cmds...)
}

// typing reports whether the focused panel takes keys as text.
func (m *Model) typing() bool {
	return m.focused().isPane() && m.active().Typing() || m.focused() == panelLog && m.log.Typing()
}

// rest gives the keys of a burst from one on.
func rest(msg tea.KeyMsg, from int) tea.KeyMsg {
	msg.Runes = msg.Runes[from:]
	return msg
}

// dialogKeys takes keys to the dialog on top.
func (m *Model) dialogKeys(msg tea.KeyMsg) tea.Cmd {
	if msg.Type == tea.KeyCtrlL {
		return tea.ClearScreen
	}
	if m.layout.tooSmall {
		return nil // nobody sees what would be answered
	}
	top := m.dialogs[len(m.dialogs)-1]
	var cmds []tea.Cmd
	for _, k := range terminal.SplitKeys(msg) {
		closed, cmd := top.Update(k)
		cmds = append(cmds, m.answered(top, closed, cmd))
		if len(m.dialogs) == 0 || m.dialogs[len(m.dialogs)-1] != top {
			break // what was typed on was not meant for what lies there now
		}
	}
	return tea.Batch(cmds...)
}

// answered takes a dialog away that a key or a click has closed.
func (m *Model) answered(d dialog.Dialog, closed bool, cmd tea.Cmd) tea.Cmd {
	if closed {
		m.close(d)
		return tea.Batch(cmd, m.askConflicts())
	}
	return cmd
}

// oneKey takes one key.
func (m *Model) oneKey(msg tea.KeyMsg) tea.Cmd {
	key := keymap.Normalize(msg.String())
	if len(m.prefix) > 0 && (key == "esc" || key == "ctrl+c") {
		m.prefix = nil
		return nil
	}
	seq := slices.Concat(m.prefix, []string{key})
	m.prefix = nil
	m.toast.text = ""
	action, found, prefix := m.deps.Keys.Lookup(m.context(), seq)
	switch {
	case found:
		return m.do(action)
	case prefix:
		m.prefix = seq
	}
	return nil
}

// context gives the table that holds for the focused panel.
func (m *Model) context() keymap.Context { return contextOf(m.focused()) }

func contextOf(p panel) keymap.Context {
	switch p {
	case panelQueue:
		return keymap.Queue
	case panelLog:
		return keymap.Log
	}
	return keymap.Pane
}

// do takes an action to the focused panel, or does what concerns more than one.
func (m *Model) do(a keymap.Action) tea.Cmd {
	if why := m.why(a); why != "" {
		return m.say(plain, why)
	}
	switch m.focused() {
	case panelQueue:
		if m.transfers.Act(a) {
			return nil
		}
	case panelLog:
		if m.log.Act(a) {
			return nil
		}
	default:
		if cmd, ok := m.onPane(a); ok {
			return cmd
		}
	}
	if m.move(a) {
		return nil
	}
	for _, all := range []map[keymap.Action]func() tea.Cmd{m.queueActions(), m.actions()} {
		if f, ok := all[a]; ok {
			return f()
		}
	}
	return nil
}

// onPane lets the active pane act. Enter on a file shows it.
func (m *Model) onPane(a keymap.Action) (tea.Cmd, bool) {
	if e, ok := m.active().Current(); a == keymap.Enter && ok && !e.IsDir() && !isLink(e) {
		return m.view(), true
	}
	return m.active().Act(a)
}

// actions are those that are done here. Those of a panel do nothing where they are not bound.
func (m *Model) actions() map[keymap.Action]func() tea.Cmd {
	return map[keymap.Action]func() tea.Cmd{
		keymap.View:          m.view,
		keymap.Copy:          m.copy,
		keymap.Move:          m.moveToOther,
		keymap.Yank:          func() tea.Cmd { return m.hold(false) },
		keymap.Cut:           func() tea.Cmd { return m.hold(true) },
		keymap.Paste:         m.paste,
		keymap.PasteWith:     m.pasteWith,
		keymap.New:           m.makeNew,
		keymap.Undo:          m.undoLast,
		keymap.BulkRename:    m.bulkRename,
		keymap.Mirror:        m.mirrorToOther,
		keymap.Edit:          m.edit,
		keymap.Chmod:         m.chmod,
		keymap.Properties:    m.properties,
		keymap.CopyPath:      func() tea.Cmd { return m.copyAddress(false) },
		keymap.CopyOther:     func() tea.Cmd { return m.copyAddress(true) },
		keymap.Rename:        m.rename,
		keymap.Mkdir:         m.mkdir,
		keymap.Delete:        m.remove,
		keymap.MarkPattern:   func() tea.Cmd { return m.markPattern(true) },
		keymap.UnmarkPattern: func() tea.Cmd { return m.markPattern(false) },
		keymap.SameDir:       m.sameDir,
		keymap.Swap:          m.swap,
		keymap.SearchNext:    func() tea.Cmd { return m.searchNext(1) },
		keymap.SearchPrev:    func() tea.Cmd { return m.searchNext(-1) },
		keymap.Icons:         m.toggleIcons,
		keymap.GoTo:          m.goTo,
		keymap.Compare:       m.compare,
		keymap.MarkNewer:     m.markNewer,
		keymap.Together:      m.toggleTogether,
		keymap.GoHome:        m.goHome,
		keymap.GoRoot:        m.goRoot,
		keymap.FindBelow:     m.findBelow,
		keymap.FolderSize:    m.measure,
		keymap.Back:          m.back,
		keymap.Forward:       m.forward,
		keymap.NewTab:        m.openTab,
		keymap.CloseTab:      m.closeTab,
		keymap.NextTab:       func() tea.Cmd { return m.stepTab(1) },
		keymap.PrevTab:       func() tea.Cmd { return m.stepTab(-1) },
		keymap.Connect:       m.connect,
		keymap.Sites:         m.sites,
		keymap.Bookmarks:     m.bookmarks,
		keymap.KeepServer:    m.keepServer,
		keymap.Disconnect:    m.disconnect,
		keymap.ToggleMode:    m.toggleMode,
		keymap.WireCopy:      m.copyTranscript,
		keymap.WireSave:      m.saveTranscript,
		keymap.Help:          m.help,
		keymap.Palette:       m.openPalette,
		keymap.Themes:        m.chooseTheme,
		keymap.Settings:      m.openSettings,
		keymap.Redraw:        func() tea.Cmd { return tea.ClearScreen },
		keymap.Cancel:        m.cancel,
		keymap.Stop:          m.stop,
		keymap.Suspend:       m.suspend,
		keymap.Quit:          m.quit,
	}
}

// move changes what has the focus and what is shown.
func (m *Model) move(a keymap.Action) bool {
	switch a {
	case keymap.OtherPane:
		if m.focused().isPane() {
			m.focus(panel(1 - m.chosen.active))
		} else {
			m.focus(panel(m.chosen.active))
		}
	case keymap.NextPanel:
		m.nextPanel()
	case keymap.PaneLeft:
		m.focus(panelLeft)
	case keymap.PaneRight:
		m.focus(panelRight)
	case keymap.PanelQueue:
		m.focus(panelQueue)
	case keymap.PanelLog:
		m.focus(panelLog)
		m.chosen.logOn, m.chosen.logOff = true, false
	case keymap.Zoom:
		m.chosen.zoom = !m.chosen.zoom
	case keymap.LogToggle:
		m.toggleLog()
	default:
		return false
	}
	return true
}

// nextPanel goes round all panels that are shown.
func (m *Model) nextPanel() {
	next := (m.focused() + 1) % panels
	if next == panelLog && m.layout.log.empty() && !m.chosen.zoom {
		next = panelLeft
	}
	m.focus(next)
}

func (m *Model) toggleLog() {
	shown := !m.layout.log.empty()
	m.chosen.logOn, m.chosen.logOff = !shown, shown
	if shown && m.focused() == panelLog {
		m.focus(panel(m.chosen.active))
	}
}

// searchNext goes to the next name that was searched, or to the one before.
func (m *Model) searchNext(by int) tea.Cmd {
	p := m.active()
	if !p.SearchNext(by) {
		return m.say(plain, "No name here matches "+p.Searched()+".")
	}
	return nil
}

// toggleIcons shows or hides the signs of the kinds of files.
func (m *Model) toggleIcons() tea.Cmd {
	m.icons = !m.icons
	if m.icons {
		return m.say(plain, "Icons are on. They need a font that has them (Nerd Fonts).")
	}
	return m.say(plain, "Icons are off.")
}

// cancel takes away one thing at a time: a listing, a notice, the zoom, the focus of a lower panel.
func (m *Model) cancel() tea.Cmd {
	switch {
	case m.focused().isPane() && (m.active().Stop() || m.active().Dismiss() || m.active().EndRange()):
	case m.focused().isPane() && m.active().Filtered():
		return m.active().Unfilter()
	case m.focused().isPane() && m.endComparing():
	case m.chosen.zoom:
		m.chosen.zoom = false
	case !m.focused().isPane():
		m.focus(panel(m.chosen.active))
	case m.held != nil:
		return m.forgetHeld()
	case m.active().Marked():
		return m.say(plain, m.key(keymap.MarkNone)+" takes the marks away.")
	}
	return nil
}

func (m *Model) stop() tea.Cmd {
	for _, p := range m.panes {
		if p.Stop() {
			return nil
		}
	}
	return m.say(plain, "Nothing is being listed. "+m.key(keymap.Quit)+" quits.")
}

// key gives the first key of an action as people read it.
func (m *Model) key(a keymap.Action) string {
	if keys := m.deps.Keys.Keys(a); len(keys) > 0 {
		return keymap.Label(keys[0])
	}
	return "a key that you have to bind"
}
