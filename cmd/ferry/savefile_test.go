package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSavedFilesReplaceNothing(t *testing.T) {
	dir := t.TempDir()
	for _, want := range []string{"a.log", "a-2.log", "a-3.log"} {
		path, err := saveIn(dir, "a.log", []byte(want))
		if err != nil || path != filepath.Join(dir, want) {
			t.Fatalf("saved to %s, %v", path, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", path, got, err)
		}
	}
	if _, err := saveIn(filepath.Join(dir, "none"), "a.log", nil); err == nil {
		t.Error("a folder that is not there is no error")
	}
}
