package dialog

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// Prompt asks for one text and helps to complete it. Like a Form it stays open while what was asked for is under way.
type Prompt struct {
	Theme *theme.Theme
	Title string
	Intro Line
	// Complete gives what the text may be completed to, whole texts, as far as it is known without waiting.
	Complete func(text string) []string
	// Ask finds out more to complete the text with, when Tab was pressed; nil where all is known.
	Ask func(text string) tea.Cmd
	// Do begins what the prompt is for.
	Do func(text string) tea.Cmd
	// Stop gives up what is under way.
	Stop func()

	clickable
	input     Field
	under     string // what is under way; "" for nothing
	complaint string
	at        int // the completion that is chosen, -1 for none
	choices   []string
}

// mostChoices is how many completions are shown at a time.
const mostChoices = 8

// Begin puts a text into the prompt.
func (p *Prompt) Begin(text string) {
	p.input = Text("", text)
	p.renew()
}

// Text gives what was typed.
func (p *Prompt) Text() string { return p.input.Value() }

// Busy says what is under way now: "asking the server"; "" for nothing.
func (p *Prompt) Busy(what string) { p.under, p.complaint = what, "" }

// Fail ends being busy by a complaint, a safe sentence.
func (p *Prompt) Fail(complaint string) { p.under, p.complaint = "", complaint }

// Known tells that more is known to complete with, and goes on completing.
func (p *Prompt) Known() {
	p.under = ""
	p.renew()
	p.extend()
}

func (p *Prompt) renew() { p.choices, p.at = p.Complete(p.Text()), -1 }

// Wheel goes through the completions.
func (p *Prompt) Wheel(lines int) tea.Cmd {
	if p.under == "" {
		p.choose(max(min(lines, 1), -1))
	}
	return nil
}

// Update takes a key.
func (p *Prompt) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	k := keymap.Normalize(key.String())
	if k == "esc" || k == "ctrl+c" {
		return p.cancel(), nil
	}
	if p.under != "" { // who types on does not want to wait
		p.Stop()
		p.under = ""
	}
	switch {
	case key.Paste:
		p.edit(key)
	case k == "enter":
		if p.at >= 0 {
			p.set(p.choices[p.at])
			return false, nil
		}
		p.complaint = ""
		return false, p.Do(p.Text())
	case k == "tab":
		return false, p.complete()
	case k == "down" || k == "ctrl+n":
		p.choose(1)
	case k == "up" || k == "shift+tab" || k == "ctrl+p":
		p.choose(-1)
	default:
		p.edit(key)
	}
	return false, nil
}

func (p *Prompt) cancel() (closed bool) {
	if p.under == "" {
		return true
	}
	p.Stop()
	p.Fail("Stopped.")
	return false
}

func (p *Prompt) edit(key tea.KeyMsg) {
	p.complaint = p.input.edit(key)
	p.renew()
}

func (p *Prompt) set(text string) {
	p.input = Text("", text)
	p.renew()
}

func (p *Prompt) choose(by int) {
	if n := len(p.choices); n > 0 {
		p.at = (p.at + 1 + by + n + 1) % (n + 1)
		p.at--
	}
}

// complete extends the text as far as the completions agree, and asks for more where none is known.
func (p *Prompt) complete() tea.Cmd {
	if p.at >= 0 {
		p.set(p.choices[p.at])
		return nil
	}
	if p.extend() || p.Ask == nil {
		return nil
	}
	return p.Ask(p.Text())
}

// extend reports whether anything fits.
func (p *Prompt) extend() bool {
	if len(p.choices) == 0 {
		return false
	}
	common := p.choices[0]
	for _, c := range p.choices[1:] {
		common = commonStart(common, c)
	}
	if len(common) > len(p.Text()) {
		p.set(common)
	}
	return true
}

// commonStart gives the runes with which both texts begin.
func commonStart(a, b string) string {
	n := 0
	for i, r := range a {
		s := string(r)
		if !strings.HasPrefix(b[min(i, len(b)):], s) {
			break
		}
		n = i + len(s)
	}
	return a[:min(n, len(a))]
}

// Box draws the prompt.
func (p *Prompt) Box(w, h int) []string {
	v := canvas{theme: p.Theme, width: boxWidth(w, wideWidth)}
	v.text(p.Intro.Role, termtext.Middle(p.Intro.Text, v.inner()))
	v.add(p.input.draw(p.Theme, v.inner(), 0, p.under == ""))
	room := max(min(mostChoices, h-5), 0)
	for i, l := range p.state(v.inner(), room) {
		if p.under == "" && p.complaint == "" {
			v.onNextLine(func() (bool, tea.Cmd) { p.set(p.choices[p.firstChoice(room)+i]); return false, nil })
		}
		v.text(l.Role, l.Text)
	}
	p.spots = v.spots
	return v.box(p.Title, p.foot())
}

func (p *Prompt) foot() string {
	if p.under != "" {
		return "Esc stops"
	}
	return "Tab completes · Enter goes there · Esc cancel"
}

// firstChoice gives the first completion that there is room for.
func (p *Prompt) firstChoice(room int) int { return max(min(p.at-room+2, len(p.choices)-room), 0) }

// state is what stands below the text: what is under way, what is wrong, or how the text may be completed.
func (p *Prompt) state(width, room int) []Line {
	var all []Line
	switch {
	case p.under != "":
		return []Line{{Role: theme.Note, Text: p.under + "…"}}
	case p.complaint != "":
		for _, text := range prose.Wrap("! "+p.complaint, width) {
			all = append(all, Line{Role: theme.Bad, Text: text})
		}
		return all[:min(len(all), room)]
	}
	from := p.firstChoice(room)
	for i := from; i < min(from+room, len(p.choices)); i++ {
		l := Line{Role: theme.Dim, Text: "  " + termtext.Middle(termtext.Display(p.choices[i]), width-2)}
		if i == p.at {
			l = Line{Role: theme.Cursor, Text: termtext.Pad(">"+l.Text[1:], width)}
		}
		all = append(all, l)
	}
	if more := len(p.choices) - from - len(all); more > 0 && len(all) > 0 {
		all[len(all)-1] = Line{Role: theme.Dim, Text: "  … and " + figure.Count(more+1) + " more"}
	}
	return all
}
