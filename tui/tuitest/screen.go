// Package tuitest supports tests of the screen: a terminal in memory that replays what was written to it, frames
// kept as files, and tmux for the whole program.
package tuitest

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Screen is a terminal in memory. It knows what Bubble Tea's renderer and our own rows write: text with graphemes of
// one or two cells, CR, LF, the cursor movements CSI A H G, the erasures CSI J K X, the modes of wrapping and the
// alternate screen, the title. Colours are left out. It implements io.Writer; a Write holds whole sequences.
type Screen struct {
	Title  string // the last one set
	width  int
	height int
	x, y   int // x is width behind the last cell: the next grapheme wraps
	noWrap bool
	cells  [][]string // one grapheme each, "" is the second cell of a wide one
	last   *string    // the cell last written
	parser *ansi.Parser
}

// NewScreen gives an empty screen.
func NewScreen(width, height int) *Screen {
	s := &Screen{width: width, height: height, parser: ansi.NewParser()}
	s.clear()
	return s
}

// Resize cuts or widens the screen and keeps what fits, as terminals do in the alternate screen.
func (s *Screen) Resize(width, height int) {
	old := s.cells
	s.width, s.height = width, height
	s.clear()
	for y := range min(len(old), height) {
		copy(s.cells[y], old[y])
	}
	s.x, s.y = min(s.x, width-1), min(s.y, height-1)
}

// Lines gives the rows without the blanks at their ends.
func (s *Screen) Lines() []string {
	lines := make([]string, s.height)
	for y, row := range s.cells {
		lines[y] = strings.TrimRight(strings.Join(row, ""), " ")
	}
	return lines
}

// String gives the rows, joined by newlines.
func (s *Screen) String() string { return strings.Join(s.Lines(), "\n") }

// Write replays what was written to a terminal.
func (s *Screen) Write(p []byte) (int, error) {
	var state byte
	for rest := string(p); rest != ""; {
		seq, width, n, next := ansi.DecodeSequence(rest, state, s.parser)
		state, rest = next, rest[n:]
		switch {
		case width > 0:
			s.put(seq, width)
		case strings.HasPrefix(seq, "\x1b["):
			s.csi()
		case strings.HasPrefix(seq, "\x1b]"):
			s.osc(seq)
		case seq[0] >= 0x80 && s.last != nil:
			*s.last += seq // a mark on an ASCII letter comes by itself
		default:
			s.control(seq)
		}
	}
	return len(p), nil
}

func (s *Screen) clear() {
	s.cells = make([][]string, s.height)
	for y := range s.cells {
		s.cells[y] = strings.Split(strings.Repeat(" ", s.width), "")
	}
}

func (s *Screen) put(grapheme string, width int) {
	fits := s.x+width <= s.width
	switch {
	case !fits && (s.noWrap && width > 1 || width > s.width):
		return // as tmux does
	case !fits && s.noWrap:
		s.x = s.width - 1
	case !fits:
		s.x = 0
		s.newline()
	}
	s.erase(s.y, s.x, s.x+width)
	s.cells[s.y][s.x] = grapheme
	s.last = &s.cells[s.y][s.x]
	for i := 1; i < width; i++ {
		s.cells[s.y][s.x+i] = ""
	}
	s.x += width
	if s.noWrap {
		s.x = min(s.x, s.width-1)
	}
}

// erase blanks the cells from x to end of a row, and the other halves of wide graphemes that it hits.
func (s *Screen) erase(y, x, end int) {
	row := s.cells[y]
	end = min(end, s.width)
	for x > 0 && x < s.width && row[x] == "" {
		x--
	}
	for end < s.width && row[end] == "" {
		end++
	}
	for ; x < end; x++ {
		row[x] = " "
	}
}

func (s *Screen) newline() {
	if s.y < s.height-1 {
		s.y++
		return
	}
	copy(s.cells, s.cells[1:])
	s.cells[s.height-1] = strings.Split(strings.Repeat(" ", s.width), "")
}

func (s *Screen) control(seq string) {
	switch seq {
	case "\r":
		s.x = 0
	case "\n":
		s.newline()
	case "\b":
		s.x = max(s.x-1, 0)
	}
}

func (s *Screen) osc(seq string) {
	body := strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(seq, "\x1b]"), "\x07"), "\x1b\\")
	if kind, text, _ := strings.Cut(body, ";"); kind == "0" || kind == "2" {
		s.Title = text
	}
}

func (s *Screen) csi() {
	cmd := ansi.Cmd(s.parser.Command())
	param := func(i, missing int) int {
		n, _ := s.parser.Param(i, missing)
		return n
	}
	at := min(s.x, s.width-1)
	switch {
	case cmd.Prefix() == '?':
		s.mode(cmd.Final() == 'h')
	case cmd.Prefix() != 0 || cmd.Intermediate() != 0:
	case cmd.Final() == 'A':
		s.y = max(s.y-max(param(0, 1), 1), 0)
	case cmd.Final() == 'H':
		s.y = clamp(param(0, 1), s.height)
		s.x = clamp(param(1, 1), s.width)
	case cmd.Final() == 'G':
		s.x = clamp(param(0, 1), s.width)
	case cmd.Final() == 'K':
		s.eraseLine(param(0, 0), at)
	case cmd.Final() == 'J':
		s.eraseScreen(param(0, 0), at)
	case cmd.Final() == 'X':
		s.erase(s.y, at, at+max(param(0, 1), 1))
	}
}

// clamp turns a position counted from 1, where 0 means 1, into an index.
func clamp(n, size int) int { return min(max(n, 1), size) - 1 }

func (s *Screen) mode(on bool) {
	switch n, _ := s.parser.Param(0, 0); n {
	case 7:
		s.noWrap = !on
	case 1049:
		s.clear()
	}
}

func (s *Screen) eraseLine(how, at int) {
	switch how {
	case 0:
		s.erase(s.y, at, s.width)
	case 1:
		s.erase(s.y, 0, at+1)
	case 2:
		s.erase(s.y, 0, s.width)
	}
}

func (s *Screen) eraseScreen(how, at int) {
	switch how {
	case 0:
		s.erase(s.y, at, s.width)
		for y := s.y + 1; y < s.height; y++ {
			s.erase(y, 0, s.width)
		}
	case 2, 3:
		s.clear()
	}
}
