package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/keymap"
)

// answering is the question about a file in the way that is on the screen.
type answering struct {
	dialog *dialog.Conflict // nil while there is none
	item   queue.ItemID
	later  map[queue.BatchID]bool // whose questions the person has put off
}

// askConflicts shows the oldest question, unless it was put off, and takes one away that has been answered elsewhere.
func (m *Model) askConflicts() tea.Cmd {
	a := &m.answering
	if a.dialog != nil {
		if it, ok := m.transfers.Item(a.item); ok && it.State == queue.Asking {
			return nil
		}
		m.close(a.dialog)
		a.dialog = nil
	}
	it, ok := m.transfers.Asking()
	if !ok || len(m.dialogs) > 0 || a.later[it.Batch] {
		return nil
	}
	return m.askConflict(it, true)
}

// askConflict asks what to do with a file in the way. unasked tells that nobody wanted to be asked now.
func (m *Model) askConflict(it queue.Item, unasked bool) tea.Cmd {
	if it.Clash == nil {
		return nil
	}
	d := &dialog.Conflict{
		Theme: m.deps.Theme, Name: termtext.DisplayName(it.Name), Now: m.deps.Now, Unasked: unasked,
		From: sideName(it.FromID), To: sideName(it.ToID), Source: it.Clash.Source, There: it.Clash.There,
		More: m.transfers.Totals().Asking - 1,
	}
	for _, o := range []struct {
		label, key, does string
		rule             queue.Rule
	}{
		{"Skip", "s", "skip: leave the one that is there", queue.RuleSkip},
		{"Overwrite", "o", "overwrite the one that is there", queue.RuleOverwrite},
		{"If newer", "u", "update: overwrite if the source is newer", queue.RuleNewer},
		{"If size differs", "d", "overwrite if the sizes differ", queue.RuleSize},
		{"Resume", "R", resumeWords(it.Clash), queue.RuleResume},
		{"Keep both", "k", "keep both, the new one under another name", queue.RuleRename},
	} {
		d.Options = append(d.Options, dialog.Option{Label: o.label, Key: o.key, Does: o.does, Do: func(scope int) tea.Cmd {
			return m.answer(it.ID, o.rule, queue.Scope(scope))
		}, Quiet: o.rule != queue.RuleSkip && o.rule != queue.RuleOverwrite})
	}
	d.Later = m.putOff
	m.answering.dialog, m.answering.item = d, it.ID
	m.open(d)
	return m.tick()
}

func resumeWords(c *queue.Clash) string {
	return "resume: go on behind the " + figure.Size(c.There.Size) + " that are there"
}

// answer hands an answer to the queue. The next question comes with its news.
func (m *Model) answer(id queue.ItemID, rule queue.Rule, scope queue.Scope) tea.Cmd {
	m.deps.Queue.Answer(rule, scope, id)
	m.answering.dialog = nil
	return nil
}

// putOff remembers that the person wants to answer later: questions of that batch then wait in the list.
func (m *Model) putOff() tea.Cmd {
	a := &m.answering
	if it, ok := m.transfers.Item(a.item); ok && it.State == queue.Asking {
		if a.later == nil {
			a.later = map[queue.BatchID]bool{}
		}
		a.later[it.Batch] = true
	}
	a.dialog = nil
	return m.say(plain, "It waits in the queue: "+m.key(keymap.PanelQueue)+", then Enter answers.")
}

func sideName(id string) string {
	if id == localID {
		return "this machine"
	}
	return termtext.Display(id)
}
