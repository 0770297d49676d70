package journal

import (
	"context"
	"database/sql"
	"strings"
)

// Past is how an item ended. An item that is tried again may end more than once.
type Past struct {
	Item           int64
	Started, Ended int64 // microseconds since 1970
	State          string
	FromID, From   string
	ToID, To       string
	Size, Walked   int64 // octets: of the whole, and of what the last try moved
	Tries          int
	Proof          string
	Reason, Note   string
}

const pastColumns = "item, started, ended, state, from_id, from_path, to_id, to_path, size, walked, tries, proof, " +
	"reason, note"

func (w *writer) past(all []Past) {
	each(w, "INSERT INTO history ("+pastColumns+") VALUES ("+holes(14)+")", all, func(p Past) []any {
		return []any{
			p.Item, p.Started, p.Ended, p.State, p.FromID, p.From, p.ToID, p.To, p.Size, p.Walked, p.Tries, p.Proof,
			p.Reason, p.Note,
		}
	})
}

// Filter says which part of history is wanted.
type Filter struct {
	Since int64  // microseconds since 1970
	State string // "": any
	Text  string // part of a path or shore, whatever its case in ASCII; "": any
	Most  int    // the latest ones; 0: all
}

// History gives what ended, the latest first.
func (j *Journal) History(ctx context.Context, f Filter) ([]Past, error) {
	where, args := []string{"ended >= ?"}, []any{f.Since}
	if f.State != "" {
		where, args = append(where, "state = ?"), append(args, f.State)
	}
	if f.Text != "" {
		where = append(where, `instr(lower(from_id || ' ' || from_path || ' ' || to_id || ' ' || to_path), lower(?)) > 0`)
		args = append(args, f.Text)
	}
	text := "SELECT " + pastColumns + " FROM history WHERE " + strings.Join(where, " AND ") +
		" ORDER BY ended DESC, rowid DESC"
	if f.Most > 0 {
		text, args = text+" LIMIT ?", append(args, f.Most)
	}
	return query(ctx, j.db.Load(), text, args, func(p *Past) []any {
		return []any{
			&p.Item, &p.Started, &p.Ended, &p.State, &p.FromID, &p.From, &p.ToID, &p.To, &p.Size, &p.Walked, &p.Tries,
			&p.Proof, &p.Reason, &p.Note,
		}
	})
}

// Prune forgets what ended before a time, and traces of items that are gone, which only running processes need: alone
// is whether there is none but this one.
func (j *Journal) Prune(ctx context.Context, before int64) error {
	return j.inTx(ctx, func(tx *sql.Tx) error {
		for _, statement := range []string{
			"DELETE FROM history WHERE ended < ?1",
			"DELETE FROM removed WHERE (SELECT count(*) FROM processes) <= 1 AND ?1 >= 0",
		} {
			if _, err := tx.ExecContext(ctx, statement, before); err != nil {
				return err
			}
		}
		return nil
	})
}
