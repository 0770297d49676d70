package secret

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

// memory is a keyring in memory.
func memory() (*Keyring, map[string]string) {
	kept := map[string]string{}
	return &Keyring{
		patience: time.Minute,
		get: func(_, user string) (string, error) {
			if p, found := kept[user]; found {
				return p, nil
			}
			return "", keyring.ErrNotFound
		},
		set: func(_, user, password string) error { kept[user] = password; return nil },
		remove: func(_, user string) error {
			if _, found := kept[user]; !found {
				return keyring.ErrNotFound
			}
			delete(kept, user)
			return nil
		},
	}, kept
}

// broken is a keyring whose every request fails.
func broken() *Keyring {
	failed := errors.New("The name org.freedesktop.secrets was not provided by any .service files")
	return &Keyring{
		patience: time.Minute,
		get:      func(string, string) (string, error) { return "", failed },
		set:      func(string, string, string) error { return failed },
		remove:   func(string, string) error { return failed },
	}
}

// encrypted is a file that is opened by a passphrase; asked counts the questions.
func encrypted(dir, passphrase string) (f *File, asked *int) {
	asked = new(int)
	f = NewFile(dir, func(context.Context, bool, bool) (string, error) {
		*asked++
		return passphrase, nil
	})
	f.work = 4 // quick
	return f, asked
}

var alice = Key{"h", 21, "alice", Auto}

func TestPasswordsAreBound(t *testing.T) {
	ctx := context.Background()
	ring, _ := memory()
	file, _ := encrypted(t.TempDir(), "open sesame")
	for _, s := range []Store{ring, file} {
		if err := Keep(ctx, alice, "pw", s); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			key  Key
			want error
		}{
			{alice, nil},
			{Key{"h", 21, "alice", TLS}, nil}, // better encrypted than it was meant to be
			{Key{"h", 21, "alice", Clear}, ErrNone},
			{Key{"h", 22, "alice", Auto}, ErrNone},
			{Key{"i", 21, "alice", Auto}, ErrNone},
			{Key{"h", 21, "bob", Auto}, ErrNone},
			{Key{"h", 21, "alice", Proxy}, ErrNone},
		} {
			if got, err := Find(ctx, tt.key, s); !errors.Is(err, tt.want) || err == nil && got != "pw" {
				t.Errorf("%T: for %v it is %q, %v", s, tt.key, got, err)
			}
		}
		if err := Drop(ctx, alice, s); err != nil {
			t.Fatal(err)
		}
		if _, err := Find(ctx, alice, s); !errors.Is(err, ErrNone) {
			t.Errorf("%T: it is still there: %v", s, err)
		}
	}
}

func TestBrokenKeyringStandsInNobodysWay(t *testing.T) {
	ctx := context.Background()
	ring := broken()
	file, _ := encrypted(t.TempDir(), "open sesame")
	if _, err := Find(ctx, alice, ring, file); !errors.Is(err, ErrBroken) || ring.Works() {
		t.Errorf("the error is %v", err)
	}
	if err := Keep(ctx, alice, "pw", ring, file); err != nil {
		t.Fatal(err)
	}
	if got, err := Find(ctx, alice, ring, file); got != "pw" || err != nil {
		t.Errorf("it is %q, %v", got, err)
	}
	if err := Drop(ctx, alice, ring, file); err != nil {
		t.Error(err)
	}
}

// TestSilentKeyring hangs for ever; it is waited for once.
func TestSilentKeyring(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	asked := make(chan struct{}, 10)
	var told []string
	tell := func(text string) { told = append(told, text) }
	k := &Keyring{patience: time.Millisecond, tell: tell, get: func(string, string) (string, error) {
		asked <- struct{}{}
		<-hang
		return "", nil
	}}
	for range 3 {
		if _, err := Find(context.Background(), alice, k); !errors.Is(err, ErrBroken) || !errors.Is(err, errSilent) {
			t.Errorf("the error is %v", err)
		}
	}
	<-asked
	if len(asked) > 0 {
		t.Error("it was asked again")
	}
	if want := "the system's keyring is not used in this run: it does not answer"; !slices.Equal(told, []string{want}) {
		t.Errorf("it is told: %q", told)
	}
	k = &Keyring{patience: time.Hour, get: k.get}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Find(ctx, alice, k); !errors.Is(err, context.Canceled) || !k.Works() {
		t.Errorf("it cannot be given up: %v", err)
	}
}

func TestNoBusNoKeyring(t *testing.T) {
	if !needsBus {
		t.Skip("this system's keyring needs no D-Bus")
	}
	k := NewKeyring(func(string) string { return "" }, func(text string) { t.Errorf("it is told: %s", text) })
	if _, err := k.Get(context.Background(), "x"); !errors.Is(err, ErrBroken) || k.Works() {
		t.Errorf("the error is %v", err)
	}
}

func TestFileIsUnlockedOnce(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	f, asked := encrypted(dir, "open sesame")
	if _, err := f.Get(ctx, "k"); !errors.Is(err, ErrNone) || *asked > 0 {
		t.Errorf("without a file: %v, %d questions", err, *asked)
	}
	for _, k := range []string{"k", "l", "k"} {
		if err := f.Set(ctx, k, "s3cret of "+k); err != nil {
			t.Fatal(err)
		}
	}
	again, askedAgain := encrypted(dir, "open sesame")
	for range 2 {
		if got, err := again.Get(ctx, "l"); got != "s3cret of l" || err != nil {
			t.Errorf("it is %q, %v", got, err)
		}
	}
	if *asked != 1 || *askedAgain != 1 {
		t.Errorf("it was asked %d and %d times", *asked, *askedAgain)
	}
	path := filepath.Join(dir, "secrets.age")
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), "s3cret") || !strings.HasPrefix(string(text), "-----BEGIN AGE") {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v", info.Mode())
	}
}

func TestWrongPassphrase(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	f, _ := encrypted(dir, "right")
	if err := f.Set(ctx, "k", "pw"); err != nil {
		t.Fatal(err)
	}
	f, asked := encrypted(dir, "wrong")
	if _, err := f.Get(ctx, "k"); !errors.Is(err, ErrPassphrase) || *asked != mostTries {
		t.Errorf("the error is %v after %d questions", err, *asked)
	}
	if err := f.Set(ctx, "k", "new"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("the error is %v", err)
	}
	var told []bool
	f.ask = func(_ context.Context, _, again bool) (string, error) {
		told = append(told, again)
		return map[bool]string{false: "typo", true: "right"}[again], nil
	}
	if got, err := f.Get(ctx, "k"); got != "pw" || err != nil || len(told) != 2 || told[0] || !told[1] {
		t.Errorf("it is %q, %v after %v", got, err, told)
	}
}

func TestDamagedFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secrets.age"), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, _ := encrypted(dir, "right")
	if _, err := f.Get(context.Background(), "k"); err == nil || errors.Is(err, ErrNone) {
		t.Errorf("the error is %v", err)
	}
	if f.Set(context.Background(), "k", "v") == nil {
		t.Error("it was overwritten")
	}
}

func TestFromCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands of this test are sh's")
	}
	ctx := context.Background()
	for command, want := range map[string]string{
		"echo pw": "pw", "printf 'p w\\r\\nsecond'": "p w", "printf pw; echo s3cret >&2": "pw",
	} {
		if got, err := FromCommand(ctx, command); got != want || err != nil {
			t.Errorf("%s gives %q, %v", command, got, err)
		}
	}
	for _, command := range []string{"true", "echo s3cret; exit 3", "echo s3cret >&2; exit 1", "no-such-command 2>&1"} {
		if got, err := FromCommand(ctx, command); got != "" || err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s gives %q, %v", command, got, err)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := FromCommand(cancelled, "sleep 1000"); !errors.Is(err, context.Canceled) {
		t.Errorf("it cannot be given up: %v", err)
	}
}
