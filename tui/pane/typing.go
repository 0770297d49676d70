package pane

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/keymap"
)

// purpose is what a text is typed into the foot of a pane for.
type purpose int

const (
	nothing purpose = iota
	searching
	filtering
)

// typing is what a person types into the foot, and what it was begun from.
type typing struct {
	purpose purpose
	from    int    // the cursor's place before
	before  string // the search before
	name    string // under the cursor, before
}

// mostTyped bounds the text in the foot.
const mostTyped = 255

// Typing reports whether keys are letters of a text now, for Type.
func (p *Pane) Typing() bool { return p.typing.purpose != nothing }

// beginTyping opens the foot for a text: for a search an empty one, for a filter the one that holds.
func (p *Pane) beginTyping(why purpose) {
	p.typing = typing{purpose: why, from: p.cursor, before: p.search, name: p.cursorName()}
	if why == searching {
		p.search = ""
	}
}

// Type takes a key while a text is being typed. Enter keeps what the text did; Esc undoes it.
func (p *Pane) Type(key tea.KeyMsg) tea.Cmd {
	switch k := keymap.Normalize(key.String()); k {
	case "enter":
		p.typing = typing{}
	case "esc", "ctrl+c":
		return p.giveUpTyping()
	case "backspace":
		return p.typed(withoutLast(p.text()))
	case "ctrl+u":
		return p.typed("")
	case "down", "ctrl+n":
		p.nextWhileTyping(1)
	case "up", "ctrl+p":
		p.nextWhileTyping(-1)
	default:
		if text := string(key.Runes); text != "" && !key.Alt && !strings.ContainsFunc(text, unicode.IsControl) {
			return p.typed(p.text() + text)
		}
	}
	return nil
}

func (p *Pane) nextWhileTyping(by int) {
	if p.typing.purpose == searching {
		p.SearchNext(by)
	} else {
		p.moveTo(p.cursor + by)
	}
}

func withoutLast(s string) string {
	_, n := utf8.DecodeLastRuneInString(s)
	return s[:len(s)-n]
}

// text is what has been typed.
func (p *Pane) text() string {
	if p.typing.purpose == filtering {
		return p.order.filter
	}
	return p.search
}

// typed takes the text as it is now.
func (p *Pane) typed(text string) tea.Cmd {
	if len(text) > mostTyped {
		return nil
	}
	if p.typing.purpose == filtering {
		return p.filter(text)
	}
	p.search = text
	p.moveTo(p.typing.from)
	if r := p.at(p.cursor); text != "" && (r == nil || !newMatcher(text).matches(r.name)) {
		p.SearchNext(1)
	}
	return nil
}

func (p *Pane) giveUpTyping() tea.Cmd {
	was := p.typing
	p.typing = typing{}
	if was.purpose == filtering {
		return p.filter("")
	}
	p.search = was.before
	p.moveTo(was.from)
	return nil
}

// filter shows only the rows whose names match a text; "" shows all.
func (p *Pane) filter(text string) tea.Cmd {
	p.order.filter = text
	p.changed()
	return p.resort()
}

// Filtered reports whether rows are left out by a filter.
func (p *Pane) Filtered() bool { return p.order.filter != "" }

// Unfilter shows all rows again.
func (p *Pane) Unfilter() tea.Cmd { return p.filter("") }

// Searched gives what was searched last, safe to draw.
func (p *Pane) Searched() string { return termtext.Display(p.search) }

// SearchNext moves the cursor to the next row that matches the search, or to the one before where by is -1, around the
// ends of the folder, and reports whether there is one.
func (p *Pane) SearchNext(by int) bool {
	n, m := p.count(), newMatcher(p.search)
	for i := 1; i <= n && p.search != ""; i++ {
		place := ((p.cursor+by*i)%n + n) % n
		if r := p.at(place); r != nil && m.matches(r.name) {
			p.moveTo(place)
			return true
		}
	}
	return false
}

// hits counts the rows that match the search, and tells which of them is under the cursor, counted from 1.
func (p *Pane) hits() (at, all int) {
	m := newMatcher(p.search)
	for place := p.above(); place < p.count(); place++ {
		if m.matches(p.at(place).name) {
			all++
			if place == p.cursor {
				at = all
			}
		}
	}
	return at, all
}

// typedLine is the foot while a text is typed.
func (p *Pane) typedLine() string {
	if p.typing.purpose == filtering {
		return "filter: " + termtext.Display(p.order.filter) + "▏ " + p.shownOf()
	}
	line := "search: " + termtext.Display(p.search) + "▏"
	if p.search == "" {
		return line
	}
	at, all := p.hits()
	if all == 0 {
		return line + " no name matches"
	}
	return line + " " + figure.Count(at) + " of " + figure.Count(all)
}

// filterLine is the foot while a filter holds.
func (p *Pane) filterLine() string {
	return "filter " + termtext.Display(p.order.filter) + " " + p.shownOf() + " · Esc shows all"
}

func (p *Pane) shownOf() string {
	return figure.Count(len(p.table.shown)) + " of " + figure.Count(len(p.table.shown)+p.table.filtered)
}
