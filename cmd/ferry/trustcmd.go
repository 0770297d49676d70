package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"ferry/internal/termtext"
	"ferry/internal/trust"
	"ferry/internal/vfs"

	"github.com/spf13/cobra"
)

func newTrust(p *program) *cobra.Command {
	cmd := &cobra.Command{Use: "trust", Short: "See and forget the certificates that you trust for good"}
	cmd.AddCommand(
		&cobra.Command{
			Use: "ls", Short: "List the trusted certificates", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return p.listPins() },
		},
		&cobra.Command{
			Use: "rm HOST[:PORT]...", Short: "Trust the certificate of a server no more", Args: cobra.MinimumNArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error { return p.removePins(cmd.Context(), args) },
		},
	)
	return cmd
}

func (p *program) listPins() error {
	pins, err := p.kept.pins.List()
	if err != nil {
		return p.pinFailure("read", err)
	}
	out, flush := p.results()
	for _, pin := range pins {
		if p.flags.json {
			err = writeRecord(out, pin)
		} else {
			_, err = fmt.Fprintf(out, "%s  trusted since %s  %s\n", termtext.Display(pin.Address),
				pin.Since.Local().Format(time.DateOnly), termtext.Display(pin.Subject))
			if err == nil {
				_, err = fmt.Fprintf(out, "  SHA-256 %s\n", termtext.Display(pin.SHA256))
			}
		}
		if err != nil {
			return outputFailure(err)
		}
	}
	return flush()
}

func (p *program) removePins(ctx context.Context, addresses []string) error {
	for _, address := range addresses {
		if _, _, err := net.SplitHostPort(address); err != nil {
			address = net.JoinHostPort(address, strconv.Itoa(ftpPort))
		}
		err := p.kept.pins.Remove(ctx, address)
		if errors.Is(err, trust.ErrUnknown) {
			return usagef("no certificate of %s is trusted; ferry trust ls shows them", address)
		}
		if err != nil {
			return p.pinFailure("change", err)
		}
		p.console.Say("the certificate of " + address + " is not trusted any more")
	}
	return nil
}

func (p *program) pinFailure(step string, err error) error {
	return &vfs.Failure{Step: step + " " + p.kept.pins.Path(), Said: innermost(err), Kind: vfs.ErrDisk, Err: err}
}
