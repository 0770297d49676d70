package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/doctor"
	"ferry/internal/vfs"
)

// page is what an examination found, by titles.
type page struct {
	t     *testing.T
	all   []doctor.Finding
	err   error
	tried []string
}

// examine runs the doctor on a server, as an account of it.
func examine(t *testing.T, addr string, change func(*doctor.Config)) *page {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(port)
	cfg := doctor.Config{
		Server: ftpclient.Config{
			Host: host, Port: n, User: "ferry", Password: "ferry-secret", Security: ftpclient.SecurityAuto,
			Timeouts: ftpclient.Timeouts{Data: time.Second, Abort: time.Second, Reply: 10 * time.Second},
		},
		Limit: 50 * time.Second,
	}
	if change != nil {
		change(&cfg)
	}
	p := &page{t: t}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	p.err = doctor.Run(ctx, cfg, func(f doctor.Finding) {
		if f.Verdict == doctor.Trying {
			p.tried = append(p.tried, f.Title)
			return
		}
		if text := f.Found + f.Means + f.Set + fmt.Sprint(f.Facts); strings.Contains(text, "ferry-secret") {
			t.Errorf("%s shows the password: %+v", f.Title, f)
		}
		p.all = append(p.all, f)
	})
	return p
}

// finding gives the one with that title.
func (p *page) finding(title string) doctor.Finding {
	p.t.Helper()
	i := slices.IndexFunc(p.all, func(f doctor.Finding) bool { return f.Title == title })
	if i < 0 {
		p.t.Fatalf("nothing about %q:\n%s", title, p)
	}
	return p.all[i]
}

// says expects a verdict and words, in what was found, meant or is to be set.
func (p *page) says(title string, want doctor.Verdict, words ...string) {
	p.t.Helper()
	f := p.finding(title)
	if f.Verdict != want {
		p.t.Errorf("%s is %s, want %s: %+v", title, f.Verdict, want, f)
	}
	for _, word := range words {
		if !strings.Contains(f.Found+"\n"+f.Means+"\n"+f.Set, word) {
			p.t.Errorf("%s does not speak of %q: %+v", title, word, f)
		}
	}
}

func (p *page) String() string {
	var b strings.Builder
	for _, f := range p.all {
		fmt.Fprintf(&b, "%-8s %s: %s | %s | %s\n", f.Verdict, f.Title, f.Found, f.Means, f.Set)
	}
	fmt.Fprintf(&b, "error: %v\n", p.err)
	return b.String()
}

// lister is a scripted server whose folder has two entries.
func lister(t *testing.T, options ...ftptest.Option) *ftptest.Script {
	t.Helper()
	mlsd := "type=file;size=100;modify=20240101120000; a\r\ntype=dir;modify=20240101120000; b\r\n"
	list := "-rw-r--r--   1 ftp ftp  100 Jan  1  2024 a\r\ndrwxr-xr-x   1 ftp ftp    0 Jan  1  2024 b\r\n"
	content := strings.Repeat("0123456789", 10)
	return ftptest.NewScript(t, options...).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data(mlsd), ftptest.Reply("226 ")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data(list), ftptest.Reply("226 ")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data(content), ftptest.Reply("226 "))
}

func TestNoPassive(t *testing.T) {
	srv := lister(t).On("EPSV", ftptest.Reply("502 no")).On("PASV", ftptest.Reply("502 no"))
	p := examine(t, srv.Addr, nil)
	p.says("EPSV over IPv4", doctor.Bad, "502", "does not know this command")
	p.says("PASV over IPv4", doctor.Bad, "502")
	p.says("EPRT over IPv4", doctor.Good, "works")
	p.says("Data mode", doctor.Note, "only active mode works", "--mode active")
	if p.err != nil {
		t.Errorf("a listing was possible: %v", p.err)
	}
}

func TestDeadPassivePort(t *testing.T) {
	dead := ftptest.ClosedPort(t)
	srv := lister(t).
		On("EPSV", ftptest.Reply(fmt.Sprintf("229 ok (|||%d|)", dead))).
		On("PASV", ftptest.Reply(fmt.Sprintf("227 ok (127,0,0,1,%d,%d)", dead>>8, dead&255)))
	p := examine(t, srv.Addr, nil)
	p.says("EPSV over IPv4", doctor.Bad, "cannot be reached", "firewall", "passive ports")
	p.says("PASV over IPv4", doctor.Bad, "cannot be reached", "firewall")
	p.says("Data mode", doctor.Note, "--mode active")
}

func TestPrivatePassiveAddress(t *testing.T) {
	srv := lister(t).On("PASV", ftptest.Listen(), ftptest.Reply("227 ok (192,168,7,9,{p1},{p2})"))
	p := examine(t, srv.Addr, nil)
	p.says("PASV over IPv4", doctor.Note, "repaired", "192.168.7.9", "behind NAT")
	p.says("EPSV over IPv4", doctor.Good, "works")
	if repaired, _ := p.finding("PASV over IPv4").Facts["repaired"].(bool); !repaired {
		t.Error("machines are not told that the address was repaired")
	}
}

func TestBadExtendedPassive(t *testing.T) {
	srv := lister(t).On("EPSV", ftptest.Reply("229 Entering (|||99999|)"))
	p := examine(t, srv.Addr, nil)
	p.says("EPSV over IPv4", doctor.Bad, "no usable port", "cannot be used")
	p.says("PASV over IPv4", doctor.Good, "works")
	p.says("Data mode", doctor.Good, "passive and active mode work")
}

func TestNothingWorks(t *testing.T) {
	srv := lister(t)
	for _, verb := range []string{"EPSV", "PASV", "EPRT", "PORT"} {
		srv.On(verb, ftptest.Reply("502 no"))
	}
	p := examine(t, srv.Addr, nil)
	p.says("Data mode", doctor.Bad, "in any way", "passive ports")
	if !errors.Is(p.err, vfs.ErrConnect) {
		t.Errorf("the error is %v", p.err)
	}
}

func TestNoResumption(t *testing.T) {
	for _, c := range []struct {
		name    string
		options []ftptest.Option
		verdict doctor.Verdict
		words   string
	}{
		{"without", []ftptest.Option{ftptest.TLS(ftptest.ExplicitTLS), ftptest.NoResumption()}, doctor.Note, "none of"},
		{"with", []ftptest.Option{ftptest.TLS(ftptest.ExplicitTLS)}, doctor.Good, "resumed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := lister(t, c.options...)
			p := examine(t, srv.Addr, func(cfg *doctor.Config) { cfg.Server.RootCAs = srv.Roots })
			p.says("TLS sessions of data connections", c.verdict, c.words)
			p.says("Explicit TLS", doctor.Good, "TLS 1.3")
			p.says("TLS 1.2", doctor.Good, "spoken")
			p.says("Certificate", doctor.Note, "127.0.0.1", "SHA-256", "It ends in")
			p.says("Login", doctor.Good, "TLS 1.3")
		})
	}
}

func TestUntrustedCertificateStopsBeforeTheUser(t *testing.T) {
	srv := lister(t, ftptest.TLS(ftptest.ExplicitTLS))
	p := examine(t, srv.Addr, nil)
	p.says("Certificate", doctor.Note, "not trusted by itself", "SHA-256")
	p.says("Login", doctor.Bad, "certificate")
	if !errors.Is(p.err, vfs.ErrTLS) {
		t.Errorf("the error is %v", p.err)
	}
	if srv.Count("USER") > 0 {
		t.Errorf("the user's name was sent: %q", srv.Commands())
	}
}

func TestCapOfOne(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		p := examine(t, s.Addr, func(cfg *doctor.Config) { cfg.Server.User, cfg.Server.Password = s.User, s.Password })
		p.says("Connections at once", doctor.Note, "1; another one was refused", "-j 1")
		p.says("EPSV over IPv4", doctor.Good, "works")
		p.says("PORT over IPv4", doctor.Good, "works")
		if p.err != nil {
			t.Errorf("%v", p)
		}
	}, ftptest.MaxPerHost(1))
}

// TestIPv6 looks at servers that are reached by IPv6 only, where PASV and PORT cannot name an address.
func TestIPv6(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		s.WriteFile(t, "there", []byte("x"))
		p := examine(t, s.Addr, func(cfg *doctor.Config) { cfg.Server.User, cfg.Server.Password = s.User, s.Password })
		p.says("Connection over IPv6", doctor.Good, "answers")
		p.says("EPSV over IPv6", doctor.Good, "works")
		p.says("EPRT over IPv6", doctor.Good, "works")
		p.says("Data mode", doctor.Good, "passive and active mode work")
		for _, f := range p.all {
			if strings.HasSuffix(f.Title, "PASV over IPv6") || strings.HasSuffix(f.Title, "PORT over IPv6") {
				t.Errorf("there is no such thing: %+v", f)
			}
		}
		if p.err != nil {
			t.Errorf("%v", p)
		}
	}, ftptest.IPv6())
}

func TestIPv6WithoutEPSV(t *testing.T) {
	srv := lister(t, ftptest.IPv6()).On("EPSV", ftptest.Reply("502 no"))
	p := examine(t, srv.Addr, nil)
	p.says("EPSV over IPv6", doctor.Bad, "502")
	p.says("EPRT over IPv6", doctor.Good, "works")
	p.says("Data mode", doctor.Note, "only active mode works", "--mode active")
}

// A printer: no FEAT, no MLSD, no EPSV, no SIZE, and a listing of its own.
func TestPrinter(t *testing.T) {
	srv := ftptest.NewScript(t).Greet("220 JD FTP Server Ready").On("USER", ftptest.Reply("230 fine")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data("total 1\r\n-rw-r--r-- 1 p p 9 Jan 1 2024 PORT1\r\n"),
			ftptest.Reply("226 "))
	for _, verb := range []string{"FEAT", "SYST", "EPSV", "EPRT", "MLSD", "MLST", "SIZE", "MDTM", "REST", "OPTS"} {
		srv.On(verb, ftptest.Reply("502 Command not implemented"))
	}
	p := examine(t, srv.Addr, nil)
	p.says("Features", doctor.Note, "does not tell", "first needed")
	p.says("System", doctor.Note, "SYST")
	p.says("Greeting", doctor.Good, "JD FTP Server Ready")
	p.says("EPSV over IPv4", doctor.Bad, "502")
	p.says("PASV over IPv4", doctor.Good, "works")
	p.says("Listing", doctor.Good, "LIST in the form Unix, 2 of 2 lines read, 1 entries")
	p.says("Hash commands", doctor.Note, "none")
	if p.err != nil {
		t.Errorf("%v", p)
	}
}

func TestLyingRestart(t *testing.T) {
	content := ftptest.Data(strings.Repeat("0123456789", 9) + "abcdefghij")
	srv := lister(t).On("RETR", ftptest.Reply("150 "), content, ftptest.Reply("226 "))
	examine(t, srv.Addr, nil).says("Resuming downloads", doctor.Bad, "something else", "begins anew")
}

func TestWrongPassword(t *testing.T) {
	srv := lister(t).On("PASS", ftptest.Reply("530 ferry-secret is wrong"))
	p := examine(t, srv.Addr, nil)
	p.says("Login", doctor.Bad, "530 ******** is wrong", "password")
	if !errors.Is(p.err, vfs.ErrLogin) {
		t.Errorf("the error is %v", p.err)
	}
}

func TestNobodyThere(t *testing.T) {
	p := examine(t, net.JoinHostPort("127.0.0.1", strconv.Itoa(ftptest.ClosedPort(t))), nil)
	p.says("Connection over IPv4", doctor.Bad, "nothing listens there")
	if !errors.Is(p.err, vfs.ErrConnect) {
		t.Errorf("the error is %v", p.err)
	}
}

// A server that falls silent costs no more than the time allowed, and what was found stands.
func TestDeadline(t *testing.T) {
	srv := lister(t).On("LIST", ftptest.Hang()).On("MLSD", ftptest.Hang())
	p := examine(t, srv.Addr, func(cfg *doctor.Config) { cfg.Limit = time.Second })
	p.says("Time", doctor.Bad, "time", "--deadline")
	p.says("Login", doctor.Note, "in the clear")
}

func TestInterrupted(t *testing.T) {
	srv := lister(t)
	host, port, _ := net.SplitHostPort(srv.Addr)
	n, _ := strconv.Atoi(port)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	found := 0
	err := doctor.Run(ctx, doctor.Config{Server: ftpclient.Config{Host: host, Port: n}}, func(f doctor.Finding) {
		if found++; f.Title == "Login" {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || found == 0 {
		t.Errorf("%d findings, %v", found, err)
	}
}

func TestProxyIsGoneThrough(t *testing.T) {
	p := examine(t, "192.0.2.1:21", func(cfg *doctor.Config) {
		cfg.Server.Proxy = mustURL(t, "socks5://127.0.0.1:"+strconv.Itoa(ftptest.ClosedPort(t)))
	})
	p.says("Name", doctor.Skipped, "proxy")
	if p.err == nil {
		t.Error("a dead proxy is no error")
	}
}

func TestDaemons(t *testing.T) {
	for _, how := range []struct {
		name    string
		options []ftptest.Option
	}{
		{"clear", nil},
		{"explicit", []ftptest.Option{ftptest.TLS(ftptest.ExplicitTLS)}},
		{"implicit", []ftptest.Option{ftptest.TLS(ftptest.ImplicitTLS)}},
	} {
		t.Run(how.name, func(t *testing.T) {
			ftptest.Each(t, func(t *testing.T, s *ftptest.Server) { examineDaemon(t, s, how.name) }, how.options...)
		})
	}
}

func examineDaemon(t *testing.T, s *ftptest.Server, how string) {
	s.WriteFile(t, "sample.txt", []byte(strings.Repeat("all work and no play\n", 100)))
	s.WriteFile(t, "large.bin", make([]byte, 1<<20))
	p := examine(t, s.Addr, func(cfg *doctor.Config) {
		cfg.Server.User, cfg.Server.Password = s.User, s.Password
		cfg.Server.RootCAs, cfg.Write, cfg.Server.Security = s.Roots, true, map[string]ftpclient.Security{
			"clear": ftpclient.SecurityAuto, "explicit": ftpclient.SecurityExplicit, "implicit": ftpclient.SecurityImplicit,
		}[how]
	})
	if p.err != nil {
		t.Fatalf("%v", p)
	}
	for _, title := range []string{
		"EPSV over IPv4", "PASV over IPv4", "EPRT over IPv4", "PORT over IPv4", "Data mode", "Listing", "LIST", "Uploading",
		"Resuming downloads", "Throughput", "Renaming", "Clock", "Connections at once",
	} {
		p.says(title, doctor.Good)
	}
	if how != "clear" && s.Name != "pure-ftpd" { // which resumes none
		p.says("TLS sessions of data connections", doctor.Good, "resumed")
	}
	left, err := os.ReadDir(s.Path())
	if err != nil || len(left) != 2 {
		t.Errorf("something was left behind: %v, %v", left, err)
	}
}
