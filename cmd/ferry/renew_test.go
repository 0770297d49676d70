package main

import (
	"errors"
	"net"
	"slices"
	"strconv"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/site"
	"ferry/internal/vfs"
	"ferry/tui"
)

// TestS34SiteChanged: what a saved site says about connections holds for those that stand, too, wherever it was
// changed. A password is not used with less encryption than it was given for.
func TestS34SiteChanged(t *testing.T) {
	use := func(f vfs.FS) error {
		return vfs.Do(t.Context(), f, vfs.Browse, func(s vfs.Session) error { return s.Remove(t.Context(), "/f") })
	}
	for name, open := range map[string]func(*program) (vfs.FS, error){
		"on the screen": func(p *program) (vfs.FS, error) {
			f, _, err := (&connector{program: p}).connect(t.Context(), tui.ConnectRequest{Site: "nas"})
			return f, err
		},
		"from the queue": func(p *program) (vfs.FS, error) {
			at, err := p.siteTarget("nas", "")
			if err != nil {
				return nil, err
			}
			return p.openShore(t.Context(), "ftp://alice@"+at.address())
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).On("DELE", ftptest.Reply("250 "))
			p := bare(t)
			p.getenv = func(name string) string { return map[string]string{"FERRY_PASSWORD": "secret"}[name] }
			p.interrupts = &interrupts{}
			t.Cleanup(p.shores.close)
			saved := nas(t, srv)
			book := &siteBook{p}
			save := func(old string) {
				t.Helper()
				if err := book.Save(t.Context(), old, saved); err != nil {
					t.Fatal(err)
				}
			}
			save("")
			f, err := open(p)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = f.(*ftpclient.Client).Close() })

			saved.Notes, saved.Name = "a word", "cellar"
			save("nas")
			saved.TLS = "off" // less than the password was given for
			save("cellar")
			if err := use(f); err != nil || srv.Connections() != 1 {
				t.Fatalf("what has nothing to do with connections cost one: %v, %d", err, srv.Connections())
			}

			saved.TLS = "explicit"
			if err := p.kept.sites.Save(t.Context(), "cellar", saved); err != nil { // as another process does
				t.Fatal(err)
			}
			if _, err := p.shores.open(t.Context(), target{account: account{host: "127.0.0.1", port: 1}}); err != nil {
				t.Fatal(err)
			}
			if err := use(f); !errors.Is(err, vfs.ErrTLS) || srv.Count("DELE") != 1 {
				t.Errorf("the connection in the clear is used: %v; %q", err, srv.Commands())
			}
			if got := srv.CommandsOf(2); !slices.Contains(got, "AUTH TLS") || slices.Contains(got, "USER alice") {
				t.Errorf("the new connection says %q", got)
			}
		})
	}
}

// nas is a site for a scripted server.
func nas(t *testing.T, srv *ftptest.Script) site.Site {
	t.Helper()
	host, port, err := net.SplitHostPort(srv.Addr)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return site.Site{Name: "nas", Host: host, Port: number, User: "alice", TLS: "auto"}
}
