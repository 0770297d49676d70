package main

import (
	"fmt"
	"os"
	"path/filepath"
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
	const ground = "48;2;30;30;46"
	if !strings.Contains(m.Coloured(), ground) {
		t.Error("the theme under the cursor is not worn")
	}
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

// cellOf gives the first cell that shows a text. What stands before it must be narrow.
func cellOf(t *testing.T, m *tuitest.Tmux, text string) (x, y int) {
	t.Helper()
	for y, line := range strings.Split(m.Screen(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			return len([]rune(before)), y
		}
	}
	t.Fatalf("%s is not on the screen:\n%s", text, m.Screen())
	return 0, 0
}
