package ftpclient

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"ferry/ftpclient/listing"
	"ferry/internal/vfs"
)

// parser is one of listing.ParseMLSD and listing.ParseList.
type parser func(io.Reader, listing.Options, func([]vfs.Entry) error) (vfs.ListReport, error)

// List hands over the entries of the folder dir in batches: by MLSD (RFC 3659 §7) where the server has it, else by LIST
// (RFC 959 §4.1.3) in the folder itself, since many servers take blanks and hyphens in LIST's argument for options.
// Sizes are octets, times UTC as far as the server's zone is known (ListReport.Shift tells what is to be added). Where
// it fails, what was handed over is not the whole folder; errors are those of Retrieve, that of batch, and
// listing.ErrTooLong.
func (c *Conn) List(ctx context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	return c.list(ctx, dir, mostHeld, batch)
}

// list holds a first LIST back until the server's zone is known, if it has no more than most entries.
func (c *Conn) list(
	ctx context.Context, dir string, most int, batch func([]vfs.Entry) error,
) (vfs.ListReport, error) {
	if !c.server.offersMLSD() {
		return c.listByList(ctx, dir, most, batch)
	}
	report, err := c.listBy(ctx, "MLSD", dir, dir, listing.ParseMLSD, batch)
	switch {
	case isUnknownCommand(err):
		c.server.setAbsent("MLSD")
		c.note("the server does not know MLSD; LIST is used")
		return c.listByList(ctx, dir, most, batch)
	case err == nil && report.Lines == 0 && !c.server.mlsdProven():
		return c.compareWithList(ctx, dir, most, batch)
	case err == nil:
		c.server.proveMLSD()
	}
	return report, err
}

// compareWithList is for servers that list MLSD among their features and answer it with nothing.
func (c *Conn) compareWithList(
	ctx context.Context, dir string, most int, batch func([]vfs.Entry) error,
) (vfs.ListReport, error) {
	report, err := c.listByList(ctx, dir, most, batch)
	if err == nil && report.Lines > 0 {
		c.server.setAbsent("MLSD")
		c.note("the server's MLSD shows nothing where LIST shows entries; LIST is used")
	}
	return report, err
}

func (c *Conn) listByList(
	ctx context.Context, dir string, most int, batch func([]vfs.Entry) error,
) (vfs.ListReport, error) {
	if !c.server.clockWanted() {
		return c.listInside(ctx, dir, batch)
	}
	var latest newest
	hold := holder{batch: batch, most: most}
	report, err := c.listInside(ctx, dir, latest.watch(hold.take))
	if err == nil {
		report.Shift = c.measureClock(ctx, dir, latest)
	}
	if !hold.passing {
		report.Settle(hold.held)
		report.Shift = 0
	}
	return report, cmp.Or(err, hold.release())
}

// listInside goes into the folder and sends LIST.
func (c *Conn) listInside(ctx context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	if err := c.ChangeWorkingDirectory(ctx, dir); err != nil {
		return vfs.ListReport{}, err
	}
	if c.server.mayListAll() {
		report, done, err := c.listAll(ctx, dir, batch)
		if done {
			return report, err
		}
	}
	report, err := c.listBy(ctx, "LIST", "", dir, listing.ParseList, batch)
	if report.Lines > 0 {
		c.server.setListAll(false)
	}
	if report.Lines == 0 && saysEmpty(err) {
		return report, nil
	}
	return report, err
}

// listAll asks for names that begin with a dot too, which some servers leave out of LIST: what is not shown would be
// missing in a copy, and in the way of a deletion. "-a" is an option by custom only; a server that takes it for a name
// may even list a folder of that name. It is honoured where the listing shows "..": only then done is true, and
// anything handed to batch.
func (c *Conn) listAll(
	ctx context.Context, dir string, batch func([]vfs.Entry) error,
) (report vfs.ListReport, done bool, err error) {
	d, err := c.download(ctx, 0, "LIST", "-a")
	if err != nil {
		var refused *ReplyError
		return report, !errors.As(err, &refused) || !c.Usable(), err
	}
	watch := &parentWatch{r: d}
	var held []vfs.Entry
	report, err = c.readListing(d, watch, dir, listing.ParseList, func(entries []vfs.Entry) error {
		if held = append(held, entries...); !watch.seen {
			return nil
		}
		entries, held = held, nil
		return batch(entries)
	})
	if watch.seen {
		c.server.setListAll(true)
		if err == nil && len(held) > 0 {
			err = batch(held)
		}
	}
	return report, watch.seen || !c.Usable() || ctx.Err() != nil, err
}

// parentWatch sees whether a line of the listing ends with "..", as the entry of the parent folder does.
type parentWatch struct {
	r    io.Reader
	tail []byte
	seen bool
}

func (w *parentWatch) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if !w.seen {
		w.tail = append(w.tail, p[:n]...)
		w.seen = bytes.Contains(w.tail, []byte(" ..\r\n")) || bytes.Contains(w.tail, []byte(" ..\n"))
		w.tail = append([]byte(nil), w.tail[max(0, len(w.tail)-4):]...)
	}
	return n, err
}

// saysEmpty reports the refusals by which some servers tell that a folder has no entries. The folder is there: CWD
// went into it.
func saysEmpty(err error) bool {
	var refused *ReplyError
	if !errors.As(err, &refused) || refused.Code != 450 && refused.Code != ReplyFileUnavailable {
		return false
	}
	text := strings.ToLower(refused.Text)
	for _, words := range []string{"no files", "no such file", "not found", "empty"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

func (c *Conn) listBy(
	ctx context.Context, verb, arg, dir string, parse parser, batch func([]vfs.Entry) error,
) (vfs.ListReport, error) {
	d, err := c.download(ctx, 0, verb, arg)
	if err != nil {
		return vfs.ListReport{}, err
	}
	return c.readListing(d, d, dir, parse, batch)
}

// readListing reads from r, which reads from d, to the end.
func (c *Conn) readListing(
	d *Download, r io.Reader, dir string, parse parser, batch func([]vfs.Entry) error,
) (vfs.ListReport, error) {
	report, err := parse(&listingWatch{r: r, d: d, dir: dir}, listing.Options{
		Now: time.Now(), Dir: c.server.flavour().folder(dir), Offset: c.server.clockOffset(),
	}, batch)
	closed := d.Close()
	if err == nil {
		err = closed
	}
	if strings.Contains(strings.ToLower(d.said), "truncat") {
		report.Note = d.said
	}
	return report, err
}

// offersMLSD reports whether MLSD is worth sending. FEAT lists it as MLST (RFC 3659 §7.8).
func (s *server) offersMLSD() bool { return s.offersMLST() && !s.lacks("MLSD") }

// mayListAll reports whether LIST -a is honoured or was not tried yet.
func (s *server) mayListAll() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.cfg.Hidden {
	case HiddenOn:
		return true
	case HiddenOff:
		return false
	default:
		return s.listAll == nil || *s.listAll
	}
}

// setListAll keeps the first answer to the question whether LIST -a is honoured.
func (s *server) setListAll(honoured bool) {
	s.learn(func() {
		if s.listAll == nil {
			s.listAll = &honoured
		}
	})
}

func (s *server) mlsdProven() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mlsdShows
}

func (s *server) proveMLSD() { s.learn(func() { s.mlsdShows = true }) }
