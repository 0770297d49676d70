package ftpclient

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"math"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// session lends a control connection as a vfs.Session. A connection that the server closed while it was idle is
// replaced by a new one without a word; commands that change nothing are then sent again.
type session struct {
	cl  *Client
	c   *Conn // nil after its connection was lost and no new one could be made
	why vfs.Purpose
}

var (
	_ vfs.Session = (*session)(nil)
	_ vfs.Shared  = (*session)(nil)
)

// Wanted reports whether somebody who browses waits for a connection, or more are lent than the server allows.
func (s *session) Wanted() bool { return s.why == vfs.Transfer && s.cl.wanted() }

// Release gives the connection back.
func (s *session) Release() {
	if s.c != nil {
		s.cl.giveBack(s.c)
		s.c = nil
	}
}

// conn gives a usable connection.
func (s *session) conn(ctx context.Context) (*Conn, error) {
	if s.c != nil && s.c.Usable() && s.c.server == s.cl.server() {
		return s.c, nil
	}
	s.drop()
	c, err := s.cl.lease(ctx, s.why, true)
	if err != nil {
		return nil, s.outOfReach(err)
	}
	s.c = c
	return c, nil
}

// outOfReach is for a server that cannot be reached any more in the middle of a transfer: to the transfer its
// connection is lost, which is worth another try, since servers restart.
func (s *session) outOfReach(err error) error {
	var told *vfs.Failure
	if s.why != vfs.Transfer || !errors.Is(err, vfs.ErrConnect) || !errors.As(err, &told) {
		return err
	}
	lost := *told
	lost.Err = errors.Join(vfs.ErrLost, told.Err)
	return &lost
}

func (s *session) drop() {
	if s.c != nil {
		s.cl.forget(s.c)
		s.c = nil
	}
}

// change does work that must not be done twice. step completes "cannot …".
func (s *session) change(ctx context.Context, step string, work func(*Conn) error) error {
	c, err := s.conn(ctx)
	if err != nil {
		return err
	}
	return s.cl.failure(step, work(c))
}

// ask does work that may be repeated, on a new connection where the one at hand turns out to be dead, or was given up
// in making a data connection while there are other methods to try.
func (s *session) ask(ctx context.Context, step string, work func(*Conn) error) error {
	const enough = 4
	var tried []string // ways to make a data connection, on connections that are gone
	for try := 1; ; try++ {
		c, err := s.conn(ctx)
		if err != nil {
			return err
		}
		err = work(c)
		var none *NoDataConnectionError
		if errors.As(err, &none) {
			none.Tried = append(tried, none.Tried...)
			tried = none.Tried
		}
		if err == nil || try == enough || c.Usable() || ctx.Err() != nil || !s.worthAnother(c, try, err) {
			return s.cl.failure(step, err)
		}
	}
}

func (s *session) worthAnother(c *Conn, try int, err error) bool {
	var none *NoDataConnectionError
	if errors.As(err, &none) {
		return c.server.hasUntried(none.Mode, c.peer().Is6())
	}
	var stale *staleSessionError
	if errors.As(err, &stale) {
		return try <= 2
	}
	var refused *ReplyError
	var outOfStep *outOfStepError
	goodbye := errors.As(err, &refused) && refused.Code == ReplyServiceNotAvailable
	return try == 1 && (goodbye || isLost(err) || errors.As(err, &outOfStep))
}

// List tells what is in a folder.
func (s *session) List(ctx context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	var report vfs.ListReport
	var stopped error
	begun := false
	hand := func(entries []vfs.Entry) error {
		begun = true
		stopped = batch(entries)
		return stopped
	}
	err := s.ask(ctx, "list "+dir, func(c *Conn) error {
		if begun {
			return &vfs.Failure{
				Step: "list " + dir, On: s.cl.server().cfg.address(), Said: "the connection broke half-way",
				Hint: "What is shown is not complete; reload the folder.", Kind: vfs.ErrLost,
			}
		}
		var err error
		report, err = c.list(ctx, dir, s.mostHeld(), hand)
		return err
	})
	var none *NoDataConnectionError
	if !begun && errors.As(err, &none) {
		if byStatus, done, serr := s.lastResort(ctx, dir, hand); done {
			report, err = byStatus, serr
		}
	}
	if stopped != nil {
		return report, stopped
	}
	return report, err
}

// mostHeld is without bound for transfers, which keep the times that they are told: ListReport.Shift is for people.
func (s *session) mostHeld() int {
	if s.why == vfs.Transfer {
		return math.MaxInt
	}
	return mostHeld
}

// Stat tells about one path: by MLST where the server has it, else by looking what the path can be used for.
func (s *session) Stat(ctx context.Context, path string) (vfs.Entry, error) {
	var e vfs.Entry
	err := s.ask(ctx, "look at "+path, func(c *Conn) error {
		var err error
		e, err = c.stat(ctx, path)
		return err
	})
	e.Name = s.cl.Base(path)
	var told *vfs.Failure
	if errors.As(err, &told) && told.Hint == "" && errors.Is(err, vfs.ErrRefused) {
		told.Hint = "There is neither a folder nor a file of that name, or the account may not see it."
	}
	return e, err
}

// stat asks MLST, else CWD, which only folders allow, else what only files have.
func (c *Conn) stat(ctx context.Context, path string) (vfs.Entry, error) {
	if c.server.offersMLST() {
		e, err := c.listOne(ctx, path)
		if !errors.Is(err, ErrNotSupported) {
			return e, err
		}
	}
	if err := c.ChangeWorkingDirectory(ctx, path); err == nil || !c.Usable() {
		return vfs.Entry{Type: vfs.Dir, Size: vfs.SizeUnknown}, err
	}
	return c.statFile(ctx, path)
}

// statFile asks SIZE and MDTM, which only files have.
func (c *Conn) statFile(ctx context.Context, path string) (vfs.Entry, error) {
	size, err := c.Size(ctx, path)
	if err != nil {
		return vfs.Entry{}, err
	}
	e := vfs.Entry{Type: vfs.File, Size: size}
	if t, err := c.ModTime(ctx, path); err == nil {
		e.ModTime, e.Precision = t, vfs.PrecisionSecond
	}
	return e, nil
}

// Mkdir makes a folder.
func (s *session) Mkdir(ctx context.Context, path string) error {
	return s.change(ctx, "make the folder "+path, func(c *Conn) error { return c.MakeDirectory(ctx, path) })
}

// Remove removes a file or a link.
func (s *session) Remove(ctx context.Context, path string) error {
	return s.change(ctx, "delete "+path, func(c *Conn) error { return c.Delete(ctx, path) })
}

// RemoveDir removes an empty folder.
func (s *session) RemoveDir(ctx context.Context, path string) error {
	return s.change(ctx, "delete the folder "+path, func(c *Conn) error { return c.RemoveDirectory(ctx, path) })
}

// Rename refuses a target that exists, since many servers would replace it in silence. Between the question and the
// renaming somebody else may still come.
func (s *session) Rename(ctx context.Context, from, to string) error {
	step := "rename " + from + " to " + to
	return s.change(ctx, step, func(c *Conn) error {
		if err := cmp.Or(checkArgument(from), checkArgument(to)); err != nil {
			return err
		}
		err := c.mustBeFree(ctx, to)
		switch {
		case err == nil:
			return c.Rename(ctx, from, to)
		case from != to && strings.EqualFold(from, to) && c.Usable():
			return c.renameCase(ctx, from, to, err)
		}
		return err
	})
}

// mustBeFree fails if something bears the name.
func (c *Conn) mustBeFree(ctx context.Context, path string) error {
	if err := checkArgument(path); err != nil {
		return err
	}
	_, err := c.stat(ctx, path)
	switch {
	case err == nil:
		return c.taken(path)
	case !c.Usable():
		return err
	}
	return nil
}

func (c *Conn) taken(path string) error {
	return &vfs.Failure{
		Step: "use the name " + path, On: c.cfg.address(), Said: "something of that name is there already",
		Hint: "Choose another name.", Kind: fs.ErrExist,
	}
}

// Chmod sets permission bits.
func (s *session) Chmod(ctx context.Context, path string, mode fs.FileMode) error {
	return s.change(ctx, "change the permissions of "+path, func(c *Conn) error { return c.ChangeMode(ctx, path, mode) })
}

// SetModTime sets the modification time, to the second.
func (s *session) SetModTime(ctx context.Context, path string, t time.Time) error {
	return s.change(ctx, "set the time of "+path, func(c *Conn) error { return c.SetModTime(ctx, path, t) })
}

// hasUntried reports whether the mode allows a method that has not failed yet.
func (s *server) hasUntried(mode Mode, ipv6 bool) bool {
	for _, m := range s.methodsToTry(mode, ipv6) {
		s.mu.Lock()
		_, failed := s.methods.unreachable[m]
		refused := s.methods.refused[m]
		s.mu.Unlock()
		if !failed && !refused {
			return true
		}
	}
	return false
}
