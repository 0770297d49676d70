package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"sync"

	"ferry/internal/profile"
	"ferry/tui"
	"ferry/tui/wire"

	"golang.org/x/term"
)

// program is one run of ferry: its streams, its surroundings, and what its global flags say.
type program struct {
	stdin   *os.File
	stdout  io.Writer
	console *console
	getenv  func(string) string

	bars        bool // standard error is a terminal that can redraw
	stdoutIsTTY bool
	flags       globalFlags
	prefs       preferences
	profiles    struct {
		once sync.Once
		set  profile.Set
	}
	keeper     keeper
	proxies    proxyKeeper
	trusted    trusted
	kept       *keeping
	logins     logins
	shores     shores
	siteRules  siteRules
	interrupts *interrupts
	started    bool // the command line was understood

	events    *wire.Log      // where the protocol's story goes while there is a screen; nil without one
	questions *tui.Questions // where the screen is asked about certificates

	demoServer string // host:port of the server inside the program, which has no TLS and is reached directly
}

// newProgram looks at the process's surroundings. It touches no terminal beyond asking whether there is one.
func newProgram() *program {
	p := &program{
		stdin: os.Stdin, stdout: os.Stdout, console: &console{out: os.Stderr}, getenv: os.Getenv,
		stdoutIsTTY: isTerminal(os.Stdout), questions: tui.NewQuestions(),
	}
	p.bars = isTerminal(os.Stderr) && os.Getenv("TERM") != "dumb"
	p.shores.program, p.kept = p, newKeeping(p)
	return p
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// results gives a buffer before standard output, and what must be called at the end: it tells a disk that is full.
func (p *program) results() (out *bufio.Writer, flush func() error) {
	out = bufio.NewWriterSize(p.stdout, 64<<10)
	return out, func() error { return outputFailure(out.Flush()) }
}

// retries gives what the queue is to be told.
func (p *program) retries() int {
	if p.flags.retries == 0 {
		return -1 // its word for none
	}
	return int(p.flags.retries)
}

// run does one command line and gives the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	root := newRoot(p)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	p.shores.close()
	p.console.Stop()
	return p.conclude(ctx, cmd.CommandPath(), err)
}
