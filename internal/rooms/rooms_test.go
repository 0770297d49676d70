package rooms

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "ferry/"
	charm  = "github.com/charmbracelet/"
	x      = "golang.org/x/"
)

// plan says for each room what it may import beside the standard library and its own sub-folders. A room is a folder
// with all below it, unless a folder below is a room itself. A prefix ends in a slash.
var plan = map[string][]string{
	"cmd": {""},
	"tui": {
		"ferry/queue", "ferry/queue/mirror", "ferry/internal/", "ferry/ftpclient", charm, x + "sys/",
		"github.com/muesli/termenv", "github.com/dustin/go-humanize", "github.com/sahilm/fuzzy",
	},
	"queue":   {"ferry/internal/vfs", "ferry/queue/journal", x + "time/", x + "sync/", "github.com/bmatcuk/doublestar/"},
	"localfs": {"ferry/internal/vfs", x + "sys/"},

	"queue/journal": {"ferry/internal/xdg", "modernc.org/sqlite"},

	"ftpclient":         {"ferry/internal/vfs", "ferry/ftpclient/listing", x + "text/", x + "net/"},
	"ftpclient/listing": {"ferry/internal/vfs", x + "text/"},
	"ftpclient/ftptest": {"ferry/internal/demo", "github.com/spf13/afero"},

	"internal/vfs":      {},
	"internal/termtext": {charm + "x/ansi", "github.com/rivo/uniseg"},
	"internal/site": {
		"ferry/internal/xdg", "ferry/internal/tomltext", "ferry/ftpclient", "github.com/pelletier/go-toml/",
	},
	"internal/secret":   {"ferry/internal/xdg", "github.com/zalando/go-keyring", "filippo.io/age"},
	"internal/trust":    {"ferry/internal/xdg", "github.com/pelletier/go-toml/"},
	"internal/xdg":      {x + "sys/"},
	"internal/config":   {"ferry/internal/tomltext", "ferry/internal/xdg"},
	"internal/tomltext": {"github.com/pelletier/go-toml/"},
	"internal/profile":  {"ferry/ftpclient", "github.com/pelletier/go-toml/"},
	"internal/doctor":   {"ferry/internal/vfs", "ferry/ftpclient", "github.com/dustin/go-humanize"},
	"internal/demo":     {"github.com/fclairamb/ftpserverlib", "github.com/spf13/afero", x + "time/"},
	"internal/rooms":    {},
}

// forTests are packages that only tests may import.
var forTests = []string{"ferry/ftpclient/ftptest", "ferry/tui/tuitest"}

// The one room that may use only some of another: what the screen may know of ftpclient are its events and modes.
const (
	screen = "tui"
	client = "ferry/ftpclient"
)

// source is a file of the product, tests left out.
type source struct {
	dir  string // with slashes, from the module's root
	name string
	file *ast.File
}

// sources parses all files of the module. Parsing them, rather than asking go list, sees what only other platforms
// build.
func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var all []source
	err := filepath.WalkDir(root, func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := e.Name()
		if e.IsDir() && file != root && (strings.HasPrefix(base, ".") || base == "testdata" || base == "docs") {
			return fs.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if os.IsNotExist(err) {
			return nil
		}
		rel, _ := filepath.Rel(root, file)
		all = append(all, source{dir: path.Dir(filepath.ToSlash(rel)), name: filepath.ToSlash(rel), file: parsed})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// roomOf gives the room that a folder belongs to, or "".
func roomOf(dir string) string {
	for ; dir != "."; dir = path.Dir(dir) {
		if _, known := plan[dir]; known {
			return dir
		}
	}
	return ""
}

// allowed reports whether a room may import a package.
func allowed(room, imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") && !strings.HasPrefix(imported, module) {
		return true // of the standard library
	}
	if roomOf(strings.TrimPrefix(imported, module)) == room {
		return true
	}
	return slices.ContainsFunc(plan[room], func(may string) bool {
		return may == "" || imported == may || strings.HasPrefix(imported, may) && strings.HasSuffix(may, "/") ||
			strings.HasPrefix(imported, may+"/") && !strings.HasPrefix(may, module)
	})
}

func TestImports(t *testing.T) {
	files := sources(t)
	if len(files) < 20 {
		t.Fatalf("only %d files found", len(files))
	}
	for _, f := range files {
		room := roomOf(f.dir)
		if room == "" {
			t.Errorf("%s is in no room of the plan", f.name)
			continue
		}
		for _, i := range f.file.Imports {
			imported, _ := strconv.Unquote(i.Path.Value)
			if !allowed(room, imported) {
				t.Errorf("%s: %s may not import %s", f.name, room, imported)
			}
			if slices.Contains(forTests, imported) && !slices.Contains(forTests, module+f.dir) {
				t.Errorf("%s: only tests may import %s", f.name, imported)
			}
		}
	}
}

func TestScreenKnowsLittleOfTheClient(t *testing.T) {
	for _, f := range sources(t) {
		if roomOf(f.dir) != screen || !slices.ContainsFunc(f.file.Imports, isClient) {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			if v, is := n.(*ast.ValueSpec); is && v.Names[0].Name == "_" {
				return false // a promise that the compiler checks, which uses nothing
			}
			if s, is := n.(*ast.SelectorExpr); is {
				if of, is := s.X.(*ast.Ident); is && of.Name == path.Base(client) && !shown(s.Sel.Name) {
					t.Errorf("%s: the screen may not know ftpclient.%s", f.name, s.Sel.Name)
				}
			}
			return true
		})
	}
}

func isClient(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(client) }

// shown reports whether a name of ftpclient is about what the screen shows: events, modes, security, certificates.
func shown(name string) bool {
	starts := []string{"Event", "Mode", "Method", "ParseMode", "Trace", "Security", "Certificate", "Obstacle"}
	return slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(name, start) })
}

func TestPlanRefuses(t *testing.T) {
	for _, c := range []struct {
		room, imported string
		want           bool
	}{
		{"queue", "ferry/internal/vfs", true},
		{"queue", "context", true},
		{"queue", "ferry/ftpclient", false},
		{"queue", charm + "bubbletea", false},
		{"ftpclient", "ferry/queue", false},
		{"ftpclient", "ferry/ftpclient/listing", true},
		{"ftpclient/listing", "ferry/ftpclient", false},
		{"ftpclient", x + "text/encoding", true},
		{"ftpclient", x + "crypto/ssh", false},
		{"tui", "ferry/tui/pane", true},
		{"tui", "ferry/localfs", false},
		{"tui", "ferry/ftpclient/listing", false},
		{"internal/vfs", "ferry/internal/termtext", false},
		{"internal/vfs", "net/http", true},
	} {
		if got := allowed(c.room, c.imported); got != c.want {
			t.Errorf("%s may import %s: %v", c.room, c.imported, got)
		}
	}
}
