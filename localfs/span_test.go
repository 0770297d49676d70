package localfs_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"ferry/internal/vfs"
	"ferry/localfs"
)

// spans opens a session that writes files at several places.
func spans(t *testing.T) (vfs.Session, vfs.Spans) {
	t.Helper()
	s, err := localfs.New().Lease(t.Context(), vfs.Transfer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Release)
	return s, s.(vfs.Spans)
}

// TestSpansMakeOneFile, written by turns and in pieces; it has its whole length from the start.
func TestSpansMakeOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	_, s := spans(t)
	var all []vfs.Writer
	for _, offset := range []int64{6, 0} {
		w, err := s.OpenSpan(t.Context(), path, 12, offset)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, w)
	}
	for i, text := range []string{"World", "Hello", "!", " "} {
		if _, err := all[i%2].Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if told, err := all[0].Finish(t.Context()); err != nil || told.Size != 12 || told.Path != path {
			t.Errorf("told as %+v, %v", told, err)
		}
	}
	if err := errors.Join(all[0].Commit(t.Context()), all[1].Abort(false)); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(path); string(got) != "Hello World!" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	told, err := all[0].Finish(t.Context())
	if !errors.Is(err, vfs.ErrDisk) || told.Size != vfs.SizeUnknown {
		t.Errorf("after the end: %+v, %v", told, err)
	}
	if _, err := all[0].Write([]byte("x")); !errors.Is(err, vfs.ErrDisk) {
		t.Errorf("after the end: %v", err)
	}
}

// TestKernelWritesASpan, past the program, from a connection into the middle of a file.
func TestKernelWritesASpan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	_, s := spans(t)
	const size, from = 20 << 20, 3 << 20
	w, err := s.OpenSpan(t.Context(), path, size, from)
	if err != nil {
		t.Fatal(err)
	}
	want := bytes.Repeat([]byte("12345678"), (size-from)/8)
	r, moved := &wireReader{Conn: fed(t, want)}, atomic.Int64{}
	if n, err := vfs.Copy(t.Context(), w, r, &moved); n != int64(len(want)) || err != nil {
		t.Fatal(n, err)
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got[:from], make([]byte, from)) || !bytes.Equal(got[from:], want) {
		t.Errorf("%d octets are there, %v", len(got), err)
	}
	if r.passed > 0 {
		t.Errorf("%d octets went through the program", r.passed)
	}
}

// wireReader reads a TCP connection as a vfs.Reader.
type wireReader struct {
	net.Conn
	passed int
}

func (r *wireReader) Touch()                  {}
func (r *wireReader) Raw() any                { return r.Conn }
func (r *wireReader) Explain(err error) error { return err }

func (r *wireReader) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.passed += n
	return n, err
}

// fed gives a connection over which content comes.
func fed(t *testing.T, content []byte) net.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := net.Dial("tcp", l.Addr().String()); err == nil {
			_, _ = c.Write(content) // the reader sees what is missing
			_ = c.Close()
		}
	}()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestSpansRefuse(t *testing.T) {
	dir := t.TempDir()
	_, s := spans(t)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	link, other := filepath.Join(dir, "link"), filepath.Join(dir, "other")
	if err := errors.Join(os.WriteFile(other, []byte("mine"), 0o644), os.Symlink(other, link)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		ctx          context.Context
		path         string
		size, offset int64
		want         error
	}{
		"given up":  {over, filepath.Join(dir, "x"), 5, 0, context.Canceled},
		"a folder":  {t.Context(), dir, 5, 0, vfs.ErrRefused},
		"a link":    {t.Context(), link, 5, 0, vfs.ErrRefused},
		"no folder": {t.Context(), filepath.Join(dir, "no", "x"), 5, 0, fs.ErrNotExist},
		"no size":   {t.Context(), filepath.Join(dir, "y"), -5, 0, vfs.ErrDisk},
		"no offset": {t.Context(), filepath.Join(dir, "y"), 5, -1, vfs.ErrDisk},
	} {
		if w, err := s.OpenSpan(c.ctx, c.path, c.size, c.offset); !errors.Is(err, c.want) || w != nil {
			t.Errorf("%s: %v, %v", name, w, err)
		}
	}
	if got, err := os.ReadFile(other); string(got) != "mine" || err != nil {
		t.Errorf("the link's file holds %q, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	w, err := s.OpenSpan(ctx, filepath.Join(dir, "z"), 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := w.Write([]byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("it writes on: %v", err)
	}
	_ = w.Abort(true)
}

// TestVolatileFiles have their names like all others.
func TestVolatileFiles(t *testing.T) {
	dir := t.TempDir()
	s, _ := spans(t)
	for _, text := range []string{"first", "second"} {
		w, err := s.Create(t.Context(), filepath.Join(dir, "x"), vfs.Create{Overwrite: true, Volatile: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Write([]byte(text))
		if err = errors.Join(err, w.Commit(t.Context())); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "x")); string(got) != text || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	if left, err := os.ReadDir(dir); len(left) != 1 || err != nil {
		t.Errorf("there is %v, %v", left, err)
	}
}
