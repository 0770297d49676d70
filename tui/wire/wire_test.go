package wire

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ferry/ftpclient"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

var noon = time.Date(2026, 11, 21, 12, 4, 31, 0, time.UTC)

func TestEventsTellWhoDialledWhom(t *testing.T) {
	here, there := netip.MustParseAddrPort("127.0.0.1:50123"), netip.MustParseAddrPort("[::1]:42117")
	for _, c := range []struct {
		event ftpclient.Event
		want  string
	}{
		{ftpclient.Event{Kind: ftpclient.EventCommand, Text: "EPSV"}, "→ EPSV"},
		{ftpclient.Event{Kind: ftpclient.EventReply, Code: 229, Text: "Entering"}, "← 229 Entering"},
		{ftpclient.Event{Kind: ftpclient.EventReply, Code: 226}, "← 226 "},
		{
			ftpclient.Event{Kind: ftpclient.EventDataConnected, Method: ftpclient.MethodEPSV, Local: here, Remote: there},
			"⇄ we dialled [::1]:42117 from :50123 (EPSV)",
		},
		{
			ftpclient.Event{Kind: ftpclient.EventDataConnected, Method: ftpclient.MethodPORT, Local: here, Remote: there},
			"⇄ server dialled us on :50123 from [::1]:42117 (PORT)",
		},
		{ftpclient.Event{Kind: ftpclient.EventDataClosed, Octets: 18637}, "⇄ data connection closed after 18.2K"},
		{ftpclient.Event{Kind: ftpclient.EventControlClosed, Text: "bye"}, "⇄ control connection closed: bye"},
		{
			ftpclient.Event{Kind: ftpclient.EventControlClosed, Text: "closed by the server"},
			"⇄ control connection closed by the server",
		},
		{ftpclient.Event{Kind: ftpclient.EventControlClosed}, "⇄ control connection closed"},
		{ftpclient.Event{Kind: ftpclient.EventDialing, Text: "h:21"}, "⇄ dialling h:21 (control connection)"},
		{
			ftpclient.Event{Kind: ftpclient.EventControlConnected, Local: here, Remote: there},
			"⇄ we dialled [::1]:42117 from :50123 (control connection)",
		},
		{ftpclient.Event{Kind: ftpclient.EventReady, Text: "UTF8 MLSD"}, "ready: UTF8 MLSD"},
		{ftpclient.Event{Kind: ftpclient.EventTLS, Text: "TLS 1.3, session resumed"}, "⇄ TLS 1.3, session resumed"},
		{ftpclient.Event{Kind: ftpclient.EventNote, Text: "odd\x1b[2J"}, "note: odd␛[2J"},
		{ftpclient.Event{Kind: ftpclient.EventDataFailed, Text: "EPSV: no answer"}, "╳ EPSV: no answer"},
	} {
		if got := lines(Event{Event: c.event}, 0); len(got) != 1 || got[0].lead+got[0].text != c.want {
			t.Errorf("got %+v, want %q", got, c.want)
		}
	}
}

func TestLongRepliesAreBounded(t *testing.T) {
	got := lines(Event{Event: ftpclient.Event{
		Kind: ftpclient.EventReply, Code: 211, Text: strings.Repeat("x\n", 1000),
	}}, 0)
	if last := got[len(got)-1]; len(got) != mostReplyLines+2 || !strings.Contains(last.text, "800 lines more") {
		t.Errorf("%d lines, the last %q", len(got), last.text)
	}
}

// TestQuirk031LongRepliesAreFolded shows the beginning of a long message, the rest on request, and finds what stands in
// it; a short one is shown as it is.
func TestQuirk031LongRepliesAreFolded(t *testing.T) {
	tr := newTranscript()
	shown := func() string {
		var b strings.Builder
		for i := range tr.count() {
			b.WriteString(tr.shown(i).text + ";")
		}
		return b.String()
	}
	for _, text := range []string{"1\n2\n3\n4", "a\nb\nc\nd\ne"} {
		tr.take(Event{Event: ftpclient.Event{Kind: ftpclient.EventReply, Code: 230, Text: text}, Client: 1})
	}
	folded := shown()
	if want := "1;2;3;4;a;b;… 3 lines more (e);"; folded != want {
		t.Errorf("folded it is %q", folded)
	}
	tr.filter(filter{whole: true})
	if got := shown(); got != "1;2;3;4;a;b;c;d;e;" {
		t.Errorf("unfolded it is %q", got)
	}
	tr.filter(filter{text: "d"})
	if got := shown(); got != "d;" {
		t.Errorf("found was %q", got)
	}
	tr.filter(filter{})
	if text, n := tr.text(time.UTC); n != 9 || strings.Contains(text, "more") || shown() != folded {
		t.Errorf("%d lines are copied:\n%s", n, text)
	}
}

func TestLogNeverBlocksAndCountsWhatIsLost(t *testing.T) {
	l := NewLog()
	var wg sync.WaitGroup
	for range 4 {
		trace := l.Client("ftp://h")
		wg.Go(func() {
			for range Kept {
				trace(ftpclient.Event{Kind: ftpclient.EventNote})
			}
		})
	}
	wg.Wait()
	if events, lost := l.Take(); len(events) != Kept || lost != 3*Kept {
		t.Errorf("%d events, %d lost", len(events), lost)
	}
	if events, lost := l.Take(); len(events) != 0 || lost != 0 {
		t.Errorf("then %d events, %d lost", len(events), lost)
	}
}

func TestLogKeepsTheOrderOfARing(t *testing.T) {
	l := NewLog()
	trace := l.Client("ftp://h")
	for i := range Kept + 5 {
		trace(ftpclient.Event{Conn: i})
	}
	events, _ := l.Take()
	for i, e := range events {
		if e.Conn != i+5 {
			t.Fatalf("event %d is %d", i, e.Conn)
		}
	}
}

func TestWaitEndsByAnEventOrItsContext(t *testing.T) {
	l := NewLog()
	l.Client("ftp://h")(ftpclient.Event{})
	if err := l.Wait(context.Background()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := l.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func fill(p *Panel, from, to int) {
	for i := from; i < to; i++ {
		p.Add([]Event{{Client: 1, Event: ftpclient.Event{
			At: noon, Conn: 1, Kind: ftpclient.EventNote, Text: fmt.Sprintf("number %d", i),
		}}}, 0)
	}
}

func text(p *Panel, n int) string { return strings.TrimSpace(ansi.Strip(string(p.Append(nil, n)))) }

func TestPanelShowsTheLatestLines(t *testing.T) {
	p := NewPanel(theme.Mono())
	p.SetLook(Look{W: 60, H: 4})
	fill(p, 0, 2)
	if got := text(p, 1); got != "12:04:31 1 note: number 0" {
		t.Errorf("the first line is %q", got)
	}
	fill(p, 2, Kept+50)
	if got := text(p, 3); got != fmt.Sprintf("12:04:31 1 note: number %d", Kept+49) {
		t.Errorf("the last line is %q", got)
	}
}

func TestAScrolledPanelStaysWhereItIs(t *testing.T) {
	p := NewPanel(theme.Mono())
	p.SetLook(Look{W: 60, H: 4, Focused: true})
	fill(p, 0, 20)
	p.Act(keymap.Up)
	p.Act(keymap.PageUp)
	before := text(p, 1)
	fill(p, 20, 40)
	if got := text(p, 1); got != before {
		t.Errorf("it moved from %q to %q", before, got)
	}
	if got := text(p, 0); !strings.Contains(got, "23 newer lines below") {
		t.Errorf("the head is %q", got)
	}
	p.Act(keymap.Bottom)
	if got := text(p, 3); !strings.HasSuffix(got, "number 39") {
		t.Errorf("the end is %q", got)
	}
}

func TestLostEventsAreToldInTheLog(t *testing.T) {
	p := NewPanel(theme.Mono())
	p.SetLook(Look{W: 60, H: 4})
	p.Add([]Event{{Client: 1, Event: ftpclient.Event{At: noon, Conn: 1, Kind: ftpclient.EventNote, Text: "x"}}}, 7)
	if got := text(p, 1); !strings.HasSuffix(got, "7 events lost") {
		t.Errorf("got %q", got)
	}
}
