package tui

import (
	"errors"
	"path"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// explainItem tells all about the transfer under the cursor and what can be done with it, or asks what it waits to be
// told.
func (m *Model) explainItem() tea.Cmd {
	it, ok := m.transfers.Current()
	if m.focused() != panelQueue || !ok {
		return nil
	}
	if it.State == queue.Asking {
		return m.askConflict(it, false)
	}
	d := &dialog.Choice{
		Theme: m.deps.Theme, Title: termtext.DisplayName(it.Name), Foot: "Enter closes", Wide: true,
		Buttons: []dialog.Button{{Label: "Close"}}, Lines: m.about(it),
	}
	m.offerDeeds(d, it)
	if it.State == queue.Failed && it.Tries > 0 && errors.Is(it.Reason, vfs.ErrUnsafeName) { // the target refused it
		m.offer(d, "a", "try it again under another name", func() tea.Cmd { return m.retryAs(it) })
	}
	m.open(d)
	return nil
}

// offerDeeds lists what can be done with a transfer, each by its key and by a click.
func (m *Model) offerDeeds(d *dialog.Choice, it queue.Item) {
	d.Lines = append(d.Lines, dialog.Line{})
	for _, deed := range m.deeds() {
		keys := m.deps.Keys.Keys(deed.action)
		if !suits[deed.action].holds(it.State) || len(keys) == 0 {
			continue
		}
		does := deed.does
		if deed.action == keymap.QueuePause && it.State == queue.Paused {
			does = "let it go on"
		}
		m.offer(d, keys[0], does, func() tea.Cmd { return deed.do([]queue.ItemID{it.ID}, m.called([]queue.ItemID{it.ID})) })
	}
}

func (m *Model) offer(d *dialog.Choice, key, does string, do func() tea.Cmd) {
	const keyCells = 7
	text := termtext.Pad(keymap.Label(key), keyCells) + does
	d.Lines = append(d.Lines, dialog.Line{Role: theme.Key, Text: text, Cut: true, Key: key})
	d.Buttons = append(d.Buttons, dialog.Button{Key: key, Do: do, Quiet: true})
}

// retryAs asks for a name that the target may take instead, and offers one that most take.
func (m *Model) retryAs(it queue.Item) tea.Cmd {
	name := path.Base(it.Name)
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Another name there", Submit: "Retry", Now: m.deps.Now,
		Intro:  []dialog.Line{{Role: theme.Dim, Text: "instead of " + termtext.DisplayName(name)}},
		Fields: []dialog.Field{dialog.Text("Name", queue.PlainName(name))},
	}
	form.Do = func(values []string) tea.Cmd {
		m.deps.Queue.RetryAs(values[0], it.ID)
		m.close(form)
		return nil
	}
	m.open(form)
	return nil
}

// about tells all about a transfer.
func (m *Model) about(it queue.Item) []dialog.Line {
	about := it.State.String() + " · " + figure.Of(it.Moved, it.Size)
	if it.Tries > 1 {
		about += " · begun " + figure.Plural(it.Tries, "time")
	}
	if it.State == queue.Done && it.Ended.After(it.Started) && !it.Started.IsZero() {
		about += " · took " + string(figure.AppendWait(nil, it.Ended.Sub(it.Started)))
	}
	lines := []dialog.Line{
		{Text: about},
		{Role: theme.Dim, Text: "from " + termtext.Display(it.From+"  ("+it.FromID+")")},
		{Role: theme.Dim, Text: "to   " + termtext.Display(it.To+"  ("+it.ToID+")")},
	}
	note := func(r theme.Role, text string) {
		if text != "" {
			lines = append(lines, dialog.Line{Role: r, Text: text})
		}
	}
	note(theme.Note, termtext.Display(it.Note))
	if it.State == queue.Done {
		note(theme.Good, proofWords(it.Proof))
	}
	if it.Elsewhere {
		note(theme.Note, "Another ferry process moves it, and does what is asked of it here.")
	}
	if !it.State.Final() && it.Until.After(m.now) {
		note(theme.Warn, "It goes on at "+it.Until.In(m.now.Location()).Format("15:04:05")+".")
	}
	if it.Reason != nil {
		lines = append(lines, dialog.Line{}, dialog.Line{Role: theme.Bad, Text: prose.Sentence(it.Reason)})
	}
	return lines
}

func proofWords(p queue.Proof) string {
	return [...]string{
		queue.ProofNone: "There was nothing to compare it with.",
		queue.ProofSize: "Both sides have the same number of octets.",
		queue.ProofHash: "Both sides have the same hash of all octets.",
	}[p]
}
