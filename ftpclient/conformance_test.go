package ftpclient_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
)

// configOf is how to reach a test server.
func configOf(t testing.TB, s *ftptest.Server, mode ftpclient.Mode) ftpclient.Config {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	cfg := ftpclient.Config{Host: host, Port: number, User: s.User, Password: s.Password, Mode: mode}
	if s.Roots != nil {
		cfg.Security, cfg.RootCAs = ftpclient.SecurityExplicit, s.Roots
	}
	cfg.Trace = func(e ftpclient.Event) {
		if e.Kind == ftpclient.EventCommand || e.Kind == ftpclient.EventReply || e.Kind == ftpclient.EventNote {
			t.Logf("%d %d %q", e.Conn, e.Code, e.Text)
		}
	}
	return cfg
}

// shore is a server and a session on it.
type shore struct {
	server
	vfs.Session
	cl *ftpclient.Client
}

// server is a ftptest.Server without the names that a vfs.Session has too.
type server struct {
	Home   string
	server *ftptest.Server
}

func (s *shore) Path(elem ...string) string { return s.server.server.Path(elem...) }

func (s *shore) WriteFile(t *testing.T, name string, content []byte) {
	t.Helper()
	s.server.server.WriteFile(t, name, content)
}

func (s *shore) at(name string) string { return s.cl.Join(s.Home, name) }

// eachWay runs test on every server, in passive and in active mode, in the clear and over explicit and implicit TLS.
func eachWay(t *testing.T, test func(t *testing.T, s *shore)) {
	for security, encryption := range map[ftpclient.Security]ftptest.Encryption{
		ftpclient.SecurityNone: ftptest.NoTLS, ftpclient.SecurityExplicit: ftptest.ExplicitTLS,
		ftpclient.SecurityImplicit: ftptest.ImplicitTLS,
	} {
		t.Run("TLS "+security.String(), func(t *testing.T) {
			ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
				for _, mode := range []ftpclient.Mode{ftpclient.ModePassive, ftpclient.ModeActive} {
					t.Run(mode.String(), func(t *testing.T) { test(t, openShore(t, server, mode, security)) })
				}
			}, ftptest.TLS(encryption))
		})
	}
}

func openShore(t *testing.T, srv *ftptest.Server, mode ftpclient.Mode, security ftpclient.Security) *shore {
	t.Helper()
	cfg := configOf(t, srv, mode)
	cfg.Security = security
	cl := ftpclient.New(cfg)
	t.Cleanup(func() { _ = cl.Close() })
	session, err := cl.Lease(t.Context(), vfs.Browse)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Release)
	return &shore{server{srv.Home, srv}, session, cl}
}

func noise(size int, seed uint64) []byte {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = r.Read(b)
	return b
}

// fetch reads a whole file from offset on and checks that its end was confirmed.
func (s *shore) fetch(t *testing.T, path string, offset int64) []byte {
	t.Helper()
	r, err := s.Open(t.Context(), path, offset)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return content
}

// send writes content as a file and gives it its name.
func (s *shore) send(t *testing.T, path string, content []byte, how vfs.Create) {
	t.Helper()
	w, err := s.Create(t.Context(), path, how)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (s *shore) onDisk(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(s.Path(name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func sameBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if sha256.Sum256(got) != sha256.Sum256(want) {
		t.Fatalf("%s: %d octets differ from the %d that were expected", what, len(got), len(want))
	}
}

func (s *shore) names(t *testing.T, dir string) []string {
	t.Helper()
	entries, report, err := vfs.ReadDir(t.Context(), s, dir)
	if err != nil {
		t.Fatal(err)
	}
	if report.Unread != 0 {
		t.Errorf("unreadable lines: %q", report.Unreadable)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	return names
}

// oddNames are legal everywhere and awkward in FTP.
var oddNames = []string{
	"plain.txt", "two words.txt", "three  blanks   inside", `quo"te".txt`, "apos'trophe", "-leading dash", "--help",
	"ảnh du lịch Đà Lạt.jpg", "数据备份.tar.gz", "日本語", "emoji 🚢.txt", "per%20cent", "back\\slash", "star*[x]?",
	"semi;colon", "~tilde", "a=b;c", "#hash", "dot.", "UPPER lower",
	" blank before", "blank behind ",
}

func TestConformanceListing(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		dir := "list " + s.cl.Mode().String()
		var want []string
		for i, name := range oddNames {
			s.WriteFile(t, dir+"/"+name, make([]byte, i))
			want = append(want, name)
		}
		if err := os.Mkdir(s.Path(dir, "a folder"), 0o755); err != nil {
			t.Fatal(err)
		}
		s.WriteFile(t, dir+"/.hidden", nil)
		want = append(want, "a folder", ".hidden")
		slices.Sort(want)
		if got := s.names(t, s.at(dir)); !slices.Equal(got, want) {
			t.Fatalf("names\n got %q\nwant %q", got, want)
		}
		entries, _, err := vfs.ReadDir(t.Context(), s, s.at(dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if i := slices.Index(oddNames, e.Name); i >= 0 && (e.Type != vfs.File || e.Size != int64(i)) {
				t.Errorf("%q is a %s of %d octets, not a file of %d", e.Name, e.Type, e.Size, i)
			}
			if e.Name == "a folder" && !e.IsDir() {
				t.Errorf("%q is a %s", e.Name, e.Type)
			}
			if age := time.Since(e.ModTime); age < -25*time.Hour || age > 25*time.Hour {
				t.Errorf("%q was modified %v ago", e.Name, age)
			}
		}
	})
}

func TestConformanceEmptyFolder(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		dir := s.at("nothing in it " + s.cl.Mode().String())
		if err := s.Mkdir(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		if got := s.names(t, dir); len(got) != 0 {
			t.Fatalf("an empty folder shows %q", got)
		}
	})
}

func TestConformanceOddNamesBothWays(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		dir := "odd " + s.cl.Mode().String()
		if err := s.Mkdir(t.Context(), s.at(dir)); err != nil {
			t.Fatal(err)
		}
		for i, name := range oddNames {
			if s.server.server.Name == "pure-ftpd" && strings.HasSuffix(name, " ") {
				continue // it cuts blanks off the end of every argument
			}
			content := noise(1000+i, uint64(i))
			path := s.cl.Join(s.at(dir), name)
			if s.server.server.Name == "pure-ftpd" && name == "back\\slash" {
				_, err := s.Create(t.Context(), path, vfs.Create{Size: int64(len(content))})
				if !errors.Is(err, vfs.ErrUnsafeName) {
					t.Errorf("pure-ftpd prohibits backslashes, but %v", err)
				}
				continue
			}
			s.send(t, path, content, vfs.Create{Size: int64(len(content))})
			sameBytes(t, "sent "+name, s.onDisk(t, dir+"/"+name), content)
			sameBytes(t, "fetched "+name, s.fetch(t, path, 0), content)
		}
	})
}

func TestConformanceEmptyFile(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		name := "empty " + s.cl.Mode().String()
		s.send(t, s.at(name), nil, vfs.Create{Size: 0})
		if got := s.onDisk(t, name); len(got) != 0 {
			t.Fatalf("an empty file became %d octets", len(got))
		}
		if got := s.fetch(t, s.at(name), 0); len(got) != 0 {
			t.Fatalf("an empty file came as %d octets", len(got))
		}
	})
}

// TestConformanceKernelCopies moves files between the disk and the server by vfs.Copy, as the queue does.
func TestConformanceKernelCopies(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		content := noise(3<<20+17, 7)
		dir := t.TempDir()
		if err := os.WriteFile(dir+"/up", content, 0o600); err != nil {
			t.Fatal(err)
		}
		local, err := localfs.New().Lease(t.Context(), vfs.Transfer)
		if err != nil {
			t.Fatal(err)
		}
		defer local.Release()
		name := "big " + s.cl.Mode().String()
		copyOver(t, local, dir+"/up", s, s.at(name), int64(len(content)))
		sameBytes(t, "sent", s.onDisk(t, name), content)
		copyOver(t, s, s.at(name), local, dir+"/down", int64(len(content)))
		down, err := os.ReadFile(dir + "/down")
		if err != nil {
			t.Fatal(err)
		}
		sameBytes(t, "fetched", down, content)
		if got := s.names(t, s.Home); !slices.Contains(got, name) || slices.ContainsFunc(got, vfs.IsPartialName) {
			t.Fatalf("the folder shows %q", got)
		}
	})
}

func copyOver(t *testing.T, from vfs.Session, source string, to vfs.Session, target string, size int64) {
	t.Helper()
	r, err := from.Open(t.Context(), source, 0)
	if err != nil {
		t.Fatal(err)
	}
	w, err := to.Create(t.Context(), target, vfs.Create{Size: size})
	if err != nil {
		t.Fatal(err)
	}
	var moved atomic.Int64
	n, err := vfs.Copy(t.Context(), w, r, &moved)
	if err != nil || n != size || moved.Load() != size {
		t.Fatalf("copied %d (counted %d) of %d octets: %v", n, moved.Load(), size, err)
	}
	if err := errors.Join(r.Close(), w.Commit(t.Context())); err != nil {
		t.Fatal(err)
	}
}

func TestConformanceResumeDownload(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		content := noise(100_000, 3)
		s.WriteFile(t, "resume-down", content)
		for _, offset := range []int64{1, 65_536, 99_999, 100_000} {
			sameBytes(t, fmt.Sprint("from ", offset), s.fetch(t, s.at("resume-down"), offset), content[offset:])
		}
	})
}

func TestConformanceResumeUpload(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		content := noise(400_000, 4)
		name := "resume-up " + s.cl.Mode().String()
		const cut = 150_000
		w, err := s.Create(t.Context(), s.at(name), vfs.Create{Size: int64(len(content))})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content[:cut]); err != nil {
			t.Fatal(err)
		}
		if err := w.Abort(true); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(s.Path(name)); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("half a file bears the final name: %v", err)
		}
		// What an aborted upload leaves is the server's affair; what it left is where to go on.
		held, err := s.Partial(t.Context(), s.at(name))
		if err != nil || held > cut {
			t.Fatalf("the server holds %d of %d octets: %v", held, cut, err)
		}
		s.send(t, s.at(name), content[held:], vfs.Create{Size: int64(len(content)), Offset: held})
		sameBytes(t, "resumed", s.onDisk(t, name), content)
	})
}

// TestConformanceRestartedStore resumes in the words of the protocol: REST and STOR, and APPE.
func TestConformanceRestartedStore(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		content := noise(60_000, 5)
		for _, verb := range []string{"STOR", "APPE"} {
			s.WriteFile(t, verb, content[:20_000])
			c, err := ftpclient.Dial(t.Context(), configOf(t, s, ftpclient.ModeAuto))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			path := s.Home + "/" + verb
			begin := func() (*ftpclient.Upload, error) { return c.Store(t.Context(), path, 20_000) }
			if verb == "APPE" {
				begin = func() (*ftpclient.Upload, error) { return c.Append(t.Context(), path) }
			}
			u, err := begin()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := u.Write(content[20_000:]); err != nil {
				t.Fatal(err)
			}
			if err := u.Finish(t.Context()); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(s.Path(verb))
			if err != nil {
				t.Fatal(err)
			}
			sameBytes(t, verb, got, content)
		}
	})
}

func TestConformanceOverwrite(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		s.WriteFile(t, "old", []byte("what was there before, and is longer"))
		s.send(t, s.at("old"), []byte("new"), vfs.Create{Size: 3, Overwrite: true})
		sameBytes(t, "replaced", s.onDisk(t, "old"), []byte("new"))
	})
}

func TestConformanceRename(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		s.WriteFile(t, "from name", []byte("x"))
		s.WriteFile(t, "taken", []byte("y"))
		if err := s.Rename(t.Context(), s.at("from name"), s.at("taken")); !errors.Is(err, fs.ErrExist) {
			t.Fatalf("renaming over a file: %v", err)
		}
		to := "tới đây " + s.cl.Mode().String()
		if err := s.Rename(t.Context(), s.at("from name"), s.at(to)); err != nil {
			t.Fatal(err)
		}
		sameBytes(t, "renamed", s.onDisk(t, to), []byte("x"))
		sameBytes(t, "untouched", s.onDisk(t, "taken"), []byte("y"))
	})
}

func TestConformanceDeleteTree(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		for _, name := range []string{"a", "b/c", "b/d e/f", `b/d e/"g"`, "-x/y"} {
			s.WriteFile(t, "tree/"+name, []byte(name))
		}
		entry := vfs.Entry{Name: "tree", Type: vfs.Dir}
		if gone := vfs.RemoveTree(t.Context(), s.cl, s, s.at("tree"), entry, nil); gone.Failed != 0 {
			t.Fatal(gone)
		}
		if _, err := os.Stat(s.Path("tree")); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("the tree is still there: %v", err)
		}
	})
}

func TestConformanceManySmallFiles(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		dir := "many " + s.cl.Mode().String()
		if err := s.Mkdir(t.Context(), s.at(dir)); err != nil {
			t.Fatal(err)
		}
		sent, got := sha256.New(), sha256.New()
		for i := range 200 {
			content := noise(i*37%8192, uint64(i))
			sent.Write(content)
			s.send(t, s.cl.Join(s.at(dir), fmt.Sprintf("file %03d", i)), content, vfs.Create{Size: int64(len(content))})
		}
		for _, name := range s.names(t, s.at(dir)) {
			got.Write(s.fetch(t, s.cl.Join(s.at(dir), name), 0))
		}
		if !bytes.Equal(sent.Sum(nil), got.Sum(nil)) {
			t.Fatal("the files that came back are not those that were sent")
		}
	})
}

// TestConformanceBeyond4GiB asks size and tail of a sparse file of 5 GiB.
func TestConformanceBeyond4GiB(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		const size = 5 << 30
		tail := noise(10_000, 9)
		s.WriteFile(t, "sparse", nil)
		f, err := os.OpenFile(s.Path("sparse"), os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteAt(tail, size-int64(len(tail))); err != nil {
			t.Fatal(err)
		}
		e, err := s.Stat(t.Context(), s.at("sparse"))
		if err != nil || e.Size != size {
			t.Fatalf("a file of 5 GiB has %d octets: %v", e.Size, err)
		}
		sameBytes(t, "tail", s.fetch(t, s.at("sparse"), size-int64(len(tail))), tail)

		cfg := configOf(t, s.server.server, s.cl.Mode())
		if strings.HasPrefix(s.cl.ID(), "ftps:") {
			cfg.Security = ftpclient.SecurityImplicit
		}
		c, err := ftpclient.Dial(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if got, err := c.Size(t.Context(), s.at("sparse")); err != nil || got != size {
			t.Errorf("SIZE tells %d octets: %v", got, err)
		}
	})
}

func TestConformanceStat(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		s.WriteFile(t, "some folder/some file", []byte("12345"))
		e, err := s.Stat(t.Context(), s.at("some folder"))
		if err != nil || !e.IsDir() || e.Name != "some folder" {
			t.Errorf("a folder is %+v: %v", e, err)
		}
		e, err = s.Stat(t.Context(), s.at("some folder/some file"))
		if err != nil || e.Type != vfs.File || e.Size != 5 || e.Name != "some file" {
			t.Errorf("a file is %+v: %v", e, err)
		}
		_, err = s.Stat(t.Context(), s.at("no such thing"))
		if err == nil {
			t.Fatal("what is not there was found")
		}
		if !errors.Is(err, fs.ErrNotExist) && !strings.Contains(err.Error(), "neither a folder nor a file") {
			t.Errorf("it is not told in plain words: %v", err)
		}
	})
}

func TestConformanceTimesAndModes(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		s := openShore(t, server, ftpclient.ModeAuto, ftpclient.SecurityNone)
		server.WriteFile(t, "clock", []byte("x"))
		when := time.Date(2019, 4, 5, 6, 7, 8, 0, time.UTC)
		err := s.SetModTime(t.Context(), s.at("clock"), when)
		info, statErr := os.Stat(s.Path("clock"))
		if statErr != nil {
			t.Fatal(statErr)
		}
		switch {
		case server.MFMT && (err != nil || !info.ModTime().Equal(when)):
			t.Errorf("MFMT set %v: %v", info.ModTime(), err)
		case !server.MFMT && err == nil && !info.ModTime().Equal(when):
			t.Errorf("a server without MFMT claims to have set the time, which is %v", info.ModTime())
		}
		err = s.Chmod(t.Context(), s.at("clock"), 0o640)
		info, statErr = os.Stat(s.Path("clock"))
		if statErr != nil {
			t.Fatal(statErr)
		}
		if (server.Chmod || err == nil) && info.Mode().Perm() != 0o640 {
			t.Errorf("the mode is %v: %v", info.Mode(), err)
		}
	})
}

func TestConformanceRefusedPaths(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		var failure *vfs.Failure
		if _, _, err := vfs.ReadDir(t.Context(), s, s.at("not there")); !errors.As(err, &failure) {
			t.Errorf("listing what is not there: %v", err)
		}
		if _, err := s.Open(t.Context(), s.at("not there"), 0); !errors.As(err, &failure) {
			t.Errorf("reading what is not there: %v", err)
		}
		if _, err := s.Create(t.Context(), s.at("not there/x"), vfs.Create{Size: 1}); !errors.As(err, &failure) {
			t.Errorf("writing where no folder is: %v", err)
		}
		for _, bad := range []string{"a\rb", "a\nDELE b", "a\x00b"} {
			if err := s.Mkdir(t.Context(), s.at(bad)); !errors.Is(err, vfs.ErrUnsafeName) {
				t.Errorf("making the folder %q: %v", bad, err)
			}
			if err := s.Rename(t.Context(), s.at("x"), s.at(bad)); !errors.Is(err, vfs.ErrUnsafeName) {
				t.Errorf("renaming to %q: %v", bad, err)
			}
		}
		// The same control connection still serves.
		if got := s.names(t, s.Home); slices.Contains(got, "not there") {
			t.Errorf("refused paths left %q", got)
		}
	})
}

// TestConformanceGivenUpDownload closes a download half-way and uses the session on.
func TestConformanceGivenUpDownload(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		content := noise(4<<20, 11)
		s.WriteFile(t, "long", content)
		for range 3 {
			r, err := s.Open(t.Context(), s.at("long"), 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(r, make([]byte, 1000)); err != nil {
				t.Fatal(err)
			}
			if err := r.Close(); err != nil {
				t.Fatalf("giving up is no error: %v", err)
			}
		}
		sameBytes(t, "after giving up", s.fetch(t, s.at("long"), 0), content)
	})
}

// TestConformanceCancelledDownload ends the context in mid-transfer.
func TestConformanceCancelledDownload(t *testing.T) {
	eachWay(t, func(t *testing.T, s *shore) {
		s.WriteFile(t, "long", noise(4<<20, 12))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r, err := s.Open(ctx, s.at("long"), 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		cancel()
		if _, err := io.Copy(io.Discard, r); !errors.Is(err, context.Canceled) {
			t.Fatalf("a cancelled download ended by %v", err)
		}
		_ = r.Close()
		s.names(t, s.Home) // the session is usable, on a new connection if need be
	})
}

func TestConformanceIPv6(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		for _, mode := range []ftpclient.Mode{ftpclient.ModePassive, ftpclient.ModeActive} {
			t.Run(mode.String(), func(t *testing.T) {
				s := openShore(t, server, mode, ftpclient.SecurityNone)
				name := "v6 " + mode.String()
				s.send(t, s.at(name), []byte("over IPv6"), vfs.Create{Size: 9})
				sameBytes(t, "fetched", s.fetch(t, s.at(name), 0), []byte("over IPv6"))
			})
		}
	}, ftptest.IPv6())
}
