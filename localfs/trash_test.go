package localfs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/localfs"
)

func TestTrash(t *testing.T) {
	dir, home := filepath.Join(t.TempDir(), "Trash"), t.TempDir()
	trash := localfs.NewTrash(dir)
	path := filepath.Join(home, "a b%.txt")
	var restores []func() error
	for _, text := range []string{"one", "two"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		restore, err := trash.Put(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		restores = append(restores, func() error { return restore(t.Context()) })
	}
	info, err := os.ReadFile(filepath.Join(dir, "info", "a b%.txt.2.trashinfo"))
	if err != nil || !strings.HasPrefix(string(info), "[Trash Info]\nPath=") ||
		!strings.Contains(string(info), "/a%20b%25.txt\nDeletionDate=2") {
		t.Errorf("%q, %v", info, err)
	}
	if err := restores[0](); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "one" {
		t.Errorf("came back as %q", text)
	}
	if err := restores[1](); err == nil {
		t.Error("what is there was replaced")
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "info")); len(left) != 1 {
		t.Errorf("there are %d descriptions", len(left))
	}
	if _, err := trash.Put(t.Context(), filepath.Join(home, "nothing")); err == nil {
		t.Error("what is not there went to the trash")
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "info")); len(left) != 1 {
		t.Errorf("there are %d descriptions", len(left))
	}
}
