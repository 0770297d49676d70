package ftptest_test

import (
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"

	"ferry/ftpclient/ftptest"
)

func dialScript(t *testing.T, s *ftptest.Script) *ftptest.Telnet {
	t.Helper()
	c := ftptest.Dial(t, s.Addr)
	c.Expect("220")
	c.Cmd("331", "USER anybody")
	c.Cmd("230", "PASS anything")
	return c
}

func TestScriptIsPoliteByDefault(t *testing.T) {
	s := ftptest.NewScript(t)
	c := dialScript(t, s)
	for line, code := range map[string]string{
		"FEAT": "211", "TYPE I": "200", "PWD": "257", "noop": "200", "MLSD /": "502", "DELE x": "502",
	} {
		c.Cmd(code, "%s", line)
	}
	c.Cmd("221", "QUIT")
	if _, err := c.Reader.ReadByte(); err != io.EOF {
		t.Errorf("after QUIT: %v", err)
	}
	if n := s.Count("noop"); n != 1 {
		t.Errorf("%d NOOPs in %q", n, s.Commands())
	}
}

func TestScriptChoosesTheMostExact(t *testing.T) {
	s := ftptest.NewScript(t).
		Greet("220-two", "220 lines").
		On("SIZE", ftptest.Reply("213 1")).
		On("SIZE b", ftptest.Reply("213 2")).
		Once("SIZE", ftptest.Reply("213 3")).
		Once("size", ftptest.Reply("213 4")).
		On("", ftptest.Reply("200 why not"))
	c := ftptest.Dial(t, s.Addr)
	if got := c.Expect("220"); got != "220-two\r\n220 lines\r\n" {
		t.Errorf("greeting %q", got)
	}
	c.Cmd("213 3", "SIZE a")
	c.Cmd("213 4", "SIZE b")
	c.Cmd("213 2", "SIZE b")
	c.Cmd("213 1", "SIZE c")
	c.Cmd("200", "WHATEVER")
}

func TestScriptServesPassively(t *testing.T) {
	s := ftptest.NewScript(t).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("hello"), ftptest.Reply("226 ")).
		On("STOR", ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("226 "))
	c := dialScript(t, s)
	for _, open := range []func() net.Conn{c.EPSV, c.PASV} {
		data := open()
		c.Cmd("150", "RETR x")
		if got := c.Receive(data); got != "hello" {
			t.Errorf("received %q", got)
		}
	}
	data := c.EPSV()
	c.Cmd("150", "STOR x")
	c.Store(data, "to you")
	if got := s.Received(); !slices.Equal(got, []string{"to you"}) {
		t.Errorf("it received %q", got)
	}
}

func TestScriptServesActively(t *testing.T) {
	s := ftptest.NewScript(t).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("hello"), ftptest.Reply("226 ")).
		On("RETR stranger", ftptest.DialFrom("127.0.0.2"), ftptest.Reply("150 "), ftptest.Data(""), ftptest.Reply("226 "))
	c := dialScript(t, s)
	for _, verb := range []string{"PORT", "EPRT"} {
		l := c.Listen(verb)
		c.Cmd("150", "RETR x")
		if got := c.Receive(c.Accept(l)); got != "hello" {
			t.Errorf("received %q", got)
		}
	}
	l := c.Listen("PORT")
	c.Cmd("150", "RETR stranger")
	data := c.Accept(l)
	if host, _, _ := net.SplitHostPort(data.RemoteAddr().String()); host != "127.0.0.2" {
		t.Errorf("dialled from %s", host)
	}
	c.Receive(data)
}

func TestScriptMisbehaves(t *testing.T) {
	let := make(chan struct{})
	s := ftptest.NewScript(t).
		OnceConnect(ftptest.Reply("421 full"), ftptest.Close()).
		OnceConnect(ftptest.Reset()).
		On("TORN", ftptest.Torn("200 in many pieces\r\n")).
		On("LATE", ftptest.Wait(let), ftptest.Reply("200 late")).
		On("LONG", ftptest.Repeat("200-again\r\n", 1000), ftptest.Reply("200 end")).
		On("NOISE", ftptest.Garbage(100, 1)).
		On("MUTE").
		On("RETR", ftptest.Reply("150 "), ftptest.DataSend("part"), ftptest.Expect("ABOR"), ftptest.DataClose(),
			ftptest.Reply("426 cut"), ftptest.Reply("226 done")).
		On("RETR broken", ftptest.Reply("150 "), ftptest.DataRepeat("xy", 2), ftptest.DataReset(), ftptest.Reply("426 "))
	full := ftptest.Dial(t, s.Addr)
	full.Expect("421")
	if _, err := full.Reader.ReadByte(); err != io.EOF {
		t.Errorf("after 421: %v", err)
	}
	if err := hear(s.Addr); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a reset shows as %v", err)
	}
	c := dialScript(t, s)
	c.Cmd("200", "TORN")
	c.Send("LATE")
	close(let)
	c.Expect("200")
	if got := c.Cmd("200", "LONG"); strings.Count(got, "again") != 1000 {
		t.Errorf("LONG gives %d octets", len(got))
	}
	c.Send("MUTE")
	data := c.EPSV()
	c.Cmd("150", "RETR x")
	c.Send("NOOP")
	c.Send("\xff\xf4\xff\xf2ABOR")
	if got, err := io.ReadAll(data); err != nil || string(got) != "part" {
		t.Errorf("data %q, %v", got, err)
	}
	c.Expect("426")
	c.Expect("226")
	data = c.EPSV()
	c.Cmd("150", "RETR broken")
	if _, err := io.Copy(io.Discard, data); err == nil {
		t.Error("a reset data connection ends in order")
	}
	c.Expect("426")
	c.Send("NOISE")
	if _, err := io.ReadFull(c.Reader, make([]byte, 100)); err != nil {
		t.Error(err)
	}
	if s.Connections() != 3 || len(s.CommandsOf(1)) != 0 {
		t.Errorf("%d connections, the first sent %q", s.Connections(), s.CommandsOf(1))
	}
}

// hear gives how a control connection ends before anything came: a reset may be quicker than the end of dialling.
func hear(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_, err = c.Read(make([]byte, 1))
	return err
}

func TestScriptEndsWithWhoeverHangs(t *testing.T) {
	t.Run("inner", func(t *testing.T) {
		s := ftptest.NewScript(t).
			On("HANG", ftptest.Hang()).
			On("RETR", ftptest.Reply("150 "), ftptest.Data("x"))
		hanging := dialScript(t, s)
		hanging.Send("HANG")
		waiting := dialScript(t, s)
		waiting.Cmd("229", "EPSV")
		waiting.Cmd("150", "RETR x") // nobody opens the data connection
	})
}

func TestScriptWithoutDataConnection(t *testing.T) {
	s := ftptest.NewScript(t).On("RETR", ftptest.Data("x"))
	dialScript(t, s).Cmd("425", "RETR x")
}

func TestTapRecords(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		s.WriteFile(t, "f", []byte("content"))
		tap := ftptest.Tap(t, s.Addr)
		through := *s
		through.Addr = tap.Addr
		c := through.Login(t)
		data := c.EPSV()
		c.Cmd("150", "RETR f")
		if got := c.Receive(data); got != "content" {
			t.Errorf("received %q", got)
		}
		l := c.Listen("PORT")
		c.Send("RETR f")
		data = c.Accept(l)
		c.Expect("150")
		c.Receive(data)
		c.Cmd("221", "QUIT")
		want := []string{"USER " + s.User, "PASS " + s.Password, "TYPE I", "EPSV", "RETR f"}
		if got := tap.Commands(); len(got) != 8 || !slices.Equal(got[:5], want) {
			t.Errorf("recorded %q", got)
		}
		if tap.Count("RETR") != 2 || tap.Connections() != 1 || len(tap.CommandsOf(1)) != 8 {
			t.Errorf("counted %d RETR on %d connections", tap.Count("RETR"), tap.Connections())
		}
	})
}

func TestEmbeddedTellsCommands(t *testing.T) {
	told := make(chan string, 10)
	s := ftptest.Embedded(t, ftptest.OnCommand(func(conn int, line string) {
		if conn == 1 {
			told <- line
		}
	}))
	s.Login(t)
	for _, want := range []string{"USER " + s.User, "PASS " + s.Password, "TYPE I"} {
		if got := <-told; got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
}
