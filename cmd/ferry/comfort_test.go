package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ferry/tui/tuitest"
)

// inTmux runs ferry's screen in a terminal, on the folder of the shell.
func (sh *shell) inTmux(w, h int) *tuitest.Tmux {
	sh.t.Helper()
	line := fmt.Sprintf("env HOME='%s' '%s' '%s' '%s'; echo ended $?; read x", sh.home, binary, sh.dir, sh.dir)
	return tuitest.NewTmux(sh.t, w, h, "sh", "-c", line)
}

func TestPaletteAndThemesInATerminal(t *testing.T) {
	sh := newShell(t)
	sh.write(".hidden file", nil)
	m := sh.inTmux(120, 36)
	m.WaitFor(`1 hidden`)
	m.Keys(":")
	m.WaitFor(`What to do`)
	m.Type("hiddenonoff")
	m.WaitFor(`> Hidden files on or off`)
	m.Keys("Enter")
	m.WaitFor(`\.hidden file`)

	m.Keys("g")
	m.WaitFor(`choose the theme`)
	m.Keys("c")
	m.WaitFor(`> auto`)
	m.Keys("j")
	m.WaitFor(`> dark`)
	m.WaitForColoured(`48;2;30;30;46`) // the theme under the cursor is worn
	m.Keys("Enter")
	m.WaitFor(`theme dark saved`)
	settings, err := os.ReadFile(filepath.Join(sh.home, ".config", "ferry", "config.toml"))
	if err != nil || !strings.Contains(string(settings), `theme = "dark"`) {
		t.Errorf("the settings are %q, %v", settings, err)
	}
	m.Keys("q")
	m.WaitFor(`ended 0`)
}

func TestMouseInATerminal(t *testing.T) {
	sh := newShell(t)
	sh.write("folder/inside.txt", nil)
	m := sh.inTmux(120, 36)
	m.WaitFor(`folder/`)
	mouse := func(button, x, y int, end string) { m.Send(fmt.Sprintf("\x1b[<%d;%d;%d%s", button, x+1, y+1, end)) }
	click := func(text string) {
		x, y := cellOf(t, m, text)
		mouse(0, x, y, "M")
		mouse(0, x, y, "m")
	}
	click("Mkdir")
	m.WaitFor(`Make a folder`)
	click("[ Cancel ]")
	m.WaitGone(`Make a folder`)

	x, y := cellOf(t, m, "folder/")
	mouse(2, x, y, "M") // the right button marks
	m.WaitFor(`1 marked`)
	click("size")
	m.WaitFor(`size ▼`)
	click("size ▼")
	m.WaitFor(`size ▲`)

	x, y = cellOf(t, m, "│")
	mouse(0, x, y, "M")
	mouse(32, x+20, y, "M") // with the button held
	mouse(0, x+20, y, "m")
	m.WaitFor(fmt.Sprintf(`(?m)^[^│]{%d}│`, x+20))

	x, y = cellOf(t, m, "folder/")
	both := fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x+1, y+1, x+1, y+1)
	m.Send(both + both) // a double click
	m.WaitFor(`inside\.txt`)
	m.Keys("q")
	m.WaitFor(`ended 0`)
}

// cellOf waits for a text, and gives the first cell that shows it. What stands before it must be narrow.
func cellOf(t *testing.T, m *tuitest.Tmux, text string) (x, y int) {
	t.Helper()
	for y, line := range strings.Split(m.WaitFor(regexp.QuoteMeta(text)), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			return len([]rune(before)), y
		}
	}
	t.Fatalf("%s is not on the screen:\n%s", text, m.Screen())
	return 0, 0
}

func TestAKeyIsBoundFromThePalette(t *testing.T) {
	sh := newShell(t)
	sh.write("only.txt", nil)
	file := filepath.Join(sh.home, ".config", "ferry", "config.toml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	const before = "# my keys\n[keys]\ncopy = [\"f5\"] # c is too near\n"
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	m := sh.inTmux(120, 36)
	m.WaitFor(`only.txt`)
	m.Keys(":")
	m.WaitFor(`What to do`)
	m.Type("swap")
	m.Keys("C-k")
	m.WaitFor(`Press the key for it`)
	m.Keys("F5")
	m.WaitFor(`F5 is taken: copy to the other pane`)
	m.Keys("F12")
	m.WaitFor(`F12 saved: swap the panes`)
	has(t, file, before+"swap = ['X', 'f12']\n")
	m.Keys("Escape")
	m.WaitGone(`What to do`)
	m.WaitFor(`▌1 local`)
	m.Keys("F12")
	m.WaitFor(`▌2 local`)
	m.Keys("q")
	m.WaitFor(`ended 0`)

	m = sh.inTmux(120, 36) // and in the next one
	m.WaitFor(`▌1 local`)
	m.WaitFor(`only.txt`)
	m.Keys("F12")
	m.WaitFor(`▌2 local`)
}
