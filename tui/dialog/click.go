package dialog

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"ferry/tui/keymap"
)

// Hint gives the key that the lower border of a box names at a cell of it.
func Hint(box []string, x, y int) (tea.KeyMsg, bool) {
	if y < 0 || y != len(box)-1 {
		return tea.KeyMsg{}, false
	}
	line := ansi.Strip(box[y])
	if !strings.HasPrefix(line, "└") {
		return tea.KeyMsg{}, false
	}
	return keymap.HintAt(line, x)
}

// spot is a part of a box on which a click does something; x and y count from the box's corner.
type spot struct {
	x, y, w int
	press   func() (closed bool, cmd tea.Cmd)
}

// clickable is a dialog with spots, as it was drawn last.
type clickable struct{ spots []spot }

// Click does what the spot at a cell of the box is for.
func (c *clickable) Click(x, y int) (closed bool, cmd tea.Cmd) {
	for _, s := range c.spots {
		if y == s.y && x >= s.x && x < s.x+s.w {
			return s.press()
		}
	}
	return false, nil
}

// onNext makes w cells of the line that is added next a spot, from a column between the margins on.
func (c *canvas) onNext(x, w int, press func() (bool, tea.Cmd)) {
	c.spots = append(c.spots, spot{x: x + margins/2, y: len(c.lines) + 1, w: w, press: press})
}

// scroll takes the first lines away, with their spots.
func (c *canvas) scroll(lines int) {
	c.lines = c.lines[lines:]
	for i := range c.spots {
		c.spots[i].y -= lines
	}
}

// onNextLine makes all of the line that is added next a spot.
func (c *canvas) onNextLine(press func() (bool, tea.Cmd)) { c.onNext(0, c.inner(), press) }
