package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/pane"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// copying is what a person asked to copy. It keeps what the panes showed then.
type copying struct {
	from, to       *pane.Pane // from is nil where no pane shows the source
	fromFS, toFS   vfs.FS
	fromDir, toDir string
	entries        []vfs.Entry
	move           bool
	held           *held // what it pastes; nil for what goes to the other pane
}

// copy queues what is marked for the folder of the other pane.
func (m *Model) copy() tea.Cmd { return m.bring(m.toOther()) }

// bring renames or queues. Where names are taken at the target, it asks first.
func (m *Model) bring(c copying) tea.Cmd {
	taken := c.taken()
	switch {
	case len(taken) > 0 && c.renames():
		m.open(m.moveConflict(c, taken))
		return nil
	case len(taken) > 0:
		m.open(m.conflict(c, taken))
		return nil
	case c.renames():
		return m.moveByRenaming(c, nil)
	}
	return m.enqueue(c, queue.RuleAsk) // what only the queue will find
}

// brought takes the marks away from what is on its way, or forgets that it was cut.
func (m *Model) brought(c copying) {
	if c.held != nil {
		m.letGo(c)
		return
	}
	if c.from != nil && c.from.FS() == c.fromFS && c.from.Dir() == c.fromDir {
		c.from.ClearMarks()
	}
}

// pair is an entry and what has its name at the target.
type pair struct{ source, there vfs.Entry }

// taken gives the entries whose names the other pane shows already.
func (c copying) taken() []pair {
	names := make(map[string]bool, len(c.entries))
	for _, e := range c.entries {
		names[c.nameThere(e)] = true
	}
	found := map[string]vfs.Entry{}
	for _, e := range c.to.Find(names) {
		found[e.Name] = e
	}
	var all []pair
	for _, e := range c.entries {
		if there, ok := found[c.nameThere(e)]; ok {
			all = append(all, pair{e, there})
		}
	}
	return all
}

// nameThere is what an entry will be called in the charset of the target. One that it has no letters for is taken
// nowhere; the queue tells of it.
func (c copying) nameThere(e vfs.Entry) string {
	name, _, err := vfs.NameAt(c.fromFS, c.toFS, e.Name)
	if err != nil {
		return ""
	}
	return name
}

// existAlready says of n items that they do.
func existAlready(n int) string {
	if n == 1 {
		return " already exists"
	}
	return " already exist"
}

// conflict asks what to do with names that are taken.
func (m *Model) conflict(c copying, taken []pair) *dialog.Choice {
	by := func(r queue.Rule) func() tea.Cmd { return func() tea.Cmd { return m.enqueue(c, r) } }
	d := &dialog.Choice{
		Theme: m.deps.Theme, Wide: true,
		Title: figure.Count(len(taken)) + " of " + figure.Plural(len(c.entries), "item") + existAlready(len(taken)),
		Foot:  "s o u d k a choose · Esc cancel",
		Buttons: []dialog.Button{
			{Label: "Skip", Key: "s", Do: by(queue.RuleSkip)},
			{Label: "Overwrite", Key: "o", Do: by(queue.RuleOverwrite)},
			{Label: "If newer", Key: "u", Do: by(queue.RuleNewer)},
			{Label: "If size differs", Key: "d", Do: by(queue.RuleSize)},
			{Label: "Keep both", Key: "k", Do: by(queue.RuleRename)},
			{Label: "Ask for each", Key: "a", Do: by(queue.RuleAsk)},
			{Label: "Cancel"},
		},
		Escape: 6,
	}
	d.Lines = append(d.Lines, dialog.Line{
		Text: "in " + termtext.Display(vfs.DisplayName(c.toFS, c.toDir)) + " on " + where(c.toFS) + ":", Role: theme.Dim,
	})
	d.Lines = append(d.Lines, m.comparisons(c.toFS, taken)...)
	if slices.ContainsFunc(taken, func(p pair) bool { return p.there.IsDir() }) {
		d.Lines = append(d.Lines, dialog.Line{
			Text: "Folders are merged; the answer holds for the files in them.", Role: theme.Dim,
		})
	}
	return d
}

// comparisons shows size and time of source and target beside each other, for the first names.
func (m *Model) comparisons(f vfs.FS, taken []pair) []dialog.Line {
	const besideName = 44 // what sizes, dates and the frame of the dialog take
	nameCells := max(min(m.w-besideName, 26), 10)
	var lines []dialog.Line
	for i, p := range taken {
		if i == mostNames && len(taken) > mostNames+1 {
			more := figure.Count(len(taken) - i)
			return append(lines, dialog.Line{Text: "… and " + more + " more", Role: theme.Dim})
		}
		name := termtext.Pad(termtext.Middle(nameOf(f, p.there), nameCells), nameCells)
		text := name + " " + m.sizeAndDate(p.source) + "  →" + m.sizeAndDate(p.there)
		lines = append(lines, dialog.Line{Text: text, Cut: true})
	}
	return lines
}

func (m *Model) sizeAndDate(e vfs.Entry) string {
	size := ""
	if e.Type == vfs.File {
		size = figure.Size(e.Size)
	}
	return termtext.PadLeft(size, 6) + " " + string(figure.AppendDate(nil, e.ModTime, e.Precision, m.now))
}

// enqueue hands a copy to the queue.
func (m *Model) enqueue(c copying, rule queue.Rule) tea.Cmd {
	r := m.request(c)
	r.OnConflict = rule
	cmd, err := m.add(c, r)
	if err != nil {
		return m.say(bad, prose.Sentence(err))
	}
	return cmd
}

// request is what the queue is asked, with the usual options.
func (m *Model) request(c copying) queue.Request {
	sources := make([]queue.Source, len(c.entries))
	for i, e := range c.entries {
		sources[i] = queue.Source{Entry: e}
	}
	return queue.Request{
		From: c.fromFS, To: c.toFS, FromDir: c.fromDir, ToDir: c.toDir,
		Sources: sources, Recursive: true, OnConflict: queue.RuleAsk, Move: c.move, Segments: m.segments(),
	}
}

// add hands a request to the queue, and watches what comes of it.
func (m *Model) add(c copying, r queue.Request) (tea.Cmd, error) {
	batch, err := m.deps.Queue.Add(r)
	if err != nil {
		return nil, err
	}
	m.arrivals.moves[batch] = c.move
	m.arrivals.routes[batch] = route{m.sideOf(c.from), m.sideOf(c.to)}
	m.brought(c)
	said := m.say(good, c.queued())
	if !slices.ContainsFunc(c.entries, vfs.Entry.IsDir) {
		return said, nil
	}
	to, from := place{c.to, c.toFS, c.toDir}, place{c.from, c.fromFS, c.fromDir}
	return tea.Batch(said, after(m.ctx, emptyAfter, emptyMsg{batch, to, from})), nil
}

// sameDir shows the folder of the active pane in the other one.
func (m *Model) sameDir() tea.Cmd {
	from, to := m.active(), m.other()
	if from.Dir() == "" {
		return nil
	}
	if from.FS() == to.FS() {
		return to.Go(from.Dir(), "")
	}
	cmd := to.Open(from.FS(), from.Dir(), from.Local())
	m.sampleRemotes()
	return cmd
}
