package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder keeps the events of a client.
type recorder struct {
	mu     sync.Mutex
	events []ftpclient.Event
}

func (r *recorder) trace(e ftpclient.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

func (r *recorder) of(kind ftpclient.EventKind) []ftpclient.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	var some []ftpclient.Event
	for _, e := range r.events {
		if e.Kind == kind {
			some = append(some, e)
		}
	}
	return some
}

// verbs gives the commands sent since the last call, without arguments.
func (r *recorder) verbs() []string {
	var verbs []string
	for _, e := range r.of(ftpclient.EventCommand) {
		verb, _, _ := strings.Cut(e.Text, " ")
		verbs = append(verbs, verb)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = nil
	return verbs
}

// recorded starts a client that records instead of logging.
func recorded(t *testing.T, s *ftptest.Server, change func(*ftpclient.Config)) (*ftpclient.Client, *recorder) {
	t.Helper()
	r := &recorder{}
	cfg := configOf(t, s, ftpclient.ModeAuto)
	cfg.Trace = r.trace
	if change != nil {
		change(&cfg)
	}
	cl := ftpclient.New(cfg)
	t.Cleanup(func() { _ = cl.Close() })
	return cl, r
}

func lease(t *testing.T, cl *ftpclient.Client, why vfs.Purpose) vfs.Session {
	t.Helper()
	s, err := cl.Lease(t.Context(), why)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func readAll(t *testing.T, s vfs.Session, path string) []byte {
	t.Helper()
	r, err := s.Open(t.Context(), path, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestWhatAFileCosts counts what a known file costs on the wire, on every server: two commands down; six up, since it
// is renamed when the server has told its size; three up in place.
func TestWhatAFileCosts(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		server.WriteFile(t, "f", []byte("x"))
		cl, r := recorded(t, server, func(c *ftpclient.Config) { c.Mode = ftpclient.ModePassive })
		s := lease(t, cl, vfs.Transfer)
		defer s.Release()
		path := cl.Join(server.Home, "f")
		readAll(t, s, path) // sets the type once
		r.verbs()
		readAll(t, s, path)
		if got := r.verbs(); !slices.Equal(got, []string{"EPSV", "RETR"}) {
			t.Errorf("a download costs %v", got)
		}
		for _, c := range []struct {
			how  vfs.Create
			cost []string
		}{
			{vfs.Create{Size: 1}, []string{"EPSV", "STOR", "SIZE", "SIZE", "RNFR", "RNTO"}},
			{vfs.Create{Size: 1, Overwrite: true}, []string{"EPSV", "STOR", "SIZE", "RNFR", "RNTO"}},
			{vfs.Create{Size: 1, InPlace: true}, []string{"EPSV", "STOR", "SIZE"}},
		} {
			w, err := s.Create(t.Context(), cl.Join(server.Home, "g"), c.how)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte("y")); err != nil {
				t.Fatal(err)
			}
			if err := w.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := r.verbs(); !slices.Equal(got, c.cost) {
				t.Errorf("an upload costs %v, want %v", got, c.cost)
			}
		}
	})
}

// TestModeSwitch changes the data mode between two transfers of one session.
func TestModeSwitch(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		server.WriteFile(t, "f", []byte("x"))
		cl, r := recorded(t, server, nil)
		s := lease(t, cl, vfs.Browse)
		defer s.Release()
		for _, step := range []struct {
			mode   ftpclient.Mode
			method ftpclient.Method
		}{
			{ftpclient.ModeAuto, ftpclient.MethodEPSV},
			{ftpclient.ModeActive, ftpclient.MethodEPRT},
			{ftpclient.ModePassive, ftpclient.MethodEPSV},
		} {
			cl.SetMode(step.mode)
			readAll(t, s, cl.Join(server.Home, "f"))
			if got := cl.DataMethod(); got != step.method || cl.Mode() != step.mode {
				t.Errorf("in %v mode the data connection was made by %v", cl.Mode(), got)
			}
			opened := r.of(ftpclient.EventDataConnected)
			last := opened[len(opened)-1]
			if last.Method != step.method || !last.Local.IsValid() || !last.Remote.IsValid() || last.Moved() != 1 {
				t.Errorf("the event tells %+v of %d octets", last, last.Moved())
			}
		}
	})
}

// TestAutoFallsBackToActive makes every passive port unreachable in silence, as a firewall does.
func TestAutoFallsBackToActive(t *testing.T) {
	t.Parallel()
	server := ftptest.Embedded(t)
	server.WriteFile(t, "f", []byte("content"))
	cl, r := recorded(t, server, func(c *ftpclient.Config) {
		c.Timeouts.Data = soon
		c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == server.Addr {
				return new(net.Dialer).DialContext(ctx, network, address)
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}
	})
	s := lease(t, cl, vfs.Browse)
	defer s.Release()
	cl.SetMode(ftpclient.ModeAuto)
	if got := readAll(t, s, "/f"); string(got) != "content" {
		t.Fatalf("got %q", got)
	}
	told := r.of(ftpclient.EventDataFailed)
	if len(told) != 2 || !strings.Contains(told[0].Text, "EPSV: the server's passive port") ||
		!strings.Contains(told[1].Text, "PASV: the server's passive port") {
		t.Errorf("the log tells %v", told)
	}
	for _, e := range told {
		if e.Obstacle != ftpclient.ObstacleSilence || e.Mode != ftpclient.ModeAuto || e.Remote.Port() == 0 {
			t.Errorf("the event tells %+v", e)
		}
	}
	choice := cl.DataChoice()
	if choice.Method != ftpclient.MethodEPRT || choice.Recalled || !choice.Failed[ftpclient.MethodEPSV] ||
		!choice.Failed[ftpclient.MethodPASV] || choice.Failed[ftpclient.MethodEPRT] {
		t.Errorf("the choice is %+v", choice)
	}
	r.verbs()
	readAll(t, s, "/f")
	if got := r.verbs(); !slices.Equal(got, []string{"EPRT", "RETR"}) {
		t.Errorf("what was learned is forgotten: %v", got)
	}
}

// TestAutoLeavesDeadActive lets the server's dialling fail; the control connection is then given up, and passive used.
func TestAutoLeavesDeadActive(t *testing.T) {
	server := ftptest.Embedded(t)
	server.WriteFile(t, "f", []byte("content"))
	reachable := false
	cl, _ := recorded(t, server, func(c *ftpclient.Config) {
		c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address != server.Addr && !reachable {
				return nil, errors.New("unreachable")
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}
	})
	s := lease(t, cl, vfs.Browse)
	defer s.Release()
	readAll(t, s, "/f") // passive fails, active works and is remembered
	reachable = true
	cl.SetMode(ftpclient.ModePassive)
	if got := readAll(t, s, "/f"); string(got) != "content" {
		t.Fatalf("got %q", got)
	}
}

func TestNoDataConnectionTellsWhatWasTried(t *testing.T) {
	server := ftptest.Embedded(t)
	cl, _ := recorded(t, server, func(c *ftpclient.Config) {
		c.Mode = ftpclient.ModePassive
		c.Timeouts.Data = 50 * time.Millisecond
		c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == server.Addr {
				return new(net.Dialer).DialContext(ctx, network, address)
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}
	})
	err := vfs.Do(t.Context(), cl, vfs.Browse, func(s vfs.Session) error {
		_, _, err := vfs.ReadDir(t.Context(), s, "/")
		return err
	})
	if !errors.Is(err, vfs.ErrConnect) {
		t.Fatalf("got %v", err)
	}
	for _, words := range []string{"cannot list /", "EPSV", "PASV", "no answer within 50ms", "active mode may work"} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q is missing in: %v", words, err)
		}
	}
}

// TestFailuresTellWhatHappened checks the sentence and the kind of what goes wrong before and during the login.
func TestFailuresTellWhatHappened(t *testing.T) {
	server := ftptest.Embedded(t)
	closedPort := func(c *ftpclient.Config) { c.Port = ftptest.ClosedPort(t) }
	for _, tc := range []struct {
		name   string
		change func(*ftpclient.Config)
		kind   error
		words  []string
	}{
		{
			"host without an address", func(c *ftpclient.Config) {
				c.Host = "no-such-host.onion"
				c.Dial = func(context.Context, string, string) (net.Conn, error) {
					why := &net.AddrError{Err: "no suitable address found", Addr: "no-such-host.onion"}
					return nil, &net.OpError{Op: "dial", Net: "tcp", Err: why}
				}
			},
			vfs.ErrConnect,
			[]string{": the name no-such-host.onion leads to no address. Check the spelling"},
		},
		{
			"wrong password", func(c *ftpclient.Config) { c.Password = "wrong" },
			vfs.ErrLogin,
			[]string{"log in as ferry", "530", "Check the user name"},
		},
		{"closed port", closedPort, vfs.ErrConnect, []string{"nothing listens there", "Check the port"}},
		{"unknown host", func(c *ftpclient.Config) {
			c.Host = "nowhere.invalid"
			c.Dial = func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.DNSError{Name: "nowhere.invalid", IsNotFound: true}
			}
		}, vfs.ErrConnect, []string{"nowhere.invalid is not known", "spelling"}},
		{
			"line end in the password", func(c *ftpclient.Config) { c.Password = "a\r\nDELE x" },
			vfs.ErrLogin,
			[]string{"line end"},
		},
		{"silent server", func(c *ftpclient.Config) {
			c.Timeouts.Connect = 30 * time.Millisecond
			c.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
		}, vfs.ErrConnect, []string{"no answer came in time", "firewall"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cl, _ := recorded(t, server, tc.change)
			_, err := cl.Home(t.Context())
			var told *vfs.Failure
			if !errors.As(err, &told) || !errors.Is(err, tc.kind) {
				t.Fatalf("got %v, of kind %s", err, vfs.Kind(err))
			}
			for _, words := range tc.words {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q is missing in: %v", words, err)
				}
			}
		})
	}
}

func TestRefusalsTellTheServersWords(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		cl, _ := recorded(t, server, nil)
		s := lease(t, cl, vfs.Browse)
		defer s.Release()
		_, err := s.Open(t.Context(), cl.Join(server.Home, "missing"), 0)
		if !strings.Contains(err.Error(), "cannot read") || !strings.Contains(err.Error(), "the server said 550") {
			t.Errorf("got %v", err)
		}
		if server.Name != "vsftpd" && !errors.Is(err, fs.ErrNotExist) { // vsftpd says only "Failed to open file."
			t.Errorf("the kind is %s: %v", vfs.Kind(err), err)
		}
	})
}

// TestSecretsStayOutOfTheTrace greps every event for the password.
func TestSecretsStayOutOfTheTrace(t *testing.T) {
	server := ftptest.Embedded(t)
	cl, r := recorded(t, server, nil)
	if _, err := cl.Home(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		if strings.Contains(e.Text, server.Password) {
			t.Errorf("the password stands in %+v", e)
		}
	}
	if len(r.events) == 0 {
		t.Error("nothing was traced")
	}
}

// TestRepeatedSecretsAreHidden: a server that tells what it was sent makes no secret known by that.
func TestRepeatedSecretsAreHidden(t *testing.T) {
	for _, verb := range []string{"PASS", "ACCT"} {
		srv := ftptest.NewScript(t).On("PASS", ftptest.Reply("332 account")).
			On(verb, ftptest.Reply("530-secret is no password", "530 nor is acct-77 an account"))
		cl, r := account(t, srv, func(c *ftpclient.Config) { c.Account = "acct-77" })
		_, err := cl.Home(t.Context())
		if !errors.Is(err, vfs.ErrLogin) {
			t.Fatalf("got %v", err)
		}
		told := err.Error() + fmt.Sprint(r.of(ftpclient.EventReply), r.of(ftpclient.EventControlClosed))
		hidden := !strings.Contains(told, "secret") && !strings.Contains(told, "acct-77")
		if !hidden || !strings.Contains(told, "******** is no") {
			t.Errorf("it is told: %s", told)
		}
	}
}

// TestPoolLeavesOneForBrowsing takes all that transfers may have; browsing goes on, the next transfer waits.
func TestPoolLeavesOneForBrowsing(t *testing.T) {
	server := ftptest.Embedded(t)
	cl, _ := recorded(t, server, func(c *ftpclient.Config) { c.MaxConns = 3 })
	first, second := lease(t, cl, vfs.Transfer), lease(t, cl, vfs.Transfer)
	defer second.Release()
	browse := lease(t, cl, vfs.Browse)
	browse.Release()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := cl.Lease(ctx, vfs.Transfer); err == nil {
		t.Fatal("a transfer took the connection for browsing")
	}
	got := make(chan vfs.Session)
	go func() { got <- lease(t, cl, vfs.Transfer) }()
	first.Release()
	(<-got).Release()
}

// TestTransfersMakeRoomForBrowsing lends all there is to transfers: who browses waits for one to come to a rest, is
// announced to them, and goes before the next transfer.
func TestTransfersMakeRoomForBrowsing(t *testing.T) {
	server := ftptest.Embedded(t)
	cl, _ := recorded(t, server, func(c *ftpclient.Config) { c.MaxConns, c.NoSpare = 2, true })
	if cl.Room() != 2 {
		t.Fatalf("there is room for %d transfers, want 2", cl.Room())
	}
	first, second := lease(t, cl, vfs.Transfer), lease(t, cl, vfs.Transfer)
	defer second.Release()
	if vfs.Wanted(first) || vfs.Wanted(second) {
		t.Error("nobody waits, and a session is wanted")
	}
	if _, err := vfs.LeaseSpare(t.Context(), cl); !errors.Is(err, vfs.ErrCrowded) || !vfs.Temporary(err) {
		t.Errorf("a third transfer: %v", err)
	}
	order := make(chan vfs.Purpose, 2)
	var all sync.WaitGroup
	for _, why := range []vfs.Purpose{vfs.Transfer, vfs.Browse} {
		all.Go(func() {
			s := lease(t, cl, why)
			order <- why
			s.Release()
		})
	}
	for !vfs.Wanted(first) {
		runtime.Gosched()
	}
	first.Release()
	all.Wait()
	if got := <-order; got != vfs.Browse {
		t.Error("the transfer went first")
	}
}

// TestCapByClosedPort has a server whose port is closed to a second connection; the first goes on being lent.
func TestCapByClosedPort(t *testing.T) {
	server := ftptest.Embedded(t)
	var dialled atomic.Int32
	cl, _ := recorded(t, server, func(c *ftpclient.Config) {
		dial := (&net.Dialer{}).DialContext
		c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == server.Addr && dialled.Add(1) > 1 {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}
			return dial(ctx, network, address)
		}
	})
	first := lease(t, cl, vfs.Transfer)
	defer first.Release()
	asked := int32(0)
	for range 3 {
		if _, err := cl.LeaseSpare(t.Context()); !errors.Is(err, vfs.ErrCrowded) {
			t.Errorf("a second transfer: %v", err)
		}
		if asked == 0 {
			asked = dialled.Load()
		}
	}
	if n := dialled.Load(); n != asked {
		t.Errorf("the closed port was tried %d times more", n-asked)
	}
	if cl.Room() != 1 {
		t.Errorf("there is room for %d, want 1", cl.Room())
	}
}

// TestPoolStaysBelowTheServersCap asks for more connections than the server allows.
func TestPoolStaysBelowTheServersCap(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		server.WriteFile(t, "f", []byte("x"))
		cl, _ := recorded(t, server, nil)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				err := vfs.Do(t.Context(), cl, vfs.Transfer, func(s vfs.Session) error {
					readAll(t, s, cl.Join(server.Home, "f"))
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}, ftptest.MaxPerHost(2))
}

// TestClosedClientLendsNothing also checks that Close ends a lease that waits, and a transfer that runs.
func TestClosedClientLendsNothing(t *testing.T) {
	server := ftptest.Embedded(t, ftptest.BytesPerSecond(1000))
	server.WriteFile(t, "long", noise(1<<20, 1))
	cl, _ := recorded(t, server, func(c *ftpclient.Config) { c.MaxConns = 1 })
	s := lease(t, cl, vfs.Transfer)
	r, err := s.Open(t.Context(), "/long", 0)
	if err != nil {
		t.Fatal(err)
	}
	waited := make(chan error)
	go func() {
		_, err := cl.Lease(t.Context(), vfs.Transfer)
		waited <- err
	}()
	_ = cl.Close()
	if err := <-waited; err == nil {
		t.Error("a closed client lends a connection")
	}
	_ = r.Close()
	s.Release()
	if cl.Connected() {
		t.Error("a closed client is connected")
	}
}
