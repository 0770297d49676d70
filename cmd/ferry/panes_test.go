package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// paneFiles are what both sides hold in the tests of the panes.
func paneFiles() map[string]string {
	files := map[string]string{
		"alpha/one.txt": "1", "beta/deep/two.txt": "22", "beta/three.log": "333",
		"same.bin": "same", "other.bin": "this", "read me.md": "# hello",
	}
	for i := range 30 {
		files[fmt.Sprintf("many/%02d.dat", i)] = strings.Repeat("x", 1000)
	}
	return files
}

// twoPanes opens the screen: a local folder named here on the left, the server's folder there on the right. addr is
// where the server is dialled.
func twoPanes(t *testing.T, w, h int, server *ftptest.Server, addr string) (*tuitest.Tmux, *shell) {
	t.Helper()
	sh := forServer(t, server)
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for name, content := range paneFiles() {
		sh.write(filepath.Join("here", name), []byte(content))
		server.WriteFile(t, filepath.Join("there", name), []byte(content))
		for _, path := range []string{filepath.Join(sh.dir, "here", name), server.Path("there", name)} {
			if err := os.Chtimes(path, noon, noon); err != nil {
				t.Fatal(err)
			}
		}
	}
	server.Settle(t)
	url := "ftp://" + server.User + "@" + addr + "/" + strings.TrimPrefix(filepath.Join(server.Home, "there"), "/")
	if server.Home != "/" {
		url = "ftp://" + server.User + "@" + addr + "//" + strings.TrimPrefix(server.Home, "/") + "/there"
	}
	m := tuitest.NewTmux(t, w, h, "env", "HOME="+sh.home, "FERRY_PASSWORD="+server.Password, binary,
		filepath.Join(sh.dir, "here"), url)
	m.WaitFor(`same.bin .*│.*same.bin`)
	return m, sh
}

func TestTabsHistoryAndSwapOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	m, _ := twoPanes(t, 120, 36, server, server.Addr)
	m.Keys("Tab", "T")
	m.WaitFor(`1 127.0.0.1:there  2 127.0.0.1:there`)
	m.Keys("j", "l")
	m.WaitFor(`2 127.0.0.1:alpha`)
	m.WaitFor(`│  one.txt`)
	m.Keys("<")
	m.WaitFor(`│  same.bin`)
	m.Keys("X")
	m.WaitFor(`1 AUTO.*/there .*│ ?▌?2 local`)
	m.Keys(">")
	m.WaitFor(`1 AUTO.*/there/alpha`)
	m.Keys("H")
	m.WaitFor(`1 AUTO.*/there .*│`)
	m.WaitFor(`> alpha/`)
	m.Keys("L")
	m.WaitFor(`1 AUTO.*/there/alpha`)
	m.Keys("g", "x")
	m.WaitGone(`there:alpha`)
	m.WaitFor(`same.bin .*│  same.bin`)
	m.Keys("q")
	if code := m.WaitExit(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
}

func TestPathsOnEveryServer(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		m, _ := twoPanes(t, 120, 36, server, server.Addr)
		m.Keys("Tab")
		goTo(m)
		m.Type("be")
		m.Keys("Tab")
		m.WaitFor(`beta/ `)
		m.Type("d")
		m.Keys("Tab") // asks the server
		m.WaitFor(`beta/deep/`)
		m.Keys("Enter")
		m.WaitFor(`/there/beta/deep .*\n.*\n.*│  two.txt`)
		goTo(m)
		m.Type("../three.log")
		m.Keys("Enter")
		m.WaitFor(`│> three.log`)
		goTo(m)
		m.Type("~")
		m.Keys("Enter")
		m.WaitFor(`│. there/`)
	})
}

// goTo opens the path bar. What is typed before it is seen would be dropped.
func goTo(m *tuitest.Tmux) {
	m.Keys("g", "/")
	m.WaitFor(`Go to a folder on`)
}

func TestFindAndMeasureOnEveryServer(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		m, _ := twoPanes(t, 80, 24, server, server.Addr)
		m.Keys("Tab", "S")
		m.WaitFor(`Find below`)
		m.Type("t*.*")
		m.Keys("Enter")
		m.WaitFor(`(?s)beta/three.log.*beta/deep/two.txt.*2 names in 5 folders`)
		m.Keys("j", "Enter")
		m.WaitFor(`│> two.txt`)
		m.Keys("H")
		m.WaitFor(`│. many/`)
		m.Keys("A", "g", "s")
		m.WaitFor(`many/ +29.3K`)
		m.WaitFor(`6 marked 29.3K`)
	})
}

func TestSearchFilterAndRangesOnTheScreen(t *testing.T) {
	server := ftptest.Vsftpd(t)
	m, _ := twoPanes(t, 80, 24, server, server.Addr)
	m.Keys("Tab", "/")
	m.Type("bin")
	m.WaitFor(`search: bin▏ 1 of 2`)
	m.WaitFor(`│> other.bin`)
	m.Keys("Enter", "n")
	m.WaitFor(`│> same.bin`)
	m.Keys("f")
	m.Type("*.bin")
	m.WaitFor(`filter: \*.bin▏ 2 of 6`)
	m.Keys("Enter", "v", "k")
	m.WaitFor(`2 marked 8 · filter`)
	m.Keys("Escape", "Escape")
	m.WaitFor(`│  alpha/`)
	m.Keys(",", "s")
	m.WaitFor(`size▼`)
	m.WaitFor(`8 of 8 lines read`) // "." and ".." are lines too
}

func TestCompareContentsOnEveryServer(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		tap := ftptest.Tap(t, server.Addr)
		m, sh := twoPanes(t, 120, 36, server, tap.Addr)
		sh.write("here/other.bin", []byte("that"))
		sh.write("here/new.bin", []byte("new"))
		m.Keys("R")
		m.WaitFor(`new.bin`)
		before := len(tap.Commands())
		m.Keys("C")
		m.WaitFor(`Compare the panes`)
		m.Keys("c")
		m.WaitFor(`\+ new.bin`)
		m.WaitFor(`= same.bin .*│`)
		m.WaitFor(`│. = same.bin`)
		m.WaitFor(`↑ other.bin .*│`)
		m.WaitFor(`│. ↓ other.bin`)
		commands := strings.Join(tap.Commands()[before:], "\n")
		if server.Hash == strings.Contains(commands, "RETR") {
			t.Errorf("the server knows hashes: %v; it was asked\n%s", server.Hash, commands)
		}
		m.Keys("g", "n")
		m.WaitFor(`2 marked 7`)
		m.Keys("Escape")
		m.WaitFor(`│  same.bin`)
	})
}

func TestBrowsingTogetherOnARealServer(t *testing.T) {
	server := ftptest.Vsftpd(t)
	m, _ := twoPanes(t, 120, 36, server, server.Addr)
	m.Keys("g", "=")
	m.WaitFor(`⇄ .*here .*⇄ .*there`)
	m.Keys("/")
	m.Type("beta")
	m.Keys("Enter", "l")
	m.WaitFor(`⇄ .*re/beta .*⇄ .*there/beta`) // the middle of a long path is left out
	m.WaitFor(`three.log .*│  three.log`)
	m.Keys("h")
	m.WaitFor(`⇄ .*here .*⇄ .*there .*\n`)
}

// relay stands before a server's control connections and can be cut like a cable.
type relay struct {
	t      *testing.T
	server string
	addr   string

	mu       sync.Mutex
	listener net.Listener
	open     []net.Conn
	running  sync.WaitGroup
}

func newRelay(t *testing.T, server string) *relay {
	t.Helper()
	r := &relay{t: t, server: server, addr: "127.0.0.1:0"}
	r.mend()
	t.Cleanup(func() {
		r.cut()
		r.running.Wait()
	})
	return r
}

// mend lets connections through, at the same address as before.
func (r *relay) mend() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.addr)
	for begun := time.Now(); err != nil && time.Since(begun) < patience; time.Sleep(10 * time.Millisecond) {
		l, err = net.Listen("tcp", r.addr) // some client may have that port for a moment
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	r.listener, r.addr = l, l.Addr().String()
	r.mu.Unlock()
	r.running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", r.server)
			if err != nil {
				_ = client.Close() // it sees what it would see of the server
				continue
			}
			r.mu.Lock()
			r.open = append(r.open, client, server)
			r.mu.Unlock()
			r.running.Go(func() { _, _ = io.Copy(client, server) }) // they end when they are cut
			r.running.Go(func() { _, _ = io.Copy(server, client) })
		}
	})
}

// cut ends all connections and refuses further ones.
func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.listener.Close() // nobody is accepted any more
	for _, c := range r.open {
		_ = c.Close() // it may have ended
	}
	r.open = nil
}

func TestALostServerTakesThePaneOffline(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			server := ftptest.Vsftpd(t)
			line := newRelay(t, server.Addr)
			m, _ := twoPanes(t, size[0], size[1], server, line.addr)
			line.cut()
			m.Keys("Tab", "R")
			m.WaitFor(`2 OFFLINE`)
			m.WaitFor(`│  same.bin`) // what was last seen stays
			m.Keys("F8")
			m.WaitFor(`is offline and its rows may be old`)
			m.Keys("1", "F5")
			m.WaitFor(`is offline and its rows may be old`)
			line.mend()
			m.Keys("2", "R")
			m.WaitGone(`OFFLINE`)
			m.Keys("j", "F8")
			m.WaitFor(`Delete on`)
		})
	}
}
