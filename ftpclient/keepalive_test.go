package ftpclient_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

func TestKeepAlive(t *testing.T) {
	heard := make(chan struct{}, 100)
	srv := ftptest.NewScript(t).On("NOOP", ftptest.Do(func() { heard <- struct{}{} }), ftptest.Reply("200 fine"))
	cl, _ := account(t, srv, func(c *ftpclient.Config) { c.KeepAlive = 10 * time.Millisecond })
	first, second := lease(t, cl, vfs.Browse), lease(t, cl, vfs.Browse)
	second.Release()
	for range 3 {
		<-heard
	}
	if n := srv.CommandsOf(1); n[len(n)-1] == "NOOP" {
		t.Error("a connection in use was sent a NOOP")
	}
	first.Release()
	for range 6 {
		<-heard
	}
	if srv.Connections() != 2 {
		t.Errorf("%d connections were made", srv.Connections())
	}
	if err := cl.Close(); err != nil || cl.Connected() {
		t.Errorf("got %v", err)
	}
}

func TestKeepAliveForgetsTheDead(t *testing.T) {
	var gone atomic.Bool
	closed := make(chan struct{})
	srv := ftptest.NewScript(t).On("NOOP", ftptest.Reply("421 Timeout"), ftptest.Close())
	cl, _ := account(t, srv, func(c *ftpclient.Config) {
		c.KeepAlive = 5 * time.Millisecond
		c.Trace = func(e ftpclient.Event) {
			if e.Kind == ftpclient.EventControlClosed && gone.CompareAndSwap(false, true) {
				close(closed)
			}
		}
	})
	lease(t, cl, vfs.Browse).Release()
	<-closed
	lease(t, cl, vfs.Browse).Release()
	if srv.Connections() < 2 {
		t.Error("the dead connection was lent again")
	}
}

// TestKeepAliveEndsWithTheClient closes the client while a NOOP waits for its answer.
func TestKeepAliveEndsWithTheClient(t *testing.T) {
	asked := make(chan struct{})
	srv := ftptest.NewScript(t).On("NOOP", ftptest.Do(func() { close(asked) }), ftptest.Hang())
	cl, _ := account(t, srv, func(c *ftpclient.Config) { c.KeepAlive = 5 * time.Millisecond })
	lease(t, cl, vfs.Browse).Release()
	<-asked
	begun := time.Now()
	_ = cl.Close()
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("Close took %v", took)
	}
}

// TestTheDeadAreForgottenAtOnce: a server that hangs up on an idle connection is noticed without a word from us.
func TestTheDeadAreForgottenAtOnce(t *testing.T) {
	closed, rested := make(chan string, 1), make(chan struct{})
	srv := ftptest.NewScript(t).On("MKD", ftptest.Reply(`257 "/new" created`),
		ftptest.Do(func() { <-rested }), ftptest.Reply("421 Timeout"), ftptest.Close())
	cl, _ := account(t, srv, func(c *ftpclient.Config) {
		c.KeepAlive = time.Hour
		c.Trace = func(e ftpclient.Event) {
			if e.Kind == ftpclient.EventControlClosed {
				closed <- e.Text
			}
		}
	})
	s := lease(t, cl, vfs.Browse)
	if err := s.Mkdir(t.Context(), "/new"); err != nil {
		t.Fatal(err)
	}
	s.Release()
	close(rested)
	if why := <-closed; !strings.Contains(why, "Timeout") {
		t.Errorf("closed because %q", why)
	}
	if cl.Connected() {
		t.Error("it is still thought to stand")
	}
}
