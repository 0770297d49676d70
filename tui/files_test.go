package tui

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/ftpclient"
	"ferry/internal/vfs"
	"ferry/queue"
)

const site = "/home/alice/projects/site"

func TestCopyQueuesWhatIsMarked(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "j", "j", "space", "end", "space", "f5")
	h.shows("queued 2 items → /www/site")
	r := h.queue.added[0]
	if r.FromDir != site || r.ToDir != "/www/site" || r.From != vfs.FS(h.local) || r.To != vfs.FS(h.remote) ||
		len(r.Sources) != 2 || r.Sources[0].Entry.Name != "img" || !r.Recursive || r.OnConflict != queue.RuleAsk {
		t.Errorf("asked for %+v", r)
	}
	h.gone("2 marked")
}

func TestCopyAsksWhereNamesAreTaken(t *testing.T) {
	for key, rule := range map[string]queue.Rule{
		"enter": queue.RuleSkip, "s": queue.RuleSkip, "o": queue.RuleOverwrite, "u": queue.RuleNewer, "k": queue.RuleRename,
	} {
		h := start(t, 120, 36).ready()
		h.press("A", "c")
		h.shows("5 of 15 items already exist")
		h.press(key)
		if len(h.queue.added) != 1 || h.queue.added[0].OnConflict != rule {
			t.Errorf("%s: %+v", key, h.queue.added)
		}
	}
}

func TestCopyCanBeCalledOff(t *testing.T) {
	for _, key := range []string{"esc", "n"} {
		h := start(t, 80, 24).ready()
		h.press("A", "c", key)
		h.gone("already exist")
		if len(h.queue.added) != 0 {
			t.Errorf("%s: %+v", key, h.queue.added)
		}
	}
}

func TestCopyKeepsWhatItWasAskedFor(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("A", "c")
	h.send(h.m.panes[1].Go("/www", "")()) // the pane moves on meanwhile
	h.until("the other folder", func() bool { return h.m.panes[1].Dir() == "/www" })
	h.press("s")
	if to := h.queue.added[0].ToDir; to != "/www/site" {
		t.Errorf("copied to %s", to)
	}
}

func TestCopyOfNothingSaysSo(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("f5")
	h.shows("nothing to copy here")
	h.press("=")
	h.until("the same folder", func() bool { return h.m.panes[1].Dir() == site && !h.m.panes[1].Busy() })
	h.press("j", "f5")
	h.shows("Both panes show the same folder.")
	h.press("4", "1") // a key takes the line away
	h.gone("Both panes")
}

func TestAPaneReloadsOnceForABatch(t *testing.T) {
	h := start(t, 120, 36).ready()
	before := h.remote.listed("/www/site")
	item := func(id queue.ItemID, s queue.State) queue.Item {
		return queue.Item{
			ID: id, Batch: 1, FromID: "local", ToID: h.remote.ID(), State: s, Name: fmt.Sprint(id),
			To: fmt.Sprintf("/www/site/css/%d", id),
		}
	}
	var news queue.News
	for id := range queue.ItemID(200) {
		news.Items = append(news.Items, item(id, queue.Waiting))
	}
	h.send(newsMsg{news: news})
	for id := range queue.ItemID(200) {
		h.send(newsMsg{news: queue.News{Items: []queue.Item{item(id, queue.Done)}}})
	}
	h.until("one listing more", func() bool { return h.remote.listed("/www/site") == before+1 && !h.m.panes[1].Busy() })
	h.send(newsMsg{news: queue.News{Removed: []queue.ItemID{1, 2}}})
	h.ready()
	if got := h.remote.listed("/www/site"); got != before+1 {
		t.Errorf("listed %d times", got-before)
	}
}

func TestAPaneIsReadNowAndThenWhileALongBatchComes(t *testing.T) {
	h := start(t, 120, 36).ready()
	before := h.remote.listed("/www/site")
	item := func(id queue.ItemID, s queue.State) newsMsg {
		return newsMsg{news: queue.News{Items: []queue.Item{{
			ID: id, Batch: 1, FromID: "local", ToID: h.remote.ID(), State: s, To: fmt.Sprintf("/www/site/%d", id),
		}}}}
	}
	for id := range queue.ItemID(9) {
		h.send(item(id, queue.Waiting))
	}
	h.send(item(0, queue.Done))
	h.pass(remoteEvery - time.Second)
	h.send(item(1, queue.Done))
	h.ready()
	if got := h.remote.listed("/www/site") - before; got != 0 {
		t.Errorf("listed %d times before it was time", got)
	}
	h.pass(time.Second)
	h.send(item(2, queue.Done))
	h.until("one listing", func() bool { return h.remote.listed("/www/site") == before+1 && !h.m.panes[1].Busy() })
	h.pass(remoteEvery)
	h.send(item(3, queue.Done))
	h.until("one listing more", func() bool { return h.remote.listed("/www/site") == before+2 && !h.m.panes[1].Busy() })
}

func TestMkdirShowsTheNewFolder(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("2", "f7")
	h.shows("Make a folder")
	h.press("enter")
	h.shows("A name is needed.")
	h.press("a/b", "enter")
	h.shows("a name has no slash")
	h.press("backspace", "backspace", "backspace", "new", "enter")
	h.until("the new folder", func() bool {
		e, _ := h.m.panes[1].Current()
		return e.Name == "new" && len(h.m.dialogs) == 0
	})
}

func TestMkdirTellsTheFailureInTheDialog(t *testing.T) {
	h := start(t, 80, 24).ready()
	h.press("2", "a", "css", "enter")
	h.shows("it is there")
	h.press("2", "enter")
	h.until("the folder css2", func() bool { return h.remote.has("/www/site/css2") })
}

func TestRenameIsPrefilled(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("2", "end", "f18")
	h.shows("Rename upload.part")
	h.press("enter")
	h.shows("That is its name already.")
	h.press("ctrl+u", "done.mov", "enter")
	h.until("the new name", func() bool {
		e, _ := h.m.panes[1].Current()
		return e.Name == "done.mov" && len(h.m.dialogs) == 0
	})
}

func TestControlCharactersAreRefusedInNames(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("f7")
	h.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a\r\nDELE b"), Paste: true})
	h.shows("control characters cannot be used")
	h.press("x", "enter")
	h.until("the folder", func() bool { return h.local.has(site + "/x") })
}

func TestDeleteAsksAndGoesThroughFolders(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "j", "d")
	h.shows("Delete on this machine")
	h.press("enter")
	h.gone("Delete on")
	if !h.local.has(site + "/css") {
		t.Fatal("Enter deleted")
	}
	h.press("f8", "n")
	h.gone("Delete on")
	h.press("f8", "y")
	h.shows("3 items deleted")
	if h.local.has(site+"/css") || h.local.has(site+"/css/site.css") {
		t.Error("something is left")
	}
}

func TestDeleteListsItsErrors(t *testing.T) {
	h := start(t, 80, 24).ready()
	h.remote.refuse = func(op, p string) error {
		if op == "delete" && strings.HasSuffix(p, "main.js") {
			return &vfs.Failure{Step: "delete " + p, On: "h:21", Said: "550 Permission denied.", Kind: fs.ErrPermission}
		}
		return nil
	}
	h.press("2", "A", "f8", "y")
	h.shows("! 6 items deleted, 1 not")
	h.shows("Cannot delete /www/site/main.js on h:21: 550 Permission denied")
	h.press("enter")
	h.shows("deleted, 1 not") // keys in flight are not for a dialog that opened by itself
	h.pass(time.Second)
	h.press("enter")
	h.gone("deleted, 1 not")
}

func TestADeletionCanBeStopped(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.block = func(ctx context.Context, op, _ string) {
		if op == "delete" {
			<-ctx.Done()
		}
	}
	h.press("2", "end", "d", "y")
	h.shows("Deleting on ftp.example.org")
	h.press("q") // a dialog has the keys
	h.shows("Stopped: 0 items deleted, the rest is as it was.")
}

func TestConnectOpensAPane(t *testing.T) {
	asked := make(chan ConnectRequest, 1)
	other := newMemServer("ftp://bob@other.example.org")
	other.put("/pub/hello.txt", file(5, testNow))
	h := start(t, 120, 36, func(_ *harness, d *Deps) {
		d.Connect = func(_ context.Context, to ConnectRequest) (vfs.FS, string, error) {
			asked <- to
			return other, "/pub", nil
		}
	}).ready()
	h.press("o", "enter")
	h.shows("A host is needed")
	h.press("other.example.org", "tab", "tab", "secret", "enter")
	h.shows("A password needs a user name.")
	h.press("bob", "tab", "tab", "right", "tab", "right", "right", "tab", "left", "enter")
	h.shows("hello.txt")
	h.shows("connected to other.example.org")
	want := ConnectRequest{
		Address: "other.example.org", User: "bob", Password: "secret", Mode: ftpclient.ModeActive,
		Security: ftpclient.SecurityExplicit, Chosen: true,
	}
	if got := <-asked; got != want {
		t.Errorf("asked for %+v", got)
	}
	if h.m.focused() != panelLeft || h.m.panes[0].FS() != vfs.FS(other) {
		t.Error("it was not opened in the left pane")
	}
	if strings.Contains(h.m.View(), "secret") {
		t.Error("the password is on the screen")
	}
}

func TestConnectTellsTheFailureAndKeepsTheFields(t *testing.T) {
	h := start(t, 80, 24, func(_ *harness, d *Deps) {
		d.Connect = func(context.Context, ConnectRequest) (vfs.FS, string, error) {
			return nil, "", &vfs.Failure{
				Step: "log in as bob", On: "h:21", Said: "530 Login incorrect.", Kind: vfs.ErrLogin,
				Hint: "Check user name and password.",
			}
		}
	}).ready()
	h.press("f2", "ftp://bob@h", "enter")
	h.shows("! Cannot log in as bob on h:21: 530 Login incorrect.")
	h.shows(" ftp://bob@h  ")
}

func TestConnectCountsSecondsAndCanBeStopped(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan struct{})
	h := start(t, 120, 36, func(_ *harness, d *Deps) {
		d.Connect = func(ctx context.Context, _ ConnectRequest) (vfs.FS, string, error) {
			defer close(ended)
			close(begun)
			<-ctx.Done()
			return nil, "", context.Cause(ctx)
		}
	}).ready()
	h.press("f2", "h", "enter")
	h.shows("… looking up the name  0.0 s")
	h.until("the connecting", func() bool {
		select {
		case <-begun:
			return true
		default:
			return false
		}
	})
	h.pass(3 * time.Second)
	h.shows("… looking up the name  3.0 s")
	h.press("esc")
	h.shows("! Stopped.")
	<-ended
	h.press("esc")
	h.gone("Esc cancel")
}

func TestModeIsToggledWithWorkInTheQueue(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.busy()
	for _, want := range []string{"PASV", "ACTV", "AUTO→EPSV"} {
		h.press("t")
		h.shows(" 2 " + want + "  /www/site")
		h.shows("from the next data connection on")
	}
	h.press("gp")
	if h.remote.Mode() != ftpclient.ModePassive {
		t.Errorf("the mode is %v", h.remote.Mode())
	}
}

func TestDisconnectGoesBackToTheLocalSide(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("gd")
	h.until("the local side", func() bool { return h.m.panes[1].Local() && h.m.panes[1].Dir() == site })
	h.shows("no connection · F2 connects")
	h.press("t")
	h.shows("No pane shows a server")
}

func TestQueueKeys(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.busy()
	h.press("w", "x", "j", "j", "r", "R", "c")
	if fmt.Sprint(h.queue.cancels, h.queue.retries, h.queue.calls) != "[1] [6 6] [clear 3]" {
		t.Errorf("cancelled %v, retried %v, called %q", h.queue.cancels, h.queue.retries, h.queue.calls)
	}
	h.press("enter")
	h.shows("Ask the owner of the server for the right to write there.")
	h.press("r")
	if len(h.queue.retries) != 3 {
		t.Errorf("retried %v", h.queue.retries)
	}
}

func TestQuitAsksWhileTransfersRun(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.busy()
	h.press("q")
	h.shows("2 transfers running, 2 waiting; quit stops them")
	h.press("enter")
	h.gone("Quit?")
	h.press("f10", "y")
	h.until("the end", func() bool { return h.quit })
}

func TestQuitWithoutWorkAsksNothing(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("q")
	h.until("the end", func() bool { return h.quit })
}

func TestQueueThatRefusesIsTold(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.queue.refuse = errors.New("the queue is closed")
	h.press("j", "j", "j", "f5")
	h.shows("The queue is closed")
}

// A real queue moves a folder between two file systems; the pane shows it when all has come.
func TestAFolderIsCopiedByARealQueue(t *testing.T) {
	q := queue.New(queue.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx) }()
	defer func() {
		cancel()
		<-done
	}()
	h := start(t, 120, 36, func(_ *harness, d *Deps) { d.Queue = q }).ready()
	h.press("j", "j", "f5")
	h.shows("1 of 1 item already exists")
	h.press("o")
	h.shows("2 done")
	h.until("the files", func() bool { return h.remote.has("/www/site/css/print.css") })
	h.until("the folder read again", func() bool { return h.remote.listed("/www/site") >= 2 })
}

func TestAnEmptyFolderIsShownToo(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "j", "j", "f5") // img/ is empty: no item of it will ever come
	h.shows("queued 1 item")
	h.remote.mu.Lock()
	h.remote.put("/www/site/img", folder(testNow, 0o755))
	h.remote.mu.Unlock()
	h.until("the new folder", func() bool { return len(h.m.panes[1].Find(map[string]bool{"img": true})) == 1 })
}
