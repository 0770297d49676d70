package xdg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
)

func TestFind(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Setenv("USERPROFILE", `C:\home`)
	}
	t.Setenv("HOME", "/home/alice")
	vars := map[string]string{"XDG_CONFIG_HOME": filepath.Join(t.TempDir(), "cfg"), "XDG_STATE_HOME": "relative"}
	d := Find(func(name string) string { return vars[name] })
	if d.Config != filepath.Join(vars["XDG_CONFIG_HOME"], "ferry") {
		t.Errorf("settings live in %q", d.Config)
	}
	if runtime.GOOS == "windows" {
		return
	}
	want := Dirs{
		Config: d.Config, Data: "/home/alice/.local/share/ferry", State: "/home/alice/.local/state/ferry",
		Cache: "/home/alice/.cache/ferry",
	}
	if d != want {
		t.Errorf("the folders are %+v, want %+v", d, want)
	}
}

func TestFindWithoutHome(t *testing.T) {
	t.Setenv("HOME", "")
	t.Setenv("USERPROFILE", "")
	if d := Find(func(string) string { return "" }); d != (Dirs{}) {
		t.Errorf("the folders are %+v", d)
	}
	if err := Write("", nil); !errors.Is(err, ErrNoFolder) {
		t.Errorf("nowhere was written: %v", err)
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "er", "file")
	for _, text := range []string{"one", "two and more", ""} {
		if err := Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(path); err != nil || string(got) != text {
			t.Errorf("it holds %q, %v", got, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
	left, _ := os.ReadDir(filepath.Dir(path))
	if len(left) != 1 {
		t.Errorf("beside it lie %v", left)
	}
}

func TestWriteFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	original, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(original, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(original, link); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(original); string(got) != "new" {
		t.Errorf("behind the link is %q", got)
	}
}

// TestUpdateTogether counts in a file from many sides; no count is lost.
func TestUpdateTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "count")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			err := Update(context.Background(), path, func(old []byte) ([]byte, error) {
				n, _ := strconv.Atoi(string(old))
				return strconv.AppendInt(nil, int64(n+1), 10), nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, _ := Read(path); string(got) != "20" {
		t.Errorf("it was counted to %s", got)
	}
}

func TestUpdateGivesUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	unlock, err := Lock(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err = Update(ctx, path, func([]byte) ([]byte, error) { return []byte("x"), nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it waited for the lock: %v", err)
	}
	unlock()
	refused := errors.New("no")
	if err := Update(context.Background(), path, func([]byte) ([]byte, error) { return nil, refused }); err != refused {
		t.Errorf("the refusal is %v", err)
	}
}
