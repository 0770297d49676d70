package tui

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

// memFS is a file system in memory. Its zero hooks do nothing.
type memFS struct {
	id string

	mu      sync.Mutex
	entries map[string]vfs.Entry // by path; folders hold what lies below them
	data    map[string][]byte
	lists   map[string]int // how often a folder was listed

	refuse func(op, path string) error // fails an operation; may be nil
	block  func(ctx context.Context, op, path string)
	report vfs.ListReport
	hashes []vfs.HashKind
}

func newMemFS(id string) *memFS {
	return &memFS{id: id, entries: map[string]vfs.Entry{}, data: map[string][]byte{}, lists: map[string]int{}}
}

// put adds an entry and the folders above it.
func (m *memFS) put(p string, e vfs.Entry) *memFS {
	e.Name = path.Base(p)
	for dir := path.Dir(p); dir != "/"; dir = path.Dir(dir) {
		if _, ok := m.entries[dir]; !ok {
			m.entries[dir] = vfs.Entry{Name: path.Base(dir), Type: vfs.Dir}
		}
	}
	m.entries[p] = e
	return m
}

func (m *memFS) ID() string                   { return m.id }
func (m *memFS) Join(dir, name string) string { return path.Join(dir, name) }
func (m *memFS) Parent(p string) string       { return path.Dir(p) }
func (m *memFS) Base(p string) string         { return path.Base(p) }

func (m *memFS) CheckName(name string) error {
	if strings.ContainsAny(name, "/\x00\n\r") || name == "." || name == ".." {
		return &vfs.Failure{Step: "use this name", Said: "a name has no slash", Kind: vfs.ErrUnsafeName}
	}
	return nil
}

func (m *memFS) Home(context.Context) (string, error) { return "/home", nil }

func (m *memFS) Lease(ctx context.Context, _ vfs.Purpose) (vfs.Session, error) {
	if err := m.before(ctx, "lease", ""); err != nil {
		return nil, err
	}
	return memSession{m}, nil
}

func (m *memFS) before(ctx context.Context, op, p string) error {
	if m.block != nil {
		m.block(ctx, op, p)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if m.refuse != nil {
		return m.refuse(op, p)
	}
	return nil
}

func (m *memFS) has(p string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.entries[p]
	return ok
}

func (m *memFS) listed(dir string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lists[dir]
}

type memSession struct{ *memFS }

func (s memSession) Release() {}

func (s memSession) List(ctx context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	if err := s.before(ctx, "list", dir); err != nil {
		return vfs.ListReport{}, err
	}
	s.mu.Lock()
	s.lists[dir]++
	var all []vfs.Entry
	for p, e := range s.entries {
		if path.Dir(p) == dir && p != "/" {
			all = append(all, e)
		}
	}
	report := s.report
	report.Lines = max(report.Lines, len(all))
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b vfs.Entry) int { return strings.Compare(a.Name, b.Name) })
	for chunk := range slices.Chunk(all, 1000) {
		if err := batch(slices.Clone(chunk)); err != nil {
			return report, err
		}
		if s.block != nil {
			s.block(ctx, "batch", dir)
		}
	}
	return report, context.Cause(ctx)
}

func missing(op, p string) error {
	return &vfs.Failure{Step: op + " " + p, Said: "no such file or folder", Kind: fs.ErrNotExist}
}

func (s memSession) Stat(ctx context.Context, p string) (vfs.Entry, error) {
	if err := s.before(ctx, "stat", p); err != nil {
		return vfs.Entry{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.entries[p]; ok {
		return e, nil
	}
	return vfs.Entry{}, missing("look at", p)
}

func (s memSession) Mkdir(ctx context.Context, p string) error {
	if err := s.before(ctx, "mkdir", p); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.entries[p]; ok {
		return &vfs.Failure{Step: "make the folder " + p, Said: "it is there already", Kind: fs.ErrExist}
	}
	s.put(p, vfs.Entry{Type: vfs.Dir})
	return nil
}

func (s memSession) Remove(ctx context.Context, p string) error { return s.drop(ctx, "delete", p) }

func (s memSession) RemoveDir(ctx context.Context, p string) error { return s.drop(ctx, "delete", p) }

func (s memSession) drop(ctx context.Context, op, p string) error {
	if err := s.before(ctx, op, p); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.entries[p]; !ok {
		return missing(op, p)
	}
	delete(s.entries, p)
	return nil
}

func (s memSession) Rename(ctx context.Context, from, to string) error {
	if err := s.before(ctx, "rename", from); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[from]
	if _, taken := s.entries[to]; taken {
		return &vfs.Failure{Step: "rename " + from + " to " + to, Said: "it is there already", Kind: fs.ErrExist}
	}
	if !ok {
		return missing("rename", from)
	}
	for p, below := range s.entries {
		if rest, inside := strings.CutPrefix(p, from+"/"); inside {
			delete(s.entries, p)
			s.put(path.Join(to, rest), below)
		}
	}
	delete(s.entries, from)
	s.put(to, e)
	return nil
}

func (s memSession) Chmod(ctx context.Context, p string, mode fs.FileMode) error {
	if err := s.before(ctx, "chmod", p); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[p]
	e.Mode, e.ModeKnown = mode, true
	s.entries[p] = e
	return nil
}

func (s memSession) HashKinds() []vfs.HashKind { return s.hashes }

func (s memSession) Hash(ctx context.Context, p string, kind vfs.HashKind) (string, error) {
	if err := s.before(ctx, "hash", p); err != nil {
		return "", err
	}
	return "sum of " + p + " by " + string(kind), nil
}

func (s memSession) SetModTime(context.Context, string, time.Time) error { return nil }
func (s memSession) Partial(context.Context, string) (int64, error)      { return 0, nil }

func (s memSession) Open(ctx context.Context, p string, offset int64) (vfs.Reader, error) {
	if err := s.before(ctx, "open", p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[p]
	data := s.data[p]
	if data == nil {
		data = bytes.Repeat([]byte("x"), int(min(max(e.Size, 0), 1<<16)))
	}
	return &memReader{Reader: bytes.NewReader(data[offset:])}, nil
}

func (s memSession) Create(ctx context.Context, p string, how vfs.Create) (vfs.Writer, error) {
	if err := s.before(ctx, "create", p); err != nil {
		return nil, err
	}
	if !how.Overwrite && s.has(p) {
		return nil, &vfs.Failure{Step: "write " + p, Said: "it is there already", Kind: fs.ErrExist}
	}
	return &memWriter{s: s, path: p}, nil
}

type memStream struct{}

func (memStream) Touch()                  {}
func (memStream) Raw() any                { return nil }
func (memStream) Explain(err error) error { return err }

type memReader struct {
	io.Reader
	memStream
}

func (*memReader) Close() error { return nil }

type memWriter struct {
	memStream
	bytes.Buffer
	s    memSession
	path string
}

func (w *memWriter) Finish(context.Context) (vfs.Written, error) {
	return vfs.Written{Path: w.path, Size: int64(w.Len())}, nil
}

func (w *memWriter) Commit(context.Context) error {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.s.put(w.path, vfs.Entry{Type: vfs.File, Size: int64(w.Len())})
	w.s.data[w.path] = w.Bytes()
	return nil
}

func (w *memWriter) Abort(bool) error { return nil }

// memServer is a memFS that tells about a connection as a client does.
type memServer struct {
	*memFS
	mu   sync.Mutex
	mode ftpclient.Mode
	tls  string
	gone bool // the connection is lost

	lacks bool // all commands that somebody asks about
}

func newMemServer(id string) *memServer { return &memServer{memFS: newMemFS(id)} }

func (s *memServer) Mode() ftpclient.Mode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mode
}

func (s *memServer) SetMode(m ftpclient.Mode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode = m
}

func (s *memServer) DataChoice() ftpclient.MethodChoice {
	return ftpclient.MethodChoice{Method: ftpclient.MethodEPSV}
}

func (s *memServer) Connected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.gone
}

// drop loses the connection, or brings it back.
func (s *memServer) drop(gone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = gone
}

func (s *memServer) Lacks(string) bool  { return s.lacks }
func (s *memServer) Security() string   { return s.tls }
func (s *memServer) Features() []string { return []string{"UTF8", "MLSD", "REST"} }
