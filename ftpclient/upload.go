package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"ferry/internal/vfs"
)

// cleanUpTime bounds what is still done on the server for an upload that was given up.
const cleanUpTime = 10 * time.Second

// Create writes a file under a partial name, until Commit renames it; under its own name where that was asked for, or
// where the server is known to refuse renaming.
func (s *session) Create(ctx context.Context, path string, how vfs.Create) (vfs.Writer, error) {
	w := &writer{s: s, path: path, target: vfs.PartialPath(s.cl, path), how: how, step: "write " + path}
	refuses := s.cl.server().lacks("RNFR") || !s.cl.server().flavour().holdsPartials()
	if how.InPlace || refuses {
		w.target, w.how.Offset = path, 0
	}
	if refuses && !how.InPlace {
		w.told.Note = "sent under its own name, for the server refuses to rename files, or has no names like ours"
	}
	err := s.ask(ctx, w.step, func(c *Conn) error {
		if refuses && !how.InPlace && !how.Overwrite {
			if err := c.mustHoldNoFile(ctx, path); err != nil {
				return err
			}
		}
		var err error
		w.Upload, err = c.storeFrom(ctx, w.target, w.how.Offset)
		return err
	})
	if err != nil {
		return nil, err
	}
	return w, nil
}

// storeFrom goes on with a partial by APPE if the server holds exactly what was sent before, since REST before STOR is
// ignored or filled with zeros by some; else by REST and STOR.
func (c *Conn) storeFrom(ctx context.Context, path string, offset int64) (*Upload, error) {
	if offset == 0 {
		return c.Store(ctx, path, 0)
	}
	size, err := c.Size(ctx, path)
	switch {
	case err == nil && size == offset:
		u, err := c.Append(ctx, path)
		if isUnknownCommand(err) {
			return c.Store(ctx, path, offset)
		}
		return u, err
	case err == nil && size < offset:
		return nil, c.lostPart(path, offset, size) // STOR would leave a hole
	}
	return c.Store(ctx, path, offset)
}

func (c *Conn) lostPart(path string, want, got int64) error {
	return &vfs.Failure{
		Step: "go on with " + path, On: c.cfg.address(), Kind: vfs.ErrIncomplete,
		Said: fmt.Sprintf("%d octets should be there, and %d are", want, got), Hint: "Begin anew.",
	}
}

// Partial tells how much of an earlier upload to path the server still holds under the partial name.
func (s *session) Partial(ctx context.Context, path string) (int64, error) {
	var size int64
	err := s.ask(ctx, "look for a partial of "+path, func(c *Conn) error {
		var err error
		size, err = c.Size(ctx, vfs.PartialPath(s.cl, path))
		return err
	})
	if err != nil && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, vfs.ErrRefused) ||
		errors.Is(err, vfs.ErrNotSupported) || errors.Is(err, fs.ErrPermission)) {
		return 0, nil
	}
	return size, err
}

// writer is an upload on its way to its final name.
type writer struct {
	*Upload
	s        *session
	path     string // the final name
	target   string // the name under which it is sent; the final one where it is sent in place
	how      vfs.Create
	step     string
	finished bool
	told     vfs.Written

	unconfirmed bool
}

// Unconfirmed reports a closing reply that never came.
func (w *writer) Unconfirmed() bool { return w.unconfirmed }

func (w *writer) Write(p []byte) (int, error) {
	n, err := w.Upload.Write(p)
	return n, w.s.cl.failure(w.step, err)
}

func (w *writer) Explain(err error) error { return w.s.cl.failure(w.step, w.explain(err)) }

// Finish ends the data, waits until the server confirms that it has them all, asks it how many they are, and gives the
// file its time and permissions.
func (w *writer) Finish(ctx context.Context) (vfs.Written, error) {
	w.finished = true
	w.told.Path, w.told.Size = w.target, vfs.SizeUnknown
	err := w.Upload.Finish(ctx)
	if unanswered(err) && w.s.holds(ctx, w.target, w.sent()) {
		err, w.unconfirmed = nil, true
	}
	if err == nil {
		err = w.s.ask(ctx, w.step, func(c *Conn) error { return w.proveWhole(ctx, c) })
	}
	if err != nil {
		if w.inPlace() {
			_ = w.discard() // the failure to be told is the first one
		}
		return w.told, w.s.cl.failure(w.step, err)
	}
	return w.told, w.keepAttributes(ctx)
}

// sent gives the octets that the server should have.
func (w *writer) sent() int64 { return w.how.Offset + w.octets() }

// inPlace reports whether the file is sent under its final name.
func (w *writer) inPlace() bool { return w.target == w.path }

// proveWhole compares the size that the server tells with what was sent: a 226 alone does not prove it, and servers
// differ in what APPE and REST do.
func (w *writer) proveWhole(ctx context.Context, c *Conn) error {
	size, err := c.sizeThere(ctx, w.target)
	switch {
	case err != nil && !c.Usable():
		return err
	case err != nil || size != w.sent() && size == w.sent()%(1<<32):
		return nil //nolint:nilerr // who tells no sizes, or counts with 32 bits, is believed: the file stays unproven
	case size != w.sent():
		return &vfs.Failure{
			Step: w.step, On: c.cfg.address(), Kind: vfs.ErrIncomplete,
			Said: fmt.Sprintf("%d octets were sent, and the server has %d", w.sent(), size), Hint: "Try again.",
		}
	}
	w.told.Size = size
	return nil
}

// sizeThere asks for a size by SIZE, else by MLST.
func (c *Conn) sizeThere(ctx context.Context, path string) (int64, error) {
	size, err := c.Size(ctx, path)
	if err == nil || !c.Usable() || !c.server.offersMLST() {
		return size, err
	}
	e, err := c.listOne(ctx, path)
	if err == nil && (e.Type != vfs.File || e.Size < 0) {
		err = ErrNotSupported
	}
	return e.Size, err
}

// keepAttributes gives the file its time and permissions while it has its partial name. What the server refuses must
// not cost the file.
func (w *writer) keepAttributes(ctx context.Context) error {
	set := func(what string, work func(*Conn) error) error {
		c, err := w.s.conn(ctx)
		if err != nil {
			return err
		}
		if err = work(c); err != nil && !c.Usable() {
			return w.s.cl.failure(w.step, err)
		}
		if err != nil && !errors.Is(err, ErrNotSupported) {
			w.remark("the server does not let its " + what + " be set")
		}
		return nil
	}
	if !w.how.ModTime.IsZero() {
		err := set("time", func(c *Conn) error { return c.SetModTime(ctx, w.target, w.how.ModTime) })
		if err != nil {
			return err
		}
	}
	if !w.how.KeepMode {
		return nil
	}
	return set("permissions", func(c *Conn) error { return c.ChangeMode(ctx, w.target, w.how.Mode.Perm()) })
}

func (w *writer) remark(what string) {
	if w.told.Note != "" {
		w.told.Note += "; "
	}
	w.told.Note += what
}

// Commit gives the file its name.
func (w *writer) Commit(ctx context.Context) error {
	if !w.finished {
		if _, err := w.Finish(ctx); err != nil {
			return err
		}
	}
	if !w.inPlace() {
		return w.s.cl.failure(w.step, w.takeName(ctx))
	}
	if w.how.Overwrite {
		// A whole one may be there, see takeName.
		_ = w.s.change(ctx, w.step, func(c *Conn) error { return c.Delete(ctx, vfs.PartialPath(w.s.cl, w.path)) })
	}
	return nil
}

// mustHoldNoFile is mustBeFree in one command: a folder, which a file replaces nowhere, is not looked for. On servers
// without SIZE and MLST the listing that planned the copy is believed.
func (c *Conn) mustHoldNoFile(ctx context.Context, path string) error {
	_, err := c.Size(ctx, path)
	if errors.Is(err, ErrNotSupported) && c.server.offersMLST() {
		_, err = c.listOne(ctx, path)
	}
	switch {
	case err == nil:
		return c.taken(path)
	case !c.Usable():
		return err
	}
	return nil
}

// takeName renames the whole file. Where the server refuses that for good, what was sent stays only if it is to replace
// another file, which would else be lost if sending it in place broke.
func (w *writer) takeName(ctx context.Context) error {
	c, err := w.s.conn(ctx)
	if err != nil {
		return err
	}
	if !w.how.Overwrite {
		if err := c.mustHoldNoFile(ctx, w.path); err != nil {
			return err
		}
	}
	err = c.Rename(ctx, w.target, w.path)
	if w.how.Overwrite && isPermanent(err) {
		err = w.swap(ctx, c, err)
	}
	if err == nil && w.how.Offset > 0 {
		// A crash between the two renamings of swap may have left it behind.
		_ = c.Delete(ctx, vfs.AsidePath(w.s.cl, w.path))
	}
	if !refusedForGood(err) {
		return err
	}
	c.server.refuseRenames(err)
	if !w.how.Overwrite && w.discard() != nil {
		c.note(w.target + " could not be removed")
	}
	told := &vfs.Failure{}
	errors.As(w.s.cl.failure(w.step, err), &told)
	return &vfs.Failure{
		Step: told.Step, On: told.On, Said: told.Said, Kind: vfs.ErrNoRename, Err: err,
		Hint: "It can be sent under its own name at once.",
	}
}

// isPermanent reports a refusal that the same command will meet again as long as nothing else changes.
func isPermanent(err error) bool {
	var refused *ReplyError
	return errors.As(err, &refused) && !refused.Transient()
}

// refusedForGood reports a refusal that is not about the name: one that is taken may be free later.
func refusedForGood(err error) bool {
	var refused *ReplyError
	return isPermanent(err) && errors.As(err, &refused) && !errors.Is(refusalKind(refused), fs.ErrExist)
}

// refuseRenames learns that the server lets nothing be renamed: what was just sent may not be, or it has no such
// command. A refused RNTO may be about one name.
func (s *server) refuseRenames(err error) {
	var refused *ReplyError
	if errors.As(err, &refused) && (refused.Verb == "RNFR" || isUnknownCommand(err)) {
		s.setAbsent("RNFR")
	}
}

// swap is for servers that do not rename over a file. The new one is whole by now. The old one steps aside, and goes
// only when the new one has its name, so that both are there at each moment, whatever breaks.
func (w *writer) swap(ctx context.Context, c *Conn, refused error) error {
	aside := vfs.AsidePath(w.s.cl, w.path)
	if err := c.Rename(ctx, w.path, aside); err != nil {
		// One that a crash has left there is older than the file under the final name.
		if !c.Usable() || c.Delete(ctx, aside) != nil || c.Rename(ctx, w.path, aside) != nil {
			return refused
		}
	}
	if err := c.Rename(ctx, w.target, w.path); err != nil {
		back, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
		defer cancel()
		if w.s.change(back, w.step, func(c *Conn) error { return c.Rename(back, aside, w.path) }) != nil {
			return &vfs.Failure{
				Step: w.step, On: c.cfg.address(), Kind: vfs.ErrRefused,
				Said: "the server refused to rename the new file, and then the old one",
				Hint: "The old one is now called " + aside + ", the new one " + w.target + ".",
			}
		}
		return err
	}
	if c.Delete(ctx, aside) != nil {
		c.note("the old file could not be removed; it is now called " + aside)
	}
	return nil
}

// Abort gives the upload up. What was sent in place is removed even with keep: half a file under its final name would
// be a lie.
func (w *writer) Abort(keep bool) error {
	w.abort()
	if keep && !w.inPlace() {
		return nil
	}
	return w.discard()
}

// discard removes what was sent, on a new connection if need be.
func (w *writer) discard() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), cleanUpTime)
	defer cancel()
	err := w.s.change(ctx, "remove the incomplete "+w.target, func(c *Conn) error { return c.Delete(ctx, w.target) })
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
