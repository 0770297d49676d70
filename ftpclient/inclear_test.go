package ftpclient_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// asker is a person who is asked whether a password may go in the clear, and says the same each time.
type asker struct {
	yes   bool
	asked atomic.Int32
}

func (a *asker) ask(context.Context) bool {
	a.asked.Add(1)
	return a.yes
}

// noTLS is an account with a password on a server without TLS, where TLS is only wished for.
func noTLS(t *testing.T, who *asker, kept ftpclient.Memory) (*ftpclient.Client, *recorder, *ftptest.Script) {
	t.Helper()
	srv := ftptest.NewScript(t).On("AUTH", ftptest.Reply("502 no"))
	server := &ftptest.Server{Addr: srv.Addr, User: "alice", Password: "secret"}
	cl, r := recorded(t, server, func(c *ftpclient.Config) {
		c.Security, c.AskInClear, c.Memory = ftpclient.SecurityAuto, who.ask, kept
	})
	return cl, r, srv
}

// TestQuirk135PasswordInTheClear goes over the wire only if the person lets it, who is asked once for the server.
func TestQuirk135PasswordInTheClear(t *testing.T) {
	kept, person := newStore(), &asker{yes: true}
	cl, r, srv := noTLS(t, person, kept)
	one := lease(t, cl, vfs.Browse)
	defer one.Release()
	two := lease(t, cl, vfs.Transfer)
	defer two.Release()
	if srv.Connections() != 2 || person.asked.Load() != 1 {
		t.Errorf("%d connections, asked %d times", srv.Connections(), person.asked.Load())
	}
	if notes := r.of(ftpclient.EventNote); len(notes) != 2 || !notes[0].InClear || !notes[1].InClear {
		t.Errorf("it was not told for each: %v", notes)
	}
	kept.age(1000 * 24 * time.Hour)
	later, _ := recorded(t, &ftptest.Server{Addr: srv.Addr, User: "alice", Password: "secret"},
		func(c *ftpclient.Config) {
			c.Security, c.AskInClear, c.Memory = ftpclient.SecurityAuto, person.ask, kept
		})
	if _, err := later.Home(t.Context()); err != nil || person.asked.Load() != 1 {
		t.Errorf("three years later: %v, asked %d times", err, person.asked.Load())
	}
}

func TestQuirk135PasswordNotLetGo(t *testing.T) {
	person := &asker{}
	cl, _, srv := noTLS(t, person, nil)
	_, err := cl.Home(t.Context())
	mustFail(t, err, vfs.ErrTLS, "has no TLS", "you did not let", "not even the user name")
	if srv.Count("USER") != 0 || person.asked.Load() != 1 {
		t.Errorf("sent %v, asked %d times", srv.Commands(), person.asked.Load())
	}
}

// TestQuirk135NothingSecret: nobody is asked about what everybody may know.
func TestQuirk135NothingSecret(t *testing.T) {
	for _, user := range []string{"", "anonymous", "guest"} {
		srv := ftptest.NewScript(t).On("AUTH", ftptest.Reply("502 no"))
		person := &asker{}
		cl, r := recorded(t, &ftptest.Server{Addr: srv.Addr, User: user}, func(c *ftpclient.Config) {
			c.Security, c.AskInClear = ftpclient.SecurityAuto, person.ask
		})
		if _, err := cl.Home(t.Context()); err != nil || person.asked.Load() != 0 {
			t.Errorf("%q: %v, asked %d times", user, err, person.asked.Load())
		}
		if notes := r.of(ftpclient.EventNote); len(notes) != 1 || notes[0].InClear {
			t.Errorf("%q: told as %v", user, notes)
		}
	}
}

// TestQuirk135Interrupted while the person is asked: that is no answer.
func TestQuirk135Interrupted(t *testing.T) {
	srv := ftptest.NewScript(t).On("AUTH", ftptest.Reply("502 no"))
	ctx, cancel := context.WithCancel(t.Context())
	server := &ftptest.Server{Addr: srv.Addr, User: "alice", Password: "secret"}
	cl, _ := recorded(t, server, func(c *ftpclient.Config) {
		c.Security = ftpclient.SecurityAuto
		c.AskInClear = func(ctx context.Context) bool { cancel(); <-ctx.Done(); return false }
	})
	if _, err := cl.Home(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
