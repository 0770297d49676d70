package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// timeLayout is a time-val (RFC 3659 §2.3).
const timeLayout = "20060102150405"

// timeSetter is one of the commands by which servers let a modification time be set.
type timeSetter struct {
	name     string // by which its absence is remembered
	verb     string
	argument func(path, t string) string
	standard bool // it can mean nothing else, so that its success is believed
}

// timeSetters are in the order in which they are tried: MFMT (draft-somers-ftp-mfxx), MDTM with a time, and SITE UTIME
// in the two orders that are known.
func timeSetters() []timeSetter {
	return []timeSetter{
		{"MFMT", "MFMT", func(path, t string) string { return t + " " + path }, true},
		{"MDTM to set", "MDTM", func(path, t string) string { return t + " " + path }, false},
		{"SITE UTIME", "SITE", func(path, t string) string { return "UTIME " + t + " " + path }, false},
		{"SITE UTIME at the end", "SITE", func(path, t string) string {
			return fmt.Sprintf("UTIME %s %s %s %s UTC", path, t, t, t)
		}, false},
	}
}

// SetModTime sets the modification time of the file at path, to the second, by MFMT or one of the commands that served
// before it. A success of these is checked by MDTM for as long as none has been proven, since a server may take them
// for something else. It returns ErrNotSupported where no command works, else errors as for Size.
func (c *Conn) SetModTime(ctx context.Context, path string, t time.Time) error {
	for _, setter := range timeSetters() {
		if c.server.lacks(setter.name) {
			continue
		}
		err := c.setTimeBy(ctx, setter, path, t)
		if err == nil || !errors.Is(err, ErrNotSupported) {
			return err
		}
		c.server.setAbsent(setter.name)
	}
	return fmt.Errorf("setting times: %w", ErrNotSupported)
}

// setTimeBy returns ErrNotSupported where the command does not do it, or not so that it can be proven.
func (c *Conn) setTimeBy(ctx context.Context, setter timeSetter, path string, t time.Time) error {
	_, err := c.command(ctx, setter.verb, setter.argument(path, t.UTC().Format(timeLayout)))
	var refused *ReplyError
	switch {
	case isUnknownCommand(err):
		return fmt.Errorf("%w: %w", ErrNotSupported, err)
	case setter.standard || c.server.timeSetterProven(setter.name) || !c.Usable(),
		err != nil && !errors.As(err, &refused):
		return err
	}
	return c.proveSetting(ctx, setter, path, t, err)
}

// proveSetting looks what became of the file after a command that may have been understood in another way. A server
// that does not know it refuses in words that are like those about a file.
func (c *Conn) proveSetting(ctx context.Context, setter timeSetter, path string, t time.Time, said error) error {
	now, err := c.ModTime(ctx, path)
	switch {
	case said != nil && err != nil: // it is about the file
		return said
	case errors.Is(err, ErrNotSupported) && setter.verb == "SITE":
		return nil // nothing to prove it by
	case err != nil || !c.Usable():
		return err
	case said != nil, now.Unix() != t.Unix():
		return fmt.Errorf("%s is not understood: %w", setter.name, errors.Join(ErrNotSupported, said))
	}
	c.server.proveTimeSetter(setter.name)
	return nil
}

func (s *server) timeSetterProven(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.timeSetter == name
}

func (s *server) proveTimeSetter(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timeSetter = name
}

// looksLikeSetting reports a path that MDTM would take for a time to be set and a name: 14 digits and a blank.
func looksLikeSetting(path string) bool {
	digits, _, blank := strings.Cut(path, " ")
	return blank && len(digits) == len(timeLayout) && strings.Trim(digits, "0123456789") == ""
}
