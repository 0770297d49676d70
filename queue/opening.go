package queue

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"ferry/internal/vfs"
)

// Shores of requests that come from the journal are known by name only, and have to be opened.

// errNoOpener says that this process cannot open shores.
var errNoOpener = errors.New("its shore is not open here")

// know remembers a shore that somebody opened; what waits for it goes on.
func (s *scheduler) know(f vfs.FS) {
	if s.clerk == nil || s.open[f.ID()] != nil {
		return
	}
	s.open[f.ID()] = f
	for _, b := range s.inOrder() {
		if b.closed() && (b.route.from == f.ID() || b.route.to == f.ID()) {
			s.openShores(b)
		}
	}
}

// inOrder gives the batches as they were added: what is found first has its turn first.
func (s *scheduler) inOrder() []*batch {
	return slices.SortedFunc(maps.Values(s.batches), func(a, b *batch) int { return cmp.Compare(a.id, b.id) })
}

// closed reports whether the batch is this process's own and its shores are not open.
func (b *batch) closed() bool { return !b.foreign && b.req.From == nil }

// openShores opens the shores of a batch and then lets it begin.
func (s *scheduler) openShores(b *batch) {
	if !b.closed() || s.ended != nil || s.options.Part == PartStill || s.options.Part == PartErrand && !b.errand {
		return
	}
	b.stuck = nil
	from, to := s.open[b.route.from], s.open[b.route.to]
	switch {
	case from == nil:
		s.openOne(b.route.from)
	case to == nil:
		s.openOne(b.route.to)
	default:
		s.opened(b, from, to)
	}
}

// openOne opens a shore in a goroutine of its own, which run waits for: it may have to ask for a password.
func (s *scheduler) openOne(id string) {
	if s.opening[id] {
		return
	}
	s.opening[id] = true
	s.openers.Go(func() {
		var f vfs.FS
		err := errNoOpener
		if s.options.Open != nil {
			f, err = s.options.Open(s.ctx, id)
		}
		s.mail.post(func(s *scheduler) {
			delete(s.opening, id)
			if err != nil {
				s.cannotOpen(id, err)
				return
			}
			s.know(f)
			if s.open[id] == nil {
				s.open[id] = f // it calls itself by another name
			}
			s.openWaiting()
		})
	})
}

func (s *scheduler) openWaiting() {
	for _, b := range s.inOrder() {
		if b.closed() && b.stuck == nil && (b.active+b.pending > 0) {
			s.openShores(b)
		}
	}
}

// cannotOpen lets all that needs a shore wait, and tells why, until somebody retries it.
func (s *scheduler) cannotOpen(id string, why error) {
	for _, b := range s.batches {
		if b.closed() && (b.route.from == id || b.route.to == id) && s.ended == nil {
			b.stuck = why
			for it := range s.ofBatch(b) {
				if it.State == Waiting || it.State == Retrying {
					s.alter(it, func() { it.Reason = why })
				}
			}
		}
	}
}

// opened lets a batch begin whose shores are open.
func (s *scheduler) opened(b *batch, from, to vfs.FS) {
	now := time.Now()
	b.req.From, b.req.To = from, to
	s.claimAll(b)
	for _, f := range b.known {
		if pending := !f.queued; pending && f.item == nil {
			s.queueFolder(f)
		} else {
			f.queued = false
		}
	}
	b.known = nil
	for it := range s.ofBatch(b) {
		if it.State == Waiting || it.State == Retrying {
			if it.Reason != nil && it.State == Waiting {
				s.alter(it, func() { it.Reason = nil })
			}
			s.queue(it, now)
		}
	}
}

// claimAll tells the folders of a batch which names were found in them before, so that they are not found again.
func (s *scheduler) claimAll(b *batch) {
	req := &b.req
	inside := map[string]*folder{}
	for _, f := range b.known {
		f.walks = 1
		inside[f.from] = f
	}
	as := map[string]string{}
	for _, source := range req.Sources {
		as[source.Entry.Name] = source.As
	}
	claim := func(from, to string) {
		f := inside[req.From.Parent(from)]
		if f == nil {
			return
		}
		name := req.From.Base(from)
		wire, err := vfs.WireName(req.To, vfs.DisplayName(req.From, name))
		if err != nil {
			wire = name
		}
		if f.sources != nil {
			wire = cmp.Or(as[name], wire)
		}
		f.claims.put(wire, 0)
		f.claims.put(req.To.Base(to), 0)
	}
	for it := range s.ofBatch(b) {
		if it.folder == nil || it.folder.depth > 0 {
			claim(it.From, it.To)
		}
	}
	for _, f := range b.known {
		if f.depth > 0 {
			claim(f.from, f.to)
		}
	}
}
