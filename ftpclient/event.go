package ftpclient

import (
	"net/netip"
	"time"
)

// EventKind says what an Event tells.
type EventKind uint8

// The kinds of events.
const (
	// EventDialing: a control connection is being dialled; Text names the host and port.
	EventDialing EventKind = iota
	// EventControlConnected: Local dialled Remote.
	EventControlConnected
	// EventControlClosed: Text says why.
	EventControlClosed
	// EventCommand: Text is the command line as sent, secrets masked.
	EventCommand
	// EventReply: Code and Text are the server's reply, all lines joined by "\n", without the code.
	EventReply
	// EventReady: logged in, features known; Text lists the features in use, separated by blanks.
	EventReady
	// EventDataConnected: a data connection stands by Method; who dialled follows from Method.Active.
	EventDataConnected
	// EventDataClosed: Octets went over the data connection.
	EventDataClosed
	// EventTLS: a control or data connection has shaken hands; Text is the version, and whether a session was resumed.
	EventTLS
	// EventNote: Text is a remark for people: what was odd, what was tried, why another way is taken.
	EventNote
	// EventDataFailed: no data connection came to be by Method, in the mode Mode; Text says what was tried and why it
	// failed, Obstacle what kind of reason that is. Remote is what was dialled, Local where the server was awaited, Told
	// what its reply named, as far as these are known.
	EventDataFailed
)

// Event is one fact of the protocol's story, as the log, the wire panel and -v show it. Secrets are masked where
// it is made. Text from a server is raw and must be made visible before it reaches a terminal.
type Event struct {
	At     time.Time
	Conn   int // number of the control connection, counted from 1 in a Client
	Kind   EventKind
	Text   string
	Code   int
	Method Method
	Local  netip.AddrPort // our end of a connection
	Remote netip.AddrPort // the other end
	Octets int64
	Wait   time.Duration // with EventNote: for so long nothing will happen, since the server asked for that

	InClear bool // with EventNote: a password is about to go over the wire in the clear

	// Moved comes with EventDataConnected and counts the octets over it so far. It may be called from
	// anywhere, at any time.
	Moved func() int64

	Mode     Mode // with EventDataFailed
	Obstacle Obstacle
	Told     netip.Addr
}

// Trace receives events, from several goroutines at once. It must not block.
type Trace func(Event)
