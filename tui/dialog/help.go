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
	group := ""
	var pending []string
	flush := func() {
		for len(pending) > 0 {
			line := termtext.Pad(pending[0], helpColumn)
			if pending = pending[1:]; len(pending) > 0 {
				line, pending = line+pending[0], pending[1:]
			}
			d.Lines = append(d.Lines, Line{Text: line, Cut: true})
		}
	}
	for _, b := range keys.For(c) {
		if b.Group != group {
			flush()
			group = b.Group
			d.Lines = append(d.Lines, Line{Role: theme.Key, Text: group})
		}
		pending = append(pending, helpEntry(b))
	}
	flush()
	return d
}

// helpEntry gives "j ↓          one line down".
func helpEntry(b keymap.Binding) string {
	labels := make([]string, len(b.Keys))
	for i, k := range b.Keys {
		labels[i] = keymap.Label(k)
	}
	keys := strings.Join(labels, " ")
	return " " + termtext.Pad(termtext.Truncate(keys, helpKeys), helpKeys) + " " +
		termtext.Truncate(b.Help, helpColumn-helpKeys-2)
}
