package site

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"time"

	"ferry/internal/xdg"
)

// Recent is a place where the person has been. It holds no secret.
type Recent struct {
	Address string    `json:"address"` // a URL without a password, or the name of a site
	At      time.Time `json:"at"`
}

// Recents remember the latest places, in a file for all processes.
type Recents struct{ path string }

// NewRecents gives the recent places whose file is in dir, the folder of state.
func NewRecents(dir string) *Recents {
	if dir == "" {
		return &Recents{}
	}
	return &Recents{filepath.Join(dir, "recent.json")}
}

const mostRecents = 20

// Load gives the recent places, the latest first. A file that cannot be read has nothing to say.
func (r *Recents) Load() []Recent {
	text, _ := xdg.Read(r.path)
	return recentsFrom(text)
}

func recentsFrom(text []byte) []Recent {
	var all []Recent
	if json.Unmarshal(text, &all) != nil {
		return nil
	}
	return all
}

// Add puts a place first.
func (r *Recents) Add(ctx context.Context, address string, now time.Time) error {
	return r.change(ctx, address, func(others []Recent) []Recent {
		return slices.Insert(others, 0, Recent{address, now.UTC().Truncate(time.Second)})
	})
}

// Remove forgets a place.
func (r *Recents) Remove(ctx context.Context, address string) error {
	return r.change(ctx, address, func(others []Recent) []Recent { return others })
}

// change replaces what there is by what change makes of all but one address.
func (r *Recents) change(ctx context.Context, address string, change func(others []Recent) []Recent) error {
	return xdg.Update(ctx, r.path, func(old []byte) ([]byte, error) {
		others := slices.DeleteFunc(recentsFrom(old), func(o Recent) bool { return o.Address == address })
		all := change(others)
		return json.MarshalIndent(all[:min(len(all), mostRecents)], "", "  ")
	})
}
