package demo_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/internal/demo"

	"github.com/spf13/afero"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a server over memory.
func serve(t *testing.T, o demo.Options) (*demo.Server, afero.Fs) {
	t.Helper()
	if o.FS == nil {
		o.FS = afero.NewMemMapFs()
	}
	s, err := demo.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, o.FS
}

func TestStartRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	for name, o := range map[string]demo.Options{
		"no file system": {},
		"port taken":     {FS: afero.NewMemMapFs(), Listen: taken.Addr().String()},
		"no address":     {FS: afero.NewMemMapFs(), Listen: "nowhere"},
	} {
		if s, err := demo.Start(t.Context(), o); err == nil {
			t.Errorf("%s: started on %s", name, s.Addr())
			_ = s.Close()
		}
	}
}

func TestLogin(t *testing.T) {
	open, _ := serve(t, demo.Options{})
	ftptest.DialAs(t, open.Addr(), "anonymous", "anything")
	closed, _ := serve(t, demo.Options{User: "alice", Password: "right"})
	ftptest.DialAs(t, closed.Addr(), "alice", "right")
	for user, password := range map[string]string{"alice": "wrong", "bob": "right", "": ""} {
		c := ftptest.Dial(t, closed.Addr())
		c.Expect("220")
		c.Cmd("331", "USER %s", user)
		c.Cmd("530", "PASS %s", password)
	}
}

func TestMaxConns(t *testing.T) {
	s, _ := serve(t, demo.Options{MaxConns: 1})
	first := ftptest.DialAs(t, s.Addr(), "a", "b")
	ftptest.Dial(t, s.Addr()).Expect("421")
	first.Cmd("221", "QUIT")
	if _, err := first.Reader.ReadByte(); err != io.EOF {
		t.Fatal(err)
	}
	// Its place is free once the server has noticed the end itself.
	for start := time.Now(); ; {
		c := ftptest.Dial(t, s.Addr())
		if strings.HasPrefix(c.Expect(""), "220") {
			return
		}
		if time.Since(start) > time.Minute {
			t.Fatal("its place is never free again")
		}
	}
}

func TestErrorsNameNoPathOfTheDisk(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/full", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/full/f", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s, _ := serve(t, demo.Options{FS: afero.NewBasePathFs(afero.NewOsFs(), dir)})
	c := ftptest.DialAs(t, s.Addr(), "a", "b")
	for _, command := range []string{
		"SIZE gone", "MDTM gone", "RETR gone", "RETR full", "STOR gone/f", "STOR full", "DELE gone", "DELE full", "RMD full",
		"RMD full/f", "RMD gone", "MKD full", "MKD gone/d", "RNFR gone", "CWD gone", "CWD full/f", "MLST gone",
		"MFMT 20200101000000 gone", "SITE CHMOD 644 gone", "XSHA256 gone",
	} {
		if reply := c.Cmd("55", "%s", command); strings.Contains(reply, dir) {
			t.Errorf("%s: %s", command, reply)
		}
	}
	c.Cmd("350", "RNFR full")
	if reply := c.Cmd("55", "RNTO gone/full"); strings.Contains(reply, dir) {
		t.Error(reply)
	}
}

func TestBytesPerSecond(t *testing.T) {
	const speed, size = 4 << 20, 1 << 20
	s, files := serve(t, demo.Options{BytesPerSecond: speed})
	content := bytes.Repeat([]byte("ferry"), size/5)
	if err := afero.WriteFile(files, "/f", content, 0o644); err != nil {
		t.Fatal(err)
	}
	// What may go at once, at the start, is small.
	atLeast := time.Duration(float64(time.Second) * (size - 128<<10) / speed)
	c := ftptest.DialAs(t, s.Addr(), "a", "b")

	start, data := time.Now(), c.EPSV()
	c.Cmd("150", "RETR f")
	if got := c.Receive(data); got != string(content) {
		t.Errorf("%d octets came", len(got))
	}
	if took := time.Since(start); took < atLeast {
		t.Errorf("down in %v, should take %v", took, atLeast)
	}

	start = time.Now()
	l := c.Listen("PORT")
	c.Send("STOR g")
	data = c.Accept(l)
	c.Expect("150")
	c.Store(data, string(content))
	if took := time.Since(start); took < atLeast {
		t.Errorf("up in %v, should take %v", took, atLeast)
	}
	if got, err := afero.ReadFile(files, "/g"); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d octets arrived, %v", len(got), err)
	}
	c.Cmd(fmt.Sprintf("250-Computing SHA-256 digest\r\n250 %x", sha256.Sum256(content)), "XSHA256 /g")
}

func TestCloseCutsTransfers(t *testing.T) {
	for _, how := range []string{"passive", "active", "listening", "context"} {
		t.Run(how, func(t *testing.T) {
			files := afero.NewMemMapFs()
			if err := afero.WriteFile(files, "/f", make([]byte, 8<<20), 0o644); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s, err := demo.Start(ctx, demo.Options{FS: files, BytesPerSecond: 1000})
			if err != nil {
				t.Fatal(err)
			}
			c := ftptest.DialAs(t, s.Addr(), "a", "b")
			switch how {
			case "active":
				l := c.Listen("PORT")
				c.Send("RETR f")
				defer func() { _ = c.Accept(l).Close() }()
				c.Expect("150")
			case "listening": // for a data connection that nobody opens
				c.Cmd("229", "EPSV")
				c.Send("RETR f")
			default:
				data := c.EPSV()
				defer func() { _ = data.Close() }()
				c.Cmd("150", "RETR f")
			}
			if how == "context" {
				cancel()
			}
			for range 2 {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			if _, err := net.Dial("tcp", s.Addr()); err == nil {
				t.Error("it still listens")
			}
		})
	}
}

func TestOnCommand(t *testing.T) {
	var mu sync.Mutex
	told := map[int][]string{}
	s, _ := serve(t, demo.Options{OnCommand: func(conn int, line string) {
		mu.Lock()
		defer mu.Unlock()
		told[conn] = append(told[conn], line)
	}})
	ftptest.DialAs(t, s.Addr(), "first", "x")
	c := ftptest.DialAs(t, s.Addr(), "second", "y")
	c.Send("NOOP\r\nPWD\r\nNOOP") // in one packet
	c.Expect("200")
	c.Expect("257")
	c.Expect("200")
	mu.Lock()
	defer mu.Unlock()
	if got := fmt.Sprint(told); got != "map[1:[USER first PASS x TYPE I] 2:[USER second PASS y TYPE I NOOP PWD NOOP]]" {
		t.Error(got)
	}
}
