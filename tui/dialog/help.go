package dialog

import (
	"strings"

	"ferry/internal/termtext"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

const (
	helpColumn = 37 // cells of one of the two columns
	helpKeys   = 13 // cells of the keys in it
)

// Help tells what the keys do in a context; about says for which panel. It is drawn from the table of the keys.
func Help(t *theme.Theme, keys *keymap.Map, c keymap.Context, about string) *Choice {
	d := &Choice{
		Theme: t, Title: "Keys: " + about, Wide: true,
		Foot:    "j k scroll · Esc closes",
		Buttons: []Button{{Label: "Close", Key: "?"}},
	}
	table := helpTable{}
	group := ""
	for _, b := range keys.For(c) {
		if b.Group != group {
			group = b.Group
			table.heading(group)
		}
		table.entry(helpEntry(b))
	}
	table.flush()
	d.Lines = table.lines
	return d
}

// helpTable sets entries in two columns; what is too long for one takes a line of its own.
type helpTable struct {
	lines []Line
	half  string // an entry that waits for its neighbour
}

func (h *helpTable) heading(text string) {
	h.flush()
	h.lines = append(h.lines, Line{Role: theme.Key, Text: text})
}

func (h *helpTable) entry(text string) {
	switch {
	case termtext.Width(text) >= helpColumn:
		h.flush()
		h.add(text)
	case h.half == "":
		h.half = text
	default:
		h.add(termtext.Pad(h.half, helpColumn) + text)
		h.half = ""
	}
}

func (h *helpTable) flush() {
	if h.half != "" {
		h.add(h.half)
		h.half = ""
	}
}

func (h *helpTable) add(text string) { h.lines = append(h.lines, Line{Text: text, Cut: true}) }

// helpEntry gives "j ↓          one line down".
func helpEntry(b keymap.Binding) string {
	labels := make([]string, len(b.Keys))
	for i, k := range b.Keys {
		labels[i] = keymap.Label(k)
	}
	keys := strings.Join(labels, " ")
	return " " + termtext.Pad(keys, helpKeys) + " " + b.Help
}
