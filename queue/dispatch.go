package queue

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"ferry/internal/vfs"
)

func (s *scheduler) shore(f vfs.FS) *shore {
	sh := s.shores[f]
	if sh == nil {
		sh = newShore(f)
		s.shores[f] = sh
	}
	return sh
}

// shoresOf gives both, or the same twice where a pair is one file system.
func (s *scheduler) shoresOf(l *lane) [2]*shore { return [2]*shore{s.shore(l.from), s.shore(l.to)} }

func (s *scheduler) lane(p pair) *lane {
	for _, l := range s.lanes {
		if l.pair == p {
			return l
		}
	}
	l := &lane{pair: p}
	s.lanes = append(s.lanes, l)
	return l
}

// queue lets a waiting item have its turn when it comes, by its Place and not before Until.
func (s *scheduler) queue(it *item, now time.Time) {
	switch {
	case it.batch.closed():
		s.openShores(it.batch)
	case now.Before(it.Until):
		s.later.add(it.Until, func(now time.Time) { s.due(it, now) })
	case !s.errand(it): // others begin it
	case s.waitsForBroom(it):
	case s.hasNoRoom(it):
		s.rest(it, Paused, s.full[it.batch.room()])
	case it.folder != nil:
		s.queueFolder(it.folder)
	case it.spot == 0:
		s.lane(it.batch.pair()).files.add(it)
	}
}

// due is called when an item was to wait until now; meanwhile something else may have become of it.
func (s *scheduler) due(it *item, now time.Time) {
	if it.State != Waiting && it.State != Retrying || now.Before(it.Until) {
		return
	}
	s.alter(it, func() { it.State = Waiting })
	s.queue(it, now)
}

// unqueue takes an item out of its line. A folder is dropped when its turn comes.
func (s *scheduler) unqueue(it *item) {
	if it.spot > 0 {
		s.lane(it.batch.pair()).files.remove(it)
	}
}

func (s *scheduler) queueFolder(f *folder) {
	switch {
	case f.batch.closed():
		s.openShores(f.batch)
	case !f.queued && s.options.Part != PartErrand:
		f.queued = true
		s.lane(f.batch.pair()).folders.pushBack(f)
	}
}

// dispatch gives every idle worker something to do, or lets it give back its sessions.
func (s *scheduler) dispatch(now time.Time) {
	room := s.roomForWork()
	for _, c := range s.crew {
		if c.busy || c.leaving {
			continue
		}
		var l *lane
		if room > 0 && !s.resting() {
			l = s.choose(c, now)
		}
		if c.holds && c.lane != l {
			s.giveBack(c)
		} else if l != nil {
			s.assign(c, l, now)
			room--
		}
	}
	s.clearAway(now)
	s.tidy()
}

// giveBack lets an idle worker give back its sessions. They count until it has done so: a server that allows so many
// would be asked for one more.
func (s *scheduler) giveBack(c *crew) {
	c.leaving = true
	c.tasks <- func() {
		c.release()
		s.mail.post(func(s *scheduler) {
			c.leaving = false
			s.letGo(c)
		})
	}
}

// roomForWork is how many more workers may be busy.
func (s *scheduler) roomForWork() int {
	room := s.together
	if room <= 0 {
		room = len(s.crew)
	}
	for _, c := range s.crew {
		if c.busy {
			room--
		}
	}
	return room
}

// choose shares the workers among the lanes; where that leaves a choice, a worker stays where it has its sessions.
func (s *scheduler) choose(c *crew, now time.Time) *lane {
	var best *lane
	for _, l := range s.lanes {
		switch {
		case l.empty() || !s.mayEnter(c, l, now):
		case best == nil, l.running < best.running, l.running == best.running && c.lane == l:
			best = l
		}
	}
	return best
}

func (s *scheduler) mayEnter(c *crew, l *lane, now time.Time) bool {
	both := s.shoresOf(l)
	if c.holds && c.lane == l {
		return s.mostOf(both[0]) >= both[0].workers(both) && s.mostOf(both[1]) >= both[1].workers(both)
	}
	for _, sh := range both {
		if !sh.admits(now) || sh.workers(both) >= s.mostOf(sh) {
			return false
		}
	}
	return true
}

// mostOf is how many workers a file system may have.
func (s *scheduler) mostOf(sh *shore) int {
	most, named := s.mostWorkers[sh.fs.ID()]
	if !named && sh.fs.ID() != localID {
		most = s.mostWorkers[""]
	}
	if most <= 0 {
		return math.MaxInt
	}
	return most
}

// assign gives an idle worker the next task of a lane that is not empty.
func (s *scheduler) assign(c *crew, l *lane, now time.Time) {
	both := s.shoresOf(l)
	first := [2]bool{both[0].unused(), both[1].unused()}
	if c.lane != l {
		c.lane = l
		for _, sh := range both {
			sh.leasing++
		}
	}
	ctx, cancel := context.WithCancelCause(s.ctx)
	c.busy, c.cancel = true, cancel
	b := berth{from: both[0], to: both[1], first: first, got: func() { s.mail.post(func(s *scheduler) { s.got(c) }) }}
	walks := l.wantsWalk()
	l.running++
	if walks {
		l.walking++
		s.startFolder(ctx, c, b, l.folders.pop(), now)
	} else {
		s.startFile(ctx, c, b, l.files.take(), now)
	}
}

// got notes that a worker has its sessions.
func (s *scheduler) got(c *crew) {
	c.holds = true
	for _, sh := range s.shoresOf(c.lane) {
		sh.leasing--
		sh.held++
		sh.tries, s.reached[sh.fs.ID()] = 0, true
		if sh.limit > 0 {
			sh.limit = max(sh.limit, sh.held)
		}
	}
}

// letGo notes that a worker has no sessions any more.
func (s *scheduler) letGo(c *crew) {
	if c.holds {
		for _, sh := range s.shoresOf(c.lane) {
			sh.held--
			if r := s.litter[sh.fs.ID()]; r != nil {
				r.tries, r.until = 0, time.Time{}
			}
		}
	}
	c.holds, c.lane = false, nil
}

func (s *scheduler) startFolder(ctx context.Context, c *crew, b berth, f *folder, now time.Time) {
	f.queued, f.broke, c.folder = false, f.batch.broke, f
	if f.later {
		s.forget(f.item)
		f.later, f.item = false, nil
	}
	if f.item != nil {
		s.begin(f.item, now)
	}
	if f.sweep {
		spared := s.spared(f.batch)
		c.tasks <- func() {
			out := c.sweepFolder(ctx, b, f, spared)
			s.mail.post(func(s *scheduler) { s.folderEnded(c, f, out) })
		}
		return
	}
	findDisk := s.diskFinder(f.batch)
	c.tasks <- func() {
		findDisk()
		out := c.walkFolder(ctx, b, f, func(items []*item, folders []*folder) {
			s.mail.post(func(s *scheduler) { s.found(f.batch, items, folders) })
		})
		s.mail.post(func(s *scheduler) { s.folderEnded(c, f, out) })
	}
}

func (s *scheduler) startFile(ctx context.Context, c *crew, b berth, it *item, now time.Time) {
	it.thaw()
	s.spare(place{it.ToID, it.To})
	c.file = it
	it.progress, it.counted = &progress{pace: s.limits.pace(it.FromID, it.ToID)}, 0
	it.progress.goOn(it.Moved) // what an earlier try left, until it is known what of it is good
	it.meter.start(0, now)
	s.begin(it, now)
	how, p, findDisk := *it.copy, it.progress, s.diskFinder(it.batch)
	c.tasks <- func() {
		findDisk()
		out := c.copyFile(ctx, b, how, p)
		s.mail.post(func(s *scheduler) { s.fileEnded(c, it, out) })
	}
}

func (s *scheduler) begin(it *item, now time.Time) {
	s.alter(it, func() {
		it.State, it.Reason, it.Started, it.Ended, it.Until = Running, nil, now, time.Time{}, time.Time{}
		it.Tries++
	})
}

// free notes that a worker has ended its task, and how its sessions fared.
func (s *scheduler) free(c *crew, how leased) {
	c.cancel(nil)
	l := c.lane
	l.running--
	if c.folder != nil {
		l.walking--
	}
	c.busy, c.cancel, c.file, c.folder, c.halt = false, nil, nil, nil, haltNot
	switch {
	case how.refused != nil:
		for _, sh := range s.shoresOf(l) {
			sh.leasing--
		}
		c.lane = nil
	case how.released:
		s.letGo(c)
	}
}

// refused decides what a refused session means. Where others have one on the same file system, it only has no room
// for more; else it is asked again a few times; and if that does not help, all that waits for it fails for the same
// reason, without asking again for each.
func (s *scheduler) refused(sh *shore, why error, now time.Time) {
	switch {
	case sh.held > 0 || errors.Is(why, vfs.ErrCrowded):
		sh.limit, sh.until = max(sh.held, 1), now.Add(bigPause)
	case sh.tries < s.patience(sh, why) && mayPass(why):
		sh.tries++
		sh.until = now.Add(s.options.pause(sh.tries))
	default:
		sh.tries = 0
		s.failWaiting(sh, why)
		return
	}
	s.later.add(sh.until, nil)
}

// patience gives how often a session that was refused is asked for again. A server that was there before restarts, and
// is waited for some minutes.
func (s *scheduler) patience(sh *shore, why error) int {
	const restart = 12
	if s.reached[sh.fs.ID()] && errors.Is(why, vfs.ErrConnect) && s.options.Retries > 0 {
		return max(restart, s.options.Retries)
	}
	return s.options.Retries
}

// mayPass reports whether to lease a session may be tried again.
func mayPass(err error) bool {
	return (vfs.Temporary(err) || errors.Is(err, vfs.ErrConnect)) &&
		!errors.Is(err, vfs.ErrLogin) && !errors.Is(err, vfs.ErrTLS)
}

// tidy forgets lanes and file systems for which nothing is to be done.
func (s *scheduler) tidy() {
	s.lanes = slices.DeleteFunc(s.lanes, func(l *lane) bool {
		return l.empty() && !slices.ContainsFunc(s.crew, func(c *crew) bool { return c.lane == l })
	})
	for f, sh := range s.shores {
		used := slices.ContainsFunc(s.lanes, func(l *lane) bool { return l.touches(sh) })
		if !used && sh.held+sh.leasing == 0 {
			delete(s.shores, f)
		}
	}
}
