package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ferry/internal/secret"
	"ferry/tui/prose"
)

// askForOther asks for a password in place of one that was kept and that the server has refused (see
// ftpclient.Config.AskPassword). In the shell the new one is then offered to be kept; on the screen a key does that.
func (p *program) askForOther(t target, refused source) func(context.Context) (string, func(), error) {
	return func(ctx context.Context) (string, func(), error) {
		inShell := !p.interrupts.toScreen.Load()
		if inShell {
			done, err := p.trusted.turn(ctx)
			if err != nil {
				return "", nil, err
			}
			defer done()
		}
		said := "the server refused " + refused.String()
		password, err := p.askSecret(ctx, prose.Capital(said)+". Password for "+t.account.String())
		switch {
		case errors.Is(err, errNobody):
			p.console.Warn(t.address() + ": " + said + remedy(t, refused))
			return "", nil, err
		case err == nil && password == "":
			return "", nil, errNobody // an empty answer gives it up
		}
		var offer func()
		if inShell && refused == sourceStore {
			offer = func() { p.offerToKeep(ctx, t, password) }
		}
		return password, offer, err
	}
}

// remedy says by what a kept password is replaced.
func remedy(t target, refused source) string {
	if refused == sourceStore && t.site != "" {
		return "; 'ferry site edit " + t.site + " --keep-password' keeps another one"
	}
	return ""
}

// offerToKeep asks in the shell whether a password that works is to be kept in place of the old one.
func (p *program) offerToKeep(ctx context.Context, t target, password string) {
	done, err := p.trusted.turn(ctx)
	if err != nil {
		return
	}
	defer done()
	p.console.Hold()
	p.console.Ask("That works. Keep it in place of the old one? [Y/n] ")
	answer, err := readAnswer(ctx, p.stdin)
	if err != nil {
		p.console.Ask("\n")
	}
	p.console.Release()
	if err != nil || !slices.Contains([]string{"", "y", "yes"}, strings.ToLower(strings.TrimSpace(answer))) {
		return
	}
	stores := p.kept.stores(p.siteOf(t.account).Password)
	if err := secret.Keep(ctx, p.secretKey(t.account), password, stores...); err != nil {
		p.console.Warn("the password cannot be kept: " + err.Error())
	}
}
