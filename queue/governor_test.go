package queue_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

// account gives a client of a real server, as a screen has it.
func account(t testing.TB, s *ftptest.Server, change func(*ftpclient.Config)) *ftpclient.Client {
	t.Helper()
	host, text, err := net.SplitHostPort(s.Addr)
	port, _ := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	cfg := ftpclient.Config{Host: host, Port: port, User: s.User, Password: s.Password, MaxConns: 33}
	if change != nil {
		change(&cfg)
	}
	cl := ftpclient.New(cfg)
	t.Cleanup(func() { _ = cl.Close() })
	return cl
}

// memory is a ftpclient.Memory without a file.
type memory struct {
	mu   sync.Mutex
	kept map[string]ftpclient.Learned
}

func (m *memory) Recall(key string) ftpclient.Learned {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept[key]
}

func (m *memory) Remember(key string, l ftpclient.Learned) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string]ftpclient.Learned{}
	}
	m.kept[key] = l
}

// refusals counts the connections that a server turned away.
type refusals struct{ atomic.Int64 }

func (r *refusals) trace(e ftpclient.Event) {
	if e.Kind == ftpclient.EventReply && (e.Code == 421 || e.Code == 530) {
		r.Add(1)
	}
}

// browser lists a folder now and then, as a person does who looks around while files are copied.
type browser struct {
	done atomic.Int64  // files copied so far
	cost []int64       // for each listing that came meanwhile how many files were copied while it was waited for
	took time.Duration // the slowest
}

// look lists a folder for each token.
func (b *browser) look(ctx context.Context, fsys vfs.FS, dir string, tokens <-chan struct{}) error {
	for range tokens {
		before, begun := b.done.Load(), time.Now()
		err := vfs.Do(ctx, fsys, vfs.Browse, func(s vfs.Session) error {
			_, _, err := vfs.ReadDir(ctx, s, dir)
			return err
		})
		if err != nil {
			return err
		}
		b.cost, b.took = append(b.cost, b.done.Load()-before), max(b.took, time.Since(begun))
	}
	return nil
}

// manyFiles are those of the issue: 200 of them.
func manyFiles(t *testing.T, s *ftptest.Server) map[string]string {
	t.Helper()
	files := map[string]string{}
	for i := range 200 {
		name := fmt.Sprintf("many/f%03d", i)
		files[fmt.Sprintf("f%03d", i)] = long(1000 + 500*i)
		if err := os.MkdirAll(s.Path("many"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.Path(name), []byte(long(1000+500*i)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s.Settle(t)
	return files
}

// TestGovernorKeepsToTheCap copies 200 files with eight workers from servers that allow two connections, or one, while
// a person looks around: nothing fails, the pane is never left waiting for more than a few files, and the server is not
// asked for more connections once it has refused some.
func TestGovernorKeepsToTheCap(t *testing.T) {
	for _, most := range []int{1, 2} {
		t.Run(fmt.Sprintf("cap %d", most), func(t *testing.T) {
			ftptest.Each(t, func(t *testing.T, s *ftptest.Server) { keepsToTheCap(t, s, most) },
				ftptest.MaxPerHost(most))
		})
	}
}

func keepsToTheCap(t *testing.T, s *ftptest.Server, most int) {
	files := manyFiles(t, s)
	var refused refusals
	kept := &memory{}
	with := func(c *ftpclient.Config) { c.Trace, c.Memory = refused.trace, kept }
	cl := account(t, s, with)

	copyWhileLooking(t, s, cl, files)
	if n := refused.Load(); n == 0 || n > 8 {
		t.Errorf("the server had to refuse %d connections", n)
	}
	if got := cl.Room(); got != 1 {
		t.Errorf("there is room for %d transfers, want 1 beside browsing", got)
	}
	if err := cl.Close(); err != nil {
		t.Fatal(err)
	}

	before := refused.Load()
	copyWhileLooking(t, s, account(t, s, with), files)
	if n := refused.Load() - before; n > 1 { // one of the first client's may linger at the server
		t.Errorf("what was learned is forgotten: %d more connections were refused", n)
	}
}

func copyWhileLooking(t *testing.T, s *ftptest.Server, cl *ftpclient.Client, files map[string]string) {
	t.Helper()
	target := t.TempDir()
	h := start(t, queue.Options{Workers: 8})
	h.add(queue.Request{
		From: cl, To: localfs.New(), FromDir: s.Home, ToDir: target, Recursive: true,
		Sources: []queue.Source{{Entry: vfs.Entry{Name: "many", Type: vfs.Dir}}},
	})
	var b browser
	tokens, looked := make(chan struct{}, len(files)), make(chan error, 1)
	go func() { looked <- b.look(t.Context(), cl, s.Home, tokens) }()
	next := int64(1)
	h.until("idleness", func() bool {
		done := int64(h.last.Totals.Done)
		if b.done.Store(done); done >= next && done < int64(len(files)) {
			next = done + 8
			tokens <- struct{}{}
		}
		return done > 0 && h.last.Totals.Idle()
	})
	close(tokens)
	if err := <-looked; err != nil {
		t.Errorf("looking around: %v", err)
	}
	if sum := h.last.Totals; sum.Failed > 0 || sum.Done != len(files) {
		t.Errorf("of %d files %d are done, %d failed", len(files), sum.Done, sum.Failed)
		h.expect()
	}
	t.Logf("the slowest of %d listings took %v", len(b.cost), b.took)
	slices.Sort(b.cost)
	if n := len(b.cost); n < 5 || b.cost[n/2] > 5 {
		t.Errorf("while files were copied %d listings came; as many files as this were copied during each: %v", n, b.cost)
	}
	sameTree(t, grown(t, target+"/many"), files)
}
