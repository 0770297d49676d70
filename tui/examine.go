package tui

import (
	"context"
	"slices"
	"strings"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/doctor"
	sites "ferry/internal/site"
	"ferry/tui/dialog"
	"ferry/tui/prose"
)

// Examination is what has been found at a server so far. The zero Examination is ready; it is safe for concurrent use.
type Examination struct {
	mu     sync.Mutex
	found  []doctor.Finding
	trying string
	public strings.Builder
}

// Tell adds a finding, and the lines about it that may be shown to anybody; those of an empty finding end the page. A
// finding whose verdict is Trying tells only what is under way.
func (e *Examination) Tell(f doctor.Finding, public string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.trying = ""
	switch f.Verdict {
	case doctor.Trying:
		e.trying = f.Title
	case "":
	default:
		e.found = append(e.found, f)
	}
	e.public.WriteString(public)
}

func (e *Examination) page() (found []doctor.Finding, trying string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clip(e.found), e.trying
}

func (e *Examination) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.public.String()
}

// examinedMsg tells that an examination is over.
type examinedMsg struct {
	run    *formRun
	dialog *dialog.Findings
	err    error
}

// examine lets the doctor look at a site, and shows what is found as it comes.
func (m *Model) examine(s sites.Site) tea.Cmd {
	e := &Examination{}
	d := &dialog.Findings{
		Theme: m.deps.Theme, Title: "Testing " + prose.Safe(s.Name), Now: m.deps.Now, Page: e.page,
		Copy: func() (string, tea.Cmd) { return m.copyPage(e) },
	}
	m.open(d)
	return m.begin(d, func(ctx context.Context, run *formRun) tea.Msg {
		return examinedMsg{run, d, m.deps.Sites.Test(ctx, s.Name, e)}
	})
}

// examined tells how an examination ended. The doctor may have taught something about the site.
func (m *Model) examined(msg examinedMsg) tea.Cmd {
	if m.ended(msg.run) {
		if found, _ := msg.dialog.Page(); msg.err != nil && len(found) == 0 {
			msg.dialog.Fail(prose.Sentence(msg.err))
		} else {
			msg.dialog.End() // the findings tell why no more could be looked at
		}
	}
	return m.readBook(nil)
}

// copyPage puts the page of an examination on the clipboard.
func (m *Model) copyPage(e *Examination) (string, tea.Cmd) {
	text := e.text()
	if text == "" {
		return "There is nothing to copy yet.", nil
	}
	return "Sent to the clipboard of the terminal; names and addresses are masked.", m.toClipboard(text)
}
