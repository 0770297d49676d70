package queue

import (
	"context"
	"encoding/json"
	"maps"
	"sync"
	"time"

	"ferry/internal/vfs"
	"ferry/queue/journal"
)

// keptOrigins remembers in the journal where unfinished parts come from, and as long as the queue lasts also where the
// journal fails. What it could not write then is written later.
type keptOrigins struct {
	journal *journal.Journal
	memory  *memory

	mu   sync.Mutex
	owed map[place]string // what is not written yet
}

func newKeptOrigins(j *journal.Journal) *keptOrigins {
	return &keptOrigins{journal: j, memory: newMemory(), owed: map[place]string{}}
}

type keptOrigin struct {
	Shore, Path raw
	Size        int64
	ModTime     time.Time
	Precision   vfs.Precision
}

// Origin implements Origins.
func (k *keptOrigins) Origin(shore, path string) (Origin, bool) {
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
func (k *keptOrigins) Remember(shore, path string, o Origin) {
	k.memory.Remember(shore, path, o)
	k.set(shore, path, o.text())
}

func (o Origin) text() string {
	return encode(keptOrigin{raw(o.Shore), raw(o.Path), o.Size, o.ModTime, o.Precision})
}

// beginAnew lets all that this process knows be written into a journal that knows nothing of it.
func (k *keptOrigins) beginAnew() {
	k.memory.mu.Lock()
	defer k.memory.mu.Unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	for at, o := range k.memory.all {
		k.owed[at] = o.text()
	}
}

// Forget implements Origins.
func (k *keptOrigins) Forget(shore, path string) {
	k.memory.Forget(shore, path)
	k.set(shore, path, "")
}

// set writes at once, unless the journal fails, which is the clerk's to tell.
func (k *keptOrigins) set(shore, path, text string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := place{shore, path}
	if len(k.owed) > 0 { // nobody waits for a journal that fails
		k.owed[at] = text
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), hearTime)
	defer cancel()
	if k.journal.SetOrigin(ctx, shore, path, text) != nil {
		k.owed[at] = text
	}
}

// catchUp writes what could not be written before. No worker waits for that.
func (k *keptOrigins) catchUp(ctx context.Context) error {
	k.mu.Lock()
	owed := maps.Clone(k.owed)
	k.mu.Unlock()
	for at, text := range owed {
		if err := k.journal.SetOrigin(ctx, at.shore, at.path, text); err != nil {
			return err
		}
		k.mu.Lock()
		if k.owed[at] == text {
			delete(k.owed, at)
		}
		k.mu.Unlock()
	}
	return nil
}
