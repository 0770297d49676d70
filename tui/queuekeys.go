package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/queue"
	"ferry/tui/figure"
	"ferry/tui/keymap"
)

// What the keys of the queue do. They are about the marked transfers, or else about the one under the cursor.

// queueActions are those of the queue.
func (m *Model) queueActions() map[keymap.Action]func() tea.Cmd {
	all := map[keymap.Action]func() tea.Cmd{
		keymap.QueueCancel:   m.cancelItems,
		keymap.QueueRetryAll: m.retryAll,
		keymap.QueueClear:    m.clearFinished,
		keymap.QueueHold:     m.holdQueue,
		keymap.QueueLimit:    m.limitSpeed,
		keymap.Enter:         m.explainItem,
	}
	for _, d := range m.deeds() {
		if all[d.action] == nil {
			all[d.action] = func() tea.Cmd { return m.doToTargets(d) }
		}
	}
	return all
}

// deed is something that can be done with transfers, whose states suit it (suits).
type deed struct {
	action keymap.Action
	does   string // in the box about a single one
	do     func(ids []queue.ItemID, what string) tea.Cmd
	keeps  bool // the marks stay, since one does it again and again
}

func (m *Model) deeds() []deed {
	move := func(a keymap.Action, does string, how queue.Move, where string) deed {
		return deed{a, does, func(ids []queue.ItemID, what string) tea.Cmd {
			m.deps.Queue.Move(how, ids...)
			return m.say(plain, what+agree(ids, " comes ", " come ")+where)
		}, true}
	}
	return []deed{
		{action: keymap.QueuePause, does: "pause it; what has come is kept", do: m.pauseItems},
		{action: keymap.QueueCancel, does: "cancel it", do: m.cancelThese},
		{action: keymap.QueueRetry, does: "try it again", do: m.retryItems},
		move(keymap.QueueUp, "a turn earlier", queue.MoveUp, "a turn earlier"),
		move(keymap.QueueDown, "a turn later", queue.MoveDown, "a turn later"),
		move(keymap.QueueTop, "the next turn of all", queue.MoveTop, "next"),
		move(keymap.QueueBottom, "the last turn of all", queue.MoveBottom, "last"),
		{action: keymap.QueueDelay, does: "not before a time", do: m.delayItems, keeps: true},
		{action: keymap.QueueVerify, does: "verify it by the hashes of both sides", do: m.verifyItems},
	}
}

// doToTargets does something with what is marked, or else with what is under the cursor.
func (m *Model) doToTargets(d deed) tea.Cmd {
	ids, what := m.targets(suits[d.action].holds)
	if d.action != keymap.QueueCancel {
		m.transfers.Hold() // the next key may be about the same one
	}
	if !d.keeps {
		defer m.transfers.Unmark()
	}
	return d.do(ids, what)
}

// agree gives the word that fits to the number of transfers.
func agree(ids []queue.ItemID, one, many string) string {
	if len(ids) == 1 {
		return one
	}
	return many
}

// cancelItems gives transfers up, unless another one came under the cursor in the moment when the key was pressed.
func (m *Model) cancelItems() tea.Cmd {
	if it, _ := m.transfers.Current(); m.transfers.Marked() == 0 && m.transfers.Slid(m.now) {
		return m.say(plain, "The list has just moved: "+m.key(keymap.QueueCancel)+" now cancels "+
			termtext.DisplayName(it.Name)+".")
	}
	return m.doToTargets(deed{action: keymap.QueueCancel, do: m.cancelThese})
}

func (m *Model) cancelThese(ids []queue.ItemID, what string) tea.Cmd {
	m.deps.Queue.Cancel(ids...)
	return m.say(plain, "cancelling "+what)
}

// retryItems tries transfers again.
func (m *Model) retryItems(ids []queue.ItemID, what string) tea.Cmd {
	m.deps.Queue.Retry(ids...)
	return m.say(good, "trying "+what+" again")
}

// retryAll tries all again that failed.
func (m *Model) retryAll() tea.Cmd {
	failed := m.transfers.Failed()
	m.deps.Queue.Retry(failed...)
	return m.say(good, "trying "+figure.Plural(len(failed), "item")+" again")
}

// clearFinished forgets what is finished, or what of it is marked. What failed is forgotten only where a person sees
// it: on its own tab, or marked.
func (m *Model) clearFinished() tea.Cmd {
	ids, what := m.transfers.Finished(), ""
	if m.transfers.Marked() > 0 {
		ids, what = m.targets(queue.State.Final)
	}
	if what == "" {
		what = figure.Plural(len(ids), "transfer")
	}
	m.deps.Queue.Clear(ids...)
	m.transfers.Unmark()
	return m.say(plain, what+" cleared")
}

// notClearable says why nothing can be cleared.
func (m *Model) notClearable() string {
	switch {
	case m.transfers.Marked() > 0:
		return m.unsuited(suit{queue.State.Final, "only what is finished is cleared."})
	case len(m.transfers.Finished()) > 0:
		return ""
	case len(m.transfers.Failed()) > 0:
		return "Nothing here is done. What failed is cleared on its own tab."
	}
	return "Nothing here is finished."
}

// pauseItems pauses transfers, or resumes them where all are paused.
func (m *Model) pauseItems(ids []queue.ItemID, what string) tea.Cmd {
	moving := slices.DeleteFunc(slices.Clone(ids), func(id queue.ItemID) bool {
		it, _ := m.transfers.Item(id)
		return it.State == queue.Paused
	})
	if len(moving) == 0 {
		m.deps.Queue.Resume(ids...)
		return m.say(good, what+" resumed")
	}
	if len(moving) < len(ids) {
		what = m.called(moving)
	}
	m.deps.Queue.Pause(moving...)
	return m.say(plain, what+" paused; what has come is kept. "+m.key(keymap.QueuePause)+" resumes.")
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
func (m *Model) verifyItems(ids []queue.ItemID, what string) tea.Cmd {
	m.deps.Queue.Verify(ids...)
	return m.say(plain, "verifying "+what+" by the hashes of both sides")
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
