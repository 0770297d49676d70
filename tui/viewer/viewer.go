// Package viewer shows a file of either shore without fetching more of it than is looked at: a piece at a time, around
// what is on the screen. Text is coloured and wrapped; what is no text is shown in hexadecimal. A Viewer does no input
// or output itself: what takes time happens in the commands that it returns.
package viewer

import (
	"bytes"
	"context"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"ferry/internal/vfs"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// Config says what is to be shown.
type Config struct {
	Context context.Context // ends all work of the viewer
	Theme   *theme.Theme
	FS      vfs.FS
	Path    string
	Entry   vfs.Entry // as its listing told
}

// Viewer is a box as large as the screen (dialog.Dialog). It is not safe for concurrent use.
type Viewer struct {
	cfg Config
	win window

	top    int64 // offset of the first line or row on the screen
	sub    int   // rows of that line that lie above the screen, where lines are wrapped
	left   int   // cells that lie left of the screen, where they are not
	hex    bool
	nowrap bool
	w      int // columns and rows for the file, when it was last drawn
	rows   int

	tokens []token // of the first piece
	prompt *prompt // where a text to search is being typed
	needle string
	hit    int64 // where needle was found; negative where it was not

	req       int
	cancel    context.CancelFunc
	fetching  bool
	searching bool
	remark    string
	problem   error
}

// Open begins to show a file.
func Open(cfg Config) (*Viewer, tea.Cmd) {
	v := &Viewer{cfg: cfg, hit: -1, rows: 1, w: 1}
	return v, v.fetch(0, piece, nil)
}

// Update takes a key. Leaving gives up what is under way.
func (v *Viewer) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	if v.prompt != nil {
		return false, v.typed(key)
	}
	v.remark = ""
	switch k := keymap.Normalize(key.String()); k {
	case "esc", "ctrl+c", "ctrl+g":
		if v.stop() {
			v.remark = "Stopped."
			return false, nil
		}
		return true, nil
	case "q", "f3", "f10", "i":
		v.stop()
		return true, nil
	default:
		cmd = v.act(k)
	}
	return false, tea.Batch(cmd, v.needs())
}

// act does what a key stands for.
func (v *Viewer) act(k string) tea.Cmd {
	switch k {
	case "/", "f7":
		v.prompt = newPrompt()
	case "n":
		return v.search(1)
	case "N":
		return v.search(-1)
	case "x", "f4":
		v.toggleHex()
	case "w", "f2":
		v.nowrap, v.left, v.sub = !v.nowrap, 0, 0
	case "end", "G", ">":
		return v.toEnd()
	case "home", "g", "<":
		return v.goTo(0)
	default:
		v.move(k)
	}
	return nil
}

// move scrolls.
func (v *Viewer) move(k string) {
	switch k {
	case "down", "j", "enter":
		v.scroll(1)
	case "up", "k":
		v.scroll(-1)
	case "pgdown", "space", "]", "ctrl+f":
		v.scroll(max(v.rows-1, 1))
	case "pgup", "b", "[":
		v.scroll(-max(v.rows-1, 1))
	case "ctrl+d", "}":
		v.scroll(max(v.rows/2, 1))
	case "ctrl+u", "{":
		v.scroll(-max(v.rows/2, 1))
	case "right", "l":
		v.sideways(sideStep)
	case "left", "h":
		v.sideways(-sideStep)
	}
}

// Wheel scrolls by lines.
func (v *Viewer) Wheel(lines int) tea.Cmd {
	v.scroll(lines)
	return v.needs()
}

// Click does what the key does that the foot names at a cell.
func (v *Viewer) Click(x, y int) (closed bool, cmd tea.Cmd) {
	if y <= v.rows || v.prompt != nil || v.problem != nil {
		return false, nil
	}
	if key, ok := keymap.HintAt(ansi.Strip(v.foot()[0]), x); ok {
		return v.Update(key)
	}
	return false, nil
}

const sideStep = 8 // cells

func (v *Viewer) sideways(cells int) {
	if v.nowrap && !v.hex {
		v.left = max(min(v.left+cells, v.widest()-v.w+1), 0)
	}
}

func (v *Viewer) toggleHex() {
	v.hex, v.sub, v.left = !v.hex, 0, 0
	v.clamp()
}

// goTo shows the line or row at an offset, which is fetched if it is not held.
func (v *Viewer) goTo(off int64) tea.Cmd {
	arrive := func() { v.top, v.sub = off, 0 }
	if off >= v.win.off && off < v.win.end() || off == 0 && v.win.off == 0 {
		arrive()
		v.clamp()
		return nil
	}
	from := max(off-piece/2, 0) / hexColumns * hexColumns
	return v.fetch(from, piece, arrive)
}

// toEnd shows the end of the file.
func (v *Viewer) toEnd() tea.Cmd {
	size := v.cfg.Entry.Size
	switch {
	case v.win.whole:
		v.bottom()
		return nil
	case size < 0:
		v.remark = "Where this file ends is not known; go on downwards."
		return nil
	case size <= v.win.end()+piece:
		return v.fetch(v.win.end(), 2*piece, v.bottom)
	}
	return v.fetch((size-piece)/hexColumns*hexColumns, 2*piece, v.bottom)
}

// bottom scrolls so that the last line held is on the last row.
func (v *Viewer) bottom() {
	v.top, v.sub = v.win.end(), 0
	v.clamp()
	v.scroll(1 - v.rows)
}

// clamp brings the place into what is held, to the beginning of a line or row.
func (v *Viewer) clamp() {
	last := max(v.win.end()-1, v.win.off)
	v.top = min(max(v.top, v.win.off), last)
	if v.hex {
		v.top -= v.top % hexColumns
		return
	}
	if len(v.win.lines) > 0 {
		v.top = v.win.lines[v.win.lineAt(v.top)]
	}
}

// isBinary judges by the first piece: a NUL, or many octets that are no text.
func isBinary(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return true
	}
	odd := 0
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != '\x1b' {
			odd++
		}
		i += n
	}
	return odd*10 > len(data)
}
