// Package dialog holds the boxes that lie over the screen until they are answered. A dialog does no input or output;
// what is to happen is told to it as functions that return commands.
package dialog

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// Dialog is a box over the screen.
type Dialog interface {
	// Update takes a key. closed tells that the dialog has been answered.
	Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd)
	// Box draws the dialog for a screen of w times h cells: lines of one width, none wider than w, at most h.
	Box(w, h int) []string
}

const (
	usualWidth = 56
	wideWidth  = 78
	fullBelow  = 60 // columns
	margins    = 4  // border and blank on both sides
	buttonGap  = 2
)

// boxWidth gives the width of a box that would like to be so wide.
func boxWidth(w, wish int) int {
	if w < fullBelow {
		return w
	}
	return min(w, wish)
}

// canvas collects the inner lines of a box.
type canvas struct {
	theme *theme.Theme
	width int // of the box
	lines []string
	spots []spot
}

// inner gives the cells between the margins.
func (c *canvas) inner() int { return max(c.width-margins, 0) }

// add adds a line that is painted already and may hold sequences.
func (c *canvas) add(line string) { c.lines = append(c.lines, line) }

// text adds a safe line in a role.
func (c *canvas) text(r theme.Role, line string) {
	c.add(c.theme.Paint(r, termtext.Truncate(line, c.inner())))
}

// box draws the border around the lines. title and foot stand in it.
func (c *canvas) box(title, foot string) []string {
	t := c.theme
	side := t.Paint(theme.BorderFocused, "│")
	out := make([]string, 0, len(c.lines)+2)
	out = append(out, c.edge("┌─", title, "┐", theme.DialogTitle, false))
	for _, line := range c.lines {
		line = ansi.Truncate(line, c.inner(), "")
		out = append(out, side+" "+line+strings.Repeat(" ", max(c.inner()-ansi.StringWidth(line), 0))+" "+side)
	}
	return append(out, c.edge("└─", foot, "┘", theme.Dim, true))
}

// edge draws the upper or lower border with a text in it, at its left or right end.
func (c *canvas) edge(corner, text, end string, r theme.Role, right bool) string {
	t := c.theme
	text = termtext.Truncate(text, c.width-7)
	if text != "" {
		text = " " + text + " "
	}
	line := figure.Line(c.width - 4 - termtext.Width(text))
	if right {
		return t.Paint(theme.BorderFocused, corner+line) + t.Paint(r, text) + t.Paint(theme.BorderFocused, "─"+end)
	}
	return t.Paint(theme.BorderFocused, corner) + t.Paint(r, text) + t.Paint(theme.BorderFocused, line+"─"+end)
}

// buttons adds the buttons in a line, at its right end. The one with the focus wears double brackets; where there is
// no room for all it is shown alone, between arrows. press is told which one a click hit.
func (c *canvas) buttons(labels []string, focus int, press func(i int) (bool, tea.Cmd)) {
	texts, width := buttonTexts(labels, focus)
	if width > c.inner() && len(labels) > 1 && focus >= 0 && focus < len(labels) {
		text := texts[focus]
		gap := max(c.inner()-termtext.Width(text)-4, 0)
		c.onNext(gap+2, termtext.Width(text), func() (bool, tea.Cmd) { return press(focus) })
		c.add(strings.Repeat(" ", gap) + "< " + c.theme.Paint(theme.ButtonFocused, text) + " >")
		return
	}
	x := max(c.inner()-width, 0)
	row := strings.Repeat(" ", x)
	for i, text := range texts {
		role := theme.Button
		if i == focus {
			role = theme.ButtonFocused
		}
		c.onNext(x, termtext.Width(text), func() (bool, tea.Cmd) { return press(i) })
		row += c.theme.Paint(role, text) + strings.Repeat(" ", buttonGap)
		x += termtext.Width(text) + buttonGap
	}
	c.add(strings.TrimSuffix(row, strings.Repeat(" ", buttonGap)))
}

// buttonTexts gives the buttons with their brackets, and the cells of all of them with the gaps.
func buttonTexts(labels []string, focus int) (texts []string, width int) {
	for i, label := range labels {
		text := "[ " + label + " ]"
		if i == focus {
			text = "[[ " + label + " ]]"
		}
		texts = append(texts, text)
		width += termtext.Width(text) + buttonGap
	}
	return texts, width - buttonGap
}

// Corner gives where the box of a dialog lies on a screen of w times h cells.
func Corner(box []string, w, h int) (x, y int) {
	if len(box) == 0 {
		return 0, 0
	}
	return max((w-ansi.StringWidth(box[0]))/2, 0), max((h-len(box))/2, 0)
}

// Splice lays a box over the middle of a frame of lines, each w cells wide. It changes lines.
func Splice(lines, box []string, w int) {
	if len(box) == 0 {
		return
	}
	width := ansi.StringWidth(box[0])
	x, y := Corner(box, w, len(lines))
	for i, b := range box {
		if y+i >= len(lines) {
			return
		}
		line := cell.Straighten(lines[y+i])
		left := ansi.Truncate(line, x, "")
		left += strings.Repeat(" ", max(x-ansi.StringWidth(left), 0)) // a wide sign was cut
		right := ansi.TruncateLeft(line, x+width, "")
		if ansi.StringWidth(right) > w-x-width { // a wide sign lies half below the box
			right = ansi.TruncateLeft(line, x+width+1, "")
		}
		gap := strings.Repeat(" ", max(w-x-width-ansi.StringWidth(right), 0))
		over := append(cell.Column([]byte(left+theme.Off), x), b...)
		over = append(cell.Column(append(over, theme.Off...), x+width), gap...)
		lines[y+i] = string(over) + right + theme.Off
	}
}
