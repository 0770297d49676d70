package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// TestPersonOnARealServer does what a person does on the screen, in two sizes: uploads a folder, switches to active
// mode, fetches it back, compares, deletes, quits.
func TestPersonOnARealServer(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) { person(t, size[0], size[1]) })
	}
}

func person(t *testing.T, w, h int) {
	server := ftptest.Vsftpd(t)
	tap := ftptest.Tap(t, server.Addr)
	sh := forServer(t, server)
	site, files := filepath.Join(sh.dir, "site"), awkward()
	sh.writeTree("site", files)
	if err := os.Mkdir(filepath.Join(site, "empty folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	home := strings.TrimPrefix(server.Home, "/")
	line := fmt.Sprintf("HOME='%s' FERRY_PASSWORD='%s' '%s' '%s' 'ftp://%s@%s/%s'; echo ended $?; stty -a; read x",
		sh.home, server.Password, binary, sh.dir, server.User, tap.Addr, home)
	m := tuitest.NewTmux(t, w, h, "sh", "-c", line)

	m.WaitFor(`site/`)
	m.WaitFor(`lines read`) // the other pane
	m.Keys("j", "Space", "F5")
	m.WaitFor(fmt.Sprintf(`Queue .*\b%d done`, len(files)))
	m.WaitFor(`│.*site/`)
	sameTree(t, site, server.Path("site"))
	uploaded := len(tap.Commands())

	// The key finds the connection from either pane.
	m.Keys("t", "Tab", "t")
	m.WaitFor(`ACTV`)
	m.Keys("Tab", "F7")
	m.WaitFor(`Make a folder`)
	m.Type("back")
	m.Keys("Enter")
	m.WaitFor(`> ?back/`)
	m.Keys("l")
	m.WaitFor(`/back `)
	m.Keys("Tab", "F5")
	m.WaitFor(fmt.Sprintf(`Queue .*\b%d done`, 2*len(files)))
	sameTree(t, site, filepath.Join(sh.dir, "back", "site"))
	for _, command := range tap.Commands()[uploaded:] {
		if strings.HasPrefix(command, "EPSV") || strings.HasPrefix(command, "PASV") {
			t.Errorf("%s was sent in active mode", command)
		}
	}

	m.Keys("F8")
	m.WaitFor(`Delete on`)
	m.Keys("y")
	m.WaitFor(`│  empty`) // the server's folder has been read again
	if _, err := os.Stat(server.Path("site")); err == nil {
		t.Error("the folder is still on the server")
	}
	m.Keys("q")
	m.WaitFor(`ended 0\n(.*\n)*.* echo `) // and the terminal shows again what is typed
}

// TestWhatAFileCosts counts the commands that folders of many files cost on the wire: two a file down; seven up, where
// a file is sent, proven, dated, and renamed if its name is still free; beside them only logins and what each folder
// needs once.
func TestWhatAFileCosts(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		const files = 60
		tap := ftptest.Tap(t, server.Addr)
		tapped := *server
		tapped.Addr = tap.Addr
		sh := forServer(t, server)
		for i := range files {
			sh.write(fmt.Sprintf("many/%02d", i), []byte(strings.Repeat("x", i)))
		}
		sh.ok("put", "-q", "-r", "many", at(&tapped, ""))
		checkCost(t, tap.Commands(), "STOR", files, map[string]int{"SIZE": 2, "RNFR": 1, "RNTO": 1, "MDTM": 1, "MFMT": 1})
		put := len(tap.Commands())
		sh.ok("get", "-q", "-r", "-o", "back/", at(&tapped, "many"))
		checkCost(t, tap.Commands()[put:], "RETR", files, nil)
		sameTree(t, filepath.Join(sh.dir, "many"), filepath.Join(sh.dir, "back", "many"))
	})
}

// checkCost counts commands; each tells how many a file may cost beside its data connection.
func checkCost(t *testing.T, commands []string, verb string, files int, each map[string]int) {
	t.Helper()
	count := map[string]int{}
	for _, line := range commands {
		word, _, _ := strings.Cut(line, " ")
		count[word]++
	}
	logins := count["USER"]
	listings := count["MLSD"] + count["LIST"]
	if count[verb] != files || count["EPSV"] != files+listings {
		t.Errorf("%d files cost %d %s and %d EPSV beside %d listings", files, count[verb], verb, count["EPSV"], listings)
	}
	if dated := count["MFMT"] + count["MDTM"]; dated > files+12 {
		t.Errorf("%d files were dated by %d commands", files, dated)
	}
	for word, once := range map[string]int{
		"SIZE": 2, "MDTM": 10, "MFMT": 8, "MLST": 2, "CWD": 6, "PWD": 1, "TYPE": logins, "FEAT": 1, "RNFR": 0, "RNTO": 0,
	} {
		if count[word] > once+files*each[word] {
			t.Errorf("%s was sent %d times", word, count[word])
		}
	}
	if known := slices.Max([]int{count["PORT"], count["EPRT"], count["PASV"]}); known > 0 || logins > 8 {
		t.Errorf("%d logins, and %v", logins, count)
	}
}
