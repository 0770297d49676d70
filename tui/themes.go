package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/dialog"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// themeKey is the setting that keeps the theme.
const themeKey = "screen.theme"

// chooseTheme shows all themes. The one under the cursor is worn at once; Enter keeps it, Esc takes the old one back.
func (m *Model) chooseTheme() tea.Cmd {
	names, was := theme.Names(), m.wears
	list := &dialog.List{
		Theme: m.deps.Theme, Title: "Theme", Small: true, Foot: "j k look · Enter keeps it · Esc takes it back",
		Status: dialog.Line{Role: theme.Dim, Text: "The whole screen wears the theme under the cursor."},
		Moved:  func(i int) { m.wear(names[i][0]) },
		Pick:   func(i int) tea.Cmd { return m.keepTheme(names[i][0]) },
		Cancel: func() bool { m.wear(was); return true },
	}
	for _, n := range names {
		list.Lines = append(list.Lines, dialog.Line{Text: termtext.Pad(n[0], 15) + n[1]})
	}
	list.Begin(max(slices.IndexFunc(names, func(n [2]string) bool { return n[0] == was }), 0))
	m.open(list)
	return nil
}

// wear puts a theme on.
func (m *Model) wear(name string) {
	if name == m.wears {
		return
	}
	m.wears = name
	m.dress()
}

// dress shows the theme in the colours that the terminal is said to have.
func (m *Model) dress() {
	o := m.deps.Terminal
	m.deps.Theme.Wear(theme.Named(m.wears, o.Profile, o.Dark))
	for i := range m.tabs {
		for _, p := range m.tabs[i].all {
			p.Repaint()
		}
	}
	m.bar.line, m.dirty = nil, true
}

// themeKeptMsg tells how the theme was written to the settings.
type themeKeptMsg struct {
	name string
	err  error
}

// keepTheme writes a theme to the settings.
func (m *Model) keepTheme(name string) tea.Cmd {
	m.wear(name)
	p := m.deps.Preferences
	if p == nil {
		return m.say(good, name+" until ferry ends; the settings cannot be changed here")
	}
	return func() tea.Msg { return themeKeptMsg{name, p.Set(m.ctx, themeKey, name)} }
}

func (m *Model) themeKept(msg themeKeptMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return m.say(bad, "The theme could not be saved: "+termtext.Display(msg.err.Error()))
	case m.deps.Preferences.Said != nil && m.deps.Preferences.Said(themeKey):
		m.settings = m.settings.With(themeKey, msg.name)
		return m.say(plain, msg.name+" is saved; but --theme or FERRY_THEME, which was given, wins when ferry starts")
	}
	m.settings = m.settings.With(themeKey, msg.name)
	return m.say(good, "theme "+msg.name+" saved; "+m.key(keymap.Themes)+" chooses another")
}
