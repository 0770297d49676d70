package dialog

import (
	"cmp"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// Form asks for texts and choices, and stays open while what was asked for is under way. Failures are shown in it,
// with the fields as they were.
type Form struct {
	Theme  *theme.Theme
	Title  string
	Intro  []Line
	Fields []Field
	Submit string // the label of the button that submits: "Connect"
	Doing  string // what is under way then: "connecting"
	Width  int    // of the box in cells, 0 for the usual one
	Now    func() time.Time

	// Unasked is set where nobody has asked for the form: it ignores keys at first.
	Unasked bool

	// Check looks at the values before they are submitted; a complaint is shown, with the cursor in that field.
	Check func(values []string) (field int, complaint string)
	// Do begins what the form is for. The form stays open until Done says how it went, and whoever opened it
	// takes it away.
	Do func(values []string) tea.Cmd
	// Stop gives up what is under way.
	Stop func()
	// Leave is called when the person closes the form without an answer; may be nil.
	Leave func()
	// Remark gives a line about the values as they are; may be nil.
	Remark func(values []string) Line

	clickable
	calm      settler
	focus     int // a field, or behind them a button
	room      int // lines of fields when it was last drawn
	above     int // lines of fields that lie above those, and below
	below     int
	busySince time.Time
	complaint string
}

// Values gives what the fields hold.
func (f *Form) Values() []string {
	values := make([]string, len(f.Fields))
	for i := range f.Fields {
		values[i] = f.Fields[i].Value()
	}
	return values
}

// Busy reports whether what the form is for is under way.
func (f *Form) Busy() bool { return !f.busySince.IsZero() }

// Fail ends being busy by a complaint, a safe sentence.
func (f *Form) Fail(complaint string) { f.busySince, f.complaint = time.Time{}, complaint }

// Focus puts the cursor in a field.
func (f *Form) Focus(field int) { f.focus = field }

// SetStop says how to give up what is under way.
func (f *Form) SetStop(stop func()) { f.Stop = stop }

// Update takes a key.
func (f *Form) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	if f.Unasked && f.calm.ignores(f.Now) {
		return false, nil
	}
	k := keymap.Normalize(key.String())
	if k == "esc" || k == "ctrl+c" {
		return f.cancel()
	}
	if f.Busy() {
		return false, nil
	}
	switch {
	case key.Paste:
		f.edit(key)
	case k == "tab", k == "down":
		f.goTo(f.focus + 1)
	case k == "shift+tab", k == "up":
		f.goTo(f.focus - 1)
	case k == "pgdown":
		f.focus = min(f.focus+max(f.room-1, 1), len(f.Fields))
	case k == "pgup":
		f.focus = max(f.focus-max(f.room-1, 1), 0)
	case k == "enter" && f.focus == len(f.Fields)+1:
		return f.cancel()
	case k == "enter":
		return false, f.submit()
	case f.focus >= len(f.Fields):
		f.onButtons(k)
	default:
		f.edit(key)
	}
	return false, nil
}

// Settles reports whether keys are still ignored, which changes with time alone.
func (f *Form) Settles() bool { return f.Unasked && f.calm.settling(f.Now) }

// Click does what the spot at a cell of the box is for, unless clicks are still ignored, as keys are.
func (f *Form) Click(x, y int) (closed bool, cmd tea.Cmd) {
	if f.Unasked && f.calm.ignores(f.Now) {
		return false, nil
	}
	return f.clickable.Click(x, y)
}

// Wheel goes from field to field, and not beyond them.
func (f *Form) Wheel(lines int) tea.Cmd {
	if !f.Busy() {
		f.focus = max(min(f.focus+max(min(lines, 1), -1), len(f.Fields)-1), 0)
	}
	return nil
}

// cancel stops what is under way, or closes the form.
func (f *Form) cancel() (closed bool, cmd tea.Cmd) {
	if !f.Busy() {
		if f.Leave != nil {
			f.Leave()
		}
		return true, nil
	}
	if f.Stop != nil {
		f.Stop()
	}
	f.Fail("Stopped.")
	return false, nil
}

func (f *Form) onButtons(k string) {
	if k == "left" || k == "right" {
		f.goTo(2*len(f.Fields) + 1 - f.focus)
	}
}

func (f *Form) edit(key tea.KeyMsg) {
	if f.focus < len(f.Fields) {
		f.complaint = f.Fields[f.focus].edit(key)
	}
}

func (f *Form) goTo(i int) {
	stops := len(f.Fields) + 2
	f.focus = (i + stops) % stops
}

func (f *Form) submit() tea.Cmd {
	values := f.Values()
	if f.Check != nil {
		if at, complaint := f.Check(values); complaint != "" {
			f.focus, f.complaint = at, complaint
			return nil
		}
	}
	f.complaint, f.busySince = "", f.Now()
	return f.Do(values)
}

// Box draws the form.
func (f *Form) Box(w, h int) []string {
	v := canvas{theme: f.Theme, width: boxWidth(w, cmp.Or(f.Width, usualWidth))}
	for _, l := range f.Intro {
		for _, text := range prose.Wrap(l.Text, v.inner()) {
			v.text(l.Role, text)
		}
	}
	state := f.state(v.inner())
	lines, fields, at := f.drawFields(v.inner())
	shown := window(lines, at, max(h-len(v.lines)-3-min(len(state), 3), 1))
	f.room, f.above = len(shown), windowFrom(len(lines), at, len(shown))
	f.below = len(lines) - f.above - f.room
	for i, line := range shown {
		if field := fields[f.above+i]; field >= 0 {
			f.fieldSpots(&v, field)
		}
		v.add(line)
	}
	room := max(h-len(v.lines)-3, 0) // a server's long sentence must not push the buttons away
	for _, l := range state[:min(len(state), room)] {
		v.text(l.Role, l.Text)
	}
	v.buttons([]string{f.Submit, "Cancel"}, f.focus-len(f.Fields), func(i int) (bool, tea.Cmd) {
		switch {
		case i == 1:
			return f.cancel()
		case f.Busy():
			return false, nil
		}
		return false, f.submit()
	})
	f.spots = v.spots
	return v.box(f.Title, f.foot())
}

// fieldSpots makes the next line spots for a field: its options, or all of it.
func (f *Form) fieldSpots(v *canvas, i int) {
	focus := func() bool {
		if !f.Busy() {
			f.focus = i
		}
		return !f.Busy()
	}
	field := &f.Fields[i]
	for _, o := range field.optionSpans(v.inner(), f.labelWidth()) {
		v.onNext(o.x, o.w, func() (bool, tea.Cmd) {
			if focus() {
				field.at = o.option
			}
			return false, nil
		})
	}
	v.onNextLine(func() (bool, tea.Cmd) { focus(); return false, nil })
}

// drawFields gives the lines of all fields with the headings of their sections, the field of each line, -1 for a
// heading, and the line that has the focus.
func (f *Form) drawFields(width int) (lines []string, fields []int, at int) {
	for i := range f.Fields {
		if s := f.Fields[i].Section; s != "" {
			lines, fields = append(lines, f.Theme.Paint(theme.Key, s)), append(fields, -1)
		}
		if i <= f.focus {
			at = len(lines)
		}
		lines = append(lines, f.Fields[i].draw(f.Theme, width, f.labelWidth(), i == f.focus && !f.Busy()))
		fields = append(fields, i)
	}
	return lines, fields, at
}

func (f *Form) labelWidth() int {
	width := 0
	for i := range f.Fields {
		width = max(width, len(f.Fields[i].Label))
	}
	return width
}

// state says how things stand: under way, failed, or a remark about what is being typed.
func (f *Form) state(width int) []Line {
	l := Line{Role: theme.Dim}
	switch {
	case f.Busy():
		seconds := int(f.Now().Sub(f.busySince) / time.Second)
		l = Line{Role: theme.Note, Text: f.Doing + "… " + figure.Plural(seconds, "second")}
	case f.complaint != "":
		l = Line{Role: theme.Bad, Text: "! " + f.complaint}
	case f.Remark != nil:
		l = f.Remark(f.Values())
	}
	var all []Line
	for _, text := range prose.Wrap(l.Text, width) {
		all = append(all, Line{Role: l.Role, Text: text})
	}
	return all
}

func (f *Form) foot() string {
	switch {
	case f.Settles():
		return settlingWords
	case f.Busy():
		return "Esc stops"
	case len(f.Fields) == 1:
		return "Enter " + lower(f.Submit) + " · Esc cancel"
	}
	return f.more() + "Tab next · Enter " + lower(f.Submit) + " · Esc cancel"
}

// more says that there are further lines of fields.
func (f *Form) more() string {
	above, below := "↑ "+figure.Count(f.above), "↓ "+figure.Count(f.below)
	switch {
	case f.above > 0 && f.below > 0:
		return above + " " + below + " · "
	case f.above > 0:
		return above + " above · "
	case f.below > 0:
		return below + " below · "
	}
	return ""
}
