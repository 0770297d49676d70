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

	at, top, room int
}

// Update takes a key.
func (l *List) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	switch keymap.Normalize(key.String()) {
	case "esc", "ctrl+c", "q":
		return l.Cancel(), nil
	case "enter", "l", "right":
		if l.at < len(l.Lines) {
			return true, l.Pick(l.at)
		}
	case "down", "j":
		l.at++
	case "up", "k":
		l.at--
	case "pgdown", "]":
		l.at += max(l.room-1, 1)
	case "pgup", "[":
		l.at -= max(l.room-1, 1)
	case "home", "g":
		l.at = 0
	case "end", "G":
		l.at = len(l.Lines)
	}
	l.clamp()
	return false, nil
}

func (l *List) clamp() {
	l.at = max(min(l.at, len(l.Lines)-1), 0)
	l.top = max(min(l.top, l.at, len(l.Lines)-l.room), 0)
	l.top = max(l.top, l.at-l.room+1)
}

// Box draws the list.
func (l *List) Box(w, h int) []string {
	v := canvas{theme: l.Theme, width: boxWidth(w, wideWidth)}
	l.room = max(min(h*3/4, h-4)-1, 0)
	l.clamp()
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
