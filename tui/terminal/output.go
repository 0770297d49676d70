package terminal

import (
	"os"
	"sync"
)

// Sequences that frame what is drawn.
const (
	syncBegin  = "\x1b[?2026h" // the terminal shows nothing until syncEnd
	syncEnd    = "\x1b[?2026l"
	altEnter   = "\x1b[?1049h"
	altLeave   = "\x1b[?1049l"
	wrapOff    = "\x1b[?7l"
	wrapOn     = "\x1b[?7h"
	titleSave  = "\x1b[22;2t"
	titleBack  = "\x1b[23;2t"
	progressNo = "\x1b]9;4;0\x07"
)

// Output is the terminal as Bubble Tea writes to it (tea.WithOutput). Each frame, which comes by one Write, is shown at
// once (synchronised update, mode 2026). All writes share one lock, so that no title or progress lands inside a
// frame. While the alternate screen is on, lines that turn out wider than measured do not wrap into the next.
type Output struct {
	*os.File
	NoSync bool // leave out mode 2026; changed by setSync only, once in use

	mu  sync.Mutex
	buf []byte
}

// Write writes one frame.
func (o *Output) Write(frame []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.NoSync {
		return o.File.Write(frame)
	}
	o.buf = append(append(append(o.buf[:0], syncBegin...), frame...), syncEnd...)
	if n, err := o.File.Write(o.buf); err != nil {
		return min(max(n-len(syncBegin), 0), len(frame)), err
	}
	return len(frame), nil
}

// setSync says whether frames are shown by mode 2026.
func (o *Output) setSync(on bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.NoSync = !on
}

// WriteString writes one control sequence. The screen begins and ends by one, also around an editor or a suspended
// program, and takes the mode of wrapping along.
func (o *Output) WriteString(seq string) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := seq
	switch seq {
	case altEnter:
		all = seq + wrapOff
	case altLeave:
		all = wrapOn + seq
	}
	n, err := o.File.WriteString(all)
	return min(n, len(seq)), err
}
