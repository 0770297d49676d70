package listing

import "ferry/internal/vfs"

// heldLines keeps entries of lines without a date, which count only if no line of the listing has one. That is known at
// the end; but after maxHeld of them in a row the listing is taken to have no dates.
type heldLines struct {
	entries []vfs.Entry
	lines   [][]byte
	decided bool
	taken   bool // decided so that lines without a date count
}

// dated says that a line with a date was read, and gives the lines that so do not count.
func (h *heldLines) dated() [][]byte {
	lost := h.lines
	h.entries, h.lines, h.decided = nil, nil, true
	return lost
}

// release says that the lines held do count, and gives their entries.
func (h *heldLines) release() []vfs.Entry {
	entries := h.entries
	h.entries, h.lines, h.decided, h.taken = nil, nil, true, true
	return entries
}

// hold keeps an entry without a date, or lets it pass or not where that is decided.
func (p *parser) hold(line []byte, e vfs.Entry) error {
	h := &p.held
	switch {
	case h.taken:
		return p.add(e)
	case h.decided:
		p.complain(line)
		return nil
	}
	h.entries = append(h.entries, e)
	h.lines = append(h.lines, append([]byte(nil), line[:min(len(line), maxKept)]...))
	if len(h.lines) < maxHeld {
		return nil
	}
	for _, e := range h.release() {
		if err := p.add(e); err != nil {
			return err
		}
	}
	return nil
}
