package tui

import (
	"context"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"ferry/internal/vfs"
	"ferry/tui/terminal"
)

func (h *harness) modeOf(path string) string {
	h.local.mu.Lock()
	defer h.local.mu.Unlock()
	return fmt.Sprintf("%04o", h.local.entries[path].Mode.Perm())
}

func TestChmodByDigits(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("/", "main.js", "enter", "gm")
	h.shows("octal 644  rw-r--r--")
	h.press("6", "0", "0")
	h.shows("octal 600  rw-------")
	h.press("enter")
	h.shows("permissions of 1 item changed")
	if got := h.modeOf(site + "/main.js"); got != "0600" {
		t.Errorf("it is %s", got)
	}
}

func TestChmodByBoxesKeepsWhatDiffers(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("/", "deploy.sh", "enter", "space", "space", "gm") // deploy.sh is 755, index.html 644
	h.shows("Permissions of 2 items")
	h.shows("octal ---  rw?r-?r-?")
	h.press("right", "right", "space") // as it is → set
	h.press("down", "left", "space", "space")
	h.press("enter")
	h.shows("permissions of 2 items changed")
	if a, b := h.modeOf(site+"/deploy.sh"), h.modeOf(site+"/index.html"); a != "0775" || b != "0764" {
		t.Errorf("they are %s and %s", a, b)
	}
}

func TestChmodGoesIntoFolders(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("/", "css", "enter", "gm")
	h.shows("octal 755")
	h.press("tab", "space")
	h.shows("octal 644  rw-r--r--  for files")
	h.press("7", "0", "0", "down", "6", "0", "0", "enter")
	h.shows("permissions of 3 items changed")
	if a, b := h.modeOf(site+"/css"), h.modeOf(site+"/css/site.css"); a != "0700" || b != "0600" {
		t.Errorf("they are %s and %s", a, b)
	}
}

func TestChmodListsErrorsAndSaysWhyItCannot(t *testing.T) {
	h := start(t, 120, 36).ready()
	kind := fs.ErrPermission
	h.remote.refuse = func(op, p string) error {
		if op == "chmod" {
			return &vfs.Failure{Step: "change the permissions of " + p, Said: "550 no", Kind: kind}
		}
		return nil
	}
	h.press("2", "end", "k", "space", "space", "gm", "enter")
	h.shows("! permissions of 0 items changed, 2 not")
	h.pass(grace)
	h.press("enter")
	h.gone("not ─")
	kind = vfs.ErrNotSupported
	h.press("gm", "enter")
	h.shows("! Nothing was done")
	h.pass(grace)
	h.press("enter")
	h.remote.lacks = true
	h.press("gm")
	h.shows("ftp.example.org cannot change permissions: it has no SITE CHMOD.")
}

func TestChmodOfUnknownModes(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, _ *Deps) {
		e := h.remote.entries["/www/site/main.js"]
		e.ModeKnown = false
		h.remote.entries["/www/site/main.js"] = e
	}).ready()
	h.press("2", "/", "main.js", "enter", "gm", "enter")
	h.shows("choose every box")
	h.press("6", "4", "0", "enter")
	h.shows("permissions of 1 item changed")
}

func TestProperties(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.remote.hashes = []vfs.HashKind{vfs.MD5}
	h.press("2", "/", "main.js", "enter", "g.")
	for _, want := range []string{
		"316,416 octets (309K)", "2026-11-12 10:00:00 UTC", "0644  rw-r--r--", "/www/site/main.js",
		"ftp://alice@ftp.example.org//www/site/main.js",
	} {
		h.shows(want)
	}
	h.press("h")
	h.shows("MD5       sum of /www/site/main.js by MD5")
	h.press("esc")
	h.gone("octets")
	h.remote.hashes = nil
	h.press("g.", "h")
	h.shows("the server has no command for that")
}

func TestHashingIsStopped(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.local.hashes = []vfs.HashKind{vfs.SHA512, vfs.SHA256}
	h.local.block = func(ctx context.Context, op, _ string) {
		if op == "hash" {
			<-ctx.Done()
		}
	}
	h.press("/", "main.js", "enter", "g.", "h")
	h.shows("hashing… Esc stops")
	h.press("esc")
	h.gone("hashing…")
}

func TestCopyAddress(t *testing.T) {
	out, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	h := start(t, 120, 36, func(_ *harness, d *Deps) { d.Terminal.Voice = terminal.NewVoice(out) }).ready()
	said := func() string {
		text, _ := os.ReadFile(out.Name())
		return string(text)
	}
	copied := func(text string) {
		t.Helper()
		h.until("the clipboard holding "+text, func() bool { return strings.Contains(said(), osc52(text)) })
	}
	h.press("Y")
	copied(site)
	h.press("2", "/", "main.js", "enter", "Y")
	h.shows("URL sent to the clipboard of the terminal: ftp://alice@ftp.example.org//www/site/main.js")
	copied("ftp://alice@ftp.example.org//www/site/main.js")
	h.press("space", "space", "gy")
	h.shows("2 paths sent to the clipboard")
	copied("/www/site/main.js\n/www/site/README.md")
	h.press("1", "end", "gy")
	copied("file:///home/alice/projects/site/%E6%95%B0%E6%8D%AE%E5%A4%87%E4%BB%BD-2026.tar.gz")
}

func TestAttributeFrames(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
		h := start(t, size[0], size[1]).ready()
		h.press("/", "main.js", "enter", "gm")
		h.frame("chmod")
		h.press("esc", "A", "gm", "7", "5")
		h.frame("chmod-many")
		h.press("esc", "u", "g.")
		h.frame("properties")
	}
}

// osc52 is what puts a text on the clipboard.
func osc52(text string) string {
	return "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\x07"
}
