package ftpclient

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"time"
)

// loginCause is what a refused login means. The codes tell little (530 is everything), so the words are weighed too.
type loginCause uint8

const (
	causeCredentials loginCause = iota // user or password are wrong, or banned: more tries make it worse
	causeFull                          // too many users or connections just now: it may pass
	causeTLS                           // the server lets nobody in without TLS
	causeAccount                       // it wants an account besides user and password
)

func loginCauseOf(e *ReplyError) loginCause {
	switch {
	case mentions(e.Text, "tls", "ssl", "encrypt", "secure"):
		return causeTLS
	case e.Code == ReplyNeedAccount:
		return causeAccount
	case e.Transient(), mentions(e.Text, "too many users", "too many conn", "too many clients", "maximum"):
		return causeFull
	case blamesCredentials(e.Text):
		return causeCredentials
	case mentions(e.Text, "too many", "limit", "full", "busy", "overload", "already logged in"),
		waitTold(e.Text) > 0:
		return causeFull
	}
	return causeCredentials
}

// blamesCredentials keeps "too many failed attempts" and "incorrect, try again" apart from a server that is full: who
// tries these again is locked out.
func blamesCredentials(text string) bool {
	return mentions(text, "incorrect", "password", "fail", "attempt", "invalid", "wrong", "denied", "banned")
}

// isCredentials reports a login refused for what was given as user and password.
func isCredentials(err error) bool {
	var refused *ReplyError
	if !errors.As(err, &refused) || refused.Code/100 != 5 {
		return false
	}
	switch refused.Verb {
	case "USER", "PASS", "ACCT":
		return loginCauseOf(refused) == causeCredentials
	}
	return false
}

// isTooMany reports a server that allows no more connections: at the greeting, or at the login.
func isTooMany(err error) bool {
	var refused *ReplyError
	if !errors.As(err, &refused) || loginCauseOf(refused) != causeFull {
		return false
	}
	return refused.Code == ReplyServiceNotAvailable || refused.Code == ReplyNotLoggedIn
}

// Servers that ask to be left alone for a while are waited for, if that is not too long.
const (
	longestWait  = 5 * time.Minute
	patientTries = 3
)

var waitWords = regexp.MustCompile(`(?i)\b(\d{1,4}) ?(seconds?|secs?|s|minutes?|mins?)\b`)

// waitTold reads "try again in 30 seconds"; 0 where a text tells no such time.
func waitTold(text string) time.Duration {
	m := waitWords.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	if m[2][0] == 'm' || m[2][0] == 'M' {
		return time.Duration(n) * time.Minute
	}
	return time.Duration(n) * time.Second
}

// waitAsked gives how long a refused login is to be waited with, 0 where trying again would be wrong.
func waitAsked(err error) time.Duration {
	var refused *ReplyError
	if !errors.As(err, &refused) || loginCauseOf(refused) != causeFull {
		return 0
	}
	return waitTold(refused.Text)
}

// dialPatiently dials, and waits where the server asks for that before the first login. While other connections live,
// the pool does with these.
func (cl *Client) dialPatiently(ctx context.Context) (*Conn, error) {
	for try := 1; ; try++ {
		c, err := cl.server().dial(ctx)
		wait := waitAsked(err)
		if wait == 0 || wait > longestWait || try == patientTries || cl.Connected() {
			return c, err
		}
		cl.server().trace(Event{Kind: EventNote, Text: "the server asks to wait " + wait.String(), Wait: wait})
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		case <-cl.closing:
			timer.Stop()
			return nil, err
		}
	}
}

func (s *server) trace(e Event) {
	if s.cfg.Trace != nil {
		e.At = time.Now()
		s.cfg.Trace(e)
	}
}
