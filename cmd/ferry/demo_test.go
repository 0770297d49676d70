package main

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// demoShell is a shell whose temporary files can be counted.
func demoShell(t *testing.T) (*shell, string) {
	t.Helper()
	tmp := t.TempDir()
	return newShell(t, "TMPDIR="+tmp), tmp
}

func checkEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%v remains, %v", left, err)
	}
}

func TestDemoHeadless(t *testing.T) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			sh, tmp := demoShell(t)
			r := sh.start("demo", "--headless")
			url := strings.TrimSpace(r.await("ftp://127.0.0.1:"))
			if out := newShell(t).ok("ls", url); !strings.Contains(out, "README.txt\n") {
				t.Errorf("the demo shows\n%s", out)
			}
			r.signal(s)
			r.signal(s) // the files must go, however often somebody interrupts
			if code, rest := r.end(); code != exitDone || rest != "" || r.stderr.Len() > 0 {
				t.Errorf("it ended with %d: %s%s", code, rest, r.stderr.String())
			}
			checkEmpty(t, tmp)
		})
	}
}

func TestDemoHeadlessJSON(t *testing.T) {
	sh, tmp := demoShell(t)
	r := sh.start("demo", "--headless", "--json", "--listen", "127.0.0.1:0")
	record := records(t, r.await("{"))[0]
	url, _ := record["url"].(string)
	newShell(t).ok("get", "-q", url+"README.txt")
	r.signal(os.Interrupt)
	r.end()
	checkEmpty(t, tmp)
}

const (
	keyF10   = "\x1b[21~"
	altOff   = "\x1b[?1049l"
	leftPane = "scratch"
)

// TestDemoScreen opens the panes in a terminal and quits by a key.
func TestDemoScreen(t *testing.T) {
	sh, tmp := demoShell(t)
	screen, wait := sh.terminal("demo")
	if out := until(t, screen, "README.txt"); !strings.Contains(out, leftPane) {
		until(t, screen, leftPane)
	}
	if _, err := screen.WriteString(keyF10); err != nil {
		t.Fatal(err)
	}
	rest := until(t, screen, "")
	if code := wait(); code != exitDone || !strings.Contains(rest, altOff) {
		t.Errorf("it ended with %d:\n%q", code, rest)
	}
	checkEmpty(t, tmp)
}

// TestDemoScreenEnded ends it from outside.
func TestDemoScreenEnded(t *testing.T) {
	sh, tmp := demoShell(t)
	cmd, screen := sh.terminalCommand("demo")
	until(t, screen, "README.txt")
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest := until(t, screen, "")
	_ = cmd.Wait() // its code tells
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(rest, altOff) {
		t.Errorf("it ended with %d:\n%q", code, rest)
	}
	checkEmpty(t, tmp)
}
