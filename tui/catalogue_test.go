package tui

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ferry/internal/vfs"
)

// dialogFrames names the frames of the dialogs that a function opens. What opens another dialog has to be told here.
var dialogFrames = map[string][]string{
	"ask":             {"trust", "trust-opens", "trust-whole", "changed", "changed-forget"},
	"askChangedThere": {"edit-changed"},
	"askConflict":     {"clash"},
	"askConsent":      {"consent"},
	"askEdited":       {"edited"},
	"askNamesAgain":   {"bulk-wrong"},
	"askRenames":      {"bulk"},
	"askSecret":       {"password"},
	"bookmarks":       {"bookmarks"},
	"bring":           {"conflict", "move-conflict"},
	"chmod":           {"chmod", "chmod-many"},
	"chooseTheme":     {"themes"},
	"compare":         {"compare"},
	"connect":         {"connect-line", "connect-site", "connect-steps"},
	"connectForm":     {"connect"},
	"connectSite":     {"site-connecting"},
	"delayItems":      {"delay"},
	"editSite":        {"site-form"},
	"examine":         {"examining", "examined"},
	"exportSites":     {"site-export"},
	"explainItem":     {"transfer"},
	"fail":            {"error"},
	"findBelow":       {"find"},
	"goTo":            {"path"},
	"hash":            {"hashing"},
	"help":            {"help", "help-search"},
	"importSites":     {"site-import"},
	"leave":           {"quit", "suspend"},
	"limitSpeed":      {"limit"},
	"makeNew":         {"new"},
	"markPattern":     {"mark-pattern", "unmark-pattern"},
	"mkdir":           {"mkdir", "mkdir-refused"},
	"openPalette":     {"palette", "palette-search", "bind", "bind-taken"},
	"openSettings":    {"settings"},
	"pastedCame":      {"pasted"},
	"pasteWith":       {"paste-with"},
	"planMirror":      {"mirror"},
	"properties":      {"properties"},
	"remove":          {"delete", "trash"},
	"removeSite":      {"site-delete"},
	"rename":          {"rename"},
	"replan":          {"mirror-delete"},
	"retryAs":         {"another-name"},
	"runAlone":        {"errand"},
	"saveEditAs":      {"edit-as"},
	"sites":           {"sites", "sites-search"},
	"startComparing":  {"comparing"},
	"startFinding":    {"found"},
	"view":            {"view", "view-hex"},
	"viewTheirs":      {"view"},
}

// opener gives the functions of the package that put a dialog on top.
func openers(t *testing.T) []string {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if fun, is := d.(*ast.FuncDecl); is && opens(fun) {
				all = append(all, fun.Name.Name)
			}
		}
	}
	return all
}

func opens(f *ast.FuncDecl) (found bool) {
	if f.Name.Name == "openUnasked" {
		return false
	}
	ast.Inspect(f, func(n ast.Node) bool {
		call, is := n.(*ast.CallExpr)
		if !is {
			return true
		}
		if s, is := call.Fun.(*ast.SelectorExpr); is && (s.Sel.Name == "open" || s.Sel.Name == "openUnasked") {
			of, is := s.X.(*ast.Ident)
			found = found || is && of.Name == "m"
		}
		return true
	})
	return found
}

func TestEveryDialogHasItsFrames(t *testing.T) {
	all := openers(t)
	if len(all) < 40 {
		t.Fatalf("only %d functions open dialogs: %q", len(all), all)
	}
	for _, opener := range all {
		if len(dialogFrames[opener]) == 0 {
			t.Errorf("%s opens a dialog that has no frames", opener)
		}
	}
	for opener, names := range dialogFrames {
		if !slices.Contains(all, opener) {
			t.Errorf("%s opens no dialog", opener)
		}
		for _, name := range names {
			hasFrames(t, name)
		}
	}
}

// hasFrames checks that there are golden frames of all sizes.
func hasFrames(t *testing.T, name string) {
	t.Helper()
	for _, size := range goldenSizes {
		if _, err := os.Stat(fmt.Sprintf("testdata/%s-%dx%d.golden", name, size[0], size[1])); err != nil {
			t.Errorf("%s has no frame of %dx%d", name, size[0], size[1])
		}
	}
}

// TestEveryFrameHasAllSizes: a screen that is seen at one size is seen at all.
func TestEveryFrameHasAllSizes(t *testing.T) {
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name, is := strings.CutSuffix(f.Name(), "-80x24.golden"); is {
			hasFrames(t, name)
		}
	}
	for _, screen := range []string{
		"main", "transfers", "queue", "wire", "states", "offline", "tabs", "zoom-pane", "zoom-queue", "zoom-wire",
	} {
		hasFrames(t, screen)
	}
}

func TestFramesOfZoomAndRefusals(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.busy()
			for _, s := range []struct{ name, panel string }{{"zoom-pane", "2"}, {"zoom-queue", "3"}, {"zoom-wire", "4"}} {
				h.press(s.panel, "z")
				h.frame(s.name)
				h.press("z")
			}
			h.press("1", "home", "r")
			h.frame("refusal")
			h.press("ctrl+z")
			h.frame("suspend")
		})
	}
}

func TestFramesOfWorkUnderWay(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			wait := func(ctx context.Context, op, _ string) {
				if op == "delete" || op == "open" || op == "hash" {
					<-ctx.Done()
				}
			}
			h.remote.block, h.local.block = wait, wait
			h.press("2", "end", "d", "y")
			h.shows("Deleting on ftp.example.org")
			h.frame("errand")
			h.press("esc")
			h.shows("Stopped: 0 items deleted")
			h.ready().press("C", "c")
			h.shows("0 of 1 file")
			h.frame("comparing")
			h.press("esc")
			h.gone("Comparing contents")
			h.press("1", "end", "g", ".")
			h.press("h")
			h.shows("hashing…")
			h.frame("hashing")
		})
	}
}

func TestFramesOfSites(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h, _, _ := withSites(t, size[0], size[1])
			h.press("O", "end", "i")
			h.frame("site-import")
			h.press("esc", "x")
			h.frame("site-export")
			h.press("esc", "d")
			h.frame("site-delete")
			h.press("esc", "esc", "o", "shop", "enter")
			h.until("the server", func() bool { return len(h.m.dialogs) == 0 && !h.m.panes[1].Busy() })
			h.ready().press("2", "b")
			h.shows("Bookmarks of shop")
			h.frame("bookmarks")
		})
	}
}

func TestFramesOfConnectingToASite(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1], func(h *harness, d *Deps) {
				d.Sites = sampleSites()
				d.Connect = func(_ context.Context, to ConnectRequest) (vfs.FS, string, error) {
					to.Progress.Reach(ReachedDialling)
					return nil, "", errors.New("the server does not answer")
				}
			}).ready()
			h.until("the sites", func() bool { return len(h.m.book.Sites) > 0 })
			h.press("O", "end", "enter")
			h.shows("! The server does not answer")
			h.frame("site-connecting")
		})
	}
}

func TestFramesOfSavingAsAnotherName(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := onServer(t, &pretend{do: writes("mine")}, size[0], size[1])
			h.asks("main.js was changed")
			changeThere(h, "others wrote more")
			h.press("u")
			h.asks("meanwhile")
			h.press("a")
			h.shows("Save your copy as")
			h.frame("edit-as")
		})
	}
}

// TestHintsAreNeverCut: at every size the border of a dialog names its keys in whole words.
func TestHintsAreNeverCut(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) < 300 {
		t.Fatalf("%d frames, %v", len(files), err)
	}
	for _, file := range files {
		frame, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(frame)) {
			if strings.Contains(l, "└") && strings.Contains(l, "… ─┘") {
				t.Errorf("%s: %s", file, l)
			}
		}
	}
}
