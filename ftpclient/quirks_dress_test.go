package ftpclient_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// TestQuirk007NumbersInAnyLine: every reply may have several lines, and what it has to say stands in any of them.
func TestQuirk007NumbersInAnyLine(t *testing.T) {
	for name, last := range map[string]bool{"in the last line": true, "above": false} {
		t.Run(name, func(t *testing.T) {
			dress := func(code, number string) ftptest.Action {
				if last {
					return ftptest.Reply(code+"-here it is:", code+" "+number)
				}
				return ftptest.Reply(code+"-here it is:", " "+number, code+" that was it")
			}
			srv := ftptest.NewScript(t).On("MLST", ftptest.Reply("500 what?")).On("CWD /f", ftptest.Reply("550 no folder")).
				On("SIZE", dress("213", "7")).On("MDTM", dress("213", "20200102030405")).
				On("EPSV", ftptest.Listen(), dress("229", "(|||{port}|)")).
				On("PASV", ftptest.Listen(), dress("227", "({host},{p1},{p2})")).
				On("RETR", ftptest.Reply("150 "), ftptest.Data("content"), ftptest.Reply("226 "))
			for _, only := range []ftpclient.Method{ftpclient.MethodEPSV, ftpclient.MethodPASV} {
				s, _ := scripted(t, srv, func(c *ftpclient.Config) { c.OnlyMethod = only })
				e, err := s.Stat(t.Context(), "/f")
				if want := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC); err != nil || e.Size != 7 || !e.ModTime.Equal(want) {
					t.Errorf("got %+v, %v", e, err)
				}
				if got, err := fetchOnce(t, s, "/f"); got != "content" || err != nil {
					t.Errorf("%v: got %q, %v", only, got, err)
				}
			}
		})
	}
}

// TestQuirk012AnotherService is told by its first words, not by the silence behind them.
func TestQuirk012AnotherService(t *testing.T) {
	for name, c := range map[string]struct {
		say   []ftptest.Action
		words string
	}{
		"SSH":    {[]ftptest.Action{ftptest.Raw("SSH-2.0-OpenSSH_9.2\r\n"), ftptest.Hang()}, `it sent: "SSH-2.0`},
		"HTTP":   {[]ftptest.Action{ftptest.Raw("HTTP/1.1 400 Bad Request\r\n"), ftptest.Hang()}, `it sent: "HTTP/1.1 400`},
		"mail":   {[]ftptest.Action{ftptest.Raw("* OK IMAP4rev1\r\n"), ftptest.Hang()}, `it sent: "* OK IMAP4rev1`},
		"TLS":    {[]ftptest.Action{ftptest.Raw("\x15\x03\x01\x00\x02\x02\x16"), ftptest.Close()}, "implicit TLS"},
		"a page": {[]ftptest.Action{ftptest.Raw(strings.Repeat("<p>\r\n", 70)), ftptest.Hang()}, `it sent: "<p>"`},
	} {
		t.Run(name, func(t *testing.T) {
			cl, _ := account(t, ftptest.NewScript(t).OnConnect(c.say...), nil)
			_, err := cl.Home(t.Context())
			mustFail(t, err, vfs.ErrConnect, c.words)
		})
	}
}

// TestQuirk016AnySuccess: the first digit decides where the code says no more.
func TestQuirk016AnySuccess(t *testing.T) {
	srv := ftptest.NewScript(t).On("USER", ftptest.Reply("331 ")).On("PASS", ftptest.Reply("232 in")).
		On("TYPE", ftptest.Reply("226 set")).On("CWD", ftptest.Reply("200 done")).On("OPTS", ftptest.Reply("202 always on")).
		On("MLSD", ftptest.Reply("125 "), ftptest.Data("type=file; f\r\n"), ftptest.Reply("250 sent")).
		On("RETR", ftptest.Reply("125 "), ftptest.Data("x"), ftptest.Reply("200 sent")).
		On("DELE", ftptest.Reply("202 as you like"))
	s, _ := scripted(t, srv, nil)
	serves(t, s)
	if got, err := fetchOnce(t, s, "/f"); got != "x" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if err := s.Remove(t.Context(), "/f"); err != nil {
		t.Error(err)
	}
}

// TestQuirk035FeaturesWithoutEnd: the list ends with the silence behind it, and counts.
func TestQuirk035FeaturesWithoutEnd(t *testing.T) {
	t.Parallel()
	srv := ftptest.NewScript(t).On("FEAT", ftptest.Raw("211-Extensions supported:\r\n REST STREAM\r\n UTF8\r\n")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data(""), ftptest.Reply("226 "))
	cl, r := account(t, srv, nil)
	s := lease(t, cl, vfs.Browse)
	defer s.Release()
	serves(t, s)
	if got := cl.Features(); !slices.Equal(got, []string{"UTF8", "REST"}) || srv.Connections() != 1 {
		t.Errorf("known are %q, over %d connections", got, srv.Connections())
	}
	if notes := fmt.Sprint(r.of(ftpclient.EventNote)); !strings.Contains(notes, "did not end its list of features") {
		t.Error("the fault is not told")
	}
}

// TestQuirk043RefusedMLSD tells a command that is missing from a folder that is: only for the first LIST is tried.
func TestQuirk043RefusedMLSD(t *testing.T) {
	for reply, command := range map[string]bool{
		"500 what?": true, "502 no": true, "504 no": true,
		"501 not a directory": false, "550 no such folder": false, "450 busy": false,
	} {
		srv := ftptest.NewScript(t).On("MLSD", ftptest.Reply(reply)).On("LIST -a", ftptest.Reply("550 no")).
			On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 u g 5 Jan 1 2020 a\r\n"), ftptest.Reply("226 "))
		s, _ := scripted(t, srv, nil)
		_, _, err := vfs.ReadDir(t.Context(), s, "/d")
		if (err == nil) != command || err != nil && !strings.Contains(err.Error(), reply) {
			t.Errorf("%s: %v", reply, err)
		}
		_, _, _ = vfs.ReadDir(t.Context(), s, "/d")
		if again := srv.Count("MLSD") == 2; again == command {
			t.Errorf("%s: MLSD was sent %d times", reply, srv.Count("MLSD"))
		}
	}
}

// TestQuirk067WindowsPaths: a drive and backslashes in the login folder; slashes are sent.
func TestQuirk067WindowsPaths(t *testing.T) {
	srv := ftptest.NewScript(t).On("PWD", ftptest.Reply(`257 "C:\web\site" is current`)).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("x"), ftptest.Reply("226 "))
	cl, _ := account(t, srv, nil)
	home, err := cl.Home(t.Context())
	if home != "C:/web/site" || err != nil {
		t.Fatalf("home is %q, %v", home, err)
	}
	up := []string{home}
	for p := cl.Parent(home); p != up[len(up)-1]; p = cl.Parent(p) {
		up = append(up, p)
	}
	if want := []string{home, "C:/web", "C:/"}; !slices.Equal(up, want) {
		t.Errorf("above it are %q", up)
	}
	s := lease(t, cl, vfs.Browse)
	defer s.Release()
	if _, err := fetchOnce(t, s, cl.Join(cl.Parent("C:/x"), "f")); err != nil {
		t.Error(err)
	}
	sentAll(t, srv, "RETR C:/f")
}

// shown reports whether the trace tells a secret.
func shown(r *recorder, secret string) bool {
	return slices.ContainsFunc(r.of(ftpclient.EventCommand), func(e ftpclient.Event) bool {
		return strings.Contains(e.Text, secret)
	})
}

// TestQuirk022AccountIsAskedFor where the server wants one and none is set: once for all
// connections.
func TestQuirk022AccountIsAskedFor(t *testing.T) {
	for answer, in := range map[string]bool{"ledger": true, "": false} {
		srv := ftptest.NewScript(t).On("PASS", ftptest.Reply("332 account?")).
			On("ACCT", ftptest.Reply("332 account?")).On("ACCT ledger", ftptest.Reply("230 in"))
		asked := 0
		cl, r := account(t, srv, func(c *ftpclient.Config) {
			c.AskAccount = func(context.Context) string { asked++; return answer }
		})
		for range 2 {
			s, err := cl.Lease(t.Context(), vfs.Browse)
			if (err == nil) != in {
				t.Fatalf("%q: %v", answer, err)
			}
			if err != nil {
				mustFail(t, err, vfs.ErrLogin, "wants an account name")
				break
			}
			defer s.Release()
		}
		if asked != 1 || srv.Count("ACCT") != srv.Connections() || shown(r, "ledger") {
			t.Errorf("%q: asked %d times; sent %q", answer, asked, srv.Commands())
		}
	}
}
