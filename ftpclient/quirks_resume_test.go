package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

func TestQuirk107SizeInASCII(t *testing.T) {
	srv := ftptest.NewScript(t).On("FEAT", ftptest.Reply("500 ")).On("MLST", ftptest.Reply("500 ")).
		On("CWD /f", ftptest.Reply("550 a file")).On("SIZE", ftptest.Reply("550 SIZE not allowed in ASCII mode")).
		On("TYPE I", ftptest.Reply("200 "))
	srv.On("TYPE I", ftptest.Do(func() { srv.On("SIZE", ftptest.Reply("213 7")) }), ftptest.Reply("200 "))
	s, _ := scripted(t, srv, nil)
	if e, err := s.Stat(t.Context(), "/f"); err != nil || e.Size != 7 {
		t.Errorf("got %+v, %v", e, err)
	}
	sent := srv.Commands()
	if slices.Index(sent, "TYPE I") > slices.Index(sent, "SIZE /f") {
		t.Errorf("sent were %v", sent)
	}
}

func TestQuirk113TimesInStrangeDress(t *testing.T) {
	for reply, want := range map[string]string{
		"213 20240229121314.567":    "2024-02-29T12:13:14.567Z",
		"213 191040229121314":       "2004-02-29T12:13:14Z",
		"213 20240230121314":        "",
		"213 Feb 29 12:13:14 2024":  "",
		"213-a\r\n213 202402291213": "",
	} {
		srv := ftptest.NewScript(t).On("FEAT", ftptest.Reply("500 ")).On("MLST", ftptest.Reply("500 ")).
			On("CWD /f", ftptest.Reply("550 a file")).On("SIZE", ftptest.Reply("213 1")).On("MDTM", ftptest.Reply(reply))
		s, _ := scripted(t, srv, nil)
		e, err := s.Stat(t.Context(), "/f")
		got := ""
		if e.Precision == vfs.PrecisionSecond {
			got = e.ModTime.Format(time.RFC3339Nano)
		}
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v", reply, got, err)
		}
	}
}

// TestQuirk114SettingTimes finds the command that a server knows, once.
func TestQuirk114SettingTimes(t *testing.T) {
	when := time.Date(2021, 2, 3, 4, 5, 6, 0, time.UTC)
	none := func(s *ftptest.Script) *ftptest.Script {
		return s.On("MFMT", ftptest.Reply("500 ?")).On("SITE", ftptest.Reply("500 ?")).
			On("MDTM 20210203040506 /f", ftptest.Reply("550 20210203040506 /f: no such file"))
	}
	holds := ftptest.Reply("213 20210203040506")
	for name, tc := range map[string]struct {
		set  func(*ftptest.Script)
		uses string
		kind error
	}{
		"MFMT": {func(s *ftptest.Script) { s.On("MFMT", ftptest.Reply("213 done")) }, "MFMT 20210203040506 /f", nil},
		"MDTM": {func(s *ftptest.Script) {
			s.On("MDTM /f", holds).On("MDTM 20210203040506 /f", ftptest.Reply("253 done"))
		}, "MDTM 20210203040506 /f", nil},
		"SITE UTIME": {func(s *ftptest.Script) {
			s.On("MDTM /f", holds).On("SITE UTIME 20210203040506 /f", ftptest.Reply("200 done"))
		}, "SITE UTIME 20210203040506 /f", nil},
		"SITE UTIME without MDTM": {func(s *ftptest.Script) {
			s.On("MDTM", ftptest.Reply("502 no")).On("SITE UTIME 20210203040506 /f", ftptest.Reply("200 done")).
				On("MDTM 20210203040506 /f", ftptest.Reply("502 no"))
		}, "SITE UTIME 20210203040506 /f", nil},
		"SITE UTIME at the end": {func(s *ftptest.Script) {
			s.On("MDTM /f", holds).On("SITE UTIME /f 20210203040506 20210203040506 20210203040506 UTC",
				ftptest.Reply("200 done"))
			s.Once("SITE UTIME 20210203040506 /f", ftptest.Do(func() { s.Once("MDTM /f", ftptest.Reply("213 20200101000000")) }),
				ftptest.Reply("200 understood as something else"))
			s.Once("MDTM 20210203040506 /f", ftptest.Do(func() { s.Once("MDTM /f", ftptest.Reply("213 20200101000000")) }),
				ftptest.Reply("213 in another zone"))
		}, "SITE UTIME /f 20210203040506 20210203040506 20210203040506 UTC", nil},
		"none": {func(s *ftptest.Script) { s.On("MDTM /f", ftptest.Reply("213 20200101000000")) }, "", vfs.ErrNotSupported},
		"a file that is not there": {func(s *ftptest.Script) {
			s.On("MDTM", ftptest.Reply("550 no such file"))
		}, "", os.ErrNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			srv := none(ftptest.NewScript(t))
			tc.set(srv)
			s, _ := scripted(t, srv, nil)
			err := s.SetModTime(t.Context(), "/f", when)
			if tc.kind != nil {
				mustFail(t, err, tc.kind)
				return
			}
			before := len(srv.Commands())
			again := s.SetModTime(t.Context(), "/f", when)
			sent := srv.Commands()[before:]
			if err != nil || again != nil || len(sent) == 0 || sent[0] != tc.uses {
				t.Errorf("got %v, then %v by %q", err, again, sent)
			}
		})
	}
}

func TestQuirk115NameLikeATime(t *testing.T) {
	srv := ftptest.NewScript(t).On("MLST", ftptest.Reply("250-", " type=file;modify=20200101000000; x", "250 "))
	c, err := ftpclient.Dial(t.Context(), scriptConfig(t, srv))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	got, err := c.ModTime(t.Context(), "20240101000000 x")
	if err != nil || got.Year() != 2020 || srv.Count("MDTM") != 0 {
		t.Errorf("got %v, %v: %v", got, err, srv.Commands())
	}
}

func scriptConfig(t *testing.T, srv *ftptest.Script) ftpclient.Config {
	return configOf(t, &ftptest.Server{Addr: srv.Addr, User: "alice", Password: "secret"}, ftpclient.ModeAuto)
}

// TestQuirk117RestartIgnored must not pass the beginning of a file for its end.
func TestQuirk117RestartIgnored(t *testing.T) {
	srv := ftptest.NewScript(t).On("SIZE", ftptest.Reply("213 20")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("01234567890123456789"), ftptest.Reply("226 "))
	s, _ := scripted(t, srv, nil)
	r, err := s.Open(t.Context(), "/f", 10)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = r.Read(make([]byte, 100))
	}
	mustFail(t, r.Close(), vfs.ErrIncomplete, "sent all from the beginning")
	_, err = s.Open(t.Context(), "/f", 10)
	mustFail(t, err, vfs.ErrNotSupported)
	if srv.Count("REST") != 1 {
		t.Errorf("REST was sent again: %v", srv.Commands())
	}
	if got, err := fetchOnce(t, s, "/f"); err != nil || len(got) != 20 {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestQuirk119RestartLeftPending(t *testing.T) {
	for name, answer := range map[string]string{"forgotten": "350 ", "refused": "501 "} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).Once("RETR", ftptest.Reply("550 no such file")).
				On("RETR", ftptest.Reply("150 "), ftptest.Data("all of it"), ftptest.Reply("226 ")).
				On("REST 0", ftptest.Reply(answer))
			s, _ := scripted(t, srv, nil)
			_, err := s.Open(t.Context(), "/f", 10)
			mustFail(t, err, os.ErrNotExist)
			for range 2 {
				got, err := fetchOnce(t, s, "/g")
				if err == nil && got == "all of it" {
					continue
				}
				t.Errorf("got %q, %v", got, err)
			}
			if last := srv.CommandsOf(srv.Connections()); answer == "350 " && !slices.Contains(last, "REST 0") {
				t.Errorf("sent were %v", last)
			}
			if srv.Count("REST") != 2 {
				t.Errorf("sent were %v", srv.Commands())
			}
		})
	}
}

// TestQuirk120FileChangedSinceTheFirstPart resumes a download of what has become another file.
func TestQuirk120FileChangedSinceTheFirstPart(t *testing.T) {
	now := strings.Repeat("new! ", 2000)
	for name, before := range map[string]string{
		"other content": strings.Repeat("old? ", 1000), "longer": strings.Repeat("old? ", 3000),
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).On("SIZE", ftptest.Reply(fmt.Sprint("213 ", len(now)))).
				On("RETR", ftptest.Reply("150 "), ftptest.Data(now), ftptest.Reply("226 "))
			cl, _ := account(t, srv, nil)
			dir := t.TempDir()
			part := filepath.Join(dir, vfs.PartialName("f"))
			if err := os.WriteFile(part, []byte(before), 0o600); err != nil {
				t.Fatal(err)
			}
			copyOne(t, queue.Request{
				From: cl, To: localfs.New(), FromDir: "/", ToDir: dir,
				Sources: []queue.Source{{Entry: vfs.Entry{Name: "f", Type: vfs.File, Size: int64(len(now))}}},
			})
			if got, err := os.ReadFile(filepath.Join(dir, "f")); err != nil || string(got) != now {
				t.Errorf("got %d octets, %v", len(got), err)
			}
		})
	}
}

// copyOne runs a queue until its one item is done.
func copyOne(t *testing.T, request queue.Request) {
	t.Helper()
	q := queue.New(queue.Options{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = q.Run(ctx)
	}()
	defer func() { stop(); <-ended }()
	if _, err := q.Add(request); err != nil {
		t.Fatal(err)
	}
	for {
		news, err := q.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range news.Items {
			if it.State == queue.Done {
				return
			}
			if it.State.Final() {
				t.Fatalf("it ended as %v: %v", it.State, it.Reason)
			}
		}
	}
}

// TestQuirk122UploadResumed tries the servers that go on with an upload in their own ways.
func TestQuirk122UploadResumed(t *testing.T) {
	taken := []ftptest.Action{ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("226 ")}
	for name, tc := range map[string]struct {
		set  func(*ftptest.Script)
		uses string
		kind error
	}{
		"APPE where the size is right": {func(s *ftptest.Script) {
			s.Once("SIZE", ftptest.Reply("213 10")).On("SIZE", ftptest.Reply("213 15")).On("APPE", taken...)
		}, "APPE", nil},
		"REST where APPE is not known": {func(s *ftptest.Script) {
			s.Once("SIZE", ftptest.Reply("213 10")).On("SIZE", ftptest.Reply("213 15")).On("APPE", ftptest.Reply("502 ?")).
				On("STOR", taken...)
		}, "STOR", nil},
		"REST where it holds more": {func(s *ftptest.Script) {
			s.Once("SIZE", ftptest.Reply("213 12")).On("SIZE", ftptest.Reply("213 15")).On("STOR", taken...)
		}, "STOR", nil},
		"no hole where it holds less": {func(s *ftptest.Script) {
			s.On("SIZE", ftptest.Reply("213 9"))
		}, "", vfs.ErrIncomplete},
		"truncated by the server": {func(s *ftptest.Script) {
			s.Once("SIZE", ftptest.Reply("213 12")).On("SIZE", ftptest.Reply("213 5")).On("STOR", taken...)
		}, "STOR", vfs.ErrIncomplete},
		"no sizes at all": {func(s *ftptest.Script) {
			s.On("SIZE", ftptest.Reply("502 ?")).On("STOR", taken...)
		}, "STOR", nil},
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).On("MLST", ftptest.Reply("550 no such file")).
				On("SIZE /f", ftptest.Reply("550 no such file")).On("RNFR", ftptest.Reply("350 ")).On("RNTO", ftptest.Reply("250 "))
			tc.set(srv)
			s, _ := scripted(t, srv, nil)
			w, err := s.Create(t.Context(), "/f", vfs.Create{Size: 15, Offset: 10})
			if err == nil {
				if _, err = w.Write([]byte("abcde")); err != nil {
					t.Fatal(err)
				}
				err = w.Commit(t.Context())
			}
			if tc.kind != nil {
				mustFail(t, err, tc.kind, "octets")
			} else if err != nil {
				t.Error(err)
			}
			if got := srv.Received(); tc.uses != "" && (len(got) != 1 || got[0] != "abcde" || srv.Count(tc.uses) != 1) {
				t.Errorf("received %q by %v", got, srv.Commands())
			}
			if named := srv.Count("RNTO") == 1; named != (tc.kind == nil) {
				t.Errorf("what is not whole got its name: %v", srv.Commands())
			}
		})
	}
}

// TestQuirk112NothingGoesAsASCII: whatever the type was, files and listings are moved as they are, so that their size
// proves them, they can be resumed, and their progress has an end.
func TestQuirk112NothingGoesAsASCII(t *testing.T) {
	const content = "a\r\nb\nc\rd"
	srv := ftptest.NewScript(t).On("SIZE", ftptest.Reply(fmt.Sprintf("213 %d", len(content)))).
		On("RETR", ftptest.Reply("150 "), ftptest.Data(content), ftptest.Reply("226 ")).
		On("STOR", ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("226 "))
	c, err := ftpclient.Dial(t.Context(), configOf(t, &ftptest.Server{Addr: srv.Addr, User: "alice"}, ftpclient.ModeAuto))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	ascii := func() {
		t.Helper()
		if err := c.SetType(t.Context(), 'A'); err != nil {
			t.Fatal(err)
		}
	}
	ascii()
	if size, err := c.Size(t.Context(), "/f"); size != int64(len(content)) || err != nil {
		t.Errorf("its size is told as %d, %v", size, err)
	}
	ascii()
	d, err := c.Retrieve(t.Context(), "/f", 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(d); string(got) != content || errors.Join(err, d.Close()) != nil {
		t.Errorf("got %q, %v", got, err)
	}
	ascii()
	u, err := c.Store(t.Context(), "/g", 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(u, content)
	if err = errors.Join(err, u.Finish(t.Context())); err != nil || srv.Received()[0] != content {
		t.Errorf("the server has %q, %v", srv.Received(), err)
	}
	typ := byte(0)
	for _, line := range srv.Commands() {
		switch verb, arg, _ := strings.Cut(line, " "); {
		case verb == "TYPE":
			typ = arg[0]
		case typ != 'I' && slices.Contains([]string{"RETR", "STOR", "SIZE"}, verb):
			t.Errorf("%q under TYPE %c", line, typ)
		}
	}
}
