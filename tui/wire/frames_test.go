package wire

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"ferry/ftpclient"
	"ferry/tui/keymap"
	"ferry/tui/theme"
	"ferry/tui/tuitest"
)

// told collects the events of one client.
type told struct {
	client int
	server string
	here   string
	there  string
	at     time.Time
	all    []Event
}

func (s *told) tell(conn int, e ftpclient.Event) *told {
	e.At, e.Conn = s.at, conn
	s.all = append(s.all, Event{Event: e, Client: s.client, Server: s.server})
	s.at = s.at.Add(34 * time.Millisecond)
	return s
}

func end(host string, port int) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr(host), uint16(port))
}

func (s *told) connect(conn, port int, tls string) *told {
	s.tell(conn, ftpclient.Event{Kind: ftpclient.EventDialing, Text: "ftp.example.org:21"})
	s.tell(conn, ftpclient.Event{
		Kind: ftpclient.EventControlConnected, Local: end(s.here, port), Remote: end(s.there, 21),
	})
	s.reply(conn, 220, "Welcome\nto the server of the example")
	if tls != "" {
		s.tell(conn, ftpclient.Event{
			Kind: ftpclient.EventTLS, Text: tls, Local: end(s.here, port), Remote: end(s.there, 21),
		})
	}
	return s.command(conn, "USER alice").reply(conn, 331, "Password?").command(conn, "PASS ***").
		reply(conn, 230, "Logged in")
}

func (s *told) command(conn int, text string) *told {
	return s.tell(conn, ftpclient.Event{Kind: ftpclient.EventCommand, Text: text})
}

func (s *told) reply(conn, code int, text string) *told {
	return s.tell(conn, ftpclient.Event{Kind: ftpclient.EventReply, Code: code, Text: text})
}

func (s *told) data(conn int, m ftpclient.Method, local, remote int, tls, command string, octets int64) *told {
	e := ftpclient.Event{
		Kind: ftpclient.EventDataConnected, Method: m, Local: end(s.here, local), Remote: end(s.there, remote),
		Moved: func() int64 { return octets },
	}
	if m.Active() {
		s.command(conn, command).reply(conn, 150, "Here it comes").tell(conn, e)
	} else {
		s.tell(conn, e).command(conn, command).reply(conn, 150, "Here it comes")
	}
	if tls != "" {
		s.tell(conn, ftpclient.Event{Kind: ftpclient.EventTLS, Text: tls, Local: e.Local, Remote: e.Remote})
	}
	return s
}

func (s *told) failed(conn int, m ftpclient.Method, mode ftpclient.Mode, o ftpclient.Obstacle, told string) *told {
	e := ftpclient.Event{Kind: ftpclient.EventDataFailed, Method: m, Mode: mode, Obstacle: o, Text: m.String() + " failed"}
	if m.Active() {
		e.Local = end(s.here, 41733)
	} else {
		e.Remote = end(s.there, 42117)
	}
	if o == ftpclient.ObstacleRefused {
		e.Code, e.Remote = 502, netip.AddrPort{}
	}
	if told != "" {
		e.Told = netip.MustParseAddr(told)
	}
	return s.tell(conn, e)
}

func alice() *told {
	return &told{client: 1, server: "ftps://alice@ftp.example.org", here: "192.168.1.7", there: "198.51.100.9", at: noon}
}

const resumed = "TLS 1.3, session resumed"

// stories are the states in which the panel is pictured.
func stories() map[string][]Event {
	up := alice().connect(1, 50122, "TLS 1.3").connect(2, 50124, resumed).connect(3, 50126, resumed).
		data(2, ftpclient.MethodEPSV, 50125, 42117, resumed, "STOR img/hero-4k.mov", 25270682).
		data(3, ftpclient.MethodEPSV, 50127, 42119, resumed, "RETR logs/access.log.3", 1288490189)
	other := &told{client: 2, server: "ftp://127.0.0.1:2121", here: "127.0.0.1", there: "127.0.0.1", at: noon}
	other.connect(1, 41002, "").data(1, ftpclient.MethodPORT, 41733, 20, "", "MLSD /pub", 4096)
	passive := alice().connect(1, 50122, "TLS 1.3").command(1, "EPSV").reply(1, 229, "(|||42117|)").
		failed(1, ftpclient.MethodEPSV, ftpclient.ModePassive, ftpclient.ObstacleSilence, "").
		command(1, "PASV").reply(1, 227, "Entering Passive Mode (10,0,0,5,164,133)").
		failed(1, ftpclient.MethodPASV, ftpclient.ModePassive, ftpclient.ObstacleSilence, "10.0.0.5")
	active := alice().connect(1, 50122, "TLS 1.3").command(1, "EPRT |1|192.168.1.7|41733|").reply(1, 200, "Fine").
		command(1, "RETR f").failed(1, ftpclient.MethodEPRT, ftpclient.ModeActive, ftpclient.ObstacleSilence, "").
		tell(1, ftpclient.Event{Kind: ftpclient.EventControlClosed, Text: "given up"})
	auto := alice().connect(1, 50122, "TLS 1.3").
		failed(1, ftpclient.MethodEPSV, ftpclient.ModeAuto, ftpclient.ObstacleClosed, "").
		failed(1, ftpclient.MethodPASV, ftpclient.ModeAuto, ftpclient.ObstacleRefused, "").
		data(1, ftpclient.MethodEPRT, 41733, 20, resumed, "RETR hero-4k.mov", 25270682)
	ended := alice().connect(1, 50122, "TLS 1.3").connect(2, 50124, resumed).
		tell(1, ftpclient.Event{Kind: ftpclient.EventControlClosed, Text: "closed by the server: 421 Timeout"})
	return map[string][]Event{
		"none": nil, "two-servers": append(up.all, other.all...), "passive-failed": passive.all,
		"active-failed": active.all, "auto-recovered": auto.all, "ended": ended.all,
	}
}

// shown gives the panel of a story, in a size that is that of the whole screen.
func shown(events []Event, w, h int) *Panel {
	p := NewPanel(theme.New(termenv.TrueColor, true))
	p.SetLook(Look{
		W: w, H: h, Focused: true, Now: noon.Add(3 * time.Second), ModeKey: "t", Badge: "AUTO→EPSV",
		Role: theme.BadgePassive, Why: "remembered", Hint: "Nothing is connected. F2 connects to a server.",
	})
	p.Add(events, 0)
	for i := range 3 {
		p.Tick(noon.Add(time.Duration(2+i) * time.Second))
	}
	return p
}

func frame(p *Panel) string {
	lines := make([]string, p.look.H)
	for i := range lines {
		lines[i] = string(p.Append(nil, i))
	}
	return strings.Join(lines, "\n")
}

func TestFrames(t *testing.T) {
	for name, events := range stories() {
		for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
			name := fmt.Sprintf("%s-%dx%d", name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				got := frame(shown(events, size[0], size[1]-2))
				if dir := os.Getenv("FERRY_FRAMES"); dir != "" {
					_ = os.WriteFile(dir+"/wire-"+name+".ansi", []byte(got), 0o600)
				}
				checkCells(t, got, size[0])
				tuitest.Golden(t, name, got)
			})
		}
	}
}

func checkCells(t *testing.T, frame string, w int) {
	t.Helper()
	for i, l := range strings.Split(frame, "\n") {
		if got := ansi.StringWidth(l); got != w {
			t.Fatalf("line %d has %d cells, not %d: %q", i, got, w, ansi.Strip(l))
		}
	}
}

// TestEverySizeIsFilled draws each story in each shape at many sizes.
func TestEverySizeIsFilled(t *testing.T) {
	for _, events := range stories() {
		p := shown(events, 80, 24)
		for w := 40; w < 220; w += 3 {
			for _, h := range []int{1, 2, 4, 9, 13, 30} {
				p.SetLook(Look{W: w, H: h, Focused: true, Now: noon, ModeKey: "t", Badge: "AUTO", Why: "remembered"})
				for range shapes {
					p.Act(keymap.WireView)
					checkCells(t, frame(p), w)
				}
			}
		}
	}
}
