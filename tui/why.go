package tui

import (
	"cmp"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/figure"
	"ferry/tui/keymap"
)

// why says why an action cannot be done now, in a sentence that is safe to draw; "" where it can. The toast, the key
// bar and the palette all ask here.
func (m *Model) why(a keymap.Action) string {
	if offline := m.offlineWhy(a); offline != "" {
		return offline
	}
	if reason, ok := reasons[a]; ok {
		return reason(m)
	}
	if suit, ok := suits[a]; ok {
		return m.unsuited(suit)
	}
	return ""
}

// reasons are asked about the actions that cannot always be done. Read only.
var reasons = map[keymap.Action]func(*Model) string{
	keymap.View: func(m *Model) string {
		switch e, ok := m.active().Current(); {
		case !ok || e.IsDir():
			return "A folder is entered, not viewed: move to a file."
		case e.Type == vfs.Other:
			return "This is neither a file nor a folder, so there is nothing to view."
		}
		return ""
	},
	keymap.Into: func(m *Model) string {
		e, ok := m.active().Current()
		return unless(!ok || e.IsDir() || isLink(e), "This is no folder; "+m.key(keymap.Enter)+" shows what is in the file.")
	},
	keymap.Copy:   func(m *Model) string { return m.notCopyable("copy") },
	keymap.Move:   (*Model).notMovable,
	keymap.Rename: func(m *Model) string { return unless(m.onEntry(), "The way up cannot be renamed.") },
	keymap.Delete: func(m *Model) string {
		nothing := "There is nothing to delete here: move to a file or folder, or mark some."
		return cmp.Or(m.errandWhy(), unless(m.selects(), nothing))
	},
	keymap.Undo: func(m *Model) string {
		nothing := "There is nothing to undo: renames, moves on one side and what went to a trash can be."
		return cmp.Or(m.errandWhy(), unless(len(m.undos) > 0, nothing))
	},
	keymap.Edit:      (*Model).notEditable,
	keymap.Yank:      func(m *Model) string { return m.notHeld("remember") },
	keymap.Cut:       func(m *Model) string { return m.notHeld("cut") },
	keymap.Paste:     (*Model).notPastable,
	keymap.PasteWith: (*Model).notPastableWith,
	keymap.New:       (*Model).nowhere,
	keymap.BulkRename: func(m *Model) string {
		return cmp.Or(m.errandWhy(), unless(len(m.active().Entries()) > 0, "There is nothing to rename here."))
	},
	keymap.Mirror: (*Model).notMirrorable,
	keymap.Chmod:  (*Model).notChangeable,
	keymap.Properties: func(m *Model) string {
		return unless(m.onEntry(), "The way up has no properties of its own: move to a file or folder.")
	},
	keymap.CopyPath:  (*Model).nowhere,
	keymap.CopyOther: (*Model).nowhere,
	keymap.Mkdir:     (*Model).nowhere,
	keymap.GoTo:      (*Model).nowhere,
	keymap.FindBelow: (*Model).nowhere,

	keymap.Compare: (*Model).notComparable,
	keymap.MarkNewer: func(m *Model) string {
		if m.active().Comparing() {
			return ""
		}
		return m.notComparable()
	},
	keymap.SearchNext: (*Model).notSearched,
	keymap.SearchPrev: (*Model).notSearched,
	keymap.MarkNone: func(m *Model) string {
		if m.focused() == panelQueue {
			return unless(m.transfers.Marked() > 0, "Nothing is marked.")
		}
		return unless(m.active().Marked(), "Nothing is marked.")
	},

	keymap.CloseTab: func(m *Model) string {
		return unless(len(m.side().all) > 1, "This is the only tab; "+m.key(keymap.NewTab)+" opens another.")
	},
	keymap.NextTab: (*Model).oneTab,
	keymap.PrevTab: (*Model).oneTab,
	keymap.Back: func(m *Model) string {
		return unless(m.active().HasBack(), "There is no folder before this one.")
	},
	keymap.Forward: func(m *Model) string {
		return unless(m.active().HasForward(), "There is no folder after this one.")
	},

	keymap.Disconnect: func(m *Model) string { return unless(m.showsServer(), "No pane shows a server.") },
	keymap.ToggleMode: func(m *Model) string {
		return unless(m.showsServer(), "No pane shows a server, so there are no data connections.")
	},
	keymap.Settings: func(m *Model) string {
		return unless(m.deps.Preferences != nil, "The settings cannot be changed here.")
	},
	keymap.Sites: func(m *Model) string {
		return unless(m.deps.Sites != nil, "There is no place to keep sites.")
	},

	keymap.QueueRetryAll: func(m *Model) string {
		return unless(len(m.transfers.Failed()) > 0, "Nothing has failed.")
	},
	keymap.QueueClear: (*Model).notClearable,
	keymap.WireCopy:   func(m *Model) string { return unless(m.log.Lines() > 0, "There is nothing to copy.") },
	keymap.WireSave: func(m *Model) string {
		if m.deps.Save == nil {
			return "Nothing can be saved from here. " + m.key(keymap.WireCopy) + " copies."
		}
		return unless(m.log.Lines() > 0, "There is nothing to save.")
	},
}

func unless(can bool, reason string) string {
	if can {
		return ""
	}
	return reason
}

func (m *Model) onEntry() bool {
	_, ok := m.active().Current()
	return ok
}

func (m *Model) selects() bool { return m.active().Marked() || m.onEntry() }

func (m *Model) nowhere() string {
	return unless(m.active().Dir() != "", "There is no folder yet from which to go on.")
}

func (m *Model) oneTab() string {
	return unless(len(m.side().all) > 1, "There is one tab only; "+m.key(keymap.NewTab)+" opens another.")
}

func (m *Model) notSearched() string {
	return unless(m.active().Searched() != "", "Nothing was searched yet; "+m.key(keymap.Search)+" searches.")
}

func (m *Model) notCopyable(verb string) string {
	from, to := m.active(), m.other()
	switch {
	case !m.selects():
		return "There is nothing to " + verb + " here: move to a file or folder, or mark some."
	case to.Dir() == "":
		return "The other pane shows no folder to " + verb + " into."
	case from.Dir() == to.Dir() && from.FS().ID() == to.FS().ID():
		return "Both panes show the same folder."
	}
	return ""
}

func (m *Model) showsServer() bool {
	_, ok := m.headerPane()
	return ok
}

// suit says which transfers an action of the queue is for, and what is said where it is for none of those meant.
type suit struct {
	holds   func(queue.State) bool
	refusal string
}

// suits is read only.
var suits = map[keymap.Action]suit{
	keymap.QueueCancel: {unfinished, "nothing to cancel."},
	keymap.QueueRetry:  {retriable, "nothing to retry."},
	keymap.QueuePause:  {pausable, "nothing to pause."},
	keymap.QueueUp:     {inLine, "only what waits has a turn."},
	keymap.QueueDown:   {inLine, "only what waits has a turn."},
	keymap.QueueTop:    {inLine, "only what waits has a turn."},
	keymap.QueueBottom: {inLine, "only what waits has a turn."},
	keymap.QueueVerify: {isDone, "only what is done can be verified."},
	keymap.QueueDelay:  {inLine, "only what waits can be put off."},
}

func unfinished(s queue.State) bool { return !s.Final() }
func pausable(s queue.State) bool   { return unfinished(s) && s != queue.Asking }
func isDone(s queue.State) bool     { return s == queue.Done }
func retriable(s queue.State) bool  { return s.Final() && s != queue.Done }
func inLine(s queue.State) bool     { return pausable(s) && s != queue.Running }

// targets gives the items that are meant and whose states suit, and what they are called together.
func (m *Model) targets(holds func(queue.State) bool) (ids []queue.ItemID, what string) {
	for _, it := range m.transfers.Targets() {
		if holds(it.State) {
			ids = append(ids, it.ID)
		}
	}
	return ids, m.called(ids)
}

// called gives what transfers are called together.
func (m *Model) called(ids []queue.ItemID) string {
	if len(ids) == 1 {
		it, _ := m.transfers.Item(ids[0])
		return termtext.DisplayName(it.Name)
	}
	return figure.Plural(len(ids), "transfer")
}

// unsuited says why none of the items that are meant suits.
func (m *Model) unsuited(s suit) string {
	all := m.transfers.Targets()
	for _, it := range all {
		if s.holds(it.State) {
			return ""
		}
	}
	switch len(all) {
	case 0:
		return "The queue is empty here."
	case 1:
		return termtext.DisplayName(all[0].Name) + " is " + all[0].State.String() + ": " + s.refusal
	}
	return "Of " + figure.Plural(len(all), "marked transfer") + " none fits: " + s.refusal
}
