package queue

import (
	"context"
	"encoding/json"
	"time"

	"ferry/internal/vfs"
	"ferry/queue/journal"
)

// keptOrigins remembers in the journal where unfinished parts come from, and as long as the queue lasts also where the
// journal fails.
type keptOrigins struct {
	journal *journal.Journal
	memory  *memory
}

type keptOrigin struct {
	Shore, Path raw
	Size        int64
	ModTime     time.Time
	Precision   vfs.Precision
}

// Origin implements Origins.
func (k keptOrigins) Origin(shore, path string) (Origin, bool) {
	if o, known := k.memory.Origin(shore, path); known {
		return o, true
	}
	ctx, cancel := context.WithTimeout(context.Background(), hearTime)
	defer cancel()
	text, err := k.journal.Origin(ctx, shore, path)
	var o keptOrigin
	if err != nil || text == "" || json.Unmarshal([]byte(text), &o) != nil {
		return Origin{}, false
	}
	return Origin{string(o.Shore), string(o.Path), o.Size, o.ModTime, o.Precision}, true
}

// Remember implements Origins.
func (k keptOrigins) Remember(shore, path string, o Origin) {
	k.memory.Remember(shore, path, o)
	k.set(shore, path, encode(keptOrigin{raw(o.Shore), raw(o.Path), o.Size, o.ModTime, o.Precision}))
}

// Forget implements Origins.
func (k keptOrigins) Forget(shore, path string) {
	k.memory.Forget(shore, path)
	k.set(shore, path, "")
}

// set writes at once. A journal that fails is the clerk's to tell.
func (k keptOrigins) set(shore, path, text string) {
	ctx, cancel := context.WithTimeout(context.Background(), hearTime)
	defer cancel()
	_ = k.journal.SetOrigin(ctx, shore, path, text)
}
