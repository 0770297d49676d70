package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

// sitesFile is where the sites of a shell are saved.
func (sh *shell) sitesFile() string { return filepath.Join(sh.home, ".config", "ferry", "sites.toml") }

// saveSite saves a site by hand.
func (sh *shell) saveSite(text string) {
	sh.t.Helper()
	writeFile(sh.t, sh.sitesFile(), []byte(text))
}

// siteOf is a site by hand for a server, with more lines in it.
func siteOf(s *ftptest.Server, name, more string) string {
	host, port, _ := strings.Cut(s.Addr, ":")
	return "[site." + name + "]\nhost = '" + host + "'\nport = " + port + "\nuser = '" + s.User + "'\n" + more + "\n"
}

func TestSiteCommands(t *testing.T) {
	sh := newShell(t)
	sh.ok("site", "add", "nas", "ftpes://alice@NAS.local:2121/photos", "--set", "mode=passive", "--set", "connections=2")
	sh.ok("site", "add", "lab bench", "ftp://10.0.0.1", "--set", "folder=Work/Lab", "--set", "notes=the old one")
	if out := sh.ok("site", "ls"); !strings.Contains(out, "nas  ") ||
		!strings.Contains(out, "ftpes://alice@nas.local:2121/photos") ||
		!strings.Contains(out, "Work/Lab/lab bench") {
		t.Errorf("the sites are\n%s", out)
	}
	sh.ok("site", "edit", "nas", "--set", "mode=", "--set", "bookmarks=[{name='logs', remote='/var/log'}]",
		"--rename", "cellar")
	r := records(t, sh.ok("site", "show", "--json", "cellar"))[0]
	if r["name"] != "cellar" || r["mode"] != nil || r["connections"] != 2.0 || r["host"] != "nas.local" ||
		r["url"] != "ftpes://alice@nas.local:2121/photos" {
		t.Errorf("the site is %v", r)
	}
	sh.ok("site", "duplicate", "cellar")
	sh.ok("site", "duplicate", "cellar", "attic")
	if out := sh.ok("site", "show", "cellar 2"); !strings.Contains(out, "logs") {
		t.Errorf("the copy is\n%s", out)
	}
	sh.ok("site", "rm", "cellar", "attic:")
	if n := len(records(t, sh.ok("site", "ls", "--json"))); n != 2 {
		t.Errorf("%d sites are left", n)
	}
	for _, args := range [][]string{
		{"site", "add", "C", "ftp://h"},
		{"site", "add", "cellar 2", "ftp://h"},
		{"site", "add", "x1", "nas:"},
		{"site", "add", "x1", "ftp://h", "--set", "mode=sideways"},
		{"site", "edit", "cellar 2", "--set", "port=x"},
		{"site", "edit", "cellar 2", "--set", "colr=red"},
		{"site", "show", "nobody"},
		{"site", "rm", "nobody"},
	} {
		sh.fails(exitUsage, args)
	}
}

// TestSiteAsTarget uses a site in every command that takes a target.
func TestSiteAsTarget(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "start/sub/100%41.txt", []byte("here"))
	sh := forServer(t, s)
	sh.saveSite("# mine\n" + siteOf(s, "nas", "remote_dir = 'start'\nmode = 'passive'"))
	for target, want := range map[string]string{
		"nas:": "sub\n", "NAS:sub": "100%41.txt\n", "nas:/": "start\n", "nas:sub/100%41.txt": "100%41.txt\n",
		"nas:sub/*.txt": "100%41.txt\n",
	} {
		if out := sh.ok("ls", target); out != want {
			t.Errorf("%s shows %q", target, out)
		}
	}
	if out := sh.ok("cat", "nas:sub/100%41.txt"); out != "here" {
		t.Errorf("it holds %q", out)
	}
	sh.write("up.txt", []byte("up"))
	sh.ok("put", "-q", "up.txt", "nas:sub/")
	sh.ok("mv", "nas:sub/up.txt", "nas:moved.txt")
	sh.ok("get", "-q", "nas:moved.txt")
	sh.ok("mkdir", "nas:made")
	sh.ok("rm", "-r", "nas:sub")
	if out := sh.ok("ls", "nas:"); out != "made\nmoved.txt\n" {
		t.Errorf("in the end there is %q", out)
	}
	page := sh.ok("site", "test", "nas")
	for _, want := range []string{"note Login", "ok   Listing", " bad."} {
		if !strings.Contains(page, want) {
			t.Errorf("the test does not say %q:\n%s", want, page)
		}
	}
}

// TestFlagsWinOverVariablesOverSites shows it by the data mode.
func TestFlagsWinOverVariablesOverSites(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	sh.saveSite(siteOf(s, "nas", "mode = 'active'"))
	env := sh.env
	for _, tt := range []struct {
		env, flag string
		active    bool
	}{{"", "", true}, {"FERRY_MODE=passive", "", false}, {"FERRY_MODE=passive", "--mode=active", true}} {
		sh.env = slices.Concat(env, []string{tt.env})
		args := []string{"ls", "-v", "nas:"}
		if tt.flag != "" {
			args = append(args, tt.flag)
		}
		r := sh.run(args...)
		if active := strings.Contains(r.stderr, "→ EPRT") || strings.Contains(r.stderr, "→ PORT"); active != tt.active {
			t.Errorf("%+v: active is %v:\n%s", tt, active, r.stderr)
		}
	}
}

func TestSitesThatAreWrongAreNamed(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	sh.saveSite(siteOf(s, "nas", "mode = 'sideways'\n[site.bad]\nuser = 'x'"))
	r := sh.run("ls", "nas:")
	if r.code != exitDone || !strings.Contains(r.stderr, "sites.toml:5:8: mode of the site nas is not used") ||
		!strings.Contains(r.stderr, "sites.toml:6:1: the site bad is not used") || strings.Count(r.stderr, "\n") != 2 {
		t.Errorf("it ended with %d:\n%s", r.code, r.stderr)
	}
}

// TestLearnedIsKept shows on the card what a server taught, and forgets it.
func TestLearnedIsKept(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	sh.saveSite(siteOf(s, "nas", ""))
	sh.ok("ls", "nas:")
	if out := sh.ok("site", "show", "nas"); !strings.Contains(out, "passive data connections work (EPSV)") {
		t.Errorf("nothing was learned:\n%s", out)
	}
	sh.ok("site", "forget", "nas")
	if out := sh.ok("site", "show", "nas"); strings.Contains(out, "learned") {
		t.Errorf("it was not forgotten:\n%s", out)
	}
}

// TestTrustAlways pins a certificate; the same server with another one is then refused, with both fingerprints.
func TestTrustAlways(t *testing.T) {
	s, url := secureServer(t, ftptest.ExplicitTLS)
	sh := forServer(t, s)
	screen, wait := sh.terminal("ls", url)
	until(t, screen, "[N]o")
	if _, err := io.WriteString(screen, "a\n"); err != nil {
		t.Fatal(err)
	}
	until(t, screen, "")
	if code := wait(); code != exitDone {
		t.Fatalf("it ended with %d", code)
	}
	sh.ok("ls", url)
	pin := records(t, sh.ok("trust", "ls", "--json"))[0]
	if pin["address"] != s.Addr || pin["sha256"] != fingerprint(t, s) {
		t.Errorf("the pin is %v", pin)
	}
	file := filepath.Join(sh.home, ".local", "share", "ferry", "trusted.toml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Repeat("AB:", 31) + "AB"
	writeFile(t, file, bytes.ReplaceAll(text, []byte(fingerprint(t, s)), []byte(other)))
	sh.fails(exitTLS, []string{"ls", url}, fingerprint(t, s), other, "ferry trust rm "+s.Addr)
	sh.run("trust", "rm", s.Addr)
	if out := sh.ok("trust", "ls"); out != "" {
		t.Errorf("it is still trusted: %s", out)
	}
	sh.fails(exitUsage, []string{"trust", "rm", s.Addr})
}

const testPassphrase = "pass-phrase-of-the-test"

// TestPasswordIsKeptInTheFile where there is no keyring, and used only for what it is bound to.
func TestPasswordIsKeptInTheFile(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := newShell(t, "FERRY_PASSPHRASE="+testPassphrase)
	keeping := forServer(t, s)
	keeping.home, keeping.env = sh.home, append(keeping.env, sh.env...)
	keeping.ok("site", "add", "nas", "ftp://"+s.User+"@"+s.Addr, "--keep-password")
	sh.ok("ls", "nas:")
	sh.ok("ls", "ftp://"+s.User+"@"+s.Addr+"/")
	sh.fails(exitLogin, []string{"ls", "--tls", "off", "nas:"}, "no password is known") // kept for TLS where there is one
	sh.fails(exitLogin, []string{"ls", "ftp://other@" + s.Addr + "/"}, "no password is known")
	sh.env = []string{"FERRY_PASSPHRASE=wrong"}
	if r := sh.run("ls", "nas:"); r.code != exitLogin || strings.Contains(r.stderr, s.Password) {
		t.Errorf("with a wrong passphrase it ended with %d:\n%s", r.code, r.stderr)
	}
	sh.env = []string{"FERRY_PASSPHRASE=" + testPassphrase}
	sh.ok("site", "forget", "--password", "nas")
	sh.fails(exitLogin, []string{"ls", "nas:"}, "no password is known")
}

func TestPasswordCommand(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := newShell(t, "PATH="+os.Getenv("PATH"))
	writeFile(t, filepath.Join(sh.home, "pw"), []byte(s.Password+"\n"))
	sh.saveSite(siteOf(s, "nas", "password = 'command'\npassword_command = 'cat ~/pw'"))
	sh.ok("ls", "nas:")
	sh.saveSite(siteOf(s, "nas", "password = 'command'\npassword_command = 'echo s3cret; exit 1'"))
	r := sh.fails(exitLogin, []string{"ls", "nas:"}, "command for the password failed")
	if strings.Contains(r.stderr, "s3cret") {
		t.Errorf("what the command printed is shown:\n%s", r.stderr)
	}
}

func TestImportAndExport(t *testing.T) {
	sh := newShell(t, "FERRY_PASSPHRASE="+testPassphrase)
	file := filepath.Join("..", "..", "internal", "site", "foreign", "testdata", "sitemanager.xml")
	file, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	r := sh.run("site", "import", file)
	if r.code != exitDone || !strings.Contains(r.stderr, "5 of 5 sites of FileZilla are new here, 2 passwords are kept") {
		t.Fatalf("the import ended with %d:\n%s", r.code, r.stderr)
	}
	if again := sh.run("site", "import", file); !strings.Contains(again.stderr, "0 of 5 sites") {
		t.Errorf("it is imported twice:\n%s", again.stderr)
	}
	for _, format := range []string{"toml", "filezilla"} {
		plain := sh.ok("site", "export", "--format", format)
		with := sh.ok("site", "export", "--format", format, "--with-passwords")
		if strings.Contains(plain, "s3cret") || strings.Contains(plain, "cGxhaW4gczNjcmV0") ||
			!strings.Contains(with, "plain s3cret") && !strings.Contains(with, "cGxhaW4gczNjcmV0") {
			t.Errorf("%s is\n%s\nand\n%s", format, plain, with)
		}
		other := newShell(t, sh.env...)
		other.write("export", []byte(with))
		if r := other.run("site", "import", "export"); !strings.Contains(r.stderr, "5 of 5 sites") ||
			!strings.Contains(r.stderr, "2 passwords are kept") {
			t.Errorf("%s comes back with %s", format, r.stderr)
		}
	}
	sh.fails(exitDisk, []string{"site", "import", "missing"})
	sh.write("junk", []byte("junk"))
	sh.fails(exitDisk, []string{"site", "import", "junk"}, "neither FileZilla")
}

// TestNoSecretIsWritten gives ferry passwords by every way there is, in runs that succeed and runs that fail, and looks
// through all that it wrote: files, standard output and error.
func TestNoSecretIsWritten(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "file.txt", []byte("content"))
	const wrong, proxied, imported = "wr0ng-s3cret", "pr0xy-s3cret", "plain s3cret"
	secrets := []string{s.Password, wrong, proxied, imported, testPassphrase}
	sh := newShell(t, "FERRY_PASSPHRASE="+testPassphrase)
	var told strings.Builder
	run := func(env string, args ...string) {
		sh.env = []string{"FERRY_PASSPHRASE=" + testPassphrase, env}
		r := sh.run(args...)
		told.WriteString(r.stdout + r.stderr)
	}
	given := "FERRY_PASSWORD=" + s.Password
	host := s.User + "@" + s.Addr
	run(given, "site", "add", "nas", "ftp://"+host, "--keep-password")
	run("", "site", "add", "two", "ftp://"+s.User+":"+s.Password+"@"+s.Addr)
	run("", "ls", "-v", "nas:")
	run("", "get", "--json", "-v", "nas:file.txt")
	run("", "ls", "-v", "ftp://"+s.User+":"+wrong+"@"+s.Addr)
	run("FERRY_PASSWORD="+wrong, "ls", "-v", "--json", "ftp://"+host)
	run("", "doctor", "ftp://"+s.User+":"+s.Password+"@"+s.Addr)
	run("", "doctor", "--json", "nas:")
	run("FERRY_PROXY=socks5://u:"+proxied+"@127.0.0.1:1", "ls", "-v", "nas:")
	run("", "ls", "--proxy", "gopher://u:"+proxied+"@127.0.0.1:1", "nas:")
	run("", "ls", "ftp://"+s.User+":"+wrong+"@")
	run("", "ls", "ftp//"+s.User+":"+wrong+"@h")
	run("", "site", "edit", "nas", "--set", "password="+wrong)
	run("", "site", "show", "nas")
	run("", "site", "ls", "--json")
	sh.saveSite("[site.old]\nhost = 'h'\npassword = '" + wrong + "'\n")
	run("", "site", "ls")
	if err := os.Remove(sh.sitesFile()); err != nil {
		t.Fatal(err)
	}
	abs, err := filepath.Abs(filepath.Join("..", "..", "internal", "site", "foreign", "testdata", "sitemanager.xml"))
	if err != nil {
		t.Fatal(err)
	}
	run("", "site", "import", abs)
	run("", "site", "export")
	files := searchedFor(t, sh.home, secrets) + searchedFor(t, sh.dir, secrets)
	for _, s := range secrets {
		if strings.Contains(told.String(), s) {
			t.Errorf("%q was told:\n%s", s, told.String())
		}
	}
	if files < 3 || told.Len() < 2000 || !strings.Contains(told.String(), "PASS ****") {
		t.Errorf("only %d files and %d octets were looked at", files, told.Len())
	}
}

// searchedFor looks through all files of a folder, and counts them.
func searchedFor(t *testing.T, dir string, secrets []string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		for _, s := range secrets {
			if bytes.Contains(text, []byte(s)) || bytes.Contains(text, []byte(strconv.Quote(s))) || strings.Contains(path, s) {
				t.Errorf("%s holds %q", path, s)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
