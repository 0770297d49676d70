package main

import (
	"context"
	"net"
	"net/netip"
	"os"

	"ferry/tui"
)

// askInClear asks whether a password may go in the clear to a server that has no TLS: on the screen, or else on the
// terminal. A script, which has nobody to ask, goes on and is warned; so that it never happens it says --tls explicit.
// What stays on this machine is on no wire.
func (p *program) askInClear(t target) func(context.Context) bool {
	address := t.address()
	if thisMachine(address) || p.events == nil && !p.hasTerminal() {
		return nil
	}
	why := address + " offers no encryption: user name, password and files would go where others on the way can read " +
		"them."
	return func(ctx context.Context) bool {
		if p.interrupts.toScreen.Load() {
			return p.questions.AskConsent(ctx, tui.Consent{
				Title: "Log in without encryption?", Why: why + " A yes is remembered for this server.", Yes: "Log in",
			})
		}
		return p.consentInShell(ctx, "ferry: "+why+"\nLog in, now and from now on? [y/N] ")
	}
}

func (p *program) hasTerminal() bool { return isTerminal(p.stdin) && isTerminal(os.Stderr) }

// thisMachine reports whether an address, host:port, is called by a name that only this machine answers to.
func thisMachine(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
