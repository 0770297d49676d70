package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// account is a client for a scripted server.
func account(t *testing.T, srv *ftptest.Script, change func(*ftpclient.Config)) (*ftpclient.Client, *recorder) {
	t.Helper()
	server := &ftptest.Server{Addr: srv.Addr, User: "alice", Password: "secret", Roots: srv.Roots}
	return recorded(t, server, change)
}

func TestQuirk001InnerLinesLikeFinalOnes(t *testing.T) {
	srv := ftptest.NewScript(t).
		Greet("220-Hi", "331 not the end", " 220 nor this", "2200 nor that", "", "220 ok").
		On("PASS", ftptest.Reply("230-Welcome", "530 go away, said the fox", "421 so did the hen", "230 in")).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file; a\r\n"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	serves(t, s)
	if srv.Connections() != 1 {
		t.Error("a line inside a reply was taken for its end")
	}
}

// TestQuirk002ReplyEndsWithAnotherCode waits for the silence that proves it.
func TestQuirk002ReplyEndsWithAnotherCode(t *testing.T) {
	t.Parallel()
	srv := ftptest.NewScript(t).On("DELE", ftptest.Reply("250-x", "550 no"))
	s, r := scripted(t, srv, nil)
	mustFail(t, s.Remove(t.Context(), "/f"), vfs.ErrRefused, "550 x\nno")
	if notes := fmt.Sprint(r.of(ftpclient.EventNote)); !strings.Contains(notes, "ended a 250 reply with code 550") {
		t.Errorf("it was not told: %s", notes)
	}
}

// TestQuirk024RefusedLogins weighs what a 530 means.
func TestQuirk024RefusedLogins(t *testing.T) {
	for reply, tc := range map[string]struct {
		kind error
		hint string
	}{
		"530 Login incorrect.":                                         {vfs.ErrLogin, "Check the user name"},
		"530 Sorry, the maximum number of users is connected":          {vfs.ErrBusy, "try later"},
		"530 Too many connections from your host":                      {vfs.ErrBusy, "try later"},
		"530 Server is full":                                           {vfs.ErrBusy, "try later"},
		"421 Service not available":                                    {vfs.ErrBusy, "try later"},
		"530 Too many failed attempts, try again in 30 minutes":        {vfs.ErrLogin, "Check the user name"},
		"530 Non-anonymous sessions must use encryption.":              {vfs.ErrLogin, "use TLS"},
		"530 Password incorrect, you may try again after 3 seconds":    {vfs.ErrLogin, "Check the user name"},
		"332 Tell me your account":                                     {vfs.ErrLogin, "account name"},
		"530 Access denied: your address is banned":                    {vfs.ErrLogin, "Check the user name"},
		"550 Not today, retry in 50 minutes, there is maintenance now": {vfs.ErrBusy, "try later"},
	} {
		t.Run(reply, func(t *testing.T) {
			srv := ftptest.NewScript(t).On("PASS", ftptest.Reply(reply)).On("ACCT", ftptest.Reply(reply))
			cl, _ := account(t, srv, nil)
			_, err := cl.Home(t.Context())
			mustFail(t, err, tc.kind, tc.hint)
		})
	}
}

// TestQuirk024WrongPasswordIsTriedOnce keeps eight workers from locking an account.
func TestQuirk024WrongPasswordIsTriedOnce(t *testing.T) {
	srv := ftptest.NewScript(t).On("PASS", ftptest.Reply("530 Login incorrect"))
	cl, _ := account(t, srv, nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := cl.Lease(t.Context(), vfs.Transfer); !errors.Is(err, vfs.ErrLogin) {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if got := srv.Count("PASS"); got != 1 {
		t.Errorf("the password was tried %d times", got)
	}
	srv.On("PASS", ftptest.Reply("230 in"))
	if _, err := cl.Home(t.Context()); err != nil {
		t.Errorf("a person may try again: %v", err)
	}
	lease(t, cl, vfs.Transfer).Release()
}

// TestQuirk025ServerInsistsOnTLS must not send the password, nor hide what to do.
func TestQuirk025ServerInsistsOnTLS(t *testing.T) {
	for _, reply := range []string{
		"530 Non-anonymous sessions must use encryption.", "421 TLS is required here", "503 AUTH TLS first",
		"550 SSL/TLS required on the control channel",
	} {
		for _, security := range []ftpclient.Security{ftpclient.SecurityNone, ftpclient.SecurityAuto} {
			srv := ftptest.NewScript(t).On("USER", ftptest.Reply(reply)).On("AUTH", ftptest.Reply("502 not now"))
			cl, _ := account(t, srv, func(c *ftpclient.Config) { c.Security = security })
			_, err := cl.Home(t.Context())
			mustFail(t, err, vfs.ErrLogin, reply, "use TLS")
			if srv.Count("PASS") != 0 {
				t.Errorf("after %s the password went over the wire", reply)
			}
		}
	}
	srv := ftptest.NewScript(t, ftptest.TLS(ftptest.ExplicitTLS))
	cl, _ := account(t, srv, func(c *ftpclient.Config) { c.Security = ftpclient.SecurityAuto })
	if _, err := cl.Home(t.Context()); err != nil || !slices.Equal(srv.Commands()[:2], []string{"AUTH TLS", "PBSZ 0"}) {
		t.Errorf("got %v; in auto mode TLS comes first: %v", err, srv.Commands())
	}
}

func TestQuirk033NoFEAT(t *testing.T) {
	for _, reply := range []string{"500 what?", "502 no", "550 Permission denied"} {
		srv := ftptest.NewScript(t).On("FEAT", ftptest.Reply(reply)).
			On("MLSD", ftptest.Reply("502 no")).On("MLST", ftptest.Reply("502 no")).On("EPSV", ftptest.Reply("502 no")).
			On("LIST -a", ftptest.Reply("550 no")).On("CWD /f", ftptest.Reply("550 a file")).
			On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 u g 5 Jan 1 2020 f\r\n"), ftptest.Reply("226 ")).
			On("SIZE", ftptest.Reply("213 5")).On("MDTM", ftptest.Reply("213 20200101000000"))
		s, _ := scripted(t, srv, nil)
		for range 3 {
			serves(t, s)
			if e, err := s.Stat(t.Context(), "/f"); err != nil || e.Size != 5 || e.ModTime.Year() != 2020 {
				t.Errorf("after %s: got %+v, %v", reply, e, err)
			}
		}
		for _, verb := range []string{"FEAT", "MLSD", "MLST", "EPSV"} {
			if got := srv.Count(verb); got != 1 {
				t.Errorf("after %s: %s was sent %d times", reply, verb, got)
			}
		}
	}
}

func TestQuirk037AnyAnswerToUTF8(t *testing.T) {
	for _, reply := range []string{
		"200 on", "202 UTF8 mode is always enabled. No need to send this command.", "500 ?", "501 UTF8?", "504 no",
	} {
		srv := ftptest.NewScript(t).On("OPTS UTF8 ON", ftptest.Reply(reply)).
			On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file; \xe9t\xe9\r\ntype=file; été\r\n"), ftptest.Reply("226 "))
		s, _ := scripted(t, srv, nil)
		entries, _, err := vfs.ReadDir(t.Context(), s, "/")
		if err != nil || len(entries) != 2 || entries[0].Name != "\xe9t\xe9" || entries[1].Name != "été" {
			t.Errorf("after %s: got %+v, %v", reply, entries, err)
		}
	}
}

func TestQuirk062QuotesInPWD(t *testing.T) {
	for reply, want := range map[string]string{
		`257 "/a""b" is the "working" folder`: `/a"b`,
		`257 "/""""" current`:                 `/""`,
		`257 /plain is it`:                    "/plain",
		`257 "/never closed`:                  "/never closed",
	} {
		cl, _ := account(t, ftptest.NewScript(t).On("PWD", ftptest.Reply(reply)), nil)
		if home, err := cl.Home(t.Context()); err != nil || home != want {
			t.Errorf("%s: got %q, %v", reply, home, err)
		}
	}
}

// TestQuirk150TooManyConnections lets the server refuse the second connection, at the greeting or at the login.
func TestQuirk150TooManyConnections(t *testing.T) {
	refusals := map[string]func(*ftptest.Script){
		"greeting": func(s *ftptest.Script) {
			s.OnceConnect(ftptest.Reply("220 welcome")).
				OnConnect(ftptest.Reply("421 Too many connections (1) from this IP"), ftptest.Close())
		},
		"login": func(s *ftptest.Script) {
			s.Once("PASS", ftptest.Reply("230 in")).
				On("PASS", ftptest.Reply("530 Sorry, the maximum number of clients (1) from your host are already connected."))
		},
	}
	for name, set := range refusals {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).
				On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
			set(srv)
			cl, _ := account(t, srv, func(c *ftpclient.Config) { c.MaxConns = 4 })
			lease(t, cl, vfs.Browse).Release()
			var all sync.WaitGroup
			for range 6 {
				all.Go(func() {
					err := vfs.Do(t.Context(), cl, vfs.Transfer, func(s vfs.Session) error {
						_, err := fetchOnce(t, s, "/f")
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if got := srv.Connections(); got > 4 {
				t.Errorf("a storm of %d connections", got)
			}
		})
	}
}

// TestThrottledLoginIsWaitedFor counts the time down that the server asks for.
func TestThrottledLoginIsWaitedFor(t *testing.T) {
	srv := ftptest.NewScript(t).
		Once("PASS", ftptest.Reply("530 Too many users, try again in 1 second")).
		OnceConnect(ftptest.Reply("120 ready in 3 seconds", "220 now"))
	cl, r := account(t, srv, nil)
	begun := time.Now()
	if _, err := cl.Home(t.Context()); err != nil {
		t.Fatal(err)
	}
	var waits []time.Duration
	for _, e := range r.of(ftpclient.EventNote) {
		if e.Wait > 0 {
			waits = append(waits, e.Wait)
		}
	}
	if !slices.Equal(waits, []time.Duration{3 * time.Second, time.Second}) || time.Since(begun) < time.Second {
		t.Errorf("waits of %v were told, %v passed", waits, time.Since(begun))
	}
}

func TestThrottledLoginCanBeGivenUp(t *testing.T) {
	srv := ftptest.NewScript(t).On("PASS", ftptest.Reply("421 Busy, retry in 2 minutes"), ftptest.Close())
	told := make(chan struct{}, 1)
	waiting := func(c *ftpclient.Config) {
		c.Trace = func(e ftpclient.Event) {
			if e.Wait > 0 {
				told <- struct{}{}
			}
		}
	}
	cl, _ := account(t, srv, waiting)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-told; cancel() }()
	if _, err := cl.Home(ctx); !vfs.Cancelled(err) {
		t.Errorf("got %v", err)
	}
	go func() { <-told; _ = cl.Close() }()
	_, err := cl.Home(t.Context())
	mustFail(t, err, vfs.ErrBusy, "421 Busy")

	long, _ := account(t, ftptest.NewScript(t).On("PASS", ftptest.Reply("421 Busy, retry in 30 minutes")), nil)
	_, err = long.Home(t.Context())
	mustFail(t, err, vfs.ErrBusy)
}

// TestAnotherPasswordIsAskedFor once, and all later connections use it.
func TestAnotherPasswordIsAskedFor(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("PASS", ftptest.Reply("530 Login incorrect")).On("PASS another", ftptest.Reply("230 in"))
	asked, accepted := 0, 0
	cl, _ := account(t, srv, func(c *ftpclient.Config) {
		c.AskPassword = func(context.Context) (string, func(), error) {
			asked++
			return "another", func() { accepted++ }, nil
		}
	})
	one := lease(t, cl, vfs.Transfer)
	lease(t, cl, vfs.Transfer).Release()
	one.Release()
	if asked != 1 || accepted != 1 || srv.Count("PASS") != 3 {
		t.Errorf("asked %d times, accepted %d times: %q", asked, accepted, srv.Commands())
	}
}
