package viewer

import (
	"context"
	"errors"
	"io"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
)

// Msg is a message that belongs to a viewer, which takes it by Deliver.
type Msg interface{ Deliver() tea.Cmd }

// fetchedMsg brings a piece of the file.
type fetchedMsg struct {
	viewer *Viewer
	req    int
	off    int64
	data   []byte
	whole  bool
	then   func() // where to go once it is there; may be nil
	err    error
}

// Deliver shows the piece, unless something else was asked for meanwhile.
func (m fetchedMsg) Deliver() tea.Cmd {
	if m.viewer.req != m.req {
		return nil
	}
	return m.viewer.fetched(m)
}

// fetch asks for the octets [off, off+n). Only one piece is asked for at a time: a later wish replaces an earlier one.
func (v *Viewer) fetch(off int64, n int, then func()) tea.Cmd {
	v.stop()
	ctx, cancel := context.WithCancel(v.cfg.Context)
	v.cancel, v.fetching, v.problem = cancel, true, nil
	msg := fetchedMsg{viewer: v, req: v.req, off: off, then: then}
	return func() tea.Msg {
		defer cancel()
		msg.data, msg.whole, msg.err = v.read(ctx, off, n)
		return msg
	}
}

// read opens the file at an offset, reads n octets, and gives the rest up.
func (v *Viewer) read(ctx context.Context, off int64, n int) (data []byte, whole bool, err error) {
	err = vfs.Do(ctx, v.cfg.FS, vfs.Browse, func(s vfs.Session) error {
		r, err := s.Open(ctx, v.cfg.Path, off)
		if err != nil {
			return err
		}
		data = make([]byte, n)
		got, rerr := io.ReadFull(touching{r}, data)
		data, whole = data[:got], errors.Is(rerr, io.EOF) || errors.Is(rerr, io.ErrUnexpectedEOF)
		if !whole && rerr != nil {
			_ = r.Close() // rerr tells more
			return rerr
		}
		return r.Close()
	})
	return data, whole, err
}

// touching restarts the stall timer at each reading: what is slow has not stalled.
type touching struct{ vfs.Reader }

// Read implements io.Reader.
func (t touching) Read(p []byte) (int, error) {
	t.Touch()
	return t.Reader.Read(p)
}

// fetched takes a piece and goes where somebody wanted to go.
func (v *Viewer) fetched(m fetchedMsg) tea.Cmd {
	v.fetching = false
	if m.err != nil {
		v.problem = m.err
		return nil
	}
	first := v.win.lines == nil
	v.win.join(m.off, m.data, m.whole)
	if first {
		v.hex = isBinary(m.data)
	}
	if m.then != nil {
		m.then()
	}
	v.clamp()
	if first && !v.hex {
		return v.colour(m.data)
	}
	return nil
}

// stop gives up what is being fetched or searched.
func (v *Viewer) stop() bool {
	busy := v.fetching || v.searching
	if v.cancel != nil {
		v.cancel()
	}
	v.cancel, v.fetching, v.searching = nil, false, false
	v.req++
	return busy
}

// needs fetches what the screen is about to reach, in either direction.
func (v *Viewer) needs() tea.Cmd {
	if v.fetching || v.searching || v.win.lines == nil {
		return nil
	}
	const near = 256 // lines or rows
	switch first, last := v.span(near); {
	case last >= v.win.end() && !v.win.whole:
		return v.fetch(v.win.end(), piece, nil)
	case first < v.win.off && v.win.off > 0:
		off := max(v.win.off-piece, 0)
		return v.fetch(off, int(v.win.off-off), nil)
	}
	return nil
}

// span gives the octets from n lines before the screen to n lines behind it, as far as lines are known.
func (v *Viewer) span(n int) (first, last int64) {
	if v.hex {
		return v.top - int64(n*hexColumns), v.top + int64((v.rows+n)*hexColumns)
	}
	at := v.win.lineAt(v.top)
	first, last = v.win.off-1, v.win.end()
	if at >= n {
		first = v.win.lines[at-n]
	}
	if at+v.rows+n < len(v.win.lines) {
		last = v.win.lines[at+v.rows+n]
	}
	return first, last
}
