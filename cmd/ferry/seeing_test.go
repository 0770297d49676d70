package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// TestColoursAndHostileNamesOnARealServer views a program in the colours of its language, beside a file whose name
// would set the terminal's title.
func TestColoursAndHostileNamesOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	m, _ := twoPanes(t, 120, 36, server, server.Addr)
	server.WriteFile(t, "there/code.go", []byte("package main // a remark\n"))
	server.WriteFile(t, "there/plain.txt", []byte("package main // a remark\n"))
	server.WriteFile(t, "there/x\x1b]2;owned\x07y", nil)
	server.Settle(t)
	m.Keys("Tab", "R")
	m.WaitFor(`│. x␛]2;owned␇y`)
	if title := m.Show("#{pane_title}"); strings.Contains(title, "owned") {
		t.Errorf("the title is %q", title)
	}
	const coloured = `package(\x1b\[[0-9;]*m)+ main`
	look := func(name string) {
		m.Keys("/")
		m.Type(name)
		m.Keys("Enter", "F3")
		m.WaitFor(`package main // a remark`)
	}
	look("code.go")
	m.WaitForColoured(coloured)
	m.Keys("q")
	m.WaitFor(`│> code.go`)
	look("plain.txt")
	if screen := m.Coloured(); regexp.MustCompile(coloured).MatchString(screen) {
		t.Errorf("a text without a language is coloured:\n%q", screen)
	}
}

// TestAListingIsSeenWhileItComes shows what a slow server has sent so far, and lets the cursor walk in it.
func TestAListingIsSeenWhileItComes(t *testing.T) {
	entries := func(from, to int) string {
		var all strings.Builder
		for i := range to - from {
			fmt.Fprintf(&all, "type=file;size=1; file-%05d\r\n", from+i)
		}
		return all.String()
	}
	rest := make(chan struct{})
	srv := ftptest.NewScript(t).On("MLSD", ftptest.Reply("150 "), ftptest.DataSend(entries(0, 2500)),
		ftptest.Wait(rest), ftptest.Data(entries(2500, 3000)), ftptest.Reply("226 "))
	sh := newShell(t)
	m := tuitest.NewTmux(t, 120, 36, "env", "HOME="+sh.home, "FERRY_PASSWORD=secret", binary, sh.dir,
		"ftp://alice@"+srv.Addr+"/")
	m.WaitFor(`listing… 2,\d\d\d entries · Esc stops`)
	m.WaitFor(`│. file-00005`)
	m.Keys("Tab", "j", "j")
	m.WaitFor(`│> file-00002`)
	close(rest)
	m.WaitFor(`3,000 of 3,000 lines read`)
	m.WaitFor(`│> file-00002`)
}
