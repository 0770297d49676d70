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

// What the keys of the queue do. They are about the marked transfers, or else about the one under the cursor.

// queueActions are those of the queue.
func (m *Model) queueActions() map[keymap.Action]func() tea.Cmd {
	return map[keymap.Action]func() tea.Cmd{
		keymap.QueueCancel:   m.cancelItems,
		keymap.QueueRetry:    m.retryItems,
		keymap.QueueRetryAll: m.retryAll,
		keymap.QueueClear:    m.clearFinal,
		keymap.QueuePause:    m.pauseItems,
		keymap.QueueHold:     m.holdQueue,
		keymap.QueueUp:       func() tea.Cmd { return m.moveItems(queue.MoveUp, "a turn earlier") },
		keymap.QueueDown:     func() tea.Cmd { return m.moveItems(queue.MoveDown, "a turn later") },
		keymap.QueueTop:      func() tea.Cmd { return m.moveItems(queue.MoveTop, "next") },
		keymap.QueueBottom:   func() tea.Cmd { return m.moveItems(queue.MoveBottom, "last") },
		keymap.QueueLimit:    m.limitSpeed,
		keymap.QueueDelay:    m.delayItems,
		keymap.QueueVerify:   m.verifyItems,
		keymap.Enter:         m.explainItem,
	}
}

// cancelItems gives transfers up.
func (m *Model) cancelItems() tea.Cmd {
	ids, what := m.targets(unfinished)
	m.deps.Queue.Cancel(ids...)
	m.transfers.Unmark()
	return m.say(plain, "cancelling "+what)
}

// retryItems tries transfers again.
func (m *Model) retryItems() tea.Cmd {
	ids, what := m.targets(retriable)
	m.deps.Queue.Retry(ids...)
	m.transfers.Unmark()
	return m.say(good, "trying "+what+" again")
}

// retryAll tries all again that failed.
func (m *Model) retryAll() tea.Cmd {
	failed := m.transfers.Failed()
	m.deps.Queue.Retry(failed...)
	return m.say(good, "trying "+figure.Plural(len(failed), "item")+" again")
}

// clearFinal forgets what is finished, or what of it is marked.
func (m *Model) clearFinal() tea.Cmd {
	if m.transfers.Marked() == 0 {
		m.deps.Queue.ClearFinal()
		return m.say(plain, "what is finished is cleared")
	}
	ids, what := m.targets(queue.State.Final)
	m.deps.Queue.Clear(ids...)
	m.transfers.Unmark()
	return m.say(plain, what+" cleared")
}

// pauseItems pauses transfers, or resumes them where all are paused.
func (m *Model) pauseItems() tea.Cmd {
	ids, what := m.targets(func(s queue.State) bool { return unfinished(s) && s != queue.Paused })
	if len(ids) > 0 {
		m.deps.Queue.Pause(ids...)
		m.transfers.Unmark()
		return m.say(plain, what+" paused; what has come is kept. "+m.key(keymap.QueuePause)+" resumes.")
	}
	ids, what = m.targets(func(s queue.State) bool { return s == queue.Paused })
	m.deps.Queue.Resume(ids...)
	m.transfers.Unmark()
	return m.say(good, what+" resumed")
}

// holdQueue pauses the whole queue, or lets it go on.
func (m *Model) holdQueue() tea.Cmd {
	if m.transfers.Totals().Held {
		m.deps.Queue.ResumeAll()
		return m.say(good, "the queue goes on")
	}
	m.deps.Queue.PauseAll()
	return m.say(plain, "the queue is paused; what has come is kept. "+m.key(keymap.QueueHold)+" lets it go on.")
}

// verifyItems compares the hashes of what was copied with those of its sources.
func (m *Model) verifyItems() tea.Cmd {
	ids, what := m.targets(isDone)
	m.deps.Queue.Verify(ids...)
	m.transfers.Unmark()
	return m.say(plain, "verifying "+what+" by the hashes of both sides")
}

// moveItems changes turns.
func (m *Model) moveItems(how queue.Move, where string) tea.Cmd {
	ids, what := m.targets(waits)
	m.deps.Queue.Move(how, ids...)
	return m.say(plain, what+" comes "+where)
}

// explainItem tells all about the transfer under the cursor, or asks what it waits to be told.
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
	if it.State.Final() && it.State != queue.Done {
		d.Buttons = append(d.Buttons, dialog.Button{Label: "Retry", Key: "r", Do: func() tea.Cmd {
			m.deps.Queue.Retry(it.ID)
			return nil
		}})
		d.Foot = "r retry · Enter closes"
	}
	if it.State == queue.Failed && it.Tries > 0 && errors.Is(it.Reason, vfs.ErrUnsafeName) { // the target refused it
		d.Buttons = append(d.Buttons, dialog.Button{Label: "Another name", Key: "a", Do: func() tea.Cmd {
			return m.retryAs(it)
		}})
		d.Foot = "r retry · a another name · Enter closes"
	}
	m.open(d)
	return nil
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

// clickTransfer puts the cursor on a transfer, or shows a tab. The second click of two tells all about the transfer.
func (m *Model) clickTransfer(x, line int) tea.Cmd {
	if !m.transfers.Click(x, line) {
		return nil
	}
	if it, _ := m.transfers.Current(); m.twice(it.ID) {
		return m.explainItem()
	}
	return nil
}
