package terminal

import (
	"errors"
	"io"
	"os"
	"time"
)

// patience is how long the beginning of a key waits for its rest. Cut sequences follow within milliseconds.
const patience = time.Second

// Input is the terminal as Bubble Tea reads it (tea.WithInput): each Read ends between two keys, reports of focus and
// replies of the terminal do not reach it, a paste always ends. It is for one reader. On Windows Bubble Tea reads
// the console's records instead and never calls Read.
type Input struct {
	*os.File

	OnFocus func(focused bool) // the window got or lost the focus; may be nil
	OnReply func(seq string)   // the terminal answered a question: OSC, DCS, DA, DECRPM, raw; may be nil
	OnEnd   func()             // the terminal is gone, no key will ever come; may be nil

	sieve *sieve
	ready []byte    // passed the sieve, did not fit into the last Read
	since time.Time // when the last octets came
	now   func() time.Time
}

// Read gives at least the beginning of what a person typed, 0 octets if there is nothing whole yet. It never fills p:
// Bubble Tea takes a full buffer for a key that goes on.
func (in *Input) Read(p []byte) (int, error) {
	in.prepare()
	if len(in.ready) == 0 {
		if err := in.fill(len(p)); err != nil {
			return 0, in.ended(err)
		}
	}
	n := copy(p[:max(len(p)-1, 1)], in.ready)
	in.ready = in.ready[n:]
	return n, nil
}

func (in *Input) prepare() {
	if in.sieve != nil {
		return
	}
	in.sieve = newSieve()
	if in.now == nil {
		in.now = time.Now
	}
	if in.OnFocus != nil {
		in.sieve.focus = in.OnFocus
	}
	if in.OnReply != nil {
		in.sieve.reply = in.OnReply
	}
}

// fill reads no more than one Read can give away: Bubble Tea asks again only when the terminal has more, so what
// stayed here would wait for the next key.
func (in *Input) fill(room int) error {
	buf := make([]byte, max(room-1-maxCSI-len(pasteEnd), 1))
	n, err := in.File.Read(buf)
	now := in.now()
	out := in.ready[:0]
	if n > 0 && now.Sub(in.since) > patience {
		out = in.sieve.expire(out)
	}
	in.since = now
	in.sieve.more = n == len(buf)
	in.ready = in.sieve.feed(out, buf[:n])
	if n > 0 {
		return nil
	}
	return err
}

// ended makes the end of the terminal one that Bubble Tea takes calmly: the program has to save and quit by itself.
func (in *Input) ended(err error) error {
	if errors.Is(err, io.EOF) || isHangup(err) {
		if in.OnEnd != nil {
			in.OnEnd()
			in.OnEnd = nil
		}
		return io.EOF
	}
	return err
}
