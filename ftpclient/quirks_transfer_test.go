package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

func TestQuirk041Preannounced(t *testing.T) {
	feat := ftptest.Reply("211-", " PRET", "211 ")
	retr := []ftptest.Action{ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 ")}
	listening := []ftptest.Action{ftptest.Listen(), ftptest.Reply("229 (|||{port}|)")}
	t.Run("wanted", func(t *testing.T) {
		srv := ftptest.NewScript(t).On("FEAT", feat).On("RETR", retr...).On("PRET", ftptest.Reply("200 fine")).
			Once("EPSV", ftptest.Reply("425 PRET first")).On("EPSV", listening...).
			On("PRET RETR /gone", ftptest.Reply("550 no such file"))
		s, _ := scripted(t, srv, nil)
		for range 2 {
			if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" {
				t.Errorf("got %q, %v", got, err)
			}
		}
		if srv.Count("EPSV") != 3 || srv.Count("PRET") != 2 || !slices.Contains(srv.Commands(), "PRET RETR /f") {
			t.Errorf("sent were %v", srv.Commands())
		}
		_, err := fetchOnce(t, s, "/gone")
		mustFail(t, err, nil, "550 no such file")
	})
	t.Run("listed and not known", func(t *testing.T) {
		srv := ftptest.NewScript(t).On("FEAT", feat).On("RETR", retr...).On("PRET", ftptest.Reply("500 ?")).
			Once("EPSV", ftptest.Reply("500 ?")).On("EPSV", listening...)
		s, _ := scripted(t, srv, nil)
		for range 2 {
			if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" {
				t.Errorf("got %q, %v", got, err)
			}
		}
		if srv.Count("PRET") != 1 {
			t.Errorf("PRET was sent %d times", srv.Count("PRET"))
		}
	})
	t.Run("listed and not needed", func(t *testing.T) {
		srv := ftptest.NewScript(t).On("FEAT", feat).On("RETR", retr...)
		s, _ := scripted(t, srv, nil)
		if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" || srv.Count("PRET") != 0 {
			t.Errorf("got %q, %v, sent %v", got, err, srv.Commands())
		}
	})
}

// TestQuirk048HugeListing shows its first entries before its end is there, and can be given up.
func TestQuirk048HugeListing(t *testing.T) {
	const lines = 100_000
	line := "type=file;size=1234;modify=20200101000000; a name that is not short\r\n"
	more := make(chan struct{})
	srv := ftptest.NewScript(t).
		On("MLSD", ftptest.Reply("150 "), ftptest.DataRepeat(line, lines/2), ftptest.Wait(more),
			ftptest.DataRepeat(line, lines/2), ftptest.DataClose(), ftptest.Reply("226 ")).
		On("ABOR", ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	got, largest := 0, 0
	report, err := s.List(t.Context(), "/", func(batch []vfs.Entry) error {
		if got == 0 {
			close(more) // the rest comes only now
		}
		got += len(batch)
		largest = max(largest, len(batch))
		return nil
	})
	if err != nil || got != lines || report.Lines != lines || largest > 1000 {
		t.Errorf("got %d entries of %d lines in batches of up to %d, %v", got, report.Lines, largest, err)
	}
	enough := errors.New("enough")
	if _, err := s.List(t.Context(), "/", func([]vfs.Entry) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
}

// TestQuirk048SlowListing takes longer in all than the stall timeout, but never stands still for nearly so long.
func TestQuirk048SlowListing(t *testing.T) {
	t.Parallel()
	const stall, pieces = 5 * time.Second, 22
	do := []ftptest.Action{ftptest.Reply("150 ")}
	for range pieces {
		do = append(do, ftptest.DataSend("type=file; a\r\n"), pause(stall/20))
	}
	srv := ftptest.NewScript(t).On("MLSD", append(do, ftptest.DataClose(), ftptest.Reply("226 "))...)
	s, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Timeouts.Stall = stall })
	if entries, _, err := vfs.ReadDir(t.Context(), s, "/"); err != nil || len(entries) != pieces {
		t.Errorf("got %d entries, %v", len(entries), err)
	}
}

// pause lets the script be slow, which is what is tested.
func pause(d time.Duration) ftptest.Action {
	return ftptest.Do(func() { <-time.After(d) })
}

func TestQuirk059LineEndsInNames(t *testing.T) {
	srv := ftptest.NewScript(t).On("MLSD", ftptest.Reply("150 "),
		ftptest.Data("type=file; good\r\ntype=file; n\x00l\r\n"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	before := len(srv.Commands())
	for _, name := range []string{"/a\rb", "/a\nDELE b", "/a\r\nDELE b", "/a\x00b"} {
		mustFail(t, s.Remove(t.Context(), name), vfs.ErrUnsafeName, "no FTP command can carry")
		mustFail(t, s.Rename(t.Context(), "/x", name), vfs.ErrUnsafeName)
		_, err := fetchOnce(t, s, name)
		mustFail(t, err, vfs.ErrUnsafeName)
		mustFail(t, s.Chmod(t.Context(), name, 0o600), vfs.ErrUnsafeName)
	}
	for _, line := range srv.Commands()[before:] {
		if line != "TYPE I" {
			t.Errorf("%q was sent", line)
		}
	}
	entries, report, err := vfs.ReadDir(t.Context(), s, "/")
	if err != nil || len(entries) != 1 || report.Unread != 1 {
		t.Errorf("got %+v, %+v, %v", entries, report, err)
	}
}

// TestQuirk070LinkLoops removes a folder that links to itself: the link goes, what it points to is not entered.
func TestQuirk070LinkLoops(t *testing.T) {
	loop := "lrwxrwxrwx 1 u g 1 Jan 1 2020 l -> .\r\nlrwxrwxrwx 1 u g 4 Jan 1 2020 a -> ../a\r\n"
	srv := ftptest.NewScript(t).On("MLSD", ftptest.Reply("500 ")).On("LIST -a", ftptest.Reply("550 ")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data(loop), ftptest.Reply("226 ")).
		On("DELE", ftptest.Reply("250 ")).On("RMD", ftptest.Reply("250 ")).
		On("MLST", ftptest.Reply("500 ")).On("SIZE", ftptest.Reply("550 "))
	cl, _ := account(t, srv, nil)
	s := lease(t, cl, vfs.Browse)
	defer s.Release()
	if e, err := s.Stat(t.Context(), "/a/l"); err != nil || e.Type != vfs.Dir { // it can be entered
		t.Errorf("got %+v, %v", e, err)
	}
	gone := vfs.RemoveTree(t.Context(), cl, s, "/a", vfs.Entry{Name: "a", Type: vfs.Dir}, nil)
	if gone.Removed != 3 || gone.Failed != 0 || srv.Count("LIST") != 2 {
		t.Errorf("got %+v: %v", gone, srv.Commands())
	}
	folders := 0
	err := vfs.Walk(t.Context(), cl, s, "/a", func(f vfs.Folder) error {
		folders++
		return f.Err
	})
	if err != nil || folders != 1 {
		t.Errorf("walked through %d folders, %v", folders, err)
	}

	srv.On("LIST", ftptest.Reply("150 "), ftptest.Data("drwxr-xr-x 1 u g 1 Jan 1 2020 d\r\n"), ftptest.Reply("226 "))
	err = vfs.Walk(t.Context(), cl, s, "/a", func(f vfs.Folder) error { return f.Err })
	mustFail(t, err, nil, "folders deep")
}

func TestQuirk079DataOnAnotherHost(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		ftptest.Missing(t, "needs 127.0.0.2, which this system does not have")
	}
	defer func() { _ = other.Close() }()
	port := other.Addr().(*net.TCPAddr).Port
	go func() {
		if nc, err := other.Accept(); err == nil {
			_, _ = nc.Write([]byte("from there"))
			_ = nc.Close()
		}
	}()
	srv := ftptest.NewScript(t).
		On("PASV", ftptest.Reply(fmt.Sprintf("227 (127,0,0,2,%d,%d)", port>>8, port&255))).
		On("RETR", ftptest.Reply("150 ", "226 "))
	s, r := scripted(t, srv, func(c *ftpclient.Config) { c.BelievePassive = true })
	if got, err := fetchOnce(t, s, "/f"); err != nil || got != "from there" {
		t.Errorf("got %q, %v", got, err)
	}
	if notes := fmt.Sprint(r.of(ftpclient.EventNote)); !strings.Contains(notes, "goes to 127.0.0.2") {
		t.Errorf("it was not told: %s", notes)
	}

	srv = ftptest.NewScript(t).On("EPSV", ftptest.Reply("500 ")).On("PASV", ftptest.Reply("227 (198,51,100,7,200,1)"))
	s, _ = scripted(t, srv, func(c *ftpclient.Config) { c.Mode = ftpclient.ModePassive })
	_, err = fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrConnect, "it names 198.51.100.7, which a setting of the site would let us dial")
}

// TestQuirk083ExtendedPortUnreachable is a firewall that understands PASV alone.
func TestQuirk083ExtendedPortUnreachable(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := closed.Addr().(*net.TCPAddr).Port
	_ = closed.Close()
	srv := ftptest.NewScript(t).On("EPSV", ftptest.Reply(fmt.Sprintf("229 (|||%d|)", port))).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
	s, r := scripted(t, srv, nil)
	for range 3 {
		if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if srv.Count("EPSV") != 1 || srv.Count("PASV") != 3 || srv.Connections() != 1 {
		t.Errorf("sent were %v", srv.Commands())
	}
	failed := r.of(ftpclient.EventDataFailed)
	if len(failed) != 1 || failed[0].Obstacle != ftpclient.ObstacleClosed || failed[0].Remote.Port() != uint16(port) ||
		!strings.Contains(failed[0].Text, fmt.Sprint("passive port ", port)) {
		t.Errorf("it was told as %+v", failed)
	}
}

// TestQuirk095ControlDiesInALongTransfer lets the data go on after the control connection was forgotten.
func TestQuirk095ControlDiesInALongTransfer(t *testing.T) {
	content := strings.Repeat("0123456789", 100_000)
	cut := make(chan struct{})
	srv := ftptest.NewScript(t).
		On("RETR", ftptest.Reply("150 "), ftptest.DataSend(content[:10]), ftptest.Wait(cut),
			ftptest.Data(content[10:]), ftptest.Reset()).
		On("SIZE", ftptest.Reply(fmt.Sprint("213 ", len(content))))
	s, r := scripted(t, srv, nil)
	reader, err := s.Open(t.Context(), "/f", 0)
	if err != nil {
		t.Fatal(err)
	}
	close(cut)
	n := 0
	buf := make([]byte, 64<<10)
	for err == nil {
		var k int
		k, err = reader.Read(buf)
		n += k
	}
	if err := reader.Close(); err != nil || n != len(content) {
		t.Errorf("got %d octets, %v", n, err)
	}
	if srv.Count("RETR") != 1 || srv.Connections() != 2 {
		t.Errorf("sent were %v", srv.Commands())
	}
	if notes := fmt.Sprint(r.of(ftpclient.EventNote)); !strings.Contains(notes, "never came; the size is right") {
		t.Errorf("it was not told: %s", notes)
	}
}

// TestQuirk156LaterConnectionsGoToTheFirstHost gives the name another address after each dialling.
func TestQuirk156LaterConnectionsGoToTheFirstHost(t *testing.T) {
	srv := ftptest.NewScript(t)
	dialled := make(chan string, 10)
	dead := false
	cl, _ := account(t, srv, func(c *ftpclient.Config) {
		c.Host = "many.example.org"
		c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			dialled <- address
			if dead && !strings.HasPrefix(address, "many") {
				return nil, errors.New("gone")
			}
			return new(net.Dialer).DialContext(ctx, network, srv.Addr)
		}
	})
	named := net.JoinHostPort("many.example.org", srv.Addr[strings.LastIndexByte(srv.Addr, ':')+1:])
	first, second := lease(t, cl, vfs.Browse), lease(t, cl, vfs.Browse)
	dead = true
	third := lease(t, cl, vfs.Browse)
	for i, want := range []string{named, srv.Addr, srv.Addr, named} {
		if got := <-dialled; got != want {
			t.Errorf("dial %d went to %s, not to %s", i, got, want)
		}
	}
	for _, s := range []vfs.Session{first, second, third} {
		s.Release()
	}
}
