package dialog

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// mostRunes bounds what can be typed or pasted into a field.
const mostRunes = 4096

// Field is one line of a Form: a text, or one of several options.
type Field struct {
	Label   string
	Options []string // one of these is chosen; nil for a text
	Section string   // heads the fields that begin here; "" goes on with the last one

	input  textinput.Model
	masked bool
	at     int // the chosen option
}

// Text makes a field for a text, with the cursor at its end.
func Text(label, value string) Field {
	in := textinput.New()
	in.CharLimit = mostRunes
	in.KeyMap.Paste = key.NewBinding() // the terminal pastes; asking the system's clipboard would be I/O
	in.Cursor.SetMode(cursor.CursorStatic)
	in.SetValue(value)
	in.CursorEnd()
	in.Focus()
	return Field{Label: label, input: in}
}

// Secret makes a field whose text is not shown.
func Secret(label string) Field {
	f := Text(label, "")
	f.masked = true
	return f
}

// Radio makes a field for one of several options.
func Radio(label string, options []string, chosen int) Field {
	return Field{Label: label, Options: options, at: chosen}
}

// Value gives the text or the chosen option.
func (f *Field) Value() string {
	if f.Options != nil {
		return f.Options[f.at]
	}
	return f.input.Value()
}

// edit takes a key and may complain.
func (f *Field) edit(msg tea.KeyMsg) (complaint string) {
	if f.Options != nil {
		f.choose(msg)
		return ""
	}
	if strings.ContainsFunc(string(msg.Runes), unicode.IsControl) {
		return "Line ends and control characters cannot be used here."
	}
	f.input, _ = f.input.Update(msg)
	return ""
}

func (f *Field) choose(msg tea.KeyMsg) {
	switch keymap.Normalize(msg.String()) {
	case "right", "space", "l":
		f.at = (f.at + 1) % len(f.Options)
	case "left", "h":
		f.at = (f.at + len(f.Options) - 1) % len(f.Options)
	}
}

func (f *Field) draw(t *theme.Theme, width, labelWidth int, focused bool) string {
	label := ""
	if f.Label != "" {
		role := theme.Dim
		if focused {
			role = theme.TitleFocused
		}
		label = t.Paint(role, termtext.Pad(f.Label, labelWidth)) + " "
		width -= labelWidth + 1
	}
	if f.Options != nil {
		return label + f.drawOptions(t, width, focused)
	}
	return label + f.drawText(t, width, focused)
}

// drawOptions shows all options, or only the chosen one where there is no room for them.
func (f *Field) drawOptions(t *theme.Theme, width int, focused bool) string {
	chosen := theme.Text
	if focused {
		chosen = theme.FieldFocused
	}
	cells := -optionGap
	parts := make([]string, len(f.Options))
	for i, o := range f.Options {
		sign, role := "( ) ", theme.Dim
		if i == f.at {
			sign, role = "(o) ", chosen
		}
		parts[i] = t.Paint(role, sign+o)
		cells += optionGap + termtext.Width(sign+o)
	}
	if cells > width {
		return t.Paint(chosen, "< "+f.Value()+" >")
	}
	return strings.Join(parts, strings.Repeat(" ", optionGap))
}

// optionSpan is where an option is drawn in the line of its field.
type optionSpan struct{ option, x, w int }

// optionSpans gives the spans of all options; where only the chosen one is shown, a click there takes the next.
func (f *Field) optionSpans(width, labelWidth int) []optionSpan {
	x := 0
	if f.Label != "" {
		x = labelWidth + 1
	}
	var all []optionSpan
	for i, o := range f.Options {
		w := len("( ) ") + termtext.Width(o)
		all = append(all, optionSpan{i, x, w})
		x += w + optionGap
	}
	if x-optionGap > width && len(all) > 0 {
		return []optionSpan{{(f.at + 1) % len(f.Options), 0, width}}
	}
	return all
}

const optionGap = 2 // cells

// drawText shows the part of the text around the cursor.
func (f *Field) drawText(t *theme.Theme, width int, focused bool) string {
	shown, at := f.shown(), f.input.Position()
	from := 0
	if focused {
		from = windowStart(shown, at, width)
	} else {
		shown, at = cut(shown, width), -1
	}
	role := theme.Field
	if focused {
		role = theme.FieldFocused
	}
	on, cells := t.On(role), 0
	var b strings.Builder
	b.WriteString(on)
	for i := from; i < len(shown); i++ {
		w := termtext.Width(shown[i])
		if cells+w > width {
			break
		}
		cells += w
		b.WriteString(underCursor(shown[i], on, focused && i == at))
	}
	if focused && at >= len(shown) && cells < width {
		b.WriteString(underCursor(" ", on, focused))
		cells++
	}
	b.WriteString(strings.Repeat(" ", max(width-cells, 0)))
	b.WriteString(theme.Off)
	return b.String()
}

// cut leaves out what does not fit, and says so by an ellipsis.
func cut(shown []string, width int) []string {
	cells := 0
	for i, s := range shown {
		if cells += termtext.Width(s); cells > width {
			for ; i > 0 && cells > width-1; i-- {
				cells -= termtext.Width(shown[i])
			}
			return append(shown[:i+1:i+1], "…")
		}
	}
	return shown
}

func underCursor(s, on string, here bool) string {
	if !here {
		return s
	}
	return "\x1b[7m" + s + theme.Off + on
}

// shown gives the runes of the text as they are drawn.
func (f *Field) shown() []string {
	runes := []rune(f.input.Value())
	all := make([]string, len(runes))
	for i, r := range runes {
		all[i] = "•"
		if !f.masked {
			all[i] = termtext.Display(string(r))
		}
	}
	return all
}

// windowStart gives the first rune to draw, so that the cursor is inside the width.
func windowStart(shown []string, at, width int) int {
	cells := 1 // for the cursor
	for i := min(at, len(shown)) - 1; i >= 0; i-- {
		cells += termtext.Width(shown[i])
		if cells > width {
			return i + 1
		}
	}
	return 0
}

func lower(s string) string { return strings.ToLower(s) }
