package ftpclient

import (
	"encoding/hex"
	"io/fs"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"ferry/internal/vfs"
)

func TestParsePathname(t *testing.T) {
	for text, want := range map[string]string{
		`"/a""b" current`:              `/a"b`,
		`"/"`:                          "/",
		`"/x" is "the" folder`:         "/x",
		`"/two words" is current`:      "/two words",
		`/x`:                           "/x",
		`/x is current`:                "/x",
		`"/x`:                          "/x",
		`""`:                           "",
		``:                             "",
		"\"/x\rDELE y\"":               "",
		"\"/x\x1b[2J\"":                "",
		`Current directory is "/home"`: "/home",
	} {
		got, ok := parsePathname(text)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestParsePassive(t *testing.T) {
	for text, want := range map[string]string{
		"Entering Passive Mode (192,168,1,5,195,80)": "192.168.1.5:50000",
		"Entering Passive Mode 192,168,1,5,195,80":   "192.168.1.5:50000",
		"=10,0,0,1,4,1":                            "10.0.0.1:1025",
		"PORT 10, 0, 0, 1, 4, 1":                   "10.0.0.1:1025",
		"(010,000,000,001,004,001)":                "10.0.0.1:1025",
		"passive 3 (0,0,0,0,195,80).":              "0.0.0.0:50000",
		"listen socket created\n(0,0,0,0,152,195)": "0.0.0.0:39107",
		"(0,0,0,0,152,195)\nsomething":             "0.0.0.0:39107",
		"(10,0,0,1,0,22)":                          "", // a service port
		"(10,0,0,1,0,0)":                           "",
		"(10,0,0,256,4,1)":                         "",
		"(10,0,0,1,4)":                             "",
		"Entering Passive Mode":                    "",
		"":                                         "",
		"1,2,3,4,5,99999999999999999999999999999999999": "",
	} {
		got, err := parsePassive(Reply{227, text}, 1024)
		if want == "" {
			if err == nil {
				t.Errorf("%q gave %v", text, got)
			}
			continue
		}
		if err != nil || got != netip.MustParseAddrPort(want) {
			t.Errorf("%q: got %v, %v; want %s", text, got, err, want)
		}
	}
	if at, err := parsePassive(Reply{227, "(10,0,0,1,0,22)"}, 1); err != nil || at.Port() != 22 {
		t.Errorf("where low ports are allowed: %v, %v", at, err)
	}
}

func TestParseExtendedPassive(t *testing.T) {
	for text, want := range map[string]uint16{
		"Entering Extended Passive Mode (|||6446|)": 6446,
		"(!!!6446!)":              6446,
		"(|||6446)":               6446,
		"(|1|10.0.0.1|6446|)":     6446,
		"a\nb (|||6446|)":         6446,
		"(|||22|)":                0,
		"(|||0|)":                 0,
		"(|||99999|)":             0,
		"(||6446|)":               0,
		"(123)":                   0,
		"nothing":                 0,
		"(|||-1|)":                0,
		"(":                       0,
		"(|||" + "\x1b[2J" + "|)": 0,
	} {
		got, err := parseExtendedPassive(Reply{229, text}, 1024)
		if (err == nil) != (want != 0) || got != want {
			t.Errorf("%q: got %d, %v; want %d", text, got, err, want)
		}
	}
}

func FuzzPassive(f *testing.F) {
	f.Add("Entering Passive Mode (192,168,1,5,195,80)")
	f.Add("(|||6446|)")
	f.Fuzz(func(t *testing.T, text string) {
		if at, err := parsePassive(Reply{227, text}, 1024); err == nil && at.Port() < 1024 {
			t.Fatalf("accepted port %d", at.Port())
		}
		if port, err := parseExtendedPassive(Reply{229, text}, 1024); err == nil && port < 1024 {
			t.Fatalf("accepted port %d", port)
		}
	})
}

func FuzzPathname(f *testing.F) {
	f.Add(`"/a""b" current`)
	f.Fuzz(func(t *testing.T, text string) {
		name, ok := parsePathname(text)
		if ok && (name == "" || checkArgument(name) != nil) {
			t.Fatalf("accepted %q", name)
		}
		if quoted := `"` + strings.ReplaceAll(name, `"`, `""`) + `" x`; ok {
			if again, _ := parsePathname(quoted); again != name {
				t.Fatalf("%q became %q", name, again)
			}
		}
	})
}

func FuzzHash(f *testing.F) {
	f.Add("SHA-1 0-3 a9993e364706816aba3e25717850c26c9cd0d89d f", "/f")
	f.Add("900150983cd24fb0d6963f7d28e17f72 900150983CD24FB0D6963F7D28E17F72", "/900150983cd24fb0d6963f7d28e17f72")
	f.Fuzz(func(t *testing.T, text, path string) {
		for _, kind := range []vfs.HashKind{vfs.SHA512, vfs.SHA256, vfs.SHA1, vfs.MD5, vfs.CRC32} {
			sum, ok := findHash(text, path, kind)
			if !ok {
				continue
			}
			raw, err := hex.DecodeString(sum)
			if err != nil || len(raw) != kind.New().Size() || !strings.Contains(strings.ToLower(text), sum) {
				t.Fatalf("%s in %q: %q, %v", kind, text, sum, err)
			}
		}
	})
}

func TestParseFeatures(t *testing.T) {
	f := parseFeatures("Features:\n EPRT\n mlst Type*;Size*;\n211-REST STREAM\n\tUTF8 \n211 END")
	if !f.Has("EPRT") || f["MLST"] != "Type*;Size*;" || f["REST"] != "STREAM" || !f.Has("UTF8") {
		t.Fatalf("%v", f)
	}
}

func TestWantedFacts(t *testing.T) {
	for offered, want := range map[string]string{
		"type*;size*;modify*;":                 "",
		"type;size*;modify*;media-type;":       "type;size;modify;",
		"Type*;Size*;Modify*;UNIX.mode;Create": "Type;Size;Modify;UNIX.mode;",
	} {
		if got := wantedFacts(offered); got != want {
			t.Errorf("%q: got %q, want %q", offered, got, want)
		}
	}
}

func TestPortArgument(t *testing.T) {
	v4, v6 := netip.MustParseAddrPort("192.168.1.2:50000"), netip.MustParseAddrPort("[2001:db8::1]:50000")
	for _, tc := range []struct {
		m    Method
		at   netip.AddrPort
		want string
	}{
		{MethodPORT, v4, "192,168,1,2,195,80"},
		{MethodEPRT, v4, "|1|192.168.1.2|50000|"},
		{MethodEPRT, v6, "|2|2001:db8::1|50000|"},
	} {
		if got := portArgument(tc.m, tc.at); got != tc.want {
			t.Errorf("%v %v: got %q", tc.m, tc.at, got)
		}
	}
}

func TestMaskedCommands(t *testing.T) {
	for _, tc := range [][3]string{
		{"PASS", "hunter2", "PASS ********"},
		{"ACCT", "hunter2", "ACCT ********"},
		{"SITE", "pswd old new", "SITE PSWD ********"},
		{"SITE", "CHMOD 644 x", "SITE CHMOD 644 x"},
		{"USER", "alice", "USER alice"},
		{"PWD", "", "PWD"},
	} {
		if got := masked(tc[0], tc[1]); got != tc[2] {
			t.Errorf("got %q, want %q", got, tc[2])
		}
	}
}

func TestMethodsToTry(t *testing.T) {
	s := newServer(Config{})
	check := func(what string, mode Mode, ipv6 bool, want ...Method) {
		t.Helper()
		if got := s.methodsToTry(mode, ipv6); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	check("fresh", ModeAuto, false, MethodEPSV, MethodPASV, MethodEPRT, MethodPORT)
	check("IPv6", ModeAuto, true, MethodEPSV, MethodEPRT)
	s.failed(MethodEPSV, &ReplyError{Code: 500})
	check("EPSV refused", ModePassive, false, MethodPASV)
	s.failed(MethodPASV, &unreachableError{words: "x"})
	s.worked(MethodPORT)
	check("active works", ModeAuto, false, MethodPORT, MethodEPRT, MethodPASV)
	s.setMode(ModePassive)
	check("the person wants passive", ModePassive, false, MethodPASV)
	s.failed(MethodPASV, &ReplyError{Code: 502})
	check("all refused", ModePassive, false, MethodEPSV)
}

func TestUnixMode(t *testing.T) {
	if got := unixMode(fs.ModeSetuid | fs.ModeSticky | 0o755); got != 0o5755 {
		t.Errorf("got %o", got)
	}
}

func TestPaths(t *testing.T) {
	cl := New(Config{Host: "x"})
	for p, want := range map[string]string{"/a/b": "/a", "/a": "/", "/": "/", "/a/b/": "/a", "/a/ b ": "/a"} {
		if got := cl.Parent(p); got != want {
			t.Errorf("the parent of %q is %q", p, got)
		}
	}
	if cl.Join("/", "a") != "/a" || cl.Join("/a", " b") != "/a/ b" {
		t.Error("Join")
	}
	for _, name := range []string{"", ".", "..", "a/b", "a\nb", "a\rb", "a\x00b"} {
		if cl.CheckName(name) == nil {
			t.Errorf("the name %q passes", name)
		}
	}
	if err := cl.CheckName("-x y.txt"); err != nil {
		t.Error(err)
	}
}

func TestClientID(t *testing.T) {
	for want, cfg := range map[string]Config{
		"ftp://h":                 {Host: "h"},
		"ftp://al%40ice@h:2121":   {Host: "h", User: "al@ice", Password: "secret", Port: 2121},
		"ftp://bob@[2001:db8::1]": {Host: "2001:db8::1", User: "bob"},
	} {
		if got := New(cfg).ID(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
