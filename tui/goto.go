package tui

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// pathBar asks for a folder by its path. It knows the folders that were listed for it; the rest is asked in commands.
type pathBar struct {
	at     place
	home   string // where ~ leads; "" where that has to be asked
	prompt *dialog.Prompt
	known  map[string][]string // names of folders, as people read them, by their folder
	cancel context.CancelFunc  // of what is under way
	ctx    context.Context     // of the screen
}

// goTo opens the path bar on the active pane.
func (m *Model) goTo() tea.Cmd {
	at := m.here()
	b := &pathBar{at: at, known: map[string][]string{}, ctx: m.ctx}
	if isLocal(at.fs) {
		b.home = m.deps.Home
	}
	b.known[at.dir] = foldersOf(at.fs, m.active().Entries())
	b.prompt = &dialog.Prompt{
		Theme: m.deps.Theme, Title: "Go to a folder on " + where(at.fs),
		Intro:    dialog.Line{Role: theme.Dim, Text: "from " + displayDir(at)},
		Complete: b.complete, Ask: b.ask, Do: b.look, Stop: func() { b.cancel() },
	}
	b.prompt.Begin("")
	m.open(b.prompt)
	return nil
}

// foldersOf gives the names of folders, and of links, which may lead to some, in order.
func foldersOf(f vfs.FS, entries []vfs.Entry) []string {
	var names []string
	for _, e := range entries {
		if e.IsDir() || isLink(e) {
			names = append(names, vfs.DisplayName(f, e.Name))
		}
	}
	slices.Sort(names)
	return names
}

// isSlash tells what separates the names of a path here.
func (b *pathBar) isSlash(r rune) bool {
	return r == '/' || isLocal(b.at.fs) && r == filepath.Separator
}

// split takes a typed path apart: up to the last separator, and the name that is begun behind it.
func (b *pathBar) split(text string) (folder, begun string) {
	i := strings.LastIndexFunc(text, b.isSlash)
	return text[:i+1], text[i+1:]
}

// resolve gives the path that a text means. home is where ~ leads.
func (b *pathBar) resolve(text, home string) (string, error) {
	base, rest := b.at.dir, text
	switch {
	case text == "~" || strings.HasPrefix(text, "~") && b.isSlash(rune(text[1])):
		base, rest = home, text[1:]
	case filepath.VolumeName(text) != "" && isLocal(b.at.fs):
		volume := filepath.VolumeName(text)
		base, rest = volume+string(filepath.Separator), text[len(volume):]
	case text != "" && b.isSlash(rune(text[0])):
		base = b.root()
	}
	for _, name := range strings.FieldsFunc(rest, b.isSlash) {
		switch name {
		case ".":
		case "..":
			base = b.at.fs.Parent(base)
		default:
			raw, err := vfs.WireName(b.at.fs, name)
			if err != nil {
				return "", err
			}
			base = b.at.fs.Join(base, raw)
		}
	}
	return base, nil
}

// root goes up as far as it goes.
func (b *pathBar) root() string {
	dir := b.at.dir
	for parent := b.at.fs.Parent(dir); parent != dir; parent = b.at.fs.Parent(dir) {
		dir = parent
	}
	return dir
}

// complete gives the known folders that a text may become.
func (b *pathBar) complete(text string) []string {
	folder, begun := b.split(text)
	if text == "~" || b.home == "" && strings.HasPrefix(text, "~") {
		return nil
	}
	dir, err := b.resolve(folder, b.home)
	if err != nil {
		return nil
	}
	var fits []string
	for _, name := range b.known[dir] {
		hidden := strings.HasPrefix(name, ".") && begun == ""
		if strings.HasPrefix(strings.ToLower(name), strings.ToLower(begun)) && !hidden {
			fits = append(fits, folder+name+"/")
		}
	}
	return fits
}

// homeThere gives where ~ leads, which a server may have to be asked.
func (b *pathBar) homeThere(ctx context.Context) (string, error) {
	if b.home != "" {
		return b.home, nil
	}
	return b.at.fs.Home(ctx)
}

// completedMsg brings the folders of a folder.
type completedMsg struct {
	bar       *pathBar
	run       context.Context
	home, dir string
	names     []string
	err       error
}

// ask lists the folder in which a name was begun.
func (b *pathBar) ask(text string) tea.Cmd {
	ctx := b.begin("listing")
	folder, _ := b.split(text)
	if text == "~" {
		folder = "~/"
		b.prompt.Begin(folder)
	}
	return func() tea.Msg {
		msg := completedMsg{bar: b, run: ctx}
		if msg.home, msg.err = b.homeThere(ctx); msg.err != nil {
			return msg
		}
		if msg.dir, msg.err = b.resolve(folder, msg.home); msg.err != nil {
			return msg
		}
		msg.err = vfs.Do(ctx, b.at.fs, vfs.Browse, func(s vfs.Session) error {
			entries, _, err := vfs.ReadDir(ctx, s, msg.dir)
			msg.names = foldersOf(b.at.fs, entries)
			return err
		})
		return msg
	}
}

// begin marks that something is under way, in a context that Esc ends.
func (b *pathBar) begin(what string) context.Context {
	ctx, cancel := context.WithCancel(b.ctx)
	b.cancel = cancel
	b.prompt.Busy(what)
	return ctx
}

// completed goes on completing with what is known now.
func (m *Model) completed(msg completedMsg) {
	b := msg.bar
	if msg.run.Err() != nil {
		return // it was stopped
	}
	b.cancel()
	m.dirty = true
	if msg.err != nil {
		b.prompt.Fail(prose.Sentence(msg.err))
		return
	}
	b.home, b.known[msg.dir] = msg.home, msg.names
	b.prompt.Known()
	if len(b.complete(b.prompt.Text())) == 0 {
		b.prompt.Fail("No folder there begins like that.")
	}
}

// lookedMsg tells what lies at a path that was typed.
type lookedMsg struct {
	bar       *pathBar
	run       context.Context
	dir, name string // the folder to show, and the name for its cursor
	err       error
}

// look finds out what lies at a path: a folder is shown, a file is shown in its folder.
func (b *pathBar) look(text string) tea.Cmd {
	if strings.Contains(text, "://") {
		b.prompt.Fail("This is an address, for the key that connects. Here go folders on " + where(b.at.fs) + ".")
		return nil
	}
	ctx := b.begin("looking")
	return func() tea.Msg {
		msg := lookedMsg{bar: b, run: ctx}
		var home string
		if home, msg.err = b.homeThere(ctx); msg.err != nil {
			return msg
		}
		if msg.dir, msg.err = b.resolve(text, home); msg.err != nil {
			return msg
		}
		if strings.HasSuffix(text, "/") || b.at.fs.Parent(msg.dir) == msg.dir {
			return msg // it can only be a folder
		}
		msg.err = vfs.Do(ctx, b.at.fs, vfs.Browse, func(s vfs.Session) error {
			e, err := s.Stat(ctx, msg.dir)
			if err == nil && e.Type == vfs.File {
				msg.dir, msg.name = b.at.fs.Parent(msg.dir), b.at.fs.Base(msg.dir)
			}
			if vfs.Kind(err) == "not_exist" {
				return err
			}
			return nil // some servers tell nothing about folders: the listing will
		})
		return msg
	}
}

// looked shows the folder in the pane for which it was asked.
func (m *Model) looked(msg lookedMsg) tea.Cmd {
	b := msg.bar
	if msg.run.Err() != nil {
		return nil // it was stopped
	}
	b.cancel()
	m.dirty = true
	if msg.err != nil {
		b.prompt.Fail(prose.Sentence(msg.err))
		return nil
	}
	m.close(b.prompt)
	if b.at.pane.FS() != b.at.fs {
		return m.say(plain, "The pane shows "+termtext.Display(where(b.at.pane.FS()))+" by now.")
	}
	return b.at.pane.Go(msg.dir, msg.name)
}

// goHome shows the folder where a person starts.
func (m *Model) goHome() tea.Cmd {
	p := m.active()
	if p.Local() && m.deps.Home != "" {
		return p.Go(m.deps.Home, "")
	}
	return p.Go("", "")
}

// goRoot shows the folder above all others.
func (m *Model) goRoot() tea.Cmd {
	at := m.here()
	if at.dir == "" {
		return nil
	}
	b := pathBar{at: at}
	return at.pane.Go(b.root(), "")
}
