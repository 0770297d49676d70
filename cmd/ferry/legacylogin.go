package main

import (
	"context"
	"os"
	"strings"
)

// askLegacyLogin asks on the terminal whether a refused login is to be tried once more in the charset of --encoding.
// While the screen is shown nobody is asked: the failure tells what it may be.
func (p *program) askLegacyLogin(address, encoding string) func(context.Context) bool {
	return func(ctx context.Context) bool {
		if p.interrupts.toScreen.Load() || !isTerminal(p.stdin) || !isTerminal(os.Stderr) {
			return false
		}
		done, err := p.trusted.turn(ctx)
		if err != nil {
			return false
		}
		defer done()
		p.console.Hold()
		defer p.console.Release()
		p.console.Ask("ferry: " + address + " refused user or password, which were sent in UTF-8. Servers lock accounts " +
			"after some failures.\nTry once more in " + encoding + "? [y/N] ")
		answer, err := readAnswer(ctx, p.stdin)
		if err != nil {
			p.console.Ask("\n")
			return false
		}
		answer = strings.ToLower(strings.TrimSpace(answer))
		return answer == "y" || answer == "yes"
	}
}
