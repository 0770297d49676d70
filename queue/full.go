package queue

import (
	"errors"
	"time"

	"ferry/internal/vfs"
)

// room is where what is written needs space: a server, or one disk of this machine.
type room struct{ shore, disk string }

func (b *batch) room() room { return room{b.route.to, b.disk} }

// diskFinder gives what a worker does first for a request of which it is not known to which disk it writes. It may wait
// for the disk.
func (s *scheduler) diskFinder(b *batch) func() {
	disks, several := b.req.To.(vfs.Disks)
	if !several || b.disk != "" {
		return func() {}
	}
	dir := b.req.ToDir
	return func() {
		disk := disks.Disk(dir)
		s.mail.post(func(s *scheduler) {
			b.disk = disk
			s.holdForRoom(b.room())
		})
	}
}

// fillUp notes that a target has no space left, if that is why something failed, and holds all that waits to be written
// there: it would fail for the same reason, one after another.
func (s *scheduler) fillUp(b *batch, why error) {
	r := b.room()
	if s.full[r] != nil || !errors.Is(why, vfs.ErrNoSpace) {
		return
	}
	on := r.shore
	if on == localID {
		on = "the disk of " + b.req.ToDir
	}
	s.full[r] = &vfs.Failure{
		Step: "write more", Kind: vfs.ErrNoSpace, Said: "no space left on " + on,
		Hint: "Make room, then resume or retry.",
	}
	s.holdForRoom(r)
}

// holdForRoom pauses what waits for its turn, if its target is full.
func (s *scheduler) holdForRoom(r room) {
	why := s.full[r]
	if why == nil {
		return
	}
	now := time.Now()
	for _, it := range s.items {
		if it.State == Waiting && !now.Before(it.Until) && it.batch.room() == r && s.hasNoRoom(it) {
			s.rest(it, Paused, why)
		}
	}
}

// hasNoRoom reports whether an item must not be begun since its target is known to be full. Folders take little room;
// which files are in them is worth knowing.
func (s *scheduler) hasNoRoom(it *item) bool {
	return len(s.full) > 0 && it.folder == nil && !it.checks() && !it.Elsewhere && s.full[it.batch.room()] != nil
}

// lacksRoom reports whether an item failed or is held because its target was full.
func (it *item) lacksRoom() bool {
	return (it.State == Failed || it.State == Paused) && errors.Is(it.Reason, vfs.ErrNoSpace)
}

// roomMade is called when somebody wants an item to go on that a full target stopped: that holds for all that it
// stopped.
func (s *scheduler) roomMade(it *item) {
	if !it.lacksRoom() || s.ended != nil {
		return
	}
	r := it.batch.room()
	delete(s.full, r)
	for _, other := range s.items {
		switch {
		case other == it || other.Elsewhere || other.batch.room() != r || !other.lacksRoom():
		case other.State == Failed:
			s.retryFinal(other)
		default:
			s.resume(other)
		}
	}
}

// hope forgets that a shore was full when somebody asks for something new to be written there: it is tried.
func (s *scheduler) hope(shore string) {
	for r := range s.full {
		if r.shore == shore {
			delete(s.full, r)
		}
	}
}

// heldForRoom gives all items that wait for room on their targets.
func (s *scheduler) heldForRoom() []ItemID {
	var ids []ItemID
	for id, it := range s.items {
		if it.State == Paused && it.lacksRoom() {
			ids = append(ids, id)
		}
	}
	return ids
}
