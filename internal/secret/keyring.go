package secret

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"
)

// service is under what name the keyring shows ferry's passwords.
const service = "ferry"

// keyringPatience bounds one request: a keyring that must be unlocked first asks the person, who types. After
// keyringNotice it is told what is waited for.
const (
	keyringPatience = 20 * time.Second
	keyringNotice   = 2 * time.Second
)

// Keyring is the keyring of the system: Secret Service, macOS's Keychain, Windows' Credential Manager. Once it has
// failed or was silent for too long it counts as broken for the rest of the run, so that nobody waits twice.
type Keyring struct {
	patience time.Duration
	tell     func(text string) // what is waited for, and why it is not used; may be nil
	broken   atomic.Pointer[error]
	get      func(service, user string) (string, error)
	set      func(service, user, password string) error
	remove   func(service, user string) error
}

// NewKeyring gives the system's keyring. getenv is os.Getenv as a rule; where it says that there is no D-Bus session,
// no Secret Service is looked for, which could start one. tell is given a sentence when a keyring that is there keeps
// ferry waiting or fails; it may be nil.
func NewKeyring(getenv func(string) string, tell func(text string)) *Keyring {
	k := &Keyring{patience: keyringPatience, tell: tell, get: keyring.Get, set: keyring.Set, remove: keyring.Delete}
	if needsBus && getenv("DBUS_SESSION_BUS_ADDRESS") == "" && !hasBus(getenv("XDG_RUNTIME_DIR")) {
		_ = k.fail(errNoBus) // who asks is told
	}
	return k
}

var errNoBus = errors.New("there is no D-Bus session")

// hasBus reports whether the bus of a systemd session is there, which needs no variable.
func hasBus(runtimeDir string) bool {
	_, err := os.Stat(filepath.Join(runtimeDir, "bus"))
	return runtimeDir != "" && err == nil
}

var _ Store = (*Keyring)(nil)

// Works reports whether the keyring has not failed yet.
func (k *Keyring) Works() bool { return k.broken.Load() == nil }

func (k *Keyring) fail(why error) error {
	err := fmt.Errorf("the system's keyring: %w (%w)", ErrBroken, why)
	if k.broken.CompareAndSwap(nil, &err) && !isAbsent(why) {
		k.say("the system's keyring is not used in this run: " + why.Error())
	}
	return err
}

// isAbsent reports that there is no keyring at all, of which nothing needs to be told.
func isAbsent(why error) bool {
	return errors.Is(why, errNoBus) || errors.Is(why, keyring.ErrUnsupportedPlatform) ||
		strings.Contains(why.Error(), "org.freedesktop.secrets was not provided")
}

func (k *Keyring) say(text string) {
	if k.tell != nil {
		k.tell(text)
	}
}

// Get asks the keyring.
func (k *Keyring) Get(ctx context.Context, key string) (string, error) {
	return k.ask(ctx, func() (string, error) { return k.get(service, key) })
}

// Set gives the keyring a password.
func (k *Keyring) Set(ctx context.Context, key, password string) error {
	_, err := k.ask(ctx, func() (string, error) { return "", k.set(service, key, password) })
	return err
}

// Delete takes a password away.
func (k *Keyring) Delete(ctx context.Context, key string) error {
	_, err := k.ask(ctx, func() (string, error) { return "", k.remove(service, key) })
	if errors.Is(err, ErrNone) {
		return nil
	}
	return err
}

var errSilent = errors.New("it does not answer")

// ask makes a request that may hang. The goroutine of one that does ends with the program, as such a request cannot be
// given up.
func (k *Keyring) ask(ctx context.Context, request func() (string, error)) (string, error) {
	if err := k.broken.Load(); err != nil {
		return "", *err
	}
	type answer struct {
		password string
		err      error
	}
	answered := make(chan answer, 1)
	go func() {
		password, err := request()
		answered <- answer{password, err}
	}()
	patience := time.NewTimer(k.patience)
	defer patience.Stop()
	notice := time.AfterFunc(keyringNotice, func() {
		k.say("waiting for the system's keyring, which may ask for its own password")
	})
	defer notice.Stop()
	select {
	case a := <-answered:
		switch {
		case errors.Is(a.err, keyring.ErrNotFound):
			return "", ErrNone
		case errors.Is(a.err, keyring.ErrSetDataTooBig):
			return "", errors.New("the password is too long for the system's keyring")
		case a.err != nil:
			return "", k.fail(a.err)
		}
		return a.password, nil
	case <-patience.C:
		return "", k.fail(errSilent)
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
