package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"ferry/ftpclient/listing"
	"ferry/internal/vfs"
)

// ErrNotSupported is returned, without a command sent, once the server has answered a command with 500, 502 or 504.
var ErrNotSupported = vfs.ErrNotSupported

// optional sends a command that a server may not know, and remembers if it does not.
func (c *Conn) optional(ctx context.Context, verb, arg string) (Reply, error) {
	return c.optionalWithin(ctx, verb, arg, c.cfg.Timeouts.Reply)
}

func (c *Conn) optionalWithin(ctx context.Context, verb, arg string, limit time.Duration) (Reply, error) {
	if c.server.lacks(verb) {
		return Reply{}, fmt.Errorf("%s: %w", verb, ErrNotSupported)
	}
	reply, err := c.commandWithin(ctx, verb, arg, limit)
	if isUnknownCommand(err) {
		c.server.setAbsent(verb)
		return reply, fmt.Errorf("%w: %w", ErrNotSupported, err)
	}
	return reply, err
}

// isUnknownCommand reports a refusal that concerns the command and not its argument.
func isUnknownCommand(err error) bool {
	var refused *ReplyError
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code {
	case ReplySyntaxError, ReplyNotImplemented, ReplyParameterNotSupported:
		return true
	}
	return false
}

// PrintWorkingDirectory asks for the working folder (PWD, RFC 959 §4.1.1). It returns "" where the server gives no
// usable answer, and a *ReplyError where it refuses.
func (c *Conn) PrintWorkingDirectory(ctx context.Context) (string, error) {
	reply, err := c.command(ctx, "PWD", "")
	if err != nil {
		return "", err
	}
	name, ok := parsePathname(reply.Text)
	if !ok {
		return "", nil
	}
	return name, nil
}

// ChangeWorkingDirectory changes the working folder (CWD, RFC 959 §4.1.1). It is sent even if the server should be
// there: that folder may have been renamed meanwhile, and another one bear its name. A refusal is a *ReplyError, often
// 550.
func (c *Conn) ChangeWorkingDirectory(ctx context.Context, dir string) error {
	_, err := c.command(ctx, "CWD", c.server.flavour().folder(dir))
	return err
}

// ChangeToParentDirectory changes to the parent of the working folder (CDUP, RFC 959 §4.1.1). Errors as for
// ChangeWorkingDirectory.
func (c *Conn) ChangeToParentDirectory(ctx context.Context) error {
	_, err := c.command(ctx, "CDUP", "")
	return err
}

// SetType sets the representation type (TYPE, RFC 959 §3.1.1): 'I' for image, 'A' for ASCII. It sends nothing if the
// type is in force. Every transfer and Size set 'I' again: octets are never changed, and their count always proves
// them. Its error is a *ReplyError, after which the type of before holds, or that of a broken connection.
func (c *Conn) SetType(ctx context.Context, typ byte) error {
	if c.typ == typ {
		return nil
	}
	if _, err := c.command(ctx, "TYPE", string(typ)); err != nil {
		return err
	}
	c.typ = typ
	return nil
}

// restart sets the offset at which the next RETR or STOR begins (REST, RFC 3659 §5.3). The reply must be 350.
func (c *Conn) restart(ctx context.Context, offset int64) error {
	reply, err := c.optional(ctx, "REST", strconv.FormatInt(offset, 10))
	if err == nil && !reply.Intermediate() {
		err = &ReplyError{Verb: "REST", Code: reply.Code, Text: reply.Text}
	}
	return err
}

// Size returns the transfer size of path in octets for the image type (SIZE, RFC 3659 §4), which it sets first. It
// returns ErrNotSupported where the server lacks SIZE, and a *ReplyError (often 550) if it refused this path.
func (c *Conn) Size(ctx context.Context, path string) (int64, error) {
	if err := c.SetType(ctx, 'I'); err != nil {
		return vfs.SizeUnknown, err
	}
	reply, err := c.optional(ctx, "SIZE", path)
	if err != nil {
		return vfs.SizeUnknown, err
	}
	return parseSize(reply)
}

// parseSize reads the leading digits of a 213 reply; a size that no file can have is an error.
func parseSize(reply Reply) (int64, error) {
	for line := range reply.backward() {
		digits := line[:len(line)-len(strings.TrimLeft(line, "0123456789"))]
		if size, err := strconv.ParseInt(digits, 10, 64); err == nil {
			return size, nil
		}
	}
	return vfs.SizeUnknown, &ProtocolError{Problem: "told no readable size", Line: clip(reply.Text)}
}

// ModTime returns when the file at path was last modified, in UTC (MDTM, RFC 3659 §3). Errors as for Size.
func (c *Conn) ModTime(ctx context.Context, path string) (time.Time, error) {
	if looksLikeSetting(path) {
		e, err := c.listOne(ctx, path)
		return e.ModTime, err
	}
	reply, err := c.optional(ctx, "MDTM", path)
	if err != nil {
		return time.Time{}, err
	}
	for line := range reply.backward() {
		if t, err := listing.ParseTimeVal(line); err == nil {
			return t, nil
		}
	}
	return time.Time{}, &ProtocolError{Problem: "told no readable time", Line: clip(reply.Text)}
}

// MakeDirectory makes a folder (MKD, RFC 959 §4.1.3). A refusal is a *ReplyError: 521 where the folder exists, but with
// many servers 550 as for everything else.
func (c *Conn) MakeDirectory(ctx context.Context, path string) error {
	_, err := c.command(ctx, "MKD", c.server.flavour().folder(path))
	return err
}

// RemoveDirectory removes an empty folder (RMD, RFC 959 §4.1.3). A refusal is a *ReplyError, often 550, also where the
// folder is not empty.
func (c *Conn) RemoveDirectory(ctx context.Context, path string) error {
	_, err := c.command(ctx, "RMD", c.server.flavour().folder(path))
	return err
}

// Delete removes a file (DELE, RFC 959 §4.1.3). A refusal is a *ReplyError, often 550.
func (c *Conn) Delete(ctx context.Context, path string) error {
	_, err := c.command(ctx, "DELE", path)
	return err
}

// Rename gives a file or folder another path (RNFR and RNTO, RFC 959 §4.1.3). Many servers replace in silence what
// bears the new name. A refusal is a *ReplyError whose Verb tells which of the two paths was refused.
func (c *Conn) Rename(ctx context.Context, from, to string) error {
	if err := checkArgument(to); err != nil {
		return err
	}
	reply, err := c.command(ctx, "RNFR", from)
	if err != nil {
		return err
	}
	if !reply.Intermediate() {
		return &ReplyError{Verb: "RNFR", Code: reply.Code, Text: reply.Text}
	}
	_, err = c.command(ctx, "RNTO", to)
	return err
}

// ChangeMode sets permission bits (SITE CHMOD, by custom of Unix servers). Errors as for Size.
func (c *Conn) ChangeMode(ctx context.Context, path string, mode fs.FileMode) error {
	if c.server.lacks("SITE CHMOD") {
		return fmt.Errorf("SITE CHMOD: %w", ErrNotSupported)
	}
	_, err := c.command(ctx, "SITE", fmt.Sprintf("CHMOD %04o %s", unixMode(mode), path))
	if isUnknownCommand(err) {
		c.server.setAbsent("SITE CHMOD")
		return fmt.Errorf("%w: %w", ErrNotSupported, err)
	}
	return err
}

// unixMode gives the octal digits that chmod takes.
func unixMode(mode fs.FileMode) uint32 {
	bits := uint32(mode.Perm())
	for _, special := range []struct {
		mode fs.FileMode
		bit  uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if mode&special.mode != 0 {
			bits |= special.bit
		}
	}
	return bits
}

// Noop does nothing but show that both sides are there (NOOP, RFC 959 §4.1.3). See Alive for a question with a limit.
func (c *Conn) Noop(ctx context.Context) error {
	_, err := c.command(ctx, "NOOP", "")
	return err
}

// Status asks for the server's words about itself (STAT without argument, RFC 959 §4.1.3), lines joined by "\n". Errors
// as for Size.
func (c *Conn) Status(ctx context.Context) (string, error) {
	reply, err := c.optional(ctx, "STAT", "")
	return reply.Text, err
}

// listOne tells about one path by MLST (RFC 3659 §7): the facts come on the control connection.
func (c *Conn) listOne(ctx context.Context, path string) (vfs.Entry, error) {
	reply, err := c.optional(ctx, "MLST", path)
	if err != nil {
		return vfs.Entry{}, err
	}
	for line := range strings.SplitSeq(reply.Text, "\n") {
		if facts, ok := strings.CutPrefix(line, " "); ok {
			return listing.ParseFact(facts)
		}
	}
	return vfs.Entry{}, &ProtocolError{Problem: "told no facts", Line: clip(reply.Text)}
}
