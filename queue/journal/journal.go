// Package journal keeps a queue of transfers on disk, in SQLite, so that it outlives the process and several processes
// can share it. It only stores: what the words in it mean is the business of package queue.
//
// Every process that takes part has a row with a heartbeat. Batches belong to one process at a time; nobody else
// writes their items. A process whose heart has stopped is removed by whoever notices, together with its right to
// write: Write and Beat then return ErrTakenOver.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Journal is a file that is open, or that could not be opened yet (see Later). It is safe for concurrent use, one call
// at a time being served.
type Journal struct {
	db      atomic.Pointer[sql.DB]
	path    string
	patient time.Duration
	self    int64       // the row of this process; nobody before Join
	version int64       // what PRAGMA data_version told last
	file    os.FileInfo // the file that is open; nil while none is
	wal     sign        // how the write-ahead log looked when Changed asked last
	aside   string      // the name of a broken file that Renew has not told yet
}

// nobody is no process, and owns no batch: those that nobody owns have 0.
const nobody = -1

// busyTimeout is how long a call waits for another process that writes.
const busyTimeout = 10 * time.Second

// Open opens the journal at path, and makes it and its folder if they are missing. A file that is no journal or is
// corrupt is an error of which IsCorrupt is true.
func Open(ctx context.Context, path string, options ...Option) (*Journal, error) {
	j := newJournal(path, options)
	return j, j.open(ctx)
}

// Option changes how a journal is opened.
type Option func(*Journal)

// Patient sets how long a call waits for another process that writes, instead of ten seconds.
func Patient(d time.Duration) Option { return func(j *Journal) { j.patient = d } }

func newJournal(path string, options []Option) *Journal {
	j := &Journal{path: path, patient: busyTimeout, self: nobody}
	for _, set := range options {
		set(j)
	}
	return j
}

func (j *Journal) open(ctx context.Context) error {
	if err := prepare(j.path); err != nil {
		return err
	}
	at := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(j.path)}
	at.RawQuery = url.Values{
		"_txlock": {"immediate"},
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", j.patient.Milliseconds()), "journal_mode(WAL)"},
	}.Encode()
	db, err := sql.Open("sqlite", at.String())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1) // data_version tells of changes by other connections
	if err := migrate(ctx, db); err != nil {
		return errors.Join(err, db.Close())
	}
	file, err := os.Stat(j.path)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	j.db.Store(db)
	j.file, j.version, j.wal = file, 0, sign{}
	return nil
}

// prepare makes the folder and the file readable for their owner alone: names of files are nobody else's business.
func prepare(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Path is where the journal lies.
func (j *Journal) Path() string { return j.path }

// Close closes the file. It does not Leave.
func (j *Journal) Close() error { return j.db.Load().Close() }

// IsCorrupt reports that a file cannot be used as a journal, whatever is tried.
func IsCorrupt(err error) bool {
	var told *sqlite.Error
	if !errors.As(err, &told) {
		return errors.Is(err, errForeign)
	}
	code := told.Code() & 0xff // without the extended part
	return code == lib.SQLITE_CORRUPT || code == lib.SQLITE_NOTADB
}

// Reason says for people why a journal cannot be used for now.
func Reason(err error) string {
	var told *sqlite.Error
	if !errors.As(err, &told) {
		return err.Error()
	}
	switch told.Code() & 0xff {
	case lib.SQLITE_FULL:
		return "no space left on its disk"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return "another program keeps it locked"
	case lib.SQLITE_READONLY:
		return "it may only be read"
	case lib.SQLITE_IOERR:
		return "its disk fails: " + told.Error()
	}
	return told.Error()
}

// SetAside gives a file that cannot be used another name, and tells it. Nothing is deleted.
func SetAside(path string, now time.Time) (string, error) {
	aside := path + ".broken-" + now.Format("20060102-150405")
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf("%s.broken-%s-%d", path, now.Format("20060102-150405"), n)
	}
	for _, end := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+end, aside+end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// inTx does work as one change: all of it happens, or nothing.
func (j *Journal) inTx(ctx context.Context, work func(*sql.Tx) error) error {
	return inTx(ctx, j.db.Load(), work)
}

func inTx(ctx context.Context, db *sql.DB, work func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := work(tx); err != nil {
		_ = tx.Rollback() // the first error tells more
		return err
	}
	return tx.Commit()
}
