package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/pane"
	"ferry/tui/prose"
)

// held is what a person has yanked or cut: entries with their place, to be pasted into any folder of any pane or tab.
type held struct {
	fs      vfs.FS
	dir     string
	entries []vfs.Entry
	cut     bool
	shown   *pane.Held
}

// in gives what of a pane's folder is held, nil for nothing.
func (h *held) in(p *pane.Pane) *pane.Held {
	if h == nil || p.FS() == nil || p.FS().ID() != h.fs.ID() || p.Dir() != h.dir {
		return nil
	}
	return h.shown
}

// hold remembers what is selected. The marks are taken away: signs of their own tell what is held.
func (m *Model) hold(cut bool) tea.Cmd {
	p := m.active()
	h := &held{fs: p.FS(), dir: p.Dir(), entries: p.Selection(), cut: cut}
	h.shown = &pane.Held{Names: map[string]bool{}, Cut: cut}
	for _, e := range h.entries {
		h.shown.Names[e.Name] = true
	}
	m.held = h
	p.ClearMarks()
	does := "copies"
	if cut {
		does = "moves"
	}
	what := figure.Plural(len(h.entries), "item") + " remembered · " + m.key(keymap.Paste) + " " + does
	return m.say(good, what+" them, "+m.key(keymap.PasteWith)+" with options")
}

// forgetHeld pastes nothing any more.
func (m *Model) forgetHeld() tea.Cmd {
	m.held = nil
	return m.say(plain, "Nothing is remembered to be pasted any more.")
}

// letGo forgets what was cut when it is on its way. What was yanked may be pasted again.
func (m *Model) letGo(c copying) {
	if c.move && m.held == c.held {
		m.held = nil
	}
}

// fromHeld gives what is held and the folder of the active pane.
func (m *Model) fromHeld() copying {
	h, to := m.held, m.active()
	c := copying{
		to: to, fromFS: h.fs, toFS: to.FS(), fromDir: h.dir, toDir: to.Dir(), entries: h.entries, move: h.cut, held: h,
	}
	for _, p := range m.panes {
		if h.in(p) != nil {
			c.from = p
		}
	}
	return c
}

// inPlace reports whether source and target are one folder.
func (c copying) inPlace() bool { return c.fromFS.ID() == c.toFS.ID() && c.fromDir == c.toDir }

// paste brings what is held into the folder of the active pane. In its own folder it is copied under other names.
func (m *Model) paste() tea.Cmd {
	c := m.fromHeld()
	if c.inPlace() {
		return m.duplicate(c)
	}
	return m.bring(c)
}

// duplicate copies entries beside themselves.
func (m *Model) duplicate(c copying) tea.Cmd {
	r := m.request(c)
	nameBeside(c, &r)
	cmd, err := m.add(c, r)
	if err != nil {
		return m.say(bad, prose.Sentence(err))
	}
	return cmd
}

// nameBeside gives each source a name that is free in its own folder.
func nameBeside(c copying, r *queue.Request) {
	taken := map[string]bool{}
	for _, e := range c.to.Entries() {
		taken[e.Name] = true
	}
	for i, e := range c.entries {
		r.Sources[i].As = freeName(e, taken)
		taken[r.Sources[i].As] = true
	}
}

// freeName gives the first name of the kind "a (2).txt" that is not taken.
func freeName(e vfs.Entry, taken map[string]bool) string {
	for n := 2; ; n++ {
		if name := queue.Numbered(e.Name, n); !taken[name] {
			return name
		}
	}
}

func (m *Model) notHeld(verb string) string {
	return unless(m.selects(), "There is nothing to "+verb+" here: move to a file or folder, or mark some.")
}

// notPastable says why nothing can be pasted into the folder of the active pane.
func (m *Model) notPastable() string {
	if m.held == nil {
		return "Nothing is remembered yet: " + m.key(keymap.Yank) + " does that to copy, " + m.key(keymap.Cut) + " to move."
	}
	if why := m.nowhere(); why != "" {
		return why
	}
	c := m.fromHeld()
	inside := c.intoItself()
	switch {
	case c.inPlace() && c.move:
		return "What was cut is in this folder already: go where it is to be."
	case c.fromFS.ID() == c.toFS.ID() && inside != "":
		return inside + " cannot be pasted into itself."
	case c.renames():
		return m.errandWhy()
	}
	return ""
}

// notPastableWith says why there are no options for what would be pasted.
func (m *Model) notPastableWith() string {
	if why := m.notPastable(); why != "" {
		return why
	}
	renames := "On one side things are moved by renaming them, without options: " + m.key(keymap.Paste) + " does."
	return unless(!m.fromHeld().renames(), renames)
}
