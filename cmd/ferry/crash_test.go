package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/terminal"
	"ferry/tui/terminal/early"
)

// crashVariable makes the test's binary a ferry with a fault.
const crashVariable = "FERRY_TEST_CRASH"

// faulty is a screen that fails at the first key, with all that it knows on its lips.
type faulty struct{ program *program }

func (*faulty) Init() tea.Cmd { return nil }
func (*faulty) View() string  { return "press a key" }

func (f *faulty) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.KeyMsg); ok {
		panic("planted: " + strings.Join(os.Args[1:], " ") + " " + f.program.getenv("FERRY_PASSWORD"))
	}
	return f, nil
}

// crash runs the faulty screen as ferry runs its own.
func crash() int {
	early.Restore()
	p := newProgram()
	ctx, stop := p.catchSignals(context.Background())
	defer stop()
	err := terminal.Run(ctx, &faulty{p}, terminal.Options{})
	return p.conclude(ctx, "ferry", p.screenFailure(err))
}

func TestCrashGivesTheTerminalBackAndSavesAReportWithoutSecrets(t *testing.T) {
	sh := newShell(t, "FERRY_PASSWORD=hush-of-the-environment", crashVariable+"=1")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	sh.instead = self
	screen, wait := sh.terminal("ftp://alice:hush-of-the-url@ftp.example.org/")
	until(t, screen, "press a key")
	if _, err := screen.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	out := until(t, screen, "")
	if code := wait(); code != exitSome {
		t.Errorf("it ended with %d", code)
	}
	before, after, left := strings.Cut(out, altOff)
	if !left || strings.Contains(before, "planted") || !strings.Contains(after, "planted") {
		t.Errorf("the terminal was not given back before the report:\n%q", out)
	}
	saved, _ := filepath.Glob(filepath.Join(sh.home, ".local", "state", "ferry", "crash-*.txt"))
	if len(saved) != 1 || !strings.Contains(after, saved[0]) {
		t.Fatalf("saved are %q, told is\n%q", saved, after)
	}
	report, err := os.ReadFile(saved[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"planted", "goroutine", "crash_test.go", "ftp://alice:•••@ftp.example.org"} {
		if !strings.Contains(string(report), want) {
			t.Errorf("the report does not hold %q:\n%s", want, report)
		}
	}
	if all := string(report) + out; strings.Contains(all, "hush") {
		t.Errorf("a secret was told:\n%s", all)
	}
	if info, err := os.Stat(saved[0]); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
}
