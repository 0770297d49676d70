package journal

import (
	"context"
	"database/sql"
	"errors"
)

// Batch is what one request became.
type Batch struct {
	ID, Owner int64
	Tied      bool
	FromID    string
	ToID      string
	Request   string
}

// Folder is a folder of a batch that is not walked to its end.
type Folder struct {
	Batch          int64
	From, To, Name string
	Depth          int
	There, Walked  bool
	Item           int64
	How            string
}

// Item is one file, or a folder that needs to be told about. Times are microseconds since 1970, 0 where there is none.
type Item struct {
	ID, Batch             int64
	State                 string
	Place                 int64
	Folder                bool
	From, To, Name        string
	Size, Moved           int64
	Speed                 float64
	Tries                 int
	Started, Ended, Until int64
	Proof, Note           string
	Reason, Clash, How    string
}

// Order is what one process asks of another.
type Order struct {
	ID, Process int64
	Text        string
}

// Setting is one of all processes.
type Setting struct{ Key, Value string }

// Change is what Write writes, all at once.
type Change struct {
	Batches  []Batch  // of this process; Owner is not looked at
	Dropped  []int64  // batches that are forgotten, with their folders
	Folders  []Folder // of this process's batches
	Walked   []int64  // batches whose folders of before need not be kept any more
	Items    []Item   // of this process's batches
	Removed  []int64  // items that are forgotten
	Past     []Past
	Settings []Setting // an empty value removes one
	Orders   []Order
	Obeyed   []int64 // orders that were done
	Durable  bool    // it must survive a power cut from now on; else it may be lost by one as a whole
}

// Empty reports whether there is nothing to write.
func (c *Change) Empty() bool {
	return len(c.Batches)+len(c.Dropped)+len(c.Folders)+len(c.Walked)+len(c.Items)+len(c.Removed)+len(c.Past)+
		len(c.Settings)+len(c.Orders)+len(c.Obeyed) == 0
}

// Write makes a change. It gives ErrTakenOver if this process has lost its right to.
func (j *Journal) Write(ctx context.Context, c *Change) error {
	level := "PRAGMA synchronous = NORMAL"
	if c.Durable {
		level = "PRAGMA synchronous = FULL"
	}
	if _, err := j.db.Load().ExecContext(ctx, level); err != nil {
		return err
	}
	return j.inTx(ctx, func(tx *sql.Tx) error {
		rev, err := j.next(ctx, tx)
		if err != nil {
			return err
		}
		w := writer{ctx: ctx, tx: tx, rev: rev, self: j.self}
		w.batches(c)
		w.folders(c)
		w.items(c)
		w.past(c.Past)
		w.others(c)
		return w.err
	})
}

// writer makes the parts of a change; after an error it does nothing more.
type writer struct {
	ctx       context.Context
	tx        *sql.Tx
	rev, self int64
	err       error
}

// each runs one statement for all rows.
func each[T any](w *writer, statement string, all []T, columns func(T) []any) {
	if w.err != nil || len(all) == 0 {
		return
	}
	var st *sql.Stmt
	if st, w.err = w.tx.PrepareContext(w.ctx, statement); w.err != nil {
		return
	}
	defer func() { _ = st.Close() }() // the transaction tells what went wrong
	for _, one := range all {
		if _, w.err = st.ExecContext(w.ctx, columns(one)...); w.err != nil {
			return
		}
	}
}

func alone(id int64) []any { return []any{id} }

func (w *writer) batches(c *Change) {
	each(w, "INSERT OR REPLACE INTO batches (id, owner, tied, from_id, to_id, request, rev) VALUES ("+holes(7)+")",
		c.Batches, func(b Batch) []any {
			return []any{b.ID, w.self, b.Tied, b.FromID, b.ToID, b.Request, w.rev}
		})
	each(w, "DELETE FROM batches WHERE id = ?", c.Dropped, alone)
}

func (w *writer) folders(c *Change) {
	const forget = "DELETE FROM folders WHERE batch = ?"
	each(w, forget, c.Walked, alone) // before what may have been begun again since
	each(w, "INSERT OR REPLACE INTO folders VALUES ("+holes(9)+")", c.Folders, func(f Folder) []any {
		return []any{f.Batch, f.From, f.To, f.Name, f.Depth, f.There, f.Walked, f.Item, f.How}
	})
	each(w, forget, c.Dropped, alone)
}

func (w *writer) items(c *Change) {
	each(w, "INSERT OR REPLACE INTO items ("+itemColumns+", rev) VALUES ("+holes(21)+")", c.Items,
		func(it Item) []any {
			return []any{
				it.ID, it.Batch, it.State, it.Place, it.Folder, it.From, it.To, it.Name, it.Size, it.Moved, it.Speed,
				it.Tries, it.Started, it.Ended, it.Until, it.Proof, it.Note, it.Reason, it.Clash, it.How, w.rev,
			}
		})
	each(w, "DELETE FROM items WHERE id = ?", c.Removed, alone)
	each(w, "INSERT OR REPLACE INTO removed VALUES (?, ?)", c.Removed, func(id int64) []any { return []any{id, w.rev} })
}

func (w *writer) others(c *Change) {
	each(w, "INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", c.Settings, func(s Setting) []any {
		return []any{s.Key, s.Value, w.rev}
	})
	each(w, "INSERT INTO orders (process, text) VALUES (?, ?)", c.Orders, func(o Order) []any {
		return []any{o.Process, o.Text}
	})
	each(w, "DELETE FROM orders WHERE id = ?", c.Obeyed, alone)
}

const itemColumns = "id, batch, state, place, folder, from_path, to_path, name, size, moved, speed, tries, " +
	"started, ended, until, proof, note, reason, clash, how"

// News is what was written after a change.
type News struct {
	Rev      int64 // of the latest change
	Batches  []Batch
	Items    []Item
	Removed  []int64
	Settings []Setting
}

// After tells what others wrote after the change since; 0 tells everything that is not this process's own.
func (j *Journal) After(ctx context.Context, since int64) (n News, err error) {
	err = j.inTx(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "SELECT rev FROM changes").Scan(&n.Rev); err != nil || n.Rev == since {
			return err
		}
		if n.Batches, err = batches(ctx, tx, "rev > ? AND owner <> ?", since, j.self); err != nil {
			return err
		}
		n.Items, err = items(ctx, tx, "rev > ? AND batch IN (SELECT id FROM batches WHERE owner <> ?)", since, j.self)
		if err != nil {
			return err
		}
		if since > 0 { // else nobody knows of what is gone
			n.Removed, err = query(ctx, tx, "SELECT id FROM removed WHERE rev > ?", []any{since},
				func(id *int64) []any { return []any{id} })
		}
		if err != nil {
			return err
		}
		n.Settings, err = query(ctx, tx, "SELECT key, value FROM settings WHERE rev > ?", []any{since},
			func(s *Setting) []any { return []any{&s.Key, &s.Value} })
		return err
	})
	return n, err
}

func batches(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]Batch, error) {
	return query(ctx, tx, "SELECT id, owner, tied, from_id, to_id, request FROM batches WHERE "+where, args,
		func(b *Batch) []any { return []any{&b.ID, &b.Owner, &b.Tied, &b.FromID, &b.ToID, &b.Request} })
}

func items(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]Item, error) {
	return query(ctx, tx, "SELECT "+itemColumns+" FROM items WHERE "+where+" ORDER BY id", args,
		func(it *Item) []any {
			return []any{
				&it.ID, &it.Batch, &it.State, &it.Place, &it.Folder, &it.From, &it.To, &it.Name, &it.Size, &it.Moved,
				&it.Speed, &it.Tries, &it.Started, &it.Ended, &it.Until, &it.Proof, &it.Note, &it.Reason, &it.Clash,
				&it.How,
			}
		})
}

// Setting gives one setting of all processes, "" where there is none.
func (j *Journal) Setting(ctx context.Context, key string) (value string, err error) {
	err = j.db.Load().QueryRowContext(ctx, "SELECT value FROM settings WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// Orders gives what others ask of this process, in the order in which they asked.
func (j *Journal) Orders(ctx context.Context) ([]Order, error) {
	return query(ctx, j.db.Load(), "SELECT id, process, text FROM orders WHERE process = ? ORDER BY id", []any{j.self},
		func(o *Order) []any { return []any{&o.ID, &o.Process, &o.Text} })
}

// Unheard reports whether orders of anybody wait to be obeyed by processes that live.
func (j *Journal) Unheard(ctx context.Context) (bool, error) {
	var n int
	err := j.db.Load().QueryRowContext(ctx,
		"SELECT EXISTS (SELECT 1 FROM orders WHERE process IN (SELECT id FROM processes))").Scan(&n)
	return n > 0, err
}
