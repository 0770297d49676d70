package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"

	"ferry/internal/demo"
	"ferry/internal/vfs"

	"github.com/spf13/cobra"
)

func newDemo(p *program) *cobra.Command {
	var listen string
	var headless bool
	cmd := &cobra.Command{
		Use: "demo", Short: "Try ferry on a server of its own, with files that vanish afterwards", Args: cobra.NoArgs,
		Long: "Start an FTP server over a throw-away tree, and show it beside a scratch folder.\n" +
			"Nothing of them remains afterwards.",
		RunE: func(cmd *cobra.Command, _ []string) error { return p.demo(cmd.Context(), listen, headless) },
	}
	cmd.Flags().StringVar(&listen, "listen", "", "where the server listens, HOST:PORT (default: any port of 127.0.0.1)")
	cmd.Flags().BoolVar(&headless, "headless", false, "print the server's address and serve until interrupted")
	return cmd
}

func (p *program) demo(ctx context.Context, listen string, headless bool) error {
	if listen != "" {
		if err := p.checkListen(listen); err != nil {
			return err
		}
	}
	if !headless {
		if err := p.checkScreen(); err != nil {
			return err
		}
	}
	p.interrupts.patient.Store(true) // the files must go, however often somebody interrupts
	d, err := demo.New(ctx, listen)
	if err != nil {
		return demoFailure("start the demo server", err)
	}
	if headless {
		err = p.serve(ctx, d)
	} else {
		err = p.demoScreen(ctx, d)
	}
	p.shores.close()
	return errors.Join(err, demoFailure("clean up after the demo", d.Close()))
}

// checkListen warns where strangers could reach the server, which lets in anybody.
func (p *program) checkListen(listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port == "" {
		return usagef("--listen %s: that is no HOST:PORT such as 127.0.0.1:2121", listen)
	}
	ip, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !ip.IsLoopback()) {
		p.console.Warn("whoever reaches " + listen + " may read and change the demo's files")
	}
	return nil
}

// serve prints the address and waits for the interrupt that is the proper end of it.
func (p *program) serve(ctx context.Context, d *demo.Demo) error {
	if err := p.printURL(d.URL()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func (p *program) printURL(url string) error {
	if p.flags.json {
		return writeRecord(p.stdout, struct {
			URL string `json:"url"`
		}{url})
	}
	_, err := fmt.Fprintln(p.stdout, url)
	return outputFailure(err)
}

// demoFailure tells what went wrong below the demo: its files, or its port.
func demoFailure(step string, err error) error {
	var inPath *fs.PathError
	var onNet *net.OpError
	var call *os.SyscallError
	f := &vfs.Failure{Step: step, Err: err}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &inPath):
		f.Kind, f.Said = vfs.ErrDisk, inPath.Path+": "+inPath.Err.Error()
	case errors.As(err, &call):
		f.Kind, f.Said, f.Hint = vfs.ErrConnect, call.Err.Error(), "--listen names another address or port."
	case errors.As(err, &onNet):
		f.Kind, f.Said, f.Hint = vfs.ErrConnect, onNet.Err.Error(), "--listen names another address or port."
	default:
		f.Said = innermost(err)
	}
	return f
}
