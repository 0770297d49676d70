package queue_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

// TestQuirk054UploadIsNotListedYet: a server whose listings come from a cache is asked by SIZE whether it has the file,
// also when the connection broke just as the file got its name. It is sent once.
func TestQuirk054UploadIsNotListedYet(t *testing.T) {
	for what, last := range map[string][]ftptest.Action{
		"all goes well": {ftptest.Reply("250 ")}, "the connection breaks": {ftptest.Close()},
	} {
		t.Run(what, func(t *testing.T) {
			has, hasNot := ftptest.Reply("213 4"), ftptest.Reply("550 no such file")
			srv := taking(t).On("CWD /x", ftptest.Reply("550 no such folder")).
				Once("SIZE /.x.ferrypart", has).On("SIZE /.x.ferrypart", hasNot)
			srv.Once("SIZE /x", hasNot).On("SIZE /x", has).Once("RNTO", last...).On("MLST", ftptest.Reply("500 what?"))
			h := start(t, queue.Options{})
			h.add(upTo(t, scriptClient(t, srv), tree(t, map[string]string{"x": "data"}), "/"))
			h.idle()
			h.expect("x:done")
			sent := srv.Commands()
			if srv.Count("STOR") != 1 {
				t.Errorf("it was sent %d times: %q", srv.Count("STOR"), sent)
			}
			if h.item("x").Proof != queue.ProofSize {
				t.Errorf("it is proven by %v", h.item("x").Proof)
			}
			if srv.Count("MLSD")+srv.Count("LIST") != 1 {
				t.Errorf("a listing is asked what has become of it: %q", sent)
			}
		})
	}
}

// TestQuirk069FolderThatIsElsewhere: paths are those that were walked, wherever the server says that it is; what it
// says finds out folders that hold themselves.
func TestQuirk069FolderThatIsElsewhere(t *testing.T) {
	at := func(dir string) ftptest.Action { return ftptest.Reply(fmt.Sprintf("257 %q is here", dir)) }
	srv := ftptest.NewScript(t).On("MLST", ftptest.Reply("500 what?")).
		On("PWD", at("/")).
		On("MLSD /a", ftptest.Reply("150 "), ftptest.Data("type=OS.unix=symlink; link\r\ntype=file;size=1; f\r\n"),
			ftptest.Reply("226 ")).
		On("MLSD /a/link", ftptest.Reply("150 "),
			ftptest.Data("type=OS.unix=symlink; back\r\ntype=file;size=1; g\r\n"), ftptest.Reply("226 ")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("x"), ftptest.Reply("226 "))
	// A server that tells the true place of its working folder. Each folder is asked about in one breath.
	for dir, actual := range map[string]string{"/a": "/real/a", "/a/link": "/real/other", "/a/link/back": "/real/a"} {
		srv.On("CWD "+dir, ftptest.Reply("250 "), ftptest.Do(func() { srv.On("PWD", at(actual)) }))
	}
	to := t.TempDir()
	h := start(t, queue.Options{})
	h.add(queue.Request{
		From: client(t, &ftptest.Server{Addr: srv.Addr, User: "alice", Password: "secret"}, oneConnection),
		To:   localfs.New(), FromDir: "/", ToDir: to, Recursive: true, FollowLinks: true,
		Sources: []queue.Source{{Entry: vfs.Entry{Name: "a", Type: vfs.Dir}}},
	})
	h.idle()
	h.expect("a/f:done", "a/link/back:skipped", "a/link/g:done")
	sameTree(t, grown(t, to), map[string]string{"a/f": "x", "a/link/g": "x"})
	for _, line := range srv.Commands() {
		if strings.Contains(line, "real") {
			t.Errorf("the true place is walked: %q", line)
		}
	}
}

func oneConnection(c *ftpclient.Config) { c.MaxConns = 1 }

// TestS03NoAddressIsPassedOn: what the source says about where its data are reaches neither the target nor a dialler,
// in any mode.
func TestS03NoAddressIsPassedOn(t *testing.T) {
	for _, mode := range []ftpclient.Mode{ftpclient.ModePassive, ftpclient.ModeActive} {
		source := ftptest.NewScript(t).On("EPSV", ftptest.Reply("500 what?")).
			On("PASV", ftptest.Listen(), ftptest.Reply("227 (198,51,100,7,{p1},{p2})")).
			On("RETR", ftptest.Reply("150 "), ftptest.Data("data"), ftptest.Reply("226 "))
		target := taking(t).On("EPRT", ftptest.Reply("500 what?")).
			Once("SIZE", ftptest.Reply("213 4"))
		in := func(c *ftpclient.Config) { c.Mode = mode }
		account := func(srv *ftptest.Script) *ftpclient.Client {
			return client(t, &ftptest.Server{Addr: srv.Addr, User: "alice", Password: "secret"}, in)
		}
		h := start(t, queue.Options{})
		h.add(queue.Request{From: account(source), To: account(target), FromDir: "/", ToDir: "/", Sources: one("x", 4)})
		h.idle()
		h.expect("x:done")
		if got := target.Received(); len(got) != 1 || got[0] != "data" {
			t.Errorf("%v: the target has %q", mode, got)
		}
		host, _, _ := net.SplitHostPort(source.Addr)
		for _, line := range target.Commands() {
			address, port := strings.CutPrefix(line, "PORT ")
			if strings.Contains(line, "198,51") || strings.HasPrefix(line, "EPRT") && !strings.Contains(line, "|"+host+"|") ||
				port && (mode == ftpclient.ModePassive || !strings.HasPrefix(address, strings.ReplaceAll(host, ".", ",")+",")) {
				t.Errorf("%v: the target is told %q", mode, line)
			}
		}
	}
}

// TestQuirk076NameNotAllowed: a name that the server refuses fails with another one to try, and the others go on.
func TestQuirk076NameNotAllowed(t *testing.T) {
	srv := taking(t).On("MLST", ftptest.Reply("500 what?")).
		On("STOR /.Bericht: März?.txt.ferrypart", ftptest.Reply("553 File name not allowed"))
	h := start(t, queue.Options{Retries: -1})
	h.add(upTo(t, scriptClient(t, srv), tree(t, map[string]string{"Bericht: März?.txt": "no", "z": "data"}), "/"))
	h.until("an end", func() bool { return h.last.Totals.Idle() && h.last.Totals.Failed == 1 })
	if why := h.item("Bericht: März?.txt").Reason.Error(); !strings.Contains(why, "may be taken as Bericht__M_rz_.txt: ") {
		t.Errorf("it failed with %q", why)
	}
	if it := h.item("z"); it.State != queue.Done && it.Tries == 0 {
		t.Errorf("the other one is %v", it.State)
	}
}

// TestQuirk053DayIsNotEnough: where a listing tells a day only and the rule is to take what is newer, the exact time is
// asked for.
func TestQuirk053DayIsNotEnough(t *testing.T) {
	for there, want := range map[time.Duration]string{-time.Hour: "x:done", time.Hour: "x:skipped"} {
		srv := ftptest.NewScript(t).On("MLST", ftptest.Reply("500 what?")).On("MLSD", ftptest.Reply("500 what?")).
			On("CWD /x", ftptest.Reply("550 no folder")).On("SIZE /x", ftptest.Reply("213 4")).
			On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 a a 4 May  6  2020 x\r\n"),
				ftptest.Reply("226 ")).
			On("MDTM /x", ftptest.Reply("213 "+when.Format("20060102150405"))).
			On("RETR", ftptest.Reply("150 "), ftptest.Data("data"), ftptest.Reply("226 "))
		to := tree(t, map[string]string{"x": "old."})
		if err := os.Chtimes(filepath.Join(to, "x"), when, when.Add(there)); err != nil {
			t.Fatal(err)
		}
		h := start(t, queue.Options{})
		day := vfs.Entry{
			Name: "x", Type: vfs.File, Size: 4, ModTime: when.Truncate(24 * time.Hour), Precision: vfs.PrecisionDay,
		}
		h.add(queue.Request{
			From: scriptClient(t, srv), To: localfs.New(), FromDir: "/", ToDir: to, OnConflict: queue.RuleNewer,
			Sources: []queue.Source{{Entry: day}},
		})
		h.idle()
		h.expect(want)
		if n := srv.Count("RETR"); n == 1 != (want == "x:done") {
			t.Errorf("%s, and it was fetched %d times", want, n)
		}
	}
}

// TestQuirk076AnotherName: a name that the server refuses holds up nothing, and can be replaced.
func TestQuirk076AnotherName(t *testing.T) {
	srv := taking(t).On("STOR /.a:b.ferrypart", ftptest.Reply("553 name not allowed")).
		On("CWD", ftptest.Reply("550 no folder"))
	srv.Once("SIZE /.good.ferrypart", ftptest.Reply("213 1")).Once("SIZE /.a_b.ferrypart", ftptest.Reply("213 2"))
	h := start(t, queue.Options{})
	h.add(upTo(t, scriptClient(t, srv), tree(t, map[string]string{"a:b": "22", "good": "1"}), "/"))
	h.idle()
	h.expect("a:b:failed", "good:done")
	id := h.item("a:b").ID
	if !errors.Is(h.item("a:b").Reason, vfs.ErrUnsafeName) {
		t.Errorf("it is told as %v", h.item("a:b").Reason)
	}
	h.q.RetryAs("a/b", id)
	h.until("the refusal", func() bool {
		return h.last.Totals.Failed == 1 && strings.Contains(h.item("a:b").Reason.Error(), "not one element")
	})
	h.q.RetryAs("a_b", id)
	h.until("the other name", func() bool { return h.last.Totals.Done == 2 })
	if !slices.Contains(srv.Commands(), "RNTO /a_b") || h.item("a:b").To != "/a_b" {
		t.Errorf("sent %q", srv.Commands())
	}
}
