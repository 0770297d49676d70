package vfs_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ferry/internal/vfs"
)

// side is one end of a copy: a connection or a file, with what passed through the program counted.
type side struct {
	raw     any // what Raw gives
	r       io.Reader
	w       io.Writer
	passed  int64 // octets that went through Read or Write
	counted int64 // octets that Copy said the kernel moved
	touched func()
	told    error // what Explain gives beside the cause
}

func (s *side) Raw() any           { return s.raw }
func (s *side) Moved(octets int64) { s.counted += octets }

func (s *side) Touch() {
	if s.touched != nil {
		s.touched()
	}
}

func (s *side) Explain(err error) error { return errors.Join(s.told, err) }

func (s *side) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.passed += int64(n)
	return n, err
}

func (s *side) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.passed += int64(n)
	return n, err
}

func (*side) Close() error                                { return nil }
func (*side) Finish(context.Context) (vfs.Written, error) { return vfs.Written{}, nil }
func (*side) Commit(context.Context) error                { return nil }
func (*side) Abort(bool) error                            { return nil }

var (
	errOfSource = errors.New("told by the source")
	errOfTarget = errors.New("told by the target")
)

func sideOf(raw any) *side {
	s := &side{raw: raw}
	s.r, _ = raw.(io.Reader)
	s.w, _ = raw.(io.Writer)
	return s
}

func source(raw any) *side { s := sideOf(raw); s.told = errOfSource; return s }
func target(raw any) *side { s := sideOf(raw); s.told = errOfTarget; return s }

// wire gives both ends of a TCP connection over the loopback.
func wire(t *testing.T) (near, far *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dialled, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close(); accepted.Close() })
	return dialled.(*net.TCPConn), accepted.(*net.TCPConn)
}

func newFile(t *testing.T, content []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// noise gives n octets in which nothing repeats.
func noise(n int) []byte {
	b := make([]byte, 0, n+sha256.Size)
	for sum := sha256.Sum256(nil); len(b) < n; sum = sha256.Sum256(sum[:]) {
		b = append(b, sum[:]...)
	}
	return b[:n]
}

var lengths = []int{0, 1, 32<<10 - 1, 32 << 10, 32<<10 + 1, 96 << 10, 5<<20 + 3}

func TestKernelCopiesFromConnectionToFile(t *testing.T) {
	for _, n := range lengths {
		near, far := wire(t)
		want, f := noise(n), newFile(t, nil)
		go func() {
			_, _ = far.Write(want)
			_ = far.CloseWrite()
		}()
		src, dst := source(near), target(f)
		var moved atomic.Int64
		got, err := vfs.Copy(t.Context(), dst, src, &moved)
		if err != nil || got != int64(n) || moved.Load() != int64(n) {
			t.Errorf("%d octets: moved %d, %d: %v", n, got, moved.Load(), err)
		}
		if content, err := os.ReadFile(f.Name()); err != nil || !bytes.Equal(content, want) {
			t.Errorf("%d octets: %d others came, %v", n, len(content), err)
		}
		checkKernel(t, n, src, dst)
	}
}

func TestKernelCopiesFromFileToConnection(t *testing.T) {
	for _, n := range lengths {
		near, far := wire(t)
		want := noise(n)
		f := newFile(t, append([]byte("skipped"), want...))
		if _, err := f.Seek(int64(len("skipped")), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		came := make(chan []byte)
		go func() {
			all, _ := io.ReadAll(far)
			came <- all
		}()
		src, dst := source(f), target(near)
		var moved atomic.Int64
		moved.Store(7) // of an earlier try
		got, err := vfs.Copy(t.Context(), dst, src, &moved)
		if err != nil || got != int64(n) || moved.Load() != int64(n)+7 {
			t.Errorf("%d octets: moved %d, %d: %v", n, got, moved.Load(), err)
		}
		_ = near.CloseWrite()
		if all := <-came; !bytes.Equal(all, want) {
			t.Errorf("%d octets: %d others came", n, len(all))
		}
		checkKernel(t, n, src, dst)
	}
}

// checkKernel wants all octets to have gone past the program, and the streams to know of them. The source must have
// been read to its end all the same, since only that tells it that it is complete.
func checkKernel(t *testing.T, n int, src, dst *side) {
	t.Helper()
	if src.passed != 0 || dst.passed != 0 || src.counted != int64(n) || dst.counted != int64(n) {
		t.Errorf("%d octets: %d and %d through the program, %d and %d told",
			n, src.passed, dst.passed, src.counted, dst.counted)
	}
}

// plain is a side from which the kernel cannot copy.
func plain(r io.Reader, w io.Writer) *side { return &side{r: r, w: w} }

func TestBufferedCopy(t *testing.T) {
	for _, n := range lengths {
		want := noise(n)
		var came bytes.Buffer
		src, dst := plain(bytes.NewReader(want), nil), plain(nil, &came)
		var moved atomic.Int64
		got, err := vfs.Copy(t.Context(), dst, src, &moved)
		if err != nil || got != int64(n) || moved.Load() != int64(n) || !bytes.Equal(came.Bytes(), want) {
			t.Errorf("%d octets: moved %d, %d: %v", n, got, moved.Load(), err)
		}
	}
}

// TestBufferGrows: a small file must not cost a large buffer, a large one not many small reads.
func TestBufferGrows(t *testing.T) {
	var sizes []int
	left := 1 << 20
	src := plain(readFunc(func(p []byte) (int, error) {
		sizes = append(sizes, len(p))
		if left == 0 {
			return 0, io.EOF
		}
		n := min(len(p), left)
		left -= n
		return n, nil
	}), nil)
	if _, err := vfs.Copy(t.Context(), plain(nil, io.Discard), src, new(atomic.Int64)); err != nil {
		t.Fatal(err)
	}
	if sizes[0] > 8<<10 || sizes[len(sizes)-1] < 128<<10 || len(sizes) > 12 {
		t.Errorf("read by %d", sizes)
	}
}

type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

type writeFunc func(p []byte) (int, error)

func (f writeFunc) Write(p []byte) (int, error) { return f(p) }

func TestBufferedCopyEnds(t *testing.T) {
	bad := errors.New("bad")
	for _, c := range []struct {
		name  string
		read  error
		write error
		want  error
		moved int64
	}{
		{"with octets and the end at once", io.EOF, nil, nil, 3},
		{"with octets and a failure", bad, nil, bad, 3},
		{"by the writer", nil, bad, bad, 1},
		{"by an end that is none", io.ErrUnexpectedEOF, nil, io.ErrUnexpectedEOF, 3},
	} {
		src := plain(readFunc(func(p []byte) (int, error) { return copy(p, "abc"), c.read }), nil)
		dst := plain(nil, writeFunc(func(p []byte) (int, error) {
			if c.write != nil {
				return 1, c.write
			}
			return len(p), nil
		}))
		var moved atomic.Int64
		n, err := vfs.Copy(t.Context(), dst, src, &moved)
		if !errors.Is(err, c.want) || n != c.moved || moved.Load() != c.moved {
			t.Errorf("%s: moved %d, %v", c.name, n, err)
		}
	}
}

func TestGivenUp(t *testing.T) {
	why := errors.New("no longer wanted")
	t.Run("before it begins", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(why)
		near, _ := wire(t)
		for _, src := range []*side{source(near), plain(near, nil)} {
			if n, err := vfs.Copy(ctx, target(newFile(t, nil)), src, new(atomic.Int64)); n != 0 || !errors.Is(err, why) {
				t.Errorf("moved %d, %v", n, err)
			}
		}
	})
	t.Run("while nothing comes", func(t *testing.T) {
		for _, kernel := range []bool{true, false} {
			ctx, cancel := context.WithCancelCause(t.Context())
			near, far := wire(t)
			// As a client does it: the end of the context ends what blocks on the connection.
			stop := context.AfterFunc(ctx, func() { _ = near.SetDeadline(time.Unix(1, 0)) })
			defer stop()
			if _, err := far.Write([]byte("some")); err != nil {
				t.Fatal(err)
			}
			src, begun := source(near), make(chan struct{}, 100)
			if !kernel {
				src = plain(near, nil)
			}
			src.touched = func() { begun <- struct{}{} }
			var moved atomic.Int64
			ended := make(chan error)
			go func() {
				_, err := vfs.Copy(ctx, target(newFile(t, nil)), src, &moved)
				ended <- err
			}()
			<-begun
			if !kernel {
				<-begun // for what comes after the first octets
			}
			cancel(why)
			if err := <-ended; !errors.Is(err, why) || moved.Load() > 4 || !kernel && moved.Load() != 4 {
				t.Errorf("kernel %t: %d octets, %v", kernel, moved.Load(), err)
			}
		}
	})
}

// TestStall: a connection on which nothing moves for its stall timeout fails, as the source tells it.
func TestStall(t *testing.T) {
	t.Parallel()
	near, far := wire(t)
	if _, err := far.Write([]byte("some")); err != nil {
		t.Fatal(err)
	}
	src := source(near)
	src.touched = func() { _ = near.SetReadDeadline(time.Now().Add(time.Second)) }
	n, err := vfs.Copy(t.Context(), target(newFile(t, nil)), src, new(atomic.Int64))
	if n != 4 || !errors.Is(err, errOfSource) || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("moved %d, %v", n, err)
	}
}

// TestSlowIsNoStall: octets that come slowly restart the timer, however few they are: each piece comes only after the
// timer was restarted behind the one before.
func TestSlowIsNoStall(t *testing.T) {
	t.Parallel()
	near, far := wire(t)
	src, touches := source(near), make(chan struct{}, 100)
	src.touched = func() {
		_ = near.SetReadDeadline(time.Now().Add(time.Second))
		touches <- struct{}{}
	}
	want := noise(50)
	go func() {
		for i := range 5 {
			<-touches
			_, _ = far.Write(want[10*i : 10*i+10])
		}
		_ = far.CloseWrite()
	}()
	f := newFile(t, nil)
	n, err := vfs.Copy(t.Context(), target(f), src, new(atomic.Int64))
	content, _ := os.ReadFile(f.Name())
	if err != nil || n != 50 || !bytes.Equal(content, want) {
		t.Errorf("moved %d, %v", n, err)
	}
}

// TestWhoTellsTheFailure: of a file and a connection, the one that failed.
func TestWhoTellsTheFailure(t *testing.T) {
	t.Run("the file cannot be written", func(t *testing.T) {
		locked, err := os.Open(newFile(t, nil).Name()) // for reading only
		if err != nil {
			t.Fatal(err)
		}
		defer locked.Close()
		near, far := wire(t)
		if _, err := far.Write([]byte("some")); err != nil {
			t.Fatal(err)
		}
		_, err = vfs.Copy(t.Context(), target(locked), source(near), new(atomic.Int64))
		if !errors.Is(err, errOfTarget) || !errors.Is(err, syscall.EBADF) {
			t.Errorf("told as %v", err)
		}
	})
	t.Run("the sender is gone", func(t *testing.T) {
		near, far := wire(t)
		_ = far.SetLinger(0)
		far.Close()
		_, err := vfs.Copy(t.Context(), target(newFile(t, nil)), source(near), new(atomic.Int64))
		if !errors.Is(err, errOfSource) || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("told as %v", err)
		}
	})
	t.Run("the receiver is gone", func(t *testing.T) {
		near, far := wire(t)
		_ = far.SetLinger(0)
		far.Close()
		_, err := vfs.Copy(t.Context(), target(near), source(newFile(t, noise(32<<20))), new(atomic.Int64))
		if !errors.Is(err, errOfTarget) {
			t.Errorf("told as %v", err)
		}
	})
	t.Run("the source cannot be read", func(t *testing.T) {
		near, _ := wire(t)
		f := newFile(t, noise(100))
		f.Close()
		_, err := vfs.Copy(t.Context(), target(near), source(f), new(atomic.Int64))
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("told as %v", err)
		}
	})
}
