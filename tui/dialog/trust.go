package dialog

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// Certificate is what a Trust tells about a certificate, all of it safe to draw.
type Certificate struct {
	Address  string // host:port
	Why      string // why it is not trusted by itself, a sentence
	Subject  string
	Issuer   string
	From, To string // the days between which it is valid
	SHA256   string // in pairs of digits with colons between
}

// Verdict is how a certificate is trusted.
type Verdict uint8

// The verdicts.
const (
	Distrust    Verdict = iota
	TrustOnce           // until the program ends
	TrustAlways         // for good, at this server
)

// Trust asks whether a certificate that nobody vouches for is to be trusted. It opens by itself, so that it ignores the
// keys that were meant for something else. All but the keys s and t, or the buttons chosen on purpose, disconnects.
type Trust struct {
	Theme       *theme.Theme
	Certificate Certificate
	Now         func() time.Time
	Answer      func(Verdict) tea.Cmd

	choice *Choice
	whole  bool // nothing is cut
	width  int  // of the lines in choice
}

// Update takes a key.
func (t *Trust) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	c := t.inner()
	if keymap.Normalize(key.String()) == "f" && !c.ignores() {
		t.whole = !t.whole
		c.Lines = t.lines()
		return false, nil
	}
	return c.Update(key)
}

// Click presses the button at a cell of the box.
func (t *Trust) Click(x, y int) (closed bool, cmd tea.Cmd) { return t.inner().Click(x, y) }

// Wheel scrolls by lines.
func (t *Trust) Wheel(lines int) tea.Cmd { return t.inner().Wheel(lines) }

// Box draws the dialog.
func (t *Trust) Box(w, h int) []string {
	c := t.inner()
	t.width = boxWidth(w, usualWidth) - margins
	c.Lines = t.lines()
	return c.Box(w, h)
}

// Settling reports whether keys are still ignored.
func (t *Trust) Settling() bool { return t.inner().settling() }

// inner gives the choice that the dialog is made of.
func (t *Trust) inner() *Choice {
	if t.choice == nil {
		t.choice = &Choice{
			Theme: t.Theme, Title: "! Certificate not trusted", Now: t.Now,
			Foot: "Enter/Esc disconnect · s session · t always", Settling: "one moment, please",
			Buttons: []Button{
				{Label: "Always", Key: "t", Do: func() tea.Cmd { return t.Answer(TrustAlways) }},
				{Label: "This session", Key: "s", Do: func() tea.Cmd { return t.Answer(TrustOnce) }},
				{Label: "Disconnect", Do: func() tea.Cmd { return t.Answer(Distrust) }},
			},
			Focus: 2, Escape: 2,
		}
	}
	return t.choice
}

const factLabel = 9 // cells

func (t *Trust) lines() []Line {
	cert := t.Certificate
	lines := []Line{{Role: theme.TitleFocused, Text: cert.Address, Cut: !t.whole}, {Role: theme.Warn, Text: cert.Why}}
	for _, fact := range []struct{ label, text string }{
		{"subject", cert.Subject}, {"issuer", cert.Issuer}, {"valid", cert.From + " to " + cert.To},
	} {
		lines = append(lines, t.fact(fact.label, fact.text)...)
	}
	return append(append(lines, t.hash()...),
		Line{}, Line{Role: theme.Good, Text: "Nothing has been sent yet, not even the user name."})
}

// fact is one line, or as many as it takes where nothing is to be cut.
func (t *Trust) fact(label, text string) []Line {
	room := max(t.width-factLabel, 1)
	texts := []string{termtext.Truncate(text, room)}
	if t.whole {
		texts = prose.Wrap(text, room)
	}
	return labelled(label, texts)
}

func labelled(label string, texts []string) []Line {
	lines := make([]Line, len(texts))
	for i, text := range texts {
		lines[i] = Line{Text: termtext.Pad(label, factLabel) + text, Cut: true}
		label = ""
	}
	return lines
}

const (
	hashHead = 4 * 3 // letters of the hash that are shown of its beginning
	hashTail = 2 * 3 // and of its end
	hashRow  = 8 * 3 // letters of a row, where all of it is shown
	hashHint = "   (f shows all of it)"
)

// hash cuts the hash in its middle, or shows it in rows.
func (t *Trust) hash() []Line {
	hash := t.Certificate.SHA256
	room := t.width - factLabel
	if !t.whole && len(hash) > room {
		hash = hash[:hashHead] + "…" + hash[len(hash)-hashTail:]
		if termtext.Width(hash+hashHint) <= room {
			hash += hashHint
		}
		return labelled("SHA-256", []string{hash})
	}
	if len(hash) <= room {
		return labelled("SHA-256", []string{hash})
	}
	return fingerprintLines("SHA-256", hash, min(room, hashRow))
}
