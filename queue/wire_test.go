package queue_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

// client opens the account of a server, as the program would.
func client(t *testing.T, s *ftptest.Server, change ...func(*ftpclient.Config)) *ftpclient.Client {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	cfg := ftpclient.Config{
		Host: host, Port: number, User: s.User, Password: s.Password, RootCAs: s.Roots, Security: ftpclient.SecurityNone,
	}
	if s.Roots != nil {
		cfg.Security = ftpclient.SecurityExplicit
	}
	for _, one := range change {
		one(&cfg)
	}
	cl := ftpclient.New(cfg)
	t.Cleanup(func() { _ = cl.Close() })
	return cl
}

func scriptClient(t *testing.T, srv *ftptest.Script) *ftpclient.Client {
	return client(t, &ftptest.Server{Addr: srv.Addr, User: "alice", Password: "secret"})
}

// taking is a scripted server that takes what is sent.
func taking(t *testing.T) *ftptest.Script {
	return ftptest.NewScript(t).
		On("STOR", ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("226 ")).
		On("MLST", ftptest.Reply("550 no such file")).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=dir; other\r\n"), ftptest.Reply("226 ")).
		On("SIZE", ftptest.Reply("550 no such file")).On("MFMT", ftptest.Reply("213 ")).On("DELE", ftptest.Reply("250 ")).
		On("RNFR", ftptest.Reply("350 ")).On("RNTO", ftptest.Reply("250 "))
}

// when is a time in the past, to the second.
var when = time.Date(2020, 5, 6, 7, 8, 9, 0, time.UTC)

func one(name string, size int64) []queue.Source {
	return []queue.Source{{Entry: vfs.Entry{Name: name, Type: vfs.File, Size: size}}}
}

// upTo asks to upload all of a folder.
func upTo(t *testing.T, to vfs.FS, fromDir, toDir string) queue.Request {
	return queue.Request{
		From: localfs.New(), To: to, FromDir: fromDir, ToDir: toDir, Sources: sources(t, fromDir), Recursive: true,
	}
}

// TestServerThatSendsLessAndSaysItIsDone: 5 octets of 11 come, and 226.
func TestServerThatSendsLessAndSaysItIsDone(t *testing.T) {
	srv := taking(t).On("RETR", ftptest.Reply("150 "), ftptest.Data("hello"), ftptest.Reply("226 Transfer complete"))
	to := t.TempDir()
	h := start(t, queue.Options{Retries: -1})
	h.add(queue.Request{
		From: scriptClient(t, srv), To: localfs.New(), FromDir: "/", ToDir: to, Sources: one("x", 11),
	})
	h.idle()
	it := h.item("x")
	if it.State != queue.Failed || !errors.Is(it.Reason, vfs.ErrIncomplete) || it.Proof != queue.ProofNone {
		t.Errorf("%v, %v, proof %v", it.State, it.Reason, it.Proof)
	}
	sameTree(t, grown(t, to), map[string]string{".x.ferrypart": "hello"})
}

// TestServerThatHasNoRoom: a STOR that ends in 552 is a failed item, with the server's reason.
func TestServerThatHasNoRoom(t *testing.T) {
	srv := taking(t).On("STOR", ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("552 Disk full"))
	h := start(t, queue.Options{Retries: -1})
	h.add(upTo(t, scriptClient(t, srv), tree(t, map[string]string{"x": "hello world"}), "/"))
	h.idle()
	it := h.item("x")
	if it.State != queue.Failed || !errors.Is(it.Reason, vfs.ErrNoSpace) || srv.Count("RNTO") != 0 {
		t.Errorf("%v, %v: %q", it.State, it.Reason, srv.Commands())
	}
}

// TestUploadIsProvenBySize grades uploads by what the server says that it has.
func TestUploadIsProvenBySize(t *testing.T) {
	for _, c := range []struct {
		name, size string
		state      queue.State
		proof      queue.Proof
	}{
		{"right", "213 11", queue.Done, queue.ProofSize},
		{"less", "213 5", queue.Failed, queue.ProofNone},
		{"more", "213 12", queue.Failed, queue.ProofNone},
		{"no sizes", "502 ?", queue.Done, queue.ProofNone},
	} {
		srv := taking(t).On("SIZE /.x.ferrypart", ftptest.Reply(c.size)).On("CWD /x", ftptest.Reply("550 no"))
		h := start(t, queue.Options{Retries: -1})
		h.add(upTo(t, scriptClient(t, srv), tree(t, map[string]string{"x": "hello world"}), "/"))
		h.idle()
		it := h.item("x")
		if it.State != c.state || it.Proof != c.proof || (srv.Count("RNTO") == 1) != (c.state == queue.Done) {
			t.Errorf("%s: %v, %v, proof %v: %q", c.name, it.State, it.Reason, it.Proof, srv.Commands())
		}
	}
}

// TestServerThatRefusesToRename gets the file once more, under its own name, and the item says so.
func TestServerThatRefusesToRename(t *testing.T) {
	srv := taking(t).On("RNFR", ftptest.Reply("550 Permission denied"))
	srv.On("SIZE", ftptest.Reply("213 11")).Once("SIZE /x", ftptest.Reply("550 no such file")).
		Once("SIZE /y", ftptest.Reply("550 no such file"))
	cl := scriptClient(t, srv)
	h := start(t, queue.Options{Workers: 1})
	for i, name := range []string{"x", "y"} {
		h.add(upTo(t, cl, tree(t, map[string]string{name: "hello world"}), "/"))
		h.until(name, func() bool { return len(h.items) > i && h.last.Totals.Idle() })
		it := h.item(name)
		if it.State != queue.Done || it.Proof != queue.ProofSize || strings.Count(it.Note, "under its own name") != 1 {
			t.Errorf("%v, %v, %q", it.State, it.Reason, it.Note)
		}
	}
	if got := srv.Received(); len(got) != 3 || srv.Count("RNFR") != 1 {
		t.Errorf("received %q by %q", got, srv.Commands())
	}
}

// TestHashes compares hashes on every server that has them, both ways, in clear (where the kernel moves the octets past
// the program) and over TLS (where they are hashed on their way).
func TestHashes(t *testing.T) {
	for _, tls := range []bool{false, true} {
		var options []ftptest.Option
		if tls {
			options = append(options, ftptest.TLS(ftptest.ExplicitTLS))
		}
		ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
			cl, local := client(t, server), localfs.New()
			here, back := tree(t, map[string]string{"small": "hello", "large": long(3 << 20), "empty": ""}), t.TempDir()
			want := map[bool]queue.Proof{true: queue.ProofHash, false: queue.ProofSize}[server.Hash]
			h := start(t, queue.Options{Workers: 2})
			r := upTo(t, cl, here, server.Home)
			r.Verify = queue.VerifyAlways
			h.add(r)
			h.idle()
			r.From, r.To, r.FromDir, r.ToDir = cl, local, server.Home, back
			h.add(r)
			h.until("both", func() bool { return len(h.items) == 6 && h.last.Totals.Idle() })
			for _, it := range h.items {
				if it.State != queue.Done || it.Proof != want || it.Note != "" {
					t.Errorf("%s %v: %v, %v, proof %v, %q", it.Name, it.Direction, it.State, it.Reason, it.Proof, it.Note)
				}
			}
			sameTree(t, grown(t, back), grown(t, here))
		}, options...)
	}
}

// TestHashesThatDiffer: a server that stores something else than it was sent, or sends something else than it has.
func TestHashesThatDiffer(t *testing.T) {
	const rightMD5, wrongMD5 = "5eb63bbbe01eeed093cb22bb8f5acdc3", "00000000000000000000000000000000"
	for _, c := range []struct {
		name, reply, note string
		verify            queue.Verify
		state             queue.State
		proof             queue.Proof
	}{
		{"the same", "250 " + rightMD5, "", queue.VerifyAlways, queue.Done, queue.ProofHash},
		{"another", "250 " + wrongMD5, "", queue.VerifyAlways, queue.Failed, queue.ProofNone},
		{"another, not asked for", "250 " + wrongMD5, "", queue.VerifyOnRequest, queue.Done, queue.ProofSize},
		{"another, and never", "250 " + wrongMD5, "", queue.VerifyNever, queue.Done, queue.ProofSize},
		{"not known after all", "502 ?", "", queue.VerifyAlways, queue.Done, queue.ProofSize},
		{"refused", "550 too large", "could not be compared", queue.VerifyAlways, queue.Done, queue.ProofSize},
	} {
		for _, upload := range []bool{true, false} {
			srv := taking(t).On("FEAT", ftptest.Reply("211-Features:", " SIZE", " EPSV", " MFMT", " XMD5", "211 End")).
				On("LIST", ftptest.Reply("150 "), ftptest.Data("total 0\r\n"), ftptest.Reply("226 ")).
				On("SIZE /.x.ferrypart", ftptest.Reply("213 11")).On("CWD /x", ftptest.Reply("550 no")).
				On("RETR", ftptest.Reply("150 "), ftptest.Data("hello world"), ftptest.Reply("226 ")).
				On("XMD5", ftptest.Reply(c.reply))
			cl, to := scriptClient(t, srv), t.TempDir()
			r := queue.Request{From: cl, To: localfs.New(), FromDir: "/", ToDir: to, Sources: one("x", 11)}
			if upload {
				r = upTo(t, cl, tree(t, map[string]string{"x": "hello world"}), "/")
			}
			r.Verify = c.verify
			h := start(t, queue.Options{Retries: -1})
			h.add(r)
			h.idle()
			it := h.item("x")
			noted := strings.Contains(it.Note, c.note) && (c.note != "" || it.Note == "")
			if it.State != c.state || it.Proof != c.proof || !noted {
				t.Errorf("%s, upload %t: %v, %v, proof %v, %q", c.name, upload, it.State, it.Reason, it.Proof, it.Note)
			}
			failed := c.state == queue.Failed
			if failed && !errors.Is(it.Reason, vfs.ErrCorrupt) {
				t.Errorf("%s: %v", c.name, it.Reason)
			}
			left, _ := os.ReadDir(to)
			if !upload && len(left) != map[bool]int{true: 0, false: 1}[failed] || upload && (srv.Count("RNTO") == 0) != failed {
				t.Errorf("%s, upload %t: %d files, %q", c.name, upload, len(left), srv.Commands())
			}
		}
	}
}

// TestTimesAndPermissions are kept both ways.
func TestTimesAndPermissions(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		cl, here, back := client(t, server), tree(t, map[string]string{"x": "hello"}), t.TempDir()
		path := filepath.Join(here, "x")
		if err := errors.Join(os.Chmod(path, 0o741), os.Chtimes(path, when, when)); err != nil {
			t.Fatal(err)
		}
		h := start(t, queue.Options{})
		r := upTo(t, cl, here, server.Home)
		r.KeepMode = true
		h.add(r)
		h.idle()
		info, err := os.Stat(server.Path("x"))
		if err != nil || !info.ModTime().Equal(when) || server.Chmod && info.Mode().Perm() != 0o741 {
			t.Errorf("%v, %v: %+v", info, err, h.items)
		}
		r.From, r.To, r.FromDir, r.ToDir = cl, localfs.New(), server.Home, back
		h.add(r)
		h.until("both", func() bool { return len(h.items) == 2 && h.last.Totals.Idle() })
		info, err = os.Stat(filepath.Join(back, "x"))
		if err != nil || !info.ModTime().Equal(when) || info.Mode().Perm() != 0o741 {
			t.Errorf("%v, %v: %+v", info, err, h.items)
		}
	})
}

// TestPermissionsSurviveAnotherLook: what a listing told of a file is kept where the server tells less when it is asked
// about the file again.
func TestPermissionsSurviveAnotherLook(t *testing.T) {
	server := ftptest.Vsftpd(t) // without MLST
	server.WriteFile(t, "dir/x", []byte("hello"))
	if err := os.Chmod(server.Path("dir", "x"), 0o604); err != nil {
		t.Fatal(err)
	}
	to := tree(t, map[string]string{"dir/x": "theirs"})
	h := start(t, queue.Options{})
	h.add(queue.Request{
		From: client(t, server), To: localfs.New(), FromDir: server.Home, ToDir: to, Recursive: true, KeepMode: true,
		Sources: sources(t, server.Root), OnConflict: queue.RuleAsk,
	})
	h.until("the question", func() bool { return h.last.Totals.Asking == 1 })
	h.q.Answer(queue.RuleOverwrite, queue.AnswerThis, h.item("dir/x").ID)
	h.until("the copy", func() bool { return h.last.Totals.Done == 1 })
	if info, err := os.Stat(filepath.Join(to, "dir", "x")); err != nil || info.Mode().Perm() != 0o604 {
		t.Errorf("%v, %v", info, err)
	}
}

// TestBetweenTwoServers copies from one real server to another, goes on with a part, and compares the trees.
func TestBetweenTwoServers(t *testing.T) {
	for _, pair := range [][2]func(testing.TB, ...ftptest.Option) *ftptest.Server{
		{ftptest.Vsftpd, ftptest.Proftpd}, {ftptest.Proftpd, ftptest.Pureftpd}, {ftptest.Pureftpd, ftptest.Vsftpd},
	} {
		one, other := pair[0](t), pair[1](t)
		t.Run(one.Name+" to "+other.Name, func(t *testing.T) {
			files := map[string]string{"a": "1", "d/b": long(100_000), "d/large": long(5 << 20)}
			for name, text := range files {
				one.WriteFile(t, name, []byte(text))
			}
			other.WriteFile(t, "d/"+vfs.PartialName("large"), []byte(files["d/large"][:3<<20]))
			h := start(t, queue.Options{Workers: 2})
			h.add(queue.Request{
				From: client(t, one), To: client(t, other), FromDir: one.Home, ToDir: other.Home,
				Sources: sources(t, one.Root), Recursive: true, Verify: queue.VerifyAlways,
			})
			h.idle()
			sameTree(t, grown(t, other.Root), files)
			for _, it := range h.items {
				if it.State != queue.Done || it.Proof < queue.ProofSize || it.Direction != queue.Across {
					t.Errorf("%s: %v, %v, %v", it.Name, it.State, it.Reason, it.Proof)
				}
			}
			if it := h.item("d/large"); !strings.Contains(it.Note, fmt.Sprintf("resumed at octet %d", 3<<20)) {
				t.Errorf("not resumed: %q", it.Note)
			}
		})
	}
}

// TestNamesThatAServerCannotHold come back as they were, and the items tell how they are called meanwhile.
func TestNamesThatAServerCannotHold(t *testing.T) {
	files := map[string]string{"a\nb": "1", "a%0Ab": "2", "100%": "3", "d\r/x": "4"}
	ftptest.Each(t, func(t *testing.T, server *ftptest.Server) {
		cl, here, back := client(t, server), tree(t, files), t.TempDir()
		h := start(t, queue.Options{})
		h.add(upTo(t, cl, here, server.Home))
		h.idle()
		sameTree(t, grown(t, server.Root), map[string]string{"a%0Ab": "1", "a%250Ab": "2", "100%": "3", "d%0D/x": "4"})
		if it := h.item("a\nb"); it.Note != "named a%0Ab there" || it.To != cl.Join(server.Home, "a%0Ab") {
			t.Errorf("%q, to %q", it.Note, it.To)
		}
		if it := h.item("100%"); it.Note != "" {
			t.Errorf("%q", it.Note)
		}
		h.add(queue.Request{
			From: cl, To: localfs.New(), FromDir: server.Home, ToDir: back, Sources: sources(t, server.Root), Recursive: true,
		})
		h.until("both", func() bool { return len(h.items) == 8 && h.last.Totals.Idle() })
		sameTree(t, grown(t, back), files)
	})
}
