package main

import (
	"context"
	"strings"

	"ferry/tui"
)

// askLegacyLogin asks whether a refused login is to be tried once more in the charset of --encoding: on the screen, or
// else on the terminal. Where there is nobody to ask, the failure tells what it may be.
func (p *program) askLegacyLogin(address, encoding string) func(context.Context) bool {
	why := address + " refused user or password, which were sent in UTF-8. Servers lock accounts after some failures."
	return func(ctx context.Context) bool {
		if p.interrupts.toScreen.Load() {
			return p.questions.AskConsent(ctx, tui.Consent{
				Title: "Try the login once more?", Why: why + " Once more, they would be sent in " + encoding + ".",
				Yes: "Try in " + encoding,
			})
		}
		return p.consentInShell(ctx, "ferry: "+why+"\nTry once more in "+encoding+"? [y/N] ")
	}
}

// consentInShell asks on the terminal. Everything but yes is no.
func (p *program) consentInShell(ctx context.Context, question string) bool {
	if !p.hasTerminal() {
		return false
	}
	done, err := p.trusted.turn(ctx)
	if err != nil {
		return false
	}
	defer done()
	p.console.Hold()
	defer p.console.Release()
	p.console.Ask(question)
	answer, err := readAnswer(ctx, p.stdin)
	if err != nil {
		p.console.Ask("\n")
		return false
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}
