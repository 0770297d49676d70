package main

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// withPassword gives the URL of a folder of a server, with its password.
func withPassword(s *ftptest.Server, folder string) string {
	u := url.URL{Scheme: "ftp", User: url.UserPassword(s.User, s.Password), Host: s.Addr}
	return u.String() + "/" + strings.TrimSuffix(s.Home, "/") + "/" + folder
}

// TestPastingOnRealServers yanks and cuts on one side and pastes on another: up, down, from server to server, and on
// one server, where a cut file is renamed and nothing is sent.
func TestPastingOnRealServers(t *testing.T) {
	left, right := ftptest.Vsftpd(t), ftptest.Proftpd(t)
	left.WriteFile(t, "west/tree/deep/leaf.txt", []byte("leaf"))
	left.WriteFile(t, "west/one.txt", []byte("1"))
	right.WriteFile(t, "east/shelf/book", []byte("page"))
	left.Settle(t)
	right.Settle(t)
	tap := ftptest.Tap(t, right.Addr)
	tapped := *right
	tapped.Addr = tap.Addr
	sh := newShell(t)
	sh.write("here/mine.txt", []byte("mine"))
	m := tuitest.NewTmux(t, 120, 36, "env", "-u", "XDG_CONFIG_HOME", "-u", "XDG_DATA_HOME", "HOME="+sh.home, binary,
		withPassword(left, "west"), withPassword(&tapped, "east"))
	m.WaitFor(`tree/ .*│.*shelf/`)

	m.Keys("j", "Space", "Space", "y") // from server to server
	m.WaitFor(`2 items remembered`)
	m.WaitFor(`y tree/`)
	m.Keys("2", "p")
	m.WaitFor(`Queue .*\b2 done`)
	m.WaitFor(`│[ >]+one.txt`)
	has(t, right.Path("east", "tree", "deep", "leaf.txt"), "leaf")
	has(t, left.Path("west", "one.txt"), "1")

	m.Keys("1", "G", "x", "2", "j", "l") // away from it, into a folder
	m.WaitFor(`/east/shelf`)
	m.Keys("p")
	m.WaitFor(`Queue .*\b3 done`)
	m.WaitGone(`one.txt .*│`)
	has(t, right.Path("east", "shelf", "one.txt"), "1")
	lacks(t, left.Path("west", "one.txt"))

	sent := len(tap.Commands())
	m.Keys("G", "x", "h") // on one server
	m.WaitFor(`/east `)
	m.Keys("G")
	m.WaitFor(`│> one.txt`)
	m.Keys("g", "g", "j", "j", "l")
	m.WaitFor(`/east/tree`)
	m.Keys("p")
	m.WaitFor(`1 item moved → .*/east/tree · U undoes it`)
	has(t, right.Path("east", "tree", "one.txt"), "1")
	lacks(t, right.Path("east", "shelf", "one.txt"))
	for _, command := range tap.Commands()[sent:] {
		if strings.HasPrefix(command, "STOR") || strings.HasPrefix(command, "RETR") {
			t.Errorf("%s was sent to move on one server", command)
		}
	}
	m.WaitFor(`│  one.txt`)
	m.Keys("G", "y") // beside itself
	m.WaitFor(`│>yone.txt`)
	m.Keys("p")
	m.WaitFor(`│[ >]+one \(2\).txt`)
	has(t, right.Path("east", "tree", "one (2).txt"), "1")

	local(t, m, sh, right)
	m.Keys("q")
	if code := m.WaitExit(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
}

// local pastes from this machine and to it; its pane is a tab of the left side.
func local(t *testing.T, m *tuitest.Tmux, sh *shell, right *ftptest.Server) {
	t.Helper()
	m.Keys("1", "T")
	m.WaitFor(`2 127.0.0.1:west`)
	m.Keys("g", "d")
	m.WaitFor(`The pane is local again`)
	goTo(m)
	m.Type(filepath.Join(sh.dir, "here"))
	m.Keys("Enter")
	m.WaitFor(`  mine.txt .*│`)
	m.Keys("G", "y")
	m.WaitFor(`>ymine.txt`)
	m.Keys("2", "P")
	m.WaitFor(`Copy 1 item with options`)
	m.Keys("Enter")
	m.WaitFor(`│[ >]+mine.txt`)
	has(t, right.Path("east", "tree", "mine.txt"), "mine")
	m.Keys("g", "g", "j", "y", "1", "p") // the folder deep
	m.WaitFor(`deep/ .*│`)
	m.WaitFor(fmt.Sprintf(`Queue .*\b%d done`, 6))
	has(t, filepath.Join(sh.dir, "here", "deep", "leaf.txt"), "leaf")
}
