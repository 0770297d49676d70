package ftpclient_test

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// encrypted leases a session on a scripted server with TLS.
func encrypted(t *testing.T, srv *ftptest.Script, change func(*ftpclient.Config)) (vfs.Session, *recorder) {
	t.Helper()
	cl, r := account(t, srv, change)
	s := lease(t, cl, vfs.Browse)
	t.Cleanup(s.Release)
	return s, r
}

// reuser demands that data connections resume the session of the control connection, as vsftpd and proftpd do.
func reuser(t *testing.T) *ftptest.Script {
	refuse := ftptest.All(ftptest.DataClose(), ftptest.Reply("522 SSL connection failed: session reuse required"))
	return ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).
		On("RETR", ftptest.Reply("150 "), ftptest.IfResumed(
			ftptest.All(ftptest.Data("here"), ftptest.Reply("226 ")), refuse)).
		On("STOR", ftptest.Reply("150 "), ftptest.IfResumed(
			ftptest.All(ftptest.Receive(), ftptest.Reply("226 ")), refuse)).
		On("RNFR", ftptest.Reply("350 ")).On("RNTO", ftptest.Reply("250 ")).
		On("MLST", ftptest.Reply("550 no such file")).On("RETR /gone", ftptest.Reply("550 no such file"))
}

func TestQuirk128DataResumesTheControlSession(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			srv := reuser(t)
			cl, r := account(t, srv, func(c *ftpclient.Config) { c.MaxTLS = version })
			for i := range 3 { // connections of a pool
				s := lease(t, cl, vfs.Browse)
				defer s.Release()
				for j := range 10 {
					_, err := fetchOnce(t, s, "/gone") // which ends a handshake
					mustFail(t, err, nil, "550 no such file")
					if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" {
						t.Fatalf("got %q, %v", got, err)
					}
					if err := storeOnce(t, s, fmt.Sprintf("/%d%d", i, j), "there"); err != nil {
						t.Fatal(err)
					}
				}
			}
			if srv.Connections() != 3 {
				t.Errorf("%d control connections were made", srv.Connections())
			}
			if shaken := fmt.Sprint(r.of(ftpclient.EventTLS)); !strings.Contains(shaken, "resumed") {
				t.Errorf("it is not told that sessions are resumed: %s", shaken)
			}
		})
	}
}

// TestQuirk129TicketsThatDoNotServe refuses every session of TLS 1.3, as servers do that cannot resume it.
func TestQuirk129TicketsThatDoNotServe(t *testing.T) {
	for name, refusal := range map[string][]ftptest.Action{
		"before the data": {ftptest.Reply("425 TLS session of data connection has not resumed")},
		"behind 150":      {ftptest.Reply("150 "), ftptest.DataClose(), ftptest.Reply("522 session reuse required")},
	} {
		t.Run(name, func(t *testing.T) {
			kept := newStore()
			srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).
				Once("RETR", refusal...).Once("RETR", refusal...).
				On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
			s, r := encrypted(t, srv, func(c *ftpclient.Config) { c.Memory = kept })
			var got string
			var err error
			for range 3 { // as the queue does after a lost connection
				if got, err = fetchOnce(t, s, "/f"); err == nil {
					break
				}
				mustFail(t, err, vfs.ErrLost, "session")
			}
			if err != nil || got != "here" {
				t.Fatalf("got %q, %v", got, err)
			}
			shaken := r.of(ftpclient.EventTLS)
			if last := shaken[len(shaken)-1].Text; !strings.HasPrefix(last, "TLS 1.2") {
				t.Errorf("the last connection spoke %s", last)
			}
			if notes := fmt.Sprint(r.of(ftpclient.EventNote)); !strings.Contains(notes, "TLS 1.2 is used from now on") {
				t.Errorf("it was not told: %s", notes)
			}
			if l := kept.Recall("ftp://alice@" + srv.Addr + " tls"); !l.OldTLS {
				t.Errorf("it is forgotten: %v", kept.records)
			}
		})
	}
}

// TestQuirk130ExpiredTicket needs no more than a new control connection.
func TestQuirk130ExpiredTicket(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).
		Once("RETR", ftptest.Reply("425 Unable to build data connection: TLS session not resumed")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
	s, _ := encrypted(t, srv, nil)
	if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" || srv.Connections() != 2 {
		t.Errorf("got %q, %v, by %d connections", got, err, srv.Connections())
	}
}

// TestQuirk131AnotherMasterSecret: a server that takes up a session without what it was made with is told as such.
func TestQuirk131AnotherMasterSecret(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).
		On("RETR", ftptest.WithoutMasterSecret(), ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
	s, _ := encrypted(t, srv, func(c *ftpclient.Config) { c.MaxTLS = tls.VersionTLS12 })
	_, err := fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrTLS, "extended master secret", "RFC 7627")
}

func TestQuirk132NoCloseNotify(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).
		On("RETR", ftptest.Reply("150 "), ftptest.DataSend("12345"), ftptest.DataCut(), ftptest.Reply("226 ")).
		On("MLSD", ftptest.Reply("150 "), ftptest.DataSend("type=file; a\r\n"), ftptest.DataCut(), ftptest.Reply("226 "))
	s, r := encrypted(t, srv, nil)
	for _, tc := range []struct {
		size  string
		whole bool
	}{{"213 5", true}, {"213 6", false}, {"550 no", false}} {
		srv.On("SIZE", ftptest.Reply(tc.size))
		got, err := fetchOnce(t, s, "/f")
		switch {
		case got != "12345":
			t.Errorf("got %q", got)
		case !tc.whole:
			mustFail(t, err, vfs.ErrIncomplete, "may be cut short")
		case err != nil:
			t.Errorf("the size is right: %v", err)
		}
	}
	if notes := fmt.Sprint(r.of(ftpclient.EventNote)); !strings.Contains(notes, "their size is right") {
		t.Errorf("it was not told: %s", notes)
	}
	_, _, err := vfs.ReadDir(t.Context(), s, "/")
	mustFail(t, err, vfs.ErrIncomplete, "may be cut short", "close_notify")

	s, r = encrypted(t, srv, func(c *ftpclient.Config) { c.AllowCut = true })
	if entries, _, err := vfs.ReadDir(t.Context(), s, "/"); err != nil || len(entries) != 1 {
		t.Errorf("got %+v, %v", entries, err)
	}
	if notes := fmt.Sprint(r.of(ftpclient.EventNote)); !strings.Contains(notes, "may be cut short") {
		t.Errorf("it was not told: %s", notes)
	}
	srv.On("SIZE", ftptest.Reply("213 6"))
	_, err = fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrIncomplete, "5 octets came of 6")
}

// TestQuirk134UploadKeepsItsTail sends much to a server whose session tickets nobody reads: were they left unread, a
// reset would take the tail of the data with it.
func TestQuirk134UploadKeepsItsTail(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).
		On("STOR", ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("226 ")).
		On("RNFR", ftptest.Reply("350 ")).On("RNTO", ftptest.Reply("250 ")).
		On("MLST", ftptest.Reply("550 no such file"))
	s, _ := encrypted(t, srv, nil)
	content := string(noise(3<<20, 134))
	for range 5 {
		if err := storeOnce(t, s, "/f", content); err != nil {
			t.Fatal(err)
		}
	}
	for i, got := range srv.Received() {
		if got != content {
			t.Errorf("upload %d: %d octets arrived of %d", i, len(got), len(content))
		}
	}
}

func TestQuirk141ClearControl(t *testing.T) {
	for name, tc := range map[string]struct {
		answer []ftptest.Action
		clear  bool
	}{
		"granted":              {[]ftptest.Action{ftptest.Reply("200 as you like"), ftptest.ClearControl()}, true},
		"refused":              {[]ftptest.Action{ftptest.Reply("533 no")}, false},
		"not known":            {[]ftptest.Action{ftptest.Reply("500 what?")}, false},
		"granted in odd words": {[]ftptest.Action{ftptest.Reply("230 as you like")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).On("CCC", tc.answer...).
				On("RETR", ftptest.Reply("150 "), ftptest.IfResumed(
					ftptest.All(ftptest.Data("here"), ftptest.Reply("226 ")), ftptest.Reply("522 in the clear?")))
			cl, r := account(t, srv, func(c *ftpclient.Config) { c.ClearControl = true })
			s, err := cl.Lease(t.Context(), vfs.Browse)
			if name == "granted in odd words" {
				mustFail(t, err, nil, "unknown answer to CCC")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer s.Release()
			if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" {
				t.Errorf("got %q, %v", got, err)
			}
			notes := fmt.Sprint(r.of(ftpclient.EventNote))
			if strings.Contains(notes, "goes on in the clear") != tc.clear {
				t.Errorf("it was told that %s", notes)
			}
			sent := srv.Commands()
			for _, secret := range []string{"PASS secret", "USER alice"} {
				if slices.Index(sent, secret) > slices.Index(sent, "CCC") {
					t.Errorf("%s was sent in the clear: %v", secret, sent)
				}
			}
		})
	}
}

// TestQuirk141DataBehindTheConsent sends what could be an injected reply under TLS that has ended.
func TestQuirk141DataBehindTheConsent(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).
		On("CCC", ftptest.Raw("200 fine\r\n226 and this\r\n"), ftptest.ClearControl())
	cl, _ := account(t, srv, func(c *ftpclient.Config) { c.ClearControl = true })
	_, err := cl.Lease(t.Context(), vfs.Browse)
	mustFail(t, err, nil, "went on under TLS")
}

// TestTLSListingsEndWell: real servers say close_notify behind a listing, so that one without it can be doubted.
func TestTLSListingsEndWell(t *testing.T) {
	eachTLS(t, func(t *testing.T, server *ftptest.Server, change func(*ftpclient.Config)) {
		server.WriteFile(t, "f", []byte("x"))
		cl, _ := recorded(t, server, change)
		s := lease(t, cl, vfs.Browse)
		defer s.Release()
		if entries, _, err := vfs.ReadDir(t.Context(), s, server.Home); err != nil || len(entries) != 1 {
			t.Errorf("got %+v, %v", entries, err)
		}
	})
}

// TestQuirk149ReplyInTheClear: a reply that comes past the encryption counts for nothing, and ends the connection.
func TestQuirk149ReplyInTheClear(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).On("MKD", ftptest.InClear("257 \"/new\" made\r\n"))
	cl, _ := account(t, srv, nil)
	s := lease(t, cl, vfs.Browse)
	err := s.Mkdir(t.Context(), "/new")
	mustFail(t, err, vfs.ErrTLS)
	s.Release()
	if cl.Connected() {
		t.Error("the connection still counts")
	}
}
