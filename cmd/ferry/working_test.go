package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// fakeEditor changes names in lists of names, and adds a line to everything else.
const fakeEditor = `#!/bin/sh
case "$2" in
*/names.txt) sed -e s/one.txt/two.txt/ -e t -e s/two.txt/one.txt/ "$2" > "$2.new" && mv "$2.new" "$2" ;;
*) echo edited >> "$2" ;;
esac
`

// worker is the screen on a local folder and one of a server, for a person with an editor and a site with a trash.
func working(t *testing.T, server *ftptest.Server) (*tuitest.Tmux, *shell, string) {
	t.Helper()
	sh := forServer(t, server)
	for name, content := range map[string]string{
		"here/tree/a": "a", "here/tree/deep/b": "bb", "here/tree/hollow/c": "", "aside/pasted one.txt": "pasted",
	} {
		sh.write(name, []byte(content))
	}
	server.WriteFile(t, "there/one.txt", []byte("1"))
	server.WriteFile(t, "there/two.txt", []byte("22"))
	server.Settle(t)
	sh.write("my editor", []byte(fakeEditor))
	editor := filepath.Join(sh.dir, "my editor")
	if err := os.Chmod(editor, 0o700); err != nil {
		t.Fatal(err)
	}
	host, port, _ := strings.Cut(server.Addr, ":")
	site := fmt.Sprintf("[site.web]\nhost = %q\nport = %s\nuser = %q\ntrash = \".bin\"\n", host, port, server.User)
	config := filepath.Join(sh.home, ".config", "ferry")
	if err := os.MkdirAll(config, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(config, "sites.toml"), []byte(site), 0o600); err != nil {
		t.Fatal(err)
	}
	url := "ftp://" + server.User + "@" + server.Addr + "//" + strings.Trim(server.Home, "/") + "/there"
	if server.Home == "/" {
		url = "ftp://" + server.User + "@" + server.Addr + "/there"
	}
	m := tuitest.NewTmux(t, 120, 36, "env", "-u", "XDG_CONFIG_HOME", "-u", "XDG_DATA_HOME", "HOME="+sh.home,
		"VISUAL='"+editor+"' -n", "FERRY_PASSWORD="+server.Password, binary, filepath.Join(sh.dir, "here"), url)
	m.WaitFor(`tree/ .*│.*one.txt`)
	return m, sh, editor
}

func has(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q, want %q (%v)", path, got, want, err)
	}
}

func lacks(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); err == nil {
		t.Errorf("%s is there", path)
	}
}

// TestWorkingWithFilesOnARealServer does what a person does with files: edit, permissions, properties, addresses, many
// names, the trash and back.
func TestWorkingWithFilesOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	m, _, _ := working(t, server)
	m.Keys("Tab", "j", "F4")
	m.WaitFor(`one.txt was changed`)
	m.WaitFor(`u upload · e edit on`)
	m.Keys("u")
	m.WaitFor(`one.txt uploaded, 8`)
	has(t, server.Path("there", "one.txt"), "1edited\n")

	m.Keys("g", "m")
	m.WaitFor(`Permissions of one.txt`)
	m.Keys("6", "0", "4", "Enter")
	m.WaitFor(`permissions of 1 item changed`)
	info, err := os.Stat(server.Path("there", "one.txt"))
	if err != nil || info.Mode() != fs.FileMode(0o604) {
		t.Errorf("the mode is %v (%v)", info, err)
	}
	m.WaitFor(`one.txt .*rw----r--`) // the folder has been read again
	m.Keys("g", ".")
	m.WaitFor(`0604  rw----r--`)
	m.Keys("Escape")
	m.WaitGone(`octets \(`)
	m.Keys("Y")
	m.WaitFor(`URL sent to the clipboard of the terminal: ftp://.*/there/one.txt`)

	m.Keys("g", "R")
	m.WaitFor(`Rename 2 items`)
	m.WaitFor(`one.txt → two.txt`)
	m.WaitFor(`y rename`)
	m.Keys("y")
	m.WaitFor(`2 items renamed`)
	has(t, server.Path("there", "two.txt"), "1edited\n")
	has(t, server.Path("there", "one.txt"), "22")
	m.Keys("U")
	m.WaitFor(`undone: rename 2 items`)
	m.WaitFor(`one.txt +8 `)
	has(t, server.Path("there", "one.txt"), "1edited\n")

	m.Keys("g", "g", "j")
	m.WaitFor(`│> one.txt`)
	m.Keys("F8")
	m.WaitFor(`It goes to the folder .bin`)
	m.Keys("y")
	m.WaitFor(`1 item moved to the folder .bin`)
	lacks(t, server.Path("there", "one.txt"))
	m.Keys("U")
	m.WaitFor(`undone: delete 1 item`)
	m.WaitFor(`│[ >]+one.txt`)
	has(t, server.Path("there", "one.txt"), "1edited\n")
	m.Keys("q")
	if code := m.WaitExit(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
}

// TestMovingOnARealServer moves a tree up, fetches what was pasted, mirrors one side to the other, and uses the trash
// of the desktop.
func TestMovingOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	m, sh, _ := working(t, server)
	m.Keys("j", "F6")
	m.WaitFor(`Queue .*\b3 done`)
	m.WaitFor(`│[ >]+tree/`)
	has(t, server.Path("there", "tree", "deep", "b"), "bb")
	m.WaitGone(`tree/.*│`)
	lacks(t, filepath.Join(sh.dir, "here", "tree"))

	m.Keys("Tab")
	m.Paste("'" + filepath.Join(sh.dir, "aside", "pasted one.txt") + "'")
	m.WaitFor(`Upload what was pasted`)
	m.WaitFor(`Enter upload`)
	m.Keys("Enter")
	m.WaitFor(`Queue .*\b4 done`)
	has(t, server.Path("there", "pasted one.txt"), "pasted")

	sh.write("here/extra", []byte("too much"))
	m.Keys("g", "M")
	m.WaitFor(`Mirror to this machine`)
	m.WaitFor(`new .*tree/deep/b`)
	m.WaitFor(`y mirror`)
	m.Keys("d")
	m.WaitFor(`delete  .*extra`)
	m.Keys("y")
	m.WaitFor(`the folders are alike`)
	has(t, filepath.Join(sh.dir, "here", "tree", "deep", "b"), "bb")
	lacks(t, filepath.Join(sh.dir, "here", "extra"))

	m.Keys("1", "G")
	m.WaitFor(`> two.txt .*│`)
	m.Keys("F8")
	m.WaitFor(`It goes to the trash`)
	m.Keys("y")
	m.WaitFor(`1 item moved to the trash`)
	trashed, _ := filepath.Glob(filepath.Join(sh.home, ".local", "share", "Trash", "info", "*.trashinfo"))
	if len(trashed) != 1 {
		t.Errorf("in the trash are %q", trashed)
	}
	m.Keys("U")
	m.WaitFor(`undone: delete 1 item`)
	m.Keys("q")
	if code := m.WaitExit(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
}
