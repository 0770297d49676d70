package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ferry/ftpclient"
)

func TestTranscriptIsSaved(t *testing.T) {
	var name, content string
	h := start(t, 120, 36, func(_ *harness, d *Deps) {
		d.Save = func(_ context.Context, n string, b []byte) (string, error) {
			name, content = n, string(b)
			return "/home/alice/" + n, nil
		}
	}).ready()
	h.press("4", "s")
	h.shows("There is nothing to save.")
	h.send(eventsMsg{events: sampleEvents()})
	h.press("s")
	h.shows("6 lines saved to /home/alice/ferry-wire-20261121-120435.log")
	if name == "" || !strings.Contains(content, "2 → STOR main.js\n") {
		t.Errorf("saved as %s:\n%s", name, content)
	}
	h.m.deps.Save = func(context.Context, string, []byte) (string, error) { return "", errors.New("disk full") }
	h.press("s")
	h.shows("Disk full")
}

func TestTranscriptIsFilteredByTyping(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.send(eventsMsg{events: sampleEvents()})
	h.press("4", "/", "stor", "q", "backspace")
	if h.quit || !strings.Contains(h.text(), "/ stor▏") || strings.Contains(h.text(), "← 229") {
		t.Errorf("while it is typed:\n%s", h.text())
	}
	h.press("enter", "Y")
	h.shows("1 line sent to the clipboard")
	h.press("esc")
	h.shows("← 229")
	h.press("/stor q") // in one burst, of which nothing is a command
	if h.quit || !strings.Contains(h.text(), "/ stor q▏") {
		t.Errorf("while it is typed fast:\n%s", h.text())
	}
}

func TestWireTicksWhileDataFlow(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.send(eventsMsg{events: sampleEvents()})
	h.shows("EPSV ↑ 105K")
	events := sampleEvents()[:1]
	events[0].Kind = ftpclient.EventControlClosed
	h.send(eventsMsg{events: events})
	h.until("the ticking to end", func() bool { return !h.m.ticking })
}

// TestWireTicksOnceItIsSeen: nothing may be said on any connection for as long as a transfer lasts.
func TestWireTicksOnceItIsSeen(t *testing.T) {
	h := start(t, 60, 20).ready()
	h.send(eventsMsg{events: sampleEvents()})
	if h.m.ticking {
		t.Error("it ticks for a panel that nobody sees")
	}
	h.press("4", "z")
	h.shows("EPSV ↑ 105K")
	h.press("v", "v")
	h.gone("EPSV ↑ 105K")
	h.until("the ticking to end", func() bool { return !h.m.ticking })
	h.press("v")
	h.until("the ticking to begin", func() bool { return h.m.ticking })
}

func TestHowTheModeWasChosen(t *testing.T) {
	failed := func(all ...ftpclient.Method) (f [ftpclient.MethodPORT + 1]bool) {
		for _, m := range all {
			f[m] = true
		}
		return f
	}
	for _, c := range []struct {
		mode       ftpclient.Mode
		choice     ftpclient.MethodChoice
		badge, why string
	}{
		{ftpclient.ModeAuto, ftpclient.MethodChoice{}, "AUTO", "not tried yet"},
		{ftpclient.ModeAuto, ftpclient.MethodChoice{Method: ftpclient.MethodEPSV}, "AUTO→EPSV", "worked at once"},
		{
			ftpclient.ModeAuto,
			ftpclient.MethodChoice{Method: ftpclient.MethodEPRT, Recalled: true},
			"AUTO→EPRT", "remembered",
		},
		{
			ftpclient.ModeAuto,
			ftpclient.MethodChoice{Method: ftpclient.MethodEPRT, Failed: failed(ftpclient.MethodEPSV)},
			"AUTO→EPRT", "passive failed",
		},
		{ftpclient.ModeAuto, ftpclient.MethodChoice{Failed: failed(ftpclient.MethodEPSV)}, "AUTO", "nothing worked"},
		{
			ftpclient.ModeAuto,
			ftpclient.MethodChoice{Method: ftpclient.MethodEPSV, Recalled: true, Failed: failed(ftpclient.MethodEPSV)},
			"AUTO→EPSV", "fails now",
		},
		{
			ftpclient.ModeAuto,
			ftpclient.MethodChoice{Method: ftpclient.MethodPASV, Failed: failed(ftpclient.MethodEPSV)},
			"AUTO→PASV", "EPSV failed",
		},
		{ftpclient.ModePassive, ftpclient.MethodChoice{Method: ftpclient.MethodEPSV}, "PASV", "as you chose"},
		{ftpclient.ModeActive, ftpclient.MethodChoice{Method: ftpclient.MethodEPRT}, "ACTV", "as you chose"},
	} {
		s := remoteState{remote: true, mode: c.mode, choice: c.choice}
		if s.badge() != c.badge || s.why() != c.why {
			t.Errorf("%v, %+v: %s %s", c.mode, c.choice, s.badge(), s.why())
		}
	}
}

// TestHeaderTellsHowTheModeWasChosen also where there is no room for all words, and names no method of another mode.
func TestHeaderTellsHowTheModeWasChosen(t *testing.T) {
	for _, c := range []struct {
		mode        ftpclient.Mode
		method      ftpclient.Method
		want, lacks string
	}{
		{ftpclient.ModeAuto, ftpclient.MethodEPSV, " AUTO→EPSV  PLAIN  worked at once", "as you chose"},
		{ftpclient.ModePassive, ftpclient.MethodEPSV, " PASV  PLAIN  as you chose", "EPRT"},
		{ftpclient.ModeActive, ftpclient.MethodEPSV, " ACTV  PLAIN  as you chose", "EPSV"},
		{ftpclient.ModeActive, ftpclient.MethodEPRT, " ACTV  PLAIN  as you chose", "EPSV"},
		{ftpclient.ModeActive, ftpclient.MethodEPRT, "as you chose", "AUTO"},
	} {
		for room := 67; room < 180; room++ {
			m := &Model{}
			m.remotes[1] = remoteState{
				remote: true, id: "ftp://alice@ftp.example.org", connected: true, mode: c.mode,
				choice: ftpclient.MethodChoice{Method: c.method}, said: "UTF8 MLSD REST",
			}
			var head strings.Builder
			for _, p := range m.headerParts(1, room) {
				head.WriteString(p.text)
			}
			if h := head.String(); !strings.Contains(h, c.want) || strings.Contains(h, c.lacks) || len([]rune(h)) > room {
				t.Errorf("in %d cells %q, which lacks %q or has %q", room, h, c.want, c.lacks)
			}
		}
	}
}
