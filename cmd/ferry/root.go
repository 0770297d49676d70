package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

const longHelp = `ferry moves files between this machine and FTP servers: on a screen with two panes,
or from the shell by the commands below.

TARGET is a URL: ftp://[user[:password]@]host[:port]/path
ftps:// is implicit TLS, ftpes:// explicit TLS; ftp:// uses TLS where the server has it, see --tls.
The path begins in the login folder; a second slash in front makes it absolute: ftp://host//srv/pub.
Without a user the login is anonymous. The password is taken from the URL, --password-stdin,
FERRY_PASSWORD, ~/.netrc, or asked for.

Exit codes: 0 all done, 1 some transfers failed, 2 usage, 3 could not connect, 4 login refused,
5 TLS or certificate refused, 6 the server refused or has no such file, 7 local disk or file, 130 interrupted.`

// newRoot makes the command tree.
func newRoot(p *program) *cobra.Command {
	root := &cobra.Command{
		Use: "ferry [TARGET] [TARGET|DIR]", Short: "A file manager with two panes for FTP, and the same for the shell",
		Long: longHelp, Args: cobra.MaximumNArgs(2), SilenceErrors: true, SilenceUsage: true,
		Example: "  ferry demo\n  ferry ftp://alice@ftp.example.org/www\n  ferry get -r ftp://ftp.example.org/pub/docs",
		RunE:    func(cmd *cobra.Command, args []string) error { return p.screen(cmd.Context(), args) },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			p.started = true
			p.console.quiet = p.flags.quiet
			if err := p.flags.fromEnvironment(cmd, p.getenv); err != nil {
				return err
			}
			if err := p.loadPreferences(cmd); err != nil {
				return err
			}
			return p.flags.proxy.check()
		},
	}
	root.SetErr(p.console.out)
	root.SetOut(p.stdout)
	p.flags.register(root.PersistentFlags())
	root.AddCommand(
		newLs(p), newGet(p), newPut(p), newMirror(p), newApply(p), newCat(p), newMkdir(p), newRm(p), newMv(p),
		newDoctor(p), newSettings(p), newMan(p), newDemo(p), newVersion(p), newSite(p), newTrust(p),
		newQueue(p),
	)
	return root
}

// conclude tells why a run failed, unless that has been told, and gives the exit code.
func (p *program) conclude(ctx context.Context, command string, err error) int {
	var told *toldError
	var usage *usageError
	code := exitCode(err)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &told):
		return code
	case errors.Is(context.Cause(ctx), errInterrupted):
		p.console.Warn(errInterrupted.Error())
		return exitInterrupted
	case errors.As(err, &usage) || !p.started: // before it starts only cobra complains
		p.console.Complain(err)
		p.console.Say("Try '" + command + " --help'.")
		return exitUsage
	}
	p.console.Complain(err)
	return code
}

// each does work for each place and goes on after failures, which it tells; the error is what they have in common.
func (p *program) each(ctx context.Context, all []place, work func(place) error) error {
	var v verdict
	for _, at := range all {
		err := work(at)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p.note(&v, err)
	}
	return told(v.ofCommand())
}

// note adds a part's end to the verdict and tells why it failed.
func (p *program) note(v *verdict, err error) {
	var t *toldError
	v.add(err)
	if err != nil && !errors.As(err, &t) {
		p.console.Complain(err)
	}
}

func told(code int) error {
	if code == exitDone {
		return nil
	}
	return &toldError{code}
}
