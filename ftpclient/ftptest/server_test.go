package ftptest_test

import (
	"os"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServersKeepTheirPromises(t *testing.T) {
	for name, check := range map[string]func(*testing.T, *ftptest.Server){
		"home":           checkHome,
		"passive":        checkPassive,
		"active":         checkActive,
		"resume":         checkResume,
		"names":          checkNames,
		"change":         checkChange,
		"large":          checkLarge,
		"times and bits": checkTimes,
	} {
		t.Run(name, func(t *testing.T) { ftptest.Each(t, check) })
	}
}

func checkHome(t *testing.T, s *ftptest.Server) {
	c := s.Login(t)
	if reply := c.Cmd("257", "PWD"); !strings.Contains(reply, `"`+s.Home+`"`) {
		t.Errorf("PWD says %q, Home is %s", reply, s.Home)
	}
	feat := c.Cmd("211", "FEAT")
	if got := strings.Contains(feat, "ML"); got != s.MLSD {
		t.Errorf("MLSD %v, but FEAT is %s", s.MLSD, feat)
	}
	if got := strings.Contains(feat, "MFMT"); got != s.MFMT {
		t.Errorf("MFMT %v, but FEAT is %s", s.MFMT, feat)
	}
	if want := map[bool]string{true: "200", false: "504"}[s.UTF8Option]; want != "" {
		c.Cmd(want, "OPTS UTF8 ON")
	}
	c.Cmd("221", "QUIT")
}

func checkPassive(t *testing.T, s *ftptest.Server) {
	s.WriteFile(t, "sub/one.txt", []byte("one"))
	c := s.Login(t)
	for range 3 {
		data := c.EPSV()
		c.Cmd("150", "RETR sub/one.txt")
		if got := c.Receive(data); got != "one" {
			t.Errorf("RETR gives %q", got)
		}
	}
	data := c.PASV()
	c.Cmd("150", "LIST sub")
	if got := c.Receive(data); !strings.Contains(got, "one.txt") {
		t.Errorf("LIST gives %q", got)
	}
	if !s.MLSD {
		c.Cmd("500", "MLSD sub")
		return
	}
	data = c.EPSV()
	c.Cmd("150", "MLSD sub")
	got := c.Receive(data)
	if !strings.Contains(strings.ToLower(got), "type=file;") || !strings.Contains(got, " one.txt") {
		t.Errorf("MLSD gives %q", got)
	}
}

func checkActive(t *testing.T, s *ftptest.Server) {
	c := s.Login(t)
	for _, verb := range []string{"PORT", "EPRT"} {
		l := c.Listen(verb)
		c.Send("STOR %s.bin", verb)
		data := c.Accept(l)
		c.Expect("150")
		c.Store(data, "by "+verb)
		if got, err := os.ReadFile(s.Path(verb + ".bin")); err != nil || string(got) != "by "+verb {
			t.Errorf("on disk: %q, %v", got, err)
		}
	}
}

func checkResume(t *testing.T, s *ftptest.Server) {
	s.WriteFile(t, "f", []byte("0123456789"))
	c := s.Login(t)
	data := c.EPSV()
	c.Cmd("350", "REST 7")
	c.Cmd("150", "RETR f")
	if got := c.Receive(data); got != "789" {
		t.Errorf("REST 7, RETR gives %q", got)
	}
	data = c.EPSV()
	c.Cmd("350", "REST 10")
	c.Cmd("150", "STOR f")
	c.Store(data, "abc")
	data = c.EPSV()
	c.Cmd("150", "APPE f")
	c.Store(data, "def")
	if got, err := os.ReadFile(s.Path("f")); err != nil || string(got) != "0123456789abcdef" {
		t.Errorf("on disk: %q, %v", got, err)
	}
}

func checkNames(t *testing.T, s *ftptest.Server) {
	c := s.Login(t)
	for _, name := range []string{
		"two  blanks", `"quoted" 'names'`, "-rf", "Đường Hồ", "写真 📷", " leading", "a;b=c*[x]?{y}",
	} {
		data := c.EPSV()
		path := strings.TrimSuffix(s.Home, "/") + "/" + name // pure-ftpd drops blanks before an argument
		c.Cmd("150", "STOR %s", path)
		c.Store(data, name)
		if got, err := os.ReadFile(s.Path(name)); err != nil || string(got) != name {
			t.Errorf("%q on disk: %q, %v", name, got, err)
		}
		c.Cmd("213", "SIZE %s", path)
		c.Cmd("250", "DELE %s", path)
	}
}

func checkChange(t *testing.T, s *ftptest.Server) {
	s.WriteFile(t, "old", []byte("x"))
	c := s.Login(t)
	c.Cmd("257", "MKD d")
	c.Cmd("350", "RNFR old")
	c.Cmd("250", "RNTO d/new")
	c.Cmd("550", "RMD d")
	c.Cmd("550", "RMD d/new")
	c.Cmd("550", "DELE d")
	c.Cmd("550", "SIZE old")
	c.Cmd("250", "DELE d/new")
	c.Cmd("250", "RMD d")
	if left, err := os.ReadDir(s.Root); err != nil || len(left) > 0 {
		t.Errorf("left on disk: %v, %v", left, err)
	}
}

func checkLarge(t *testing.T, s *ftptest.Server) {
	const size = 5 << 30
	f, err := os.Create(s.Path("sparse"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte("end"), size)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Settle(t)
	c := s.Login(t)
	c.Cmd("213 5368709123", "SIZE sparse")
	data := c.EPSV()
	c.Cmd("350", "REST %d", size+1)
	c.Cmd("150", "RETR sparse")
	if got := c.Receive(data); got != "nd" {
		t.Errorf("past 5 GiB: %q", got)
	}
	data = c.EPSV()
	c.Cmd("350", "REST %d", size+3)
	c.Cmd("150", "STOR sparse")
	c.Store(data, "more")
	c.Cmd("213 5368709127", "SIZE sparse")
}

func checkTimes(t *testing.T, s *ftptest.Server) {
	s.WriteFile(t, "a file", []byte("some")) // proftpd has no hash of an empty file
	c := s.Login(t)
	switch {
	case s.MFMT:
		c.Cmd("213", "MFMT 20010203040506 a file")
	case s.MDTMSet:
		c.Cmd("213", "MDTM 20010203040506 a file")
	}
	c.Cmd("213 20010203040506", "MDTM a file")
	if s.Chmod {
		c.Cmd("200", "SITE CHMOD 640 a file")
	} else {
		c.Cmd("5", "SITE CHMOD 640 a file")
	}
	if s.Hash {
		c.Cmd("250", `XSHA256 "a file"`)
	} else {
		c.Cmd("5", `XSHA256 "a file"`)
	}
}

func TestWrongUser(t *testing.T) {
	t.Parallel() // pure-ftpd thinks for seconds
	ftptest.Each(t, checkWrongUser)
}

func checkWrongUser(t *testing.T, s *ftptest.Server) {
	c := ftptest.Dial(t, s.Addr)
	c.Expect("220")
	c.Send("USER no-such-user")
	if reply := c.Expect(""); !strings.HasPrefix(reply, "331") {
		if !strings.HasPrefix(reply, "530") {
			t.Errorf("USER gives %q", reply)
		}
		return
	}
	c.Cmd("530", "PASS %s", s.Password)
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		c := ftptest.Dial(t, s.Addr)
		c.Expect("220")
		c.Cmd("331", "USER %s", s.User)
		c.Cmd(map[bool]string{true: "230", false: "530"}[s.AnyPassword], "PASS wrong")
	})
}

func TestMaxPerHost(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		one, two := s.Login(t), s.Login(t)
		three := ftptest.Dial(t, s.Addr)
		if s.Name == "proftpd" { // it counts logins
			three.Expect("220")
			three.Cmd("331", "USER %s", s.User)
			three.Cmd("530", "PASS %s", s.Password)
		} else {
			three.Expect("421")
		}
		one.Cmd("200", "NOOP")
		two.Cmd("200", "NOOP")
	}, ftptest.MaxPerHost(2))
}

func TestIPv6(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		s.WriteFile(t, "six", []byte("6"))
		c := s.Login(t)
		data := c.EPSV()
		c.Cmd("150", "RETR six")
		if got := c.Receive(data); got != "6" {
			t.Errorf("RETR gives %q", got)
		}
		l := c.Listen("EPRT")
		c.Send("RETR six")
		data = c.Accept(l)
		c.Expect("150")
		if got := c.Receive(data); got != "6" {
			t.Errorf("RETR gives %q", got)
		}
	}, ftptest.IPv6())
}
