package queue_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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

// large is a file that is worth several connections.
const large = 9<<20 + 12345

// largeText is its content, which takes a while to make.
var largeText = sync.OnceValue(func() string { return long(large) })

func segmented(t *testing.T, from *remote, dir, to string, n int) queue.Request {
	r := down(t, from, dir, to)
	r.Segments = n
	return r
}

// counting counts the octets that are read at each offset.
type counting struct {
	vfs.Reader
	read *atomic.Int64
}

func (c *counting) Raw() any { return nil }

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// breaking reads so many octets and then fails.
type breaking struct {
	vfs.Reader
	left int
	err  error
}

func (*breaking) Raw() any { return nil }

func (b *breaking) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, b.err
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// trusting is an account on a server whose certificate, if it has one, is believed.
func trusting(t *testing.T, s *ftptest.Server) *ftpclient.Client {
	return account(t, s, func(c *ftpclient.Config) {
		if s.Roots != nil {
			c.Security, c.RootCAs = ftpclient.SecurityExplicit, s.Roots
		}
	})
}

// TestSegmentsOnServers brings one large file over several connections from each server, with and without TLS.
func TestSegmentsOnServers(t *testing.T) {
	for _, tls := range []ftptest.Encryption{ftptest.NoTLS, ftptest.ExplicitTLS} {
		t.Run(fmt.Sprint(tls), func(t *testing.T) {
			ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
				text := largeText()
				s.WriteFile(t, "big/one", []byte(text))
				to := t.TempDir()
				h := start(t, queue.Options{})
				h.add(queue.Request{
					From: trusting(t, s), To: localfs.New(), FromDir: s.Home, ToDir: to, Recursive: true, Segments: 4,
					Sources: []queue.Source{{Entry: vfs.Entry{Name: "big", Type: vfs.Dir}}},
				})
				h.idle()
				h.expect("big/one:done")
				if it := h.item("big/one"); it.Proof != queue.ProofSize || !strings.Contains(it.Note, "4 connections") {
					t.Errorf("it is proven by %v, noted is %q", it.Proof, it.Note)
				}
				sameTree(t, grown(t, to), map[string]string{"big/one": text})
			}, ftptest.TLS(tls))
		})
	}
}

// TestSegmentsNeverReadMuch counts what is read: the file once, and not much more.
func TestSegmentsNeverReadMuch(t *testing.T) {
	from, to := tree(t, map[string]string{"one": largeText()}), t.TempDir()
	server := newRemote()
	var read atomic.Int64
	server.reader = func(r vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader { return &counting{r, &read} }
	h := start(t, queue.Options{})
	h.add(segmented(t, server, from, to, 8))
	h.idle()
	h.expect("one:done")
	if n := read.Load(); n != large {
		t.Errorf("%d octets were read of %d", n, large)
	}
	if it := h.item("one"); it.Moved != large {
		t.Errorf("%d octets are told to have moved", it.Moved)
	}
	sameTree(t, grown(t, to), grown(t, from))
}

// TestSegmentsGoOn breaks all connections again and again: nothing that came is fetched twice but what proves it.
func TestSegmentsGoOn(t *testing.T) {
	from, to := tree(t, map[string]string{"one": largeText()}), t.TempDir()
	server := newRemote()
	var read, opened atomic.Int64
	server.reader = func(r vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader {
		if opened.Add(1) > 4 {
			return &counting{r, &read}
		}
		return &breaking{&counting{r, &read}, 700_000, failure(vfs.ErrLost)}
	}
	h := start(t, queue.Options{Retries: 9})
	h.add(segmented(t, server, from, to, 3))
	h.idle()
	h.expect("one:done")
	sameTree(t, grown(t, to), grown(t, from))
	if n := read.Load(); n < large || n > large+20*(64<<10)+1<<20 {
		t.Errorf("%d octets were read of %d", n, large)
	}
}

// TestSegmentsOfAnotherSource begins anew where the source has changed since, or what came was damaged.
func TestSegmentsOfAnotherSource(t *testing.T) {
	for _, what := range []string{"source", "part", "notes"} {
		t.Run(what, func(t *testing.T) {
			from, to := tree(t, map[string]string{"one": largeText()}), t.TempDir()
			server := newRemote()
			server.reader = func(r vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader {
				return &breaking{r, 700_000, failure(vfs.ErrRefused)}
			}
			h := start(t, queue.Options{})
			h.add(segmented(t, server, from, to, 3))
			h.idle()
			h.expect("one:failed")
			part, notes := filepath.Join(to, ".one~segments.ferrypart"), filepath.Join(to, ".one~spans.ferrypart")
			if _, err := os.Stat(filepath.Join(to, "one")); err == nil {
				t.Error("what is not whole has its name")
			}
			text := largeText()
			switch what {
			case "source":
				text = strings.ToUpper(strings.Repeat("other ", large/6))
				grow(t, from, "one", text)
			case "part":
				grow(t, to, filepath.Base(part), strings.Repeat("x", large))
			case "notes":
				grow(t, to, filepath.Base(notes), "{")
			}
			server.reader = nil
			h.add(segmented(t, server, from, to, 3))
			h.until("the second", func() bool { return h.last.Totals.Done == 1 && h.last.Totals.Idle() })
			sameTree(t, grown(t, to), map[string]string{"one": text})
		})
	}
}

// TestSegmentsSeeAChange has the source grow, and shrink, while it is copied: spans of two states make no file, one
// stream does.
func TestSegmentsSeeAChange(t *testing.T) {
	for what, text := range map[string]string{"grows": largeText() + "more", "shrinks": largeText()[:large-50]} {
		t.Run(what, func(t *testing.T) {
			from, to := tree(t, map[string]string{"one": largeText()}), t.TempDir()
			server := newRemote()
			var once atomic.Bool
			server.before = func(_ context.Context, call, _ string) error {
				if call == "Open" && !once.Swap(true) {
					grow(t, from, "one", text)
				}
				return nil
			}
			h := start(t, queue.Options{Pause: time.Millisecond})
			h.add(segmented(t, server, from, to, 3))
			h.idle()
			h.expect("one:done")
			if got := h.item("one"); !strings.Contains(got.Note, "in one stream: it changed") || got.Proof != queue.ProofSize {
				t.Errorf("it is told as %q, %v", got.Note, got.Proof)
			}
			sameTree(t, grown(t, to), map[string]string{"one": text})
		})
	}
}

// TestSegmentsWithoutRestart has servers that refuse to begin in the middle, or agree and do not.
func TestSegmentsWithoutRestart(t *testing.T) {
	for what, set := range map[string]func(*remote){
		"refuses": func(r *remote) {
			r.reader = func(in vfs.Reader, _ context.Context, _ string, offset int64) vfs.Reader {
				if offset > 0 {
					return &breaking{in, 0, failure(vfs.ErrNotSupported)}
				}
				return in
			}
		},
		"lies": func(r *remote) {
			r.reader = func(in vfs.Reader, ctx context.Context, path string, offset int64) vfs.Reader {
				if offset > 0 {
					file, _ := os.Open(path)
					return &counting{Reader: &other{in, file}, read: new(atomic.Int64)}
				}
				return in
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			from, to := tree(t, map[string]string{"one": largeText()}), t.TempDir()
			server := newRemote()
			set(server)
			h := start(t, queue.Options{})
			h.add(segmented(t, server, from, to, 3))
			h.idle()
			h.expect("one:done")
			if it := h.item("one"); !strings.Contains(it.Note, "one stream") {
				t.Errorf("noted is %q", it.Note)
			}
			sameTree(t, grown(t, to), grown(t, from))
		})
	}
}

// other reads another stream instead.
type other struct {
	vfs.Reader
	file *os.File
}

func (o *other) Read(p []byte) (int, error) { return o.file.Read(p) }

func (o *other) Close() error {
	_ = o.file.Close()
	return o.Reader.Close()
}
