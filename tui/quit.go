package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/dialog"
	"ferry/tui/figure"
)

// quit ends the program, after asking while there is work.
func (m *Model) quit() tea.Cmd {
	then := "quit stops them; partial files stay and can be resumed"
	if m.deps.Kept && !m.arrivals.unkept {
		then = "quit stops them, and they go on in the next ferry, or in another one that runs"
	}
	return m.leave("Quit", then, tea.Quit)
}

// suspend gives the shell back, after asking while there is work.
func (m *Model) suspend() tea.Cmd {
	return m.leave("Suspend", "they stand still until fg, and servers may give up waiting", tea.Suspend)
}

func (m *Model) leave(word, then string, cmd tea.Cmd) tea.Cmd {
	lines := m.copiesLeft()
	if !m.transfers.Totals().Idle() || m.errand != nil {
		lines = append(lines, dialog.Line{Text: m.workLeft() + "; " + then + "."})
	}
	if len(lines) == 0 {
		return cmd
	}
	m.open(&dialog.Choice{
		Theme: m.deps.Theme, Title: word + "?", Foot: "y " + strings.ToLower(word) + " · n/Esc stay",
		Lines: lines,
		Buttons: []dialog.Button{
			{Label: "Stay"},
			{Label: word, Key: "y", Do: func() tea.Cmd { return cmd }},
		},
	})
	return nil
}

// workLeft says what is running.
func (m *Model) workLeft() string {
	t := m.transfers.Totals()
	switch {
	case t.Running > 0 && t.Waiting > 0:
		return figure.Plural(t.Running, "transfer") + " running, " + figure.Count(t.Waiting) + " waiting"
	case t.Running > 0:
		return figure.Plural(t.Running, "transfer") + " running"
	case t.Waiting > 0:
		return figure.Plural(t.Waiting, "transfer") + " waiting"
	case t.Planning > 0:
		return "Folders are still being walked"
	}
	return m.errand.title + " is under way"
}
