package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/internal/site"
	"ferry/queue"

	"github.com/spf13/pflag"
)

// TestSitesRuleTransfers: what a site excludes is left out by all commands that copy folders.
func TestSitesRuleTransfers(t *testing.T) {
	s := ftptest.Embedded(t)
	for _, name := range []string{"d/keep", "d/x.bak", "d/sub/y.bak", "d/sub/keep"} {
		s.WriteFile(t, name, []byte(name))
	}
	sh := forServer(t, s)
	sh.saveSite(siteOf(s, "work", "exclude = [\"*.bak\"]\n"))
	kept := []string{"keep", "sub/keep"}
	sh.ok("get", "-r", "-o", "got", "work:d")
	checkFiles(t, sh.dir+"/got", kept)
	sh.ok("-q", "mirror", "work:d", "mirrored")
	checkFiles(t, sh.dir+"/mirrored", kept)
	sh.ok("queue", "add", "-r", "work:d", "queued")
	sh.ok("queue", "run")
	checkFiles(t, sh.dir+"/queued", kept)
	sh.writeTree("up", map[string][]byte{"a": nil, "b.bak": nil})
	sh.ok("put", "-r", "up", "work:")
	if !exists(s.Path("up", "a")) || exists(s.Path("up", "b.bak")) {
		t.Error("put sends what the site excludes, or nothing")
	}
	sh.ok("queue", "add", "-r", "up", "work:queued")
	sh.ok("queue", "run")
	if !exists(s.Path("queued", "a")) || exists(s.Path("queued", "b.bak")) {
		t.Error("the queue sends what the site excludes, or nothing")
	}
}

// TestSiteLimitsSpeed sends what takes a while at the site's speed. The flag wins.
func TestSiteLimitsSpeed(t *testing.T) {
	s := ftptest.Embedded(t)
	sh := forServer(t, s)
	sh.write("x", make([]byte, 300<<10))
	sh.saveSite(siteOf(s, "slow", "limit_rate = \"200K\"\n"))
	begun := time.Now()
	sh.ok("put", "x", "slow:1")
	if took := time.Since(begun); took < time.Second {
		t.Errorf("300 KiB at 200 KiB/s took %v", took)
	}
	sh.ok("queue", "add", "x", at(s, "2")) // the queue knows only the address
	begun = time.Now()
	sh.ok("queue", "run")
	if took := time.Since(begun); took < time.Second {
		t.Errorf("from the queue it took %v", took)
	}
}

// TestSiteHasItsWorkers counts the connections that are used at a time.
func TestSiteHasItsWorkers(t *testing.T) {
	for _, tt := range []struct {
		fields string
		args   []string
		least  int
		most   int
	}{
		{"parallel = 1\n", nil, 1, 2}, // one to browse, one to transfer
		{"parallel = 1\n", []string{"-j", "3"}, 3, 5},
		{"parallel = 6\n", nil, 5, 8},
	} {
		var mu sync.Mutex
		used, enough, over := map[int]bool{}, make(chan struct{}), make(chan struct{})
		s := ftptest.Embedded(t, ftptest.BytesPerSecond(100<<10), ftptest.OnCommand(func(conn int, line string) {
			mu.Lock()
			if !used[conn] {
				if used[conn] = true; len(used) == tt.least {
					close(enough)
				}
			}
			mu.Unlock()
			if !strings.HasPrefix(line, "STOR ") {
				return
			}
			select { // none does the work of others before these are there
			case <-enough:
			case <-over:
			}
		}))
		t.Cleanup(func() { close(over) })
		sh := forServer(t, s)
		sh.saveSite(siteOf(s, "site", tt.fields))
		files := map[string][]byte{}
		for i := range 12 {
			files[string(rune('a'+i))] = make([]byte, 20<<10)
		}
		sh.writeTree("tree", files)
		sh.ok(append([]string{"put", "-r", "tree", "site:"}, tt.args...)...)
		mu.Lock()
		if n := len(used); n < tt.least || n > tt.most {
			t.Errorf("%q, %q: %d connections", tt.fields, tt.args, n)
		}
		mu.Unlock()
	}
}

// TestScreenKeepsSiteLimits: the limit that the screen sets for all is beside those of sites.
func TestScreenKeepsSiteLimits(t *testing.T) {
	p := &program{}
	p.prefs.flags = pflag.NewFlagSet("", pflag.ContinueOnError)
	p.flags.register(p.prefs.flags)
	q := queue.New(queue.Options{})
	p.siteRules.govern(q, queue.Speed{}, 4, 4)
	p.siteSays("ftp://a", site.Site{Name: "a", LimitRate: "5M", Parallel: 2, Exclude: []string{"*.o"}})
	screen := ruledQueue{q, p}
	screen.SetLimits(queue.Limits{Total: queue.Speed{Up: 7}})
	l := p.siteRules.limits()
	if l.Total.Up != 7 || l.Sites["ftp://a"].Down != 5<<20 || l.Workers["ftp://a"] != 2 || l.Workers[""] != 4 {
		t.Errorf("%+v", l)
	}
}
