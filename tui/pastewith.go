package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// The fields of the dialog that pastes with options.
const (
	pasteTaken = iota
	pasteOnly
	pasteNot
	pasteHidden
	pasteLinks
	pasteRights
	pasteProof
	pasteWhen
)

// pasteRules are the options for names that are taken, and what they mean. Read only.
var pasteRules = []struct {
	word string
	rule queue.Rule
}{
	{"ask", queue.RuleAsk},
	{"skip", queue.RuleSkip},
	{"overwrite", queue.RuleOverwrite},
	{"newer", queue.RuleNewer},
	{"resume", queue.RuleResume},
	{"both", queue.RuleRename},
}

// pasteWith asks how what is held is to be pasted.
func (m *Model) pasteWith() tea.Cmd {
	c := m.fromHeld()
	submit := "Copy"
	if c.move {
		submit = "Move"
	}
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: submit + " " + itemsOf(len(c.entries)) + " with options", Submit: submit,
		Now: m.deps.Now, Width: wideForm, Fields: m.pasteFields(c),
		Intro: []dialog.Line{{
			Role: theme.Dim, Text: "to " + displayDir(place{c.to, c.toFS, c.toDir}) + " on " + where(c.toFS),
		}},
		Check:  func(values []string) (int, string) { return m.checkPaste(values) },
		Remark: remarkPaste,
	}
	form.Do = func(values []string) tea.Cmd {
		cmd, err := m.add(c, m.pasteRequest(c, values))
		if err != nil {
			form.Fail(prose.Sentence(err))
			return nil
		}
		m.close(form)
		return cmd
	}
	m.open(form)
	return nil
}

// wideForm is the width of a form with many options, in cells.
const wideForm = 70

func (m *Model) pasteFields(c copying) []dialog.Field {
	words := make([]string, len(pasteRules))
	for i, r := range pasteRules {
		words[i] = r.word
	}
	links := []string{"skip", "follow"}
	if c.move {
		links = links[:1] // what they lead to belongs elsewhere
	}
	return []dialog.Field{
		pasteTaken:  dialog.Radio("If a name is taken", words, 0),
		pasteOnly:   dialog.Text("Only files like", ""),
		pasteNot:    dialog.Text("No files like", ""),
		pasteHidden: dialog.Radio("Hidden files", []string{"take", "leave out"}, 0),
		pasteLinks:  dialog.Radio("Links", links, 0),
		pasteRights: dialog.Radio("Permissions", []string{"usual there", "as the source"}, 0),
		pasteProof:  dialog.Radio("Proof", []string{"size", "hash of both"}, 0),
		pasteWhen:   dialog.Text("Begin", "now"),
	}
}

// remarkPaste says what the fields for patterns and times take.
func remarkPaste([]string) dialog.Line {
	return dialog.Line{Role: theme.Dim, Text: "Patterns: *.jpg docs/**/*.md. Begin: now, in 2h30m, at 23:00."}
}

func (m *Model) checkPaste(values []string) (int, string) {
	if _, ok := moment(values[pasteWhen], m.deps.Now()); !ok {
		return pasteWhen, "This is no time: now, 10m, 2h30m or 23:00 is."
	}
	for _, field := range []int{pasteOnly, pasteNot} {
		f := queue.Filter{Include: strings.Fields(values[field])}
		if err := f.Check(); err != nil {
			return field, prose.Sentence(err)
		}
	}
	return 0, ""
}

// pasteRequest is what the queue is asked by the values of the dialog.
func (m *Model) pasteRequest(c copying, values []string) queue.Request {
	r := m.request(c)
	for _, o := range pasteRules {
		if o.word == values[pasteTaken] {
			r.OnConflict = o.rule
		}
	}
	r.Filter = queue.Filter{
		Include: strings.Fields(values[pasteOnly]), Exclude: strings.Fields(values[pasteNot]),
		SkipHidden: values[pasteHidden] != "too",
	}
	r.FollowLinks, r.KeepMode = values[pasteLinks] == "follow", values[pasteRights] == "as the source"
	if values[pasteProof] != "size" {
		r.Verify = queue.VerifyAlways
	}
	now := m.deps.Now()
	if at, _ := moment(values[pasteWhen], now); at.After(now) {
		r.NotBefore = at
	}
	if c.inPlace() {
		nameBeside(c, &r)
	}
	return r
}
