// Package keymap says which key does what, in one table from which the program dispatches, the help, the key bar and
// the strip after a prefix are drawn, and whose rules a test walks.
package keymap

// Action names what a key can do.
type Action string

// The actions.
const (
	Up       Action = "up"
	Down     Action = "down"
	PageUp   Action = "page-up"
	PageDown Action = "page-down"
	HalfUp   Action = "half-page-up"
	HalfDown Action = "half-page-down"
	Top      Action = "top"
	Bottom   Action = "bottom"
	Enter    Action = "enter"
	Into     Action = "into"
	Parent   Action = "parent"

	OtherPane  Action = "other-pane"
	PaneLeft   Action = "pane-left"
	PaneRight  Action = "pane-right"
	PanelQueue Action = "panel-queue"
	PanelLog   Action = "panel-log"
	Zoom       Action = "zoom"
	NextPanel  Action = "next-panel"

	Mark          Action = "mark"
	MarkRangeUp   Action = "mark-range-up"
	MarkRangeDown Action = "mark-range-down"
	MarkRange     Action = "mark-range"
	MarkInvert    Action = "mark-invert"
	MarkAll       Action = "mark-all"
	MarkNone      Action = "mark-none"
	MarkPattern   Action = "mark-pattern"
	UnmarkPattern Action = "unmark-pattern"

	View   Action = "view"
	Copy   Action = "copy"
	Rename Action = "rename"
	Mkdir  Action = "mkdir"
	Delete Action = "delete"
	New    Action = "new"

	Edit       Action = "edit"
	Move       Action = "move"
	BulkRename Action = "bulk-rename"
	Chmod      Action = "permissions"
	Properties Action = "properties"
	CopyPath   Action = "copy-path"
	CopyOther  Action = "copy-other-path"
	Undo       Action = "undo"
	Mirror     Action = "mirror"
	Yank       Action = "yank"
	Cut        Action = "cut"
	Paste      Action = "paste"
	PasteWith  Action = "paste-with"

	Reload       Action = "reload"
	ToggleHidden Action = "toggle-hidden"
	SortName     Action = "sort-name"
	SortSize     Action = "sort-size"
	SortTime     Action = "sort-time"
	SortType     Action = "sort-type"
	SortReverse  Action = "sort-reverse"
	Search       Action = "search"
	SearchNext   Action = "search-next"
	SearchPrev   Action = "search-previous"
	Filter       Action = "filter"
	Icons        Action = "icons"
	SameDir      Action = "same-dir"
	GoTo         Action = "go-to"
	GoHome       Action = "go-home"
	GoRoot       Action = "go-root"
	FindBelow    Action = "find-below"
	FolderSize   Action = "folder-size"
	Back         Action = "back"
	Forward      Action = "forward"
	Compare      Action = "compare"
	MarkNewer    Action = "mark-newer"
	Together     Action = "together"
	Swap         Action = "swap"

	NewTab   Action = "new-tab"
	CloseTab Action = "close-tab"
	NextTab  Action = "next-tab"
	PrevTab  Action = "previous-tab"

	Connect    Action = "connect"
	Sites      Action = "sites"
	Bookmarks  Action = "bookmarks"
	KeepServer Action = "keep-server"
	Disconnect Action = "disconnect"
	ToggleMode Action = "toggle-mode"

	QueueCancel   Action = "queue-cancel"
	QueueRetry    Action = "queue-retry"
	QueueRetryAll Action = "queue-retry-all"
	QueueClear    Action = "queue-clear"
	QueuePause    Action = "queue-pause"
	QueueHold     Action = "queue-hold"
	QueueUp       Action = "queue-move-up"
	QueueDown     Action = "queue-move-down"
	QueueTop      Action = "queue-move-top"
	QueueBottom   Action = "queue-move-bottom"
	QueueLimit    Action = "queue-limit"
	QueueDelay    Action = "queue-delay"
	QueueVerify   Action = "queue-verify"
	QueueMark     Action = "queue-mark"
	QueueNextTab  Action = "queue-next-tab"
	QueuePrevTab  Action = "queue-previous-tab"

	WireView       Action = "wire-view"
	WireFilter     Action = "wire-filter"
	WireConnection Action = "wire-connection"
	WireWhole      Action = "wire-whole"
	WireCopy       Action = "wire-copy"
	WireSave       Action = "wire-save"

	NextField Action = "next-field"
	PrevField Action = "previous-field"

	LogToggle Action = "log-toggle"
	Help      Action = "help"
	Palette   Action = "palette"
	Themes    Action = "themes"
	Settings  Action = "settings"
	Redraw    Action = "redraw"
	Cancel    Action = "cancel"
	Stop      Action = "stop"
	Quit      Action = "quit"
	Suspend   Action = "suspend"
)

// Context says where a key is pressed.
type Context string

// The contexts. Bindings of Global hold in Pane, Queue and Log, never in Dialog, where keys are text.
const (
	Global Context = "global"
	Pane   Context = "pane"
	Queue  Context = "queue"
	Log    Context = "log"
	Dialog Context = "dialog"
)

// holds tells whether a binding of context c works in the context where.
func (c Context) holds(where Context) bool { return c == where || c == Global && where != Dialog }

// Binding gives an action its keys in one context.
type Binding struct {
	Action  Action
	Context Context
	Keys    []string // as Normalize gives them; the keys of a sequence are separated by a blank: "g g"
	Help    string   // what it does, for the help
	Bar     string   // one word for the key bar; "" keeps it out of there
	Group   string   // heading in the help
}
