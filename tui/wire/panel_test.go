package wire

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"ferry/ftpclient"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

func press(p *Panel, keys ...string) {
	for _, k := range keys {
		switch k {
		case "enter":
			p.Type(tea.KeyMsg{Type: tea.KeyEnter})
		case "esc":
			p.Type(tea.KeyMsg{Type: tea.KeyEsc})
		case "backspace":
			p.Type(tea.KeyMsg{Type: tea.KeyBackspace})
		default:
			p.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)})
		}
	}
}

func said(p *Panel) []string {
	text, _ := p.Text()
	var all []string
	for l := range strings.Lines(text) {
		all = append(all, strings.TrimSuffix(l[len("2026-11-21 12:04:31.000 "):], "\n"))
	}
	return all
}

func TestFilterByText(t *testing.T) {
	p := shown(stories()["two-servers"], 120, 30)
	p.Act(keymap.WireFilter)
	if !p.Typing() {
		t.Fatal("nothing can be typed")
	}
	press(p, "stor", "x", "backspace")
	if got := ansi.Strip(string(p.Append(nil, 0))); !strings.Contains(got, "/ stor▏") {
		t.Errorf("the head is %q", got)
	}
	press(p, "enter")
	if got := said(p); !slices.Equal(got, []string{"a2 → STOR img/hero-4k.mov"}) {
		t.Errorf("got %q", got)
	}
	p.Add(alice().command(2, "STOR later").command(2, "NOOP").all, 0)
	if got := said(p); len(got) != 2 || got[1] != "a2 → STOR later" {
		t.Errorf("then %q", got)
	}
	if !p.Act(keymap.Cancel) || len(said(p)) < 30 || p.Act(keymap.Cancel) {
		t.Error("Esc does not show all again, once")
	}
	p.Act(keymap.WireFilter)
	press(p, "x", "esc")
	if p.Typing() || !p.lines.kept.all() {
		t.Error("Esc does not drop what was typed")
	}
}

func TestFilterByConnection(t *testing.T) {
	p := shown(stories()["two-servers"], 120, 30)
	for _, want := range []string{"a1", "a2", "a3", "b1"} {
		p.Act(keymap.WireConnection)
		for _, l := range said(p) {
			if !strings.HasPrefix(l, want) {
				t.Errorf("only %s: %q", want, l)
			}
		}
	}
	p.Act(keymap.WireConnection)
	if !p.lines.kept.all() {
		t.Error("after the last connection not all are shown")
	}
}

func TestFilteredLinesAreForgottenWithTheRing(t *testing.T) {
	p := NewPanel(theme.Mono())
	p.SetLook(Look{W: 60, H: 4})
	p.Act(keymap.WireFilter)
	press(p, "number 1")
	fill(p, 0, Kept+500)
	got := said(p)
	if want := "1 note: number 1000"; got[0] != want {
		t.Errorf("the first is %q, not %q", got[0], want)
	}
	if text, n := p.Text(); n != strings.Count(text, "\n") {
		t.Errorf("%d lines are told, %d there", n, strings.Count(text, "\n"))
	}
}

func TestFailuresAreForgottenWithTheMode(t *testing.T) {
	p := shown(stories()["passive-failed"], 200, 30)
	if got := ansi.Strip(frame(p)); !strings.Contains(got, "Press t for active mode") {
		t.Fatalf("it says\n%s", got)
	}
	p.ModeChanged()
	if got := ansi.Strip(frame(p)); strings.Contains(got, "Press t") {
		t.Errorf("it still says\n%s", got)
	}
}

// TestWordsOfFailures walks what can go wrong.
func TestWordsOfFailures(t *testing.T) {
	for _, c := range []struct {
		method   ftpclient.Method
		mode     ftpclient.Mode
		obstacle ftpclient.Obstacle
		told     string
		want     []string
	}{
		{
			ftpclient.MethodEPSV, ftpclient.ModePassive, ftpclient.ObstacleSilence, "",
			[]string{
				"we dialled 198.51.100.9:42117, and nobody answered", "A firewall, on the server's side", "Press t for active",
			},
		},
		{
			ftpclient.MethodPASV, ftpclient.ModePassive, ftpclient.ObstacleSilence, "10.0.0.5",
			[]string{"The server named 10.0.0.5, a private address: it stands behind a NAT that does not forward port 42117"},
		},
		{
			ftpclient.MethodEPSV, ftpclient.ModePassive, ftpclient.ObstacleClosed, "",
			[]string{"that port is closed", "forwards its control port only"},
		},
		{
			ftpclient.MethodEPSV, ftpclient.ModePassive, ftpclient.ObstacleRefused, "",
			[]string{"refused with 502", "does not offer this way"},
		},
		{
			ftpclient.MethodPORT, ftpclient.ModeActive, ftpclient.ObstacleSilence, "",
			[]string{"we waited at 192.168.1.7:41733, and the server never dialled", "You are behind a NAT", "Press t for auto"},
		},
		{
			ftpclient.MethodPORT, ftpclient.ModeActive, ftpclient.ObstacleHere, "",
			[]string{"no port could be opened on this machine", "taken or forbidden"},
		},
		{
			ftpclient.MethodPASV, ftpclient.ModeAuto, ftpclient.ObstacleOther, "",
			[]string{"PASV failed.", "cannot be used", "active mode is next", "t chooses one"},
		},
	} {
		got := storyOf(alice().connect(1, 50122, "").failed(1, c.method, c.mode, c.obstacle, c.told))
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%v by %v:\n%s\nlacks %q", c.obstacle, c.method, got, want)
			}
		}
	}
}

// storyOf gives what is told of the failures among events.
func storyOf(s *told) string {
	var b board
	for _, e := range s.all {
		b.take(e)
	}
	var texts []string
	for _, s := range b.clients[0].story("t") {
		texts = append(texts, s.text)
	}
	return strings.Join(texts, "\n")
}

// TestMeaningOfFailures: what a failure means depends on where both sides stand, and on what works beside it.
func TestMeaningOfFailures(t *testing.T) {
	between := func(here, there string) *told {
		return (&told{client: 1, server: "ftp://h", here: here, there: there, at: noon}).connect(1, 50122, "")
	}
	const (
		silence = ftpclient.ObstacleSilence
		refused = ftpclient.ObstacleRefused
		nat     = "You are behind a NAT: "
	)
	epsv, pasv, eprt, port := ftpclient.MethodEPSV, ftpclient.MethodPASV, ftpclient.MethodEPRT, ftpclient.MethodPORT
	for name, c := range map[string]struct {
		told        *told
		want, lacks string
	}{
		"dialled from outside": {between("192.168.1.7", "198.51.100.9").failed(1, port, 0, silence, ""), nat, "firewall"},
		"dialled in one network": {
			between("192.168.1.7", "192.168.1.20").failed(1, port, 0, silence, ""), "A firewall on your side", "NAT",
		},
		"dialled on one machine": {between("10.0.0.1", "127.0.0.1").failed(1, port, 0, silence, ""), "A firewall", "NAT"},
		"behind the provider's NAT": {
			between("100.70.1.2", "198.51.100.9").failed(1, eprt, 0, silence, ""), nat + "100.70.1.2", "firewall",
		},
		"PORT refused from behind a NAT": {
			between("192.168.1.7", "198.51.100.9").tell(1, ftpclient.Event{
				Kind: ftpclient.EventDataFailed, Method: port, Obstacle: refused, Code: 500,
			}), nat + "192.168.1.7", "does not offer",
		},
		"the server's own private address": {
			between("10.0.0.1", "10.0.0.5").failed(1, pasv, 0, silence, "10.0.0.5"), "keeps its passive ports shut", "NAT",
		},
		"PASV works beside EPSV": {
			between("192.168.1.7", "198.51.100.9").failed(1, epsv, 0, silence, "").data(1, pasv, 50125, 42118, "", "LIST", 1),
			"knows PASV, it seems, and not EPSV", "keeps its passive ports shut",
		},
		"active works beside passive": {
			between("192.168.1.7", "198.51.100.9").failed(1, epsv, 0, silence, "").data(1, eprt, 41733, 20, "", "LIST", 1),
			"keeps its passive ports shut.\nFerry went on in active mode", "it seems",
		},
	} {
		if got := storyOf(c.told); !strings.Contains(got, c.want) || strings.Contains(got, c.lacks) {
			t.Errorf("%s: it says\n%s\nand not %q, or %q", name, got, c.want, c.lacks)
		}
	}
}

// TestDiallingOfDataIsSeen: a server may be silent for long between the reply that names a port and the connection.
func TestDiallingOfDataIsSeen(t *testing.T) {
	s := alice().connect(1, 50122, "").command(1, "EPSV").reply(1, 229, "(|||42117|)")
	p := shown(s.all, 80, 24)
	if got := ansi.Strip(frame(p)); !p.Lively() || !strings.Contains(got, "dialling the data port · 2.7 s") {
		t.Errorf("it shows\n%s", got)
	}
	s.all = nil
	p.Add(s.failed(1, ftpclient.MethodEPSV, ftpclient.ModePassive, ftpclient.ObstacleSilence, "").all, 0)
	if got := ansi.Strip(frame(p)); p.Lively() || !strings.Contains(got, "idle since") {
		t.Errorf("then it shows\n%s", got)
	}
}

// TestNarrowRowsKeepWhatMattersMost: the mode, both ports, the octets and the security are seen at every size.
func TestNarrowRowsKeepWhatMattersMost(t *testing.T) {
	for w := 60; w < boxesFrom; w++ {
		p := shown(stories()["two-servers"], w, 24)
		got := ansi.Strip(frame(p))
		for _, want := range []string{":50125", ":42117 ", "EPSV ↑ 24.1M", "EPSV ↓ 1.2G", "PORT ↓ 4.0K · "} {
			if !strings.Contains(got, want) {
				t.Errorf("%d: %q is not in\n%s", w, want, got)
			}
		}
		if strings.Count(got, "TLS 1.3 resumed") != 4 || !strings.Contains(got, "remembered") {
			t.Errorf("%d: something is cut in\n%s", w, got)
		}
	}
}

func TestBoardFollowsConnections(t *testing.T) {
	s := alice().connect(1, 50122, "TLS 1.3").data(1, ftpclient.MethodEPSV, 50125, 42117, resumed, "RETR f", 100)
	var b board
	for _, e := range s.all {
		b.take(e)
	}
	c := b.clients[0].conns[0]
	if c.tls != "TLS 1.3" || c.again || c.data.tls != "TLS 1.3" || !c.data.again || !b.lively() {
		t.Errorf("control %+v, data %+v", c, c.data)
	}
	b.sample(s.at.Add(time.Second))
	if c.data.octets != 100 || c.data.speed <= 0 {
		t.Errorf("sampled are %d octets, %f a second", c.data.octets, c.data.speed)
	}
	s.all = nil
	s.tell(1, ftpclient.Event{Kind: ftpclient.EventDataClosed, Octets: 100}).reply(1, 226, "Done")
	for _, e := range s.all {
		b.take(e)
	}
	if c.data != nil || c.state != idle || b.lively() {
		t.Errorf("then %+v", c)
	}
}

func TestEndedConnectionsAreBounded(t *testing.T) {
	var b board
	s := alice()
	for i := range 50 {
		s.connect(i+1, 50000+i, "").tell(i+1, ftpclient.Event{Kind: ftpclient.EventControlClosed})
	}
	for _, e := range s.all {
		b.take(e)
		if n := len(b.clients[0].conns); n > mostEnded+1 {
			t.Fatalf("%d connections are kept", n)
		}
	}
	for i := range 50 {
		b.take(Event{Client: i + 1, Event: ftpclient.Event{Conn: 1, Kind: ftpclient.EventControlClosed}})
	}
	if n := len(b.clients); n > mostClients {
		t.Errorf("%d clients are kept", n)
	}
}
