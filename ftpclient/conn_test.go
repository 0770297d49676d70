package ftpclient_test

import (
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// TestConnSpeaksTheProtocol says each word of a Conn to every server.
func TestConnSpeaksTheProtocol(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		ctx := t.Context()
		s.WriteFile(t, "f", []byte("12345"))
		c, err := ftpclient.Dial(ctx, configOf(t, s, ftpclient.ModeAuto))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		at := func(name string) string { return strings.TrimSuffix(s.Home, "/") + "/" + name }
		for _, step := range []struct {
			words string
			do    func() error
		}{
			{"MKD", func() error { return c.MakeDirectory(ctx, at("d")) }},
			{"CWD", func() error { return c.ChangeWorkingDirectory(ctx, at("d")) }},
			{"CDUP", func() error { return c.ChangeToParentDirectory(ctx) }},
			{"RNFR, RNTO", func() error { return c.Rename(ctx, at("f"), at("d/g")) }},
			{"NOOP", func() error { return c.Noop(ctx) }},
			{"TYPE A", func() error { return c.SetType(ctx, 'A') }},
			{"DELE", func() error { return c.Delete(ctx, at("d/g")) }},
			{"RMD", func() error { return c.RemoveDirectory(ctx, at("d")) }},
		} {
			if err := step.do(); err != nil {
				t.Errorf("%s: %v", step.words, err)
			}
		}
		if dir, err := c.PrintWorkingDirectory(ctx); err != nil || dir != s.Home {
			t.Errorf("PWD gave %q, %v", dir, err)
		}
		if _, err := c.Status(ctx); err != nil && !errors.As(err, new(*ftpclient.ReplyError)) {
			t.Errorf("STAT gave %v", err)
		}
		err = c.Rename(ctx, at("missing"), at("x"))
		if !errors.As(err, new(*ftpclient.ReplyError)) || !c.Usable() {
			t.Errorf("got %v, usable: %v", err, c.Usable())
		}
		if err := c.Quit(ctx); err != nil || c.Usable() {
			t.Errorf("QUIT gave %v, usable: %v", err, c.Usable())
		}
	})
}

func TestAnswersThatAreNoAnswers(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("RNFR", ftptest.Reply("250 done already")).On("SIZE", ftptest.Reply("213 many")).
		On("REST", ftptest.Reply("200 fine")).On("MLST", ftptest.Reply("250-", "no facts", "250 "))
	c, err := ftpclient.Dial(t.Context(), scriptConfig(t, srv))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for words, err := range map[string]error{
		"RNFR": c.Rename(t.Context(), "a", "b"),
		"SIZE": func() error { _, err := c.Size(t.Context(), "a"); return err }(),
		"REST": func() error { _, err := c.Retrieve(t.Context(), "a", 5); return err }(),
		"MLST": func() error { _, err := c.ModTime(t.Context(), "20240101000000 a"); return err }(),
	} {
		if err == nil {
			t.Errorf("a false answer to %s was taken for good", words)
		}
	}
	if srv.Count("RNTO")+srv.Count("RETR") != 0 {
		t.Errorf("sent were %v", srv.Commands())
	}
}

// TestLastWordsOfTheServer must reach the person even where only writing fails.
func TestLastWordsOfTheServer(t *testing.T) {
	said := make(chan struct{})
	srv := ftptest.NewScript(t).
		Once("NOOP", ftptest.Reply("200 fine"), ftptest.Reply("421 Timeout, be quicker"), ftptest.Close())
	cfg := scriptConfig(t, srv)
	cfg.Trace = func(e ftpclient.Event) {
		if e.Kind == ftpclient.EventReply && e.Code == ftpclient.ReplyServiceNotAvailable {
			close(said)
		}
	}
	c, err := ftpclient.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Noop(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-said
	err = c.Noop(t.Context())
	var refused *ftpclient.ReplyError
	if !errors.As(err, &refused) || refused.Text != "Timeout, be quicker" || c.Usable() {
		t.Errorf("got %v", err)
	}
}

// TestExplainPrefersTheServersWords is for the copies that the kernel makes: they see a broken pipe, and the server
// knows why.
func TestExplainPrefersTheServersWords(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("STOR", ftptest.Reply("150 "), ftptest.DataReset(), ftptest.Reply("552 Quota exceeded")).
		On("RETR", ftptest.Reply("150 "), ftptest.DataReset(), ftptest.Reply("451 disk error")).
		On("DELE", ftptest.Reply("250 ")).On("MLST", ftptest.Reply("550 no such file"))
	s, _ := scripted(t, srv, nil)
	w, err := s.Create(t.Context(), "/f", vfs.Create{Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	mustFail(t, w.Explain(&net.OpError{Op: "write", Err: syscall.EPIPE}), vfs.ErrNoSpace, "552 Quota exceeded")
	if err := w.Abort(false); err != nil {
		t.Errorf("got %v", err)
	}
	r, err := s.Open(t.Context(), "/f", 0)
	if err != nil {
		t.Fatal(err)
	}
	mustFail(t, r.Explain(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), vfs.ErrBusy, "451 disk error")
	_ = r.Close()
	if srv.Connections() != 1 {
		t.Error("the control connection was thrown away")
	}
}

func TestRefusalsByKind(t *testing.T) {
	for reply, kind := range map[string]error{
		"550 Permission denied": os.ErrPermission, "550 /f: No such file or directory": os.ErrNotExist,
		"552 Over quota": vfs.ErrNoSpace, "521 exists": os.ErrExist,
		"553 Name not allowed here, it is odd": vfs.ErrUnsafeName, "553 ?": vfs.ErrUnsafeName, "450 in use": vfs.ErrBusy,
		"502 ?":             vfs.ErrNotSupported,
		"530 not logged in": os.ErrPermission,
		"550 ?":             vfs.ErrRefused, "421 bye": vfs.ErrBusy,
	} {
		srv := ftptest.NewScript(t).On("DELE", ftptest.Reply(reply))
		s, _ := scripted(t, srv, nil)
		mustFail(t, s.Remove(t.Context(), "/f"), kind, reply)
	}
}

func TestWordsOfModesAndSecurity(t *testing.T) {
	for _, m := range []ftpclient.Mode{ftpclient.ModeAuto, ftpclient.ModePassive, ftpclient.ModeActive} {
		if got, err := ftpclient.ParseMode(strings.ToUpper(m.String())); err != nil || got != m {
			t.Errorf("%v was read as %v, %v", m, got, err)
		}
	}
	for _, s := range []ftpclient.Security{
		ftpclient.SecurityNone, ftpclient.SecurityAuto, ftpclient.SecurityExplicit, ftpclient.SecurityImplicit,
	} {
		if got, err := ftpclient.ParseSecurity(strings.ToUpper(s.String())); err != nil || got != s {
			t.Errorf("%v was read as %v, %v", s, got, err)
		}
	}
	_, noMode := ftpclient.ParseMode("pasive")
	_, noSecurity := ftpclient.ParseSecurity("ssl")
	if noMode == nil || noSecurity == nil {
		t.Error("what is no word was read")
	}
}
