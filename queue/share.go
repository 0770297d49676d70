package queue

// What the scheduler does because there is a journal: it notes changes, takes over what others left, and shows what
// others do.

import (
	"strings"
	"time"

	"ferry/queue/journal"
)

// The settings that all processes share.
const (
	settingHeld   = "held"
	settingLimit  = "limit"
	settingAnswer = "answer " // and the route: "answer FROM TO"
)

// pruneAfter is how long what ended well is shown, and pastAfter how long history remembers.
const (
	pruneAfter = 7 * 24 * time.Hour
	pastAfter  = 366 * 24 * time.Hour
)

// note lets the clerk write something, if there is one: with all else that publish tells, so that what is on disk is
// always one consistent picture.
func (s *scheduler) note(add func(*notes)) {
	if s.clerk != nil {
		s.noted = append(s.noted, add)
	}
}

// noteChanges lets the clerk write what publish tells.
func (s *scheduler) noteChanges() {
	if s.clerk == nil {
		return
	}
	urgent := len(s.removed)+len(s.noted) > 0
	for _, it := range s.changed {
		urgent = urgent || !it.Elsewhere && it.news()
	}
	s.clerk.write(urgent, func(n *notes) {
		for _, add := range s.noted {
			add(n)
		}
		for id, it := range s.changed {
			if it.Elsewhere || it.clean {
				continue
			}
			n.items[id] = note{it.Item, it.how()}
			n.durable = n.durable || it.news()
			it.kept, it.noted = true, it.State
		}
		for _, id := range s.removed {
			delete(n.items, id)
			if !s.foreign[id] {
				n.removed[id] = true
			}
		}
	})
	clear(s.foreign)
	s.noted = nil
}

// news reports whether what is known of an item is more than how far it came.
func (it *item) news() bool { return !it.kept || it.State != it.noted }

func (s *scheduler) noteBatch(b *batch) {
	if s.clerk == nil {
		return
	}
	row := keepBatch(b)
	s.note(func(n *notes) { n.batches[b.id] = &row })
}

// noteFolder remembers whether there is something to be found in a folder.
func (s *scheduler) noteFolder(f *folder, walked bool) {
	if s.clerk == nil {
		return
	}
	row := keepFolder(f, walked)
	f.batch.keep(row)
	s.note(func(n *notes) { n.folders[folderKey{f.batch.id, f.from}] = row })
	f.batch.troubled = f.batch.troubled || f.item != nil && !f.later
	if walked && f.batch.pending == 0 && !f.batch.troubled {
		f.batch.rows = nil
		s.note(func(n *notes) {
			n.walked[f.batch.id] = true
			for key := range n.folders {
				if key.batch == f.batch.id {
					delete(n.folders, key)
				}
			}
		})
	}
}

// keep remembers what the journal holds of a folder.
func (b *batch) keep(row journal.Folder) {
	if b.rows == nil {
		b.rows = map[string]journal.Folder{}
	}
	b.rows[row.From] = row
}

func (s *scheduler) notePast(it *item) {
	s.note(func(n *notes) { n.rest.Past = append(n.rest.Past, keepPast(it)) })
}

func (s *scheduler) noteSetting(key, value string) {
	if s.clerk == nil {
		return
	}
	s.unwritten[key]++
	s.note(func(n *notes) { n.rest.Settings = append(n.rest.Settings, journal.Setting{Key: key, Value: value}) })
}

// adopt takes over batches that belong to nobody any more.
func (s *scheduler) adopt(came journal.Adopted) {
	for _, row := range came.Batches {
		b, err := restoreBatch(row)
		if err != nil { // somebody else wrote it
			continue
		}
		b.written = true
		if row.Owner != 0 && !b.broke {
			b.broke = true
			s.noteBatch(b)
		}
		if old := s.batches[b.id]; old != nil { // it was shown
			b.items = old.items
		}
		s.batches[b.id] = b
	}
	for i := range came.Items {
		s.adoptItem(&came.Items[i])
	}
	for _, row := range came.Folders {
		if b := s.batches[BatchID(row.Batch)]; b != nil {
			s.adoptFolder(b, row)
		}
	}
	for _, row := range came.Batches {
		if b := s.batches[BatchID(row.ID)]; b != nil {
			s.settleIn(b)
		}
	}
	s.forgetBatches()
}

// adoptItem takes over one row. What ran was stopped in the middle, and nobody knows how far it came.
func (s *scheduler) adoptItem(row *journal.Item) {
	b := s.batches[BatchID(row.Batch)]
	if b == nil {
		return
	}
	now, fresh := time.Now(), restoreItem(row, b.route)
	it := s.items[fresh.ID]
	if it == nil && fresh.State.Final() && fresh.State != Failed && now.Sub(fresh.Ended) > pruneAfter {
		s.note(func(n *notes) { n.removed[fresh.ID] = true })
		return
	}
	if it == nil {
		it = &item{batch: b}
		s.items[fresh.ID] = it
		b.items++
	} else {
		s.tally.count(it, -1)
	}
	it.Item, it.batch, it.frozen = fresh, b, row.How
	it.kept, it.noted, it.clean = true, fresh.State, fresh.State != Running
	if it.State == Running {
		it.State, it.Speed, it.Left = Waiting, 0, -1
	}
	s.tally.count(it, 1)
	s.changed[it.ID] = it
}

func (s *scheduler) adoptFolder(b *batch, row journal.Folder) {
	f := &folder{
		batch: b, from: row.From, to: row.To, name: row.Name, depth: row.Depth, exists: row.There,
	}
	f.thaw(row.How)
	if row.Depth == 0 && row.Name == "" {
		f.sources = b.req.Sources
	}
	if it := s.items[ItemID(row.Item)]; it != nil {
		f.item, it.folder = it, f
		f.later = it.Until.Equal(b.req.NotBefore) && !b.req.NotBefore.IsZero() && it.Tries == 0
	}
	b.known = append(b.known, f)
	b.keep(row)
	if !row.Walked {
		s.pend(b, 1)
		s.park(f, f.item != nil && f.item.State == Paused)
	}
	f.queued = row.Walked // until it is known which shores it lies on
}

// settleIn begins with a batch that was taken over. What a command left behind is not begun by itself.
func (s *scheduler) settleIn(b *batch) {
	if b.tied {
		for it := range s.ofBatch(b) {
			if it.State.moving() && it.folder == nil {
				s.end(it, Cancelled, ErrInterrupted)
			}
		}
		s.endKnown(b, Cancelled, ErrInterrupted)
		return
	}
	s.openShores(b)
}

// endKnown ends the walks of folders that wait for their batch's shores.
func (s *scheduler) endKnown(b *batch, state State, why error) {
	for _, f := range b.known {
		if !f.queued {
			f.queued = true
			s.endFolder(f, state, why)
		}
	}
}

func (s *scheduler) ofBatch(b *batch) func(yield func(*item) bool) {
	return func(yield func(*item) bool) {
		for _, it := range s.items {
			if it.batch == b && !yield(it) {
				return
			}
		}
	}
}

// learn shows what other processes did.
func (s *scheduler) learn(news journal.News) {
	for _, row := range news.Batches {
		b := s.batches[BatchID(row.ID)]
		if b == nil {
			b = &batch{id: BatchID(row.ID), route: route{row.FromID, row.ToID}, foreign: true}
			s.batches[b.id] = b
		}
		b.owner = row.Owner
	}
	for i := range news.Items {
		if b := s.batches[BatchID(news.Items[i].Batch)]; b != nil && b.foreign {
			s.show(b, &news.Items[i])
		}
	}
	for _, id := range news.Removed {
		if it := s.items[ItemID(id)]; it != nil && it.Elsewhere {
			s.forget(it)
		}
	}
	for _, set := range news.Settings {
		if s.unwritten[set.Key] == 0 { // else it is what this process wrote before, or what it is about to replace
			s.set(set.Key, set.Value)
		}
	}
}

func (s *scheduler) show(b *batch, row *journal.Item) {
	fresh := restoreItem(row, b.route)
	fresh.Elsewhere = true
	it := s.items[fresh.ID]
	if it == nil {
		it = &item{batch: b, Item: fresh}
		s.items[it.ID] = it
		b.items++
		s.tally.count(it, 1)
		s.changed[it.ID] = it
		return
	}
	s.alter(it, func() { it.Item = fresh })
}

// set takes over a setting from another process.
func (s *scheduler) set(key, value string) {
	switch key {
	case settingHeld:
		s.applyHold(value != "")
		return
	case settingLimit:
		s.shareLimit(readLimit(value))
		return
	}
	if way, is := strings.CutPrefix(key, settingAnswer); is {
		from, to, _ := strings.Cut(way, " ")
		if rule, err := ParseRule(value); err == nil {
			s.answers[route{from, to}] = rule
		} else {
			delete(s.answers, route{from, to})
		}
	}
}

// wrote is called when the journal holds a change.
func (s *scheduler) wrote(change *journal.Change) {
	for _, set := range change.Settings {
		s.unwritten[set.Key]--
	}
	for _, row := range change.Batches {
		if b := s.batches[BatchID(row.ID)]; b != nil {
			b.written = true
		}
	}
}

// unknown reports whether nobody else knows of a batch, since it could not be written.
func (b *batch) unknown() bool { return !b.foreign && !b.written }

// bereave gives up all that this process had, for others took it for dead: they go on with it. What they could not know
// it keeps.
func (s *scheduler) bereave(self int64) {
	s.self(self)
	for _, c := range s.crew {
		if c.busy && !c.batch().unknown() {
			c.halt = haltGone
			c.cancel(ErrInterrupted)
		}
	}
	for id, it := range s.items {
		if it.batch.unknown() {
			s.renote(it)
			continue
		}
		s.unqueue(it)
		s.tally.count(it, -1)
		s.removed = append(s.removed, id)
		s.foreign[id] = true
		delete(s.items, id)
		delete(s.changed, id)
	}
	for _, l := range s.lanes {
		all := l.folders.all[l.folders.head:]
		l.folders = deque[*folder]{}
		for _, f := range all {
			if f.batch.unknown() {
				l.folders.pushBack(f)
			}
		}
	}
	for id, b := range s.batches {
		if b.unknown() {
			s.renoteBatch(b)
			continue
		}
		s.pend(b, -b.pending)
		delete(s.batches, id)
	}
	s.dirty = true
}

// self makes new IDs those of a process.
func (s *scheduler) self(process int64) { s.lastID = ItemID(process) << processShift }

// leaveBehind is called at the end: what is not done waits for others, and of what a command did well only history
// tells.
func (s *scheduler) leaveBehind() {
	if s.clerk == nil || s.options.Part != PartAlone {
		return
	}
	kept := map[*batch]bool{}
	s.note(func(n *notes) {
		for id, it := range s.items {
			if it.State != Done && it.State != Skipped {
				kept[it.batch] = true
				continue
			}
			delete(n.items, id)
			n.removed[id] = true
		}
		for id, b := range s.batches {
			if !kept[b] && b.pending == 0 {
				n.batches[id] = nil
			}
		}
	})
	s.noteChanges()
}
