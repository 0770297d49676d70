package tui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/pane"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// worker is a dialog that stays open while what it is for is under way.
type worker interface {
	dialog.Dialog
	Fail(complaint string)
	SetStop(stop func())
}

// formRun is one thing that was begun in a form.
type formRun struct {
	form   worker
	cancel context.CancelFunc
}

// begin does work for a form, which stays open meanwhile, counts the seconds, and can stop it.
func (m *Model) begin(form worker, work func(ctx context.Context, run *formRun) tea.Msg) tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	run := &formRun{form, cancel}
	m.underWay[form] = run
	form.SetStop(func() {
		cancel()
		delete(m.underWay, form)
	})
	do := func() tea.Msg {
		defer cancel()
		return work(ctx, run)
	}
	return tea.Batch(do, m.tick())
}

// ended reports whether a run is still wanted, and forgets it.
func (m *Model) ended(run *formRun) bool {
	if m.underWay[run.form] != run {
		return false
	}
	delete(m.underWay, run.form)
	m.dirty = true
	return true
}

// place is a folder that something was asked about. The panes may have moved on since.
type place struct {
	pane *pane.Pane
	fs   vfs.FS
	dir  string
}

func (m *Model) here() place {
	p := m.active()
	return place{p, p.FS(), p.Dir()}
}

// changedMsg tells that a folder was made or something renamed, or why not.
type changedMsg struct {
	run    *formRun
	at     place
	cursor string // the new name
	err    error
	undo   *undo // what takes it back; may be nil
}

// changed closes the form and shows the new name, or tells in the form what went wrong.
func (m *Model) changed(msg changedMsg) tea.Cmd {
	wanted := m.ended(msg.run)
	if msg.err == nil {
		m.close(msg.run.form)
		m.remember(msg.undo)
		return m.reloadAll(msg.at, msg.cursor)
	}
	if wanted {
		msg.run.form.Fail(prose.Sentence(msg.err))
	}
	return nil
}

// reloadAll reloads each pane that shows a folder. In the pane that was asked the cursor goes to a name.
func (m *Model) reloadAll(at place, cursor string) tea.Cmd {
	var cmds []tea.Cmd
	for _, p := range m.panes {
		if p.FS() != at.fs || p.Dir() != at.dir {
			continue
		}
		if p == at.pane {
			cmds = append(cmds, p.Reload(cursor))
		} else {
			cmds = append(cmds, p.Reload(""))
		}
	}
	return tea.Batch(cmds...)
}

// in tells where a form is about.
func (m *Model) in(at place) []dialog.Line {
	return []dialog.Line{{Role: theme.Dim, Text: "in " + displayDir(at) + " on " + where(at.fs)}}
}

// checkName looks at a name that was typed.
func checkName(fs vfs.FS) func(values []string) (int, string) {
	return func(values []string) (int, string) {
		if values[0] == "" {
			return 0, "A name is needed."
		}
		name, err := vfs.WireName(fs, values[0])
		if err == nil {
			err = fs.CheckName(name)
		}
		return 0, prose.Sentence(err)
	}
}

// mkdir asks for a name and makes a folder.
func (m *Model) mkdir() tea.Cmd {
	at := m.here()
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Make a folder", Intro: m.in(at), Submit: "Make", Doing: "making it",
		Now: m.deps.Now, Fields: []dialog.Field{dialog.Text("Name", "")}, Check: checkName(at.fs),
	}
	form.Do = func(values []string) tea.Cmd {
		name, _ := vfs.WireName(at.fs, values[0]) // checked before
		return m.begin(form, func(ctx context.Context, run *formRun) tea.Msg {
			err := vfs.Do(ctx, at.fs, vfs.Browse, func(s vfs.Session) error {
				return s.Mkdir(ctx, at.fs.Join(at.dir, name))
			})
			return changedMsg{run, at, name, err, nil}
		})
	}
	m.open(form)
	return nil
}

// makeNew asks for a name and makes an empty file, or a folder if the name ends in a slash.
func (m *Model) makeNew() tea.Cmd {
	at := m.here()
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "New", Intro: m.in(at), Submit: "Make", Doing: "making it", Now: m.deps.Now,
		Fields: []dialog.Field{dialog.Text("Name", "")},
		Remark: func(values []string) dialog.Line {
			what := "An empty file; with / behind its name a folder."
			if isFolderName(values[0]) {
				what = "A folder."
			}
			return dialog.Line{Role: theme.Dim, Text: what}
		},
		Check: func(values []string) (int, string) {
			return checkName(at.fs)([]string{strings.TrimSuffix(values[0], "/")})
		},
	}
	form.Do = func(values []string) tea.Cmd {
		name, _ := vfs.WireName(at.fs, strings.TrimSuffix(values[0], "/")) // checked before
		makeIt := makeFile
		if isFolderName(values[0]) {
			makeIt = func(ctx context.Context, s vfs.Session, path string) error { return s.Mkdir(ctx, path) }
		}
		return m.begin(form, func(ctx context.Context, run *formRun) tea.Msg {
			err := vfs.Do(ctx, at.fs, vfs.Browse, func(s vfs.Session) error {
				return makeIt(ctx, s, at.fs.Join(at.dir, name))
			})
			return changedMsg{run, at, name, err, nil}
		})
	}
	m.open(form)
	return nil
}

func isFolderName(text string) bool { return strings.HasSuffix(text, "/") }

// makeFile makes an empty file where nothing has that name.
func makeFile(ctx context.Context, s vfs.Session, path string) error {
	w, err := s.Create(ctx, path, vfs.Create{Size: 0})
	if err != nil {
		return err
	}
	if err = w.Commit(ctx); err != nil {
		_ = w.Abort(false) // err tells more
	}
	return err
}

// rename asks for another name of the entry under the cursor.
func (m *Model) rename() tea.Cmd {
	at := m.here()
	e, _ := m.active().Current()
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Rename " + nameOf(at.fs, e), Intro: m.in(at), Submit: "Rename", Doing: "renaming",
		Now: m.deps.Now, Fields: []dialog.Field{dialog.Text("Name", vfs.DisplayName(at.fs, e.Name))},
	}
	form.Check = func(values []string) (int, string) {
		if values[0] == vfs.DisplayName(at.fs, e.Name) {
			return 0, "That is its name already."
		}
		return checkName(at.fs)(values)
	}
	form.Do = func(values []string) tea.Cmd {
		name, _ := vfs.WireName(at.fs, values[0]) // checked before
		return m.begin(form, func(ctx context.Context, run *formRun) tea.Msg {
			return changedMsg{run, at, name, renameTo(ctx, at, e.Name, name), renamedUndo(at, e.Name, name)}
		})
	}
	m.open(form)
	return nil
}

// markPattern asks for a pattern of names to mark or unmark.
func (m *Model) markPattern(on bool) tea.Cmd {
	p, title, submit := m.active(), "Mark by pattern", "Mark"
	if !on {
		title, submit = "Unmark by pattern", "Unmark"
	}
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: title, Submit: submit, Now: m.deps.Now,
		Intro: []dialog.Line{{
			Role: theme.Dim, Text: "* stands for any text, ? for one letter, [a-z] for one of these; A and a are the same.",
		}},
		Fields: []dialog.Field{dialog.Text("Pattern", "*")},
	}
	form.Do = func(values []string) tea.Cmd {
		n, err := p.MarkMatching(values[0], on)
		if err != nil {
			form.Fail("This pattern is not complete.")
			return nil
		}
		m.close(form)
		return m.say(plain, submit+"ed "+itemsOf(n))
	}
	m.open(form)
	return nil
}

func renameTo(ctx context.Context, at place, from, to string) error {
	return vfs.Do(ctx, at.fs, vfs.Browse, func(s vfs.Session) error {
		return s.Rename(ctx, at.fs.Join(at.dir, from), at.fs.Join(at.dir, to))
	})
}
