package tui

import (
	"os"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/dialog"
	"ferry/tui/prose"
)

// Editors of desktops give the terminal back at once and save later: code without --wait, gvim, open. The copies that
// they have are watched until ferry ends, and each time one of them was saved ferry asks what is to become of it.

const (
	tooSoon   = time.Second // after which nobody is done who has changed nothing
	lookEvery = time.Second
)

// stamp is how a copy looked.
type stamp struct {
	size int64
	time time.Time
}

func (ed *editing) stamp() stamp {
	info, err := os.Stat(ed.copy)
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime()}
}

// copiesDueMsg says that it is time to look at the copies that are watched.
type copiesDueMsg struct{}

// copiesMsg tells how they look.
type copiesMsg map[*editing]stamp

// watchCopy begins to watch a copy whose editor is still open.
func (m *Model) watchCopy(ed *editing) tea.Cmd {
	name := nameOf(ed.at.fs, ed.entry)
	words := m.say(plain, "The editor came back at once: whenever you save "+name+" there, ferry asks.")
	if slices.Contains(m.copies, ed) {
		return words
	}
	m.copies = append(m.copies, ed)
	if len(m.copies) > 1 {
		return words
	}
	return tea.Batch(words, m.nextLook())
}

func (m *Model) nextLook() tea.Cmd { return after(m.ctx, lookEvery, copiesDueMsg{}) }

// lookAtCopies lets the copies be looked at, aside.
func (m *Model) lookAtCopies() tea.Cmd {
	watched := slices.Clone(m.copies)
	if len(watched) == 0 {
		return nil
	}
	return func() tea.Msg {
		seen := copiesMsg{}
		for _, ed := range watched {
			seen[ed] = ed.stamp()
		}
		return seen
	}
}

// copiesSeen reads the copies that have changed and come to rest since, one at a time.
func (m *Model) copiesSeen(seen copiesMsg) tea.Cmd {
	next := m.nextLook()
	for _, ed := range m.copies {
		now, known := seen[ed]
		rests := now == ed.seen
		ed.seen = now
		if known && rests && now != ed.asked && !ed.asking && now != (stamp{}) {
			ed.asking, ed.asked = true, now
			return tea.Batch(next, func() tea.Msg { return ed.looked(nil) })
		}
	}
	return next
}

// copiesLeft tells of the copies that are watched; they outlive ferry, since an editor may have them.
func (m *Model) copiesLeft() []dialog.Line {
	var lines []dialog.Line
	for _, ed := range m.copies {
		lines = append(lines, dialog.Line{
			Text: nameOf(ed.at.fs, ed.entry) + " may be open in an editor; its copy stays in " + prose.Safe(ed.copy) + ".",
		})
	}
	return lines
}

// done ends the editing, or lets it go on where the editor is still open.
func (m *Model) done(ed *editing) tea.Cmd {
	if ed.asking = false; slices.Contains(m.copies, ed) {
		return nil
	}
	return ed.forget
}

// drop ends the editing for good.
func (m *Model) drop(ed *editing) tea.Cmd {
	m.copies = slices.DeleteFunc(m.copies, func(o *editing) bool { return o == ed })
	return ed.forget
}
