package keymap

// Default gives the keys of the house: Midnight Commander's and vim's beside each other.
//
// The mode of data connections has two bindings: g p, beside the other settings of a connection, and the plain t
// (toggle), because it is the one thing to try at once when a transfer hangs behind a firewall.
func Default() *Map { return &Map{bindings: table()} }

func table() []Binding {
	var all []Binding
	for _, group := range []struct {
		name     string
		context  Context
		bindings []Binding
	}{
		{"Move", Global, moving},
		{"Move", Pane, walking},
		{"Mark", Pane, marking},
		{"Find", Pane, finding},
		{"Files", Pane, files},
		{"Queue", Queue, queueing},
		{"Wire", Log, wiring},
		{"Dialog", Dialog, dialogue},
		{"Panels", Global, panels},
		{"View", Pane, viewing},
		{"Tabs", Pane, tabbing},
		{"Connection", Global, connection},
		{"Connection", Pane, onServer},
		{"Program", Global, program},
	} {
		for _, b := range group.bindings {
			b.Group, b.Context = group.name, group.context
			all = append(all, b)
		}
	}
	return all
}

// The tables below are read only. PgUp, PgDn and their halves have plain keys too, for keyboards without them.
var (
	moving = []Binding{
		{Action: Up, Keys: []string{"up", "k"}, Help: "one line up"},
		{Action: Down, Keys: []string{"down", "j"}, Help: "one line down"},
		{Action: PageUp, Keys: []string{"pgup", "["}, Help: "one page up"},
		{Action: PageDown, Keys: []string{"pgdown", "]"}, Help: "one page down"},
		{Action: HalfUp, Keys: []string{"ctrl+u", "{"}, Help: "half a page up"},
		{Action: HalfDown, Keys: []string{"ctrl+d", "}"}, Help: "half a page down"},
		{Action: Top, Keys: []string{"home", "g g"}, Help: "to the top"},
		{Action: Bottom, Keys: []string{"end", "G"}, Help: "to the bottom"},
	}
	walking = []Binding{
		{Action: Enter, Keys: []string{"enter"}, Help: "enter the folder, view the file"},
		{Action: Into, Keys: []string{"right", "l"}, Help: "enter the folder"},
		{Action: Parent, Keys: []string{"left", "backspace", "h"}, Help: "go to the parent folder"},
		{Action: GoTo, Keys: []string{"g /"}, Help: "go to a path"},
		{Action: GoHome, Keys: []string{"g h"}, Help: "go to the home folder"},
		{Action: GoRoot, Keys: []string{"g r"}, Help: "go to the root"},
		{Action: Back, Keys: []string{"H", "alt+y"}, Help: "go back"},
		{Action: Forward, Keys: []string{"L", "alt+u"}, Help: "go forward"},
	}
	marking = []Binding{
		{Action: Mark, Keys: []string{"space", "insert", "ctrl+t"}, Help: "mark and go on"},
		{Action: MarkRangeUp, Keys: []string{"shift+up", "K"}, Help: "mark upwards"},
		{Action: MarkRangeDown, Keys: []string{"shift+down", "J"}, Help: "mark downwards"},
		{Action: MarkRange, Keys: []string{"v"}, Help: "mark a range as you move"},
		{Action: MarkPattern, Keys: []string{"+"}, Help: "mark by pattern"},
		{Action: UnmarkPattern, Keys: []string{"-", `\`}, Help: "unmark by pattern"},
		{Action: MarkInvert, Keys: []string{"*"}, Help: "turn marks around"},
		{Action: MarkAll, Keys: []string{"A"}, Help: "mark all"},
		{Action: MarkNone, Keys: []string{"u"}, Help: "unmark all"},
	}
	finding = []Binding{
		{Action: Search, Keys: []string{"/", "alt+s"}, Help: "search in the folder"},
		{Action: SearchNext, Keys: []string{"n"}, Help: "next that matches"},
		{Action: SearchPrev, Keys: []string{"N"}, Help: "the one before"},
		{Action: Filter, Keys: []string{"f"}, Help: "show only what matches"},
		{Action: FindBelow, Keys: []string{"S", "alt+?"}, Help: "find below this folder"},
		{Action: FolderSize, Keys: []string{"g s", "ctrl+space"}, Help: "size of folders"},
	}
	files = []Binding{
		{Action: View, Keys: []string{"f3", "i"}, Help: "view the file", Bar: "View"},
		{Action: Edit, Keys: []string{"f4", "e"}, Help: "edit the file", Bar: "Edit"},
		{Action: Copy, Keys: []string{"f5", "c"}, Help: "copy to the other pane", Bar: "Copy"},
		{Action: Move, Keys: []string{"f6", "m"}, Help: "move to the other pane", Bar: "Move"},
		{Action: Yank, Keys: []string{"y"}, Help: "remember, to paste copies"},
		{Action: Cut, Keys: []string{"x"}, Help: "remember, to paste it away"},
		{Action: Paste, Keys: []string{"p"}, Help: "paste what y or x remembers"},
		{Action: PasteWith, Keys: []string{"P"}, Help: "paste with options"},
		{Action: Rename, Keys: []string{"shift+f6", "r"}, Help: "rename here"},
		{Action: Mkdir, Keys: []string{"f7", "g f"}, Help: "make a folder", Bar: "Mkdir"},
		{Action: New, Keys: []string{"a"}, Help: "new file, or folder with / behind"},
		{Action: Delete, Keys: []string{"f8", "delete", "d"}, Help: "delete, after asking", Bar: "Delete"},
		{Action: Undo, Keys: []string{"U"}, Help: "undo rename, move, trash"},
		{Action: BulkRename, Keys: []string{"g R"}, Help: "rename many in the editor"},
		{Action: Chmod, Keys: []string{"g m", "ctrl+x c"}, Help: "permissions"},
		{Action: Properties, Keys: []string{"g .", "alt+enter"}, Help: "all about the file"},
		{Action: CopyPath, Keys: []string{"Y", "ctrl+x p"}, Help: "path or URL to the clipboard"},
		{Action: CopyOther, Keys: []string{"g y"}, Help: "copy URL here, path there"},
		{Action: Mirror, Keys: []string{"g M"}, Help: "make the other pane like this"},
	}
	queueing = []Binding{
		{Action: Enter, Keys: []string{"enter"}, Help: "all about the transfer, or answer it"},
		{Action: QueueNextTab, Keys: []string{"right", "l"}, Help: "next tab"},
		{Action: QueuePrevTab, Keys: []string{"left", "h"}, Help: "previous tab"},
		{Action: QueuePause, Keys: []string{"space"}, Help: "pause, resume", Bar: "Pause"},
		{Action: QueueCancel, Keys: []string{"x", "delete"}, Help: "cancel the transfer", Bar: "Cancel"},
		{Action: QueueRetry, Keys: []string{"r"}, Help: "try it again", Bar: "Retry"},
		{Action: QueueRetryAll, Keys: []string{"R"}, Help: "try all that failed again", Bar: "Retry all"},
		{Action: QueueUp, Keys: []string{"K"}, Help: "an earlier turn"},
		{Action: QueueDown, Keys: []string{"J"}, Help: "a later turn"},
		{Action: QueueTop, Keys: []string{"T"}, Help: "the next turn of all", Bar: "Top"},
		{Action: QueueBottom, Keys: []string{"B"}, Help: "the last turn of all"},
		{Action: QueueDelay, Keys: []string{"D"}, Help: "not before a time", Bar: "Later"},
		{Action: QueueHold, Keys: []string{"P"}, Help: "pause all, go on", Bar: "Pause all"},
		{Action: QueueVerify, Keys: []string{"V"}, Help: "verify by the hashes of both sides", Bar: "Verify"},
		{Action: QueueLimit, Keys: []string{"L"}, Help: "limit the speed", Bar: "Limit"},
		{Action: QueueClear, Keys: []string{"c"}, Help: "clear what is done, or failed on its tab", Bar: "Clear"},
		{Action: QueueMark, Keys: []string{"m", "insert"}, Help: "mark and go on", Bar: "Mark"},
		{Action: Zoom, Keys: []string{"z"}, Help: "zoom the queue", Bar: "Zoom"},
		{Action: MarkAll, Keys: []string{"A"}, Help: "mark all of the tab"},
		{Action: MarkNone, Keys: []string{"u"}, Help: "unmark all"},
	}
	wiring = []Binding{
		{Action: WireView, Keys: []string{"v"}, Help: "drawing, transcript, or both", Bar: "View"},
		{Action: WireFilter, Keys: []string{"/"}, Help: "only lines with a text", Bar: "Filter"},
		{Action: WireConnection, Keys: []string{"f"}, Help: "only lines of the next connection", Bar: "Connection"},
		{Action: WireWhole, Keys: []string{"e"}, Help: "long replies whole, or folded"},
		{Action: WireCopy, Keys: []string{"Y"}, Help: "copy the lines", Bar: "Copy"},
		{Action: WireSave, Keys: []string{"s"}, Help: "save the lines to a file", Bar: "Save"},
	}
	dialogue = []Binding{
		{Action: Enter, Keys: []string{"enter"}, Help: "press the button"},
		{Action: NextField, Keys: []string{"tab", "down"}, Help: "next field"},
		{Action: PrevField, Keys: []string{"shift+tab", "up"}, Help: "previous field"},
		{Action: Cancel, Keys: []string{"esc", "ctrl+g", "ctrl+c"}, Help: "close, change nothing"},
		{Action: Redraw, Keys: []string{"ctrl+l"}, Help: "draw the screen anew"},
	}
	panels = []Binding{
		{Action: OtherPane, Keys: []string{"tab"}, Help: "go to the other pane"},
		{Action: NextPanel, Keys: []string{"shift+tab", "g w"}, Help: "go to the next panel"},
		{Action: PaneLeft, Keys: []string{"1"}, Help: "go to the left pane"},
		{Action: PaneRight, Keys: []string{"2"}, Help: "go to the right pane"},
		{Action: PanelQueue, Keys: []string{"3", "w"}, Help: "go to the queue"},
		{Action: PanelLog, Keys: []string{"4"}, Help: "go to the wire: connections, log"},
		{Action: Zoom, Keys: []string{"z"}, Help: "zoom the panel"},
		{Action: LogToggle, Keys: []string{"g l"}, Help: "wire on or off"},
	}
	viewing = []Binding{
		{Action: SameDir, Keys: []string{"=", "alt+i"}, Help: "same folder in the other pane"},
		{Action: Compare, Keys: []string{"C", "ctrl+x d"}, Help: "compare the panes"},
		{Action: MarkNewer, Keys: []string{"g n"}, Help: "mark what is new or newer"},
		{Action: Together, Keys: []string{"g ="}, Help: "browse both panes together"},
		{Action: Swap, Keys: []string{"X"}, Help: "swap the panes"},
		{Action: ToggleHidden, Keys: []string{".", "alt+."}, Help: "hidden files on or off"},
		{Action: Icons, Keys: []string{"g i"}, Help: "icons on or off"},
		{Action: SortName, Keys: []string{", n"}, Help: "sort by name"},
		{Action: SortSize, Keys: []string{", s"}, Help: "sort by size"},
		{Action: SortTime, Keys: []string{", m"}, Help: "sort by date"},
		{Action: SortType, Keys: []string{", e"}, Help: "sort by type"},
		{Action: SortReverse, Keys: []string{", r"}, Help: "turn the order around"},
		{Action: Reload, Keys: []string{"R", "ctrl+r"}, Help: "read the folder again"},
	}
	tabbing = []Binding{
		{Action: NewTab, Keys: []string{"T"}, Help: "open another tab"},
		{Action: CloseTab, Keys: []string{"g x"}, Help: "close the tab"},
		{Action: NextTab, Keys: []string{">", "g t", "ctrl+pgdown"}, Help: "go to the next tab"},
		{Action: PrevTab, Keys: []string{"<", "g T", "ctrl+pgup"}, Help: "go to the tab before"},
	}
	onServer = []Binding{
		{Action: Bookmarks, Keys: []string{"b", `ctrl+\`}, Help: "bookmarks of the site"},
		{Action: KeepServer, Keys: []string{"B"}, Help: "save this server as a site"},
	}
	connection = []Binding{
		{Action: Connect, Keys: []string{"f2", "o"}, Help: "connect", Bar: "Connect"},
		{Action: Sites, Keys: []string{"O"}, Help: "manage saved sites"},
		{Action: ToggleMode, Keys: []string{"t", "g p"}, Help: "data mode: auto, passive, active", Bar: "Mode"},
		{Action: Disconnect, Keys: []string{"g d"}, Help: "disconnect"},
	}
	program = []Binding{
		{Action: Help, Keys: []string{"f1", "?"}, Help: "these keys", Bar: "Help"},
		{Action: Palette, Keys: []string{"f9", ":", "ctrl+p"}, Help: "find a command by its name", Bar: "Menu"},
		{Action: Settings, Keys: []string{"g o"}, Help: "change the settings"},
		{Action: Themes, Keys: []string{"g c"}, Help: "choose the theme"},
		{Action: Cancel, Keys: []string{"esc", "ctrl+g"}, Help: "close, cancel"},
		{Action: Stop, Keys: []string{"ctrl+c"}, Help: "stop what is running"},
		{Action: Redraw, Keys: []string{"ctrl+l"}, Help: "draw the screen anew"},
		{Action: Suspend, Keys: []string{"ctrl+z"}, Help: "to the shell, fg comes back"},
		{Action: Quit, Keys: []string{"f10", "q"}, Help: "quit", Bar: "Quit"},
	}
)
