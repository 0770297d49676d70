package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
)

// TestMirror makes a folder on each server like one here, changes it, and does so again; then back.
func TestMirror(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		sh := forServer(t, s)
		sh.writeTree("tree", awkward())
		there := at(s, "copy/")
		if out := sh.run("mirror", "--dry-run", "tree", there); out.code != exitDone || exists(s.Path("copy")) ||
			strings.Count(out.stdout, "new") < len(awkward()) {
			t.Fatalf("a dry run ends with %d, says %q, %q", out.code, out.stdout, out.stderr)
		}
		sh.ok("mirror", "tree", there)
		sameTree(t, filepath.Join(sh.dir, "tree"), s.Path("copy"))
		if again := sh.run("mirror", "--dry-run", "--delete", "tree", there); again.stdout != "" {
			t.Errorf("once is not enough:\n%s%s", again.stdout, again.stderr)
		}
		s.WriteFile(t, "copy/too/much", []byte("x"))
		sh.write("tree/changed", []byte("longer than before"))
		s.WriteFile(t, "copy/changed", []byte("short"))
		if r := sh.run("mirror", "--delete", "tree", there); r.code != exitDone {
			t.Fatalf("mirror --delete ends with %d: %s%s", r.code, r.stdout, r.stderr)
		}
		sameTree(t, filepath.Join(sh.dir, "tree"), s.Path("copy"))
		sh.ok("mirror", there, "back")
		sameTree(t, filepath.Join(sh.dir, "tree"), filepath.Join(sh.dir, "back"))
	})
}

// TestMirrorDeletesOnlyWhatIsMeant refuses many deletions, and all of them, until somebody says how many.
func TestMirrorDeletesOnlyWhatIsMeant(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "web/a", []byte("a"))
	s.WriteFile(t, "web/b", []byte("b"))
	s.WriteFile(t, "web/keep.bak", []byte("c"))
	sh := forServer(t, s)
	if err := os.Mkdir(filepath.Join(sh.dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"mirror", "--delete", "--exclude", "*.bak", "empty", at(s, "web")}
	sh.fails(exitUsage, args, "all 2 files", "--max-delete 2")
	sh.fails(exitUsage, append(args, "--max-delete", "1"), "would delete 2", "--max-delete 2")
	if !exists(s.Path("web/a")) {
		t.Fatal("it deleted all the same")
	}
	if r := sh.run(append(args, "--max-delete", "2")...); r.code != exitDone || exists(s.Path("web/a")) ||
		!exists(s.Path("web/keep.bak")) {
		t.Errorf("it ended with %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

// TestApply carries out a plan, but for what has changed since it was written.
func TestApply(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "web/old", []byte("old"))
	s.WriteFile(t, "web/since", []byte("1"))
	s.WriteFile(t, "web/touched", []byte("short"))
	sh := forServer(t, s)
	sh.write("site/new", []byte("new"))
	sh.write("site/dir/deep", []byte("deep"))
	sh.write("site/touched", []byte("longer"))
	sh.write("site/later", []byte("later"))
	sh.run("mirror", "--delete", "--plan", "the.plan", "site", at(s, "web"))
	plan, err := os.ReadFile(filepath.Join(sh.dir, "the.plan"))
	if err != nil || strings.Contains(string(plan), s.Password) || strings.Count(string(plan), "\n") != 8 {
		t.Fatalf("the plan: %v\n%s", err, plan)
	}
	if exists(s.Path("web/new")) {
		t.Error("the plan is carried out already")
	}
	s.WriteFile(t, "web/touched", []byte("by somebody"))
	late := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(sh.dir, "site/later"), late, late); err != nil {
		t.Fatal(err)
	}
	r := sh.fails(exitSome, []string{"apply", "the.plan"}, "touched is left alone", "later is left alone", "changed since")
	for name, want := range map[string]bool{
		"new": true, "dir/deep": true, "old": false, "since": false, "later": false, "touched": true,
	} {
		if exists(s.Path("web/"+name)) != want {
			t.Errorf("%s is there: %t, want %t\n%s%s", name, !want, want, r.stdout, r.stderr)
		}
	}
	if got, _ := os.ReadFile(s.Path("web/touched")); string(got) != "by somebody" {
		t.Errorf("what somebody changed holds %q", got)
	}
	sh.write("no.plan", []byte("hello"))
	sh.fails(exitUsage, []string{"apply", "no.plan"}, "no plan")
	sh.fails(exitDisk, []string{"apply", "nowhere.plan"}, "nowhere.plan")
}

// TestMirrorTellsWhatItCannot speaks of clashes, missing sources and missing hashes.
func TestMirrorTellsWhatItCannot(t *testing.T) {
	s := ftptest.Vsftpd(t)
	s.WriteFile(t, "web/a", []byte("1"))
	sh := forServer(t, s)
	sh.write("site/a/b", []byte("2"))
	sh.fails(exitSome, []string{"mirror", "site", at(s, "web")}, "a is left alone", "file of that name")
	sh.write("same/a", []byte("2"))
	sh.fails(exitSome, []string{"mirror", "--checksum", "same", at(s, "web")}, "no hash in common")
	sh.fails(exitRefused, []string{"mirror", at(s, "nowhere"), "x"}, "nowhere")
	sh.fails(exitUsage, []string{"mirror", "--exclude", "[", "same", at(s, "web")}, "no pattern")
	out := sh.run("mirror", "--json", "--dry-run", "same", at(s, "web2"))
	if out.code != exitDone || !strings.Contains(out.stdout, `{"op":"new","name":"a"`) {
		t.Errorf("--json says %q, %q", out.stdout, out.stderr)
	}
}

// TestQuirk073MirrorKeepsOneFile: a server that ignores case is asked that once, ever, and loses nothing.
func TestQuirk073MirrorKeepsOneFile(t *testing.T) {
	s := ftptest.Embedded(t, ftptest.IgnoreCase())
	s.WriteFile(t, "web/index.html", []byte("old"))
	s.WriteFile(t, "web/img/a.png", []byte("picture"))
	sh := forServer(t, s)
	sh.write("web/INDEX.HTML", []byte("longer"))
	sh.write("web/IMG/A.PNG", []byte("picture"))
	for range 2 {
		if r := sh.run("mirror", "--delete", "web", at(s, "web")); r.code != exitDone {
			t.Fatalf("it ended with %d: %s%s", r.code, r.stdout, r.stderr)
		}
		for name, want := range map[string]string{"web/INDEX.HTML": "longer", "web/img/a.png": "picture"} {
			if got, err := os.ReadFile(s.Path(name)); err != nil || string(got) != want {
				t.Errorf("%s holds %q, %v", name, got, err)
			}
		}
	}
	if r := sh.run("mirror", "--dry-run", "--delete", "web", at(s, "web")); r.stdout != "" {
		t.Errorf("once is not enough: %s", r.stdout)
	}
}
