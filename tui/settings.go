package tui

import (
	"context"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"ferry/internal/config"
	"ferry/internal/termtext"
	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/terminal"
)

// Preferences lets the screen change the settings.
type Preferences struct {
	Path   string            // of their file
	Faults []string          // what of it is not used, safe, with line and column
	Said   func(string) bool // a flag or variable wins over the setting of that key
	// Set writes a setting to the file and puts it in force beyond the screen.
	Set func(ctx context.Context, key, value string) error
	// Bind writes all keys of an action to the file.
	Bind func(ctx context.Context, action string, keys []string) error
	// Colours tells which colours the terminal shows, and whether on a dark background, under these settings.
	Colours func(config.Settings) (profile termenv.Profile, dark bool)
}

// settingSavedMsg tells how a change of a setting ended.
type settingSavedMsg struct {
	dialog     *dialog.Settings
	key, value string
	err        error
}

// openSettings shows the settings.
func (m *Model) openSettings() tea.Cmd {
	p := m.deps.Preferences
	d := &dialog.Settings{
		Theme: m.deps.Theme, Path: termtext.Display(p.Path), Values: m.settings, Said: p.Said, Faults: p.Faults,
	}
	d.Save = func(key, value string) tea.Cmd {
		return func() tea.Msg { return settingSavedMsg{d, key, value, p.Set(m.ctx, key, value)} }
	}
	m.open(d)
	return nil
}

// settingSaved puts a changed setting in force on the screen.
func (m *Model) settingSaved(msg settingSavedMsg) tea.Cmd {
	m.dirty = true
	if msg.err == nil {
		m.settings = m.settings.With(msg.key, msg.value)
	}
	msg.dialog.Saved(m.settings, msg.key, msg.err)
	if msg.err != nil {
		return nil
	}
	return m.heed(msg.key)
}

// heed changes what is shown by a setting that counts at once.
func (m *Model) heed(key string) tea.Cmd {
	switch key {
	case themeKey:
		m.wear(m.settings.Text(key))
	case "screen.colours", "screen.background":
		o := &m.deps.Terminal
		o.Profile, o.Dark = m.deps.Preferences.Colours(m.settings)
		m.dress()
	case "screen.sync_output":
		voice, on := m.deps.Terminal.Voice, m.settings.Bool(key)
		return func() tea.Msg { voice.Sync(on); return nil }
	case "screen.icons":
		m.icons = m.settings.Bool(key)
	case "screen.mouse":
		return terminal.Mouse(m.settings.Bool(key))
	case "screen.ring":
		m.deps.Ring = RingNamed(m.settings.Text(key))
	case "transfers.limit_rate":
		if n, ok := figure.ParseSize(m.settings.Text(key)); ok && !m.deps.Preferences.Said(key) {
			m.limits.Total = queue.Speed{Up: n, Down: n}
			m.deps.Queue.SetLimits(m.limits)
		}
	case "screen.sort", "screen.hidden":
		var cmds []tea.Cmd
		for i := range m.tabs {
			for _, p := range m.tabs[i].all {
				cmds = append(cmds, p.Arrange(m.settings.Text("screen.sort"), m.settings.Bool("screen.hidden")))
			}
		}
		return tea.Batch(cmds...)
	}
	return nil
}

// segments gives over how many connections the next large files are fetched.
func (m *Model) segments() int {
	switch text := m.settings.Text("transfers.segments"); text {
	case "auto":
		return queue.SegmentsAuto
	default:
		n, _ := strconv.Atoi(text) // "off" is none
		return n
	}
}
