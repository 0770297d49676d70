package tui

import (
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/tui/wire"
)

// TestServerAsksToWait: the header counts down, second by second, at every width, until the connection goes on.
func TestServerAsksToWait(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		words string
	}{{120, 36, "server says wait "}, {80, 24, "wait "}, {60, 20, "wait "}} {
		h := start(t, c.w, c.h).ready()
		h.tell(ftpclient.Event{At: h.clock(), Kind: ftpclient.EventNote, Wait: 75 * time.Second})
		if first, _, _ := strings.Cut(h.text(), "\n"); !strings.Contains(first, c.words+"1:15") {
			t.Errorf("%dx%d: %q", c.w, c.h, first)
		}
		h.pass(66 * time.Second)
		h.shows(c.words + "0:09") // by ticking: no other message comes
		h.pass(10 * time.Second)
		h.gone(c.words + "0:0")
	}
}

func TestWaitingEndsWithTheConnection(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.tell(ftpclient.Event{At: h.clock(), Kind: ftpclient.EventNote, Wait: time.Minute})
	h.shows("server says wait 1:00")
	h.tell(ftpclient.Event{At: h.clock(), Kind: ftpclient.EventReady})
	h.gone("server says wait")
}

// tell brings an event of a connection.
func (h *harness) tell(e ftpclient.Event) {
	h.send(eventsMsg{events: []wire.Event{{Event: e, Client: 1, Server: "ftp://alice@ftp.example.org"}}})
}
