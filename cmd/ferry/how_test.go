package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/internal/config"
	"ferry/internal/site"
	"ferry/localfs"
	"ferry/queue"

	"github.com/spf13/pflag"
)

// asked is a server that remembers what it was asked.
type asked struct {
	*ftptest.Server
	mu    sync.Mutex
	lines []string
}

func newAsked(t *testing.T) *asked {
	t.Helper()
	a := &asked{}
	a.Server = ftptest.Embedded(t, ftptest.OnCommand(func(_ int, line string) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.lines = append(a.lines, line)
	}))
	return a
}

// during gives the commands that came while something was done.
func (a *asked) during(do func()) string {
	a.mu.Lock()
	a.lines = nil
	a.mu.Unlock()
	do()
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Join(a.lines, "\n")
}

// howShell has a folder "tree" with a file whose permissions are not the usual ones.
func howShell(t *testing.T, s *asked) *shell {
	t.Helper()
	sh := forServer(t, s.Server)
	sh.writeTree("tree", map[string][]byte{"x": []byte("hello")})
	if err := os.Chmod(filepath.Join(sh.dir, "tree", "x"), 0o640); err != nil {
		t.Fatal(err)
	}
	return sh
}

// checkHow looks whether hashes were compared, permissions kept and the final name used at once: all of it, or nothing.
func checkHow(t *testing.T, what, commands string, all bool) {
	t.Helper()
	if !strings.Contains(commands, "STOR ") {
		t.Errorf("%s sends nothing:\n%s", what, commands)
	}
	for word, want := range map[string]bool{"XSHA512 ": all, "SITE CHMOD 0640 ": all, "RNFR ": !all} {
		if strings.Contains(commands, word) != want {
			t.Errorf("%s: %sis sent is %v\n%s", what, word, !want, commands)
		}
	}
}

// TestHowFilesAreCopied gives each command that copies the flags about proof, permissions and names.
func TestHowFilesAreCopied(t *testing.T) {
	s := newAsked(t)
	sh := howShell(t, s)
	for _, args := range [][]string{
		{"put", "-r", "tree", at(s.Server, "put/")},
		{"mirror", "tree", at(s.Server, "mirror")},
		{"queue", "add", "-r", "tree", at(s.Server, "queue/")},
	} {
		checkHow(t, strings.Join(args, " "), s.during(func() {
			sh.ok(append(args, "--verify", "always", "--keep-mode", "--in-place")...)
			if args[0] == "queue" {
				sh.ok("queue", "run")
			}
		}), true)
	}
	sh.fails(exitUsage, []string{"get", "--verify", "maybe", at(s.Server, "x")}, "always, request, never")
}

// TestSettingsAndSitesSayHowFilesAreCopied: a flag wins over the site, which wins over the settings.
func TestSettingsAndSitesSayHowFilesAreCopied(t *testing.T) {
	const (
		on  = "verify = \"always\"\nkeep_mode = true\nin_place = true\n"
		off = "verify = \"never\"\nkeep_mode = false\nin_place = false\n"
	)
	for _, tt := range []struct {
		name, settings, site string
		flags                []string
		all                  bool
	}{
		{"settings", on, "", nil, true},
		{"site", "", on, nil, true},
		{"site against settings", on, off, nil, false},
		{"flags against site", on, on, []string{"--verify=never", "--keep-mode=false", "--in-place=false"}, false},
		{"flags against site, other way", off, off, []string{"--verify=always", "--keep-mode", "--in-place"}, true},
	} {
		s := newAsked(t)
		sh := howShell(t, s)
		sh.settle("[transfers]\n" + tt.settings)
		sh.saveSite(siteOf(s.Server, "work", tt.site))
		for _, args := range [][]string{{"put", "-r", "tree", "work:put/"}, {"mirror", "tree", "work:mirror"}} {
			checkHow(t, tt.name+", "+args[0], s.during(func() { sh.ok(append(args, tt.flags...)...) }), tt.all)
		}
	}
}

// TestScreenCopiesAsSettingsAndSitesSay looks at what the screen's queue is given.
func TestScreenCopiesAsSettingsAndSitesSay(t *testing.T) {
	p := &program{}
	p.prefs.flags = pflag.NewFlagSet("", pflag.ContinueOnError)
	p.flags.register(p.prefs.flags)
	p.prefs.settings = config.Settings{}.With("transfers.verify", "always").With("transfers.in_place", "true")
	yes, no := true, false
	disk := localfs.New()
	if r := p.ruled(queue.Request{From: disk, To: disk}); r.Verify != queue.VerifyAlways || r.KeepMode || !r.InPlace {
		t.Errorf("by the settings %+v", r)
	}
	p.siteSays(disk.ID(), site.Site{Name: "a", Verify: "never", KeepMode: &yes, InPlace: &no, Exclude: []string{"*.o"}})
	r := p.ruled(queue.Request{From: disk, To: disk})
	if r.Verify != queue.VerifyNever || !r.KeepMode || r.InPlace || len(r.Filter.Exclude) == 0 {
		t.Errorf("by the site %+v", r)
	}
}

// TestOneFileKeepsItsPermissions: also where the server tells those of one file by a listing only. The embedded server
// tells none.
func TestOneFileKeepsItsPermissions(t *testing.T) {
	for name, serve := range map[string]func(testing.TB, ...ftptest.Option) *ftptest.Server{
		"vsftpd": ftptest.Vsftpd, "proftpd": ftptest.Proftpd, "pure-ftpd": ftptest.Pureftpd,
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			s.WriteFile(t, "dir/x", []byte("hello"))
			if err := os.Chmod(s.Path("dir", "x"), 0o604); err != nil {
				t.Fatal(err)
			}
			sh := forServer(t, s)
			sh.ok("get", "--keep-mode", at(s, "dir/x"))
			if info, err := os.Stat(filepath.Join(sh.dir, "x")); err != nil || info.Mode().Perm() != 0o604 {
				t.Errorf("%v, %v", info, err)
			}
		})
	}
}
