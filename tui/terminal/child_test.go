package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/terminal/early"
)

// The tests that need a process of its own in a terminal start their own binary again, with this set.
const childEnv = "FERRY_TERMINAL_CHILD"

func TestMain(m *testing.M) {
	early.Restore()
	if what := os.Getenv(childEnv); what != "" {
		os.Exit(child(what))
	}
	os.Exit(m.Run())
}

// Exit codes of the child.
const (
	exitOther      = 1
	exitNoTerminal = 2
	exitCancelled  = 8
	exitOverdue    = 9
	exitPanic      = 70
)

func child(what string) int {
	guard := &Guard{}
	model := &probe{guard: guard, what: what, text: "ready"}
	opts := Options{Guard: guard, Dark: true}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	switch what {
	case "stubborn":
		opts.Grace = 50 * time.Millisecond
	case "cancelled":
		model.cancel = cancel
	}
	err := Run(ctx, model, opts)
	guard.Wait()
	return explain(err)
}

func explain(err error) int {
	var p *Panic
	var none *NoTerminalError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &p):
		fmt.Fprintln(os.Stderr, p.Report())
		return exitPanic
	case errors.As(err, &none):
		fmt.Fprintln(os.Stderr, err)
		return exitNoTerminal
	case errors.Is(err, errGivenUp):
		return exitCancelled
	case errors.Is(err, ErrOverdue):
		return exitOverdue
	}
	fmt.Fprintln(os.Stderr, err)
	return exitOther
}

var errGivenUp = errors.New("given up")

// probe is a model that does what its keys say.
type probe struct {
	guard  *Guard
	what   string
	text   string
	broken bool
	cancel context.CancelCauseFunc
}

type execDone struct{ err error }

func (p *probe) Init() tea.Cmd { return nil }

func (p *probe) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case QuitRequestedMsg:
		if p.what == "stubborn" {
			p.text = "no"
			return p, nil
		}
		if file := os.Getenv("FERRY_TERMINAL_SAVE"); file != "" {
			_ = os.WriteFile(file, []byte(fmt.Sprint(msg.Signal)), 0o600)
		}
		return p, tea.Quit
	case SuspendRefusedMsg:
		p.text = "refused"
	case tea.ResumeMsg:
		p.text = "resumed"
	case execDone:
		p.text = fmt.Sprintf("exec %v", msg.err)
	case tea.KeyMsg:
		return p, p.press(msg)
	}
	return p, nil
}

func (p *probe) press(msg tea.KeyMsg) tea.Cmd {
	fail := func() tea.Msg { panic("cmd \x1b[31m") }
	switch msg.String() {
	case "q":
		return tea.Quit
	case "s":
		return tea.Suspend
	case "x":
		p.cancel(errGivenUp)
	case "u":
		panic("update")
	case "v":
		p.broken = true
	case "g":
		p.guard.Go(func() { panic("goroutine") })
	case "c":
		return fail
	case "b":
		return tea.Sequence(nil, tea.Batch(func() tea.Msg { return nil }, fail))
	case "w":
		p.text = strings.Repeat("\u1100", 200)
	case "e":
		return Exec(exec.Command("sh", "-c", "test -t 0 && test -t 1"), func(err error) tea.Msg { return execDone{err} })
	default:
		p.text = "key " + msg.String()
	}
	return nil
}

func (p *probe) View() string {
	if p.broken {
		panic("view")
	}
	return p.text + "\nsecond"
}
