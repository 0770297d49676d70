package viewer

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/tui/theme"
)

// counted counts the octets that leave a file system.
type counted struct {
	vfs.FS
	octets atomic.Int64
}

func (c *counted) Lease(ctx context.Context, why vfs.Purpose) (vfs.Session, error) {
	s, err := c.FS.Lease(ctx, why)
	return countedSession{s, c}, err
}

type countedSession struct {
	vfs.Session
	fs *counted
}

func (s countedSession) Open(ctx context.Context, path string, offset int64) (vfs.Reader, error) {
	r, err := s.Session.Open(ctx, path, offset)
	return countedReader{r, s.fs}, err
}

type countedReader struct {
	vfs.Reader
	fs *counted
}

func (r countedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.fs.octets.Add(int64(n))
	return n, err
}

// looker drives a viewer as the screen does, one command after the other.
type looker struct {
	t interface{ Fatalf(string, ...any) }
	*Viewer
	fs     *counted
	w, h   int
	closed bool
}

func look(t testing.TB, name string, content []byte, w, h int) *looker {
	t.Helper()
	return lookIn(t, t.TempDir(), name, content, w, h)
}

func lookIn(t testing.TB, dir, name string, content []byte, w, h int) *looker {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	l := &looker{t: t, fs: &counted{FS: localfs.New()}, w: w, h: h}
	v, cmd := Open(Config{
		Context: context.Background(), Theme: theme.New(termenv.TrueColor, true), FS: l.fs, Path: path,
		Entry: vfs.Entry{Name: name, Type: vfs.File, Size: int64(len(content)), ModTime: time.Unix(0, 0)},
	})
	l.Viewer = v
	v.Box(w, h)
	l.run(cmd)
	return l
}

func (l *looker) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			l.run(c)
		}
	case Msg:
		l.run(msg.Deliver())
	}
}

func keyOf(k string) tea.KeyMsg {
	for typ, name := range map[tea.KeyType]string{
		tea.KeyEnter: "enter", tea.KeyEsc: "esc", tea.KeyDown: "down", tea.KeyUp: "up", tea.KeyPgDown: "pgdown",
		tea.KeyPgUp: "pgup", tea.KeyHome: "home", tea.KeyEnd: "end", tea.KeyRight: "right", tea.KeyLeft: "left",
		tea.KeyBackspace: "backspace",
	} {
		if k == name {
			return tea.KeyMsg{Type: typ}
		}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

func (l *looker) press(keys ...string) {
	for _, k := range keys {
		closed, cmd := l.Update(keyOf(k))
		l.closed = l.closed || closed
		l.run(cmd)
	}
}

// seek types a text into the prompt.
func (l *looker) seek(text string) {
	l.press("/")
	for _, r := range text {
		l.press(string(r))
	}
	l.press("enter")
}

// screen gives the rows without colours.
func (l *looker) screen() []string {
	rows := l.Box(l.w, l.h)
	if len(rows) != l.h {
		l.t.Fatalf("%d rows of %d", len(rows), l.h)
	}
	for i, r := range rows {
		if w := ansi.StringWidth(r); w != l.w {
			l.t.Fatalf("row %d has %d cells of %d: %q", i, w, l.w, ansi.Strip(r))
		}
		rows[i] = strings.TrimRight(ansi.Strip(r), " ")
	}
	return rows
}

func (l *looker) shows(t *testing.T, want string) {
	t.Helper()
	if all := strings.Join(l.screen(), "\n"); !strings.Contains(all, want) {
		t.Fatalf("the screen does not show %q:\n%s", want, all)
	}
}

// numberedLines makes a file of lines that tell their number.
func numberedLines(octets int) []byte {
	var b bytes.Buffer
	for i := 1; b.Len() < octets; i++ {
		fmt.Fprintf(&b, "line %d of the file\n", i)
	}
	return b.Bytes()
}

func TestFetchesOnlyWhatIsLookedAt(t *testing.T) {
	content := numberedLines(20 << 20)
	l := look(t, "large.txt", content, 80, 24)
	l.shows(t, "line 1 of the file")
	if n := l.fs.octets.Load(); n != piece {
		t.Fatalf("%d octets were fetched for the first screen, want %d", n, piece)
	}
	l.press("end")
	lines := bytes.Count(content, []byte("\n"))
	l.shows(t, fmt.Sprintf("line %d of the file", lines))
	l.shows(t, "100%")
	if n := l.fs.octets.Load(); n > 4*piece {
		t.Fatalf("%d octets were fetched for the first and the last screen", n)
	}
	l.press("home")
	l.shows(t, "line 1 of the file")
}

func TestScrollsThroughTheWholeFileBothWays(t *testing.T) {
	content := numberedLines(3 << 20) // more than is held
	l := look(t, "log", content, 80, 24)
	last := bytes.Count(content, []byte("\n"))
	for n := 0; !l.win.whole || l.win.lineAt(l.top)+l.rows < len(l.win.lines); n++ {
		if n > last {
			t.Fatal("never came to the end")
		}
		before := l.top
		l.press("pgdown")
		if l.top <= before {
			t.Fatalf("stuck at %d of %d", l.top, len(content))
		}
	}
	l.shows(t, fmt.Sprintf("line %d of the file", last))
	if len(l.win.data) > mostHeld {
		t.Errorf("%d octets are held", len(l.win.data))
	}
	for n := 0; l.top > 0; n++ {
		if n > last {
			t.Fatal("never came back")
		}
		l.press("pgup")
	}
	l.shows(t, "line 1 of the file")
}

func TestTextFromStrangersIsMadeVisible(t *testing.T) {
	l := look(t, "evil.txt", []byte("a\x1b[2Jb\tc\r\nd\x9be\nWide 漢字 here\n"), 40, 10)
	for _, row := range l.Box(40, 10) {
		if strings.Contains(row, "\x1b[2J") || !utf8.ValidString(row) || strings.ContainsRune(row, '\u009b') {
			t.Fatalf("a sequence of the file reached the screen: %q", row)
		}
	}
	l.shows(t, "a␛[2Jb  c")
	l.shows(t, `d\x9Be`)
	l.shows(t, "漢字")
}

func TestLongLinesAreWrappedOrScrolledSideways(t *testing.T) {
	l := look(t, "long.txt", []byte(strings.Repeat("0123456789", 30)+"END\nnext\n"), 50, 12)
	l.shows(t, "END")
	l.shows(t, "next")
	l.press("down")
	if row := l.screen()[1]; !strings.HasPrefix(row, "0123456789") || l.sub != 1 {
		t.Errorf("after a step down the first row is %q, row %d of its line", row, l.sub)
	}
	l.press("up", "w")
	if all := strings.Join(l.screen(), "\n"); strings.Contains(all, "END") {
		t.Errorf("unwrapped, the end of the line is seen:\n%s", all)
	}
	for range 40 {
		l.press("right")
	}
	l.shows(t, "END")
}

func TestWhatIsNoTextIsShownInNumbers(t *testing.T) {
	l := look(t, "a.bin", append([]byte("\x00\x01PNG~"), bytes.Repeat([]byte{0xff}, 40)...), 80, 8)
	l.shows(t, "00000000  00 01 50 4e 47 7e ff ff  ff ff ff ff ff ff ff ff  ..PNG~..........")
	l.shows(t, "hex")
	l.press("x")
	l.shows(t, `␀␁PNG~\xFF`)
}

func TestSearchFindsWhatIsNotHeld(t *testing.T) {
	content := numberedLines(4 << 20)
	copy(content[len(content)/2:], "Needle in the hay")
	l := look(t, "hay.txt", content, 80, 24)
	l.seek("needle")
	l.shows(t, "Needle in the hay")
	l.press("n")
	l.shows(t, "Nothing more matches needle.")
	l.press("home")
	l.seek("NEEDLE") // capitals count
	l.shows(t, "Nothing more matches NEEDLE.")
	l.seek("line 1 ")
	l.press("end", "N")
	l.shows(t, "line 1 of the file")
	l.seek("line 3 of")
	if l.top != 0 {
		t.Errorf("a hit on the screen moved it to %d", l.top)
	}
	if !strings.Contains(strings.Join(l.Box(80, 24), "\n"), l.cfg.Theme.Paint(theme.Found, "line 3 of")) {
		t.Error("the hit is not set off")
	}
}

func TestSearchAcrossPieces(t *testing.T) {
	content := bytes.Repeat([]byte{'.'}, 3*scanPiece)
	at := piece - 8 + scanPiece - 3 // around where the scan goes from its first piece to the second
	for i := range 12 {
		content = append(content[:0:0], content...)
		copy(content[at+i-6:], "split")
		l := look(t, fmt.Sprint(i), content, 80, 10)
		l.seek("split")
		if want := int64(at + i - 6); l.hit != want {
			t.Fatalf("found at %d, want %d", l.hit, want)
		}
		copy(content[at+i-6:], ".....")
	}
}

func TestLeavingGivesUpWhatIsUnderWay(t *testing.T) {
	l := look(t, "f", numberedLines(1<<20), 80, 10)
	cmd := l.fetch(piece, piece, nil)
	l.shows(t, "fetching… Esc stops")
	l.press("esc")
	if l.closed {
		t.Fatal("the first Esc closed the viewer instead of stopping")
	}
	l.shows(t, "Stopped.")
	held := l.win.end()
	l.run(cmd) // its answer comes late
	if l.win.end() != held || l.problem != nil {
		t.Error("an answer to what was given up was taken")
	}
	l.press("esc")
	if !l.closed {
		t.Error("the second Esc did not close")
	}
}

func TestAFileThatIsGoneIsToldInASentence(t *testing.T) {
	l := look(t, "gone", numberedLines(1<<20), 80, 10)
	if err := os.Remove(l.cfg.Path); err != nil {
		t.Fatal(err)
	}
	l.press("end")
	l.shows(t, "! Cannot read")
	l.shows(t, "line 1 of the file") // what was there stays
}

func TestEmptyFile(t *testing.T) {
	l := look(t, "empty", nil, 60, 8)
	l.shows(t, "The file is empty.")
	l.press("end", "n", "esc", "pgdown", "x", "down")
	l.shows(t, "The file is empty.")
}

func TestColoursOfALanguage(t *testing.T) {
	l := languageOf("main.go", nil)
	src := "// hi\nfunc f() string { return \"a\\\"b\" + 0x1F }\n"
	var got []string
	for _, tok := range l.tokens([]byte(src)) {
		got = append(got, src[tok.from:tok.to])
	}
	want := []string{"// hi", "func", "return", `"a\"b"`, "0x1F"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("coloured %q, want %q", got, want)
	}
	for name, known := range map[string]bool{
		"a.PY": true, "x.yaml": true, "Makefile": true, "photo.jpeg": false, "notes.txt": false,
	} {
		if (languageOf(name, nil) != nil) != known {
			t.Errorf("%s: a language is known: %v", name, !known)
		}
	}
	if languageOf("run", []byte("#!/usr/bin/env python3\n")) == nil {
		t.Error("the first line of a script tells nothing")
	}
}

// Whatever is in a file and whatever is pressed, each frame has exactly the cells of the screen.
func TestAnyKeyOnAnyFile(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		part := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(rt, "octets")
		content := bytes.Repeat(part, rapid.IntRange(1, 600).Draw(rt, "times"))
		name := fmt.Sprintf("%d%s", n, rapid.SampledFrom([]string{".go", ".html", ".yml", ""}).Draw(rt, "ending"))
		l := lookIn(t, dir, name, content, rapid.IntRange(1, 90).Draw(rt, "w"), rapid.IntRange(2, 30).Draw(rt, "h"))
		l.t = rt
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{
			"down", "up", "pgdown", "pgup", "home", "end", "x", "w", "/", "a", "\x00", "enter", "n", "N", "right", "left",
			"backspace", "esc", "漢",
		}), 0, 40).Draw(rt, "keys")
		for _, k := range keys {
			l.press(k)
			l.screen()
			if l.top < 0 || l.top > int64(len(content)) {
				rt.Fatalf("after %q the screen is at %d of %d", k, l.top, len(content))
			}
		}
		_ = os.Remove(l.cfg.Path)
	})
}
