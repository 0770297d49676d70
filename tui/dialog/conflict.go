package dialog

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// Scopes are how far the answer to a Conflict reaches, in the order in which the key for them goes round.
var scopes = [...]string{"this one", "all of this batch", "always between these two"} // read only

// Conflict asks what to do with a file whose name is taken. The answer that has the focus at first does no harm.
type Conflict struct {
	Theme   *theme.Theme
	Name    string // safe to draw
	From    string // what both sides are called, safe to draw
	To      string
	Source  vfs.Entry
	There   vfs.Entry
	More    int // further questions that are open
	Now     func() time.Time
	Options []Option
	Later   func() tea.Cmd // what happens where the answer is put off
	// Unasked is set where nobody has asked for the dialog: it ignores keys at first.
	Unasked bool

	choice Choice
	scope  int
	ready  bool
}

// Option is one answer.
type Option struct {
	Label string
	Key   string
	Does  string                  // what it means
	Do    func(scope int) tea.Cmd // how far it reaches: 0 this one, 1 the batch, 2 always
	Quiet bool                    // it has no button
}

// Settling reports whether keys are still ignored.
func (c *Conflict) Settling() bool {
	c.prepare()
	return c.choice.settling()
}

// Update takes a key.
func (c *Conflict) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	c.prepare()
	if key.String() == "a" {
		if !c.choice.ignores() {
			c.scope = (c.scope + 1) % len(scopes)
		}
		return false, nil
	}
	return c.choice.Update(key)
}

// Click presses the button, or takes the answer, at a cell of the box.
func (c *Conflict) Click(x, y int) (closed bool, cmd tea.Cmd) {
	if y == c.scopeLine()-c.choice.top+1 {
		return c.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a")})
	}
	return c.choice.Click(x, y)
}

// scopeLine is where among the lines it says how far an answer reaches.
func (c *Conflict) scopeLine() int { return 4 + len(c.Options) + 1 }

// Wheel scrolls by lines.
func (c *Conflict) Wheel(lines int) tea.Cmd { return c.choice.Wheel(lines) }

// Box draws the dialog.
func (c *Conflict) Box(w, h int) []string {
	c.prepare()
	c.choice.Lines = c.lines(boxWidth(w, wideWidth) - margins)
	return c.choice.Box(w, h)
}

func (c *Conflict) prepare() {
	if c.ready {
		return
	}
	c.ready = true
	c.choice = Choice{
		Theme: c.Theme, Title: termtext.Middle(c.Name, 50) + " exists already", Wide: true,
		Foot: "a how far · Esc later", Escape: len(c.Options),
	}
	if c.Unasked {
		c.choice.Unasked(c.Now)
	}
	for _, o := range c.Options {
		c.choice.Buttons = append(c.choice.Buttons, Button{
			Label: o.Label, Key: o.Key, Quiet: o.Quiet, Do: func() tea.Cmd { return o.Do(c.scope) },
		})
	}
	c.choice.Buttons = append(c.choice.Buttons, Button{Label: "Later", Do: c.Later})
}

// lines shows both files beside each other, the answers, and how far one reaches.
func (c *Conflict) lines(width int) []Line {
	newer, larger := vfs.CompareTimes(c.Source, c.There), cmpSize(c.Source, c.There)
	side := max((width-22)/2, 12)
	row := func(head, a, b string) Line {
		return Line{Text: termtext.Pad(head, 10) + termtext.PadLeft(a, side) + "  " + termtext.PadLeft(b, side), Cut: true}
	}
	all := []Line{
		{Role: theme.Dim, Text: row("", termtext.Middle(c.From, side), termtext.Middle(c.To, side)).Text, Cut: true},
		row("size", mark(larger > 0)+figure.Size(c.Source.Size), mark(larger < 0)+figure.Size(c.There.Size)),
		row("modified", mark(newer > 0)+c.date(c.Source), mark(newer < 0)+c.date(c.There)),
		{},
	}
	for _, o := range c.Options {
		all = append(all, Line{Text: " " + o.Key + "  " + o.Does, Cut: true, Key: o.Key})
	}
	all = append(all, Line{}, Line{Role: theme.Key, Text: " a  the answer is for: " + scopes[c.scope], Cut: true})
	if c.More > 0 {
		more := figure.Plural(c.More, "more question")
		all = append(all, Line{Role: theme.Dim, Text: "    " + more + " open; the rest goes on"})
	}
	return all
}

func (c *Conflict) date(e vfs.Entry) string {
	if e.ModTime.IsZero() {
		return "unknown"
	}
	return string(figure.AppendDate(nil, e.ModTime, e.Precision, c.Now()))
}

func cmpSize(a, b vfs.Entry) int {
	if a.Size < 0 || b.Size < 0 {
		return 0
	}
	return int(min(max(a.Size-b.Size, -1), 1))
}

// mark points at what is newer or larger.
func mark(on bool) string {
	if on {
		return "> "
	}
	return ""
}
