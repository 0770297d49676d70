// Package terminal holds all that works around terminals and around Bubble Tea's first version: how the program starts
// and ends, how keys come in and frames go out. Nothing else of the screen knows of it.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/term"
	"github.com/muesli/termenv"

	"ferry/internal/termtext"
)

// Options say how to run. The zero Options are the usual ones, without colour in dialogs.
type Options struct {
	In, Out *os.File // nil: standard input and output
	Profile termenv.Profile
	Dark    bool
	NoSync  bool             // frames without mode 2026
	NoMouse bool             // the terminal keeps the mouse to itself
	Guard   *Guard           // catches panics; nil: one of Run's own
	Mailbox *Mailbox         // messages from outside; nil: one of Run's own
	Voice   *Voice           // says what is no part of a frame; nil: one of Run's own
	OnReply func(seq string) // the terminal answered a question, raw; may be nil
	Grace   time.Duration    // from QuitRequestedMsg to the end by force; 0: ten seconds
}

// NoTerminalError says why there can be no screen. It is a matter of usage.
type NoTerminalError struct{ Reason string }

// Error says what to do instead.
func (e *NoTerminalError) Error() string {
	return e.Reason + ", so the screen cannot be shown. In scripts use ferry get, ferry put or ferry ls"
}

// ErrOverdue says that the model did not end within Options.Grace.
var ErrOverdue = errors.New("the screen did not end in time and was closed by force")

// Check tells whether the two files and TERM make a terminal that can show the screen; else it is a *NoTerminalError.
func Check(in, out *os.File, getenv func(string) string) error {
	switch name := getenv("TERM"); {
	case !term.IsTerminal(in.Fd()):
		return &NoTerminalError{"standard input is no terminal"}
	case !term.IsTerminal(out.Fd()):
		return &NoTerminalError{"standard output is no terminal"}
	case name == "dumb":
		return &NoTerminalError{"the terminal calls itself dumb (TERM)"}
	case name == "" && runtime.GOOS != "windows":
		return &NoTerminalError{"the terminal has no name (TERM is empty)"}
	}
	return nil
}

// Run shows the model until it quits, and gives the terminal back as it was, whatever happened. It returns nil after
// tea.Quit, a *NoTerminalError before anything was written, a *Panic, the cause of ctx if that ended first, or
// ErrOverdue. All goroutines that it started itself have ended then; for those of Options.Guard the caller waits.
func Run(ctx context.Context, model tea.Model, opts Options) error {
	opts.complete()
	if err := Check(opts.In, opts.Out, os.Getenv); err != nil {
		return err
	}
	lipgloss.SetColorProfile(opts.Profile)
	lipgloss.SetHasDarkBackground(opts.Dark)

	r := newRun(ctx, model, opts)
	defer r.restore()
	return r.run()
}

func (o *Options) complete() {
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Guard == nil {
		o.Guard = &Guard{}
	}
	if o.Mailbox == nil {
		o.Mailbox = &Mailbox{}
	}
	if o.Voice == nil {
		o.Voice = &Voice{}
	}
	if o.Grace == 0 {
		o.Grace = 10 * time.Second
	}
}

// running is one Run. It owns two goroutines: the mailbox's and the one that waits for reasons to end.
type running struct {
	ctx     context.Context
	opts    Options
	out     *Output
	program *tea.Program
	pulse   *pulse
	quit    chan os.Signal // a reason to quit came; nil stands for the end of input
	done    chan struct{}
	overdue bool // belongs to watch until that has ended
	own     Guard
}

func newRun(ctx context.Context, model tea.Model, opts Options) *running {
	r := &running{
		ctx: ctx, opts: opts, out: &Output{File: opts.Out, NoSync: opts.NoSync},
		quit: make(chan os.Signal, 4), done: make(chan struct{}),
	}
	options := []tea.ProgramOption{
		tea.WithInput(r.input()), tea.WithOutput(r.out), tea.WithAltScreen(), tea.WithReportFocus(),
		tea.WithoutSignalHandler(), tea.WithoutCatchPanics(), tea.WithFilter(refuseSuspend),
	}
	if !opts.NoMouse {
		options = append(options, tea.WithMouseCellMotion())
	}
	g := &guarded{model: model, guard: opts.Guard, typist: typist{now: time.Now}, mouse: !opts.NoMouse}
	r.program = tea.NewProgram(g, options...)
	g.pulse.program, r.pulse = r.program, &g.pulse
	return r
}

func (r *running) input() *Input {
	post := r.opts.Mailbox.Post
	return &Input{
		File:    r.opts.In,
		OnReply: r.opts.OnReply,
		OnEnd:   func() { r.quit <- nil },
		OnFocus: func(focused bool) {
			if focused {
				post(tea.FocusMsg{})
			} else {
				post(tea.BlurMsg{})
			}
		},
	}
}

func (r *running) run() error {
	_, _ = r.out.WriteString(titleSave)
	signal.Notify(r.quit, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	r.opts.Guard.attach(r.end)
	r.opts.Voice.attach(r.out)
	r.own.Go(func() { r.opts.Mailbox.deliver(r.program.Send) })
	r.own.Go(r.watch)

	_, err := r.program.Run()

	r.pulse.stop()
	signal.Stop(r.quit)
	r.opts.Mailbox.close()
	close(r.done)
	r.own.Wait()
	return r.verdict(err)
}

// end ends the program without asking the model. Kill is the last resort only: with it Bubble Tea closes the input
// under the hands of its reader.
func (r *running) end() { r.opts.Mailbox.Post(tea.QuitMsg{}) }

// watch waits for a reason to quit, then lets the model do it, for a while. A second request loses no time.
func (r *running) watch() {
	var late, last <-chan time.Time
	given := r.ctx.Done()
	for {
		select {
		case <-r.done:
			return
		case <-given:
			given = nil
			last = time.After(lastResort)
			r.end()
		case sig := <-r.quit:
			switch {
			case late == nil:
				late = time.After(r.opts.Grace)
				r.opts.Mailbox.Post(QuitRequestedMsg{Signal: sig})
			case sig == syscall.SIGINT || sig == syscall.SIGTERM:
				late = time.After(0) // a terminal that goes away tells it twice, a person who insists does too
			}
		case <-late:
			r.overdue = true
			last = time.After(lastResort)
			r.end()
		case <-last:
			r.program.Kill()
		}
	}
}

// lastResort is how long Bubble Tea may take to end.
const lastResort = 2 * time.Second

// verdict says why the program ended.
func (r *running) verdict(err error) error {
	for _, g := range []*Guard{r.opts.Guard, &r.own} {
		if p := g.Caught(); p != nil {
			return p
		}
	}
	switch {
	case r.ctx.Err() != nil:
		return context.Cause(r.ctx)
	case r.overdue:
		return ErrOverdue
	case err != nil:
		return fmt.Errorf("the terminal failed: %w", err)
	}
	return nil
}

// restore ends what Bubble Tea knows nothing of.
func (r *running) restore() {
	r.opts.Voice.attach(nil)
	_, _ = r.out.WriteString(syncEnd + progressNo + wrapOn + titleBack)
}

// refuseSuspend keeps Bubble Tea from waiting for a shell that is not there, with the screen closed.
func refuseSuspend(_ tea.Model, msg tea.Msg) tea.Msg {
	if _, ok := msg.(tea.SuspendMsg); ok && !canSuspend() {
		return SuspendRefusedMsg{}
	}
	return msg
}

// Title sets the title of the window. The text may come from anywhere.
func Title(text string) tea.Cmd { return tea.SetWindowTitle(termtext.Display(text)) }
