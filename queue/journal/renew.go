package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"time"

	"ferry/internal/xdg"
)

// IDs of processes that have to wait for their journal lie above all that are counted, and below 2^31.
const (
	firstLate = 1_000_000_000
	lastLate  = 2_000_000_000
)

// unopened is a database that cannot be used, and says why.
type unopened struct{ why error }

// Connect implements driver.Connector.
func (u unopened) Connect(context.Context) (driver.Conn, error) { return nil, u.why }

// Driver implements driver.Connector; nobody asks for it.
func (u unopened) Driver() driver.Driver { return nil }

// Later gives a journal that could not be opened, for a reason that may pass. All its calls fail with that reason until
// Renew has opened it. Its process has an ID already, by chance.
func Later(path string, why error, options ...Option) *Journal {
	j := newJournal(path, options)
	j.db.Store(sql.OpenDB(unopened{why}))
	j.self = firstLate + rand.Int64N(lastLate-firstLate) //nolint:gosec // it need not be secret
	return j
}

// Late reports whether the journal has not been opened yet.
func (j *Journal) Late() bool { return j.file == nil && j.self >= firstLate }

// Gone reports whether there is no file open, or another one or none at its path: what is written is seen by nobody.
func (j *Journal) Gone() bool {
	if j.file == nil {
		return true
	}
	now, err := os.Stat(j.path)
	return errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(j.file, now)
}

// Renew opens what is at the path by now, or a new file, after Gone or a failure that IsCorrupt. A file that is corrupt
// is given another name before, which is told, unless another process has done so. This process keeps its ID; nothing
// of what it wrote before is there.
func (j *Journal) Renew(ctx context.Context, why error) (aside string, err error) {
	unlock, err := xdg.Lock(ctx, j.path) // one at a time sets a file aside
	if err != nil {
		return "", err
	}
	defer unlock()
	if IsCorrupt(why) && !j.Gone() {
		if err := j.setAside(); err != nil {
			return "", err
		}
	}
	old := j.db.Load()
	if err = j.open(ctx); IsCorrupt(err) {
		if j.aside, err = SetAside(j.path, time.Now()); err == nil {
			err = j.open(ctx)
		}
	}
	if err != nil {
		return "", err
	}
	_ = old.Close() // SQLite leaves a file alone that has another name by now
	if j.self != nobody {
		if err := j.joinAs(ctx, j.self); err != nil {
			j.file = nil // so that it is renewed again
			return "", err
		}
	}
	aside, j.aside = j.aside, ""
	return aside, nil
}

// setAside gives the file that is open another name. Where an open one cannot have another it is closed first.
func (j *Journal) setAside() (err error) {
	if j.aside, err = SetAside(j.path, time.Now()); err == nil {
		return nil
	}
	_ = j.Close() // what it says is known
	j.aside, err = SetAside(j.path, time.Now())
	return err
}

// OpenOrRenew opens a journal like Open; a file that cannot be used is set aside, which is told, and a new one begun.
func OpenOrRenew(ctx context.Context, path string) (j *Journal, aside string, err error) {
	if j, err = Open(ctx, path); !IsCorrupt(err) {
		return j, "", err
	}
	unlock, err := xdg.Lock(ctx, path)
	if err != nil {
		return nil, "", err
	}
	defer unlock()
	if j, err = Open(ctx, path); IsCorrupt(err) { // else another process has set it aside meanwhile
		if aside, err = SetAside(path, time.Now()); err == nil {
			j, err = Open(ctx, path)
		}
	}
	return j, aside, err
}
