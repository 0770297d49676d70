package terminal

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// SplitKeys takes apart keys that came in one read, held down or typed fast: "jjj" is j three times. A paste and
// every other key is given back as it is. It is not for text fields, which take them whole.
func SplitKeys(msg tea.KeyMsg) []tea.KeyMsg {
	if msg.Type != tea.KeyRunes || msg.Paste || len(msg.Runes) < 2 {
		return []tea.KeyMsg{msg}
	}
	keys := make([]tea.KeyMsg, len(msg.Runes))
	for i, r := range msg.Runes {
		keys[i] = tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt}
	}
	return keys
}

// escapeTime is how long Esc turns a digit into an F-key.
const escapeTime = 500 * time.Millisecond

// typist makes keys of what keyboards without F-keys can send.
type typist struct {
	now       func() time.Time
	escapedAt time.Time
}

// keys gives what is meant by a key: a digit soon after Esc is an F-key, and Esc pressed twice in one read, which
// Bubble Tea calls Alt+Esc, is Esc twice.
func (t *typist) keys(msg tea.KeyMsg) []tea.KeyMsg {
	now := t.now()
	escaped := now.Sub(t.escapedAt) < escapeTime
	t.escapedAt = time.Time{}
	switch {
	case msg.Type == tea.KeyEscape:
		t.escapedAt = now
		plain := tea.KeyMsg{Type: tea.KeyEscape}
		if msg.Alt {
			return []tea.KeyMsg{plain, plain}
		}
	case escaped && msg.Type == tea.KeyRunes && len(msg.Runes) == 1 && !msg.Paste && !msg.Alt:
		if r := msg.Runes[0]; r >= '0' && r <= '9' {
			return []tea.KeyMsg{{Type: tea.KeyF1 - tea.KeyType((r-'0'+9)%10)}}
		}
	}
	return []tea.KeyMsg{msg}
}
