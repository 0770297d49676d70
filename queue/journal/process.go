package journal

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
)

// ErrTakenOver says that others took this process for dead and its batches with it.
var ErrTakenOver = errors.New("another process has taken over")

// Process is one that takes part.
type Process struct {
	ID   int64
	PID  int
	Host string
	Beat int64 // grows as long as it lives
}

// Join gives this process a row, which Beat must renew, and tells its ID.
func (j *Journal) Join(ctx context.Context) (int64, error) {
	// Not one more than the largest there is: processes that could not join in time have large ones (see Later).
	const nextID = "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'processes'), 0) + 1"
	r, err := j.db.Load().ExecContext(ctx, "INSERT INTO processes (id, pid, host) VALUES ("+nextID+", ?, ?)",
		os.Getpid(), host())
	if err != nil {
		return 0, err
	}
	j.self, err = r.LastInsertId()
	return j.self, err
}

// joinAs gives this process the row of an ID that it has used already, in a journal that does not know it. What it
// counts on from, for newcomers, leaves room for others that come over from the same old journal.
func (j *Journal) joinAs(ctx context.Context, id int64) error {
	const room = 1000
	return j.inTx(ctx, func(tx *sql.Tx) error {
		var last int64
		err := tx.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'processes'").
			Scan(&last)
		if err != nil {
			return err
		}
		if id < firstLate {
			last = max(last, id+room)
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO processes (id, pid, host) VALUES (?, ?, ?)", id, os.Getpid(), host())
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE sqlite_sequence SET seq = ? WHERE name = 'processes'", last)
		return err
	})
}

// host is the machine's name; one without is never taken for another process's.
func host() string {
	name, _ := os.Hostname()
	return name
}

// Self is the ID that Join gave.
func (j *Journal) Self() int64 { return j.self }

// Leave gives up all that this process owns, and its row.
func (j *Journal) Leave(ctx context.Context) error {
	return j.inTx(ctx, func(tx *sql.Tx) error {
		rev, err := j.next(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE batches SET owner = 0, rev = ? WHERE owner = ?", rev, j.self)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM processes WHERE id = ?", j.self)
		return err
	})
}

// Beat shows that this process lives.
func (j *Journal) Beat(ctx context.Context) error {
	if _, err := j.db.Load().ExecContext(ctx, "PRAGMA synchronous = NORMAL"); err != nil {
		return err
	}
	r, err := j.db.Load().ExecContext(ctx, "UPDATE processes SET beat = beat + 1 WHERE id = ?", j.self)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrTakenOver)
	}
	return nil
}

// Processes tells who takes part.
func (j *Journal) Processes(ctx context.Context) ([]Process, error) {
	return query(ctx, j.db.Load(), "SELECT id, pid, host, beat FROM processes", nil, func(p *Process) []any {
		return []any{&p.ID, &p.PID, &p.Host, &p.Beat}
	})
}

// Adopted is what came to this process from others.
type Adopted struct {
	Batches []Batch // with their owners of before: 0 where that left in order
	Items   []Item
	Folders []Folder
}

// Adopt removes processes that are dead, and takes over their batches and those that nobody owns. Of a dead process
// whose beat is another one than told here nothing is taken: it lives.
func (j *Journal) Adopt(ctx context.Context, dead []Process) (came Adopted, err error) {
	err = j.inTx(ctx, func(tx *sql.Tx) error {
		rev, err := j.next(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range dead {
			if err := remove(ctx, tx, p); err != nil {
				return err
			}
		}
		const orphan = "owner NOT IN (SELECT id FROM processes)"
		if came.Batches, err = batches(ctx, tx, orphan); err != nil || len(came.Batches) == 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE batches SET owner = ?, rev = ? WHERE "+orphan, j.self, rev)
		if err != nil {
			return err
		}
		const mine = "IN (SELECT id FROM batches WHERE rev = ?)"
		if came.Items, err = items(ctx, tx, "batch "+mine, rev); err != nil {
			return err
		}
		came.Folders, err = query(ctx, tx, "SELECT batch, from_path, to_path, name, depth, there, walked, item, how "+
			"FROM folders WHERE batch "+mine+" ORDER BY batch, depth, from_path", []any{rev}, func(f *Folder) []any {
			return []any{&f.Batch, &f.From, &f.To, &f.Name, &f.Depth, &f.There, &f.Walked, &f.Item, &f.How}
		})
		return err
	})
	return came, err
}

func remove(ctx context.Context, tx *sql.Tx, p Process) error {
	r, err := tx.ExecContext(ctx, "DELETE FROM processes WHERE id = ? AND beat = ?", p.ID, p.Beat)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM orders WHERE process = ?", p.ID)
	return err
}

// Orphans reports whether there are batches that nobody owns.
func (j *Journal) Orphans(ctx context.Context) (bool, error) {
	var n int
	err := j.db.Load().QueryRowContext(ctx,
		"SELECT EXISTS (SELECT 1 FROM batches WHERE owner NOT IN (SELECT id FROM processes))").Scan(&n)
	return n > 0, err
}

// next gives the number of a change, and makes sure that this process may write.
func (j *Journal) next(ctx context.Context, tx *sql.Tx) (rev int64, err error) {
	err = tx.QueryRowContext(ctx, "UPDATE changes SET rev = rev + 1 WHERE EXISTS "+
		"(SELECT 1 FROM processes WHERE id = ?) RETURNING rev", j.self).Scan(&rev)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrTakenOver
	}
	return rev, err
}

// queryer is a database or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// query collects rows; places gives where the columns of a row go.
func query[T any](ctx context.Context, q queryer, text string, args []any, places func(*T) []any) ([]T, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	var all []T
	var row T
	into := places(&row)
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// holes gives n places for arguments: "?, ?, ?".
func holes(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
