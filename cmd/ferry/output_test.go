package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ferry/ftpclient"
	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/queue"
)

// FuzzWriteRecord checks that whatever a server calls its files is one line that steers no terminal and reads back.
func FuzzWriteRecord(f *testing.F) {
	for _, seed := range []string{
		"a", "\x1b]0;x\a", "a\u202eb", "\x9b2J", "\u009b2J", "\u2028<&>", "\xff", "\U000E0001", "\n\"\\",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		var b strings.Builder
		if err := writeRecord(&b, newEntryRecord("/"+name, vfs.Entry{Name: name, Type: vfs.Link, Target: name})); err != nil {
			t.Fatal(err)
		}
		line, ended := strings.CutSuffix(b.String(), "\n")
		if !ended || strings.ContainsFunc(line, isSteering) {
			t.Fatalf("%q is written as %q", name, line)
		}
		var back entryRecord
		if err := json.Unmarshal([]byte(line), &back); err != nil || back.Name != strings.ToValidUTF8(name, "\uFFFD") &&
			back.Name != replaceEach(name) {
			t.Fatalf("%q is written as %q and reads back as %q, %v", name, line, back.Name, err)
		}
	})
}

// replaceEach is what JSON makes of octets that are not UTF-8: each becomes U+FFFD.
func replaceEach(s string) string { return string([]rune(s)) }

func isSteering(r rune) bool {
	return r < ' ' || r >= 0x7F && r < 0xA0 || r >= '\u202a' && r <= '\u202e' || r == '\u200f'
}

func TestWriteLong(t *testing.T) {
	at := time.Date(2024, 2, 29, 23, 59, 0, 0, time.Local)
	entries := []vfs.Entry{
		{
			Name: "a.txt", Type: vfs.File, Size: 1234, ModTime: at.UTC(), Precision: vfs.PrecisionSecond,
			Mode: 0o644, ModeKnown: true, Owner: "alice", Group: "users",
		},
		{Name: "dir", Type: vfs.Dir, Size: vfs.SizeUnknown, Mode: fs.ModeSticky | 0o777, ModeKnown: true, Owner: "b"},
		{
			Name: "link ", Type: vfs.Link, Target: "to\x1b[2J", Size: 3,
			ModTime: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), Precision: vfs.PrecisionDay,
		},
		{Name: "s", Type: vfs.Other, Mode: fs.ModeSetuid | fs.ModeSetgid | 0o610, ModeKnown: true},
	}
	want := `-rw-r--r-- alice users 1234 2024-02-29 23:59 a.txt
drwxrwxrwt b              - -                dir
l?????????                - 2020-01-02       link␠ -> to␛[2J
?rwS--s---                - -                s
`
	var b strings.Builder
	if err := writeLong(&b, entries); err != nil || b.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, b.String(), want)
	}
}

func TestConsoleDrawsBarsBelowText(t *testing.T) {
	var b strings.Builder
	c := &console{out: &b}
	c.Bars([]string{"one", "two"})
	c.Complain(errors.New("cannot\r\nread \x1b[2J"))
	c.Bars([]string{"three"})
	c.Stop()
	c.Bars([]string{"late"})
	want := "one\ntwo\n" +
		"\x1b[A\x1b[A\r\x1b[Jferry: cannot read ␛[2J\none\ntwo\n" +
		"\x1b[A\x1b[A\r\x1b[Jthree\n" +
		"\x1b[A\r\x1b[J"
	if b.String() != want {
		t.Errorf("the terminal gets\n%q, want\n%q", b.String(), want)
	}
}

func TestConsoleHolds(t *testing.T) {
	var b strings.Builder
	c := &console{out: &b, quiet: true}
	c.Say("silenced")
	c.Hold()
	c.Complain(errors.New("one"))
	if b.String() != "" {
		t.Errorf("the screen gets %q", b.String())
	}
	c.Release()
	if b.String() != "ferry: one\n" {
		t.Errorf("afterwards there is %q", b.String())
	}
}

// TestBarsFit draws bars for every width of a terminal.
func TestBarsFit(t *testing.T) {
	news := queue.News{Totals: queue.Totals{
		Running: 30, Waiting: 5, Failed: 1, Moved: 5 << 30, Size: 7 << 40, Left: time.Hour,
	}}
	for i := range 30 {
		news.Items = append(news.Items, queue.Item{
			ID: queue.ItemID(i + 1), State: queue.Running, Direction: queue.Down, Moved: 3 << 30, Size: 7 << 40, Speed: 1e9,
			Name: "数据/" + strings.Repeat("long name ", i) + "\x1b[2J.txt", Left: -1,
		})
	}
	for width := 1; width < 200; width++ {
		b := newBars(&console{out: &strings.Builder{}})
		b.size = func() (int, int) { return width, 24 }
		b.show(news)
		lines := b.lines(news.Totals)
		if len(lines) != 23 {
			t.Fatalf("%d lines on a screen of 24", len(lines))
		}
		for _, line := range lines {
			if termtext.Width(line) >= width || strings.ContainsRune(line, '\x1b') {
				t.Fatalf("%q is %d cells wide on a screen of %d", line, termtext.Width(line), width)
			}
		}
	}
	if lines := newBars(nil).lines(queue.Totals{Done: 3}); lines != nil {
		t.Errorf("idle, it draws %q", lines)
	}
}

func TestTimeouts(t *testing.T) {
	for _, tt := range []struct {
		limit time.Duration
		mode  ftpclient.Mode
		data  time.Duration
	}{
		{time.Second, ftpclient.ModeAuto, time.Second},
		{time.Minute, ftpclient.ModeAuto, 3 * time.Second},
		{time.Minute, ftpclient.ModeActive, 15 * time.Second},
	} {
		got := (&timeoutFlag{tt.limit}).timeouts(tt.mode)
		if got.Data != tt.data || got.Connect != tt.limit || got.Reply != tt.limit || got.Stall != tt.limit {
			t.Errorf("%v in %v mode: %+v", tt.limit, tt.mode, got)
		}
	}
	if got := (&timeoutFlag{}).timeouts(ftpclient.ModeAuto); got != (ftpclient.Timeouts{}) {
		t.Errorf("without a limit: %+v", got)
	}
}

// TestHostileReplies sends what could steer a terminal in every place that a server's words can reach.
func TestHostileReplies(t *testing.T) {
	const evil = "\x1b]0;pwned\x07\u202e\x9b2J"
	l := listen(t)
	defer l.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		answer(c, evil)
	}()
	r := newShell(t).run("ls", "-v", "ftp://"+l.Addr().String()+"/x")
	<-done
	if r.code != exitRefused || !strings.Contains(r.stderr, "␛]0;pwned␇") {
		t.Errorf("it ended with %d:\n%q", r.code, r.stderr)
	}
	all := strings.ReplaceAll(r.stdout+r.stderr, "\n", "")
	if strings.ContainsFunc(all, isSteering) || !utf8.ValidString(all) {
		t.Errorf("an octet that steers passes:\n%q", r.stderr)
	}
}

// answer logs anybody in and refuses all else, with evil words.
func answer(c net.Conn, evil string) {
	buf := make([]byte, 1024)
	reply := "220-" + evil + "\r\n220 " + evil
	for {
		if _, err := fmt.Fprintf(c, "%s\r\n", reply); err != nil {
			return
		}
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(string(buf[:n]), " "); strings.TrimSpace(verb) {
		case "USER":
			reply = "230 hello " + evil
		case "PWD":
			reply = "257 \"/\" " + evil
		case "QUIT":
			reply = "221 " + evil
		default:
			reply = "550 no " + evil
		}
	}
}
