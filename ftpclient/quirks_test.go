package ftpclient_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// scripted leases a session on a scripted server.
func scripted(t *testing.T, s *ftptest.Script, change func(*ftpclient.Config)) (vfs.Session, *recorder) {
	t.Helper()
	server := &ftptest.Server{Addr: s.Addr, User: "alice", Password: "secret"}
	cl, r := recorded(t, server, change)
	session := lease(t, cl, vfs.Browse)
	t.Cleanup(session.Release)
	return session, r
}

// soon is a limit for what never comes. What does come has to come within it, also where a machine is busy.
const soon = time.Second

func fastTimeouts(c *ftpclient.Config) {
	c.Timeouts = ftpclient.Timeouts{Reply: soon, Data: soon, Stall: soon, Final: soon, Abort: soon}
}

// fetchOnce reads a whole file and gives what came and the first error.
func fetchOnce(t *testing.T, s vfs.Session, path string) (string, error) {
	t.Helper()
	r, err := s.Open(t.Context(), path, 0)
	if err != nil {
		return "", err
	}
	content, err := io.ReadAll(r)
	if closed := r.Close(); err == nil {
		err = closed
	}
	return string(content), err
}

func isUnconfirmed(stream any) bool { return stream.(vfs.Unconfirmer).Unconfirmed() }

// create begins a new file and writes all of it.
func create(t *testing.T, s vfs.Session, path, content string) vfs.Writer {
	t.Helper()
	w, err := s.Create(t.Context(), path, vfs.Create{Size: int64(len(content))})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	return w
}

// storeOnce writes a small new file and gives the first error.
func storeOnce(t *testing.T, s vfs.Session, path, content string) error {
	t.Helper()
	w, err := s.Create(t.Context(), path, vfs.Create{Size: int64(len(content))})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, content); err != nil {
		_ = w.Abort(false)
		return err
	}
	return w.Commit(t.Context())
}

// listFails lists the root, which must fail with that kind and tell those words.
func mustFail(t *testing.T, err, kind error, words ...string) {
	t.Helper()
	var told *vfs.Failure
	if !errors.As(err, &told) || kind != nil && !errors.Is(err, kind) {
		t.Fatalf("got %v (%s)", err, vfs.Kind(err))
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is missing in: %v", w, err)
		}
	}
}

// serves checks that the session works on, on this control connection or a new one.
func serves(t *testing.T, s vfs.Session) {
	t.Helper()
	if _, _, err := vfs.ReadDir(t.Context(), s, "/"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestQuirk004ExtraReply(t *testing.T) {
	srv := ftptest.NewScript(t).
		Once("RETR", ftptest.Reply("150 "), ftptest.Data("one"), ftptest.Reply("226 done", "226 done again")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("two"), ftptest.Reply("226 done"))
	s, r := scripted(t, srv, nil)
	for _, want := range []string{"one", "two"} {
		if got, err := fetchOnce(t, s, "/f"); err != nil || got != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
	// The stray reply is either seen between the commands and noted, or it was in the way of the next one.
	if len(r.of(ftpclient.EventNote)) == 0 && srv.Connections() == 1 {
		t.Error("the stray reply went by unseen")
	}
}

// TestQuirk004ReplyOfTheWrongKind: all that follows would be one step off, so that the connection is left.
func TestQuirk004ReplyOfTheWrongKind(t *testing.T) {
	for verb, reply := range map[string]string{
		"TYPE": "227 Entering Passive Mode (127,0,0,1,200,10)", "CWD": "229 (|||50000|)", "EPSV": "226 done",
	} {
		srv := ftptest.NewScript(t).Once(verb, ftptest.Reply(reply)).
			On("MLSD", ftptest.Reply("500 ")).
			On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 u g 5 Jan 1 2020 a\r\n"), ftptest.Reply("226 "))
		s, _ := scripted(t, srv, nil)
		serves(t, s)
		if srv.Connections() != 2 {
			t.Errorf("after %s to %s: %d connections", reply, verb, srv.Connections())
		}
	}
}

func TestQuirk013EndlessReply(t *testing.T) {
	srv := ftptest.NewScript(t).Once("CWD", ftptest.Repeat("250-more\r\n", 1_048_576)).On("MLSD", ftptest.Reply("500 no"))
	s, _ := scripted(t, srv, nil)
	_, _, err := vfs.ReadDir(t.Context(), s, "/")
	mustFail(t, err, vfs.ErrProtocol, "reply without end")
}

// TestQuirk018Reply421AtAnyPoint: whatever command the server answers by its goodbye, the listing comes by another
// connection.
func TestQuirk018Reply421AtAnyPoint(t *testing.T) {
	for _, verb := range []string{"TYPE", "EPSV", "PASV", "MLSD", "CWD", "LIST"} {
		t.Run(verb, func(t *testing.T) {
			srv := ftptest.NewScript(t).
				On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 u g 5 Jan 1 2020 a\r\n"), ftptest.Reply("226 "))
			switch verb {
			case "CWD", "LIST":
				srv.On("MLSD", ftptest.Reply("500 "))
			case "PASV":
				srv.On("EPSV", ftptest.Reply("500 "))
				fallthrough
			default:
				srv.On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file;size=1; a\r\n"), ftptest.Reply("226 "))
			}
			s, _ := scripted(t, srv, nil)
			srv.Once(verb, ftptest.Reply("421 shutting down"), ftptest.Close())
			serves(t, s)
			if srv.Connections() != 2 {
				t.Errorf("%d connections", srv.Connections())
			}
		})
	}
}

func TestQuirk018Reply421InPlaceOf150(t *testing.T) {
	srv := ftptest.NewScript(t).
		Once("RETR", ftptest.Reply("421 shutting down"), ftptest.Close()).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestQuirk151Reply421WhileIdle(t *testing.T) {
	idle := make(chan struct{})
	said := make(chan struct{})
	srv := ftptest.NewScript(t).
		Once("PWD", ftptest.Reply(`257 "/"`), ftptest.Wait(idle), ftptest.Reply("421 Timeout"),
			ftptest.Do(func() { close(said) }), ftptest.Close()).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file;size=1; a\r\n"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	close(idle)
	<-said
	serves(t, s)
}

func TestQuirk042MLSDShowsNothing(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data(""), ftptest.Reply("226 ")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 u g 5 Jan 1 2020 a b\r\n"), ftptest.Reply("226 "))
	s, r := scripted(t, srv, nil)
	for range 2 {
		entries, _, err := vfs.ReadDir(t.Context(), s, "/")
		if err != nil || len(entries) != 1 || entries[0].Name != "a b" {
			t.Fatalf("got %+v, %v", entries, err)
		}
	}
	if srv.Count("MLSD") != 1 || len(r.of(ftpclient.EventNote)) == 0 {
		t.Errorf("MLSD was sent %d times, notes %v", srv.Count("MLSD"), r.of(ftpclient.EventNote))
	}
}

func TestQuirk034FeatureThatDoesNotWork(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("MLSD", ftptest.Reply("500 what?")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data("-rw-r--r-- 1 u g 5 Jan 1 2020 a\r\n"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	serves(t, s)
	serves(t, s)
	if srv.Count("MLSD") != 1 {
		t.Errorf("MLSD was sent %d times", srv.Count("MLSD"))
	}
}

func TestQuirk046EmptyFolderBy550(t *testing.T) {
	srv := ftptest.NewScript(t).On("MLSD", ftptest.Reply("500 ")).On("LIST", ftptest.Reply("550 No files found"))
	s, _ := scripted(t, srv, nil)
	entries, _, err := vfs.ReadDir(t.Context(), s, "/")
	if err != nil || len(entries) != 0 {
		t.Errorf("got %v, %v", entries, err)
	}
}

func TestQuirk049ListingBreaksOff(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file;size=1; a\r\n"), ftptest.Reply("426 broken"))
	s, _ := scripted(t, srv, nil)
	_, _, err := vfs.ReadDir(t.Context(), s, "/")
	mustFail(t, err, vfs.ErrBusy, "cannot list /", "426 broken")
}

func TestQuirk077PassiveAddressIsPrivate(t *testing.T) {
	srv := ftptest.NewScript(t).On("EPSV", ftptest.Reply("500 ")).
		On("PASV", ftptest.Listen(), ftptest.Reply("227 Entering Passive Mode (192,168,1,5,{p1},{p2})")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
	s, r := scripted(t, srv, nil)
	if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" {
		t.Fatalf("got %q, %v", got, err)
	}
	for _, e := range r.of(ftpclient.EventDataConnected) {
		if !e.Remote.Addr().IsLoopback() {
			t.Errorf("dialled %v", e.Remote)
		}
	}
	if notes := r.of(ftpclient.EventNote); !strings.Contains(fmt.Sprint(notes), "192.168.1.5") {
		t.Errorf("the false address was not told: %v", notes)
	}
}

func TestS02PassivePortOfAService(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("EPSV", ftptest.Reply("229 (|||22|)")).
		On("PASV", ftptest.Reply("227 (127,0,0,1,0,25)"))
	s, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Mode = ftpclient.ModePassive })
	_, err := fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrConnect, "no usable port")
}

func TestQuirk082EPSVRefused(t *testing.T) {
	for _, reply := range []string{"500 ", "501 ", "502 ", "522 (1)"} {
		srv := ftptest.NewScript(t).On("EPSV", ftptest.Reply(reply)).
			On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
		s, _ := scripted(t, srv, nil)
		for range 2 {
			if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" {
				t.Errorf("after %s: got %q, %v", reply, got, err)
			}
		}
		if srv.Count("EPSV") != 1 || srv.Count("PASV") != 2 {
			t.Errorf("after %s: EPSV %d times, PASV %d times", reply, srv.Count("EPSV"), srv.Count("PASV"))
		}
	}
}

func TestQuirk087CannotOpenData(t *testing.T) {
	srv := ftptest.NewScript(t).
		Once("RETR", ftptest.Reply("425 Can't build data connection")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	if got, err := fetchOnce(t, s, "/f"); err != nil || got != "here" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestQuirk088PortAcceptedAndNeverDialled(t *testing.T) {
	t.Parallel()
	srv := ftptest.NewScript(t).
		On("EPSV", ftptest.Reply("502 ")).On("PASV", ftptest.Reply("502 ")).
		On("RETR", ftptest.Swallow())
	s, _ := scripted(t, srv, fastTimeouts)
	_, err := fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrConnect, "the server did not dial us within 1s", "PORT")
	srv.On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file; a\r\n"), ftptest.Reply("226 "))
	serves(t, s)
}

func TestQuirk089StrangerDialsTheActivePort(t *testing.T) {
	t.Parallel()
	if l, err := net.Listen("tcp", "127.0.0.2:0"); err != nil {
		ftptest.Missing(t, "needs 127.0.0.2, which this system does not have")
	} else {
		_ = l.Close()
	}
	srv := ftptest.NewScript(t).On("EPSV", ftptest.Reply("502 ")).On("PASV", ftptest.Reply("502 ")).
		On("RETR", ftptest.DialFrom("127.0.0.2"), ftptest.Reply("150 "), ftptest.Data("stolen"), ftptest.Reply("226 "))
	s, r := scripted(t, srv, fastTimeouts)
	got, err := fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrConnect)
	if got != "" || !strings.Contains(fmt.Sprint(r.of(ftpclient.EventNote)), "stranger at 127.0.0.2") {
		t.Errorf("got %q, notes %v", got, r.of(ftpclient.EventNote))
	}
}

func TestQuirk092FinalReplyAtOnce(t *testing.T) {
	srv := ftptest.NewScript(t).On("RETR", ftptest.Data("small"), ftptest.Reply("226 no 150 before"))
	s, _ := scripted(t, srv, nil)
	if got, err := fetchOnce(t, s, "/f"); err != nil || got != "small" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestQuirk093FinalReplyBeforeTheData(t *testing.T) {
	content := strings.Repeat("0123456789", 200_000)
	srv := ftptest.NewScript(t).On("RETR", ftptest.Reply("150 ", "226 all sent, says the server"), ftptest.Data(content))
	s, _ := scripted(t, srv, nil)
	for range 2 {
		if got, err := fetchOnce(t, s, "/f"); err != nil || got != content {
			t.Errorf("got %d octets, %v", len(got), err)
		}
	}
}

func TestQuirk097ErrorBehindTheData(t *testing.T) {
	for _, reply := range []string{"426 cut", "451 read error", "550 gone", "552 full"} {
		srv := ftptest.NewScript(t).On("RETR", ftptest.Reply("150 "), ftptest.Data("12345"), ftptest.Reply(reply))
		s, _ := scripted(t, srv, nil)
		_, err := fetchOnce(t, s, "/f")
		mustFail(t, err, nil, "cannot read /f", reply)
	}
}

func TestQuirk098ErrorInPlaceOf150(t *testing.T) {
	srv := ftptest.NewScript(t).Once("RETR", ftptest.Reply("550 No such file")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	_, err := fetchOnce(t, s, "/f")
	mustFail(t, err, fs.ErrNotExist, "550 No such file")
	if got, err := fetchOnce(t, s, "/g"); err != nil || got != "here" || srv.Connections() != 1 {
		t.Errorf("got %q, %v, connections %d", got, err, srv.Connections())
	}
}

func TestQuirk100ServerIsFullDuringAnUpload(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("STOR", ftptest.Reply("150 "), ftptest.ReceiveSome(1000), ftptest.DataReset(), ftptest.Reply("552 Disk full")).
		On("DELE", ftptest.Reply("250 "))
	s, _ := scripted(t, srv, nil)
	err := storeOnce(t, s, "/f", strings.Repeat("x", 200_000))
	mustFail(t, err, vfs.ErrNoSpace, "552 Disk full")
	if slices.Contains(srv.Commands(), "STOR /f") || srv.Count("RNFR") != 0 {
		t.Errorf("half a file is under its final name: %v", srv.Commands())
	}
	if srv.Connections() != 1 {
		t.Errorf("the control connection was thrown away")
	}
}

func TestQuirk101AbortsInEveryDress(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string][]ftptest.Action{
		"426 and 226": {ftptest.Expect("ABOR"), ftptest.DataClose(), ftptest.Reply("426 aborted", "226 ABOR done")},
		"226 only":    {ftptest.Expect("ABOR"), ftptest.DataClose(), ftptest.Reply("226 ABOR done")},
		"225":         {ftptest.Expect("ABOR"), ftptest.DataClose(), ftptest.Reply("225 no transfer")},
		"426 only":    {ftptest.Expect("ABOR"), ftptest.DataClose(), ftptest.Reply("426 aborted")},
		"502":         {ftptest.Expect("ABOR"), ftptest.DataClose(), ftptest.Reply("426 aborted", "502 ABOR?")},
		"nothing":     {ftptest.Expect("ABOR"), ftptest.DataClose()},
		"hangs up":    {ftptest.Expect("ABOR"), ftptest.DataClose(), ftptest.Reset()},
	} {
		t.Run(name, func(t *testing.T) {
			do := append([]ftptest.Action{ftptest.Reply("150 "), ftptest.DataSend("some of it")}, answers...)
			srv := ftptest.NewScript(t).Once("RETR", do...).
				On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file; a\r\n"), ftptest.Reply("226 "))
			s, _ := scripted(t, srv, fastTimeouts)
			r, err := s.Open(t.Context(), "/f", 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(r, make([]byte, 4)); err != nil {
				t.Fatal(err)
			}
			if err := r.Close(); err != nil {
				t.Errorf("giving up is no error: %v", err)
			}
			serves(t, s)
		})
	}
}

func TestQuirk105DataStall(t *testing.T) {
	t.Parallel()
	srv := ftptest.NewScript(t).On("RETR", ftptest.Reply("150 "), ftptest.DataSend("some of it"), ftptest.Hang())
	s, _ := scripted(t, srv, fastTimeouts)
	_, err := fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrTimeout, "silent for too long")
}

func TestQuirk116RestartRefused(t *testing.T) {
	srv := ftptest.NewScript(t).On("REST", ftptest.Reply("502 no")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("all from the beginning"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	_, err := s.Open(t.Context(), "/f", 10)
	mustFail(t, err, vfs.ErrNotSupported, "502 no")
	if srv.Count("RETR") != 0 {
		t.Error("RETR was sent although REST was refused")
	}
}

func TestServerGoneInMidTransfer(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("RETR", ftptest.Reply("150 "), ftptest.DataSend("some of it"), ftptest.DataReset(), ftptest.Reset()).
		On("STOR", ftptest.Reply("150 "), ftptest.ReceiveSome(1000), ftptest.DataReset(), ftptest.Reset())
	s, _ := scripted(t, srv, nil)
	_, err := fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrLost, "cannot read /f", "the connection broke")
	err = storeOnce(t, s, "/f", strings.Repeat("x", 200_000))
	mustFail(t, err, vfs.ErrLost, "cannot write /f", "the connection broke")
}

func TestTransferEndsInSilence(t *testing.T) {
	t.Parallel()
	srv := ftptest.NewScript(t).On("RETR", ftptest.Reply("150 "), ftptest.Data("all of it"), ftptest.Hang())
	s, _ := scripted(t, srv, fastTimeouts)
	_, err := fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrTimeout)
}

func TestLoginInEveryDress(t *testing.T) {
	for name, set := range map[string]func(*ftptest.Script){
		"no password asked":  func(s *ftptest.Script) { s.On("USER", ftptest.Reply("230 come in")) },
		"login in greeting":  func(s *ftptest.Script) { s.Greet("230 come in") },
		"account wanted":     func(s *ftptest.Script) { s.On("PASS", ftptest.Reply("332 account?")) },
		"account after USER": func(s *ftptest.Script) { s.On("USER", ftptest.Reply("332 account?")) },
		"superfluous PASS":   func(s *ftptest.Script) { s.On("PASS", ftptest.Reply("202 not needed")) },
		"wait, then ready":   func(s *ftptest.Script) { s.Greet("120 in a minute", "220 now") },
		"torn":               func(s *ftptest.Script) { s.OnConnect(ftptest.Torn("220-a\r\n220 b\r\n")) },
		"no FEAT":            func(s *ftptest.Script) { s.On("FEAT", ftptest.Reply("502 no")) },
		"no PWD":             func(s *ftptest.Script) { s.On("PWD", ftptest.Reply("502 no")) },
		"PWD with injection": func(s *ftptest.Script) { s.On("PWD", ftptest.Reply("257 \"/x\rDELE y\"")) },
		"no TYPE": func(s *ftptest.Script) {
			s.On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file; a\r\n"), ftptest.Reply("226 "))
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).
				On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file; a\r\n"), ftptest.Reply("226 "))
			set(srv)
			s, _ := scripted(t, srv, nil)
			serves(t, s)
		})
	}
}

func TestGreetingsThatTurnAway(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		greet ftptest.Action
		kind  error
		words string
	}{
		"busy":   {ftptest.Reply("421 Too many users"), vfs.ErrBusy, "421 Too many users"},
		"banned": {ftptest.Reply("530 go away"), vfs.ErrConnect, "530 go away"},
		"another protocol": {
			ftptest.Raw("SSH-2.0-OpenSSH_9.2\r\n" + strings.Repeat("x\r\n", 80)), vfs.ErrConnect, "does not speak FTP",
		},
		"hangs up": {ftptest.Close(), vfs.ErrConnect, "closed the connection without a word"},
		"silence":  {ftptest.Hang(), vfs.ErrConnect, "no answer came in time"},
		"garbage":  {ftptest.Garbage(100_000, 1), vfs.ErrConnect, "the server"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).OnConnect(tc.greet)
			cl, _ := recorded(t, &ftptest.Server{Addr: srv.Addr}, func(c *ftpclient.Config) {
				c.Timeouts.Greeting = soon
			})
			_, err := cl.Home(t.Context())
			mustFail(t, err, tc.kind, tc.words)
		})
	}
}

func TestQuirk094ClosingReplyNeverComes(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]ftptest.Action{"silence": ftptest.Hang(), "cut": ftptest.Reset()} {
		t.Run(name, func(t *testing.T) {
			content := strings.Repeat("x", 300_000)
			srv := ftptest.NewScript(t).
				On("RETR", ftptest.Reply("150 "), ftptest.Data(content), end).
				On("STOR", ftptest.Reply("150 "), ftptest.Receive(), end).
				On("SIZE", ftptest.Reply("213 300000")).On("SIZE /g", ftptest.Reply("550 no such file")).
				On("MLST", ftptest.Reply("550 no such file")).
				On("RNFR", ftptest.Reply("350 ")).On("RNTO", ftptest.Reply("250 "))
			s, _ := scripted(t, srv, fastTimeouts)
			if got, err := fetchOnce(t, s, "/f"); err != nil || got != content {
				t.Errorf("got %d octets, %v", len(got), err)
			}
			r, err := s.Open(t.Context(), "/f", 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil || r.Close() != nil || !isUnconfirmed(r) {
				t.Errorf("unconfirmed: %t, %v", isUnconfirmed(r), err)
			}
			w := create(t, s, "/g", content)
			if err := w.Commit(t.Context()); err != nil || !isUnconfirmed(w) {
				t.Errorf("unconfirmed: %t, %v", isUnconfirmed(w), err)
			}
			srv.On("SIZE", ftptest.Reply("213 299999"))
			_, err = fetchOnce(t, s, "/f")
			mustFail(t, err, nil, "cannot read /f")
		})
	}
}

func TestQuirk044ListOptionTakenForAName(t *testing.T) {
	plain := "-rw-r--r-- 1 u g 5 Jan 1 2020 a\r\n"
	for name, answer := range map[string][]ftptest.Action{
		"refused": {ftptest.Reply("550 -a: no such file")},
		"empty":   {ftptest.Reply("150 "), ftptest.Data(""), ftptest.Reply("226 ")},
		"a folder named so": {
			ftptest.Reply("150 "), ftptest.Data(strings.Replace(plain, " a", " wrong", 1)), ftptest.Reply("226 "),
		},
		"option not honored": {ftptest.Reply("150 "), ftptest.Data(plain), ftptest.Reply("226 ")},
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).On("MLSD", ftptest.Reply("500 ")).On("LIST -a", answer...).
				On("LIST", ftptest.Reply("150 "), ftptest.Data(plain), ftptest.Reply("226 "))
			s, _ := scripted(t, srv, nil)
			for range 2 {
				entries, _, err := vfs.ReadDir(t.Context(), s, "/")
				if err != nil || len(entries) != 1 || entries[0].Name != "a" {
					t.Errorf("got %+v, %v", entries, err)
				}
			}
			if srv.Count("LIST") != 3 {
				t.Errorf("what was learned is forgotten: %v", srv.Commands())
			}
		})
	}
}
