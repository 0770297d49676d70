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

// hints gives a foot that tells how much lies above and below what is shown, in few words where room is scarce.
func (c *canvas) hints(above, below int, foot string) string {
	long, short := "↑ scrolls back", "↑"
	switch {
	case below > 0:
		long, short = "↓ "+figure.Plural(below, "more line"), "↓ "+figure.Count(below)
	case above == 0:
		return foot
	}
	if text := long + " · " + foot; termtext.Width(text) <= c.width-7 {
		return text
	}
	return short + " · " + foot
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

// buttons adds the buttons at the right end, in as many lines as they take. The one with the focus wears double
// brackets. press is told which one a click hit.
func (c *canvas) buttons(labels []string, focus int, press func(i int) (bool, tea.Cmd)) {
	texts := buttonTexts(labels, focus)
	next := 0
	for _, n := range buttonRows(texts, c.inner()) {
		from := next
		next += n
		c.buttonRow(texts[from:next], focus-from, func(i int) (bool, tea.Cmd) { return press(from + i) })
	}
}

func (c *canvas) buttonRow(texts []string, focus int, press func(i int) (bool, tea.Cmd)) {
	x := max(c.inner()-buttonCells(texts), 0)
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

// buttonRows tells how many buttons stand in each line.
func buttonRows(texts []string, width int) []int {
	rows := []int{0}
	from := 0
	for i := range texts {
		if i > from && buttonCells(texts[from:i+1]) > width {
			rows, from = append(rows, 0), i
		}
		rows[len(rows)-1]++
	}
	return rows
}

// buttonCells gives the cells of buttons beside each other, with the gaps.
func buttonCells(texts []string) int {
	width := -buttonGap
	for _, text := range texts {
		width += termtext.Width(text) + buttonGap
	}
	return width
}

// buttonTexts gives the buttons with their brackets.
func buttonTexts(labels []string, focus int) (texts []string) {
	for i, label := range labels {
		text := "[ " + label + " ]"
		if i == focus {
			text = "[[ " + label + " ]]"
		}
		texts = append(texts, text)
	}
	return texts
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
