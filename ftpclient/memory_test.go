package ftpclient_test

import (
	"context"
	"encoding/json"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// store keeps what was learned as JSON, as a file would.
type store struct {
	mu      sync.Mutex
	records map[string]string
}

func newStore() *store { return &store{records: map[string]string{}} }

func (s *store) Recall(key string) ftpclient.Learned {
	s.mu.Lock()
	defer s.mu.Unlock()
	var l ftpclient.Learned
	if text, ok := s.records[key]; ok {
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			panic(err)
		}
	}
	return l
}

func (s *store) Remember(key string, l ftpclient.Learned) {
	text, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[key] = string(text)
}

// age makes all records older.
func (s *store) age(by time.Duration) {
	for _, key := range slices.Collect(maps.Keys(s.records)) {
		l := s.Recall(key)
		l.At = l.At.Add(-by)
		s.Remember(key, l)
	}
}

// awkward is a server without EPSV, with an MLSD that shows nothing, and a LIST -a that is a name.
func awkward(t *testing.T) *ftptest.Script {
	return ftptest.NewScript(t).On("EPSV", ftptest.Reply("500 what?")).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data(""), ftptest.Reply("226 ")).
		On("LIST -a", ftptest.Reply("550 no such file")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 u g 5 Jan 1 2020 a\r\n"), ftptest.Reply("226 ")).
		On("SITE", ftptest.Reply("502 no"))
}

// TestMemoryOutlivesTheClient lets a second client start where the first one ended, until the memory is too old.
func TestMemoryOutlivesTheClient(t *testing.T) {
	srv, kept := awkward(t), newStore()
	remembering := func(c *ftpclient.Config) { c.Memory = kept }
	inquiries := func() int { return srv.Count("EPSV") + srv.Count("MLSD") + srv.Count("SITE") }
	visit := func() {
		s, _ := scripted(t, srv, remembering)
		serves(t, s)
		mustFail(t, s.Chmod(t.Context(), "/a", 0o600), vfs.ErrNotSupported)
		s.Release()
	}
	visit()
	if got := inquiries(); got < 3 {
		t.Fatalf("the first client asked %d times: %v", got, srv.Commands())
	}
	first, lists := inquiries(), srv.Count("LIST")
	visit()
	if inquiries() != first || srv.Count("LIST") != lists+1 {
		t.Errorf("the second client asked again: %v", srv.Commands())
	}
	for key, text := range kept.records {
		if strings.Contains(key+text, "secret") {
			t.Errorf("a secret is kept: %s %s", key, text)
		}
	}
	kept.age(8 * 24 * time.Hour)
	visit()
	if inquiries() == first {
		t.Error("what a server cannot do is believed for ever")
	}
}

func TestMemoryHoldsTheMethodOfTheNetwork(t *testing.T) {
	kept := newStore()
	srv := ftptest.NewScript(t).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Memory, c.Mode = kept, ftpclient.ModeActive })
	if _, err := fetchOnce(t, s, "/f"); err != nil {
		t.Fatal(err)
	}
	key := "ftp://alice@" + srv.Addr + " plain from 127.0.0.0/24"
	if got := kept.Recall(key); got.Method != ftpclient.MethodEPRT {
		t.Fatalf("kept under %s is %+v, of %v", key, got, kept.records)
	}
	s, _ = scripted(t, srv, func(c *ftpclient.Config) { c.Memory = kept }) // in auto mode
	if _, err := fetchOnce(t, s, "/f"); err != nil || srv.Count("EPSV") != 0 {
		t.Errorf("got %v; what worked was not tried first: %v", err, srv.Commands())
	}
}

// TestMemoryOfTLS makes sure that a server that was seen with TLS is not spoken to in the clear by another process,
// however long ago that was, and for no account.
func TestMemoryOfTLS(t *testing.T) {
	kept := newStore()
	server := ftptest.Embedded(t, ftptest.TLS(ftptest.ExplicitTLS))
	cl, _ := recorded(t, server, func(c *ftpclient.Config) { c.Memory, c.Security = kept, ftpclient.SecurityAuto })
	if _, err := cl.Home(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l := kept.Recall("ftp://" + server.Addr); !l.TLS {
		t.Fatalf("TLS was not remembered: %v", kept.records)
	}

	stripped := ftptest.NewScript(t).On("AUTH", ftptest.Reply("502 no"))
	early, _ := recorded(t, &ftptest.Server{Addr: stripped.Addr}, func(c *ftpclient.Config) {
		c.Memory, c.Security, c.User = kept, ftpclient.SecurityAuto, "bob"
	}) // made before the memory knew
	kept.Remember("ftp://"+stripped.Addr, ftpclient.Learned{TLS: true, At: time.Now().AddDate(-3, 0, 0)})
	late, _ := recorded(t, &ftptest.Server{Addr: stripped.Addr}, func(c *ftpclient.Config) {
		c.Memory, c.Security, c.User = kept, ftpclient.SecurityAuto, "carol"
	})
	for _, cl := range []*ftpclient.Client{early, late} {
		_, err := cl.Home(t.Context())
		mustFail(t, err, vfs.ErrTLS, "refuses TLS")
	}
	shouted := strings.Replace(stripped.Addr, "127.0.0.1", "LocalHost", 1)
	kept.Remember("ftp://"+strings.ToLower(shouted), ftpclient.Learned{TLS: true})
	other, _ := recorded(t, &ftptest.Server{Addr: shouted}, func(c *ftpclient.Config) {
		c.Memory, c.Security = kept, ftpclient.SecurityAuto
		c.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, stripped.Addr)
		}
	})
	_, err := other.Home(t.Context())
	mustFail(t, err, vfs.ErrTLS, "refuses TLS")
	if stripped.Count("USER") != 0 {
		t.Errorf("the user name went over the wire in the clear: %v", stripped.Commands())
	}
}

// TestMemoryOfTwoClients lets two clients of one account learn different things at the same time.
func TestMemoryOfTwoClients(t *testing.T) {
	srv, kept := awkward(t), newStore()
	one, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Memory = kept })
	two, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Memory = kept })
	mustFail(t, one.Chmod(t.Context(), "/a", 0o600), vfs.ErrNotSupported)
	serves(t, two)
	l := kept.Recall("ftp://alice@" + srv.Addr + " plain")
	if !slices.Equal(l.Absent, []string{"MLSD", "SITE CHMOD"}) || l.ListAll == nil || *l.ListAll {
		t.Errorf("kept is %+v", l)
	}
}

func TestKnownTLSIsNotLeftInSilence(t *testing.T) {
	kept, srv := newStore(), ftptest.NewScript(t)
	kept.Remember("ftp://"+srv.Addr, ftpclient.Learned{TLS: true})
	_, r := scripted(t, srv, func(c *ftpclient.Config) { c.Memory, c.Security = kept, ftpclient.SecurityNone })
	notes := r.of(ftpclient.EventNote)
	if len(notes) != 1 || !strings.Contains(notes[0].Text, "in the clear since the settings say so") {
		t.Errorf("it was told that %v", notes)
	}
}

func TestMemoryOfTheConnectionLimit(t *testing.T) {
	kept := newStore()
	server := ftptest.Embedded(t, ftptest.MaxPerHost(2))
	cl, _ := recorded(t, server, func(c *ftpclient.Config) { c.Memory = kept })
	var all sync.WaitGroup
	held := lease(t, cl, vfs.Browse)
	for range 4 {
		all.Go(func() { // the third to dial is turned away, and waits
			if s, err := cl.Lease(t.Context(), vfs.Browse); err == nil {
				_, _, _ = vfs.ReadDir(t.Context(), s, "/")
				s.Release()
			}
		})
	}
	all.Wait()
	held.Release()
	key := "ftp://" + server.User + "@" + server.Addr + " plain"
	if got := kept.Recall(key).MaxConns; got > 2 {
		t.Errorf("the limit that was met is %d", got)
	}
	kept.Remember(key, ftpclient.Learned{MaxConns: 1, At: time.Now()})
	_ = cl.Close()
	cl, _ = recorded(t, server, func(c *ftpclient.Config) { c.Memory = kept })
	held = lease(t, cl, vfs.Browse)
	defer held.Release()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := cl.Lease(ctx, vfs.Browse); err == nil {
		t.Error("the limit was not remembered")
	}
}

func TestMethodsAsText(t *testing.T) {
	for _, m := range []ftpclient.Method{
		ftpclient.MethodEPSV, ftpclient.MethodPASV, ftpclient.MethodEPRT, ftpclient.MethodPORT,
	} {
		text, err := m.MarshalText()
		var again ftpclient.Method
		if err2 := again.UnmarshalText(text); err != nil || err2 != nil || again != m {
			t.Errorf("%v became %v by way of %q", m, again, text)
		}
	}
	m := ftpclient.MethodPORT
	if err := m.UnmarshalText([]byte("smoke signals")); err != nil || m != ftpclient.MethodNone {
		t.Errorf("got %v, %v", m, err)
	}
}
