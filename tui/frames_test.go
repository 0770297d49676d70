package tui

import (
	"fmt"
	"io/fs"
	"net/netip"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/ftpclient"
	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/tuitest"
	"ferry/tui/wire"
)

// frame compares the screen with its golden file.
func (h *harness) frame(name string) {
	h.t.Helper()
	name = fmt.Sprintf("%s-%dx%d", name, h.m.w, h.m.h)
	h.snapshot(name)
	tuitest.Golden(h.t, name, h.m.View())
}

// sampleNews is the queue of the pictures.
func sampleNews() queue.News {
	denied := &vfs.Failure{
		Step: "write /www/site/main.js", On: "ftp.example.org:21", Said: "550 Permission denied.",
		Hint: "Ask the owner of the server for the right to write there.", Kind: fs.ErrPermission,
	}
	item := func(id queue.ItemID, d queue.Direction, name string, s queue.State, moved, size int64) queue.Item {
		it := queue.Item{
			ID: id, Batch: 1, Direction: d, FromID: "local", ToID: "ftp://alice@ftp.example.org", Name: name,
			From: "/home/alice/" + name, To: "/www/site/" + name, State: s, Moved: moved, Size: size, Left: -1,
		}
		if d == queue.Down {
			it.FromID, it.ToID = it.ToID, it.FromID
		}
		return it
	}
	items := []queue.Item{
		item(1, queue.Up, "img/hero-4k.mov", queue.Running, 1288490189, 2469606195),
		item(2, queue.Up, "数据备份-2026.tar.gz", queue.Running, 102760448, 1288490189),
		item(3, queue.Down, "logs/access.log.3", queue.Done, 92274688, 92274688),
		item(4, queue.Up, "css/site.css", queue.Waiting, 0, 2202009),
		item(5, queue.Up, "css/print.css", queue.Waiting, 0, 1200),
		item(6, queue.Up, "main.js", queue.Failed, 107520, 319488),
	}
	items[0].Speed, items[0].Left = 24.1*(1<<20), 46*time.Second
	items[1].Speed, items[1].Left = 23.8*(1<<20), 47*time.Second
	items[5].Reason, items[5].Tries = denied, 2
	return queue.News{Items: items, Totals: queue.Totals{
		Waiting: 2, Running: 2, Done: 1, Failed: 1, Moved: 1483525321, Size: 3845775769,
		UpSpeed: 47.9 * (1 << 20), Left: 47 * time.Second,
	}}
}

// busy fills queue and log.
func (h *harness) busy() {
	for i := range 8 {
		news := sampleNews()
		for j, speed := range []float64{24.1, 23.8} {
			news.Items[j].Speed = speed * float64(i+1) / 8 * (1 << 20)
		}
		if i == 7 {
			news = sampleNews()
		}
		news.Totals.UpSpeed *= float64(i+1) / 8
		h.pass(time.Second)
		h.send(newsMsg{news: news})
	}
	h.send(eventsMsg{events: sampleEvents()})
}

func sampleEvents() []wire.Event {
	at := testNow.Add(-4 * time.Second)
	here, there := netip.MustParseAddrPort("192.0.2.7:50122"), netip.MustParseAddrPort("198.51.100.9:42117")
	var all []wire.Event
	tell := func(e ftpclient.Event) {
		e.At, e.Conn = at, 2
		all = append(all, wire.Event{Event: e, Client: 1, Server: "ftp://alice@ftp.example.org"})
	}
	tell(ftpclient.Event{
		Kind: ftpclient.EventControlConnected, Local: netip.MustParseAddrPort("192.0.2.7:50120"),
		Remote: netip.MustParseAddrPort("198.51.100.9:21"),
	})
	tell(ftpclient.Event{Kind: ftpclient.EventCommand, Text: "EPSV"})
	tell(ftpclient.Event{Kind: ftpclient.EventReply, Code: 229, Text: "Entering Extended Passive Mode (|||42117|)"})
	tell(ftpclient.Event{
		Kind: ftpclient.EventDataConnected, Method: ftpclient.MethodEPSV, Local: here, Remote: there,
		Moved: func() int64 { return 107520 },
	})
	tell(ftpclient.Event{Kind: ftpclient.EventCommand, Text: "STOR main.js"})
	tell(ftpclient.Event{Kind: ftpclient.EventReply, Code: 150, Text: "Ok to send data."})
	return all
}

func TestFrames(t *testing.T) {
	for _, size := range goldenSizes {
		open := func(t *testing.T) *harness {
			t.Helper()
			return start(t, size[0], size[1]).ready()
		}
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Run("main", func(t *testing.T) {
				open(t).frame("main")
			})
			t.Run("transfers", func(t *testing.T) {
				h := open(t)
				h.press("j", "j", "space", "j", "space", "j", "j", "j", "j", "space", "k", "k")
				h.busy()
				h.frame("transfers")
			})
			t.Run("queue", func(t *testing.T) {
				h := open(t)
				h.busy()
				h.press("w", "j", "j")
				h.frame("queue")
			})
			t.Run("connect", func(t *testing.T) {
				h := open(t)
				h.press("f2", "ftp://bob@ftp.example.org/pub", "tab", "tab", "secret")
				h.frame("connect")
			})
			t.Run("delete", func(t *testing.T) {
				h := open(t)
				h.press("tab", "A", "f8")
				h.frame("delete")
			})
			t.Run("conflict", func(t *testing.T) {
				h := open(t)
				h.press("A", "f5")
				h.frame("conflict")
			})
			t.Run("help", func(t *testing.T) {
				h := open(t)
				h.press("?")
				h.frame("help")
			})
			t.Run("error", func(t *testing.T) {
				h := open(t)
				h.m.fail("2 items deleted, 1 not", []error{&vfs.Failure{
					Step: "delete /www/site/logs/a.log", On: "ftp.example.org:21", Said: "550 Permission denied.",
					Hint: "Ask the owner of the server for the right to delete there.", Kind: fs.ErrPermission,
				}}, 1)
				h.m.dirty = true
				h.asks("deleted, 1 not")
				h.frame("error")
			})
			t.Run("refused", func(t *testing.T) {
				h := open(t)
				h.remote.refuse = func(string, string) error {
					return &vfs.Failure{
						Step: "list /www/site/logs", On: "ftp.example.org:21", Said: "550 Permission denied.",
						Hint: "Ask the owner of the server for the right to read it.", Kind: fs.ErrPermission,
					}
				}
				h.press("2", "j", "j", "j", "enter")
				h.shows("still in")
				h.frame("refused")
			})
			t.Run("keys", func(t *testing.T) {
				h := open(t)
				h.press("g")
				h.frame("keys")
			})
			t.Run("quit", func(t *testing.T) {
				h := open(t)
				h.busy()
				h.press("q")
				h.frame("quit")
			})
		})
	}
	for _, size := range [][2]int{{70, 20}, {39, 9}, {45, 12}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.busy()
			h.frame("small")
		})
	}
}

func TestHeaderKeepsTheSumsAtEveryWidth(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.busy()
	for w := smallestWidth; w < 200; w++ {
		h.send(tea.WindowSizeMsg{Width: w, Height: 30})
		if head := h.line("ferry"); !strings.Contains(head, "47.9M/s") || !strings.Contains(head, "AUTO") {
			t.Errorf("%d: %q", w, head)
		}
	}
}
