package queue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"ferry/internal/vfs"
)

// proofSize is how many octets of the source's and the part's must be equal before a copy goes on behind them.
const proofSize = 64 << 10

// giveBackTime bounds the one step that is still taken after a transfer was given up.
const giveBackTime = 10 * time.Second

// open opens the source where the copy is to begin, and tells that offset.
func (t *transfer) open() (vfs.Reader, int64, error) {
	part, length, err := t.part()
	if err != nil {
		return nil, 0, err
	}
	if length > 0 {
		r, err := t.openBehind(part, length)
		switch {
		case err == nil && t.copy.begin == onTheOther:
			err = t.adopt(r)
			return r, length, err
		case err == nil:
			t.remark(t.resumed(length))
			return r, length, nil
		case !errors.Is(err, errNoPart):
			return nil, 0, err
		case t.copy.begin == onTheOther:
			return nil, 0, taken(t.copy.to, "the file of that name is no part of the source").reason
		}
		t.remark("begun anew: its unfinished part does not match the source")
	}
	r, err := t.src.Open(t.ctx, t.copy.from, 0)
	return r, 0, err
}

// part finds what the copy may go on with: its path and length, which is 0 where there is nothing.
func (t *transfer) part() (path string, length int64, err error) {
	size := t.copy.source.Size
	switch t.copy.begin {
	case onTheOther:
		e, err := t.dst.Stat(t.ctx, t.copy.to)
		if err == nil && (e.Type != vfs.File || e.Size <= 0 || e.Size >= size) {
			err = taken(t.copy.to, "the file of that name has changed").reason
		}
		return t.copy.to, e.Size, err
	case onPartial:
		path = vfs.PartialPath(t.to, t.copy.to)
		length, err = t.dst.Partial(t.ctx, t.copy.to)
		if err != nil && !t.passing(err) {
			return path, 0, nil
		}
		if why := t.useless(length); err == nil && why != "" {
			t.remark("begun anew: " + why)
			length = 0
		}
	}
	return path, length, err
}

// useless tells why a part cannot be gone on with, as far as that can be told without comparing octets.
func (t *transfer) useless(length int64) string {
	if length == 0 {
		return ""
	}
	size := t.copy.source.Size
	was, known := t.origins.Origin(t.to.ID(), t.copy.to)
	switch {
	case size < 0 || length > size:
		return "its unfinished part is longer than the source, or the source's size is unknown"
	case known && (was.Shore != t.from.ID() || was.Path != t.copy.from):
		return "its unfinished part comes from another source"
	case known && !t.origin().is(was):
		return "the source has changed since its unfinished part was begun"
	}
	return ""
}

// resumed tells from where the copy goes on, and what proved that it may.
func (t *transfer) resumed(length int64) string {
	how := fmt.Sprintf("resumed at octet %d", length)
	if _, known := t.origins.Origin(t.to.ID(), t.copy.to); !known && length > proofSize {
		how += "; how the source was when its part was begun is not known, the last octets match"
	}
	return how
}

// errNoPart says that what is over there is not the beginning of the source.
var errNoPart = errors.New("no part of the source")

// openBehind proves that the part is the beginning of the source, as far as its last octets can prove it, and gives
// the same stream that proved it, for what follows.
func (t *transfer) openBehind(part string, length int64) (vfs.Reader, error) {
	offset := max(length-proofSize, 0)
	tail, err := t.tail(part, offset, length)
	if err != nil {
		return nil, err
	}
	r, err := t.src.Open(t.ctx, t.copy.from, offset)
	if err != nil {
		return nil, t.orNoPart(err, errors.Is(err, vfs.ErrNotSupported))
	}
	head := make([]byte, len(tail))
	_, err = io.ReadFull(r, head)
	if err == nil && bytes.Equal(head, tail) {
		return r, nil
	}
	_ = r.Close() // given up, which is no error
	return nil, t.orNoPart(err, err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
}

// orNoPart gives errNoPart instead of an error that means so; never for what may be better in a moment.
func (t *transfer) orNoPart(err error, means bool) error {
	if means && !t.passing(err) {
		return errNoPart
	}
	return err
}

// passing reports whether err says nothing about files, only about this moment.
func (t *transfer) passing(err error) bool { return t.ctx.Err() != nil || vfs.Temporary(err) }

// tail reads the part from offset to its end, which must be where its length says.
func (t *transfer) tail(part string, offset, length int64) ([]byte, error) {
	r, err := t.dst.Open(t.ctx, part, offset)
	if err != nil {
		return nil, t.orNoPart(err, true)
	}
	all, err := io.ReadAll(io.LimitReader(r, length-offset+1))
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	if err != nil || int64(len(all)) != length-offset {
		return nil, t.orNoPart(err, true)
	}
	return all, nil
}

// adopt makes the proven file under the final name the partial, to be written on. Its name stays free meanwhile.
func (t *transfer) adopt(r vfs.Reader) error {
	err := t.dst.Rename(t.ctx, t.copy.to, vfs.PartialPath(t.to, t.copy.to))
	if err != nil {
		_ = r.Close() // given up, which is no error
		return err
	}
	t.adopted = true
	t.remark("went on behind the end of the file that was there")
	return nil
}

// giveBack gives the file that became the partial its name again, longer by what came. That must happen even if ctx
// has ended: somebody had that file before.
func (t *transfer) giveBack() {
	if !t.adopted {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), giveBackTime)
	defer cancel()
	partial := vfs.PartialPath(t.to, t.copy.to)
	err := t.dst.Rename(ctx, partial, t.copy.to)
	t.adopted = false
	switch {
	case err == nil:
		t.copy.begin = onTheOther
	case !errors.Is(err, fs.ErrNotExist): // else it had got its name already
		t.remark("the file that was there is now called " + partial)
		t.copy.begin = onPartial
	}
}
