package queue_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

func TestFilterPatterns(t *testing.T) {
	file, dir := vfs.Entry{Type: vfs.File, Size: 5}, vfs.Entry{Type: vfs.Dir}
	for _, c := range []struct {
		what             string
		include, exclude string // separated by blanks
		path             string
		entry            vfs.Entry
		passes           bool
	}{
		{"nothing said", "", "", "a/b", file, true},
		{"a name at any depth", "", "*.tmp", "a/b/x.tmp", file, false},
		{"a star stays in a name", "", "a*c", "ab/c", file, true},
		{"two stars cross folders", "", "a/**/c", "x/a/1/2/c", file, false},
		{"two stars are also none", "", "a/**/c", "a/c", file, false},
		{"a slash first means from here on", "", "/b", "a/b", file, true},
		{"a slash first, matched", "", "/b", "b", file, false},
		{"a slash last means folders", "", "tmp/", "tmp", file, true},
		{"a slash last, a folder", "", "tmp/", "a/tmp", dir, false},
		{"a folder stands for what is in it", "", "tmp/", "a/tmp/x/y", file, false},
		{"alternatives", "", "*.{jpg,png}", "p/1.png", file, false},
		{"only what is included", "*.jpg", "", "p/1.png", file, false},
		{"what is included", "*.jpg", "", "p/1.jpg", file, true},
		{"one of several", "*.jpg *.png", "", "p/1.png", file, true},
		{"exclusion wins", "*.jpg", "p/", "p/1.jpg", file, false},
		{"an included folder", "docs", "", "docs/a/b", file, true},
		{"folders are looked into for what may be there", "*.jpg", "", "p", dir, true},
		{"a folder on the way", "/docs/**/*.md", "", "docs", dir, true},
		{"a folder behind the stars", "/docs/**/*.md", "", "docs/a/b", dir, true},
		{"a folder aside", "/docs/**/*.md", "", "src", dir, false},
		{"a folder too deep", "/docs/*.md", "", "docs/a", dir, false},
		{"an included folder itself", "/docs", "", "docs/a", dir, true},
	} {
		f := queue.Filter{Include: strings.Fields(c.include), Exclude: strings.Fields(c.exclude)}
		if err := f.Check(); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		if got := f.Passes(c.path, c.entry); got != c.passes {
			t.Errorf("%s: %s passes: %t, want %t", c.what, c.path, got, c.passes)
		}
	}
	for _, bad := range []string{"[", "", "/", "{a"} {
		if err := (&queue.Filter{Exclude: []string{bad}}).Check(); err == nil {
			t.Errorf("the pattern %q is taken", bad)
		}
	}
}

func TestFilterFacts(t *testing.T) {
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	at := func(h time.Duration, p vfs.Precision, size int64) vfs.Entry {
		return vfs.Entry{Type: vfs.File, Size: size, ModTime: noon.Add(h), Precision: p}
	}
	midnight := at(-12*time.Hour, vfs.PrecisionDay, 1)
	newer, older := queue.Filter{NewerThan: noon}, queue.Filter{OlderThan: noon}
	sized := queue.Filter{MinSize: 10, MaxSize: 20}
	for _, c := range []struct {
		what   string
		filter queue.Filter
		path   string
		entry  vfs.Entry
		passes bool
	}{
		{"newer", newer, "f", at(time.Second, vfs.PrecisionSecond, 1), true},
		{"not newer", newer, "f", at(-time.Second, vfs.PrecisionSecond, 1), false},
		{"perhaps newer, by the day", newer, "f", midnight, true},
		{"of unknown age", newer, "f", at(-time.Hour, vfs.PrecisionNone, 1), true},
		{"older", older, "f", at(-time.Second, vfs.PrecisionSecond, 1), true},
		{"not older", older, "f", at(time.Second, vfs.PrecisionSecond, 1), false},
		{"too small", sized, "f", at(0, vfs.PrecisionNone, 9), false},
		{"the smallest", sized, "f", at(0, vfs.PrecisionNone, 10), true},
		{"the largest", sized, "f", at(0, vfs.PrecisionNone, 20), true},
		{"too large", sized, "f", at(0, vfs.PrecisionNone, 21), false},
		{"of unknown size", sized, "f", at(0, vfs.PrecisionNone, vfs.SizeUnknown), true},
		{"folders have neither size nor age", sized, "d", vfs.Entry{Type: vfs.Dir}, true},
		{"hidden", queue.Filter{SkipHidden: true}, "a/.git", vfs.Entry{Type: vfs.Dir}, false},
		{"in sight", queue.Filter{SkipHidden: true}, ".a/git", vfs.Entry{Type: vfs.Dir}, true},
	} {
		if got := c.filter.Passes(c.path, c.entry); got != c.passes {
			t.Errorf("%s: passes %t, want %t", c.what, got, c.passes)
		}
	}
}

// TestFilterNeverHidesBehindFolders has the walk come to every file that passes: each folder on its way passes too.
func TestFilterNeverHidesBehindFolders(t *testing.T) {
	part := rapid.SampledFrom([]string{"a", "b", "*", "**", "a*", "?"})
	name := rapid.SampledFrom([]string{"a", "b", "ab", "c"})
	rapid.Check(t, func(t *rapid.T) {
		pattern := strings.Join(rapid.SliceOfN(part, 1, 4).Draw(t, "pattern"), "/")
		pattern = rapid.SampledFrom([]string{"", "/"}).Draw(t, "from") + pattern
		names := rapid.SliceOfN(name, 1, 5).Draw(t, "path")
		for _, f := range []queue.Filter{{Include: []string{pattern}}, {Exclude: []string{pattern}}} {
			if !f.Passes(strings.Join(names, "/"), vfs.Entry{Type: vfs.File}) {
				continue
			}
			for i := range names[:len(names)-1] {
				if dir := strings.Join(names[:i+1], "/"); !f.Passes(dir, vfs.Entry{Type: vfs.Dir}) {
					t.Fatalf("%s passes %+v, the folder %s does not", strings.Join(names, "/"), f, dir)
				}
			}
		}
	})
}

// TestFilteredCopy does not look into excluded folders, and keeps empty ones.
func TestFilteredCopy(t *testing.T) {
	from := tree(t, map[string]string{
		"a/keep.txt": "1", "a/drop.tmp": "2", "b/.hidden/x": "3", "cache/deep/y": "4", "empty/": "", "big": long(100),
	})
	server, to := newRemote(), t.TempDir()
	h := start(t, queue.Options{})
	r := down(t, server, from, to)
	r.Filter = queue.Filter{Exclude: []string{"*.tmp", "cache/"}, SkipHidden: true, MaxSize: 50}
	h.add(r)
	h.idle()
	h.expect("a/keep.txt:done")
	sameTree(t, grown(t, to), map[string]string{"a/keep.txt": "1", "b/": "", "empty/": ""})
	if n := server.asked()["List"]; n != 3 {
		t.Errorf("%d folders were listed, want a, b and empty", n)
	}
	r.Filter = queue.Filter{Include: []string{"["}}
	if _, err := h.q.Add(r); err == nil {
		t.Error("a pattern that cannot be read is taken")
	}
}

// TestFollowedLinks copies what links lead to, and sees those without an end: to the folder itself, to one above it,
// and two that lead to each other.
func TestFollowedLinks(t *testing.T) {
	from := tree(t, map[string]string{"a/f": "1", "b/g": "22", "x/y/h": "3"})
	for link, target := range map[string]string{
		"a/self": ".", "a/up": "..", "a/tob": "../b", "b/toa": "../a", "x/y/z": "../../a", "b/file": "../a/f",
		"dead": "nowhere",
	} {
		if err := os.Symlink(target, filepath.Join(from, link)); err != nil {
			t.Fatal(err)
		}
	}
	server, to := newRemote(), t.TempDir()
	h := start(t, queue.Options{})
	r := down(t, server, from, to)
	r.FollowLinks = true
	h.add(r)
	h.idle()
	h.expect(
		"a/f:done", "a/self:skipped", "a/tob/file:done", "a/tob/g:done", "a/tob/toa:skipped", "a/up:skipped",
		"b/file:done", "b/g:done", "b/toa/f:done", "b/toa/self:skipped", "b/toa/tob:skipped", "b/toa/up:skipped",
		"dead:failed", "x/y/h:done",
		"x/y/z/f:done", "x/y/z/self:skipped", "x/y/z/tob/file:done", "x/y/z/tob/g:done", "x/y/z/tob/toa:skipped",
		"x/y/z/up:skipped",
	)
	if got := h.item("a/self").Reason.Error(); !strings.Contains(got, "no end") {
		t.Errorf("a loop is told as %q", got)
	}
}

// TestFollowedLinksOnServers also meets servers that hide where a link leads: all loops come to an end.
func TestFollowedLinksOnServers(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		if s.Name == "embedded" {
			return // it has no links, and tells those that somebody else makes as files
		}
		s.WriteFile(t, "top/a/f", []byte("1"))
		s.WriteFile(t, "top/b/g", []byte("22"))
		for link, target := range map[string]string{"top/a/self": ".", "top/a/tob": "../b", "top/b/file": "../a/f"} {
			if err := os.Symlink(target, s.Path(link)); err != nil {
				t.Fatal(err)
			}
		}
		s.Settle(t)
		to := t.TempDir()
		h := start(t, queue.Options{})
		h.add(queue.Request{
			From: account(t, s, nil), To: localfs.New(), FromDir: s.Home, ToDir: to, Recursive: true, FollowLinks: true,
			Sources: []queue.Source{{Entry: vfs.Entry{Name: "top", Type: vfs.Dir}}},
		})
		h.idle()
		got := grown(t, filepath.Join(to, "top"))
		for name, text := range map[string]string{
			"a/f": "1", "b/g": "22", "b/file": "1", "a/tob/g": "22", "a/tob/file": "1",
		} {
			if got[name] != text {
				t.Errorf("%s holds %q, want %q", name, got[name], text)
			}
		}
		if it := h.item("top/a/self"); it.State != queue.Skipped {
			t.Errorf("a loop is %v: %v", it.State, it.Reason)
			h.expect()
		}
	})
}
