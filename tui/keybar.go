package tui

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
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

// appendKeyBar appends the last line: a toast, what may follow a prefix, or the keys that work here.
func (m *Model) appendKeyBar(b []byte) []byte {
	s := strip{theme: m.deps.Theme, back: theme.Text, b: b}
	switch {
	case m.toast.text != "":
		s.add(m.toast.tone.role(), termtext.Pad(" "+m.toast.text, m.w))
		return append(s.b, theme.Off...)
	case len(m.prefix) > 0:
		return m.appendWhichKey(s)
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

// appendWhichKey shows what may follow the keys pressed so far.
func (m *Model) appendWhichKey(s strip) []byte {
	s.add(theme.Key, " "+keymap.Label(strings.Join(m.prefix, " "))+"…")
	for _, b := range m.deps.Keys.Next(m.prefix, m.context()) {
		key, help := "  "+keymap.Label(b.Keys[0]), " "+b.Help
		if s.cells+termtext.Width(key+help) > m.w {
			break
		}
		s.add(theme.Key, key)
		s.add(theme.KeyLabel, help)
	}
	return s.finish(theme.KeyLabel, "Esc ", m.w)
}
