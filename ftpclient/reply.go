package ftpclient

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"net"
	"slices"
	"strings"
	"time"
)

// Reply codes that carry a meaning beyond their first digit.
const (
	ReplyRestartMarker         = 110 // RFC 959 §4.2.2
	ReplyReadyInMinutes        = 120 // RFC 959 §4.2.2
	ReplyDataConnectionOpen    = 125 // RFC 959 §4.2.2
	ReplyFileStatusOkay        = 150 // RFC 959 §4.2.2
	ReplyCommandOkay           = 200 // RFC 959 §4.2.2
	ReplySuperfluous           = 202 // RFC 959 §4.2.2
	replySystemStatus          = 211 // RFC 959 §4.2.2
	ReplyFileStatus            = 213 // RFC 959 §4.2.2
	ReplyServiceReady          = 220 // RFC 959 §4.2.2
	ReplyClosingControl        = 221 // RFC 959 §4.2.2
	ReplyClosingDataConnection = 226 // RFC 959 §4.2.2
	ReplyPassive               = 227 // RFC 959 §4.2.2
	ReplyExtendedPassive       = 229 // RFC 2428 §3
	ReplyLoggedIn              = 230 // RFC 959 §4.2.2
	ReplyPathname              = 257 // RFC 959 §4.2.2
	ReplyAuthOkay              = 234 // RFC 4217 §4
	ReplyNeedPassword          = 331 // RFC 959 §4.2.2
	ReplyNeedAccount           = 332 // RFC 959 §4.2.2
	ReplyPendingInformation    = 350 // RFC 959 §4.2.2
	ReplyServiceNotAvailable   = 421 // RFC 959 §4.2.2
	ReplyCannotOpenData        = 425 // RFC 959 §4.2.2
	ReplyTransferAborted       = 426 // RFC 959 §4.2.2
	replyFileBusy              = 450 // RFC 959 §4.2.2
	ReplyInsufficientStorage   = 452 // RFC 959 §4.2.2
	ReplySyntaxError           = 500 // RFC 959 §4.2.2
	ReplyBadParameter          = 501 // RFC 959 §4.2.2
	ReplyNotImplemented        = 502 // RFC 959 §4.2.2
	ReplyBadSequence           = 503 // RFC 959 §4.2.2
	ReplyParameterNotSupported = 504 // RFC 959 §4.2.2
	ReplyAlreadyExists         = 521 // RFC 1123 practice for MKD of what exists
	ReplyWrongProtocol         = 522 // RFC 2428 §2
	ReplyNotLoggedIn           = 530 // RFC 959 §4.2.2
	ReplyFileUnavailable       = 550 // RFC 959 §4.2.2
	ReplyExceededStorage       = 552 // RFC 959 §4.2.2
	ReplyNameNotAllowed        = 553 // RFC 959 §4.2.2
)

// Bounds of one reply; what goes beyond is a *ProtocolError.
const (
	maxReplyLine  = 8 << 10
	maxReplySize  = 64 << 10
	maxReplyLines = 1000
	maxPreamble   = 64 // lines without a code that some servers print before their greeting
)

// oddEndSilence is how long a multi-line reply that showed a final line of another code, or a list of features, may
// stay silent before that is taken for its end.
const oddEndSilence = 2 * time.Second

// Reply is a server's complete answer (RFC 959 §4.2).
type Reply struct {
	Code int
	Text string // all lines without their code, joined by "\n"; bytes as the server sent them
}

// Preliminary reports a 1yz reply: another one follows.
func (r Reply) Preliminary() bool { return r.Code/100 == 1 }

// Completion reports a 2yz reply.
func (r Reply) Completion() bool { return r.Code/100 == 2 }

// Intermediate reports a 3yz reply: the server waits for the next command of the sequence.
func (r Reply) Intermediate() bool { return r.Code/100 == 3 }

// backward gives the lines, the last one first: that is where a server puts what it has to say, as a rule.
func (r Reply) backward() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range slices.Backward(strings.Split(r.Text, "\n")) {
			if !yield(strings.TrimSpace(line)) {
				return
			}
		}
	}
}

// A ReplyError is a refusal by the server: a 4yz or 5yz reply, or one that the command does not allow. The control
// connection stays usable, except after code 421.
type ReplyError struct {
	Verb string // "RETR"; never arguments, PASS has one too
	Code int    // three digits, RFC 959 §4.2
	Text string // all lines of the reply, joined by "\n"
}

// Error gives the verb and the server's words.
func (e *ReplyError) Error() string { return fmt.Sprintf("%s: %d %s", e.Verb, e.Code, e.Text) }

// Transient reports a 4yz code: the same command may succeed later.
func (e *ReplyError) Transient() bool { return e.Code/100 == 4 }

// A ProtocolError is a reply that no reading of the RFCs allows. The control connection is closed, since the place in
// the conversation is lost.
type ProtocolError struct {
	Problem string // completes "the server …"
	Line    string // the offending line or its beginning, as it came
}

// Error says what the server did.
func (e *ProtocolError) Error() string {
	if e.Line == "" {
		return "the server " + e.Problem
	}
	return fmt.Sprintf("the server %s: %q", e.Problem, e.Line)
}

// replyReader reads replies from a control connection. It is used by one goroutine.
type replyReader struct {
	nc   net.Conn
	br   *bufio.Reader
	note func(string) // told about faults that were forgiven
}

func newReplyReader(nc net.Conn, note func(string)) *replyReader {
	return &replyReader{nc: nc, br: bufio.NewReaderSize(nc, maxReplyLine), note: note}
}

// read gives the next complete reply (RFC 959 §4.2).
func (r *replyReader) read() (Reply, error) {
	line, err := r.firstLine()
	if err != nil {
		return Reply{}, err
	}
	code, more, text, err := splitReplyLine(line)
	if err != nil {
		return Reply{}, err
	}
	if !more {
		return Reply{code, text}, nil
	}
	return r.readRest(code, text)
}

// firstLine skips what servers put before a reply: blank lines, and a banner before the greeting.
func (r *replyReader) firstLine() (string, error) {
	var first string
	for range maxPreamble {
		line, err := r.line()
		if err != nil {
			return "", err
		}
		line = strings.TrimLeft(line, "\ufeff")
		if startsWithCode(line) {
			return line, nil
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if first = cmp.Or(first, line); speaksOtherwise(line) {
			break
		}
		r.note("the server sent a line without a reply code: " + line)
	}
	return "", &ProtocolError{Problem: "does not speak FTP, it sent", Line: clip(first)}
}

// speaksOtherwise reports the first words of services that then wait for the client to speak.
func speaksOtherwise(line string) bool {
	return slices.ContainsFunc([]string{"SSH-", "HTTP/", "+OK", "* OK", "RFB "}, func(word string) bool {
		return strings.HasPrefix(line, word)
	})
}

// readRest collects the lines of a multi-line reply up to the one that begins with the same code and a blank.
func (r *replyReader) readRest(code int, first string) (Reply, error) {
	lines, size := []string{first}, len(first)
	for {
		if code == replySystemStatus && listsFeatures(first) && r.silent() {
			r.note("the server did not end its list of features")
			return Reply{code, strings.Join(lines, "\n")}, nil
		}
		line, err := r.line()
		if err != nil {
			return Reply{}, err
		}
		size += len(line)
		if len(lines) >= maxReplyLines || size > maxReplySize {
			return Reply{}, &ProtocolError{Problem: "sent a reply without end", Line: clip(first)}
		}
		lineCode, more, text, err := splitReplyLine(line)
		if err != nil {
			lines = append(lines, line)
			continue
		}
		if lineCode == code {
			lines = append(lines, text)
			if !more {
				return Reply{code, strings.Join(lines, "\n")}, nil
			}
			continue
		}
		if !more && r.silent() {
			r.note(fmt.Sprintf("the server ended a %d reply with code %d", code, lineCode))
			return Reply{lineCode, strings.Join(append(lines, text), "\n")}, nil
		}
		lines = append(lines, line)
	}
}

// listsFeatures tells the reply to FEAT from others with its code, which may rightly pause.
func listsFeatures(first string) bool { return mentions(first, "feature", "extension") }

// silent reports whether nothing follows for a while. Only asked where a reply seems to end with a wrong code.
func (r *replyReader) silent() bool {
	if r.br.Buffered() > 0 {
		return false
	}
	_ = r.nc.SetReadDeadline(time.Now().Add(oddEndSilence))
	_, err := r.br.Peek(1)
	_ = r.nc.SetReadDeadline(time.Time{})
	return err != nil
}

// line reads up to LF and cuts CRs and telnet option negotiations (RFC 854) from its ends.
func (r *replyReader) line() (string, error) {
	raw, err := r.br.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", &ProtocolError{Problem: "sent a line without end", Line: clip(string(raw))}
	}
	if err != nil && isTLSRecord(raw) {
		return "", &ProtocolError{Problem: "speaks TLS from the first octet on, which implicit TLS would expect"}
	}
	if err != nil {
		return "", err
	}
	raw = bytes.TrimRight(raw, "\r\n\x00")
	for len(raw) >= 3 && raw[0] == 0xFF && raw[1] >= 0xFB && raw[1] <= 0xFE {
		raw = raw[3:]
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		return "", &ProtocolError{Problem: "sent a NUL byte in a reply", Line: clip(string(raw))}
	}
	return string(raw), nil
}

// isTLSRecord reports the beginning of a record (RFC 8446 §5.1), such as the alert about commands in the clear.
func isTLSRecord(raw []byte) bool {
	return len(raw) > 1 && raw[0] >= 0x14 && raw[0] <= 0x17 && raw[1] == 3
}

// splitReplyLine takes "226 Done" or "226-Done" apart.
func splitReplyLine(line string) (code int, more bool, text string, err error) {
	if !startsWithCode(line) {
		return 0, false, "", &ProtocolError{Problem: "sent what is no reply", Line: clip(line)}
	}
	code = int(line[0]-'0')*100 + int(line[1]-'0')*10 + int(line[2]-'0')
	if code < 100 || code > 599 {
		return 0, false, "", &ProtocolError{Problem: "sent a reply code out of range", Line: clip(line)}
	}
	if len(line) == 3 {
		return code, false, "", nil
	}
	return code, line[3] == '-', line[4:], nil
}

// startsWithCode reports whether three digits open the line, followed by a blank, a hyphen or its end.
func startsWithCode(line string) bool {
	if len(line) < 3 || !isDigit(line[0]) || !isDigit(line[1]) || !isDigit(line[2]) {
		return false
	}
	return len(line) == 3 || line[3] == ' ' || line[3] == '-'
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// clip keeps what a person needs to recognise a line.
func clip(s string) string {
	const enough = 120
	if len(s) > enough {
		return s[:enough] + "…"
	}
	return s
}
