package wire

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ferry/ftpclient"
	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

const (
	mostReplyLines  = 200 // that one reply may take of the transcript
	shortReplyLines = 4   // up to which a reply is not folded
	foldedLines     = 2   // that are shown of a folded one
)

// fold is how a line stands to the fold of its reply.
type fold uint8

const (
	aboveTheFold  fold = iota // it is always shown
	belowTheFold              // it is not, where long replies are folded
	standsForMore             // it is only then, in place of those
)

// line is a line of the transcript, safe to draw but for its width.
type line struct {
	at     time.Time
	client int
	conn   int
	lead   string // "→ ", "← 229 "; what comes before the text, in a role of its own
	text   string
	role   theme.Role // of the lead
	rest   theme.Role // of the text
	more   bool       // a further line of the same event: time and connection are not repeated
	fold   fold
	took   time.Duration
}

// lines tells an event as one line, or more for a reply of several lines. took is how long a reply was waited for.
func lines(e Event, took time.Duration) []line {
	l := line{at: e.At, client: e.Client, conn: e.Conn, role: theme.Note, rest: theme.Note, took: took}
	switch e.Kind {
	case ftpclient.EventCommand:
		l.lead, l.text, l.role, l.rest = "→ ", termtext.Display(e.Text), theme.Command, theme.Command
	case ftpclient.EventReply:
		return reply(e, l)
	case ftpclient.EventDataFailed:
		l.lead, l.text, l.role, l.rest = "╳ ", termtext.Display(e.Text), theme.Bad, theme.Bad
	default:
		l.text = story(e.Event)
	}
	return []line{l}
}

// story tells what happened to connections.
func story(e ftpclient.Event) string {
	text := termtext.Display(e.Text)
	switch e.Kind {
	case ftpclient.EventDialing:
		return "⇄ dialling " + text + " (control connection)"
	case ftpclient.EventControlConnected:
		return fmt.Sprintf("⇄ we dialled %s from :%d (control connection)", e.Remote, e.Local.Port())
	case ftpclient.EventControlClosed:
		if strings.HasPrefix(text, "closed") {
			return "⇄ control connection " + text
		}
		return because("⇄ control connection closed", text)
	case ftpclient.EventReady:
		return because("ready", text)
	case ftpclient.EventDataConnected:
		return dialled(e)
	case ftpclient.EventDataClosed:
		return "⇄ data connection closed after " + figure.Size(e.Octets)
	case ftpclient.EventTLS:
		return "⇄ " + text
	}
	return "note: " + text
}

// dialled tells which side opened a data connection, and from which port to which.
func dialled(e ftpclient.Event) string {
	if e.Method.Active() {
		return fmt.Sprintf("⇄ server dialled us on :%d from %s (%s)", e.Local.Port(), e.Remote, e.Method)
	}
	return fmt.Sprintf("⇄ we dialled %s from :%d (%s)", e.Remote, e.Local.Port(), e.Method)
}

func because(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

// replyRoles are the roles of a reply's code and text by its class (RFC 959 §4.2).
func replyRoles(code int) (lead, text theme.Role) {
	switch code / 100 {
	case 1:
		return theme.Note, theme.Reply
	case 2:
		return theme.Good, theme.Reply
	case 3:
		return theme.Link, theme.Reply
	case 4:
		return theme.Warn, theme.Warn
	}
	return theme.Bad, theme.Bad
}

// reply shows the first line with the code, the others below its text.
func reply(e Event, l line) []line {
	l.role, l.rest = replyRoles(e.Code)
	texts := termtext.Lines(e.Text)
	if len(texts) == 0 {
		texts = []string{""}
	}
	left := len(texts) - mostReplyLines
	texts = texts[:min(len(texts), mostReplyLines)]
	folds := len(texts) > shortReplyLines
	all := make([]line, 0, len(texts)+2)
	for i, text := range texts {
		l.lead, l.text, l.more = "      ", text, i > 0
		if i == 0 {
			l.lead = "← " + strconv.Itoa(e.Code) + " "
		} else {
			l.took = 0
		}
		if folds && i == foldedLines {
			all = append(all, l.standing(len(texts)+max(left, 0)-i, " more (e)", standsForMore))
			l.fold = belowTheFold
		}
		all = append(all, l)
	}
	if left > 0 {
		all = append(all, l.standing(left, " more", l.fold))
	}
	return all
}

// standing is a line that stands for n others.
func (l line) standing(n int, word string, f fold) line {
	l.lead, l.text, l.more, l.fold = "      ", "… "+figure.Plural(n, "line")+word, true, f
	return l
}
