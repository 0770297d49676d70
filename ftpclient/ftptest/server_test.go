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
	c := login(t, s)
	if reply := c.cmd("257", "PWD"); !strings.Contains(reply, `"`+s.Home+`"`) {
		t.Errorf("PWD says %q, Home is %s", reply, s.Home)
	}
	feat := c.cmd("211", "FEAT")
	if got := strings.Contains(feat, "ML"); got != s.MLSD {
		t.Errorf("MLSD %v, but FEAT is %s", s.MLSD, feat)
	}
	if got := strings.Contains(feat, "MFMT"); got != s.MFMT {
		t.Errorf("MFMT %v, but FEAT is %s", s.MFMT, feat)
	}
	if want := map[bool]string{true: "200", false: "504"}[s.UTF8Option]; want != "" {
		c.cmd(want, "OPTS UTF8 ON")
	}
	c.cmd("221", "QUIT")
}

func checkPassive(t *testing.T, s *ftptest.Server) {
	s.WriteFile(t, "sub/one.txt", []byte("one"))
	c := login(t, s)
	for range 3 {
		data := c.passive()
		c.cmd("150", "RETR sub/one.txt")
		if got := c.receive(data); got != "one" {
			t.Errorf("RETR gives %q", got)
		}
	}
	data := c.pasv()
	c.cmd("150", "LIST sub")
	if got := c.receive(data); !strings.Contains(got, "one.txt") {
		t.Errorf("LIST gives %q", got)
	}
	if !s.MLSD {
		c.cmd("500", "MLSD sub")
		return
	}
	data = c.passive()
	c.cmd("150", "MLSD sub")
	if got := c.receive(data); !strings.Contains(strings.ToLower(got), "type=file;") || !strings.Contains(got, " one.txt") {
		t.Errorf("MLSD gives %q", got)
	}
}

func checkActive(t *testing.T, s *ftptest.Server) {
	c := login(t, s)
	for _, verb := range []string{"PORT", "EPRT"} {
		l := c.active(verb)
		c.send("STOR %s.bin", verb)
		data := accept(t, l)
		c.expect("150")
		c.store(data, "by "+verb)
		if got, err := os.ReadFile(s.Path(verb + ".bin")); err != nil || string(got) != "by "+verb {
			t.Errorf("on disk: %q, %v", got, err)
		}
	}
}

func checkResume(t *testing.T, s *ftptest.Server) {
	s.WriteFile(t, "f", []byte("0123456789"))
	c := login(t, s)
	data := c.passive()
	c.cmd("350", "REST 7")
	c.cmd("150", "RETR f")
	if got := c.receive(data); got != "789" {
		t.Errorf("REST 7, RETR gives %q", got)
	}
	data = c.passive()
	c.cmd("350", "REST 10")
	c.cmd("150", "STOR f")
	c.store(data, "abc")
	data = c.passive()
	c.cmd("150", "APPE f")
	c.store(data, "def")
	if got, err := os.ReadFile(s.Path("f")); err != nil || string(got) != "0123456789abcdef" {
		t.Errorf("on disk: %q, %v", got, err)
	}
}

func checkNames(t *testing.T, s *ftptest.Server) {
	c := login(t, s)
	for _, name := range []string{"two  blanks", `"quoted" 'names'`, "-rf", "Đường Hồ", "写真 📷", " leading", "a;b=c*[x]?{y}"} {
		data := c.passive()
		path := strings.TrimSuffix(s.Home, "/") + "/" + name // pure-ftpd drops blanks before an argument
		c.cmd("150", "STOR %s", path)
		c.store(data, name)
		if got, err := os.ReadFile(s.Path(name)); err != nil || string(got) != name {
			t.Errorf("%q on disk: %q, %v", name, got, err)
		}
		c.cmd("213", "SIZE %s", path)
		c.cmd("250", "DELE %s", path)
	}
}

func checkChange(t *testing.T, s *ftptest.Server) {
	s.WriteFile(t, "old", []byte("x"))
	c := login(t, s)
	c.cmd("257", "MKD d")
	c.cmd("350", "RNFR old")
	c.cmd("250", "RNTO d/new")
	c.cmd("550", "RMD d")
	c.cmd("550", "RMD d/new")
	c.cmd("550", "DELE d")
	c.cmd("550", "SIZE old")
	c.cmd("250", "DELE d/new")
	c.cmd("250", "RMD d")
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
	c := login(t, s)
	c.cmd("213 5368709123", "SIZE sparse")
	data := c.passive()
	c.cmd("350", "REST %d", size+1)
	c.cmd("150", "RETR sparse")
	if got := c.receive(data); got != "nd" {
		t.Errorf("past 5 GiB: %q", got)
	}
	data = c.passive()
	c.cmd("350", "REST %d", size+3)
	c.cmd("150", "STOR sparse")
	c.store(data, "more")
	c.cmd("213 5368709127", "SIZE sparse")
}

func checkTimes(t *testing.T, s *ftptest.Server) {
	s.WriteFile(t, "a file", nil)
	c := login(t, s)
	switch {
	case s.MFMT:
		c.cmd("213", "MFMT 20010203040506 a file")
	case s.MDTMSet:
		c.cmd("213", "MDTM 20010203040506 a file")
	}
	c.cmd("213 20010203040506", "MDTM a file")
	if s.Chmod {
		c.cmd("200", "SITE CHMOD 640 a file")
	} else {
		c.cmd("5", "SITE CHMOD 640 a file")
	}
	if s.Hash {
		c.cmd("250", `XSHA256 "a file"`)
	} else {
		c.cmd("5", `XSHA256 "a file"`)
	}
}

func TestWrongUser(t *testing.T) {
	t.Parallel() // pure-ftpd thinks for seconds
	ftptest.Each(t, checkWrongUser)
}

func checkWrongUser(t *testing.T, s *ftptest.Server) {
	c := dialRaw(t, s.Addr)
	c.expect("220")
	c.send("USER no-such-user")
	if reply := c.expect(""); !strings.HasPrefix(reply, "331") {
		if !strings.HasPrefix(reply, "530") {
			t.Errorf("USER gives %q", reply)
		}
		return
	}
	c.cmd("530", "PASS %s", s.Password)
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		c := dialRaw(t, s.Addr)
		c.expect("220")
		c.cmd("331", "USER %s", s.User)
		c.cmd(map[bool]string{true: "230", false: "530"}[s.AnyPassword], "PASS wrong")
	})
}

func TestMaxPerHost(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		one, two := login(t, s), login(t, s)
		three := dialRaw(t, s.Addr)
		if s.Name == "proftpd" { // it counts logins
			three.expect("220")
			three.cmd("331", "USER %s", s.User)
			three.cmd("530", "PASS %s", s.Password)
		} else {
			three.expect("421")
		}
		one.cmd("200", "NOOP")
		two.cmd("200", "NOOP")
	}, ftptest.MaxPerHost(2))
}

func TestIPv6(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		s.WriteFile(t, "six", []byte("6"))
		c := login(t, s)
		data := c.passive()
		c.cmd("150", "RETR six")
		if got := c.receive(data); got != "6" {
			t.Errorf("RETR gives %q", got)
		}
		l := c.active("EPRT")
		c.send("RETR six")
		data = accept(t, l)
		c.expect("150")
		if got := c.receive(data); got != "6" {
			t.Errorf("RETR gives %q", got)
		}
	}, ftptest.IPv6())
}
