package doctor

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"ferry/ftpclient"
)

// log keeps the story of a client's connections. It is safe for concurrent use.
type log struct {
	next ftpclient.Trace // is told, too; may be nil

	mu     sync.Mutex
	events []ftpclient.Event
}

func (l *log) trace(e ftpclient.Event) {
	l.mu.Lock()
	l.events = append(l.events, e)
	l.mu.Unlock()
	if l.next != nil {
		l.next(e)
	}
}

// each looks at the events so far, in order, until look returns true.
func (l *log) each(look func(ftpclient.Event) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		if look(e) {
			return
		}
	}
}

// answer gives the first reply behind a command with that verb; "" for the first reply of all.
func (l *log) answer(verb string) (reply ftpclient.Event, found bool) {
	asked := verb == ""
	l.each(func(e ftpclient.Event) bool {
		switch {
		case e.Kind == ftpclient.EventCommand && !asked:
			asked = e.Text == verb || strings.HasPrefix(e.Text, verb+" ")
		case e.Kind == ftpclient.EventReply && asked:
			reply, found = e, true
		}
		return found
	})
	return reply, found
}

// arranged gives how long it took from the command that arranges a data connection until that stood; 0 if none did.
func (l *log) arranged(m ftpclient.Method) (took time.Duration) {
	var asked time.Time
	l.each(func(e ftpclient.Event) bool {
		verb, _, _ := strings.Cut(e.Text, " ")
		switch {
		case e.Kind == ftpclient.EventCommand && verb == m.String():
			asked = e.At
		case e.Kind == ftpclient.EventDataConnected && e.Method == m:
			took = e.At.Sub(asked)
		}
		return took > 0
	})
	return took
}

// obstacle gives what kept the method from making a data connection, if anything did.
func (l *log) obstacle(m ftpclient.Method) (o ftpclient.Obstacle, met bool) {
	l.each(func(e ftpclient.Event) bool {
		if e.Kind == ftpclient.EventDataFailed && e.Method == m {
			o, met = e.Obstacle, true
		}
		return met
	})
	return o, met
}

// peer gives the server's address as the control connection has it.
func (l *log) peer() (at netip.AddrPort) {
	l.each(func(e ftpclient.Event) bool {
		if e.Kind == ftpclient.EventControlConnected {
			at = e.Remote
		}
		return at.IsValid()
	})
	return at
}

var sixNumbers = regexp.MustCompile(`(\d{1,3}) *, *(\d{1,3}) *, *(\d{1,3}) *, *(\d{1,3}) *, *\d{1,3} *, *\d{1,3}`)

// passiveAddress gives the address that the reply to PASV names (RFC 959 §4.1.2), zero if there is none.
func (l *log) passiveAddress() netip.Addr {
	reply, _ := l.answer("PASV")
	numbers := sixNumbers.FindStringSubmatch(reply.Text)
	if reply.Code != ftpclient.ReplyPassive || numbers == nil {
		return netip.Addr{}
	}
	var octets [4]byte
	for i, digits := range numbers[1:] {
		n, err := strconv.ParseUint(digits, 10, 8)
		if err != nil {
			return netip.Addr{}
		}
		octets[i] = byte(n)
	}
	return netip.AddrFrom4(octets)
}

// handshakes counts the TLS handshakes of data connections, and those among them that resumed a session.
func (l *log) handshakes() (all, resumed int) {
	control := l.peer()
	l.each(func(e ftpclient.Event) bool {
		if e.Kind == ftpclient.EventTLS && e.Remote != control {
			all++
			if strings.Contains(e.Text, "resumed") {
				resumed++
			}
		}
		return false
	})
	return all, resumed
}
