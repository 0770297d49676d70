package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// TestLookingAroundOnARealServer sorts, marks by pattern, turns marks around, shows hidden files and icons, takes the
// other pane along, and makes the terminal narrower meanwhile.
func TestLookingAroundOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	m, _ := twoPanes(t, 140, 36, server, server.Addr)
	server.WriteFile(t, "there/.secret", []byte("s"))
	server.WriteFile(t, "there/part10.dat", make([]byte, 10))
	server.WriteFile(t, "there/part2.DAT", make([]byte, 2000))
	server.Settle(t)
	m.Keys("Tab", "R")
	m.WaitFor(`│  part2.DAT(.*\n)+.*│  part10.dat`) // numbers in names are numbers
	m.WaitFor(`free [0-9.]+[GTM]`)                  // of the local disk
	m.WaitFor(`1 hidden · \d+ of \d+ lines read`)
	for _, sort := range []struct{ key, head string }{
		{"s", `2 AUTO.* size ▼`}, {"m", `2 AUTO.* date ▼`}, {"e", `2 AUTO.* type ▲`}, {"n", `2 AUTO.* name ▲`},
	} {
		m.Keys(",")
		m.WaitFor(`sort by size`)
		m.Keys(sort.key)
		m.WaitFor(sort.head)
	}
	m.Keys(",", "r")
	m.WaitFor(`2 AUTO.* name ▼`)
	m.WaitFor(`│  part10.dat(.*\n)+.*│  part2.DAT`)
	m.Keys("+")
	m.WaitFor(`Mark by pattern`)
	m.Keys("C-u")
	m.Type("*.dat")
	m.Keys("Enter")
	m.WaitFor(`│\* part2.DAT`)
	m.WaitFor(`2 marked 2\.0K`)
	m.Keys("*")
	m.WaitFor(`│  part2.DAT`)
	m.Keys("u", ".")
	m.WaitFor(`│  \.secret`)
	m.Keys("g", "i")
	m.WaitFor("│. \uf15b \\.secret")
	m.Keys("g", "i")
	m.WaitFor(`│. \.secret`)

	m.Keys("/")
	m.Type("beta")
	m.Keys("Enter", "l")
	m.WaitFor(`│  three.log`)
	m.Keys("=") // the left pane shows the server's folder, too
	m.WaitFor(`three.log .*│  three.log`)
	m.WaitFor(`1 AUTO`)

	m.Resize(90, 30)
	m.WaitFor(`^ ferry .*\n`)
	m.WaitGone(`rw-r--r--`) // columns give way
	m.Resize(60, 20)
	m.WaitFor(`(?m)^▌2 AUTO.*beta`)
	m.Resize(30, 8)
	m.WaitFor(`ferry needs 40x10`)
	m.Resize(140, 36)
	m.WaitFor(`three.log .*rw-r--r--│  three.log .*rw-r--r--`)
	m.Keys("q")
	if code := m.WaitExit(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
}

// TestViewingOnARealServer looks into a file that is larger than what is fetched, searches it, and shows octets.
func TestViewingOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	tap := ftptest.Tap(t, server.Addr)
	m, _ := twoPanes(t, 120, 36, server, tap.Addr)
	text := strings.Repeat("a line of a long text\n", 100_000) + "the needle lies here\n"
	server.WriteFile(t, "there/long.txt", []byte(text))
	server.WriteFile(t, "there/octets.bin", []byte("\x00\x01\x02needle"))
	server.Settle(t)
	m.Keys("Tab", "R")
	m.WaitFor(`│  octets.bin`)
	m.Keys("/")
	m.Type("long")
	m.Keys("Enter", "F3")
	m.WaitFor(`a line of a long text`)
	m.WaitFor(`long.txt.*text, wrapped +2\.1M +0%`)
	m.Keys("/")
	m.WaitFor(`(?m)^ / *$`)
	m.Type("needle")
	m.Keys("Enter")
	m.WaitFor(`the needle lies here`)
	m.WaitFor(`100%`)
	m.Keys("x")
	m.WaitFor(`6e 65 65 64  6c 65`) // needle
	m.Keys("q")
	m.WaitFor(`│> long.txt`)
	m.Keys("/")
	m.Type("octets")
	m.Keys("Enter", "F3")
	m.WaitFor(`00000000  00 01 02 6e`)
	m.Keys("Escape")
	m.WaitFor(`│> octets.bin`)
	restarts := 0
	for _, command := range tap.Commands() {
		if strings.HasPrefix(command, "REST ") && command != "REST 0" {
			restarts++
		}
	}
	if restarts == 0 {
		t.Error("the file was fetched from its beginning only")
	}
}

// TestEditOfWhatChangedMeanwhileOnARealServer: somebody else writes the file while the editor is open.
func TestEditOfWhatChangedMeanwhileOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	m, _, editor := working(t, server)
	script := "#!/bin/sh\nprintf 'theirs, and longer' > '" + server.Path("there", "one.txt") + "'\necho mine >> \"$2\"\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	m.Keys("Tab", "j", "F4")
	m.WaitFor(`u upload · e edit on`)
	m.Keys("u")
	m.WaitFor(`one.txt has changed on the server meanwhile`)
	m.WaitFor(`on the server now +18 `)
	m.WaitFor(`a o v x choose`)
	m.Keys("v")
	m.WaitFor(`theirs, and longer`)
	m.Keys("q")
	m.WaitFor(`a o v x choose`)
	m.Keys("a")
	m.WaitFor(`Save your copy as`)
	m.Keys("Enter")
	m.WaitFor(`one.txt.mine uploaded`)
	has(t, server.Path("there", "one.txt"), "theirs, and longer")
	has(t, server.Path("there", "one.txt.mine"), "1mine\n")

	server.WriteFile(t, "there/tree/deep/leaf", []byte("l")) // a folder with all that is in it
	server.Settle(t)
	m.Keys("R")
	m.WaitFor(`│  tree/`)
	m.Keys("g", "g", "j", "g", "m")
	m.WaitFor(`Permissions of tree`)
	m.Keys("Down", "Down", "Down", "Space")
	m.WaitFor(`\[x\] all that is in`)
	m.Keys("7", "5", "0")
	m.WaitFor(`octal 640 .* for files`)
	m.Keys("Enter")
	m.WaitFor(`permissions of 3 items changed`)
	for _, path := range []string{"tree", "tree/deep", "tree/deep/leaf"} {
		info, err := os.Stat(server.Path("there", path))
		want := os.FileMode(0o750)
		if path == "tree/deep/leaf" {
			want = 0o640 // files are no programs
		}
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
}

// TestHelpAndSuspendInATerminal finds a key in the help and does it, goes to the shell and comes back.
func TestHelpAndSuspendInATerminal(t *testing.T) {
	sh := newShell(t)
	sh.write("only.txt", nil)
	m := tuitest.NewTmux(t, 120, 36, "bash", "--norc", "--noprofile", "-i")
	m.WaitFor(`bash-`)
	m.Type(fmt.Sprintf("HOME='%s' '%s' '%s' '%s'", sh.home, binary, sh.dir, sh.dir))
	m.Keys("Enter")
	m.WaitFor(`only.txt .*│.*only.txt`)
	m.Keys("?")
	m.WaitFor(`Keys: file pane`)
	m.Keys("/")
	m.WaitFor(`Esc ends the search`)
	m.Type("swap")
	m.WaitFor(`> X +Swap the panes`)
	m.Keys("Enter")
	m.WaitFor(`▌2 local`)
	m.Keys("r")
	m.WaitFor(`The way up cannot be renamed`) // a key that can do nothing says why
	m.Keys("C-z")
	m.WaitFor(`Stopped`)
	m.Type("fg")
	m.Keys("Enter")
	m.WaitFor(`▌2 local`)
	m.Keys("q")
	m.WaitFor(`fg\n(.*\n)*bash-[^\n]*[$#] *\n*$`) // what is typed before its prompt may still be ferry's
	m.Type("echo $((6*7))")
	m.Keys("Enter")
	m.WaitFor(`\n42`) // the shell has the terminal again
}

// TestRenamingAndComparingOnARealServer renames in place and takes it back, and compares by size and by date.
func TestRenamingAndComparingOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	m, sh := twoPanes(t, 120, 36, server, server.Addr)
	m.Keys("Tab", "G")
	m.WaitFor(`│> same.bin`)
	m.Keys("r")
	m.WaitFor(`Rename same.bin`)
	m.Keys("C-u")
	m.Type("đổi tên.bin")
	m.Keys("Enter")
	m.WaitFor(`│> đổi tên.bin`)
	has(t, server.Path("there", "đổi tên.bin"), "same")
	m.Keys("U")
	m.WaitFor(`undone: rename đổi tên.bin → same.bin|undone: rename same.bin`)
	m.WaitFor(`│[> ] same.bin`)
	has(t, server.Path("there", "same.bin"), "same")

	server.WriteFile(t, "there/other.bin", []byte("longer than here"))
	sh.write("here/same.bin", []byte("same")) // as long, and newer
	server.Settle(t)
	m.Keys("R", "1", "R")
	m.WaitFor(`│. other.bin +16 `)
	m.Keys("C")
	m.WaitFor(`Compare the panes`)
	m.Keys("s")
	m.WaitFor(`= same.bin .*│`)
	m.WaitFor(`↓ other.bin .*│`)
	m.Keys("Escape")
	m.WaitGone(`[=↓] same.bin`) // Escape and a letter in one breath would be Alt and that letter
	m.Keys("C")
	m.WaitFor(`Compare the panes`)
	m.Keys("d")
	m.WaitFor(`↑ same.bin .*│`)
	m.WaitFor(`│. ↓ same.bin`)
	m.Keys("g", "n")
	m.WaitFor(`1 marked 4`)
	m.Keys("q")
	if code := m.WaitExit(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
}
