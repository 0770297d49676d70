package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"ferry/ftpclient/listing"
	"ferry/internal/vfs"
)

// failure tells err as a person is told it. step completes "cannot …".
func (cl *Client) failure(step string, err error) error {
	var told *vfs.Failure
	if err == nil || errors.As(err, &told) {
		return err
	}
	f := &vfs.Failure{Step: step, On: cl.server().cfg.address(), Err: err}
	explain(f, err)
	var none *NoDataConnectionError
	if errors.As(err, &none) && cl.server().hasWorked(none.Mode) {
		f.Err = errors.Join(vfs.ErrLost, err) // no firewall is in the way, so it may pass
	}
	f.Step, f.Said = cl.server().decode(f.Step), cl.server().decode(f.Said)
	return f
}

// explain fills in the kind of an error, its words, and what can be done about it.
func explain(f *vfs.Failure, err error) {
	var refused *ReplyError
	var stale *staleSessionError
	var none *NoDataConnectionError
	var protocol *ProtocolError
	switch {
	case errors.Is(err, context.Canceled):
		f.Kind, f.Said, f.Hint = context.Canceled, "cancelled", ""
	case errors.Is(err, vfs.ErrTLS):
		f.Kind, f.Said, f.Hint = vfs.ErrTLS, err.Error(), ""
	case isInTheClear(err):
		f.Kind, f.Said, f.Hint = vfs.ErrTLS, "an answer came past the encryption", "It counts for nothing, whoever sent it."
	case errors.Is(err, vfs.ErrIncomplete):
		f.Kind, f.Said, f.Hint = vfs.ErrIncomplete, "it may be cut short: "+err.Error(), "Try again."
	case errors.As(err, &stale):
		f.Kind, f.Said, f.Hint = vfs.ErrLost, "the server said "+replyWords(stale.ReplyError), "Try again."
	case errors.As(err, &refused):
		f.Said = "the server said " + replyWords(refused)
		f.Kind, f.Hint = refusalKind(refused), refusalHint(refused)
	case errors.As(err, &none):
		f.Kind, f.Said, f.Hint = vfs.ErrConnect, none.Error(), modeHint(none.Mode)
	case errors.As(err, &protocol):
		f.Kind, f.Said, f.Hint = vfs.ErrProtocol, protocol.Error(), "The connection was closed; is this an FTP server?"
	case errors.Is(err, listing.ErrTooLong):
		f.Kind, f.Said, f.Hint = vfs.ErrProtocol, listing.ErrTooLong.Error(), "What is shown is not the whole folder."
	case errors.Is(err, vfs.ErrNotSupported):
		f.Kind, f.Said, f.Hint = vfs.ErrNotSupported, "the server cannot do that", ""
	case errors.Is(err, vfs.ErrTimeout), errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		f.Kind, f.Said, f.Hint = vfs.ErrTimeout, "the server was silent for too long",
			"Try again; if it stays so, look at the network."
	case isLost(err):
		f.Kind, f.Said, f.Hint = vfs.ErrLost, "the connection broke ("+systemWords(err)+")", "Try again."
	default:
		f.Kind, f.Said = vfs.ErrLost, systemWords(err)
	}
}

func replyWords(e *ReplyError) string { return strings.TrimSpace(fmt.Sprintf("%d %s", e.Code, e.Text)) }

func modeHint(m Mode) string {
	switch m {
	case ModePassive:
		return "A firewall or NAT on the server's side may be in the way; active mode may work."
	case ModeActive:
		return "A firewall or NAT on this side may be in the way; passive mode may work."
	default:
		return "Firewalls or NAT are in the way of both modes; ask the server's operator which ports are open."
	}
}

// refusalKind reads what a refused command means. Codes tell little (550 is everything), so the words are weighed too.
func refusalKind(e *ReplyError) error {
	has := func(words ...string) bool { return mentions(e.Text, words...) }
	switch {
	case e.Code == ReplyServiceNotAvailable:
		return vfs.ErrBusy
	case e.Code == ReplyNotLoggedIn:
		return fs.ErrPermission
	case e.Code == ReplyExceededStorage, e.Code == ReplyInsufficientStorage, has("quota", "no space", "disk full"),
		isWriteFailure(e):
		return vfs.ErrNoSpace
	case isUnknownCommand(e):
		return vfs.ErrNotSupported
	case has("connection reset", "broken pipe", "network error", "connection timed out"):
		return vfs.ErrBusy // of its data connection, whatever the code says
	case e.Code == ReplyAlreadyExists, has("already exist", "file exists", "directory exists", "folder exists"):
		return fs.ErrExist
	case e.Code == ReplyNameNotAllowed && has("name not", "invalid", "illegal", "bad name", "too long"):
		return vfs.ErrUnsafeName
	case has("permission", "denied", "not allowed", "read-only", "read only", "forbidden", "not permitted"):
		return fs.ErrPermission
	case has("no such", "not found", "not exist", "n't exist", "cannot find", "can't find", "not a directory"):
		return fs.ErrNotExist
	case e.Code == ReplyNameNotAllowed:
		return vfs.ErrUnsafeName
	case e.Transient():
		return vfs.ErrBusy
	}
	return vfs.ErrRefused
}

// isWriteFailure reports whether a server could not write what came. vsftpd, pure-ftpd, and ProFTPD whose disk is full
// say it in these words and no others.
func isWriteFailure(e *ReplyError) bool {
	return (e.Verb == "STOR" || e.Verb == "APPE") && e.Transient() &&
		mentions(e.Text, "writing to local file", "error during write to file", "input/output error")
}

// refusalHint says what can be done about a refused command; "" where the server's words say it all.
func refusalHint(e *ReplyError) string {
	if e.Code == ReplyServiceNotAvailable {
		return "The server ended the connection; try again in a moment."
	}
	if isWriteFailure(e) {
		return "Its disk is probably full: make room on the server, then retry."
	}
	return map[error]string{
		fs.ErrPermission:  "The account may not do this there.",
		vfs.ErrNoSpace:    "Make room on the server, then retry.",
		fs.ErrExist:       "Choose another name.",
		vfs.ErrUnsafeName: "The server does not accept this name, or lets nobody write there.",
		vfs.ErrBusy:       "This may pass; try again in a moment.",
	}[refusalKind(e)]
}

// mentions reports whether a server's text holds one of the words, in any case.
func mentions(text string, words ...string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// connectFailure tells why a control connection could not be made or the login failed.
func (cl *Client) connectFailure(err error) error {
	var told *vfs.Failure
	var refused *ReplyError
	switch {
	case errors.As(err, &told):
		return err
	case errors.Is(err, context.Canceled):
		return cl.failure("connect", err)
	case errors.Is(err, vfs.ErrTLS):
		return cl.tlsFailure(err)
	case errors.As(err, &refused):
		return cl.loginFailure(refused)
	}
	return ConnectFailure(cl.server().cfg.address(), err)
}

// ConnectFailure tells, as a *vfs.Failure, why a TCP connection to the address did not come to be.
func ConnectFailure(address string, err error) error {
	return &vfs.Failure{
		Step: "connect to " + address, Said: connectProblem(err), Hint: connectHint(err), Kind: vfs.ErrConnect, Err: err,
	}
}

func (cl *Client) tlsFailure(err error) error {
	f := &vfs.Failure{Step: "connect securely to " + cl.server().cfg.address(), Kind: vfs.ErrTLS, Err: err}
	var told *tlsError
	if errors.As(err, &told) {
		f.Said = told.words
	}
	f.Hint = "Nothing has been sent yet, not even the user name."
	return f
}

func (cl *Client) loginFailure(e *ReplyError) error {
	cfg := cl.server().cfg
	f := &vfs.Failure{
		Step: "log in as " + cfg.User, On: cfg.address(), Said: cl.server().decode("the server said " + replyWords(e)),
		Kind: vfs.ErrLogin, Err: e,
	}
	cause := loginCauseOf(e)
	f.Hint = loginHint(cause)
	switch {
	case cause == causeFull:
		f.Kind = vfs.ErrBusy
	case cause == causeCredentials && !cfg.LegacyLogin && cl.server().differsInLegacy():
		f.Hint = "Check user name and password; they were sent in UTF-8, and the server may want " + cfg.Encoding + "."
	}
	if e.Verb == "greeting" {
		f.Step, f.On = "connect to "+cfg.address(), ""
		f.Kind, f.Hint = vfs.ErrConnect, "The server turns connections away at the moment; try later."
		if e.Transient() {
			f.Kind = vfs.ErrBusy
		}
	}
	return f
}

func loginHint(cause loginCause) string {
	return [...]string{
		causeCredentials: "Check the user name and the password.",
		causeFull:        "The server is not ready for another login; try later.",
		causeTLS:         "The server wants an encrypted connection before the login: use TLS for this account.",
		causeAccount:     "The server wants an account name besides user and password.",
	}[cause]
}

// connectProblem says in plain words why a TCP connection did not come to be.
func connectProblem(err error) string {
	var dns *net.DNSError
	var address *net.AddrError
	var protocol *ProtocolError
	switch {
	case errors.As(err, &address):
		return "the name " + address.Addr + " leads to no address"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "the name " + dns.Name + " is not known"
	case errors.As(err, &dns):
		return "the name " + dns.Name + " could not be looked up (" + systemWords(dns) + ")"
	case errors.As(err, &protocol):
		return protocol.Error()
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there (connection refused)"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no way to it (" + systemWords(err) + ")"
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err), errors.Is(err, vfs.ErrTimeout):
		return "no answer came in time"
	case errors.Is(err, io.EOF):
		return "the server closed the connection without a word"
	}
	return systemWords(err)
}

func connectHint(err error) string {
	var dns *net.DNSError
	var address *net.AddrError
	switch {
	case errors.As(err, &dns), errors.As(err, &address):
		return "Check the spelling of the host name, and the network."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Check the port, and whether the FTP server runs."
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err), errors.Is(err, vfs.ErrTimeout):
		return "A firewall may be in the way, or the server expects implicit TLS on this port."
	}
	return ""
}

func dialWords(err error, limit time.Duration) string {
	if errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
		return fmt.Sprintf("no answer within %v", limit)
	}
	return systemWords(err)
}

// isLost reports an error of a broken connection.
func isLost(err error) bool {
	for _, is := range []error{
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED,
	} {
		if errors.Is(err, is) {
			return true
		}
	}
	return false
}

// systemWords gives the innermost cause of a network error, without Go's chain of operations and addresses.
func systemWords(err error) string {
	var errno syscall.Errno
	var dns *net.DNSError
	switch {
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &dns):
		return dns.Err
	case errors.Is(err, io.EOF):
		return "closed by the other side"
	case errors.Is(err, net.ErrClosed):
		return "closed"
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return "timed out"
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return op.Err.Error()
	}
	return err.Error()
}
