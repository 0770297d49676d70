package listing

import (
	"bytes"
	"errors"
	"io"
	"time"

	"ferry/internal/vfs"
)

const (
	firstBatch = 200
	laterBatch = 1000

	maxHeld    = 1000 // undated entries that wait for the end of the listing
	maxKept    = 1024 // octets kept of a line that could not be read
	meanLength = 1024 // octets of a line, for the bound on the whole listing

	patience = 100 * time.Millisecond // entries do not wait longer for company while the reader pauses
)

// parser reads one listing: it cuts lines, has a dialect judge them, and collects entries and complaints.
type parser struct {
	*setting
	candidates []maker
	batch      func([]vfs.Entry) error
	limit      int

	sample  sample
	dialect dialect // nil while the sample grows
	endings int     // CRs that belong to a line's end
	held    heldLines
	partial []byte // the first part of a line that goes on in the next
	ignored bool   // a second folder has begun

	entry     vfs.Entry // the one being read
	out       []vfs.Entry
	delivered int
	lastTime  time.Time
	report    vfs.ListReport
}

func newParser(o Options, candidates []maker, batch func([]vfs.Entry) error) *parser {
	limit := o.MaxEntries
	if limit <= 0 {
		limit = DefaultMaxEntries
	}
	return &parser{setting: newSetting(o), candidates: candidates, batch: batch, limit: limit}
}

// parse reads r to its end.
func (p *parser) parse(r io.Reader) (vfs.ListReport, error) {
	lines := newLineReader(r)
	for {
		short, err := lines.fill()
		if lerr := p.take(lines); lerr != nil {
			return p.report, lerr
		}
		switch {
		case errors.Is(err, io.EOF):
			return p.report, p.end(lines.last())
		case err != nil:
			// A line that the error cut is not taken: half a name is a wrong name.
			return p.report, firstError(p.end(nil), err)
		case lines.octets > int64(p.limit+firstBatch)*meanLength:
			return p.report, firstError(p.end(nil), ErrTooLong)
		}
		if short {
			if err := p.pause(); err != nil {
				return p.report, err
			}
		}
	}
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// take reads all lines that have arrived whole.
func (p *parser) take(lines *lineReader) error {
	for {
		line, whole := lines.line()
		if line == nil {
			return nil
		}
		if err := p.line(line, whole); err != nil {
			return err
		}
	}
}

// line takes a line with the CRs at its end.
func (p *parser) line(line []byte, whole bool) error {
	p.report.Lines++
	switch {
	case p.ignored:
		return nil
	case !whole:
		p.complain(line)
		return nil
	case p.dialect != nil:
		return p.judge(line)
	}
	p.sample.add(line)
	if !p.sample.full() {
		return nil
	}
	return p.begin(true)
}

// begin chooses the dialect by the sample and reads the sample. Where nothing in it is known, its lines are told as
// unread if final, and another sample grows.
func (p *parser) begin(final bool) error {
	if p.dialect != nil || !final && (!p.sample.grown() || p.sample.endings() < 0) {
		return nil
	}
	p.endings = max(p.sample.endings(), 1)
	best, score := p.recognise()
	if score < entryScore && !final {
		return nil
	}
	p.dialect, p.report.Dialect = best.begin(p.setting), best.name
	err := p.sample.each(p.judge)
	p.sample.clear()
	if score < entryScore {
		p.dialect, p.report.Dialect = nil, ""
	}
	return err
}

// judge has the dialect read a line and does what it says.
func (p *parser) judge(line []byte) error {
	if p.ignored {
		return nil
	}
	line = trimEnd(line, p.endings)
	if p.partial != nil {
		if joined, err := p.join(line); joined || err != nil {
			return err
		}
	}
	return p.obey(p.read(p.dialect, line), line)
}

// read has a dialect judge a line, and leaves the entry in p.entry.
func (p *parser) read(d dialect, line []byte) verdict {
	p.entry = vfs.Entry{Size: vfs.SizeUnknown}
	return d.read(line, &p.entry)
}

// join reads a line as the end of the one before.
func (p *parser) join(line []byte) (bool, error) {
	start := p.partial
	p.partial = nil
	if len(line) > 0 && isBlank(line[0]) {
		whole := append(bytes.Clone(start), line...)
		if v := p.read(p.dialect, whole); v != unread && v != partial {
			return true, p.obey(v, whole)
		}
	}
	p.complain(start)
	return false, nil
}

// obey does what the verdict on a line asks for.
func (p *parser) obey(v verdict, line []byte) error {
	switch v {
	case entry:
		for _, lost := range p.held.dated() {
			p.complain(lost)
		}
		return p.add(p.entry)
	case undated:
		return p.hold(line, p.entry)
	case partial:
		p.partial = bytes.Clone(line)
	case rest:
		p.ignored = true
	case unread:
		p.complain(line)
	}
	return nil
}

// complain notes a line that could not be read.
func (p *parser) complain(line []byte) {
	p.report.Unread++
	if len(p.report.Unreadable) < vfs.MaxUnreadable {
		p.report.Unreadable = append(p.report.Unreadable, string(line[:min(len(line), maxKept)]))
	}
}

// add puts an entry into the batch.
func (p *parser) add(e vfs.Entry) error {
	if p.delivered+len(p.out) >= p.limit {
		return firstError(p.deliver(), ErrTooLong)
	}
	p.out = append(p.out, e)
	if len(p.out) >= laterBatch || p.delivered == 0 && len(p.out) >= firstBatch {
		return p.deliver()
	}
	return nil
}

// pause hands over what there is when the reader has no more just now: at once if it is the first, else if it is a fair
// share of what is shown already, or has waited.
func (p *parser) pause() error {
	if err := p.begin(false); err != nil {
		return err
	}
	if len(p.out)*32 >= p.delivered || time.Since(p.lastTime) >= patience {
		return p.deliver()
	}
	return nil
}

func (p *parser) deliver() error {
	if len(p.out) == 0 {
		return nil
	}
	out := p.out
	p.delivered += len(out)
	p.lastTime = time.Now()
	p.out = make([]vfs.Entry, 0, min(2*len(out), laterBatch))
	return p.batch(out)
}

// end takes the last line, if it had no end, and hands over the rest.
func (p *parser) end(last []byte) error {
	if last != nil {
		if err := p.line(last, true); err != nil {
			return err
		}
	}
	if err := p.begin(true); err != nil {
		return err
	}
	if p.partial != nil {
		p.complain(p.partial)
	}
	for _, e := range p.held.release() {
		if err := p.add(e); err != nil {
			return err
		}
	}
	return p.deliver()
}

// trimEnd cuts up to n CRs.
func trimEnd(line []byte, n int) []byte {
	for ; n > 0 && len(line) > 0 && line[len(line)-1] == '\r'; n-- {
		line = line[:len(line)-1]
	}
	return line
}
