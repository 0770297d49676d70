//go:build unix

package terminal

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"ferry/tui/tuitest"
)

// session is the child in a pseudo terminal that answers nothing.
type session struct {
	t       *testing.T
	cmd     *exec.Cmd
	master  *os.File
	slave   *os.File
	before  *term.State // the terminal's modes
	started time.Time
	reader  sync.WaitGroup

	mu   sync.Mutex
	seen bytes.Buffer
	more chan struct{}
}

func start(t *testing.T, what string, env ...string) *session {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 10, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, master: pollable(t, master), slave: slave, more: make(chan struct{}, 1)}
	s.cmd = exec.Command(os.Args[0])
	s.cmd.Env = append(os.Environ(), append(env, childEnv+"="+what, "TERM=xterm-256color", "TMUX=")...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = slave, slave, slave
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if s.before, err = term.GetState(slave.Fd()); err != nil {
		t.Fatal(err)
	}
	s.started = time.Now()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.reader.Go(s.read)
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = slave.Close()
		_ = s.master.Close()
		s.reader.Wait()
	})
	return s
}

// pollable makes a file whose Close does not wait for its reader.
func pollable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), f.Name())
}

// rest gives all that the child has written, once it has ended.
func (s *session) rest() string {
	_ = s.slave.Close()
	s.reader.Wait()
	return s.output()
}

func (s *session) read() {
	buf := make([]byte, 4096)
	for {
		n, err := s.master.Read(buf)
		s.mu.Lock()
		s.seen.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (s *session) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.String()
}

// waitFor waits for one of some texts, and gives it.
func (s *session) waitFor(texts ...string) string {
	s.t.Helper()
	deadline := time.After(time.Minute)
	for {
		out := s.output()
		for _, text := range texts {
			if strings.Contains(out, text) {
				return text
			}
		}
		select {
		case <-s.more:
		case <-deadline:
			s.t.Fatalf("%q never came: %q", texts, s.output())
		}
	}
}

func (s *session) press(keys string) {
	s.t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) wait() int {
	s.t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.cmd.Wait() }()
	select {
	case err := <-done:
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			s.t.Fatal(err)
		}
	case <-time.After(time.Minute):
		_ = s.cmd.Process.Kill()
		<-done
		s.t.Fatalf("the child does not end: %q", s.output())
	}
	return s.cmd.ProcessState.ExitCode()
}

// The query that package early prevents takes 5 s here, each time. Machines are noisy: once in a few tries is enough.
func TestFirstFrameDoesNotWaitForTheTerminal(t *testing.T) {
	var took time.Duration
	for range 5 {
		s := start(t, "plain")
		s.waitFor("ready")
		took = time.Since(s.started)
		if strings.Contains(s.output(), "\x1b]11;?") || strings.Contains(s.output(), "\x1b[6n") {
			t.Fatalf("the terminal was asked something: %q", s.output())
		}
		if took <= 4*time.Second {
			return
		}
	}
	t.Errorf("the first frame came after %v", took)
}

func TestTerminalIsGivenBack(t *testing.T) {
	for _, c := range []struct {
		what, keys string
		code       int
		report     string
	}{
		{"plain", "q", 0, ""},
		{"cancelled", "x", exitCancelled, ""},
		{"update", "u", exitPanic, "own: update"},
		{"view", "v", exitPanic, "own: view"},
		{"goroutine", "g", exitPanic, "own: goroutine"},
		{"command", "c", exitPanic, "own: cmd ␛[31m"},
		{"command in a batch in a sequence", "b", exitPanic, "own: cmd ␛[31m"},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := start(t, c.what)
			s.waitFor("second")
			s.press(c.keys)
			if code := s.wait(); code != c.code {
				t.Errorf("exit code %d, want %d: %q", code, c.code, s.output())
			}
			after, err := term.GetState(s.slave.Fd())
			if err != nil {
				t.Fatal(err)
			}
			if *s.before != *after {
				t.Error("the terminal's modes are others than before")
			}
			out := s.rest()
			left := strings.LastIndex(out, altLeave)
			for _, seq := range []string{syncEnd, progressNo, wrapOn, "\x1b[?25h"} {
				if strings.LastIndex(out, seq) < left {
					t.Errorf("%q does not come at the end of %q", seq, out)
				}
			}
			for _, seq := range []string{"\x1b[?1002l", "\x1b[?2004l", "\x1b[?1004l"} {
				if !strings.Contains(out, seq) {
					t.Errorf("%q does not come", seq)
				}
			}
			if at := strings.Index(out, c.report); at < 0 || c.report != "" && (at < left || !strings.Contains(out, "probe")) {
				t.Errorf("no report %q behind the screen in %q", c.report, out)
			}
		})
	}
}

func TestFramesAreShownAtOnce(t *testing.T) {
	s := start(t, "plain")
	s.waitFor("second")
	out := s.output()
	begin := strings.Index(out, syncBegin)
	if begin < 0 || !strings.Contains(out[begin:], syncEnd) || strings.Index(out, "ready") < begin {
		t.Errorf("frames are not framed: %q", out)
	}
}

func TestSignalsAskTheModelToQuit(t *testing.T) {
	for name, send := range map[string]func(s *session){
		"terminated": func(s *session) { _ = s.cmd.Process.Signal(syscall.SIGTERM) },
		"hangup": func(s *session) {
			_ = s.slave.Close()
			_ = s.master.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			saved := filepath.Join(t.TempDir(), "saved")
			s := start(t, "plain", "FERRY_TERMINAL_SAVE="+saved)
			s.waitFor("second")
			send(s)
			if code := s.wait(); code != 0 {
				t.Errorf("exit code %d: %q", code, s.output())
			}
			// A hangup comes as a signal and as the end of input, whichever is first.
			got, err := os.ReadFile(saved)
			if err != nil || string(got) != name && (name != "hangup" || string(got) != "<nil>") {
				t.Errorf("the model saved %q, %v", got, err)
			}
		})
	}
}

func TestModelThatDoesNotQuitIsClosed(t *testing.T) {
	s := start(t, "stubborn")
	s.waitFor("second")
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if code := s.wait(); code != exitOverdue {
		t.Errorf("exit code %d", code)
	}
	if out := s.rest(); !strings.Contains(out, altLeave) {
		t.Errorf("the screen is not closed: %q", out)
	}
}

func TestSuspendIsRefusedWithoutAShell(t *testing.T) {
	s := start(t, "plain")
	s.waitFor("second")
	s.press("s")
	s.waitFor("refused")
}

// A machine may be so busy that the digit comes late, and is one; again and again it is not.
func TestEscapeAndDigitAreAnFKey(t *testing.T) {
	for range 10 {
		s := start(t, "plain")
		s.waitFor("second")
		s.press("\x1b")
		s.waitFor("key esc")
		s.press("5")
		if s.waitFor("key f5", "key 5") == "key f5" {
			return
		}
	}
	t.Error("it is a digit each time")
}

func TestWithoutATerminal(t *testing.T) {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnv+"=plain", "TERM=xterm")
	out, err := c.CombinedOutput()
	if c.ProcessState == nil || c.ProcessState.ExitCode() != exitNoTerminal {
		t.Errorf("%v, %q", err, out)
	}
	if !strings.Contains(string(out), "ferry get") || bytes.Contains(out, []byte("\x1b")) {
		t.Errorf("it says %q", out)
	}
}

func TestCheckNamesTheReason(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, c := range []struct {
		in, out    *os.File
		term, want string
	}{
		{slave, slave, "xterm", ""},
		{file, slave, "xterm", "input is no terminal"},
		{slave, file, "xterm", "output is no terminal"},
		{slave, slave, "dumb", "dumb"},
		{slave, slave, "", "no name"},
	} {
		err := Check(c.in, c.out, func(string) string { return c.term })
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("TERM=%q: %v, want %q", c.term, err, c.want)
		}
	}
}

func inTmux(t *testing.T) *tuitest.Tmux {
	return tuitest.NewTmux(t, 60, 12, "env", "PS1=shell>", childEnv+"=plain", "sh", "-i")
}

func TestSuspendAndExecInAShell(t *testing.T) {
	m := inTmux(t)
	m.WaitFor(`shell>`)
	m.Type("'" + os.Args[0] + "'")
	m.Keys("Enter")
	m.WaitFor(`ready\nsecond`)
	m.Keys("s")
	m.WaitFor(`(?s)shell>.*shell>`)
	if got := m.Show("#{mouse_button_flag} #{wrap_flag}"); got != "0 1" {
		t.Errorf("suspended, mouse and wrapping are %s", got)
	}
	m.Type("fg")
	m.Keys("Enter")
	m.WaitFor(`resumed\nsecond`)
	m.Keys("j")
	m.WaitFor(`key j`)
	if got := m.Show("#{mouse_button_flag} #{wrap_flag}"); got != "1 0" {
		t.Errorf("resumed, mouse and wrapping are %s", got)
	}
	m.Keys("e")
	m.WaitFor(`exec <nil>`)
	m.Keys("k")
	m.WaitFor(`key k`)
	if got := m.Show("#{mouse_button_flag} #{wrap_flag}"); got != "1 0" {
		t.Errorf("after another program, mouse and wrapping are %s", got)
	}
	m.Keys("q")
	m.WaitFor(`shell>\s*$`)
}

// Conjoining letters are measured as one grapheme, and drawn by tmux one by one, far beyond the right edge.
func TestTooWideLinesDoNotWrap(t *testing.T) {
	m := tuitest.NewTmux(t, 60, 12, "env", childEnv+"=plain", os.Args[0])
	m.WaitFor(`ready\nsecond`)
	m.Keys("w")
	m.WaitFor("(?m)^\u1100+ *\nsecond *\n\n")
}
