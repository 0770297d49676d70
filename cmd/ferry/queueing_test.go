package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// queueing opens the screen with the settings of a person on a local folder with files, and the empty folder there of a
// server. more goes before the command, as for env.
func queueing(t *testing.T, w, h int, server *ftptest.Server, addr, settings string, files map[string]string,
	more ...string,
) (*tuitest.Tmux, *shell) {
	t.Helper()
	sh := forServer(t, server)
	for name, content := range files {
		sh.write(filepath.Join("here", name), []byte(content))
	}
	if err := os.Mkdir(server.Path("there"), 0o755); err != nil {
		t.Fatal(err)
	}
	server.Settle(t)
	sh.settle(settings)
	home := strings.TrimPrefix(server.Home+"/", "/")
	url := "ftp://" + server.User + "@" + addr + "//" + strings.TrimPrefix(home, "/") + "there"
	line := append([]string{"env", "-u", "XDG_CONFIG_HOME"}, more...)
	line = append(line, "HOME="+sh.home, "FERRY_PASSWORD="+server.Password, binary, filepath.Join(sh.dir, "here"), url)
	m := tuitest.NewTmux(t, w, h, line...)
	m.WaitFor(`there .*(\n.*)+lines read`)
	return m, sh
}

// limited sets the speed limit by key.
func limited(m *tuitest.Tmux, to string) {
	m.Keys("L")
	m.WaitFor(`Speed limit`)
	m.Keys("C-u")
	m.Type(to)
	m.Keys("Enter")
	m.WaitGone(`Speed limit`)
}

// waiting puts all files of the left pane into the queue and pauses that, so that nothing depends on speed. The queue
// has the focus then, and the whole screen.
func waiting(m *tuitest.Tmux, files int) {
	m.Keys("w")
	limited(m, "32K")
	m.Keys("1", "A", "F5")
	m.WaitFor(`Queue .*\b[1-9]\d* active`)
	m.WaitGone(`still looking`)
	m.Keys("w", "P")
	m.WaitFor(fmt.Sprintf(`Queue .* PAUSED .*\b%d wait`, files))
	limited(m, "none")
	m.Keys("z")
	m.WaitFor(`5 min ago`)
}

// quits ends the program, which has nothing to do any more.
func quits(t *testing.T, m *tuitest.Tmux) {
	t.Helper()
	m.Keys("q")
	if code := m.WaitExit(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
}

// inOrder is what a screen matches on which these transfers stand below each other, and nothing between them.
func inOrder(names ...string) string {
	rows := make([]string, len(names))
	for i, name := range names {
		rows[i] = `.. \*?` + regexp.QuoteMeta(name) + ` .*`
	}
	return `(?m)^` + strings.Join(rows, `\n`) + `$`
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal(what + " did not come to be")
		}
	}
}

var named = regexp.MustCompile(`^RNTO .*/(.*)$`)

// TestTurnsPausesAndCancelsOnARealServer: the whole queue is paused meanwhile, so that nothing depends on speed; then
// the turns that were made are those in which the server gets the files.
func TestTurnsPausesAndCancelsOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	tap := ftptest.Tap(t, server.Addr)
	long := string(noise(1 << 20))
	m, _ := queueing(t, 120, 36, server, tap.Addr, "[transfers]\nparallel = 1\n",
		map[string]string{"a.bin": long, "b.bin": long, "c.bin": long, "d.bin": long, "e.bin": long})
	waiting(m, 5)
	m.WaitFor(inOrder("a.bin", "b.bin", "c.bin", "d.bin", "e.bin"))
	m.WaitFor(`5 all · 0 active · 5 waiting · 0 failed · 0 done`)
	m.Keys("J")
	m.WaitFor(inOrder("b.bin", "a.bin", "c.bin", "d.bin", "e.bin"))
	m.Keys("J") // the same one again
	m.WaitFor(inOrder("b.bin", "c.bin", "a.bin", "d.bin", "e.bin"))
	m.Keys("B")
	m.WaitFor(inOrder("b.bin", "c.bin", "d.bin", "e.bin", "a.bin"))
	m.WaitFor(`a\.bin comes last`)
	m.Keys("k", "k", "T")
	m.WaitFor(inOrder("d.bin", "b.bin", "c.bin", "e.bin", "a.bin"))
	m.Keys("j", "j", "j", "K")
	m.WaitFor(inOrder("d.bin", "b.bin", "e.bin", "c.bin", "a.bin"))

	m.Keys("Space")
	m.WaitFor(`>↑ e\.bin .* paused`)
	m.Keys("j", "x")
	m.WaitFor(`c\.bin .* cancelled`)
	m.Keys("g", "g", "m", "m")
	m.WaitFor(` 2 marked `)
	m.Keys("Space")
	m.WaitFor(`2 transfers paused`)
	m.WaitFor(`d\.bin .* paused .*\n.*b\.bin .* paused`)
	m.Keys("g", "g", "m", "m", "Space")
	m.WaitFor(`2 transfers resumed`)
	m.WaitFor(`d\.bin .* queued .*\n.*b\.bin .* queued`)

	m.Keys("P")
	m.WaitFor(`1 paused · 0 failed · 3 done 1 cancelled`)
	m.Keys("g", "g", "Space")
	m.WaitFor(`0 waiting · 0 failed · 4 done 1 cancelled`)
	var order []string
	for _, command := range tap.Commands() {
		if match := named.FindStringSubmatch(command); match != nil {
			order = append(order, match[1])
		}
	}
	if want := []string{"d.bin", "b.bin", "a.bin", "e.bin"}; !slices.Equal(order, want) {
		t.Errorf("the server got %q, not %q", order, want)
	}
	has(t, server.Path("there", "e.bin"), long)
	lacks(t, server.Path("there", "c.bin"))

	m.Keys("h") // the last tab
	m.WaitFor(`d\.bin .* done =size`)
	m.Keys("c")
	m.WaitFor(`5 transfers cleared`)
	m.WaitFor(`0 all · 0 active · 0 waiting · 0 failed · 0 done`)
	quits(t, m)
}

// TestASlowTransferIsWatchedOnARealServer: a limit that is set by key makes it last; totals and the graph are seen
// meanwhile; one is paused and goes on where it was, the other one is cancelled and leaves nothing.
func TestASlowTransferIsWatchedOnARealServer(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) { watched(t, size[0], size[1]) })
	}
}

func watched(t *testing.T, w, h int) {
	const long = 16 << 20
	server := ftptest.Vsftpd(t)
	m, sh := queueing(t, w, h, server, server.Addr, "", map[string]string{
		"kept.bin": string(noise(long)), "lost.bin": string(noise(long)),
	})
	m.Keys("w")
	limited(m, "32K")
	m.WaitFor(`limited to ↑32\.0K/s`)
	m.Keys("1", "A", "F5")
	m.WaitFor(`2 active`)
	m.Keys("w", "z")
	m.WaitFor(`(?m)^.↑ kept\.bin +[━╸]+─+ +\d% +\d.*/16\.0M +[0-9.]+K?/s .*\d`) // bar, octets, speed, time left
	m.WaitFor(`(?m)^ +[0-9.]+K/s .*[▁▂▃▄▅▆▇█]`)                                 // the graph
	m.WaitFor(`5 min ago ─+ .*/32\.0M \d% ─+ limit ↑32\.0K/s ─+ now`)
	m.WaitFor(`Queue .* [0-9.]+K?/s .* \d+[:h]\d+`)
	m.WaitFor(`↑ ?[0-9.]+K?/s `) // of all, in the first line

	m.Keys("l") // what is active alone, in which the cursor rests at the top
	m.WaitFor(`>↑ kept\.bin`)
	m.Keys("Space")
	m.WaitGone(`kept\.bin +[━╸─]`) // it is no longer active
	m.Keys("l")
	m.WaitFor(`>↑ kept\.bin .* paused`)
	if info, err := os.Stat(server.Path("there", ".kept.bin.ferrypart")); err != nil || info.Size() == 0 {
		t.Errorf("what has come of it is not kept: %v", err)
	}
	m.Keys("h")
	m.WaitFor(`>↑ lost\.bin`)
	m.Keys("x", "x") // the second one if the list has moved just then
	m.WaitFor(`cancelled`)
	eventually(t, "the end of what was cancelled", func() bool {
		left, err := filepath.Glob(server.Path("there", "*lost*"))
		more, err2 := filepath.Glob(server.Path("there", ".lost*"))
		return err == nil && err2 == nil && len(left)+len(more) == 0
	})

	limited(m, "none")
	m.Keys("l")
	m.WaitFor(`>↑ kept\.bin .* paused`)
	m.Keys("Space")
	m.WaitFor(`\b1 done`)
	sameFiles(t, filepath.Join(sh.dir, "here", "kept.bin"), server.Path("there", "kept.bin"))
	lacks(t, server.Path("there", "lost.bin"))
	quits(t, m)
}

// TestWhatIsDoneIsProvenOnARealServer by its size, and by a hash where that is asked for by key.
func TestWhatIsDoneIsProvenOnARealServer(t *testing.T) {
	server := ftptest.Proftpd(t)
	m, _ := queueing(t, 80, 24, server, server.Addr, "", map[string]string{"proven.bin": string(noise(1 << 16))})
	m.Keys("A", "F5")
	m.WaitFor(`↑ proven\.bin .* 100% +64\.0K +done =size`)
	m.Keys("w", "V")
	m.WaitFor(`↑ proven\.bin .* 100% +64\.0K +done =hash`)
	m.Keys("Enter")
	m.WaitFor(`Both sides have the same hash of all octets`)
	m.Keys("Enter")
	m.WaitGone(`Both sides`)
	quits(t, m)
}

// TestWhatFailedIsTriedAgainOnARealServer: nobody may write into the folder, until somebody may.
func TestWhatFailedIsTriedAgainOnARealServer(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) { triedAgain(t, size[0], size[1]) })
	}
}

func triedAgain(t *testing.T, w, h int) {
	server := ftptest.Pureftpd(t) // its account is not root, who may write everywhere
	m, _ := queueing(t, w, h, server, server.Addr, "", map[string]string{"1.txt": "1", "2.txt": "22", "3.txt": "333"})
	allow := func(mode os.FileMode) {
		if err := os.Chmod(server.Path("there"), mode); err != nil {
			t.Fatal(err)
		}
	}
	allow(0o555)
	m.Keys("A", "F5")
	m.WaitFor(`Queue .*\b3 fail`)
	m.Keys("w", "z", "l", "l", "l")
	m.WaitFor(`(?m)^>! \d\.txt .* denied .*failed`)
	m.WaitFor(`! Cannot write /there/\d\.txt on .*`)
	m.Keys("Enter")
	m.WaitFor(`The account may not do this there`)
	m.WaitFor(`r +try it again`)
	m.Keys("Escape")
	m.WaitGone(`try it again`)

	allow(0o755)
	m.Keys("r")
	m.WaitFor(`Queue .*\b2 fail.*\b1 done`)
	m.Keys("R")
	m.WaitFor(`trying 2 items again`)
	m.WaitFor(`Queue .*\b0 fail.*\b3 done`)
	m.Keys("c") // on this tab it is about what failed
	m.WaitFor(`Nothing here is finished`)
	m.Keys("l")
	m.WaitFor(`(?m)^.↑ \d\.txt .* done =size`)
	for name, content := range map[string]string{"1.txt": "1", "2.txt": "22", "3.txt": "333"} {
		has(t, server.Path("there", name), content)
	}
	quits(t, m)
}
