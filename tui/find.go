package tui

import (
	"context"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/pane"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// mostFound bounds what one search keeps.
const mostFound = 10_000

// found is a name that was searched for.
type found struct {
	dir   string
	entry vfs.Entry
}

// finding is a search below a folder. Its command writes what it finds, the screen reads it at its ticks.
type finding struct {
	at      place
	matches func(name string) bool
	list    *dialog.List
	cancel  context.CancelFunc

	mu      sync.Mutex
	folders int
	refused int // folders that could not be read
	found   []found
	ended   bool
	err     error
	shown   int // of found, in the list
}

// findBelow asks what to look for below the folder of the active pane.
func (m *Model) findBelow() tea.Cmd {
	at := m.here()
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Find below " + displayDir(at), Submit: "Find", Now: m.deps.Now,
		Intro: []dialog.Line{{
			Role: theme.Dim, Text: "A part of the name, or a pattern of * ? and [a-z]. Hidden ones are found, too.",
		}},
		Fields: []dialog.Field{dialog.Text("Name", "")},
		Check: func(values []string) (int, string) {
			if values[0] == "" {
				return 0, "A name or a pattern is needed."
			}
			return 0, ""
		},
	}
	form.Do = func(values []string) tea.Cmd {
		m.close(form)
		return m.startFinding(at, values[0])
	}
	m.open(form)
	return nil
}

// startFinding begins to walk and opens the list.
func (m *Model) startFinding(at place, pattern string) tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	f := &finding{at: at, matches: pane.Match(pattern), cancel: cancel}
	f.list = &dialog.List{
		Theme: m.deps.Theme, Title: termtext.Display(pattern) + " below " + displayDir(at),
		Pick:   func(i int) tea.Cmd { return m.goToFound(f, i) },
		Cancel: f.stop,
	}
	m.open(f.list)
	m.watch(f)
	do := func() tea.Msg {
		defer cancel()
		f.run(ctx)
		return foundMsg{f}
	}
	return tea.Batch(do, m.tick())
}

// run walks until it has seen all, has found enough, or ctx ends.
func (f *finding) run(ctx context.Context) {
	err := vfs.Do(ctx, f.at.fs, vfs.Browse, func(s vfs.Session) error {
		return vfs.Walk(ctx, f.at.fs, s, f.at.dir, f.visit)
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	if ctx.Err() == nil {
		f.err = err
	}
}

// enoughError ends a walk that has found as much as can be shown.
type enoughError struct{}

func (enoughError) Error() string { return "enough was found" }

func (f *finding) visit(at vfs.Folder) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.folders++
	if at.Err != nil {
		f.refused++
	}
	for _, e := range at.Entries {
		if f.matches(termtext.DisplayName(vfs.DisplayName(f.at.fs, e.Name))) {
			f.found = append(f.found, found{at.Path, e})
		}
		if len(f.found) == mostFound {
			return enoughError{}
		}
	}
	return nil
}

// stop ends the walk; where it has ended already, it lets the list be closed.
func (f *finding) stop() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return true
	}
	f.cancel()
	return false
}

// refresh shows what has been found by now.
func (f *finding) refresh() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ; f.shown < len(f.found); f.shown++ {
		f.list.Lines = append(f.list.Lines, f.line(f.found[f.shown]))
	}
	looked := figure.Plural(len(f.found), "name") + " in " + figure.Plural(f.folders, "folder")
	if f.refused > 0 {
		looked += ", " + figure.Count(f.refused) + " could not be read"
	}
	f.list.Foot = "Enter goes there · Esc closes"
	switch {
	case !f.ended:
		f.list.Status = dialog.Line{Role: theme.Note, Text: "searching… " + looked}
		f.list.Foot = "Enter goes there · Esc stops"
	case len(f.found) == mostFound:
		f.list.Status = dialog.Line{Role: theme.Warn, Text: looked + "; no more are looked for"}
	case f.err != nil:
		f.list.Status = dialog.Line{Role: theme.Bad, Text: "! " + prose.Sentence(f.err)}
	default:
		f.list.Status = dialog.Line{Role: theme.Dim, Text: looked}
	}
}

// line gives a name with its folder, from where the search began.
func (f *finding) line(one found) dialog.Line {
	path := nameOf(f.at.fs, one.entry)
	for dir := one.dir; dir != f.at.dir && dir != f.at.fs.Parent(dir); dir = f.at.fs.Parent(dir) {
		path = termtext.DisplayName(vfs.DisplayName(f.at.fs, f.at.fs.Base(dir))) + "/" + path
	}
	role := theme.Text
	if one.entry.IsDir() {
		role = theme.Folder
	}
	return dialog.Line{Role: role, Text: path}
}

// foundMsg tells that a search has ended.
type foundMsg struct{ by *finding }

func (m *Model) searched(msg foundMsg) {
	m.unwatch(msg.by)
	m.dirty = true
}

// goToFound shows the folder of what was found, with the cursor on it.
func (m *Model) goToFound(f *finding, i int) tea.Cmd {
	f.cancel()
	if f.at.pane.FS() != f.at.fs {
		return m.say(plain, "The pane shows "+where(f.at.pane.FS())+" by now.")
	}
	f.mu.Lock()
	to := f.found[i]
	f.mu.Unlock()
	return f.at.pane.Go(to.dir, to.entry.Name)
}
