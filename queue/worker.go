package queue

import (
	"context"
	"errors"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// pairingTime bounds the wait for a second session on one file system, which may allow one only.
const pairingTime = time.Minute

// worker does one task after another, in its own goroutine, and holds a session on each side while they stay the
// same. The scheduler sees it as crew.
type worker struct {
	origins  Origins
	tasks    chan func()
	pair     pair
	src, dst vfs.Session
}

// leased is how a worker's sessions fared during a task.
type leased struct {
	released bool   // they are given back, for they may be broken
	refused  *shore // this one gave none
	why      error
}

// run ends when tasks is closed.
func (w *worker) run() {
	for task := range w.tasks {
		task()
	}
	w.release()
}

func (w *worker) release() {
	for _, s := range []vfs.Session{w.src, w.dst} {
		if s != nil {
			s.Release()
		}
	}
	w.src, w.dst, w.pair = nil, nil, pair{}
}

// berth is what a worker needs to know to lease a pair of sessions.
type berth struct {
	from, to *shore
	first    [2]bool // no other worker has a session there, or asks for one
	got      func()  // called when they are leased, not if they were held already
}

// lease makes sure that the worker holds sessions for the pair. Before it asks for any it gives up those that it
// has, and it asks in an order that is the same for all workers, so that two never wait for each other's.
func (w *worker) lease(ctx context.Context, b berth) leased {
	if want := (pair{b.from.fs, b.to.fs}); w.pair == want {
		return leased{}
	} else if w.release(); b.from == b.to {
		return w.leaseTwo(ctx, b)
	}
	take := []func() leased{
		func() (l leased) { w.src, l = leaseOne(ctx, b.from, b.first[0]); return l },
		func() (l leased) { w.dst, l = leaseOne(ctx, b.to, b.first[1]); return l },
	}
	if strings.Compare(b.from.fs.ID(), b.to.fs.ID()) > 0 {
		take[0], take[1] = take[1], take[0]
	}
	for _, one := range take {
		if l := one(); l.why != nil {
			w.release()
			return l
		}
	}
	w.hold(b)
	return leased{}
}

func (w *worker) hold(b berth) {
	w.pair = pair{b.from.fs, b.to.fs}
	b.got()
}

// leaseOne waits for a session only if no other worker has one: then it is the first in line.
func leaseOne(ctx context.Context, sh *shore, first bool) (vfs.Session, leased) {
	lend := vfs.LeaseSpare
	if first {
		lend = func(ctx context.Context, f vfs.FS) (vfs.Session, error) { return f.Lease(ctx, vfs.Transfer) }
	}
	s, err := lend(ctx, sh.fs)
	if err != nil {
		return nil, leased{refused: sh, why: err}
	}
	return s, leased{}
}

// leaseTwo leases two sessions on one file system, one worker at a time: if each held one and waited for another,
// none would go on.
func (w *worker) leaseTwo(ctx context.Context, b berth) leased {
	select {
	case b.from.pairing <- struct{}{}:
		defer func() { <-b.from.pairing }()
	case <-ctx.Done():
		return leased{refused: b.from, why: context.Cause(ctx)}
	}
	late := &vfs.Failure{
		Step: "copy within " + b.from.fs.ID(), Kind: vfs.ErrBusy, Said: "it gives no second connection",
	}
	ctx, cancel := context.WithTimeoutCause(ctx, pairingTime, late)
	defer cancel()
	var l leased
	if w.src, l = leaseOne(ctx, b.from, true); l.why == nil {
		w.dst, l = leaseOne(ctx, b.to, true)
	}
	if l.why == nil {
		w.hold(b)
		return l
	}
	w.release()
	if errors.Is(context.Cause(ctx), late) {
		l.why = late
	}
	return l
}

// copyFile tries to copy one file.
func (w *worker) copyFile(ctx context.Context, b berth, c copying, p *progress) outcome {
	if l := w.lease(ctx, b); l.why != nil {
		return outcome{state: Cancelled, err: given(ctx), copy: c, leased: l}
	}
	t := transfer{
		ctx: ctx, src: w.src, dst: w.dst, from: b.from.fs, to: b.to.fs, origins: w.origins, copy: c, progress: p,
		note: c.named,
	}
	out := t.run()
	if t.copy = out.copy; out.state == Done && out.copy.move && !out.copy.check {
		out = t.takeAway(out)
	}
	out.released = w.releaseIfBroken(ctx, out.err) || w.makeRoom()
	return out
}

// walkFolder walks one folder and hands what it finds to emit. Why it could not is the outcome's err.
func (w *worker) walkFolder(ctx context.Context, b berth, f *folder, emit func([]*item, []*folder)) outcome {
	return w.onFolder(ctx, b, f, func() error {
		p := planner{ctx: ctx, src: w.src, dst: w.dst, at: f, req: &f.batch.req, emit: emit}
		err := p.walk()
		p.flush()
		return err
	})
}

// sweepFolder removes what is empty of one folder.
func (w *worker) sweepFolder(ctx context.Context, b berth, f *folder, spared map[string]bool) outcome {
	return w.onFolder(ctx, b, f, func() error {
		_, err := sweeper{ctx, b.from.fs, w.src, spared}.sweep(f.from, 0)
		return err
	})
}

func (w *worker) onFolder(ctx context.Context, b berth, f *folder, work func() error) outcome {
	if l := w.lease(ctx, b); l.why != nil {
		return outcome{state: Cancelled, err: given(ctx), leased: l}
	}
	err := work()
	out := outcome{state: Done}
	if err != nil {
		out.state, out.err = Failed, tell(f.from, err)
		if why := given(ctx); why != nil {
			out.state, out.err = Cancelled, why
		}
	}
	out.released = w.releaseIfBroken(ctx, err) || w.makeRoom()
	return out
}

// releaseIfBroken gives sessions back after what may have broken them: whoever lends them knows how to mend them.
func (w *worker) releaseIfBroken(ctx context.Context, err error) bool {
	broken := err != nil && (ctx.Err() != nil || vfs.Temporary(err) ||
		errors.Is(err, vfs.ErrProtocol) || errors.Is(err, vfs.ErrConnect))
	if broken {
		w.release()
	}
	return broken
}

// makeRoom gives the sessions back between two tasks if somebody waits for one of them.
func (w *worker) makeRoom() bool {
	if w.src == nil || !vfs.Wanted(w.src) && !vfs.Wanted(w.dst) {
		return false
	}
	w.release()
	return true
}
