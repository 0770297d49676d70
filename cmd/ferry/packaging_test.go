//go:build linux

package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

// tool runs a program of .ci/servers and gives all that it says.
func tool(t *testing.T, set, name string, args ...string) string {
	t.Helper()
	path, env, root := ftptest.Tool(t, set, name)
	cmd := exec.Command(path, args...)
	shared := filepath.Join(root, "usr", "share", "groff", "*")
	tmac, _ := filepath.Glob(filepath.Join(shared, "tmac")) // the pattern is well formed
	tmac = append(tmac, filepath.Join(root, "etc", "groff"))
	font, _ := filepath.Glob(filepath.Join(shared, "font"))
	cmd.Env = append(slices.Clone(env), "HOME="+t.TempDir(), "LC_ALL=C.UTF-8", "PATH="+filepath.Dir(path)+":/usr/bin:/bin",
		"GROFF_TMAC_PATH="+strings.Join(tmac, ":"), "GROFF_FONT_PATH="+strings.Join(font, ":"),
		"GROFF_BIN_PATH="+filepath.Dir(path))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// TestCompletionsAreRead by the shells themselves; fish completes by them.
func TestCompletionsAreRead(t *testing.T) {
	sh := newShell(t)
	script := func(shell string) string {
		path := filepath.Join(sh.dir, "completion."+shell)
		writeFile(t, path, []byte(sh.ok("completion", shell)))
		return path
	}
	if out := tool(t, "bash", "bash", "-n", script("bash")); out != "" {
		t.Errorf("bash: %s", out)
	}
	if out := tool(t, "zsh", "zsh", "-f", "-n", script("zsh")); out != "" {
		t.Errorf("zsh: %s", out)
	}
	offers := "set -x PATH " + filepath.Dir(binary) + " $PATH; source " + script("fish") + "; complete -C 'ferry tru'"
	if out := tool(t, "fish", "fish", "--no-config", "-c", offers); !strings.HasPrefix(out, "trust\t") {
		t.Errorf("fish offers %q", out)
	}
}

// TestManPageIsSound: groff warns of nothing.
func TestManPageIsSound(t *testing.T) {
	sh := newShell(t)
	page := filepath.Join(sh.dir, "ferry.1")
	writeFile(t, page, []byte(sh.ok("man")))
	if out := tool(t, "groff", "groff", "-man", "-ww", "-Tutf8", "-z", page); out != "" {
		t.Errorf("groff says\n%s", out)
	}
	if out := tool(t, "groff", "groff", "-man", "-Tutf8", page); !strings.Contains(out, "proxy-password") {
		t.Errorf("the page is\n%s", out)
	}
}

// TestDesktopEntry is what the desktops' own tool accepts.
func TestDesktopEntry(t *testing.T) {
	if out := tool(t, "desktop", "desktop-file-validate", "../../.ci/ferry.desktop"); out != "" {
		t.Errorf("it says %s", out)
	}
}
