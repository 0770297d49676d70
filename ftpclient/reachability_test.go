package ftpclient_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// aListing is what a server answers to MLSD.
func aListing() []ftptest.Action {
	return []ftptest.Action{ftptest.Reply("150 "), ftptest.Data("type=file;size=1; a\r\n"), ftptest.Reply("226 ")}
}

// dropping dials the server alone: what is sent to its other ports is dropped, as a packet filter does, while that is
// asked for.
func dropping(server string, drop *atomic.Bool) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == server || !drop.Load() {
			return new(net.Dialer).DialContext(ctx, network, address)
		}
		<-ctx.Done()
		return nil, ctx.Err()
	}
}

// The promise of the data connections, with the client's own budgets.
const (
	firstListing = 8 * time.Second
	nextListing  = time.Second
)

// listsWithin lists twice and looks at the clock. Machines are noisy: with one session of a few that is enough.
func listsWithin(t *testing.T, fresh func() vfs.Session) {
	t.Helper()
	var first, next time.Duration
	for range 4 {
		s := fresh()
		begun := time.Now()
		serves(t, s)
		first, begun = time.Since(begun), time.Now()
		serves(t, s)
		if next = time.Since(begun); first <= firstListing && next <= nextListing {
			return
		}
	}
	t.Errorf("the listings took %v of %v and %v of %v", first, firstListing, next, nextListing)
}

// TestQuirk083PassivePortsDropped: the passive ports swallow what is sent to them, so that the server must dial.
func TestQuirk083PassivePortsDropped(t *testing.T) {
	t.Parallel()
	var srv *ftptest.Script
	var r *recorder
	var drop atomic.Bool
	drop.Store(true)
	listsWithin(t, func() (s vfs.Session) {
		srv = ftptest.NewScript(t).On("MLSD", aListing()...)
		to := srv.Addr
		s, r = scripted(t, srv, func(c *ftpclient.Config) { c.Dial = dropping(to, &drop) })
		return s
	})
	told := fmt.Sprint(r.of(ftpclient.EventDataFailed))
	if !strings.Contains(told, "passive port") || !strings.Contains(told, "cannot be reached") {
		t.Errorf("told is %s", told)
	}
	if srv.Count("EPSV") != 1 || srv.Count("PASV") != 1 || srv.Count("EPRT") != 2 {
		t.Errorf("sent %q", srv.Commands())
	}
}

// TestQuirk088ActiveBlocked: what worked last time was active; now the server's dialling gets nowhere.
func TestQuirk088ActiveBlocked(t *testing.T) {
	t.Parallel()
	var srv *ftptest.Script
	listsWithin(t, func() vfs.Session {
		srv = ftptest.NewScript(t).On("MLSD", aListing()...)
		kept := newStore()
		cl, _ := account(t, srv, func(c *ftpclient.Config) { c.Memory, c.Mode = kept, ftpclient.ModeActive })
		s := lease(t, cl, vfs.Browse)
		serves(t, s) // is remembered
		s.Release()
		srv.Once("MLSD", ftptest.Reply("150 ")) // and it never dials
		s, _ = scripted(t, srv, func(c *ftpclient.Config) { c.Memory = kept })
		return s
	})
	if srv.Count("EPRT") != 2 || srv.Count("EPSV") != 2 {
		t.Errorf("sent %q", srv.Commands())
	}
}

// TestMethodThatStopsWorkingIsLeft: a firewall that wakes up in the middle of a session.
func TestMethodThatStopsWorkingIsLeft(t *testing.T) {
	t.Parallel()
	srv := ftptest.NewScript(t).On("MLSD", aListing()...)
	var drop atomic.Bool
	s, _ := scripted(t, srv, func(c *ftpclient.Config) {
		c.Dial, c.Timeouts.Data = dropping(srv.Addr, &drop), soon
	})
	serves(t, s)
	drop.Store(true)
	serves(t, s)
	serves(t, s)
	if srv.Count("EPSV") != 2 || srv.Count("EPRT") != 2 || srv.Connections() != 1 {
		t.Errorf("on %d connections sent %q", srv.Connections(), srv.Commands())
	}
}

// TestAllThatWasTriedIsTold, also what was tried on connections that were given up meanwhile.
func TestAllThatWasTriedIsTold(t *testing.T) {
	srv := ftptest.NewScript(t).On("MLSD", ftptest.Reply("150 ")) // and it never dials
	var drop atomic.Bool
	drop.Store(true)
	s, _ := scripted(t, srv, func(c *ftpclient.Config) {
		c.Dial, c.Timeouts.Data = dropping(srv.Addr, &drop), 100*time.Millisecond
	})
	_, err := s.List(t.Context(), "/", func([]vfs.Entry) error { return nil })
	for _, method := range []string{"EPSV: ", "PASV: ", "EPRT: ", "PORT: "} {
		if err == nil || strings.Count(err.Error(), method) != 1 {
			t.Errorf("%s is not told once: %v", method, err)
		}
	}
}

// TestListenerNeverOutlivesItsTransfer: after each transfer, good or bad, nobody can dial the port any more.
func TestListenerNeverOutlivesItsTransfer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string][]ftptest.Action{
		"good":        aListing(),
		"refused":     {ftptest.Reply("550 no")},
		"never dials": {ftptest.Reply("150 ")},
		"cut":         {ftptest.Reset()},
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).On("MLSD", answer...)
			s, _ := scripted(t, srv, func(c *ftpclient.Config) { fastTimeouts(c); c.Mode = ftpclient.ModeActive })
			_, _, _ = vfs.ReadDir(t.Context(), s, "/") // what matters is what is left
			for _, line := range srv.Commands() {
				port, announced := announcedPort(line)
				if !announced {
					continue
				}
				nc, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
				if err == nil {
					_ = nc.Close()
					t.Errorf("port %s still listens", port)
				}
			}
		})
	}
}

// announcedPort reads the port of "EPRT |1|127.0.0.1|50000|".
func announcedPort(line string) (string, bool) {
	argument, ok := strings.CutPrefix(line, "EPRT ")
	fields := strings.Split(argument, "|")
	if !ok || len(fields) != 5 {
		return "", false
	}
	return fields[3], true
}

// TestQuirk090AnnouncedAddress: behind NAT another address is announced than that of the socket, at a port of a range
// that is forwarded.
func TestQuirk090AnnouncedAddress(t *testing.T) {
	srv := ftptest.NewScript(t).On("EPRT", ftptest.Reply("500 ")).On("PORT", ftptest.Reply("500 no"))
	s, _ := scripted(t, srv, func(c *ftpclient.Config) {
		c.Mode, c.ActiveHost = ftpclient.ModeActive, netip.MustParseAddr("203.0.113.7")
		c.ActivePorts = ftpclient.PortRange{Low: 42000, High: 42999}
	})
	_, _, err := vfs.ReadDir(t.Context(), s, "/")
	mustFail(t, err, vfs.ErrConnect)
	commands := srv.Commands()
	at := slices.IndexFunc(commands, func(l string) bool { return strings.HasPrefix(l, "EPRT |1|203.0.113.7|42") })
	classic := slices.IndexFunc(commands, func(l string) bool { return strings.HasPrefix(l, "PORT 203,0,113,7,16") })
	if at < 0 || classic < 0 {
		t.Errorf("sent %q", commands)
	}
}

// TestQuirk084ActiveOverIPv6 announces an IPv6 address by EPRT, never by PORT.
func TestQuirk084ActiveOverIPv6(t *testing.T) {
	srv := ftptest.NewScript(t, ftptest.IPv6()).On("MLSD", aListing()...)
	s, r := scripted(t, srv, func(c *ftpclient.Config) { c.Mode = ftpclient.ModeActive })
	serves(t, s)
	if !slices.ContainsFunc(srv.Commands(), func(l string) bool { return strings.HasPrefix(l, "EPRT |2|::1|") }) ||
		srv.Count("PORT") != 0 {
		t.Errorf("sent %q", srv.Commands())
	}
	if made := r.of(ftpclient.EventDataConnected); len(made) != 1 || !made[0].Remote.Addr().Is6() {
		t.Errorf("made %v", made)
	}
}
