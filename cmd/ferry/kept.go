package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"ferry/internal/vfs"
	"ferry/internal/xdg"
	"ferry/localfs"
	"ferry/queue"
	"ferry/queue/journal"
)

// queueFile is the journal of the queue in the folder of the state.
const queueFile = "queue.db"

// openJournal opens the journal of the queue, and takes part if join is true. A file that cannot be read as one is set
// aside, which is told.
func (p *program) openJournal(ctx context.Context, join bool) (*journal.Journal, error) {
	dir := xdg.Find(p.getenv).State
	if dir == "" {
		return nil, &vfs.Failure{
			Step: "keep the queue", Said: "there is no home folder", Kind: vfs.ErrDisk,
			Hint: "XDG_STATE_HOME names another folder.",
		}
	}
	path := filepath.Join(dir, queueFile)
	j, err := journal.Open(ctx, path)
	if journal.IsCorrupt(err) {
		aside, failed := journal.SetAside(path, time.Now())
		if failed != nil {
			return nil, localFailure("set "+path+" aside, which cannot be read", failed)
		}
		p.console.Warn("the queue in " + path + " cannot be read; it is kept as " + filepath.Base(aside) +
			", and a new one was begun")
		j, err = journal.Open(ctx, path)
	}
	if err == nil && join {
		_, err = j.Join(ctx)
	}
	if err != nil {
		return nil, localFailure("open the queue in "+path, err)
	}
	return j, nil
}

// tryJournal opens the journal for work that can be done without; why there is none is told.
func (p *program) tryJournal(ctx context.Context) *journal.Journal {
	j, err := p.openJournal(ctx, true)
	if err != nil {
		p.console.Warn(err.Error() + ". The queue is in memory only this time")
		return nil
	}
	return j
}

// closeJournal closes what tryJournal gave.
func (p *program) closeJournal(j *journal.Journal) {
	if j == nil {
		return
	}
	if err := j.Close(); err != nil {
		p.console.Warn(fmt.Sprintf("the queue in %s was not closed properly: %s", j.Path(), innermost(err)))
	}
}

// openShore opens a shore by the ID under which the queue keeps it.
func (p *program) openShore(ctx context.Context, id string) (vfs.FS, error) {
	if id == localfs.ID {
		return p.shores.disk(), nil
	}
	t, err := p.target(id)
	if err != nil {
		return nil, err
	}
	t.site = p.savedAs(t.account)
	return p.shores.open(ctx, t)
}

// shown gives a place in the queue as a command line takes it.
func (p *program) shown(id, path string) string {
	if id == localfs.ID {
		return path
	}
	t, err := parseTarget(id)
	if err != nil {
		return id + path
	}
	return t.url(path)
}

// withJournal opens the journal for a command that is about nothing else.
func (p *program) withJournal(ctx context.Context, join bool, work func(*journal.Journal) error) error {
	j, err := p.openJournal(ctx, join)
	if err != nil {
		return err
	}
	err = work(j)
	p.closeJournal(j)
	return err
}

// still runs a queue that does nothing but take orders.
func (p *program) still(ctx context.Context, give func(*queue.Queue)) error {
	return p.withJournal(ctx, true, func(j *journal.Journal) error {
		q := queue.New(queue.Options{Journal: j, Part: queue.PartStill})
		give(q)
		q.Close()
		return q.Run(ctx)
	})
}
