package tui

import (
	"fmt"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/internal/vfs"
	"ferry/tui/wire"
)

// lose drops the connection and lets the screen notice.
func (h *harness) lose() {
	h.remote.drop(true)
	h.remote.refuse = func(string, string) error {
		return &vfs.Failure{
			Step: "connect to ftp.example.org:21", Said: "connection refused", Kind: vfs.ErrConnect,
		}
	}
	h.send(eventsMsg{events: []wire.Event{{Event: ftpclient.Event{
		At: testNow, Conn: 2, Kind: ftpclient.EventControlClosed, Text: "connection reset",
	}}}})
}

func TestALostConnectionTakesThePaneOffline(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("2", "j", "j")
	h.lose()
	h.shows("2 OFFLINE  /www/site")
	h.shows("The connection is lost. These rows are what was last seen.")
	for _, keys := range []string{"f5", "f7", "f8", "r", "gs", "S"} {
		h.press(keys)
		h.shows("ftp.example.org is offline and its rows may be old: R connects again.")
		if len(h.m.dialogs) != 0 {
			t.Fatalf("%s opened a dialog", keys)
		}
		h.press("j")
	}
	h.press("1", "f5") // what is there cannot be known
	h.shows("is offline and its rows may be old")
	h.press("f7")
	h.shows("Make a folder") // the local side is not
	h.press("esc", "2", "R")
	h.shows("connection refused")
	h.shows("2 OFFLINE  /www/site")
	h.remote.drop(false)
	h.remote.refuse = nil
	h.press("R")
	h.gone("OFFLINE")
	h.press("f7")
	h.shows("Make a folder")
}

func TestAPaneComesBackWithItsConnection(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.lose()
	h.shows("OFFLINE")
	before := h.remote.listed("/www/site")
	h.remote.refuse = nil
	h.remote.drop(false)
	h.send(eventsMsg{})
	h.gone("OFFLINE")
	if n := h.remote.listed("/www/site"); n != before+1 {
		t.Errorf("it was listed %d times more", n-before)
	}
}

func TestAListingThatLosesTheConnectionTakesThePaneOffline(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.refuse = func(op, p string) error {
		return &vfs.Failure{Step: op + " " + p, Said: "connection reset", Kind: vfs.ErrLost}
	}
	h.press("2", "j", "l")
	h.shows("connection reset")
	h.shows("2 OFFLINE  /www/site")
	h.remote.refuse = nil
	h.press("j", "l")
	h.until("the folder", func() bool { return strings.HasSuffix(h.dir(1), "/www/site/css") })
	h.gone("OFFLINE")
}

func TestARefusedFolderDoesNotTakeThePaneOffline(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.refuse = missing
	h.press("2", "j", "l")
	h.shows("still in /www/site")
	if h.m.panes[1].Offline() {
		t.Error("it is offline")
	}
}

func TestOfflineFrames(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.press("2", "j", "j", "space")
			h.lose()
			h.frame("offline")
		})
	}
}
