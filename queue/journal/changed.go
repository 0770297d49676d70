package journal

import (
	"context"
	"os"
	"time"
)

// sign is how a file looks from outside.
type sign struct {
	size int64
	time time.Time
}

// settled is how old a file's time must be for a later change to give it another one, on any file system.
const settled = 3 * time.Second

// Changed reports whether another connection wrote since Changed was called last. As every change makes the write-ahead
// log look different, SQLite is asked only where it does.
func (j *Journal) Changed(ctx context.Context) (bool, error) {
	now := signOf(j.path + "-wal")
	if now == j.wal && time.Since(now.time) > settled {
		return false, nil
	}
	var version int64
	if err := j.db.Load().QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return false, err
	}
	changed := version != j.version
	j.version, j.wal = version, now
	return changed, nil
}

func signOf(path string) sign {
	info, err := os.Stat(path)
	if err != nil {
		return sign{}
	}
	return sign{info.Size(), info.ModTime()}
}
