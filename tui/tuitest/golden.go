package tuitest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

var update = flag.Bool("update", false, "rewrite the golden files from what the tests got")

// Golden compares a frame with testdata/NAME.golden, its text, and testdata/NAME.ansi, the same with its colours. A
// frame without colours has the first file only. With -update the files are written anew.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	text := filepath.Join("testdata", name+".golden")
	colours := filepath.Join("testdata", name+".ansi")
	plain := ansi.Strip(got)
	if *update {
		write(t, text, plain)
		if plain != got {
			write(t, colours, got)
		}
		return
	}
	if compare(t, text, plain) && plain != got {
		compare(t, colours, got)
	}
}

func write(t testing.TB, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func compare(t testing.TB, file, got string) bool {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Errorf("%v; go test -update writes it. The frame is\n%s", err, got)
		return false
	}
	want := strings.TrimSuffix(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n")
	if got == want {
		return true
	}
	t.Errorf("the frame differs from %s (go test -update rewrites it):\n%s", file, Diff(want, got))
	return false
}

// Diff gives the lines in which two frames differ, those of want behind "-", those of got behind "+".
func Diff(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out strings.Builder
	for i := range max(len(a), len(b)) {
		x, y := lineAt(a, i), lineAt(b, i)
		if x == y {
			continue
		}
		out.WriteString("-" + x + "\n+" + y + "\n")
	}
	return out.String()
}

// lineAt makes sequences readable, and ends of lines visible.
func lineAt(lines []string, i int) string {
	if i >= len(lines) {
		return "(no such line)"
	}
	return strings.ReplaceAll(lines[i], "\x1b", "␛") + "│"
}
