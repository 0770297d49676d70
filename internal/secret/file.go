package secret

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"ferry/internal/xdg"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// Ask asks the person for the passphrase of the file: fresh tells that there is no file yet, again that the last one
// was wrong.
type Ask func(ctx context.Context, fresh, again bool) (string, error)

// File is a file of passwords, encrypted by age under a passphrase, which is asked for once in a run. In the file there
// is one JSON object: passwords by keys.
type File struct {
	path string
	ask  Ask
	work int // of scrypt, as a power of 2; 0: age's own

	mu         sync.Mutex // one question at a time
	passphrase string
}

// NewFile gives the file of passwords in dir, the folder of data.
func NewFile(dir string, ask Ask) *File {
	f := &File{ask: ask}
	if dir != "" {
		f.path = filepath.Join(dir, "secrets.age")
	}
	return f
}

var _ Store = (*File)(nil)

// mostTries bounds how often a passphrase is asked for.
const mostTries = 3

// ErrPassphrase says that nobody knew the passphrase.
var ErrPassphrase = errors.New("the passphrase of ferry's password file is wrong")

// Exists reports whether there is a file.
func (f *File) Exists() bool {
	text, err := xdg.Read(f.path)
	return err == nil && len(text) > 0
}

// Get gives a password. Where there is no file nobody is asked.
func (f *File) Get(ctx context.Context, key string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	text, err := xdg.Read(f.path)
	if err != nil || len(text) == 0 {
		return "", ErrNone
	}
	all, err := f.unlock(ctx, text)
	if err != nil {
		return "", err
	}
	if password, kept := all[key]; kept {
		return password, nil
	}
	return "", ErrNone
}

// Set keeps a password.
func (f *File) Set(ctx context.Context, key, password string) error {
	return f.change(ctx, func(all map[string]string) { all[key] = password })
}

// Delete forgets a password. Where there is no file nobody is asked.
func (f *File) Delete(ctx context.Context, key string) error {
	if !f.Exists() {
		return nil
	}
	return f.change(ctx, func(all map[string]string) { delete(all, key) })
}

// change asks for the passphrase first, so that no other process waits for a person.
func (f *File) change(ctx context.Context, change func(map[string]string)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	text, err := xdg.Read(f.path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if f.passphrase == "" {
		if _, err := f.unlock(ctx, text); err != nil {
			return err
		}
	}
	return xdg.Update(ctx, f.path, func(old []byte) ([]byte, error) {
		all, err := f.unlock(ctx, old)
		if err != nil {
			return nil, err
		}
		change(all)
		return f.encrypt(all)
	})
}

// unlock decrypts a text by the passphrase, which the person is asked for if it is not known yet.
func (f *File) unlock(ctx context.Context, text []byte) (map[string]string, error) {
	fresh := len(text) == 0
	for try := range mostTries {
		if f.passphrase == "" {
			given, err := f.ask(ctx, fresh, try > 0)
			if err != nil {
				return nil, err
			}
			f.passphrase = given
		}
		if f.passphrase == "" {
			return nil, errors.New("a passphrase must not be empty")
		}
		if fresh {
			return map[string]string{}, nil
		}
		all, err := decrypt(text, f.passphrase)
		if !errors.Is(err, ErrPassphrase) {
			return all, err
		}
		f.passphrase = ""
	}
	return nil, ErrPassphrase
}

func decrypt(text []byte, passphrase string) (map[string]string, error) {
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(text)), id)
	var wrong *age.NoIdentityMatchError
	switch {
	case errors.As(err, &wrong):
		return nil, ErrPassphrase
	case err != nil:
		return nil, fmt.Errorf("ferry's password file is damaged: %w", err)
	}
	plain, err := io.ReadAll(r)
	all := map[string]string{}
	if err == nil {
		err = json.Unmarshal(plain, &all)
	}
	clear(plain)
	if err != nil {
		return nil, errors.New("ferry's password file is damaged") // no part of it is told
	}
	return all, nil
}

func (f *File) encrypt(all map[string]string) ([]byte, error) {
	to, err := age.NewScryptRecipient(f.passphrase)
	if err != nil {
		return nil, err
	}
	if f.work > 0 {
		to.SetWorkFactor(f.work)
	}
	plain, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	var out bytes.Buffer
	armored := armor.NewWriter(&out)
	w, err := age.Encrypt(armored, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := errors.Join(w.Close(), armored.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
