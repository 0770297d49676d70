package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/keymap"
	"ferry/tui/pane"
)

// together is synchronised browsing: where one pane goes below its base, the other goes below its own.
type together struct {
	on   bool
	base [2]place
}

// toggleTogether makes the folders that the panes show the bases, or ends it.
func (m *Model) toggleTogether() tea.Cmd {
	if m.together.on {
		m.together = together{}
		return m.say(plain, "The panes go their own ways again.")
	}
	for i, p := range m.panes {
		if p.Dir() == "" {
			return m.say(plain, "A pane shows no folder yet.")
		}
		m.together.base[i] = place{p, p.FS(), p.Dir()}
	}
	m.together.on = true
	return m.say(good, "The panes follow each other by name; "+m.key(keymap.Together)+" ends that.")
}

// follow takes the other pane along after the active one has come to another folder.
func (m *Model) follow(led *pane.Pane, was string) tea.Cmd {
	if !m.together.on || led != m.active() || led.Dir() == was || led.Dir() == "" {
		return nil
	}
	side := m.chosen.active
	base, others := m.together.base[side], m.together.base[1-side]
	other := m.other()
	if base.pane != led || base.fs != led.FS() || others.pane != other || others.fs != other.FS() {
		m.together = together{}
		return m.say(plain, "A pane shows something else now, so that they go their own ways again.")
	}
	if up, ok := below(led.FS(), base.dir, led.Dir()); ok {
		return m.leadUp(side, len(up))
	}
	names, ok := below(led.FS(), led.Dir(), base.dir)
	if !ok {
		m.together = together{}
		return m.say(plain, "This folder lies elsewhere, so that the panes go their own ways again.")
	}
	return m.leadDown(other, others, names)
}

// leadUp takes the other pane above its base by as many folders, and makes both places the new bases.
func (m *Model) leadUp(side, by int) tea.Cmd {
	other, to := m.other(), m.together.base[1-side].dir
	for range by {
		to = other.FS().Parent(to)
	}
	m.together.base[side].dir = m.active().Dir()
	m.together.base[1-side].dir = to
	if to == other.Dir() {
		return nil
	}
	return other.Go(to, "")
}

// leadDown takes the other pane to the folder of those names below its base, if it is there.
func (m *Model) leadDown(other *pane.Pane, base place, names []string) tea.Cmd {
	to := base.dir
	for _, name := range names {
		raw, err := vfs.WireName(base.fs, name)
		if err != nil {
			return m.say(plain, "The other pane stays: its names cannot hold "+termtext.DisplayName(name)+".")
		}
		if to == other.Dir() && !hasFolder(other, raw) {
			return m.say(plain, "The other pane stays: it has no folder "+termtext.DisplayName(name)+".")
		}
		to = base.fs.Join(to, raw)
	}
	if to == other.Dir() {
		return nil
	}
	return other.Go(to, "")
}

func hasFolder(p *pane.Pane, name string) bool {
	found := p.Find(map[string]bool{name: true})
	return len(found) > 0 && (found[0].IsDir() || isLink(found[0]))
}

// below gives the names, as people read them, that lead from the folder base down to dir; none where they are the same
// one.
func below(f vfs.FS, dir, base string) (names []string, ok bool) {
	for dir != base {
		parent := f.Parent(dir)
		if parent == dir {
			return nil, false
		}
		names = append(names, vfs.DisplayName(f, f.Base(dir)))
		dir = parent
	}
	slices.Reverse(names)
	return names, true
}
