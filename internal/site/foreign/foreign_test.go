package foreign

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ferry/internal/site"
)

func read(t *testing.T, name string) Import {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, string(text))
}

func parsed(t *testing.T, text string) Import {
	t.Helper()
	i, err := Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func check(t *testing.T, got Import, format string, want []Found, notes ...string) {
	t.Helper()
	if got.Format != format {
		t.Errorf("it is taken for %s", got.Format)
	}
	for i := range max(len(got.Sites), len(want)) {
		if i >= len(got.Sites) || i >= len(want) || !reflect.DeepEqual(got.Sites[i], want[i]) {
			t.Fatalf("site %d is wrong:\n%+v\nwant\n%+v", i, got.Sites, want)
		}
	}
	text := strings.Join(got.Notes, "\n")
	if len(got.Notes) != len(notes) || strings.Contains(text, "s3cret") || strings.Contains(text, "scrambled") {
		t.Errorf("the notes are\n%s", text)
	}
	for _, n := range notes {
		if !strings.Contains(text, n) {
			t.Errorf("%q is not told in\n%s", n, text)
		}
	}
}

func TestFileZilla(t *testing.T) {
	check(t, read(t, "sitemanager.xml"), "FileZilla", []Found{
		{site.Site{Name: "old style name", Host: "old.example.org", User: "bob"}, "plain s3cret"},
		{site.Site{Name: "old style name 2", Host: "2001:db8::1", User: "carol", TLS: "implicit"}, ""},
		{site.Site{Name: "pub.example.org", Host: "pub.example.org", TLS: "off"}, ""},
		{site.Site{Name: "asks", Host: "ask.example.org", User: "dave", Password: site.KeeperAsk}, ""},
		{site.Site{
			Name: "Shop- live-site", Folder: "Work/Clients & friends", Host: "ftp.example.org", Port: 2121, User: "alice",
			TLS: "explicit", Mode: "active", Encoding: "windows-1251", TimeOffset: "-90m", Connections: 2, Colour: "cyan",
			Notes: "first line\nsecond line", LocalDir: "/home/alice/shop", RemoteDir: "/www/đà lạt x",
			Bookmarks: []site.Bookmark{{Name: "logs", Remote: "/var/log"}},
		}, "s3cret 💱"},
	}, `"by SSH" is left out: it speaks SFTP`, "master password", `"nowhere" is left out: its host`)
}

func TestFileZillaPaths(t *testing.T) {
	for from, want := range map[string]string{
		"": "", "1 0": "/", "1 0 3 pub": "/pub", "1 0 5 a b c 1 d": "/a b c/d", "/plain": "/plain", "1 0 9 short": "",
		"2 3 SYS 3 dir": "/dir", "1 0 x": "",
	} {
		if got := fzPath(from); got != want {
			t.Errorf("%q is %q, want %q", from, got, want)
		}
	}
}

// TestFileZillaThereAndBack exports what was imported and imports that.
func TestFileZillaThereAndBack(t *testing.T) {
	before := read(t, "sitemanager.xml")
	all, passwords := site.List{}, map[string]string{}
	for _, f := range before.Sites {
		all = append(all, f.Site)
		passwords[f.Site.Name] = f.Password
	}
	text, err := WriteFileZilla(all, passwords)
	if err != nil {
		t.Fatal(err)
	}
	before.Sites[1].Site.Password = site.KeeperAsk // whose password is not known is asked for one
	check(t, parsed(t, string(text)), "FileZilla", before.Sites)
	if text, err = WriteFileZilla(all, nil); err != nil || strings.Contains(string(text), "base64") {
		t.Errorf("passwords are exported unasked: %v\n%s", err, text)
	}
}

// scramble hides a password as WinSCP does; version -1 is the oldest way, without user and host in front.
func scramble(text string, version, padding int) string {
	var octets []byte
	switch version {
	case -1:
		octets = append(octets, byte(len(text)))
	case winSCPVersion:
		octets = append(octets, winSCPMarked, 2, byte(len(text)>>8), byte(len(text)))
	default:
		octets = append(octets, winSCPMarked, 0, byte(len(text)))
	}
	octets = append(append(octets, byte(padding)), make([]byte, padding)...)
	octets = append(append(octets, text...), "noise behind it"...)
	for i := range octets {
		octets[i] = ^octets[i] ^ winSCPMagic
	}
	return strings.ToUpper(hex.EncodeToString(octets))
}

func TestWinSCP(t *testing.T) {
	long := strings.Repeat("s3cret", 60)
	ini := strings.ReplaceAll(fmt.Sprintf(`[Configuration]
RandomSeed=1
[Sessions\Default%%20Settings]
HostName=ignored
FSProtocol=5
[Sessions\Work/Shop%%20%%26%%20co]
HostName=ftp.example.org
PortNumber=2121
UserName=alice
Password=%s
FSProtocol=5
Ftps=3
FtpPasvMode=0
TimeDifferenceMin=90
LocalDirectory=C:\Users\alice
RemoteDirectory=/www/%%EF%%BB%%BFđ
Note=%%EF%%BB%%BF%%C4%%91%%C3%%A0
[Sessions\implicit]
HostName=secure.example.org
PortNumber=990
UserName=bob
Password=%s
FSProtocol=5
Ftps=1
FtpPasvMode=1
[Sessions\plain]
HostName=old.example.org
UserName=anonymous
Password=%s
FSProtocol=5
[Sessions\ssh]
HostName=ssh.example.org
UserName=root
[Sessions\spoiled]
HostName=h.example.org
UserName=x
Password=A35C
FSProtocol=5
`, scramble("aliceftp.example.orgs3cret", 0, 7), scramble("bobsecure.example.org"+long, winSCPVersion, 0),
		scramble("s3cret", -1, 3)), "\n", "\r\n")
	check(t, parsed(t, "\xEF\xBB\xBF"+ini), "WinSCP", []Found{
		{site.Site{
			Name: "Shop & co", Folder: "Work", Host: "ftp.example.org", Port: 2121, User: "alice", TLS: "explicit",
			Mode: "active", TimeOffset: "-90m", LocalDir: `C:\Users\alice`, RemoteDir: "/www/\xEF\xBB\xBFđ", Notes: "đà",
		}, "s3cret"},
		{site.Site{Name: "implicit", Host: "secure.example.org", User: "bob", TLS: "implicit", Mode: "passive"}, long},
		{site.Site{Name: "plain", Host: "old.example.org", TLS: "off"}, "s3cret"},
		{site.Site{Name: "spoiled", Host: "h.example.org", User: "x", TLS: "off"}, ""},
	}, `"ssh" is left out`, `the password of "spoiled" cannot be read`)
}

// TestWinSCPsOwnPasswords are such as WinSCP itself has written, published with their plain text: by the tests of
// Metasploit's reader of WinSCP.ini, and by a solution of the contest CySCA, which found it by the tool winscppwd. The
// third one does not belong to the host that stands beside it.
func TestWinSCPsOwnPasswords(t *testing.T) {
	ini := `[Sessions\username@server.feralhosting.com]
HostName=server.feralhosting.com
Timeout=6000
SshProt=3
FSProtocol=5
UserName=username
UpdateDirectories=0
Utf=1
Password=A35C7659654B2AB83C292F392E323D31392F392E2A392E723A392E3D3034332F2835323B723F33312F383A2F383A3B2F3B3B3B
Shell=/bin/bash}
[Sessions\mctarget@ftp.tictoc.cysca]
HostName=ftp.tictoc.cysca
UserName=mctarget
FSProtocol=5
Password=A35C775F17BBDA313F283D2E3B39283A282C7228353F28333F723F252F3F3D0F6C0F282E6C323B7D126C281A301C3B08346C
[Sessions\galieo@192.168.209.157]
HostName=192.168.209.157
UserName=galieo
FSProtocol=5
Password=A35C715EF7793B3D303539336D656E726D6A64726D6E6C65726D696B` +
		`0533292E083930192F3F6C2C39152F16292F281D0833257D
`
	plain := map[string]string{}
	for _, f := range parsed(t, ini).Sites {
		plain[f.Site.User] = f.Password
	}
	if plain["username"] != "sdfsdfgsggg" || plain["mctarget"] != "S0Str0ng!N0tFl@gTh0" || plain["galieo"] != "" {
		t.Errorf("they are read as %q", plain)
	}
}

func TestWinSCPMasterPassword(t *testing.T) {
	check(t, parsed(t, "[Configuration\\Security]\nUseMasterPassword=1\n[Sessions\\nas]\nHostName=h\nFSProtocol=5\n"+
		"UserName=u\nPassword=scrambled\n"), "WinSCP",
		[]Found{{site.Site{Name: "nas", Host: "h", User: "u", TLS: "off"}, ""}}, "master password")
}

func TestLftp(t *testing.T) {
	check(t, read(t, "bookmarks"), "lftp", []Found{
		{site.Site{Name: "nas", Host: "nas.local", Port: 2121, User: "alice", RemoteDir: "photos"}, "s3cret @"},
		{site.Site{Name: "abs", Host: "nas.local", User: "alice", RemoteDir: "/srv/pub"}, ""},
		{site.Site{Name: "home", Host: "nas.local", User: "alice", RemoteDir: "pub"}, ""},
		{site.Site{Name: "implicit", Host: "secure.example.org", User: "bob", TLS: "implicit"}, ""},
		{site.Site{Name: "nas 2", Host: "2001:db8::1"}, ""},
	}, `"ssh" is left out`, "no bookmark")
}

// TestLftpsOwnBookmarks are as lftp 4.9 has written them by its command bookmark add.
func TestLftpsOwnBookmarks(t *testing.T) {
	written := "b\tftps://bob@10.0.0.1/~/in%20box\nhome\tftp://carol@h.example.org\n" +
		"nas\tftp://alice:s3c%40ret%20x@nas.local:2121/%2Fpub/\n"
	check(t, parsed(t, written), "lftp", []Found{
		{site.Site{Name: "10.0.0.1", Host: "10.0.0.1", User: "bob", TLS: "implicit", RemoteDir: "in box"}, ""},
		{site.Site{Name: "home", Host: "h.example.org", User: "carol"}, ""},
		{site.Site{Name: "nas", Host: "nas.local", Port: 2121, User: "alice", RemoteDir: "/pub"}, "s3c@ret x"},
	})
}

func TestNetrc(t *testing.T) {
	check(t, read(t, "netrc"), "netrc", []Found{
		{site.Site{Name: "ftp.example.org", Host: "ftp.example.org", User: "alice", Account: "acct"}, "s3 cret"},
		{site.Site{Name: "ftp.example.org 2", Host: "ftp.example.org", User: "bob"}, "pw2"},
	})
}

func TestOwn(t *testing.T) {
	all := site.List{{Name: "nas", Host: "h", User: "u"}, {Name: "b c", Host: "i", Notes: "x\ny"}}
	text, err := site.WriteExport(all, map[string]string{"nas": "s3cret \"'\\ đ"})
	if err != nil {
		t.Fatal(err)
	}
	want := []Found{{all[0], "s3cret \"'\\ đ"}, {all[1], ""}}
	check(t, parsed(t, string(text)), "ferry", want)
	if text, err = site.WriteExport(all, nil); err != nil || strings.Contains(string(text), "plain_password") {
		t.Errorf("passwords are exported unasked: %v\n%s", err, text)
	}
}

func TestRefused(t *testing.T) {
	for _, text := range []string{"", "hello", "{}", "\x00\x01", "[section]\nkey=1\n"} {
		if _, err := Read([]byte(text)); !errors.Is(err, ErrUnknown) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"<html>s3cret", "<a><b></a>", "<FileZilla3><Servers><Server>s3cret"} {
		if _, err := Read([]byte(text)); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzRead reads any file without a panic, and gives only sites that are good.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"sitemanager.xml", "bookmarks", "netrc"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("[Sessions\\a]\nFSProtocol=5\nHostName=h\nUserName=u\nPassword=" + scramble("uhpw", 0, 1))
	f.Fuzz(func(t *testing.T, text string) {
		i, _ := Read([]byte(text))
		for _, found := range i.Sites {
			if key, err := found.Site.Check(); err != nil {
				t.Fatalf("%+v has a bad %s: %v", found, key, err)
			}
		}
	})
}
