package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/compare"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// comparison is what is known of how the folders of both panes differ.
type comparison struct {
	at       [2]place
	versions [2]int // of the listings that were compared
	by       compare.Method
	mark     bool // mark what is new or newer in the active pane, then
	sums     *compare.Sums
	cancel   context.CancelFunc // of the run under way; nil where there is none
	dialog   *dialog.Choice     // of a run that takes long
}

// compare asks what the folders of both panes shall be compared by.
func (m *Model) compare() tea.Cmd {
	by := func(method compare.Method) func() tea.Cmd {
		return func() tea.Cmd { return m.startComparing(method, false) }
	}
	m.open(&dialog.Choice{
		Theme: m.deps.Theme, Title: "Compare the panes", Foot: "s size · d date · c content · Esc cancel",
		Lines: []dialog.Line{
			{Text: "What is new, newer, older or different is shown by a sign and a colour. " +
				m.key(keymap.MarkNewer) + " marks it for copying."},
			{Role: theme.Dim, Text: "By content, files of equal size are read on both sides, or a server that can " +
				"is asked for their hashes. Folders inside are not looked into."},
		},
		Buttons: []dialog.Button{
			{Label: "Size", Key: "s", Do: by(compare.BySize)},
			{Label: "Date", Key: "d", Do: by(compare.ByDate)},
			{Label: "Content", Key: "c", Do: by(compare.ByContent)},
			{Label: "Cancel"},
		},
		Escape: 3,
	})
	return nil
}

// notComparable says why the panes cannot be compared now, "" where they can.
func (m *Model) notComparable() string {
	for _, p := range m.panes {
		switch {
		case p.Dir() == "":
			return "A pane shows no folder yet."
		case p.Busy():
			return "A folder is still being listed."
		}
	}
	if a, b := m.panes[0], m.panes[1]; a.Dir() == b.Dir() && a.FS() == b.FS() {
		return "Both panes show the same folder."
	}
	return ""
}

// markNewer marks what is new or newer here, after comparing by date where nothing was compared yet.
func (m *Model) markNewer() tea.Cmd {
	if m.active().Comparing() {
		return m.sayMarked()
	}
	return m.startComparing(compare.ByDate, true)
}

func (m *Model) sayMarked() tea.Cmd {
	n := m.active().MarkDifferent()
	if n == 0 {
		return m.say(plain, "Nothing here is new, newer or different.")
	}
	return m.say(good, "marked "+itemsOf(n)+" that the other pane lacks or has otherwise")
}

func (m *Model) startComparing(by compare.Method, mark bool) tea.Cmd {
	m.endComparing()
	c := &comparison{by: by, mark: mark, sums: &compare.Sums{}}
	m.comparison = c
	for i, p := range m.panes {
		c.at[i] = place{p, p.FS(), p.Dir()}
	}
	if by == compare.ByContent {
		c.dialog = &dialog.Choice{
			Theme: m.deps.Theme, Title: "Comparing contents", Foot: "Esc stops",
			Buttons: []dialog.Button{{Label: "Stop", Do: func() tea.Cmd { m.endComparing(); return nil }}},
		}
		m.open(c.dialog)
		m.watch(c)
	}
	return m.runComparison(c)
}

// refresh shows how far it is.
func (c *comparison) refresh() {
	done, all := c.sums.Progress()
	c.dialog.Lines = []dialog.Line{{Text: figure.Count(done) + " of " + figure.Plural(all, "file") + " of equal size"}}
}

// comparedMsg brings the differences.
type comparedMsg struct {
	by     *comparison
	run    context.Context
	result compare.Result
	err    error
}

// runComparison compares what the panes show now.
func (m *Model) runComparison(c *comparison) tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	c.cancel = cancel
	var sides [2]compare.Side
	for i, at := range c.at {
		c.versions[i] = at.pane.Version()
		sides[i] = compare.Side{FS: at.fs, Dir: at.dir, Entries: at.pane.Entries()}
	}
	do := func() tea.Msg {
		defer cancel()
		result, err := compare.Run(ctx, sides, c.by, c.sums)
		return comparedMsg{c, ctx, result, err}
	}
	return tea.Batch(do, m.tick())
}

// compared shows the differences, or why there are none.
func (m *Model) compared(msg comparedMsg) tea.Cmd {
	c := msg.by
	if c != m.comparison {
		return nil // it was given up
	}
	m.dirty, c.cancel = true, nil
	if c.dialog != nil {
		m.unwatch(c)
		m.close(c.dialog)
		c.dialog, c.sums.Remembered = nil, true
	}
	if msg.err != nil {
		m.endComparing()
		m.fail("The panes were not compared", []error{msg.err}, 1)
		return nil
	}
	for i, at := range c.at {
		at.pane.Compared(msg.result[i], c.by.String())
	}
	if c.mark {
		c.mark = false
		return m.sayMarked()
	}
	return m.compareAgain()
}

// compareAgain follows the panes: it compares anew what was listed anew, and ends where a pane has gone elsewhere,
// unless both go together.
func (m *Model) compareAgain() tea.Cmd {
	c := m.comparison
	if c == nil || c.cancel != nil {
		return nil
	}
	moved, changed := false, false
	for i, at := range c.at {
		p := m.panes[i]
		if p.Busy() {
			return nil
		}
		moved = moved || p != at.pane || p.FS() != at.fs || p.Dir() != at.dir
		changed = changed || p.Version() != c.versions[i]
	}
	switch {
	case moved && m.together.on && c.by != compare.ByContent && m.notComparable() == "":
		return m.startComparing(c.by, false)
	case moved:
		m.endComparing()
	case changed:
		return m.runComparison(c)
	}
	return nil
}

// endComparing forgets the differences, and reports whether there were any.
func (m *Model) endComparing() bool {
	c := m.comparison
	if c == nil {
		return false
	}
	m.comparison = nil
	if c.cancel != nil {
		c.cancel()
	}
	if c.dialog != nil {
		m.unwatch(c)
		m.close(c.dialog)
	}
	for _, at := range c.at {
		at.pane.Compared(nil, "")
	}
	return true
}
