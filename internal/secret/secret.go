// Package secret keeps passwords: in the system's keyring, or in a file that a passphrase encrypts (age), or nowhere,
// where a command prints them. A keyring that is missing, broken or silent stands in nobody's way.
package secret

import (
	"context"
	"errors"
	"net"
	"strconv"
)

// Level says how well a connection must be encrypted before a password is sent over it.
type Level string

// The levels, from the one that demands most.
const (
	TLS   Level = "tls"   // always
	Auto  Level = "auto"  // where the server has it
	Clear Level = "clear" // never
)

// Proxy stands in a level's place where a password is a proxy's: it is for no server, and a server's for no proxy.
const Proxy Level = "proxy"

// weaker gives the levels whose passwords may be used at a level: a password that was given for less demanding
// connections may be sent over a better one, never the other way round.
func (l Level) weaker() []Level {
	switch l {
	case TLS:
		return []Level{TLS, Auto, Clear}
	case Auto:
		return []Level{Auto, Clear}
	case Proxy:
		return []Level{Proxy}
	default:
		return []Level{Clear}
	}
}

// Key says what a password is for. It is given for nothing else.
type Key struct {
	Host  string
	Port  int
	User  string
	Level Level
}

// String gives the key as it is stored: "tls alice@ftp.example.org:21".
func (k Key) String() string {
	return string(k.Level) + " " + k.User + "@" + net.JoinHostPort(k.Host, strconv.Itoa(k.Port))
}

// Errors of stores.
var (
	// ErrNone says that no password is kept under the key.
	ErrNone = errors.New("no password is kept for it")
	// ErrBroken says that a store does not work, whatever is asked of it.
	ErrBroken = errors.New("passwords cannot be kept there")
)

// Store keeps passwords. Its methods are safe for concurrent use.
type Store interface {
	// Get gives the password for exactly this key, or ErrNone.
	Get(ctx context.Context, key string) (string, error)
	// Set keeps a password in place of an earlier one.
	Set(ctx context.Context, key, password string) error
	// Delete forgets a password; it is no error if there is none.
	Delete(ctx context.Context, key string) error
}

// Find gives the password for a connection from the first store that has one. A store that fails is passed over; what
// it said is in the error where no other store helped. Without a failure that error is ErrNone.
func Find(ctx context.Context, k Key, stores ...Store) (string, error) {
	var failed error
	for _, s := range stores {
		password, err := find(ctx, k, s)
		switch {
		case err == nil:
			return password, nil
		case context.Cause(ctx) != nil:
			return "", context.Cause(ctx)
		case !errors.Is(err, ErrNone) && failed == nil:
			failed = err
		}
	}
	if failed != nil {
		return "", failed
	}
	return "", ErrNone
}

func find(ctx context.Context, k Key, s Store) (string, error) {
	for _, level := range k.Level.weaker() {
		k.Level = level
		password, err := s.Get(ctx, k.String())
		if !errors.Is(err, ErrNone) {
			return password, err
		}
	}
	return "", ErrNone
}

// Keep keeps a password in the first store that works, and takes older ones for the same connection out of it.
func Keep(ctx context.Context, k Key, password string, stores ...Store) (err error) {
	err = ErrBroken
	for _, s := range stores {
		if err = s.Set(ctx, k.String(), password); err == nil || context.Cause(ctx) != nil {
			return err
		}
	}
	return err
}

// Drop takes the passwords for a connection out of all stores, at all levels. Stores that do not work hold none that
// anybody could get.
func Drop(ctx context.Context, k Key, stores ...Store) error {
	var failed error
	levels := TLS.weaker()
	if k.Level == Proxy {
		levels = Proxy.weaker()
	}
	for _, s := range stores {
		for _, level := range levels {
			k.Level = level
			if err := s.Delete(ctx, k.String()); err != nil {
				if !errors.Is(err, ErrBroken) {
					failed = err
				}
				break
			}
		}
	}
	return failed
}
