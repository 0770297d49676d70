package ftpclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// eachTLS runs test on every server with explicit and implicit TLS, in TLS 1.2 and 1.3.
func eachTLS(t *testing.T, test func(t *testing.T, s *ftptest.Server, change func(*ftpclient.Config))) {
	for _, security := range []ftpclient.Security{ftpclient.SecurityExplicit, ftpclient.SecurityImplicit} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(security.String()+" "+tls.VersionName(version), func(t *testing.T) {
				e := ftptest.ExplicitTLS
				if security == ftpclient.SecurityImplicit {
					e = ftptest.ImplicitTLS
				}
				ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
					test(t, s, func(c *ftpclient.Config) { c.Security, c.MaxTLS = security, version })
				}, ftptest.TLS(e))
			})
		}
	}
}

// TestTLSCarriesManyFiles moves files over encrypted connections in both modes; vsftpd and proftpd refuse each data
// connection that does not resume the session of its control connection.
func TestTLSCarriesManyFiles(t *testing.T) {
	eachTLS(t, func(t *testing.T, server *ftptest.Server, change func(*ftpclient.Config)) {
		cl, r := recorded(t, server, change)
		for _, mode := range []ftpclient.Mode{ftpclient.ModePassive, ftpclient.ModeActive} {
			cl.SetMode(mode)
			session := lease(t, cl, vfs.Browse)
			s := &shore{plainNames(server), session, cl}
			for i := range 26 { // the hundredth data connection is among them
				content := noise(i*40_000, uint64(i))
				path := s.at(fmt.Sprintf("file %d %v", i, mode))
				s.send(t, path, content, vfs.Create{Size: int64(len(content))})
				sameBytes(t, path, s.fetch(t, path, 0), content)
			}
			session.Release()
		}
		poolOfThree(t, server, cl)
		shaken := r.of(ftpclient.EventTLS)
		if len(shaken) < 110 {
			t.Errorf("only %d connections were encrypted", len(shaken))
		}
		resumed := 0
		for _, e := range shaken {
			if strings.Contains(e.Text, "resumed") {
				resumed++
			}
		}
		if reuse := server.Name == "vsftpd" || server.Name == "proftpd"; reuse && resumed < 110 {
			t.Errorf("only %d of %d sessions were resumed", resumed, len(shaken))
		}
	})
}

// poolOfThree moves a file each way on three connections that are lent at the same time.
func poolOfThree(t *testing.T, server *ftptest.Server, cl *ftpclient.Client) {
	t.Helper()
	var lent []vfs.Session
	for i := range 3 {
		session := lease(t, cl, vfs.Browse)
		lent = append(lent, session)
		s := &shore{plainNames(server), session, cl}
		path := s.at(fmt.Sprintf("of connection %d", i))
		s.send(t, path, []byte("some"), vfs.Create{Size: 4})
		sameBytes(t, path, s.fetch(t, path, 0), []byte("some"))
	}
	for _, session := range lent {
		session.Release()
	}
}

func plainNames(s *ftptest.Server) server { return server{s.Home, s} }

func TestTLSUnknownCertificate(t *testing.T) {
	server := ftptest.Vsftpd(t, ftptest.TLS(ftptest.ExplicitTLS))
	refuse := errors.New("no")
	var shown ftpclient.Certificate
	for name, tc := range map[string]struct {
		trust ftpclient.Trust
		ok    bool
	}{
		"nobody to ask": {nil, false},
		"refused":       {func(context.Context, ftpclient.Certificate) error { return refuse }, false},
		"trusted": {func(_ context.Context, c ftpclient.Certificate) error {
			shown = c
			return nil
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			cl, r := recorded(t, server, func(c *ftpclient.Config) { c.RootCAs, c.Trust = nil, tc.trust })
			_, err := cl.Home(t.Context())
			if tc.ok {
				if err != nil || shown.Leaf == nil || shown.Problem == nil {
					t.Errorf("got %v; shown was %+v", err, shown)
				}
				return
			}
			mustFail(t, err, vfs.ErrTLS, "nobody known vouches", "not even the user name")
			for _, verb := range r.verbs() {
				if verb != "AUTH" {
					t.Errorf("%s was sent", verb)
				}
			}
		})
	}
}

func TestTLSRefusedByTheServer(t *testing.T) {
	for _, reply := range []string{"502 no", "530 no", "534 no", "431 no", "334 more, please"} {
		srv := ftptest.NewScript(t).On("AUTH", ftptest.Reply(reply))
		cl, _ := recorded(t, &ftptest.Server{Addr: srv.Addr}, func(c *ftpclient.Config) {
			c.Security = ftpclient.SecurityExplicit
		})
		_, err := cl.Home(t.Context())
		mustFail(t, err, vfs.ErrTLS, "refuses TLS", reply)
		if srv.Count("USER") != 0 {
			t.Errorf("after %s the user name went over the wire in the clear", reply)
		}
	}
}

// TestQuirk136OnlyAuthSSL: the old name of AUTH TLS is tried second, and data are protected all the same.
func TestQuirk136OnlyAuthSSL(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).On("AUTH TLS", ftptest.Reply("504 no"))
	cl, _ := account(t, srv, func(c *ftpclient.Config) { c.Security = ftpclient.SecurityExplicit })
	if _, err := cl.Home(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"AUTH TLS", "AUTH SSL", "PBSZ 0", "PROT P", "USER alice"}
	if sent := srv.Commands(); !slices.Equal(sent[:len(want)], want) {
		t.Errorf("sent %q", sent)
	}
}

func TestTLSAutoGoesOnInTheClear(t *testing.T) {
	srv := ftptest.NewScript(t).On("AUTH", ftptest.Reply("502 no"))
	cl, r := recorded(t, &ftptest.Server{Addr: srv.Addr}, func(c *ftpclient.Config) {
		c.Security = ftpclient.SecurityAuto
	})
	if _, err := cl.Home(t.Context()); err != nil {
		t.Fatal(err)
	}
	if notes := r.of(ftpclient.EventNote); len(notes) != 1 || !strings.Contains(notes[0].Text, "in the clear") {
		t.Errorf("it was not told: %v", notes)
	}
}

// TestQuirk138TextBehindTheConsent is CVE-2021-22947: replies that were sent in the clear must not count under TLS.
func TestQuirk138TextBehindTheConsent(t *testing.T) {
	srv := ftptest.NewScript(t).On("AUTH", ftptest.Raw("234 go ahead\r\n230 logged in\r\n"))
	for _, security := range []ftpclient.Security{ftpclient.SecurityExplicit, ftpclient.SecurityAuto} {
		cl, _ := recorded(t, &ftptest.Server{Addr: srv.Addr}, func(c *ftpclient.Config) { c.Security = security })
		_, err := cl.Home(t.Context())
		mustFail(t, err, nil, "in the clear behind its consent")
	}
}

func TestTLSLoginInTheGreetingCountsForNothing(t *testing.T) {
	srv := ftptest.NewScript(t).Greet("230 come in").On("AUTH", ftptest.Reply("503 you are in already"))
	cl, _ := recorded(t, &ftptest.Server{Addr: srv.Addr}, func(c *ftpclient.Config) {
		c.Security = ftpclient.SecurityExplicit
	})
	_, err := cl.Home(t.Context())
	mustFail(t, err, vfs.ErrTLS)
}
