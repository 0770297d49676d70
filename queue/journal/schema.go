package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// schemaVersion is written into each journal (PRAGMA user_version).
const schemaVersion = 1

// applicationID marks a SQLite file as a journal of ferry: "fery".
const applicationID = 0x66657279

// errForeign says that a SQLite file holds something else.
var errForeign = errors.New("it is no journal of ferry, or one of a later version")

// Every row that another process may want to see carries the number of the change that wrote it last (rev).
const schema = `
CREATE TABLE processes (
	id   INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: IDs of items are built on it
	pid  INTEGER NOT NULL,
	host TEXT NOT NULL,
	beat INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL, rev INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (rev INTEGER NOT NULL);
INSERT INTO changes VALUES (0);
CREATE TABLE batches (
	id      INTEGER PRIMARY KEY,
	owner   INTEGER NOT NULL, -- the process that runs it; 0: none
	tied    INTEGER NOT NULL, -- it belongs to a command, and nobody else begins it by himself
	from_id TEXT NOT NULL,
	to_id   TEXT NOT NULL,
	request TEXT NOT NULL,
	rev     INTEGER NOT NULL
);
CREATE TABLE folders ( -- those of batches that are not walked to the end
	batch     INTEGER NOT NULL,
	from_path TEXT NOT NULL,
	to_path   TEXT NOT NULL,
	name      TEXT NOT NULL,
	depth     INTEGER NOT NULL,
	there     INTEGER NOT NULL, -- the target exists
	walked    INTEGER NOT NULL, -- nothing more is to be found in it
	item      INTEGER NOT NULL, -- that tells about it; 0: none
	how       TEXT NOT NULL,    -- JSON, or empty
	PRIMARY KEY (batch, from_path)
) WITHOUT ROWID;
CREATE TABLE items (
	id        INTEGER PRIMARY KEY,
	batch     INTEGER NOT NULL,
	state     TEXT NOT NULL,
	place     INTEGER NOT NULL,
	folder    INTEGER NOT NULL,
	from_path TEXT NOT NULL,
	to_path   TEXT NOT NULL,
	name      TEXT NOT NULL,
	size      INTEGER NOT NULL, -- octets; -1: unknown
	moved     INTEGER NOT NULL,
	speed     REAL NOT NULL,
	tries     INTEGER NOT NULL,
	started   INTEGER NOT NULL, -- microseconds since 1970; 0: never
	ended     INTEGER NOT NULL,
	until     INTEGER NOT NULL,
	proof     TEXT NOT NULL,
	note      TEXT NOT NULL,
	reason    TEXT NOT NULL, -- JSON, or empty
	clash     TEXT NOT NULL, -- JSON, or empty
	how       TEXT NOT NULL, -- JSON, or empty
	rev       INTEGER NOT NULL
);
CREATE INDEX items_rev ON items (rev);
CREATE TABLE removed (id INTEGER PRIMARY KEY, rev INTEGER NOT NULL);
CREATE TABLE orders (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	process INTEGER NOT NULL, -- that is to obey
	text    TEXT NOT NULL     -- JSON
);
CREATE TABLE origins ( -- of which source an unfinished part is the beginning
	shore TEXT NOT NULL,
	path  TEXT NOT NULL, -- that the part is to get
	text  TEXT NOT NULL, -- JSON
	PRIMARY KEY (shore, path)
) WITHOUT ROWID;
CREATE TABLE history (
	ended     INTEGER NOT NULL,
	started   INTEGER NOT NULL,
	item      INTEGER NOT NULL,
	state     TEXT NOT NULL,
	from_id   TEXT NOT NULL,
	from_path TEXT NOT NULL,
	to_id     TEXT NOT NULL,
	to_path   TEXT NOT NULL,
	size      INTEGER NOT NULL,
	walked    INTEGER NOT NULL, -- octets of the last try
	tries     INTEGER NOT NULL,
	proof     TEXT NOT NULL,
	reason    TEXT NOT NULL,
	note      TEXT NOT NULL
);
CREATE INDEX history_ended ON history (ended);
`

// migrate makes the tables of a new file, and looks whether an old one is what it should be.
func migrate(ctx context.Context, db *sql.DB) error {
	return inTx(ctx, db, func(tx *sql.Tx) error {
		var id, version, tables int
		for question, answer := range map[string]*int{
			"PRAGMA application_id": &id, "PRAGMA user_version": &version, "SELECT count(*) FROM sqlite_master": &tables,
		} {
			if err := tx.QueryRowContext(ctx, question).Scan(answer); err != nil {
				return err
			}
		}
		switch {
		case id == applicationID && version == schemaVersion:
			return nil
		case tables > 0:
			return errForeign
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf(
			"PRAGMA application_id = %d; PRAGMA user_version = %d; %s", applicationID, schemaVersion, schema))
		return err
	})
}
