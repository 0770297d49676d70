package site

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// store makes a store whose file holds a text.
func store(t *testing.T, text string) *Store {
	t.Helper()
	s := NewStore(t.TempDir())
	if text != "" {
		if err := os.WriteFile(s.Path(), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func content(t *testing.T, s *Store) string {
	t.Helper()
	text, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func load(t *testing.T, s *Store) (List, []Problem) {
	t.Helper()
	all, problems, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	return all, problems
}

// full has every field set.
func full() Site {
	return Site{
		Name: "Work NAS", Host: "nas.example.org", Port: 2121, User: "alice", Folder: "Work/Storage", Colour: "cyan",
		Notes: "two lines,\n\"quoted\" and a \\", Account: "acct", Password: KeeperCommand, PasswordCommand: "pass show nas",
		TLS: "explicit", Mode: "passive", Encoding: "windows-1252", Proxy: "socks5://proxy:1080", TimeOffset: "-90m",
		Profile: "vsftpd", RemoteDir: "/pub", LocalDir: "~/pub", Connections: 2, Parallel: 3, LimitRate: "1.5M",
		Bookmarks: []Bookmark{{"logs", "/var/log", "~/logs"}, {Name: "ảnh", Remote: "/ảnh"}}, Trash: ".trash",
		Verify: "always", KeepMode: new(true), InPlace: new(false),
		Exclude: []string{"*.tmp", ".git"}, ActivePorts: "50000-50100", ActiveHost: "192.0.2.1",
		BelievePassive: true, ClearControl: true, AllowCut: true,
		LowPorts: true, ClearData: true, TelnetAbort: true, SingleIAC: true, LegacyLogin: true,
		ListHidden: "off", MinTLS: "1.0", ClientCertificate: "me.pem", ClientKey: "me.key",
	}
}

func TestSaveAndLoad(t *testing.T) {
	s := store(t, "")
	ctx := context.Background()
	want := full()
	for f := range reflect.TypeFor[Site]().Fields() {
		if reflect.ValueOf(want).FieldByIndex(f.Index).IsZero() {
			t.Errorf("the test does not set %s", f.Name)
		}
	}
	if err := s.Save(ctx, "", want); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(ctx, "", Site{Name: "plain", Host: "h"}); err != nil {
		t.Fatal(err)
	}
	all, problems := load(t, s)
	if len(all) != 2 || len(problems) > 0 || !reflect.DeepEqual(all[1], want) {
		t.Errorf("there is %+v, %v in\n%s", all, problems, content(t, s))
	}
	info, err := os.Stat(s.Path())
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the file is %v, %v", info.Mode(), err)
	}
	if err := s.Save(ctx, "", Site{Name: "plain", Host: "other"}); !errors.Is(err, ErrTaken) {
		t.Errorf("a name is given twice: %v", err)
	}
	if err := s.Save(ctx, "nobody", Site{Name: "new", Host: "other"}); !errors.Is(err, ErrUnknown) {
		t.Errorf("a site that is not there is changed: %v", err)
	}
}

const byHand = `# my sites, kept in git
# second line

# the old NAS,
# ask Bob
[site.nas]   # in the cellar
host = 'nas.local'  # no DNS
  port=2121
# never without
tls = "explicit"
unheard = 1
bookmarks = [
  {name = "a", remote = "/a"}, # first
]

# the printer
[site."big printer"]
host = "printer"
`

func TestSaveKeepsWhatAPersonWrote(t *testing.T) {
	s := store(t, byHand)
	ctx := context.Background()
	all, _ := load(t, s)
	nas, _ := all.Find("NAS")
	nas.Name, nas.Port, nas.TLS, nas.User = "cellar nas", 21, "", "alice"
	if err := s.Save(ctx, "nas", nas); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		"[site.nas]", `[site."cellar nas"]`, "port=2121", "port=21", "tls = \"explicit\"\n", "",
		"# first\n]\n", "# first\n]\nuser = 'alice'\n",
	).Replace(byHand)
	if got := content(t, s); got != want {
		t.Errorf("the file is\n%s\nand should be\n%s", got, want)
	}
	if err := s.Remove(ctx, "cellar nas"); err != nil {
		t.Fatal(err)
	}
	want = "# my sites, kept in git\n# second line\n\n# the printer\n[site.\"big printer\"]\nhost = \"printer\"\n"
	if got := content(t, s); got != want {
		t.Errorf("the file is\n%s\nand should be\n%s", got, want)
	}
}

func TestProblemsAreNamedAndTheRestWorks(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		sites      string // names
		problem    string // line:column: words
	}{
		{"a word", "[site.a]\nhost='h'\nmode = 'pasive'\nuser='u'\n", "a", `3:8: mode of the site a is not used: the data`},
		{"a type", "[site.a]\nhost='h'\nport = '21'\n", "a", "3:8: port of the site a is not used: it wants a whole number"},
		{"a range", "[site.a]\nhost='h'\nport = 70000\n", "a", "3:8: port of the site a is not used: 70000 is not between"},
		{"an unknown key", "[site.a]\nhost='h'\ncolor = 'red'\n", "a", "3:9: color of the site a is not used: there is no"},
		{"a password", "[site.a]\nhost='h'\npassword = 's3cret'\n", "a", "3:12: password of the site a is not used: it"},
		{"a bookmark", "[site.a]\nhost='h'\nbookmarks = [{name='x'}]\n", "a", "leads nowhere"},
		{"a list", "[site.a]\nhost='h'\nexclude = 3\n", "a", "it wants a list of texts"},
		{"a proxy's password", "[site.a]\nhost='h'\nproxy='socks5://u:s3cret@p:1'\n", "a", "has no place here"},
		{"no host", "[site.a]\nuser='h'\n[site.bb]\nhost='h'\n", "bb", "1:1: the site a is not used"},
		{"a bad name", "[site.'a:b']\nhost='h'\n[site.bb]\nhost='h'\n", "bb", "1:1: the name of a site"},
		{"twice", "[site.aa]\nhost='h'\n[site.aa]\nhost='i'\n", "aa", "3:1: there is a site of this name above"},
		{"before all", "host='h'\n[site.aa]\nhost='h'\n", "aa", "1:1: host belongs to no site"},
		{"a strange table", "[sites.aa]\nhost='h'\n[site.bb]\nhost='h'\n", "bb", "1:1: the table sites.aa is not known"},
		{"a list of tables", "[[site.aa]]\nhost='h'\n[site.bb]\nhost='h'\n", "bb", "1:1: the table site.aa is not known"},
		{"no TOML", "[site.aa]\nhost='h'\nuser = bob\nport = 1\n[site.bb]\nhost='h'\n", "aa bb", "3:8: this is no TOML"},
		{"a header that does not close", "[site.aa\nhost='h'\n[site.bb]\nhost='h'\n", "bb", "no TOML"},
		{"cut off", "[site.aa]\nhost='h'\nuser = 'x", "aa", "3:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.ReplaceAll(tt.text, "[site.a]", "[site.aa]")
			want := strings.ReplaceAll(strings.ReplaceAll(tt.problem, "site a ", "site aa "), "s:a", "s:aa")
			if tt.sites == "a" {
				tt.sites = "aa"
			}
			s := store(t, text)
			all, problems := load(t, s)
			var names []string
			for _, one := range all {
				names = append(names, one.Name)
			}
			if got := strings.Join(names, " "); got != tt.sites {
				t.Errorf("the sites are %q", got)
			}
			if len(problems) == 0 || !strings.Contains(problems[0].Error(), want) ||
				!strings.HasPrefix(problems[0].Error(), s.Path()+":") {
				t.Errorf("the problems are %v, want %q", problems, want)
			}
			for _, p := range problems {
				if strings.Contains(p.Error(), "s3cret") {
					t.Errorf("a secret is shown: %v", p)
				}
			}
		})
	}
}

// TestBrokenFileIsNotChanged keeps a file that is no TOML as it is.
func TestBrokenFileIsNotChanged(t *testing.T) {
	const broken = "[site.aa]\nhost = h\n"
	s := store(t, broken)
	err := s.Save(context.Background(), "", Site{Name: "new", Host: "h"})
	if err == nil || !strings.Contains(err.Error(), ":2:8:") || content(t, s) != broken {
		t.Errorf("the error is %v, the file\n%s", err, content(t, s))
	}
}

func TestCheck(t *testing.T) {
	good := Site{Name: "ok", Host: "h"}
	for key, change := range map[string]func(*Site){
		"name": func(s *Site) { s.Name = "a:b" }, "host": func(s *Site) { s.Host = "ftp://h" },
		"time_offset": func(s *Site) { s.TimeOffset = "30h" }, "limit_rate": func(s *Site) { s.LimitRate = "fast" },
		"active_ports": func(s *Site) { s.ActivePorts = "9-1" }, "active_host": func(s *Site) { s.ActiveHost = "me" },
		"encoding": func(s *Site) { s.Encoding = "klingon" }, "tls": func(s *Site) { s.TLS = "maybe" },
		"colour": func(s *Site) { s.Colour = "octarine" }, "exclude": func(s *Site) { s.Exclude = []string{"["} },
		"user": func(s *Site) { s.User = "a\r\nDELE x" }, "proxy": func(s *Site) { s.Proxy = "gopher://h" },
	} {
		s := good
		change(&s)
		if got, err := s.Check(); err == nil || got != key {
			t.Errorf("%+v is faulted for %q: %v", s, got, err)
		}
	}
	for _, name := range []string{"", "C", " a", "a/b", `a\b`, "a@b", "a\nb"} {
		if CheckName(name) == nil {
			t.Errorf("%q is a name", name)
		}
	}
	if _, err := full().Check(); err != nil {
		t.Errorf("the full site is faulted: %v", err)
	}
}

func TestParseRate(t *testing.T) {
	for s, want := range map[string]int64{"": 0, "0": 0, "800": 800, "800K": 800 << 10, "5m": 5 << 20, "1.5G": 3 << 29} {
		if got, err := ParseRate(s); got != want || err != nil {
			t.Errorf("%q is %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"K", "-1", "NaN", "Inf", "1e30", "5 M", "5T"} {
		if got, err := ParseRate(s); err == nil {
			t.Errorf("%q is %d", s, got)
		}
	}
}

func TestFreeName(t *testing.T) {
	all := List{{Name: "nas"}, {Name: "NAS 2"}}
	if got := all.FreeName("nas"); got != "nas 3" {
		t.Errorf("it is %q", got)
	}
	if got := all.FreeName("new"); got != "new" {
		t.Errorf("it is %q", got)
	}
}

// TestNowhere has no home folder: nothing is there, and saving says why.
func TestNowhere(t *testing.T) {
	s := NewStore("")
	if all, problems, err := s.Load(); len(all)+len(problems) > 0 || err != nil {
		t.Errorf("there is %v, %v, %v", all, problems, err)
	}
	if s.Save(context.Background(), "", Site{Name: "nas", Host: "h"}) == nil {
		t.Error("it was saved nowhere")
	}
}

// FuzzDocument changes any text that is TOML: it stays TOML, and says what was wanted.
func FuzzDocument(f *testing.F) {
	f.Add(byHand)
	f.Add("[site.aa]\nhost=\"h\"\n[site.aa]\nhost='i'")
	f.Add("[ site . \"a]b\" ] # x ]\nhost='h'\nnotes='''\n[site.cc]\n'''\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), FileName)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := &Store{path}
		all, _ := load(t, s)
		if len(parse([]byte(text)).Faults) > 0 || len(all) == 0 {
			return
		}
		site := all[0]
		site.Name, site.User = all.FreeName("fuzzed"), "u"
		if err := s.Save(context.Background(), all[0].Name, site); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, _ := load(t, s)
		if got, found := again.Find(site.Name); !found || !reflect.DeepEqual(got, site) || len(again) < len(all) {
			t.Fatalf("%q became %q, with %+v for %+v", text, content(t, s), got, site)
		}
	})
}
