package main

import (
	"context"
	"fmt"
	"path/filepath"

	"ferry/internal/vfs"
	"ferry/internal/xdg"
	"ferry/localfs"
	"ferry/queue"
	"ferry/queue/journal"
)

// queueFile is the journal of the queue in the folder of the state.
const queueFile = "queue.db"

// journalPath is where the journal of the queue lies.
func (p *program) journalPath() (string, error) {
	dir := xdg.Find(p.getenv).State
	if dir == "" {
		return "", &vfs.Failure{
			Step: "keep the queue", Said: "there is no home folder", Kind: vfs.ErrDisk,
			Hint: "XDG_STATE_HOME names another folder.",
		}
	}
	return filepath.Join(dir, queueFile), nil
}

// openJournal opens the journal of the queue, and takes part if join is true. A file that cannot be read as one is set
// aside, which is told.
func (p *program) openJournal(ctx context.Context, join bool) (*journal.Journal, error) {
	path, err := p.journalPath()
	if err != nil {
		return nil, err
	}
	j, err := p.openAt(ctx, path, join)
	if err != nil {
		return nil, journalFailure("open the queue in "+path, err)
	}
	return j, nil
}

func (p *program) openAt(ctx context.Context, path string, join bool) (*journal.Journal, error) {
	j, aside, err := journal.OpenOrRenew(ctx, path)
	p.warnOfAside(path, aside)
	if err == nil && join {
		if _, err = j.Join(ctx); err != nil {
			p.closeJournal(j)
		}
	}
	return j, err
}

func journalFailure(step string, err error) error {
	return &vfs.Failure{Step: step, Said: journal.Reason(err), Kind: vfs.ErrDisk, Err: err}
}

func (p *program) warnOfAside(path, aside string) {
	if aside != "" {
		p.console.Warn("the queue in " + path + " cannot be read; it is kept as " + filepath.Base(aside) +
			", and a new one was begun")
	}
}

// tryJournal opens the journal for work that can be done without. What keeps it from being used now is told by the
// queue, which tries it again.
func (p *program) tryJournal(ctx context.Context) *journal.Journal {
	path, err := p.journalPath()
	if err != nil {
		p.console.Warn(err.Error() + ". The queue is in memory only this time")
		return nil
	}
	j, err := p.openAt(ctx, path, true)
	if err != nil {
		return journal.Later(path, err)
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
	if journal.IsCorrupt(err) { // which shows only where it is read
		err = p.renewJournal(ctx, j, err)
		if err == nil {
			err = work(j)
		}
	}
	p.closeJournal(j)
	return err
}

// renewJournal sets a file aside of which not all can be read, and begins a new one.
func (p *program) renewJournal(ctx context.Context, j *journal.Journal, why error) error {
	aside, err := j.Renew(ctx, why)
	if err != nil {
		return journalFailure("begin a new queue in "+j.Path(), err)
	}
	p.warnOfAside(j.Path(), aside)
	return nil
}

// still runs a queue that does nothing but take orders.
func (p *program) still(ctx context.Context, give func(*queue.Queue)) error {
	return p.withJournal(ctx, true, func(j *journal.Journal) error {
		q := queue.New(queue.Options{Journal: j, Part: queue.PartStill, Open: p.openShore})
		give(q)
		q.Close()
		return q.Run(ctx)
	})
}
