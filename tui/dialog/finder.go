package dialog

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// Offer is something that a Finder finds, safe to draw.
type Offer struct {
	Label  string
	Detail string // shown dimmed behind it
	Value  string // what choosing it means
}

// Step is a part of what is under way.
type Step struct {
	Name string
	Took time.Duration // so far, unless it is over
	Over bool
}

// Finder asks for one line and offers below it what that may mean, and shows step by step what then happens.
type Finder struct {
	Theme  *theme.Theme
	Title  string
	Foot   string
	Empty  string // is said where nothing is offered
	Offers func(text string) []Offer
	Choose func(value string) tea.Cmd // begins what the finder is for; it stays open
	More   func(text string) tea.Cmd  // Tab takes to it, and closes the finder; nil: nothing
	Steps  func(now time.Time) []Step // of what is under way; nil: none
	Now    func() time.Time

	clickable
	stop      func()
	field     *Field
	offers    []Offer
	at        int
	busy      bool
	complaint string
}

// Fail ends being busy by a complaint, a safe sentence.
func (f *Finder) Fail(complaint string) { f.busy, f.complaint = false, complaint }

// SetStop says how to give up what is under way.
func (f *Finder) SetStop(stop func()) { f.stop = stop }

// Refresh looks again what there is to offer.
func (f *Finder) Refresh() { f.look(f.at) }

func (f *Finder) input() *Field {
	if f.field == nil {
		field := Text("", "")
		f.field = &field
		f.look(0)
	}
	return f.field
}

func (f *Finder) look(at int) {
	f.offers = f.Offers(f.input().Value())
	f.at = max(min(at, len(f.offers)-1), 0)
}

// Wheel goes through the offers.
func (f *Finder) Wheel(lines int) tea.Cmd {
	f.input()
	if !f.busy {
		f.at = max(min(f.at+max(min(lines, 1), -1), len(f.offers)-1), 0)
	}
	return nil
}

// Update takes a key.
func (f *Finder) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	in := f.input()
	k := keymap.Normalize(key.String())
	switch {
	case k == "esc" || k == "ctrl+c" || k == "ctrl+g":
		return f.cancel()
	case f.busy:
	case key.Paste:
		f.edit(in, key)
	case k == "tab" && f.More != nil:
		return true, f.More(in.Value())
	case k == "down" || k == "ctrl+n":
		f.at = min(f.at+1, max(len(f.offers)-1, 0))
	case k == "up" || k == "ctrl+p":
		f.at = max(f.at-1, 0)
	case k == "enter":
		return false, f.choose()
	default:
		f.edit(in, key)
	}
	return false, nil
}

func (f *Finder) edit(in *Field, key tea.KeyMsg) {
	f.complaint = in.edit(key)
	f.look(0)
}

func (f *Finder) choose() tea.Cmd {
	if len(f.offers) == 0 {
		f.complaint = f.Empty
		return nil
	}
	f.busy, f.complaint = true, ""
	return f.Choose(f.offers[f.at].Value)
}

// click goes to an offer; a click on the one under the cursor chooses it.
func (f *Finder) click(i int) (closed bool, cmd tea.Cmd) {
	switch {
	case f.busy:
		return false, nil
	case i == f.at:
		return false, f.choose()
	}
	f.at = i
	return false, nil
}

func (f *Finder) cancel() (closed bool, cmd tea.Cmd) {
	if !f.busy {
		return true, nil
	}
	if f.stop != nil {
		f.stop()
	}
	f.Fail("Stopped.")
	return false, nil
}

// mostOffers is how many are shown at a time.
const mostOffers = 8

// Box draws the finder.
func (f *Finder) Box(w, h int) []string {
	in := f.input()
	v := canvas{theme: f.Theme, width: boxWidth(w, wideWidth-margins)}
	v.add(in.draw(f.Theme, v.inner(), 0, !f.busy))
	lines := f.state(v.inner())
	room := max(h-4, 1)
	if f.busy {
		lines = append(f.steps(), lines...)
	} else {
		room = max(room-len(lines), 1)
		f.drawOffers(&v, min(room, mostOffers))
	}
	for _, l := range lines[:min(len(lines), max(h-2-len(v.lines), 0))] {
		v.text(l.Role, l.Text)
	}
	f.spots = v.spots
	foot := f.Foot
	if f.busy {
		foot = "Esc stops"
	}
	return v.box(f.Title, foot)
}

func (f *Finder) drawOffers(v *canvas, room int) {
	from := max(f.at-room+1, 0)
	for i := from; i < min(from+room, len(f.offers)); i++ {
		o := f.offers[i]
		sign, role := "  ", theme.Text
		if i == f.at {
			sign, role = "> ", theme.TitleFocused
		}
		label := termtext.Truncate(o.Label, max(v.inner()-2, 0))
		rest := max(v.inner()-2-termtext.Width(label)-2, 0)
		v.onNextLine(func() (bool, tea.Cmd) { return f.click(i) })
		v.add(f.Theme.Paint(role, sign+label) + "  " + f.Theme.Paint(theme.Dim, termtext.Truncate(o.Detail, rest)))
	}
	if len(f.offers) == 0 && f.complaint == "" {
		for _, line := range prose.Wrap(f.Empty, v.inner()) {
			v.text(theme.Dim, line)
		}
	}
}

// steps tells what is over and what is under way, each with its time.
func (f *Finder) steps() []Line {
	if f.Steps == nil {
		return nil
	}
	var lines []Line
	for _, s := range f.Steps(f.Now()) {
		if s.Over {
			lines = append(lines, Line{Role: theme.Good, Text: "✓ " + termtext.Pad(s.Name, 21) + figure.Tenths(s.Took)})
		} else {
			lines = append(lines, Line{Role: theme.Note, Text: "… " + termtext.Pad(s.Name, 21) + figure.Tenths(s.Took)})
		}
	}
	return lines
}

func (f *Finder) state(width int) []Line {
	if f.complaint == "" {
		return nil
	}
	var lines []Line
	for _, text := range prose.Wrap("! "+f.complaint, width) {
		lines = append(lines, Line{Role: theme.Bad, Text: text})
	}
	return lines
}
