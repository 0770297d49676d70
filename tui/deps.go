package tui

import (
	"cmp"
	"context"
	"errors"
	"time"

	"ferry/ftpclient"
	"ferry/internal/config"
	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/keymap"
	"ferry/tui/terminal"
	"ferry/tui/theme"
	"ferry/tui/wire"
)

// Deps is all that the screen is given. Queue, Events and the file systems of Start must be set.
type Deps struct {
	Queue  Queue
	Start  [2]Place // what the panes show at first
	Events *wire.Log
	Local  vfs.FS // the local side, to which a pane that disconnects goes back; nil: that of Start, if one is there
	Kept   bool   // what the queue has not done goes on in another ferry, unless its journal fails (Totals.Unkept)

	Sites     Sites              // the saved sites; nil: there are none, and none can be saved
	Questions *Questions         // what connections being made want to know; nil: nothing
	Security  ftpclient.Security // what the connect dialog begins with

	// Connect makes a connection to a server, logs in, and gives its file system and the folder to begin in. What it
	// gave stays open after its pane went elsewhere, since transfers may use it: whoever gave it closes it after Run.
	Connect func(ctx context.Context, to ConnectRequest) (vfs.FS, string, error)
	// Free gives the free space in octets where path is on the local side; nil where it cannot be told.
	Free func(path string) (uint64, error)

	Editor Editor // of the person
	Trash  Trash  // of the local side; nil: it has none

	// Save writes a file that the person asked for; nil where nothing can be saved.
	Save Saver

	Preferences *Preferences // how settings are changed; nil: they cannot be

	Ring     Ring         // how the end of a batch is told while nobody looks
	Progress bool         // the terminal has an indicator of progress (terminal.ShowsProgress)
	Limits   queue.Limits // that the queue was given

	Home     string // the person's home folder on the local side, shown as ~; may be empty
	Version  string
	Settings config.Settings  // those in force when the screen opens
	Now      func() time.Time // nil: time.Now; its zone is the one in which times are shown
	Theme    *theme.Theme     // nil: without colours
	Wears    string           // its name (theme.Names); "" is auto
	Keys     *keymap.Map      // nil: the default keys
	Terminal terminal.Options
}

// Place is a folder of a file system; the empty Dir is where a person starts there.
type Place struct {
	FS  vfs.FS
	Dir string
}

// ConnectRequest is what the connect dialog holds. User is "" for anonymous, or where Address names the user.
type ConnectRequest struct {
	Site     string // the name of a saved site; "" for Address
	Address  string // a host, host:port, or a URL
	User     string
	Password string
	Chosen   bool // Mode and Security were chosen by the person; else the settings hold
	Mode     ftpclient.Mode
	Security ftpclient.Security // where Address is no URL that says so itself (ftps, ftpes)

	Progress *Progress // is told how far it has come; may be nil
}

// Queue is what the screen asks of the transfer engine. None of its methods but Next waits for anything.
type Queue interface {
	Add(queue.Request) (queue.BatchID, error)
	Next(ctx context.Context) (queue.News, error)
	Cancel(ids ...queue.ItemID)
	Retry(ids ...queue.ItemID)
	RetryAs(name string, id queue.ItemID)
	Clear(ids ...queue.ItemID)
	Pause(ids ...queue.ItemID)
	Resume(ids ...queue.ItemID)
	PauseAll()
	ResumeAll()
	Move(how queue.Move, ids ...queue.ItemID)
	Delay(until time.Time, ids ...queue.ItemID)
	Answer(rule queue.Rule, how queue.Scope, ids ...queue.ItemID)
	Verify(ids ...queue.ItemID)
	SetLimits(queue.Limits)
}

var _ Queue = (*queue.Queue)(nil)

// Remote is what a file system on a server tells beside its files. None of its methods waits for the network.
type Remote interface {
	Mode() ftpclient.Mode
	SetMode(ftpclient.Mode) // the next data connection follows it
	DataChoice() ftpclient.MethodChoice
	Connected() bool
	Security() string // the TLS version as "TLS 1.3"; "" in the clear, and while not connected
	Features() []string
}

var _ Remote = (*ftpclient.Client)(nil)

// localID is the ID of the local side (vfs.FS).
const localID = "local"

func isLocal(f vfs.FS) bool { return f.ID() == localID }

func (d Deps) withDefaults() Deps {
	d.Wears = cmp.Or(d.Wears, "auto")
	d.Theme = cmp.Or(d.Theme, theme.Mono())
	d.Keys = cmp.Or(d.Keys, keymap.Default())
	d.Questions = cmp.Or(d.Questions, NewQuestions())
	d.Terminal.Voice = cmp.Or(d.Terminal.Voice, &terminal.Voice{})
	for _, p := range d.Start {
		if d.Local == nil && p.FS != nil && isLocal(p.FS) {
			d.Local = p.FS
		}
	}
	if d.Editor.Run == nil {
		d.Editor.Run = terminal.Exec
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Connect == nil {
		d.Connect = func(context.Context, ConnectRequest) (vfs.FS, string, error) {
			return nil, "", errors.New("there is no way to connect from here")
		}
	}
	return d
}
