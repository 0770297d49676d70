package vfs

import (
	"context"
	"errors"
	"io/fs"
	"strings"
)

// The kinds of failure, to be asked with errors.Is, beside those of io/fs (fs.ErrNotExist, fs.ErrExist,
// fs.ErrPermission) and context.Canceled.
var (
	ErrConnect      = errors.New("cannot connect")
	ErrLogin        = errors.New("login refused")
	ErrTLS          = errors.New("no trustworthy encryption")
	ErrRefused      = errors.New("refused")                        // for good, for a reason that is not known further
	ErrBusy         = errors.New("refused for the moment")         // worth another try later
	ErrCrowded      = errors.New("others have all that there are") // of sessions; such a failure is ErrBusy, too
	ErrLost         = errors.New("connection lost")                // worth another try on a new connection
	ErrTimeout      = errors.New("nothing came in time")           // worth another try on a new connection
	ErrNoSpace      = errors.New("no space left")                  // on the writing side
	ErrUnsafeName   = errors.New("name cannot be used")            // here or on the way
	ErrIncomplete   = errors.New("not all of the file came")       // or more came than announced
	ErrCorrupt      = errors.New("what came differs from what was sent")
	ErrNoRename     = errors.New("no renaming")   // worth another try in place, see Create
	ErrNotSupported = errors.New("not supported") // by the server or file system
	ErrProtocol     = errors.New("the server broke the protocol")
	ErrDisk         = errors.New("local disk or file") // set on every failure of the local side
)

// Failure is an error as a person is told it: what was being done, where, what was said, what can be done.
// Its fields may hold bytes from a server and must be made visible before they reach a terminal.
type Failure struct {
	Step string // completes "cannot …": "list /www", "log in as alice"
	On   string // the connection: "ftp.example.org:21"; "" for the local side
	Said string // what the other side or the system said, in its own words or in ours
	Hint string // what can be done, a full sentence; may be empty
	Kind error  // one of the kinds above; may be nil
	Err  error  // the cause, for errors.Is and errors.As; may be nil
}

// Error gives the whole as one line of prose, without the chain of causes.
func (f *Failure) Error() string {
	var b strings.Builder
	b.WriteString("cannot " + f.Step)
	if f.On != "" {
		b.WriteString(" on " + f.On)
	}
	if f.Said != "" {
		b.WriteString(": " + strings.TrimRight(f.Said, ". \r\n"))
	}
	if f.Hint != "" {
		b.WriteString(". " + f.Hint)
	}
	return b.String()
}

// Unwrap makes the kind and the cause visible to errors.Is and errors.As.
func (f *Failure) Unwrap() []error {
	var all []error
	for _, err := range []error{f.Kind, f.Err} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}

// Temporary reports whether the same attempt may succeed later, perhaps on a new connection.
func Temporary(err error) bool {
	for _, kind := range []error{ErrBusy, ErrLost, ErrTimeout} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// Cancelled reports whether err only says that somebody gave up.
func Cancelled(err error) bool { return errors.Is(err, context.Canceled) }

// Kind gives one word for machines: "not_exist", "permission", "login", ...; "" for nil, "error" where unknown.
func Kind(err error) string {
	if err == nil {
		return ""
	}
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.word
		}
	}
	return "error"
}

// KindOf gives the kind for which Kind gives that word; nil for "", "error" and words that are none.
func KindOf(word string) error {
	for _, k := range kinds {
		if k.word == word {
			return k.err
		}
	}
	return nil
}

// kinds is ordered from the most telling to the least.
var kinds = []struct {
	err  error
	word string
}{
	{context.Canceled, "cancelled"},
	{ErrLogin, "login"},
	{ErrTLS, "tls"},
	{ErrConnect, "connect"},
	{ErrNoSpace, "no_space"},
	{fs.ErrNotExist, "not_exist"},
	{fs.ErrExist, "exist"},
	{fs.ErrPermission, "permission"},
	{ErrUnsafeName, "unsafe_name"},
	{ErrIncomplete, "incomplete"},
	{ErrCorrupt, "corrupt"},
	{ErrNotSupported, "not_supported"},
	{ErrTimeout, "timeout"},
	{ErrLost, "lost"},
	{ErrProtocol, "protocol"},
	{ErrBusy, "busy"},
	{ErrRefused, "refused"},
	{ErrDisk, "disk"},
}
