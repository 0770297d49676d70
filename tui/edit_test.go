package tui

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
)

// pretend is an editor that does to a file what the test wants.
type pretend struct {
	args   []string
	do     func(path string) error
	atOnce bool // it gives the terminal back at once
}

func (p *pretend) use(h *harness, d *Deps) {
	d.Editor = Editor{Line: `ed -w "a b"`, Run: func(c *exec.Cmd, done func(error) tea.Msg) tea.Cmd {
		p.args = c.Args
		if !p.atOnce {
			h.pass(10 * time.Second)
		}
		return func() tea.Msg { return done(p.do(c.Args[len(c.Args)-1])) }
	}}
}

// writes is an editor that replaces all.
func writes(text string) func(path string) error {
	return func(path string) error { return os.WriteFile(path, []byte(text), 0o600) }
}

func (h *harness) text64(path string) string {
	h.remote.memFS.mu.Lock()
	defer h.remote.memFS.mu.Unlock()
	return string(h.remote.data[path])
}

// onServer opens main.js in the editor, whose text is "theirs".
func onServer(t *testing.T, p *pretend, size ...int) *harness {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	size = append(size, 120, 36)
	h := start(t, size[0], size[1], p.use, func(h *harness, _ *Deps) {
		h.remote.data["/www/site/main.js"] = []byte("theirs")
		e := h.remote.entries["/www/site/main.js"]
		e.Size = 6
		h.remote.entries["/www/site/main.js"] = e
	}).ready()
	h.press("2", "/", "main.js", "enter", "f4")
	return h
}

func copies(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestEditOnAServer(t *testing.T) {
	p := &pretend{}
	p.do = func(path string) error {
		text, err := os.ReadFile(path)
		info, _ := os.Stat(path)
		folder, _ := os.Stat(filepath.Dir(path))
		if err != nil || string(text) != "theirs" || info.Mode() != 0o600 || folder.Mode() != fs.ModeDir|0o700 {
			t.Errorf("%q, %v, %v", text, info.Mode(), folder.Mode())
		}
		return writes("mine!")(path)
	}
	h := onServer(t, p)
	h.asks("main.js was changed")
	words := []string{"ed", "-w", "a b"}
	if len(p.args) != 4 || !slices.Equal(p.args[:3], words) || filepath.Base(p.args[3]) != "main.js" {
		t.Errorf("run with %q", p.args)
	}
	h.press("u")
	h.shows("main.js uploaded")
	if got := h.text64("/www/site/main.js"); got != "mine!" {
		t.Errorf("the server has %q", got)
	}
	h.until("the copy to go", func() bool { return copies(t) == 0 })
}

func TestEditWithoutChanges(t *testing.T) {
	h := onServer(t, &pretend{do: func(string) error { return nil }})
	h.shows("main.js was not changed.")
	h.until("the copy to go", func() bool { return copies(t) == 0 })
}

func TestEditThatIsNotUploaded(t *testing.T) {
	for key, left := range map[string]int{"x": 0, "esc": 1} {
		h := onServer(t, &pretend{do: writes("mine")})
		h.asks("main.js was changed")
		h.press(key)
		h.gone("was changed")
		h.until("the copy", func() bool { return copies(t) == left })
		if got := h.text64("/www/site/main.js"); got != "theirs" {
			t.Errorf("%s: the server has %q", key, got)
		}
	}
}

func TestEditOn(t *testing.T) {
	p := &pretend{do: writes("mine")}
	h := onServer(t, p)
	h.asks("main.js was changed")
	p.do = writes("theirs") // as it was
	h.press("e")
	h.shows("main.js was not changed.")
}

// changeThere lets the server's file change while it is being edited.
func changeThere(h *harness, text string) {
	h.remote.memFS.mu.Lock()
	defer h.remote.memFS.mu.Unlock()
	e := h.remote.entries["/www/site/main.js"]
	e.Size, e.ModTime = int64(len(text)), testNow.Add(-time.Minute)
	h.remote.entries["/www/site/main.js"], h.remote.data["/www/site/main.js"] = e, []byte(text)
}

func TestEditOfWhatChangedMeanwhile(t *testing.T) {
	for _, text := range []string{"others wrote more", "thEirs"} {
		h := onServer(t, &pretend{do: writes("mine")})
		h.asks("main.js was changed")
		changeThere(h, text)
		h.press("u")
		h.asks("main.js has changed on the server meanwhile")
		h.press("v")
		h.shows(text)
		h.press("q")
		h.asks("has changed on the server meanwhile")
		h.press("a")
		h.shows("Save your copy as")
		h.press("enter")
		h.shows("main.js.mine uploaded")
		if a, b := h.text64("/www/site/main.js"), h.text64("/www/site/main.js.mine"); a != text || b != "mine" {
			t.Errorf("the server has %q and %q", a, b)
		}
	}
	h := onServer(t, &pretend{do: writes("mine")})
	h.asks("main.js was changed")
	changeThere(h, "others")
	h.press("u")
	h.asks("has changed on the server meanwhile")
	h.press("o")
	h.shows("main.js uploaded")
	if got := h.text64("/www/site/main.js"); got != "mine" {
		t.Errorf("the server has %q", got)
	}
}

// TestEditOfWhatWasOnlyTouched: another time and the same octets are no change.
func TestEditOfWhatWasOnlyTouched(t *testing.T) {
	h := onServer(t, &pretend{do: writes("mine")})
	h.asks("main.js was changed")
	changeThere(h, "theirs")
	h.press("u")
	h.shows("main.js uploaded")
}

func TestEditOfWhatIsGone(t *testing.T) {
	h := onServer(t, &pretend{do: writes("mine")})
	h.asks("main.js was changed")
	h.remote.memFS.mu.Lock()
	delete(h.remote.entries, "/www/site/main.js")
	h.remote.memFS.mu.Unlock()
	h.press("u")
	h.shows("it is gone")
}

func TestEditWhoseUploadFails(t *testing.T) {
	h := onServer(t, &pretend{do: writes("mine")})
	h.asks("main.js was changed")
	h.remote.refuse = func(op, p string) error {
		if op == "create" {
			return &vfs.Failure{Step: "write " + p, Said: "550 no", Kind: fs.ErrPermission}
		}
		return nil
	}
	h.press("u")
	h.shows("! Cannot write /www/site/main.js: 550 no")
	h.asks("main.js was changed")
	h.remote.refuse = nil
	h.press("u")
	h.shows("main.js uploaded")
}

func TestEditHere(t *testing.T) {
	p := &pretend{do: func(string) error { return errNoEditor }}
	h := start(t, 120, 36, p.use).ready()
	h.press("f4")
	h.shows("A folder is entered, not edited")
	h.press("/", "main.js", "enter", "e")
	h.shows("Set the variable EDITOR")
	p.do = func(path string) error {
		if path != site+"/main.js" {
			t.Errorf("edited %s", path)
		}
		return nil
	}
	before := h.local.listed(site)
	h.press("e")
	h.until("the folder read again", func() bool { return h.local.listed(site) > before })
}

func TestShellWords(t *testing.T) {
	for line, want := range map[string][]string{
		"":                        nil,
		"  vim ":                  {"vim"},
		"code --wait":             {"code", "--wait"},
		`"/opt/my ed/ed" -x`:      {"/opt/my ed/ed", "-x"},
		`a\ b 'c "d' "e 'f" ''`:   {"a b", `c "d`, "e 'f", ""},
		"$HOME;`id` && rm *":      {"$HOME;`id`", "&&", "rm", "*"},
		`/home/a/tr\'s.txt`:       {"/home/a/tr's.txt"},
		"one\ntwo":                {"one", "two"},
		`"not closed`:             {"not closed"},
		`'/tmp/it'\''s' file://x`: {"/tmp/it's", "file://x"},
	} {
		if got := shellWords(line); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestEditFrames(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
		h := onServer(t, &pretend{do: writes("mine")}, size[0], size[1])
		h.asks("main.js was changed")
		h.frame("edited")
		changeThere(h, "others wrote more")
		h.press("u")
		h.asks("meanwhile")
		h.frame("edit-changed")
	}
}
