package tui

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// bulk is names of one folder that are being edited as lines of a text.
type bulk struct {
	at     place
	names  []string        // as they are on the shore
	others map[string]bool // all other names of the folder, folded
	folder string          // that holds the text
	odd    int             // names left out, since they cannot be a line
}

// bulkRename gives the names that are marked, or all of the folder, to the editor.
func (m *Model) bulkRename() tea.Cmd {
	b := &bulk{at: m.here(), others: map[string]bool{}}
	chosen := m.active().Entries()
	if m.active().Marked() {
		chosen = m.active().Selection()
	}
	taken := map[string]bool{}
	for _, e := range chosen {
		shown := vfs.DisplayName(b.at.fs, e.Name)
		if back, err := vfs.WireName(b.at.fs, shown); err != nil || back != e.Name || termtext.Display(shown) != shown {
			b.odd++
			continue
		}
		b.names = append(b.names, e.Name)
		taken[e.Name] = true
	}
	for _, e := range m.active().Entries() {
		if !taken[e.Name] {
			b.others[vfs.FoldName(b.at.fs, e.Name)] = true
		}
	}
	if len(b.names) == 0 {
		return m.say(plain, "None of these names can be a line of text.")
	}
	return func() tea.Msg {
		return bulkReadyMsg{b, b.write()}
	}
}

func (b *bulk) path() string { return filepath.Join(b.folder, "names.txt") }

// write makes the text.
func (b *bulk) write() error {
	folder, err := os.MkdirTemp("", "ferry-rename-")
	if err != nil {
		return told("make a folder for the names", err)
	}
	b.folder = folder
	var text strings.Builder
	for _, name := range b.names {
		text.WriteString(vfs.DisplayName(b.at.fs, name) + "\n")
	}
	return told("write the names", os.WriteFile(b.path(), []byte(text.String()), 0o600))
}

// bulkReadyMsg tells that the text has been written.
type bulkReadyMsg struct {
	bulk *bulk
	err  error
}

// bulkEditedMsg brings the text that the editor left.
type bulkEditedMsg struct {
	bulk *bulk
	text string
	err  error // of the editor or the file
}

func (m *Model) bulkReady(msg bulkReadyMsg) tea.Cmd {
	if msg.err != nil {
		return m.say(bad, prose.Sentence(msg.err))
	}
	return m.editNames(msg.bulk)
}

func (m *Model) editNames(b *bulk) tea.Cmd {
	return m.deps.Editor.start(b.path(), func(err error) tea.Msg {
		text, rerr := os.ReadFile(b.path())
		if err == nil {
			err = told("read the names", rerr)
		}
		return bulkEditedMsg{b, string(text), err}
	})
}

// bulkEdited checks the names, and shows what would be done.
func (m *Model) bulkEdited(msg bulkEditedMsg) tea.Cmd {
	b := msg.bulk
	m.dirty = true
	if said := exitSaid(msg.err); said != "" {
		return tea.Batch(b.forget, m.say(bad, said))
	}
	fresh, complaints := b.read(msg.text)
	if len(complaints) > 0 {
		m.askNamesAgain(b, complaints)
		return nil
	}
	steps := renameOrder(b.names, fresh)
	if len(steps) == 0 {
		return tea.Batch(b.forget, m.say(plain, "No name was changed."))
	}
	m.askRenames(b, fresh, steps)
	return nil
}

// forget removes the text.
func (b *bulk) forget() tea.Msg {
	_ = os.RemoveAll(b.folder) // a folder for temporary files
	return nil
}

// mostComplaints is how many lines are complained about at once.
const mostComplaints = 12

// read gives the new names, one for each old one, or says what is wrong with them.
func (b *bulk) read(text string) (names, complaints []string) {
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
	if len(lines) != len(b.names) {
		return nil, []string{"There are " + figure.Plural(len(lines), "line") + " for " +
			figure.Plural(len(b.names), "name") + ": each needs its own, in the same order."}
	}
	seen := map[string]int{}
	for i, line := range lines {
		name, why := b.check(line, b.names[i])
		folded := vfs.FoldName(b.at.fs, name)
		switch first, again := seen[folded]; {
		case why != "":
		case again:
			why = "it is on line " + strconv.Itoa(first+1) + ", too"
		case b.others[folded]:
			why = "something else has that name"
		}
		seen[folded] = i
		names = append(names, name)
		if why != "" && len(complaints) < mostComplaints {
			complaints = append(complaints, complaint(i+1, line, why))
		}
	}
	return names, complaints
}

// complaint tells why there is no name for a line.
func complaint(n int, line, why string) string {
	if line != "" {
		line = ", " + prose.Safe(line)
	}
	return "Line " + strconv.Itoa(n) + line + ": " + why + "."
}

// check gives the name on the shore for a line, or says why there is none. A name that stays is never wrong.
func (b *bulk) check(line, old string) (name, why string) {
	if line == vfs.DisplayName(b.at.fs, old) {
		return old, ""
	}
	if line == "" {
		return "", "a name is needed"
	}
	if termtext.Display(line) != line {
		return "", "it holds control characters"
	}
	name, err := vfs.WireName(b.at.fs, line)
	if err == nil {
		err = b.at.fs.CheckName(name)
	}
	if err != nil {
		return "", strings.TrimSuffix(prose.Sentence(err), ".")
	}
	return name, ""
}

// renameStep gives one thing another name. Detour marks a name that it has only in between.
type renameStep struct {
	from, to string
	detour   bool
}

// renameOrder puts renames in an order in which no name is taken when its turn comes. Names that change places go by
// one in between.
func renameOrder(old, fresh []string) []renameStep {
	open, names := map[string]string{}, map[string]bool{}
	var order []string
	for i, name := range old {
		names[name] = true
		if fresh[i] != name {
			open[name] = fresh[i]
			order = append(order, name)
		}
	}
	var steps []renameStep
	for _, name := range order {
		var chain []string
		at, waits := name, open[name] != ""
		for waits {
			chain = append(chain, at)
			at = open[at]
			_, waits = open[at]
			if at == name {
				break
			}
		}
		if len(chain) > 0 && at == name { // a circle
			aside := freeDetour(names, name)
			last := chain[len(chain)-1]
			steps = append(steps, renameStep{last, aside, true})
			for i := len(chain) - 2; i >= 0; i-- {
				steps = append(steps, renameStep{from: chain[i], to: open[chain[i]]})
			}
			steps = append(steps, renameStep{from: aside, to: open[last]})
		} else {
			for i := len(chain) - 1; i >= 0; i-- {
				steps = append(steps, renameStep{from: chain[i], to: open[chain[i]]})
			}
		}
		for _, done := range chain {
			delete(open, done)
		}
	}
	return steps
}

// freeDetour gives a name that nothing has.
func freeDetour(names map[string]bool, like string) string {
	for n := 1; ; n++ {
		name := "." + like + ".ferry" + strconv.Itoa(n)
		if len(name) > 200 {
			name = ".ferry" + strconv.Itoa(n)
		}
		if !names[name] {
			return name
		}
	}
}

// askNamesAgain tells what is wrong, and lets the person mend it.
func (m *Model) askNamesAgain(b *bulk, complaints []string) {
	d := &dialog.Choice{
		Theme: m.deps.Theme, Wide: true, Title: "! Nothing was renamed", Foot: "e edit on · Esc cancel",
		Buttons: []dialog.Button{
			{Label: "Edit on", Key: "e", Do: func() tea.Cmd { return m.editNames(b) }},
			{Label: "Cancel", Do: func() tea.Cmd { return b.forget }},
		},
		Escape: 1,
	}
	for _, c := range complaints {
		d.Lines = append(d.Lines, dialog.Line{Role: theme.Bad, Text: c})
	}
	m.openUnasked(d)
}

// askRenames shows what will be done.
func (m *Model) askRenames(b *bulk, fresh []string, steps []renameStep) {
	d := &dialog.Choice{
		Theme: m.deps.Theme, Wide: true, Foot: "y rename · e edit on · Esc cancel",
		Buttons: []dialog.Button{
			{Label: "Cancel", Do: func() tea.Cmd { return b.forget }},
			{Label: "Edit on", Key: "e", Do: func() tea.Cmd { return m.editNames(b) }},
			{Label: "Rename", Key: "y", Do: func() tea.Cmd { return tea.Batch(b.forget, m.renameAll(b, steps)) }},
		},
	}
	n := 0
	shown := func(name string) string { return prose.Safe(vfs.DisplayName(b.at.fs, name)) }
	for i, old := range b.names {
		if fresh[i] != old {
			n++
			d.Lines = append(d.Lines, dialog.Line{Text: shown(old) + " → " + shown(fresh[i])})
		}
	}
	d.Title = "Rename " + figure.Plural(n, "item") + " in " + displayDir(b.at)
	if b.odd > 0 {
		text := figure.Plural(b.odd, "name") + " left out, since they cannot be a line of text."
		d.Lines = append(d.Lines, dialog.Line{Role: theme.Warn, Text: text})
	}
	m.openUnasked(d)
}

// renameAll takes the steps until one fails: those that follow may count on it.
func (m *Model) renameAll(b *bulk, steps []renameStep) tea.Cmd {
	var back []undoStep
	e := &errand{
		at: []place{b.at}, title: "Renaming on " + where(b.at.fs),
		did: func(n int) string { return figure.Plural(n, "item") + " renamed" },
	}
	e.undo = func(e *errand) *undo {
		return &undo{words: "rename " + figure.Plural(e.done, "item"), at: e.at, steps: back}
	}
	return m.run(e, func(ctx context.Context, s vfs.Session) error {
		for _, step := range steps {
			from, to := b.at.fs.Join(b.at.dir, step.from), b.at.fs.Join(b.at.dir, step.to)
			err := s.Rename(ctx, from, to)
			if err != nil {
				e.try(ctx, to, err)
				return nil
			}
			back = append([]undoStep{{from: to, to: from}}, back...)
			if !step.detour && !e.try(ctx, to, nil) {
				return nil
			}
		}
		return nil
	})
}
