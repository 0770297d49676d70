package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// cancelItem gives up the transfer under the cursor.
func (m *Model) cancelItem() tea.Cmd {
	it, ok := m.transfers.Current()
	switch {
	case !ok:
		return nil
	case it.State.Final():
		return m.say(plain, termtext.DisplayName(it.Name)+" is "+it.State.String()+" already.")
	}
	m.deps.Queue.Cancel(it.ID)
	return m.say(plain, "cancelling "+termtext.DisplayName(it.Name))
}

// retryItem tries the transfer under the cursor again.
func (m *Model) retryItem() tea.Cmd {
	it, ok := m.transfers.Current()
	switch {
	case !ok:
		return nil
	case !it.State.Final() || it.State == queue.Done:
		return m.say(plain, termtext.DisplayName(it.Name)+" is "+it.State.String()+": nothing to retry.")
	}
	m.deps.Queue.Retry(it.ID)
	return m.say(good, "trying "+termtext.DisplayName(it.Name)+" again")
}

// retryAll tries all again that failed.
func (m *Model) retryAll() tea.Cmd {
	failed := m.transfers.Failed()
	if len(failed) == 0 {
		return m.say(plain, "Nothing has failed.")
	}
	m.deps.Queue.Retry(failed...)
	return m.say(good, "trying "+figure.Plural(len(failed), "item")+" again")
}

// clearFinal forgets what is finished.
func (m *Model) clearFinal() tea.Cmd {
	m.deps.Queue.ClearFinal()
	return nil
}

// explainItem tells all about the transfer under the cursor.
func (m *Model) explainItem() tea.Cmd {
	it, ok := m.transfers.Current()
	if m.focused() != panelQueue || !ok {
		return nil
	}
	d := &dialog.Choice{
		Theme: m.deps.Theme, Title: termtext.DisplayName(it.Name), Foot: "Enter closes", Wide: true,
		Buttons: []dialog.Button{{Label: "Close"}},
	}
	about := it.State.String() + " · " + figure.Of(it.Moved, it.Size)
	if it.Tries > 1 {
		about += " · begun " + figure.Plural(it.Tries, "time")
	}
	d.Lines = []dialog.Line{
		{Text: about},
		{Role: theme.Dim, Text: "from " + termtext.Display(it.From+"  ("+it.FromID+")")},
		{Role: theme.Dim, Text: "to   " + termtext.Display(it.To+"  ("+it.ToID+")")},
	}
	if it.Note != "" {
		d.Lines = append(d.Lines, dialog.Line{Role: theme.Note, Text: termtext.Display(it.Note)})
	}
	if it.Reason != nil {
		d.Lines = append(d.Lines, dialog.Line{}, dialog.Line{Role: theme.Bad, Text: prose.Sentence(it.Reason)})
	}
	if it.State.Final() && it.State != queue.Done {
		d.Buttons = append(d.Buttons, dialog.Button{Label: "Retry", Key: "r", Do: func() tea.Cmd {
			m.deps.Queue.Retry(it.ID)
			return nil
		}})
		d.Foot = "r retry · Enter closes"
	}
	m.open(d)
	return nil
}
