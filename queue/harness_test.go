package queue_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen.
const patience = time.Minute

// remote is a folder of the disk that behaves as a server would: it counts what it is asked and fails on order. The
// hooks may be nil; they are set before the queue runs.
type remote struct {
	vfs.FS
	id     string
	lease  func(ctx context.Context, n int) error // n counts all leases from 1
	before func(ctx context.Context, call, path string) error
	list   func(dir string, entries []vfs.Entry) []vfs.Entry
	stat   func(path string, e vfs.Entry) vfs.Entry
	report func(dir string, r vfs.ListReport, err error) (vfs.ListReport, error)
	reader func(r vfs.Reader, ctx context.Context, path string, offset int64) vfs.Reader
	wanted func() bool // whether somebody else waits for a session
	leave  func()      // before a session is released
	writer func(w vfs.Writer, ctx context.Context, path string, how vfs.Create) vfs.Writer

	mu     sync.Mutex
	calls  map[string]int
	log    []string
	leases int
	held   int
	most   int
}

func newRemote() *remote {
	return &remote{FS: localfs.New(), id: "ftp://me@server:21", calls: map[string]int{}}
}

func (r *remote) ID() string { return r.id }

func (r *remote) Lease(ctx context.Context, why vfs.Purpose) (vfs.Session, error) {
	r.mu.Lock()
	r.leases++
	n := r.leases
	r.mu.Unlock()
	if r.lease != nil {
		if err := r.lease(ctx, n); err != nil {
			return nil, err
		}
	}
	s, err := r.FS.Lease(ctx, why)
	if err != nil {
		return nil, err
	}
	if why != vfs.Transfer {
		return nil, errors.New("the queue leases sessions for transfers")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held++
	r.most = max(r.most, r.held)
	return &session{Session: s, r: r}, nil
}

// asked gives all calls but Lease and Release, and forgets them.
func (r *remote) asked() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls, r.log = map[string]int{}, nil
	return calls
}

// saw reports whether a call has been made.
func (r *remote) saw(call string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[call] > 0
}

func (r *remote) count(field *int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return *field
}

type session struct {
	vfs.Session
	r        *remote
	released bool
}

func (s *session) Release() {
	if s.r.leave != nil {
		s.r.leave()
	}
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	if s.released {
		panic("a session was released twice")
	}
	s.released = true
	s.r.held--
	s.Session.Release()
}

func (s *session) Wanted() bool { return s.r.wanted != nil && s.r.wanted() }

func (s *session) ask(ctx context.Context, call, path string) error {
	s.r.mu.Lock()
	s.r.calls[call]++
	s.r.log = append(s.r.log, call+" "+filepath.Base(path))
	if s.released {
		panic("a session was used after its release")
	}
	s.r.mu.Unlock()
	if s.r.before == nil {
		return nil
	}
	return s.r.before(ctx, call, path)
}

func (s *session) List(ctx context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	if err := s.ask(ctx, "List", dir); err != nil {
		return vfs.ListReport{}, err
	}
	report, err := s.Session.List(ctx, dir, func(entries []vfs.Entry) error {
		if s.r.list != nil {
			entries = s.r.list(dir, entries)
		}
		return batch(entries)
	})
	if s.r.report != nil {
		return s.r.report(dir, report, err)
	}
	return report, err
}

func (s *session) Stat(ctx context.Context, path string) (vfs.Entry, error) {
	if err := s.ask(ctx, "Stat", path); err != nil {
		return vfs.Entry{}, err
	}
	e, err := s.Session.Stat(ctx, path)
	if s.r.stat != nil && err == nil {
		e = s.r.stat(path, e)
	}
	return e, err
}

func (s *session) OpenSpan(ctx context.Context, path string, size, offset int64) (vfs.Writer, error) {
	return s.Session.(vfs.Spans).OpenSpan(ctx, path, size, offset)
}

func (s *session) Resolve(ctx context.Context, path string) (string, vfs.Entry, error) {
	if err := s.ask(ctx, "Resolve", path); err != nil {
		return "", vfs.Entry{}, err
	}
	return vfs.Resolve(ctx, s.Session, path)
}

func (s *session) Mkdir(ctx context.Context, path string) error {
	if err := s.ask(ctx, "Mkdir", path); err != nil {
		return err
	}
	return s.Session.Mkdir(ctx, path)
}

func (s *session) Remove(ctx context.Context, path string) error {
	if err := s.ask(ctx, "Remove", path); err != nil {
		return err
	}
	return s.Session.Remove(ctx, path)
}

func (s *session) RemoveDir(ctx context.Context, path string) error {
	if err := s.ask(ctx, "RemoveDir", path); err != nil {
		return err
	}
	return s.Session.RemoveDir(ctx, path)
}

func (s *session) Rename(ctx context.Context, from, to string) error {
	if err := s.ask(ctx, "Rename", from); err != nil {
		return err
	}
	return s.Session.Rename(ctx, from, to)
}

func (s *session) Partial(ctx context.Context, path string) (int64, error) {
	if err := s.ask(ctx, "Partial", path); err != nil {
		return 0, err
	}
	return s.Session.Partial(ctx, path)
}

func (s *session) Open(ctx context.Context, path string, offset int64) (vfs.Reader, error) {
	if err := s.ask(ctx, "Open", path); err != nil {
		return nil, err
	}
	r, err := s.Session.Open(ctx, path, offset)
	if err == nil && s.r.reader != nil {
		r = s.r.reader(r, ctx, path, offset)
	}
	return r, err
}

func (s *session) Create(ctx context.Context, path string, how vfs.Create) (vfs.Writer, error) {
	if err := s.ask(ctx, "Create", path); err != nil {
		return nil, err
	}
	w, err := s.Session.Create(ctx, path, how)
	if err == nil && s.r.writer != nil {
		w = s.r.writer(w, ctx, path, how)
	}
	return w, err
}

// harness runs a queue and keeps what its news told.
type harness struct {
	t     testing.TB
	q     *queue.Queue
	stop  context.CancelCauseFunc
	ended chan struct{}
	err   error
	items map[queue.ItemID]queue.Item
	last  queue.News

	patience time.Duration
}

func start(t testing.TB, o queue.Options) *harness {
	t.Helper()
	if o.Interval == 0 {
		o.Interval = time.Millisecond
	}
	ctx, stop := context.WithCancelCause(context.Background())
	h := &harness{
		t: t, q: queue.New(o), stop: stop, ended: make(chan struct{}), items: map[queue.ItemID]queue.Item{},
		patience: patience,
	}
	go func() {
		defer close(h.ended)
		h.err = h.q.Run(ctx)
	}()
	t.Cleanup(func() {
		stop(context.Canceled)
		<-h.ended
	})
	return h
}

func (h *harness) add(r queue.Request) queue.BatchID {
	h.t.Helper()
	id, err := h.q.Add(r)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// next takes one piece of news and checks that it is sound.
func (h *harness) next() error {
	h.t.Helper()
	return h.nextWithin(h.patience)
}

func (h *harness) nextWithin(d time.Duration) error {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	news, err := h.q.Next(ctx)
	if err != nil {
		return err
	}
	h.keep(news)
	return nil
}

func (h *harness) keep(news queue.News) {
	h.t.Helper()
	for i, it := range news.Items {
		if i > 0 && news.Items[i-1].ID >= it.ID {
			h.t.Errorf("items out of order: %d, %d", news.Items[i-1].ID, it.ID)
		}
		h.items[it.ID] = it
	}
	for _, id := range news.Removed {
		delete(h.items, id)
	}
	h.last = news
	h.checkTotals()
}

// checkTotals compares the totals with the sum of the items.
func (h *harness) checkTotals() {
	h.t.Helper()
	var n [9]int
	var moved, size int64
	for _, it := range h.items {
		n[it.State]++
		if it.State != queue.Skipped && it.State != queue.Cancelled {
			moved += it.Moved
			if size += it.Size; it.Size < 0 {
				size += 1 + it.Moved
			}
		}
	}
	sum := h.last.Totals
	told := [9]int{
		sum.Waiting, sum.Running, sum.Paused, sum.Retrying, sum.Asking, sum.Done, sum.Failed, sum.Skipped, sum.Cancelled,
	}
	if n != told || moved != sum.Moved || size != sum.Size || sum.Planning < 0 {
		h.t.Fatalf("the totals %+v do not fit the items: %v, %d of %d octets", sum, n, moved, size)
	}
}

// until takes news until something holds. It looks again also while there is none: not all that a test waits for is
// told by news, nor before the last of it.
func (h *harness) until(what string, ok func() bool) {
	h.t.Helper()
	heard := time.Now()
	for !ok() {
		err := h.nextWithin(50 * time.Millisecond)
		if err == nil {
			heard = time.Now()
		} else if !errors.Is(err, context.DeadlineExceeded) || time.Since(heard) > h.patience {
			h.t.Fatalf("waiting for %s: %v; totals %+v, items %v", what, err, h.last.Totals, h.sorted())
		}
	}
}

// rest takes all further news, and gives what ends them.
func (h *harness) rest() error {
	for {
		if err := h.next(); err != nil {
			return err
		}
	}
}

// idle waits until all that was added is final.
func (h *harness) idle() {
	h.t.Helper()
	h.until("idleness", func() bool { return len(h.items) > 0 && h.last.Totals.Idle() })
}

func (h *harness) sorted() []queue.Item {
	var all []queue.Item
	for _, it := range h.items {
		all = append(all, it)
	}
	slices.SortFunc(all, func(a, b queue.Item) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// states gives "name:state" of all items, by name.
func (h *harness) states() []string {
	var all []string
	for _, it := range h.sorted() {
		all = append(all, it.Name+":"+it.State.String())
	}
	return all
}

func (h *harness) expect(want ...string) {
	h.t.Helper()
	if got := h.states(); !slices.Equal(got, want) {
		h.t.Errorf("got %q, want %q", got, want)
		for _, it := range h.sorted() {
			h.t.Logf("%s: %v (%s)", it.Name, it.Reason, it.Note)
		}
	}
}

func (h *harness) item(name string) queue.Item {
	h.t.Helper()
	for _, it := range h.items {
		if it.Name == name {
			return it
		}
	}
	h.t.Fatalf("there is no item %q among %q", name, h.states())
	return queue.Item{}
}

// tree makes files with contents, and folders where the name ends in a slash.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		grow(t, root, name, text)
	}
	return root
}

func grow(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if strings.HasSuffix(name, "/") {
		err = os.MkdirAll(path, 0o755)
	} else if err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// grown reads a tree as tree takes it.
func grown(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		switch {
		case err != nil || rel == ".":
			return err
		case e.IsDir():
			if inside, _ := os.ReadDir(path); len(inside) == 0 {
				files[rel+"/"] = ""
			}
			return nil
		}
		text, err := os.ReadFile(path)
		files[rel] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sameTree(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if other, there := got[name]; !there || other != text {
			t.Errorf("%s: there %t, %d octets; want %d", name, there, len(other), len(text))
		}
	}
	for name := range got {
		if _, wanted := want[name]; !wanted {
			t.Errorf("%s is too much", name)
		}
	}
}

// sources lists a folder, or what is named of it.
func sources(t *testing.T, dir string, names ...string) []queue.Source {
	t.Helper()
	var all []queue.Source
	err := vfs.Do(t.Context(), localfs.New(), vfs.Browse, func(s vfs.Session) error {
		entries, _, err := vfs.ReadDir(t.Context(), s, dir)
		for _, e := range entries {
			if len(names) == 0 || slices.Contains(names, e.Name) {
				all = append(all, queue.Source{Entry: e})
			}
		}
		return err
	})
	if err != nil || len(all) < len(names) {
		t.Fatal(all, err)
	}
	return all
}

// down asks for all of a folder of the server.
func down(t *testing.T, from *remote, fromDir, toDir string) queue.Request {
	return queue.Request{
		From: from, To: localfs.New(), FromDir: fromDir, ToDir: toDir, Sources: sources(t, fromDir), Recursive: true,
	}
}

func up(t *testing.T, to *remote, fromDir, toDir string) queue.Request {
	return queue.Request{
		From: localfs.New(), To: to, FromDir: fromDir, ToDir: toDir, Sources: sources(t, fromDir), Recursive: true,
	}
}

// long makes n octets without a pattern that repeats.
func long(n int) string {
	var b bytes.Buffer
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%d,", i*i)
	}
	return b.String()[:n]
}

func failure(kind error) error { return &vfs.Failure{Step: "try", Said: "on order", Kind: kind} }
