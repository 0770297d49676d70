// Command ferry is a file manager for the terminal with two panes whose other shore is an FTP server, and the same
// engine for the shell.
package main

import (
	"context"
	"os"

	"ferry/tui/terminal/early"
)

func main() {
	early.Restore()
	p := newProgram()
	ctx, stop := p.catchSignals(context.Background())
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
