package ftpclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// What is expected of a server is not tried: commands, methods of data connections, a second connection.
func TestExpected(t *testing.T) {
	srv := ftptest.NewScript(t).Greet("220 Printer 5 ready").On("SYST", ftptest.Reply("215 PRINTER")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 p p 9 Jan 1 2024 a\r\n"), ftptest.Reply("226 ")).
		On("STOR", ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("226 "))
	var greeting, system string
	cl, _ := account(t, srv, func(c *ftpclient.Config) {
		c.Expect = func(text string, ask func() string) ftpclient.Learned {
			greeting, system = text, ask()
			return ftpclient.Learned{
				Absent: []string{"MLSD", "RNFR"}, Refused: []ftpclient.Method{ftpclient.MethodEPSV}, MaxConns: 1,
			}
		}
	})
	s := lease(t, cl, vfs.Browse)
	if _, _, err := vfs.ReadDir(context.Background(), s, "/"); err != nil {
		t.Fatal(err)
	}
	s.Release()
	if greeting != "Printer 5 ready" || system != "PRINTER" {
		t.Errorf("it was asked about %q and %q", greeting, system)
	}
	large := strings.Repeat("x", 300<<10)
	s = lease(t, cl, vfs.Transfer) // the one connection there is
	defer s.Release()
	if err := storeOnce(t, s, "/large", large); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"MLSD", "EPSV", "RNFR", "RNTO"} {
		if srv.Count(verb) > 0 {
			t.Errorf("%s was sent: %q", verb, srv.Commands())
		}
	}
	if srv.Connections() != 1 || !slices.Contains(srv.Commands(), "STOR /large") {
		t.Errorf("%d connections, %q", srv.Connections(), srv.Commands())
	}
}

// SYST is not sent where nobody asks for it.
func TestExpectedByGreeting(t *testing.T) {
	srv := ftptest.NewScript(t)
	cl, _ := account(t, srv, func(c *ftpclient.Config) {
		c.Expect = func(string, func() string) ftpclient.Learned { return ftpclient.Learned{} }
	})
	lease(t, cl, vfs.Browse).Release()
	if srv.Count("SYST") > 0 {
		t.Errorf("SYST was sent: %q", srv.Commands())
	}
}

func TestInspectSendsNothingSecret(t *testing.T) {
	for _, kind := range []ftptest.Encryption{ftptest.ExplicitTLS, ftptest.ImplicitTLS} {
		srv := ftptest.NewScript(t, ftptest.TLS(kind))
		cfg := scriptConfig(t, srv)
		cfg.RootCAs = nil
		cfg.Security = map[ftptest.Encryption]ftpclient.Security{
			ftptest.ExplicitTLS: ftpclient.SecurityExplicit, ftptest.ImplicitTLS: ftpclient.SecurityImplicit,
		}[kind]
		cfg.MaxTLS = tls.VersionTLS12
		shown, err := ftpclient.Inspect(context.Background(), cfg)
		if err != nil || shown.Version != tls.VersionTLS12 || shown.Certificate.Problem == nil {
			t.Errorf("%v: %+v, %v", cfg.Security, shown, err)
		}
		cfg.RootCAs = srv.Roots
		if shown, err = ftpclient.Inspect(context.Background(), cfg); err != nil || shown.Certificate.Problem != nil {
			t.Errorf("%v: %+v, %v", cfg.Security, shown, err)
		}
		if srv.Count("USER") > 0 {
			t.Errorf("%q", srv.Commands())
		}
	}
}

func TestInspectWithoutTLS(t *testing.T) {
	srv := ftptest.NewScript(t)
	cfg := scriptConfig(t, srv)
	cfg.Security = ftpclient.SecurityExplicit
	if _, err := ftpclient.Inspect(context.Background(), cfg); !errors.Is(err, vfs.ErrTLS) {
		t.Errorf("the error is %v", err)
	}
}

func TestOnlyMethod(t *testing.T) {
	srv := ftptest.NewScript(t).On("PASV", ftptest.Reply("502 no"))
	cl, _ := account(t, srv, func(c *ftpclient.Config) { c.OnlyMethod = ftpclient.MethodPASV })
	s := lease(t, cl, vfs.Browse)
	defer s.Release()
	_, _, err := vfs.ReadDir(context.Background(), s, "/")
	var none *ftpclient.NoDataConnectionError
	if !errors.As(err, &none) || len(none.Tried) != 1 || srv.Count("EPSV")+srv.Count("EPRT")+srv.Count("PORT") > 0 {
		t.Errorf("%v, %q", err, srv.Commands())
	}
}
