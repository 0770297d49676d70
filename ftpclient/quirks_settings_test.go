package ftpclient_test

import (
	"context"
	"crypto/tls"
	"os"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// TestQuirk029PasswordBeyondASCII: it goes in UTF-8; in the charset of the site only after a word of the person, since
// servers lock accounts.
func TestQuirk029PasswordBeyondASCII(t *testing.T) {
	const utf8, latin1 = "PASS gr\u00fcn", "PASS gr\xfcn"
	refusing := func() *ftptest.Script {
		return ftptest.NewScript(t).On("PASS", ftptest.Reply("530 Login incorrect")).On(latin1, ftptest.Reply("230 in"))
	}
	passwords := func(s *ftptest.Script) []string {
		return slices.DeleteFunc(s.Commands(), func(line string) bool { return !strings.HasPrefix(line, "PASS") })
	}
	for _, c := range []struct {
		name   string
		change func(*ftpclient.Config)
		want   []string // what is sent
		in     bool
	}{
		{"nobody is asked", func(*ftpclient.Config) {}, []string{utf8}, false},
		{"the person says no", func(c *ftpclient.Config) {
			c.AskLegacyLogin = func(context.Context) bool { return false }
		}, []string{utf8}, false},
		{"the person says yes", func(c *ftpclient.Config) {
			c.AskLegacyLogin = func(context.Context) bool { return true }
		}, []string{utf8, latin1}, true},
		{"it is set", func(c *ftpclient.Config) { c.LegacyLogin = true }, []string{latin1}, true},
		{"there is no charset", func(c *ftpclient.Config) {
			c.Encoding, c.AskLegacyLogin = "", func(context.Context) bool { return true }
		}, []string{utf8}, false},
		{"no letter differs", func(c *ftpclient.Config) {
			c.Password, c.AskLegacyLogin = "green", func(context.Context) bool { return true }
		}, []string{"PASS green"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := refusing()
			cl, _ := account(t, srv, func(cfg *ftpclient.Config) {
				cfg.Password, cfg.Encoding = "gr\u00fcn", "iso-8859-1"
				c.change(cfg)
			})
			_, err := cl.Home(t.Context())
			if got := passwords(srv); (err == nil) != c.in || !slices.Equal(got, c.want) {
				t.Errorf("sent %q, %v", got, err)
			}
			hinted := c.name == "nobody is asked" || c.name == "the person says no"
			if err != nil && strings.Contains(err.Error(), "may want iso-8859-1") != hinted {
				t.Errorf("told is %v", err)
			}
		})
	}
	t.Run("it is remembered", func(t *testing.T) {
		srv, kept := refusing(), newStore()
		for range 2 { // processes
			cl, _ := account(t, srv, func(cfg *ftpclient.Config) {
				cfg.Password, cfg.Encoding, cfg.Memory = "gr\u00fcn", "iso-8859-1", kept
				cfg.AskLegacyLogin = func(context.Context) bool { return true }
			})
			if _, err := cl.Home(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := passwords(srv); !slices.Equal(got, []string{utf8, latin1, latin1}) {
			t.Errorf("sent %q", got)
		}
	})
	t.Run("the second try fails too", func(t *testing.T) {
		srv, asked := ftptest.NewScript(t).On("PASS", ftptest.Reply("530 Login incorrect")), 0
		cl, _ := account(t, srv, func(cfg *ftpclient.Config) {
			cfg.Password, cfg.Encoding = "gr\u00fcn", "iso-8859-1"
			cfg.AskLegacyLogin = func(context.Context) bool { asked++; return true }
		})
		_, err := cl.Home(t.Context())
		mustFail(t, err, vfs.ErrLogin)
		if got := passwords(srv); asked != 1 || !slices.Equal(got, []string{utf8, latin1}) {
			t.Errorf("asked %d times, sent %q", asked, got)
		}
	})
}

// TestQuirk058ByteFF: doubled, as telnet wants it, until a server shows that it does not read telnet.
func TestQuirk058ByteFF(t *testing.T) {
	const name, doubled = "/\xff.txt", "/\xff\xff.txt"
	here := []ftptest.Action{ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 ")}
	gone := ftptest.Reply("550 no such file")
	for _, c := range []struct {
		name   string
		wanted string // by the server
		single bool   // as it is set
		sent   []string
	}{
		{"the server reads telnet", doubled, false, []string{"RETR " + doubled, "RETR " + doubled}},
		{"it does not", name, false, []string{"RETR " + doubled, "RETR " + name, "RETR " + name}},
		{"it does not, and that is set", name, true, []string{"RETR " + name, "RETR " + name}},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := ftptest.NewScript(t).On("RETR", gone).On("RETR "+c.wanted, here...)
			s, _ := scripted(t, srv, func(cfg *ftpclient.Config) { cfg.SingleIAC = c.single })
			for range 2 {
				if got, err := fetchOnce(t, s, name); err != nil || got != "here" {
					t.Errorf("got %q, %v", got, err)
				}
			}
			sent := slices.DeleteFunc(srv.Commands(), func(l string) bool { return !strings.HasPrefix(l, "RETR") })
			if !slices.Equal(sent, c.sent) {
				t.Errorf("sent %q", sent)
			}
		})
	}
	t.Run("it is not there at all", func(t *testing.T) {
		srv := ftptest.NewScript(t).On("DELE", gone)
		s, _ := scripted(t, srv, nil)
		for range 2 {
			mustFail(t, s.Remove(t.Context(), name), nil, "no such file")
		}
		if srv.Count("DELE") != 4 {
			t.Errorf("nothing was learned, and sent was %q", srv.Commands())
		}
	})
}

// TestQuirk058OnRealServers takes and makes a file whose name holds the byte FF, on servers that may do either.
func TestQuirk058OnRealServers(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, srv *ftptest.Server) {
		srv.WriteFile(t, "a\xffb", []byte("one"))
		cl, _ := recorded(t, srv, nil)
		s := lease(t, cl, vfs.Browse)
		defer s.Release()
		if got, err := fetchOnce(t, s, cl.Join(srv.Home, "a\xffb")); err != nil || got != "one" {
			t.Errorf("got %q, %v", got, err)
		}
		if err := storeOnce(t, s, cl.Join(srv.Home, "c\xffd"), "two"); err != nil {
			t.Error(err)
		}
		if got, err := os.ReadFile(srv.Path("c\xffd")); err != nil || string(got) != "two" {
			t.Errorf("on its disk: %q, %v", got, err)
		}
	})
}

// TestQuirk102AbortByTelnet: plain by default, with IP and Synch before it where that is set.
func TestQuirk102AbortByTelnet(t *testing.T) {
	for _, telnet := range []bool{false, true} {
		srv := ftptest.NewScript(t).On("RETR", ftptest.Reply("150 "), ftptest.DataSend("some"))
		srv.On("ABOR", ftptest.DataClose(), ftptest.Reply("426 cut", "226 closed"))
		s, _ := scripted(t, srv, func(c *ftpclient.Config) { c.TelnetAbort = telnet })
		r, err := s.Open(t.Context(), "/f", 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Read(make([]byte, 4)); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		signal := slices.IndexFunc(srv.Commands(), func(line string) bool {
			return strings.HasPrefix(line, "\xff\xf4") && strings.HasSuffix(line, "\xf2ABOR")
		})
		if (signal >= 0) != telnet || slices.Contains(srv.Commands(), "ABOR") == telnet {
			t.Errorf("telnet %t: sent %q", telnet, srv.Commands())
		}
		if got, err := fetchDirect(t, s, srv); err != nil || got != "all" || srv.Connections() != 1 {
			t.Errorf("telnet %t: afterwards %q, %v, on %d connections", telnet, got, err, srv.Connections())
		}
	}
}

// fetchDirect fetches a file that is whole.
func fetchDirect(t *testing.T, s vfs.Session, srv *ftptest.Script) (string, error) {
	t.Helper()
	srv.On("RETR", ftptest.Reply("150 "), ftptest.Data("all"), ftptest.Reply("226 "))
	return fetchOnce(t, s, "/f")
}

// TestQuirk102OnRealServers: whatever a server makes of the signals, the next file comes whole.
func TestQuirk102OnRealServers(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, srv *ftptest.Server) {
		srv.WriteFile(t, "long", make([]byte, 4<<20))
		srv.WriteFile(t, "short", []byte("all of it"))
		cl, _ := recorded(t, srv, func(c *ftpclient.Config) { c.TelnetAbort = true })
		s := lease(t, cl, vfs.Browse)
		defer s.Release()
		r, err := s.Open(t.Context(), cl.Join(srv.Home, "long"), 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Read(make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if got := readAll(t, s, cl.Join(srv.Home, "short")); string(got) != "all of it" {
			t.Errorf("got %q", got)
		}
	})
}

// TestQuirk139ProtectionRefused: no data go in the clear unless the site's settings allow it, and then that is told.
func TestQuirk139ProtectionRefused(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).On("PROT", ftptest.Reply("536 not here")).
			On("RETR", ftptest.Reply("150 "), ftptest.Data("clear"), ftptest.Reply("226 "))
		cl, r := account(t, srv, func(c *ftpclient.Config) { c.ClearData = allowed })
		s, err := cl.Lease(t.Context(), vfs.Browse)
		if !allowed {
			mustFail(t, err, vfs.ErrTLS, "refuses to encrypt data connections", "536")
			if srv.Count("USER") != 0 {
				t.Error("the user name was sent")
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		defer s.Release()
		if got, err := fetchOnce(t, s, "/f"); err != nil || got != "clear" || len(r.of(ftpclient.EventNote)) == 0 {
			t.Errorf("got %q, %v, told %v", got, err, r.of(ftpclient.EventNote))
		}
	}
}

// TestQuirk144OldTLS: a server that has only broken versions is told as such.
func TestQuirk144OldTLS(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS))
	_, err := ftpclient.New(func() ftpclient.Config {
		cfg := configOf(t, &ftptest.Server{Addr: srv.Addr, User: "a", Roots: srv.Roots}, ftpclient.ModeAuto)
		cfg.MinTLS, cfg.MaxTLS = tls.VersionTLS10, tls.VersionTLS11 // the server has none below 1.2
		return cfg
	}()).Lease(t.Context(), vfs.Browse)
	mustFail(t, err, vfs.ErrTLS, "no version of TLS in common")
}

// TestQuirk146ClientCertificate is shown where the server wants it; where there is none, that is what is told.
func TestQuirk146ClientCertificate(t *testing.T) {
	for _, encryption := range []ftptest.Encryption{ftptest.ExplicitTLS, ftptest.ImplicitTLS} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			for _, own := range []*tls.Certificate{nil, ftptest.NewCertificate(t)} {
				srv := ftptest.NewScript(t, ftptest.TLS(encryption)).DemandCertificate().
					On("RETR", ftptest.Reply("150 "), ftptest.Data("mine"), ftptest.Reply("226 "))
				cl, _ := account(t, srv, func(c *ftpclient.Config) {
					c.MaxTLS, c.ClientCertificate = version, own
					if encryption == ftptest.ImplicitTLS {
						c.Security = ftpclient.SecurityImplicit
					}
				})
				s, err := cl.Lease(t.Context(), vfs.Browse)
				if own == nil {
					mustFail(t, err, vfs.ErrTLS, "asks for a client certificate, and none is set")
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if got, err := fetchOnce(t, s, "/f"); err != nil || got != "mine" {
					t.Errorf("got %q, %v", got, err)
				}
				s.Release()
			}
		}
	}
}

// TestHiddenFiles: LIST -a is tried, demanded, or left alone.
func TestHiddenFiles(t *testing.T) {
	for _, c := range []struct {
		hidden ftpclient.Hidden
		first  string
	}{{ftpclient.HiddenAuto, "LIST -a"}, {ftpclient.HiddenOn, "LIST -a"}, {ftpclient.HiddenOff, "LIST"}} {
		srv := ftptest.NewScript(t).On("MLSD", ftptest.Reply("500 ")).On("LIST -a", ftptest.Reply("550 no")).
			On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 u g 5 Jan 1 2020 a\r\n"), ftptest.Reply("226 "))
		s, _ := scripted(t, srv, func(cfg *ftpclient.Config) { cfg.Hidden = c.hidden })
		for range 2 {
			serves(t, s)
		}
		sent := slices.DeleteFunc(srv.Commands(), func(l string) bool { return !strings.HasPrefix(l, "LIST") })
		asked := len(slices.DeleteFunc(slices.Clone(sent), func(l string) bool { return l == "LIST" }))
		if sent[0] != c.first || asked != map[ftpclient.Hidden]int{ftpclient.HiddenAuto: 1, ftpclient.HiddenOn: 2}[c.hidden] {
			t.Errorf("%d: sent %q", c.hidden, sent)
		}
	}
}
