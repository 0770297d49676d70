package main_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// buildForScreen builds the program for a test in a terminal.
func buildForScreen(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "ferry")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// tree describes all below a folder: a line for each file and folder.
func tree(t *testing.T, root string) string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			lines = append(lines, name+"/")
			return nil
		}
		content, err := os.ReadFile(path)
		lines = append(lines, fmt.Sprintf("%s %x", name, sha256.Sum256(content)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// plant makes a folder worth carrying over: odd names, an empty file, an empty folder, a large file.
func plant(t *testing.T, root string) (files int) {
	t.Helper()
	big := strings.Repeat("0123456789abcdef", 200_000)
	contents := map[string]string{
		"index.html": "<p>hello", "css/site css.css": "p {}", "css/deep/er/x": "x", "empty": "",
		"ảnh Đà Lạt.txt": "ảnh", "数据/备份.tar": "tar", "emoji 🚢.txt": "ship", "-dash": "-", `quo"te`: `"`,
		"big.bin": big, ".hidden": "dot",
	}
	for i := range 40 {
		contents[fmt.Sprintf("many/file %02d.txt", i)] = strings.Repeat("line\n", i)
	}
	for name, content := range contents {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "empty folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	return len(contents)
}

// TestScreenOnARealServer does what a person does on the screen: uploads a folder, switches to active mode, fetches it
// back, compares, deletes, quits.
func TestScreenOnARealServer(t *testing.T) {
	binary := buildForScreen(t)
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			screenSession(t, binary, size[0], size[1])
		})
	}
}

func screenSession(t *testing.T, binary string, w, h int) {
	server := ftptest.Vsftpd(t)
	tap := ftptest.Tap(t, server.Addr)
	local := t.TempDir()
	files := plant(t, filepath.Join(local, "site"))
	url := fmt.Sprintf("ftp://%s@%s/%s", server.User, tap.Addr, strings.Repeat("/", min(1, len(server.Home)-1))+server.Home[1:])
	shell := fmt.Sprintf("HOME=%s FERRY_PASSWORD=%s %s %s '%s'; echo ended $?; stty -a | grep -ow -e -echo -e echo; read x",
		local, server.Password, binary, local, url)
	m := tuitest.NewTmux(t, w, h, "sh", "-c", shell)

	m.WaitFor(`site/`)
	m.Keys("j", "Space", "F5")
	m.WaitFor(fmt.Sprintf(`Queue .*\b%d done`, files))
	m.WaitFor(`│.*site/`)
	if got, want := tree(t, server.Path("site")), tree(t, filepath.Join(local, "site")); got != want {
		t.Fatalf("uploaded\n%s\nfrom\n%s", got, want)
	}
	uploaded := len(tap.Commands())

	m.Keys("t") // the focus is on the local pane: the key must find the connection all the same, or say why not
	m.Keys("Tab", "t")
	m.WaitFor(`ACTV`)
	m.Keys("Tab", "F7")
	m.WaitFor(`Make a folder|Mkdir|New folder`)
	m.Type("back")
	m.Keys("Enter")
	m.WaitFor(`> ?back/`)
	m.Keys("l")
	m.WaitFor(`/back `)
	m.Keys("Tab", "F5")
	m.WaitFor(fmt.Sprintf(`Queue .*\b%d done`, 2*files))
	if got, want := tree(t, filepath.Join(local, "back", "site")), tree(t, filepath.Join(local, "site")); got != want {
		t.Fatalf("fetched\n%s\nfrom\n%s", got, want)
	}
	after := tap.Commands()[uploaded:]
	active := slices.ContainsFunc(after, func(c string) bool { return strings.HasPrefix(c, "EPRT") || strings.HasPrefix(c, "PORT") })
	if !active {
		t.Errorf("active mode was switched on, and yet the commands are %q", after)
	}

	m.Keys("F8")
	m.WaitFor(`Delete on`)
	m.Keys("y")
	m.WaitGone(`│.*site/`)
	if _, err := os.Stat(server.Path("site")); err == nil {
		t.Error("the folder is still on the server")
	}
	m.Keys("q")
	m.WaitFor(`ended 0\n(.*\n)*echo`)
}
