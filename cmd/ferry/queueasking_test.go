package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// TestConflictsAreAnsweredInPlaceOnARealServer: files that came to be on the server since its folder was read are asked
// about, first one by one, then for the whole batch; and those that are seen before, if that is wanted.
func TestConflictsAreAnsweredInPlaceOnARealServer(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) { answered(t, size[0], size[1]) })
	}
}

var asks = regexp.MustCompile(`pics/(p\d)\.jpg exists already`)

func answered(t *testing.T, w, h int) {
	server := ftptest.Vsftpd(t)
	files := map[string]string{"solo.txt": "mine, and longer"}
	for i := range 4 {
		files[fmt.Sprintf("pics/p%d.jpg", i)] = "new picture"
	}
	m, _ := queueing(t, w, h, server, server.Addr, "", files)
	for name := range files {
		server.WriteFile(t, "there/"+name, []byte("old"))
	}
	server.Settle(t)
	m.Keys("j", "F5")
	first := asks.FindStringSubmatch(m.WaitFor(`pics/p\d\.jpg exists already(?s:.*)a how far · Esc later`))
	m.WaitFor(`the answer is for: this one`)
	m.Keys("s")
	m.WaitFor(`Queue .*\b1 skipped|fail.* 0 done|pics/p\d.jpg exists already`)
	for asked := first[1]; asked == first[1]; { // the next one
		screen := m.WaitFor(`pics/p\d\.jpg exists already(?s:.*)a how far · Esc later`)
		asked = asks.FindStringSubmatch(screen)[1]
	}
	m.WaitSteady(`pics/p\d\.jpg exists already(?s:.*)a how far · Esc later`)
	m.Keys("Escape")
	m.WaitFor(`It waits in the queue: 3, then Enter answers`)
	m.WaitFor(`Queue .*\b3 (to answer|\?)`)
	m.Keys("w")
	m.WaitFor(`(?m)^>\? pics/p\d\.jpg .* in the way +Enter`)
	m.Keys("Enter")
	m.WaitFor(`a how far · Esc later`)
	clickOn(t, m, "the answer is for")
	m.WaitFor(`the answer is for: all of this batch`)
	clickOn(t, m, "d  overwrite if the sizes differ")
	m.WaitFor(`Queue .*\b(3 done|4 ended)`)
	for name := range files {
		want := "new picture"
		if name == "solo.txt" || strings.Contains(name, first[1]) {
			want = "old"
		}
		has(t, server.Path("there", name), want)
	}

	m.Keys("2", "R")
	m.WaitFor(`│. solo\.txt +3 `)
	m.Keys("1", "G")
	m.WaitFor(`(?m)^> solo\.txt`)
	m.Keys("F5")
	m.WaitFor(`1 of 1 items? already exists?`)
	m.Keys("a") // for each
	m.WaitFor(`solo\.txt exists already(?s:.*)a how far · Esc later`)
	m.Keys("k")
	m.WaitFor(`Queue .*\b(4 done|5 ended)`)
	has(t, server.Path("there", "solo.txt"), "old")
	has(t, server.Path("there", "solo (2).txt"), files["solo.txt"])
	quits(t, m)
}

// clickOn waits for a text and clicks on the first cell that shows it.
func clickOn(t *testing.T, m *tuitest.Tmux, text string) {
	t.Helper()
	m.WaitFor(regexp.QuoteMeta(text))
	x, y := cellOf(t, m, text)
	m.Send(fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x+1, y+1, x+1, y+1))
}

// TestTheQueueByMouseOnARealServer does with the mouse alone what the keys of the queue do.
func TestTheQueueByMouseOnARealServer(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) { clicked(t, size[0], size[1]) })
	}
}

func clicked(t *testing.T, w, h int) {
	server := ftptest.Vsftpd(t)
	long := string(noise(1 << 20))
	m, _ := queueing(t, w, h, server, server.Addr, "", map[string]string{
		"a.bin": long, "b.bin": long, "c.bin": long, "d.bin": long,
	})
	wait := "4 waiting"
	if w < 100 {
		wait = "4 wait"
	}
	waiting(m, 4)
	m.WaitFor(inOrder("a.bin", "b.bin", "c.bin", "d.bin"))
	clickOn(t, m, "0 active")
	m.WaitGone(`a\.bin`)
	clickOn(t, m, wait)
	m.WaitFor(inOrder("a.bin", "b.bin", "c.bin", "d.bin"))

	clickOn(t, m, "b.bin")
	m.WaitFor(`(?m)^>↑ b\.bin`)
	clickOn(t, m, "Space Pause")
	m.WaitFor(`>↑ b\.bin .* paused`)
	m.WaitFor(`b\.bin paused`)
	x, y := cellOf(t, m, "d.bin")
	m.Send(fmt.Sprintf("\x1b[<2;%d;%dM", x+1, y+1)) // the right button marks
	m.WaitFor(` 1 marked `)
	x, y = cellOf(t, m, "a.bin")
	m.Send(fmt.Sprintf("\x1b[<2;%d;%dM", x+1, y+1))
	m.WaitFor(` 2 marked `)
	clickOn(t, m, "x Cancel")
	m.WaitFor(`cancelling 2 transfers`)
	m.WaitGone(`a\.bin`)

	x, y = cellOf(t, m, "c.bin")
	press := fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x+1, y+1, x+1, y+1)
	m.Send(press + press) // a double click
	m.WaitFor(`the next turn of all`)
	clickOn(t, m, "the next turn of all")
	m.WaitFor(inOrder("c.bin", "b.bin"))
	m.Send(fmt.Sprintf("\x1b[<65;%d;%dM", x+1, y+1)) // the wheel
	m.WaitFor(`(?m)^>↑ b\.bin .* paused`)
	clickOn(t, m, "Space Pause")
	m.WaitFor(`>↑ b\.bin .* queued`)
	clickOn(t, m, "b.bin resumed") // a toast goes by a click, too
	clickOn(t, m, "P Pause all")
	m.WaitFor(`Queue .*\b0 wait.*\b(2 done|4 ended)`)
	has(t, server.Path("there", "c.bin"), long)
	lacks(t, server.Path("there", "a.bin"))
	quits(t, m)
}

// TestTransfersThatBeginLaterOnARealServer are put off by key, and begin when their time has come or is taken back.
func TestTransfersThatBeginLaterOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	long := string(noise(1 << 20))
	m, _ := queueing(t, 80, 24, server, server.Addr, "", map[string]string{"late.bin": long, "soon.bin": long})
	later := func(when string) {
		m.Keys("D")
		m.WaitFor(`Not before a time`)
		m.Type(when)
		m.Keys("Enter")
		m.WaitGone(`Not before a time`)
	}
	waiting(m, 2)
	m.Keys("A")
	m.WaitFor(` 2 marked `)
	later("2h")
	m.WaitFor(`2 transfers begin at \d\d:\d\d`)
	m.WaitFor(`late\.bin .* later in (2h00m|1h59m) .*\n.*soon\.bin .* later in (2h00m|1h59m)`)
	m.Keys("P")
	m.WaitGone(`PAUSED`)
	m.Keys("G")
	m.WaitFor(`(?m)^>↑ soon\.bin`)
	later("1s") // it passes by itself
	m.WaitFor(`Queue .*\b1 wait.*\b1 done`)
	has(t, server.Path("there", "soon.bin"), long)
	lacks(t, server.Path("there", "late.bin"))
	eventually(t, "the title of what waits for its time", func() bool {
		return m.Show("#{pane_title}") == "1 later · ferry"
	})
	m.Keys("g", "g")
	m.WaitFor(`(?m)^>↑ late\.bin .* later in 1h59m|(?m)^>↑ late\.bin .* later in 2h00m`)
	later("now")
	m.WaitFor(`Queue .*\b0 wait.*\b2 done`)
	has(t, server.Path("there", "late.bin"), long)
	quits(t, m)
}

// TestANameThatWasRefusedIsReplacedOnARealServer: vsftpd says of a folder that was taken away what it says of names
// that it does not take, and the person thinks of another one.
func TestANameThatWasRefusedIsReplacedOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	long := string(noise(1 << 20))
	m, _ := queueing(t, 80, 24, server, server.Addr, "", map[string]string{"a?b.bin": long})
	waiting(m, 1)
	if err := os.RemoveAll(server.Path("there")); err != nil {
		t.Fatal(err)
	}
	m.Keys("P")
	m.WaitFor(`>! a\?b\.bin .* not taken .*failed`)
	if err := os.Mkdir(server.Path("there"), 0o755); err != nil {
		t.Fatal(err)
	}
	m.Keys("Enter")
	m.WaitFor(`The server does not accept this name`)
	clickOn(t, m, "try it again under another name")
	m.WaitFor(`Name a_b\.bin`) // is offered
	m.Keys("C-u")
	m.Type("ab.bin")
	m.Keys("Enter")
	m.WaitFor(`Queue .*\b0 fail.*\b1 done`)
	has(t, server.Path("there", "ab.bin"), long)
	lacks(t, server.Path("there", "a?b.bin"))
	quits(t, m)
}

// TestTheTerminalHearsOfTheQueue: its own indicator and title show how far the work is, and the end of a batch is told
// as the settings say while the window is not looked at.
func TestTheTerminalHearsOfTheQueue(t *testing.T) {
	const noticed = "\x1b]9;ferry: 2 transfers done\x07"
	for _, c := range []struct {
		ring, heard string
		bells       int
	}{{"notify", noticed, 0}, {"bell", "\x07", 1}, {"off", "", 0}} {
		t.Run(c.ring, func(t *testing.T) {
			server := ftptest.Vsftpd(t)
			m, sh := queueing(t, 80, 24, server, server.Addr, fmt.Sprintf("[screen]\nring = %q\n", c.ring),
				map[string]string{"one.bin": string(noise(1 << 20)), "two.bin": "2"}, "-u", "TMUX", "TERM_PROGRAM=ghostty")
			said := filepath.Join(sh.home, "said")
			m.Record(said)
			heard := func(pattern string) string {
				re := regexp.MustCompile(pattern)
				var all []byte
				eventually(t, pattern, func() bool {
					all, _ = os.ReadFile(said) // what is not there yet has not been said
					return re.Match(all)
				})
				return string(all)
			}
			m.Send("\x1b[O") // the window loses the focus
			m.Keys("w")
			limited(m, "32K")
			m.Keys("1", "A", "F5")
			heard(`\x1b\]9;4;1;[1-9]\d?\x07`)
			heard(`\x1b\]2;[1-9]\d?% · ferry\x07`)
			m.Keys("w", "P")
			heard(`\x1b\]9;4;4;\d+\x07`) // paused
			heard(`\x1b\]2;paused · ferry\x07`)
			limited(m, "none")
			m.Keys("P")
			heard(`\x1b\]9;4;0;0\x07`)
			all := heard(`\x1b\]2;2 transfers done · ferry\x07`)
			m.WaitFor(`2 done`)
			m.Keys("q") // what was to be said has been said when it has ended
			if code := m.WaitExit(); code != exitDone {
				t.Errorf("it ended with %d", code)
			}
			all = heard(`(?s)` + regexp.QuoteMeta(all) + `.*\x1b\[\?1049l`)
			if got := strings.Count(all, noticed); c.ring == "notify" != (got == 1) || got > 1 {
				t.Errorf("the notice was given %d times", got)
			}
			if got := strings.Count(sequences.ReplaceAllString(all, ""), "\x07"); got != c.bells {
				t.Errorf("it rang %d times, not %d", got, c.bells)
			}
		})
	}
}

// sequences are those that end with BEL themselves.
var sequences = regexp.MustCompile(`\x1b\][^\x07\x1b]*\x07`)
