package tui

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/ftpclient"
	"ferry/internal/termtext"
	"ferry/tui/dialog"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// asked is the question that the person sees, with its dialog.
type asked struct {
	question *question
	dialog   dialog.Dialog
	trust    settler // the dialog, where it is about a certificate
}

// settler is a dialog that ignores keys at first.
type settler interface {
	dialog.Dialog
	Settling() bool
}

// questionsMsg tells that a question has come up, or was taken back.
type questionsMsg struct{}

// nextQuestions blocks until there is something new about questions.
func (m *Model) nextQuestions() tea.Msg {
	if m.deps.Questions.wait(m.ctx) != nil {
		return nil
	}
	return questionsMsg{}
}

// questionsCame shows the question that has waited longest. One that nobody waits for any more vanishes. One at a time
// is shown, so that no key meant for one of them answers another.
func (m *Model) questionsCame() tea.Cmd {
	m.dirty = true
	oldest := m.deps.Questions.oldest()
	if oldest != m.asked.question {
		if m.asked.dialog != nil {
			m.close(m.asked.dialog)
		}
		m.asked = asked{}
		if oldest != nil {
			m.ask(oldest)
		}
	}
	return tea.Batch(m.nextQuestions, m.tick())
}

// ask puts a question on top of everything. Keys of a sequence that was begun are forgotten.
func (m *Model) ask(q *question) {
	m.prefix = nil
	var d settler
	switch {
	case q.secret != "":
		m.askSecret(q)
		return
	case q.consent != Consent{}:
		m.askConsent(q)
		return
	case q.before != Trusted{}:
		d = m.changedDialog(q)
	default:
		d = m.trustDialog(q)
	}
	m.asked = asked{q, d, d}
	m.open(d)
}

func (m *Model) trustDialog(q *question) *dialog.Trust {
	return &dialog.Trust{
		Theme: m.deps.Theme, Now: m.deps.Now, Certificate: certificateFacts(q),
		Answer: func(v dialog.Verdict) tea.Cmd {
			a := answer{always: v == dialog.TrustAlways}
			if v == dialog.Distrust {
				a.err = ErrDistrusted
			}
			m.deps.Questions.settle(q, a)
			return nil
		},
	}
}

func (m *Model) changedDialog(q *question) *dialog.Changed {
	since := "in this run"
	if !q.before.Since.IsZero() {
		since = "since " + q.before.Since.In(m.now.Location()).Format(time.DateOnly)
	}
	return &dialog.Changed{
		Theme: m.deps.Theme, Now: m.deps.Now, Address: prose.Safe(q.address), Since: since,
		Before: prose.Safe(q.before.SHA256), Shown: q.cert.Fingerprint(), Settle: m.tick,
		Answer: func(forget bool) tea.Cmd {
			a := answer{}
			if !forget {
				a.err = ErrDistrusted
			}
			m.deps.Questions.settle(q, a)
			return nil
		},
	}
}

// askSecret asks for something that is not shown. Stopping refuses to tell it.
func (m *Model) askSecret(q *question) {
	title, intro := prose.Safe(q.secret), []dialog.Line(nil)
	if i := strings.LastIndex(title, ". "); i >= 0 { // why it is asked goes before what is asked
		title, intro = title[i+2:], []dialog.Line{{Role: theme.Warn, Text: title[:i+1]}}
	}
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: title, Intro: intro, Submit: "OK", Now: m.deps.Now, Unasked: true,
		Fields: []dialog.Field{dialog.Secret("")},
		Check: func(values []string) (int, string) {
			if values[0] == "" {
				return 0, "Nothing has been typed yet."
			}
			return 0, ""
		},
	}
	form.Do = func(values []string) tea.Cmd {
		m.deps.Questions.settle(q, answer{secret: values[0]})
		return nil
	}
	form.Leave = func() { m.deps.Questions.settle(q, answer{err: ErrNoAnswer}) }
	m.asked = asked{question: q, dialog: form}
	m.open(form)
}

// askConsent asks for a yes. Whatever is pressed without a look at the screen is none.
func (m *Model) askConsent(q *question) {
	say := func(err error) func() tea.Cmd {
		return func() tea.Cmd {
			m.deps.Questions.settle(q, answer{err: err})
			return nil
		}
	}
	d := &dialog.Choice{
		Theme: m.deps.Theme, Title: prose.Safe(q.consent.Title),
		Foot:    "y " + strings.ToLower(prose.Safe(q.consent.Yes)) + " · Enter/Esc no",
		Lines:   []dialog.Line{{Text: prose.Safe(q.consent.Why)}},
		Buttons: []dialog.Button{{Label: "No", Do: say(errNo)}, {Label: prose.Safe(q.consent.Yes), Key: "y", Do: say(nil)}},
	}
	m.asked = asked{question: q, dialog: d}
	m.openUnasked(d)
}

// longestWhy keeps a certificate made out to many names from pushing away what else there is to know, in cells.
const longestWhy = 200

func why(c ftpclient.Certificate) string {
	return prose.Capital(termtext.Truncate(prose.Safe(c.Why()), longestWhy)) + "."
}

// certificateFacts writes a certificate for people. All of it but the hash is a stranger's text.
func certificateFacts(q *question) dialog.Certificate {
	leaf := q.cert.Leaf
	facts := dialog.Certificate{
		Address: prose.Safe(q.address), Why: why(q.cert),
		Subject: prose.Safe(leaf.Subject.String()), Issuer: prose.Safe(leaf.Issuer.String()),
		From: leaf.NotBefore.UTC().Format(time.DateOnly), To: leaf.NotAfter.UTC().Format(time.DateOnly),
		SHA256: q.cert.Fingerprint(),
	}
	if q.cert.SelfSigned() {
		facts.Issuer = "itself (self-signed)"
	}
	return facts
}
