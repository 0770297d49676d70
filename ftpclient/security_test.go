package ftpclient_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// TestS06DataConnectionOfAnotherParty: a data connection whose certificate is neither that of the control connection
// nor vouched for carries nothing.
func TestS06DataConnectionOfAnotherParty(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS))
	srv.On("PROT", ftptest.Reply("200 fine"), ftptest.Private(), ftptest.AnotherCertificate()).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("forged"), ftptest.Reply("226 "))
	s, _ := encrypted(t, srv, nil)
	got, err := fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrTLS, "nobody known vouches")
	if got != "" {
		t.Errorf("got %q", got)
	}
}

// TestS07WrongService: a certificate for another name is not the server's, whoever vouches for it; and no protocol but
// FTP is named in the handshake.
func TestS07WrongService(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS))
	cl, _ := account(t, srv, func(c *ftpclient.Config) { c.Host = "localhost" }) // the certificate names addresses
	_, err := cl.Home(t.Context())
	mustFail(t, err, vfs.ErrTLS, "made out to another name")
	if srv.Count("USER") != 0 {
		t.Error("the user name was sent")
	}
}

// TestS12NothingSmugglesACommand: neither names nor secrets nor what a server itself told can hold a second command.
func TestS12NothingSmugglesACommand(t *testing.T) {
	const evil = "x\r\nDELE y"
	for name, change := range map[string]func(*ftpclient.Config){
		"user":     func(c *ftpclient.Config) { c.User = evil },
		"password": func(c *ftpclient.Config) { c.Password = evil },
		"account":  func(c *ftpclient.Config) { c.Account = evil },
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).On("PASS", ftptest.Reply("332 account?"))
			cl, r := account(t, srv, change)
			_, err := cl.Home(t.Context())
			mustFail(t, err, vfs.ErrLogin, "the "+strings.TrimSuffix(name, " name"), "line end")
			if srv.Connections() != 0 || strings.Contains(err.Error(), "DELE") || len(r.of(ftpclient.EventDialing)) != 0 {
				t.Errorf("sent %q, told %v", srv.Commands(), err)
			}
		})
	}
	t.Run("names", func(t *testing.T) {
		srv := ftptest.NewScript(t)
		s, _ := scripted(t, srv, nil)
		before := len(srv.Commands())
		_, opened := s.Open(t.Context(), evil, 0)
		_, created := s.Create(t.Context(), evil, vfs.Create{Size: 1})
		_, stated := s.Stat(t.Context(), evil)
		_, hashed := s.(vfs.Hasher).Hash(t.Context(), evil, vfs.MD5)
		for what, err := range map[string]error{
			"open": opened, "create": created, "stat": stated, "mkdir": s.Mkdir(t.Context(), evil),
			"remove": s.Remove(t.Context(), evil), "rmdir": s.RemoveDir(t.Context(), evil),
			"rename from": s.Rename(t.Context(), evil, "b"), "rename to": s.Rename(t.Context(), "a", evil),
			"chmod": s.Chmod(t.Context(), evil, 0o600), "time": s.SetModTime(t.Context(), evil, time.Now()),
		} {
			if !errors.Is(err, vfs.ErrUnsafeName) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if !errors.Is(hashed, vfs.ErrNotSupported) {
			t.Error(hashed)
		}
		sent := srv.Commands()[before:]
		if slices.ContainsFunc(sent, func(l string) bool { return strings.Contains(l, "x") || strings.Contains(l, "DELE") }) {
			t.Errorf("sent %q", sent)
		}
	})
	t.Run("the folder that the server names", func(t *testing.T) {
		srv := ftptest.NewScript(t).On("PWD", ftptest.Reply("257 \"/x\rDELE y\""))
		cl, _ := account(t, srv, nil)
		if home, err := cl.Home(t.Context()); err != nil || home != "/" {
			t.Errorf("home is %q, %v", home, err)
		}
	})
}

// TestS14DribbledReply: a reply whose bytes come one by one without end is not waited for longer than any other.
func TestS14DribbledReply(t *testing.T) {
	t.Parallel()
	dribble := []ftptest.Action{}
	for range 200 {
		dribble = append(dribble, ftptest.Raw("2"), pause(20*time.Millisecond))
	}
	srv := ftptest.NewScript(t).On("DELE", dribble...)
	s, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Timeouts.Reply = soon })
	mustFail(t, s.Remove(t.Context(), "/f"), vfs.ErrTimeout)
}

// TestS33AnonymousLeaksNobody: the password of anonymous is the same for everybody.
func TestS33AnonymousLeaksNobody(t *testing.T) {
	t.Setenv("USER", "alice")
	srv := ftptest.NewScript(t)
	cl, _ := recorded(t, &ftptest.Server{Addr: srv.Addr}, nil)
	if _, err := cl.Home(t.Context()); err != nil || !slices.Contains(srv.Commands(), "PASS anonymous@") {
		t.Errorf("sent %q, %v", srv.Commands(), err)
	}
}

// TestS34SettingsChanged: no connection that was made in the clear, or by the old password, is used when the settings
// ask for more. Work that is under way is finished.
func TestS34SettingsChanged(t *testing.T) {
	goOn := make(chan struct{})
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS)).
		On("RETR", ftptest.Reply("150 "), ftptest.DataSend("hal"), ftptest.Wait(goOn), ftptest.Data("f"),
			ftptest.Reply("226 ")).
		On("DELE", ftptest.Reply("250 ")).On("PASS", ftptest.Reply("530 no")).
		On("PASS old", ftptest.Reply("230 in")).On("PASS new", ftptest.Reply("230 in"))
	var cfg ftpclient.Config
	cl, _ := account(t, srv, func(c *ftpclient.Config) {
		c.Password, c.Security = "old", ftpclient.SecurityNone
		cfg = *c
	})
	busy, idle := lease(t, cl, vfs.Transfer), lease(t, cl, vfs.Browse)
	defer busy.Release()
	r, err := busy.Open(t.Context(), "/f", 0)
	if err != nil {
		t.Fatal(err)
	}
	idle.Release()

	cfg.Password, cfg.Security, cfg.Host = "new", ftpclient.SecurityExplicit, "elsewhere.invalid"
	id := cl.ID()
	cl.Renew(cfg)
	if got := srv.CommandsOf(2); got[len(got)-1] != "QUIT" {
		t.Errorf("the idle connection goes on: %q", got)
	}
	close(goOn)
	if got, err := io.ReadAll(r); string(got) != "half" || errors.Join(err, r.Close()) != nil {
		t.Errorf("what was under way brought %q, %v", got, err)
	}
	for what, err := range map[string]error{"the one that was busy": busy.Remove(t.Context(), "/f"), "a new one": vfs.Do(
		t.Context(), cl, vfs.Browse, func(s vfs.Session) error { return s.Remove(t.Context(), "/g") })} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, old := range []int{1, 2} {
		if slices.ContainsFunc(srv.CommandsOf(old), func(l string) bool { return strings.HasPrefix(l, "DELE") }) {
			t.Errorf("connection %d was used: %q", old, srv.CommandsOf(old))
		}
	}
	for _, fresh := range []int{3, 4} {
		got := srv.CommandsOf(fresh)
		if len(got) == 0 || got[0] != "AUTH TLS" || !slices.Contains(got, "PASS new") {
			t.Errorf("connection %d: %q", fresh, got)
		}
	}
	if cl.ID() != id {
		t.Errorf("it is called %s now", cl.ID())
	}
}
