// Package trust keeps the certificates that a person has decided to trust for good, by the server that showed them.
package trust

import (
	"context"
	"encoding/hex"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ferry/internal/xdg"

	"github.com/pelletier/go-toml/v2"
)

// Pin is a certificate that is trusted at one server, and nowhere else. All but Address and SHA256 is for people.
type Pin struct {
	Address string    `toml:"-" json:"address"` // host:port
	SHA256  string    `toml:"sha256" json:"sha256"`
	Subject string    `toml:"subject,omitempty" json:"subject,omitempty"`
	Until   time.Time `toml:"until,omitempty" json:"until,omitzero"` // the end of the certificate's own time
	Since   time.Time `toml:"since" json:"since"`                    // when it was trusted
}

// Hash gives the hash, and whether it is one.
func (p Pin) Hash() (sum [32]byte, ok bool) {
	raw, err := hex.DecodeString(strings.ReplaceAll(p.SHA256, ":", ""))
	if err != nil || len(raw) != len(sum) {
		return sum, false
	}
	return [32]byte(raw), true
}

// Store is the file of trusted certificates. It is safe for concurrent use, also by several processes.
type Store struct{ path string }

// NewStore gives the store whose file is in dir, the folder of data.
func NewStore(dir string) *Store {
	if dir == "" {
		return &Store{}
	}
	return &Store{filepath.Join(dir, "trusted.toml")}
}

// Path names the file.
func (s *Store) Path() string { return s.path }

const head = "# Certificates that you trust although nobody known vouches for them, by host:port.\n\n"

// ErrDamaged says that the file cannot be read, so that nobody knows what is trusted.
var ErrDamaged = errors.New("the file of trusted certificates is damaged")

func parse(text []byte) (map[string]Pin, error) {
	all := map[string]Pin{}
	if err := toml.Unmarshal(text, &all); err != nil {
		return nil, ErrDamaged
	}
	for address, pin := range all {
		if _, ok := pin.Hash(); !ok {
			return nil, ErrDamaged
		}
		pin.Address = address
		all[address] = pin
	}
	return all, nil
}

// Find gives the certificate that is trusted at a server. While the file is damaged nothing can be said, which is an
// error: else a certificate that has changed would pass for a first one.
func (s *Store) Find(address string) (Pin, bool, error) {
	text, err := xdg.Read(s.path)
	if err != nil {
		return Pin{}, false, err
	}
	all, err := parse(text)
	pin, found := all[strings.ToLower(address)]
	return pin, found, err
}

// List gives all trusted certificates by their servers.
func (s *Store) List() ([]Pin, error) {
	text, err := xdg.Read(s.path)
	if err != nil {
		return nil, err
	}
	all, err := parse(text)
	if err != nil {
		return nil, err
	}
	pins := make([]Pin, 0, len(all))
	for _, pin := range all {
		pins = append(pins, pin)
	}
	slices.SortFunc(pins, func(a, b Pin) int { return strings.Compare(a.Address, b.Address) })
	return pins, nil
}

// Add trusts a certificate at its server, in place of an earlier one.
func (s *Store) Add(ctx context.Context, pin Pin) error {
	return s.change(ctx, func(all map[string]Pin) error {
		all[strings.ToLower(pin.Address)] = pin
		return nil
	})
}

// ErrUnknown says that no certificate is trusted at a server.
var ErrUnknown = errors.New("no certificate is trusted there")

// Remove trusts the certificate of a server no more.
func (s *Store) Remove(ctx context.Context, address string) error {
	return s.change(ctx, func(all map[string]Pin) error {
		address = strings.ToLower(address)
		if _, found := all[address]; !found {
			return ErrUnknown
		}
		delete(all, address)
		return nil
	})
}

func (s *Store) change(ctx context.Context, change func(map[string]Pin) error) error {
	return xdg.Update(ctx, s.path, func(old []byte) ([]byte, error) {
		all, err := parse(old)
		if err != nil {
			return nil, err
		}
		if err := change(all); err != nil {
			return nil, err
		}
		text, err := toml.Marshal(all)
		return append([]byte(head), text...), err
	})
}
