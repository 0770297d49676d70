package dialog

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/config"
	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/terminal"
	"ferry/tui/theme"
)

// Settings shows all settings by section and changes them one at a time.
type Settings struct {
	Theme  *theme.Theme
	Path   string                          // of the file, safe
	Values config.Settings                 // in force
	Said   func(string) bool               // a flag or variable wins over the setting; nil: none does
	Faults []string                        // what of the file is not used, safe, with line and column
	Save   func(key, value string) tea.Cmd // Saved tells how that ended

	clickable
	at     int // the setting under the cursor
	top    int // the first line that is shown
	room   int // lines of settings when it was last drawn
	editor *Field
	told   Line // how the latest change ended
}

// The columns of a setting.
const (
	settingName  = 16
	settingValue = 26
	settingHelp  = 4 // lines below the list
)

// Update takes a key.
func (s *Settings) Update(msg tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	k := keymap.Normalize(msg.String())
	if s.editor != nil {
		return false, s.edit(msg, k)
	}
	var cmds []tea.Cmd
	for _, one := range terminal.SplitKeys(msg) {
		leave, cmd := s.press(keymap.Normalize(one.String()))
		closed, cmds = closed || leave, append(cmds, cmd)
	}
	return closed, tea.Batch(cmds...)
}

// press takes a key while no text is edited.
func (s *Settings) press(k string) (closed bool, cmd tea.Cmd) {
	s.told = Line{}
	switch k {
	case "esc", "q", "ctrl+c":
		return true, nil
	case "enter", "space", "right", "l":
		return false, s.change(1)
	case "left", "h":
		return false, s.change(-1)
	case "delete", "backspace":
		return false, s.save(s.current().Default)
	}
	s.moveCursor(k)
	return false, nil
}

func (s *Settings) moveCursor(k string) {
	last := len(config.Table()) - 1
	switch k {
	case "down", "j", "tab":
		s.at++
	case "up", "k", "shift+tab":
		s.at--
	case "pgdown", "]":
		s.at += max(s.room-1, 1)
	case "pgup", "[":
		s.at -= max(s.room-1, 1)
	case "home":
		s.at = 0
	case "end", "G":
		s.at = last
	}
	s.at = max(min(s.at, last), 0)
}

func (s *Settings) current() config.Setting { return config.Table()[s.at] }

// change takes the next value of a switch or a choice, or begins to edit a text.
func (s *Settings) change(by int) tea.Cmd {
	one := s.current()
	value := s.Values.Text(one.Key())
	options := one.Choices
	if one.Kind == config.Switch {
		options = []string{"false", "true"}
	}
	if options == nil {
		field := Text("", value)
		s.editor = &field
		return nil
	}
	i := slices.Index(options, value)
	return s.save(options[(i+by+len(options))%len(options)])
}

// edit takes a key while a text is edited.
func (s *Settings) edit(msg tea.KeyMsg, k string) tea.Cmd {
	switch k {
	case "esc", "ctrl+c":
		s.editor, s.told = nil, Line{}
	case "enter":
		return s.save(strings.TrimSpace(s.editor.Value()))
	default:
		s.complain(s.editor.edit(msg))
	}
	return nil
}

func (s *Settings) save(value string) tea.Cmd {
	one := s.current()
	if err := one.Check(value); err != nil {
		s.complain(prose.Capital(prose.Safe(err.Error())) + ".")
		return nil
	}
	s.editor = nil
	return s.Save(one.Key(), value)
}

func (s *Settings) complain(text string) { s.told = Line{Role: theme.Bad, Text: text} }

// Saved tells the dialog how a change ended.
func (s *Settings) Saved(values config.Settings, key string, err error) {
	one, _ := config.Lookup(key)
	switch {
	case err != nil:
		s.complain("It could not be saved: " + prose.Safe(err.Error()))
	default:
		s.Values = values
		s.told = Line{Role: theme.Good, Text: "Saved; " + one.Name + " counts " + string(one.Counts) + "."}
	}
}

// Box draws the dialog.
func (s *Settings) Box(w, h int) []string {
	v := canvas{theme: s.Theme, width: boxWidth(w, wideWidth)}
	lines, rows, cursor := s.list(v.inner())
	s.room = max(min(len(lines), h-settingHelp-3), 1)
	s.top = max(min(s.top, cursor-1, len(lines)-s.room), 0)
	s.top = max(s.top, cursor-s.room+1)
	for i, line := range lines[s.top : s.top+s.room] {
		if row := rows[s.top+i]; row >= 0 {
			v.onNextLine(func() (bool, tea.Cmd) { return false, s.click(row) })
		}
		v.add(line)
	}
	s.spots = v.spots
	v.text(theme.Border, figure.Line(v.inner()))
	for _, line := range s.explained(v.inner()) {
		v.text(line.Role, line.Text)
	}
	return v.box("Settings", v.hints(0, len(lines)-s.room-s.top, s.foot()))
}

// click goes to a setting; a click on the one under the cursor changes it.
func (s *Settings) click(i int) tea.Cmd {
	if s.editor != nil {
		return nil
	}
	if i != s.at {
		s.at, s.told = i, Line{}
		return nil
	}
	return s.change(1)
}

// Wheel moves the cursor by lines.
func (s *Settings) Wheel(lines int) tea.Cmd {
	if s.editor == nil {
		s.at = max(min(s.at+lines, len(config.Table())-1), 0)
	}
	return nil
}

// list draws all settings under the titles of their sections. It gives the setting of each line, -1 for a title, and
// the line that the cursor is on.
func (s *Settings) list(width int) (lines []string, rows []int, cursor int) {
	section := ""
	for i, one := range config.Table() {
		if one.Section != section {
			section = one.Section
			lines, rows = append(lines, s.Theme.Paint(theme.Key, "["+section+"]")), append(rows, -1)
		}
		if i == s.at {
			cursor = len(lines)
		}
		lines, rows = append(lines, s.row(one, i == s.at, width)), append(rows, i)
	}
	return lines, rows, cursor
}

func (s *Settings) row(one config.Setting, here bool, width int) string {
	sign, name := "  ", theme.Text
	if here {
		sign, name = "> ", theme.TitleFocused
	}
	head := s.Theme.Paint(name, termtext.Pad(sign+one.Name, settingName+2)) + " "
	width -= settingName + 3
	if here && s.editor != nil {
		return head + s.editor.draw(s.Theme, width, 0, true)
	}
	value, role, origin := s.Values.Text(one.Key()), theme.Dim, "default"
	if value != one.Default {
		role, origin = theme.Text, ""
	}
	if s.Said != nil && s.Said(one.Key()) {
		origin = "flag wins"
	}
	if value == "" {
		value = "—"
	}
	value = termtext.Truncate(termtext.Display(value), settingValue)
	return head + s.Theme.Paint(role, termtext.Pad(value, settingValue)) + " " + s.Theme.Paint(theme.Dim, origin)
}

// explained gives the lines about the setting under the cursor.
func (s *Settings) explained(width int) []Line {
	one := s.current()
	text := one.Help
	if one.Choices != nil {
		text += " One of " + strings.Join(one.Choices, ", ") + "."
	}
	var lines []Line
	for _, line := range prose.Wrap(text, width) {
		lines = append(lines, Line{Text: line})
	}
	for len(lines) < settingHelp-1 {
		lines = append(lines, Line{})
	}
	told := s.told
	if told.Text == "" {
		told = Line{Role: theme.Dim, Text: "Counts " + string(one.Counts) + ", in " + s.Path}
		if len(s.Faults) > 0 {
			told = faultLine(s.Faults)
		}
	}
	return append(lines[:settingHelp-1], told)
}

// faultLine tells the first thing in a file that is not used, and how many more there are.
func faultLine(faults []string) Line {
	more := ""
	if n := len(faults) - 1; n > 0 {
		more = figure.Plural(n, "more fault") + " behind "
	}
	return Line{Role: theme.Warn, Text: more + faults[0]}
}

func (s *Settings) foot() string {
	foot := "Enter changes · Del default · Esc closes"
	if s.editor != nil {
		foot = "Enter saves · Esc leaves it"
	}
	return foot
}
