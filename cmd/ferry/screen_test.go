package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/tui"
)

func TestScreen(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "dir/on the server.txt", nil)
	for _, tt := range []struct {
		name  string
		args  []string
		shows []string
	}{
		{"one target", []string{at(s, "dir")}, []string{"in the folder.txt", "on the server.txt"}},
		{"folder and target", []string{"sub", at(s, "dir")}, []string{"below it.txt", "on the server.txt"}},
		{"target and folder", []string{at(s, "dir"), "sub"}, []string{"below it.txt", "on the server.txt"}},
		{"nothing", nil, []string{"in the folder.txt"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sh := forServer(t, s)
			sh.write("in the folder.txt", nil)
			sh.write("sub/below it.txt", nil)
			screen, wait := sh.terminal(tt.args...)
			seen := ""
			for _, text := range tt.shows {
				if !strings.Contains(seen, text) {
					seen += until(t, screen, text)
				}
			}
			if _, err := screen.WriteString(keyF10); err != nil {
				t.Fatal(err)
			}
			until(t, screen, "")
			if code := wait(); code != exitDone {
				t.Errorf("it ended with %d", code)
			}
		})
	}
}

// TestScreenCannotConnect tells so in the shell, where it stays.
func TestScreenCannotConnect(t *testing.T) {
	screen, wait := newShell(t).terminal("ftp://" + ftptest.ClosedAddr(t) + "/")
	out := until(t, screen, "")
	code := wait()
	if code != exitConnect || !strings.Contains(out, "ferry: cannot connect to") || strings.Contains(out, altOff) {
		t.Errorf("it ended with %d:\n%q", code, out)
	}
}

// TestVersionLeavesTerminalAlone also where the terminal answers no question.
func TestVersionLeavesTerminalAlone(t *testing.T) {
	// Without the package tui/terminal/early it waits five seconds for an answer.
	quickly(t, 4*time.Second, func() {
		screen, wait := newShell(t).terminal("version")
		out := until(t, screen, "")
		if code := wait(); code != exitDone || strings.Contains(out, "\x1b") || !strings.Contains(out, "ferry "+testVersion) {
			t.Errorf("it ended with %d:\n%q", code, out)
		}
	})
}

func TestVersion(t *testing.T) {
	sh := newShell(t)
	if out := sh.ok("version"); !strings.HasPrefix(out, "ferry "+testVersion+" (go1.") {
		t.Errorf("the version is %q", out)
	}
	r := records(t, sh.ok("version", "--json"))[0]
	if r["version"] != testVersion || r["os"] == nil || r["arch"] == nil || r["go"] == nil {
		t.Errorf("the version is %v", r)
	}
}

func TestCompletion(t *testing.T) {
	sh := newShell(t)
	for _, name := range []string{"bash", "zsh", "fish", "powershell"} {
		if out := sh.ok("completion", name); !strings.Contains(out, "ferry") {
			t.Errorf("the completion for %s is %q", name, out)
		}
	}
}

// TestBars looks at a transfer on a terminal.
func TestBars(t *testing.T) {
	s := ftptest.Embedded(t, ftptest.BytesPerSecond(slow))
	s.WriteFile(t, "big.bin", noise(slowFile))
	sh := forServer(t, s)
	screen, wait := sh.terminal("get", at(s, "big.bin"))
	until(t, screen, "━")
	rest := until(t, screen, "")
	if code := wait(); code != exitDone {
		t.Errorf("it ended with %d:\n%q", code, rest)
	}
	last := rest[strings.LastIndex(rest, "\x1b[J"):]
	if !regexp.MustCompile(`1 file, 6\.0M in \d\d:\d\d`).MatchString(last) || strings.Contains(last, "━") {
		t.Errorf("in the end there is %q", last)
	}
	checkFiles(t, sh.dir, []string{"big.bin"})
}

func TestCatOnTerminal(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "evil", []byte("a\x1b]0;title\x07\r\n\tb\n\nc"))
	screen, wait := forServer(t, s).terminal("cat", at(s, "evil"))
	out := until(t, screen, "")
	if code := wait(); code != exitDone || out != "a␛]0;title␇\r\n        b\r\n\r\nc\r\n" {
		t.Errorf("it ended with %d:\n%q", code, out)
	}
}

// bare is a program without a home.
func bare(t *testing.T) *program {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	p := newProgram()
	p.getenv = func(string) string { return "" }
	p.kept = newKeeping(p)
	newRoot(p) // which registers the flags
	return p
}

func TestReadPanes(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"one", "two"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	for _, tt := range []struct {
		name        string
		args        []string
		left, right string
	}{
		{"none", nil, "here", "here"},
		{"a server", []string{"ftp://h/"}, "here", "h"},
		{"two servers", []string{"ftp://h/", "ftp://i/"}, "h", "i"},
		{"a folder", []string{one}, one, "here"},
		{"two folders", []string{one, two}, one, two},
		{"a folder is left", []string{"ftp://h/", one}, one, "h"},
		{"a folder is left", []string{one, "ftp://h/"}, one, "h"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			panes, err := bare(t).readPanes(tt.args)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range []string{tt.left, tt.right} {
				got := panes[i].folder
				if panes[i].target != nil {
					got = panes[i].target.host
				}
				if got == "" {
					got = "here"
				}
				if got != want {
					t.Errorf("pane %d shows %q, want %q", i, got, want)
				}
			}
		})
	}
}

func TestParseAddress(t *testing.T) {
	of := func(host string, port int, user string) account { return account{host: host, port: port, user: user} }
	for _, tt := range []struct {
		to   tui.ConnectRequest
		want target
	}{
		{tui.ConnectRequest{Address: "h"}, target{account: of("h", 21, ""), folder: true}},
		{tui.ConnectRequest{Address: "h:2121"}, target{account: of("h", 2121, ""), folder: true}},
		{tui.ConnectRequest{Address: "::1"}, target{account: of("::1", 21, ""), folder: true}},
		{tui.ConnectRequest{Address: "a@h/x"}, target{account: of("h", 21, "a"), path: "x"}},
		{
			tui.ConnectRequest{Address: "ftp://a:old@h/", User: "b", Password: "new"},
			target{account: of("h", 21, "b"), password: "new", hasPassword: true, folder: true},
		},
		{
			tui.ConnectRequest{Address: "h", Security: ftpclient.SecurityImplicit},
			target{account: account{host: "h", port: 990, scheme: ftps}, folder: true},
		},
		{
			tui.ConnectRequest{Address: "ftps://h", Security: ftpclient.SecurityExplicit},
			target{account: account{host: "h", port: 990, scheme: ftps}, folder: true},
		},
	} {
		if got, err := parseAddress(tt.to); got != tt.want || err != nil {
			t.Errorf("%+v is %+v, %v, want %+v", tt.to, got, err, tt.want)
		}
	}
	if _, err := parseAddress(tui.ConnectRequest{Address: "sftp://h/"}); err == nil {
		t.Error("sftp is accepted")
	}
}

func TestIsDark(t *testing.T) {
	for value, want := range map[string]bool{
		"": true, "15;0": true, "0;15": false, "0;default;7": false, "12;8": true, "x": true,
	} {
		if got := isDark(value); got != want {
			t.Errorf("isDark(%q) = %v", value, got)
		}
	}
}
