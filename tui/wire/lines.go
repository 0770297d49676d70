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

// mostReplyLines bounds what one reply may take of the log.
const mostReplyLines = 200

// line is a line of the log, safe to draw but for its width.
type line struct {
	at   time.Time
	conn int
	text string
	role theme.Role
	more bool // a further line of the same event: time and connection are not repeated
}

// lines tells an event as one line, or more for a reply of several lines.
func lines(e ftpclient.Event) []line {
	l := line{at: e.At, conn: e.Conn, role: theme.Note}
	switch e.Kind {
	case ftpclient.EventCommand:
		l.text, l.role = "→ "+termtext.Display(e.Text), theme.Command
	case ftpclient.EventReply:
		return reply(e, l)
	default:
		l.text = story(e)
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

// reply shows the first line with the code, the others below its text.
func reply(e ftpclient.Event, l line) []line {
	l.role = theme.Reply
	if e.Code >= 400 {
		l.role = theme.Bad
	}
	texts := termtext.Lines(e.Text)
	if len(texts) == 0 {
		texts = []string{""}
	}
	left := len(texts) - mostReplyLines
	texts = texts[:min(len(texts), mostReplyLines)]
	all := make([]line, 0, len(texts)+1)
	for i, text := range texts {
		l.text, l.more = "      "+text, i > 0
		if i == 0 {
			l.text = "← " + strconv.Itoa(e.Code) + " " + text
		}
		all = append(all, l)
	}
	if left > 0 {
		l.text, l.more = "      … "+figure.Plural(left, "line")+" more", true
		all = append(all, l)
	}
	return all
}
