package dialog

import (
	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// List shows lines of which one is picked. More of them may come while it is open.
type List struct {
	Theme  *theme.Theme
	Title  string
	Lines  []Line
	Status Line   // stands below the lines
	Foot   string // says which keys there are
	// Pick is what Enter does with the line under the cursor, which closes the list.
	Pick func(i int) tea.Cmd
	// Cancel is asked on Esc; true closes the list.
	Cancel func() bool
	// Moved is told to which line the cursor has come; may be nil.
	Moved func(i int)
	Small bool // no larger than its lines

	scroller
}

// Begin puts the cursor on a line.
func (l *List) Begin(i int) { l.at = i }

// Update takes a key.
func (l *List) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	was := l.at
	switch k := keymap.Normalize(key.String()); k {
	case "esc", "ctrl+c", "q":
		return l.Cancel(), nil
	case "enter", "l", "right":
		return l.pick()
	default:
		l.press(k, len(l.Lines), true)
	}
	l.moved(was)
	return false, nil
}

func (l *List) pick() (closed bool, cmd tea.Cmd) {
	if l.at < len(l.Lines) {
		return true, l.Pick(l.at)
	}
	return false, nil
}

func (l *List) moved(from int) {
	if l.Moved != nil && l.at != from {
		l.Moved(l.at)
	}
}

// Wheel moves the cursor by lines.
func (l *List) Wheel(lines int) tea.Cmd {
	was := l.at
	l.at += lines
	l.clamp(len(l.Lines))
	l.moved(was)
	return nil
}

// Click puts the cursor on a line; a click on the line under the cursor picks it.
func (l *List) Click(_, y int) (closed bool, cmd tea.Cmd) {
	was := l.at
	if l.hit(y-1, len(l.Lines)) {
		return l.pick()
	}
	l.moved(was)
	return false, nil
}

// Box draws the list.
func (l *List) Box(w, h int) []string {
	v := canvas{theme: l.Theme, width: boxWidth(w, wideWidth)}
	l.room = max(min(h*3/4, h-4)-1, 0)
	if l.Small {
		l.room = min(l.room, len(l.Lines))
	}
	l.clamp(len(l.Lines))
	for i := range l.room {
		i += l.top
		switch {
		case i >= len(l.Lines):
			v.add("")
		case i == l.at:
			v.text(theme.Cursor, termtext.Pad("> "+termtext.Truncate(l.Lines[i].Text, v.inner()-2), v.inner()))
		default:
			v.text(l.Lines[i].Role, "  "+l.Lines[i].Text)
		}
	}
	v.text(l.Status.Role, l.Status.Text)
	return v.box(l.Title, l.Foot)
}
