package tui

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// tone says how a toast is meant.
type tone int

const (
	plain tone = iota
	good
	bad
)

func (t tone) role() theme.Role {
	return [...]theme.Role{plain: theme.Text, good: theme.Good, bad: theme.Bad}[t]
}

// toast is a line that goes by itself, or with the next key.
type toast struct {
	text string // safe to draw; "" where there is none
	tone tone
	n    int // counts toasts, so that the end of an old one does not take a new one away
}

const toastTime = 6 * time.Second

type toastGoneMsg struct{ n int }

// say shows a safe text for a while in place of the key bar.
func (m *Model) say(t tone, text string) tea.Cmd {
	m.toast = toast{text: text, tone: t, n: m.toast.n + 1}
	m.dirty = true
	return after(m.ctx, toastTime, toastGoneMsg{m.toast.n})
}

func (m *Model) toastGone(msg toastGoneMsg) {
	if msg.n == m.toast.n && m.toast.text != "" {
		m.toast.text, m.dirty = "", true
	}
}

// appendKeyBar appends the last line: a toast, or the keys that work here.
func (m *Model) appendKeyBar(b []byte) []byte {
	s := strip{theme: m.deps.Theme, back: theme.Text, b: b}
	if m.toast.text != "" {
		s.add(m.toast.tone.role(), termtext.Pad(" "+m.toast.text, m.w))
		return append(s.b, theme.Off...)
	}
	_, remote := m.headerPane()
	if key := (barKey{m.context(), m.w, remote}); m.bar.key != key {
		m.bar.key, m.bar.line = key, m.appendKeys(strip{theme: m.deps.Theme, back: theme.Text})
	}
	return append(b, m.bar.line...)
}

// barKey is all that the line of keys depends on; it is kept until that changes.
type barKey struct {
	context keymap.Context
	w       int
	remote  bool
}

func (m *Model) appendKeys(s strip) []byte {
	for i, k := range m.barKeys() {
		lead, key, word := m.barEntry(i, k)
		if s.cells+len(lead)+termtext.Width(key+word) > m.w {
			break
		}
		s.add(theme.Key, lead+key)
		s.add(theme.KeyLabel, word)
	}
	return s.finish(theme.KeyLabel, "? keys ", m.w)
}

// barEntry gives a key and its word with the blanks around them: "F5Copy" where room is scarce, else "F5 Copy".
func (m *Model) barEntry(i int, k keymap.Binding) (lead, key, word string) {
	key, lead, word = keymap.Label(k.Keys[0]), "  ", " "+k.Bar
	if m.w < allColumnsFrom {
		lead = " "
		if len(key) > 1 {
			word = k.Bar
		}
	}
	if i == 0 {
		lead = lead[1:]
	}
	return lead, key, word
}

// barKeys gives the bindings that do something now.
func (m *Model) barKeys() []keymap.Binding {
	all := m.deps.Keys.Bar(m.context())
	kept := all[:0]
	for _, b := range all {
		if b.Action == keymap.ToggleMode {
			if _, ok := m.headerPane(); !ok {
				continue
			}
		}
		kept = append(kept, b)
	}
	return kept
}

// The strip after a prefix: its keys stand in columns.
const (
	whichKeyCells = 26
	whichKeyGap   = 2
)

// whichKeyRows gives how many lines the strip after a prefix takes, 0 where none is shown.
func (m *Model) whichKeyRows() int {
	if len(m.prefix) == 0 || m.layout.tooSmall {
		return 0
	}
	columns := max((m.w-whichKeyGap)/whichKeyCells, 1)
	n := len(m.deps.Keys.Next(m.prefix, m.context()))
	return min((n+columns-1)/columns+1, m.h-1)
}

// appendWhichKey appends a line of the strip: its head, or keys that may follow those pressed so far.
func (m *Model) appendWhichKey(b []byte, line int) []byte {
	s := strip{theme: m.deps.Theme, back: theme.Text, b: b}
	if line == 0 {
		s.add(theme.Border, "─")
		s.add(theme.Key, " "+keymap.Label(strings.Join(m.prefix, " "))+"… ")
		s.add(theme.Border, figure.Line(m.w-s.cells-len(" Esc ")-1))
		s.add(theme.Dim, " Esc ")
		return s.finish(theme.Border, "", m.w)
	}
	next := m.deps.Keys.Next(m.prefix, m.context())
	rows := m.whichKeyRows() - 1
	for i := line - 1; i < len(next); i += rows {
		key := strings.Repeat(" ", whichKeyGap) + keymap.Label(next[i].Keys[0])
		s.add(theme.Key, key)
		room := whichKeyCells - termtext.Width(key)
		s.add(theme.KeyLabel, termtext.Pad(termtext.Truncate(" "+next[i].Help, room), room))
	}
	return s.finish(theme.KeyLabel, "", m.w)
}
