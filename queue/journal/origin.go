package journal

import (
	"context"
	"database/sql"
	"errors"
)

// Origin gives what was remembered of an unfinished part, "" where there is nothing.
func (j *Journal) Origin(ctx context.Context, shore, path string) (text string, err error) {
	const statement = "SELECT text FROM origins WHERE shore = ? AND path = ?"
	err = j.db.Load().QueryRowContext(ctx, statement, shore, path).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return text, err
}

// SetOrigin remembers something of an unfinished part; with "" it forgets.
func (j *Journal) SetOrigin(ctx context.Context, shore, path, text string) error {
	statement, args := "INSERT OR REPLACE INTO origins VALUES (?, ?, ?)", []any{shore, path, text}
	if text == "" {
		statement, args = "DELETE FROM origins WHERE shore = ? AND path = ?", args[:2]
	}
	_, err := j.db.Load().ExecContext(ctx, statement, args...)
	return err
}
