package tuitest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Tmux is a program in a terminal of its own, on a tmux server of its own that ends with the test.
type Tmux struct {
	t      testing.TB
	binary string
	socket string
	env    []string
}

const (
	patience  = time.Minute
	pollEvery = 10 * time.Millisecond
	steady    = 600 * time.Millisecond // longer than dialogs that open by themselves take no keys
)

// NewTmux runs a command line in a terminal of w by h cells. Without tmux the test is skipped, or fails where CI is
// "true". The program gets TZ=UTC, a UTF-8 locale and true colour; more goes in front of it: "env", "A=b", ...
func NewTmux(t testing.TB, w, h int, cmdline ...string) *Tmux {
	t.Helper()
	binary := findTmux()
	if binary == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("tmux is missing (PATH, FERRY_TMUX, .cache/servers)")
		}
		t.Skip("tmux is missing (PATH, FERRY_TMUX, .cache/servers)")
	}
	// Not t.TempDir: a socket's path has to be short.
	dir, err := os.MkdirTemp("", "ferry")
	if err != nil {
		t.Fatal(err)
	}
	m := &Tmux{t: t, binary: binary, socket: filepath.Join(dir, "tmux"), env: environment(binary)}
	t.Cleanup(func() {
		m.Kill()
		_ = os.RemoveAll(dir)
	})
	m.start(w, h, cmdline)
	return m
}

func (m *Tmux) start(w, h int, cmdline []string) {
	m.t.Helper()
	args := []string{
		"start-server", ";", "set", "-s", "escape-time", "0", ";", "set", "-g", "status", "off", ";",
		"set", "-g", "remain-on-exit", "on", ";", "set", "-g", "default-terminal", "tmux-256color", ";",
		"set", "-s", "set-clipboard", "on", ";",
		"new-session", "-d", "-x", strconv.Itoa(w), "-y", strconv.Itoa(h), "--",
	}
	m.must(append(args, cmdline...)...)
}

// environment is what the tmux server hands on. An unpacked tmux needs the libraries beside it.
func environment(binary string) []string {
	env := append(os.Environ(), "TZ=UTC", "LC_ALL=C.UTF-8", "COLORTERM=truecolor", "TERM=xterm-256color", "TMUX=")
	root := filepath.Dir(filepath.Dir(filepath.Dir(binary)))
	libs, _ := filepath.Glob(filepath.Join(root, "usr", "lib", "*-linux-gnu"))
	if root != "/" && len(libs) > 0 {
		env = append(env, "LD_LIBRARY_PATH="+libs[0])
	}
	return env
}

func findTmux() string {
	if named := os.Getenv("FERRY_TMUX"); named != "" {
		return named
	}
	if found, err := exec.LookPath("tmux"); err == nil {
		return found
	}
	for dir, _ := os.Getwd(); dir != "" && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		for _, place := range []string{"usr/bin/tmux", "*/usr/bin/tmux", "bin/tmux", "tmux"} {
			found, _ := filepath.Glob(filepath.Join(dir, ".cache", "servers", place))
			for _, f := range found {
				if info, err := os.Stat(f); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
					return f
				}
			}
		}
	}
	return ""
}

func (m *Tmux) run(args ...string) (string, error) {
	c := exec.Command(m.binary, append([]string{"-S", m.socket, "-f", "/dev/null", "-u"}, args...)...)
	c.Env = m.env
	out, err := c.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("tmux %q: %w: %s", args, err, out)
	}
	return string(out), nil
}

func (m *Tmux) must(args ...string) string {
	m.t.Helper()
	out, err := m.run(args...)
	if err != nil {
		m.t.Fatal(err)
	}
	return out
}

// Keys presses keys, one after the other, by tmux's names: "j", "F5", "C-c", "Escape", "Enter", "Space", "S-Down".
func (m *Tmux) Keys(keys ...string) {
	m.t.Helper()
	for _, k := range keys {
		m.must("send-keys", k)
	}
}

// Type types a text, letter by letter.
func (m *Tmux) Type(text string) {
	m.t.Helper()
	for _, r := range text {
		m.must("send-keys", "-l", string(r))
	}
}

// Send sends octets in one go, such as what a terminal says of its mouse.
func (m *Tmux) Send(octets string) {
	m.t.Helper()
	m.must("send-keys", "-l", octets)
}

// Paste pastes a text, in brackets if the program asked for them.
func (m *Tmux) Paste(text string) {
	m.t.Helper()
	m.must("set-buffer", "--", text, ";", "paste-buffer", "-p", "-r")
}

// Resize gives the terminal another size.
func (m *Tmux) Resize(w, h int) {
	m.t.Helper()
	m.must("resize-window", "-x", strconv.Itoa(w), "-y", strconv.Itoa(h))
}

// Screen gives the text on the screen.
func (m *Tmux) Screen() string {
	m.t.Helper()
	return m.must("capture-pane", "-p")
}

// Coloured gives the screen with its colours, as the pictures in docs are made from.
func (m *Tmux) Coloured() string {
	m.t.Helper()
	return m.must("capture-pane", "-e", "-p")
}

// Clipboard waits until the program has put something on the terminal's clipboard (OSC 52), and gives what it was last.
func (m *Tmux) Clipboard() string {
	m.t.Helper()
	text, ok := m.poll(func() (string, bool) {
		text, err := m.run("show-buffer")
		return text, err == nil
	})
	if !ok {
		m.t.Fatalf("waited %v for the clipboard", patience)
	}
	return text
}

// Show gives the value of a tmux format, for example "#{pane_title}" or "#{alternate_on}".
func (m *Tmux) Show(format string) string {
	m.t.Helper()
	return strings.TrimSuffix(m.must("display-message", "-p", format), "\n")
}

// WaitFor waits until the screen matches a regular expression, and gives that screen.
func (m *Tmux) WaitFor(pattern string) string {
	m.t.Helper()
	return m.wait(pattern, true, m.Screen)
}

// WaitSteady waits until the screen has matched a regular expression for a while at each look: a dialog that took the
// place of another one takes keys by then, though a look may have caught the one half drawn over the other.
func (m *Tmux) WaitSteady(pattern string) {
	m.t.Helper()
	re, since := regexp.MustCompile(pattern), time.Time{}
	screen, ok := m.poll(func() (string, bool) {
		screen := m.Screen()
		if !re.MatchString(screen) {
			since = time.Time{}
		} else if since.IsZero() {
			since = time.Now()
		}
		return screen, !since.IsZero() && time.Since(since) > steady
	})
	if !ok {
		m.t.Fatalf("waited %v for %q to stay; the screen is\n%s", patience, pattern, screen)
	}
}

// WaitForColoured waits until the screen matches a regular expression with its colours, and gives that screen.
func (m *Tmux) WaitForColoured(pattern string) string {
	m.t.Helper()
	return m.wait(pattern, true, m.Coloured)
}

// WaitGone waits until the screen does not match a regular expression, and gives that screen. It looks more than once:
// a row that is being drawn anew is blank for a moment.
func (m *Tmux) WaitGone(pattern string) string {
	m.t.Helper()
	m.wait(pattern, false, m.Screen)
	for range 3 {
		time.Sleep(pollEvery) // between two looks
		m.wait(pattern, false, m.Screen)
	}
	return m.Screen()
}

func (m *Tmux) wait(pattern string, want bool, look func() string) string {
	m.t.Helper()
	re := regexp.MustCompile(pattern)
	screen, ok := m.poll(func() (string, bool) {
		s := look()
		return s, re.MatchString(s) == want
	})
	if !ok {
		m.t.Fatalf("waited %v for %q (shown: %v); the screen is\n%s", patience, pattern, want, screen)
	}
	return screen
}

// WaitExit waits until the program has ended, and gives its exit code, -1 after a signal. Its last screen can still
// be read.
func (m *Tmux) WaitExit() int {
	m.t.Helper()
	status, ok := m.poll(func() (string, bool) {
		dead, status, _ := strings.Cut(m.Show("#{pane_dead} #{pane_dead_status}#{?pane_dead_signal,signal,}"), " ")
		if dead == "1" && status == "" {
			// tmux 3.3a can miss the end of its child; that of another one makes it look after all of them.
			m.must("run-shell", "true")
		}
		return status, status != ""
	})
	if !ok {
		m.t.Fatalf("waited %v for the program to end; the screen is\n%s", patience, m.Screen())
	}
	code, err := strconv.Atoi(status)
	if err != nil {
		return -1
	}
	return code
}

func (m *Tmux) poll(look func() (string, bool)) (string, bool) {
	m.t.Helper()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	deadline := time.Now().Add(patience)
	for {
		seen, ok := look()
		if ok || time.Now().After(deadline) {
			return seen, ok
		}
		<-tick.C
	}
}

// Kill ends the program and its terminal, and waits until nothing of it runs any more: what it writes at its end would
// come into folders that a test removes. The end of the test does it too.
func (m *Tmux) Kill() {
	m.t.Helper()
	leader, err := m.run("display-message", "-p", "#{pane_pid}")
	_, _ = m.run("kill-server")
	if err != nil {
		return // it has been killed
	}
	leader = strings.TrimSpace(leader)
	if _, ended := m.poll(func() (string, bool) { return "", !runs(leader) }); !ended {
		m.t.Errorf("the program outlives its terminal by %v", patience)
	}
}

// runs reports whether there is a process in the session of that leader. Where there is no /proc nobody knows.
func runs(leader string) bool {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has just ended
		}
		_, rest, _ := strings.Cut(string(text), ") ") // pid (name) state parent group session ...
		f := strings.Fields(rest)
		if len(f) > 3 && f[3] == leader && f[0] != "Z" {
			return true
		}
	}
	return false
}
