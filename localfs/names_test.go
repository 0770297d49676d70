package localfs

import (
	"errors"
	"strings"
	"testing"

	"ferry/internal/vfs"
)

func TestCheckName(t *testing.T) {
	everywhere := []string{"", ".", "..", "a/b", "/", "../x", "a\x00b", strings.Repeat("é", 128)}
	windowsOnly := []string{
		`..\x`, "C:x", "x:stream", "CON", "con.txt", "nul .txt", "Com1", "LPT9.x", "COM¹", "CONIN$", "a.", "a ", "a?b", "a*",
		"a|b", `a"b`, "a<b", "a>b", "a\tb", "a\xff",
	}
	fine := []string{
		"a", ".a", "...a", "-", "~", "con1", "COM", "COM10", "console.txt", "tiếng Việt", "日本語", "a b", "{x}", "x'y",
		strings.Repeat("x", 255),
	}
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for _, name := range everywhere {
			if goos == "windows" && len(name) > 200 { // 128 characters there
				continue
			}
			mustRefuse(t, goos, name)
		}
		for _, name := range fine {
			if err := checkName(goos, name); err != nil {
				t.Errorf("%s: %v", goos, err)
			}
		}
	}
	for _, name := range windowsOnly {
		mustRefuse(t, "windows", name)
		if err := checkName("linux", name); err != nil {
			t.Errorf("linux: %v", err)
		}
	}
	mustRefuse(t, "darwin", "a\xff")
	mustRefuse(t, "windows", strings.Repeat("€", 256))
}

func mustRefuse(t *testing.T, goos, name string) {
	t.Helper()
	var told *vfs.Failure
	err := checkName(goos, name)
	if !errors.Is(err, vfs.ErrUnsafeName) || !errors.As(err, &told) || told.Said == "" {
		t.Errorf("%s: the name %q gave %v", goos, name, err)
	}
}

// TestHeldNames: what one system cannot hold it holds under another name, and knows the way back.
func TestHeldNames(t *testing.T) {
	for _, c := range []struct{ goos, name, held string }{
		{"windows", "a:b", "a%3Ab"},
		{"windows", `a<>"\|?*b`, "a%3C%3E%22%5C%7C%3F%2Ab"},
		{"windows", "a.", "a%2E"},
		{"windows", "a. ", "a.%20"},
		{"windows", "CON", "%43ON"},
		{"windows", "nul.txt", "%6Eul.txt"},
		{"windows", "a\nb", "a%0Ab"},
		{"windows", "a\xffb", "a%FFb"},
		{"windows", "a\uFFFDb", "a\uFFFDb"},
		{"windows", "a b.txt", "a b.txt"},
		{"windows", "a%3Ab", "a%253Ab"},
		{"darwin", "a\xffb", "a%FFb"},
		{"darwin", "a:b", "a:b"},
		{"linux", "a:b\xff\n.", "a:b\xff\n."},
		{"linux", "a%3Ab", "a%3Ab"},
		{"windows", "..", ".."},
		{"windows", "../x", "../x"},
		{"linux", "", ""},
	} {
		held := heldName(c.goos, c.name)
		if back := escaping(c.goos).Original(held); held != c.held || back != c.name {
			t.Errorf("%s: %q is held as %q and comes back as %q", c.goos, c.name, held, back)
		}
	}
	for _, goos := range []string{"linux", "darwin", "windows"} {
		if err := checkName(goos, heldName(goos, strings.Repeat("é:", 200)+".txt")); err != nil {
			t.Error(goos, err)
		}
	}
}

func TestNameCase(t *testing.T) {
	for goos, want := range map[string]vfs.Case{
		"linux": vfs.CaseCounts, "darwin": vfs.CaseIgnored, "windows": vfs.CaseIgnored,
	} {
		if got := nameCase(goos); got != want {
			t.Errorf("%s: %d, want %d", goos, got, want)
		}
	}
}
