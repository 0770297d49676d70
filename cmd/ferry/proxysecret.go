package main

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"sync"

	"ferry/internal/secret"
	"ferry/internal/vfs"

	"github.com/spf13/cobra"
)

// proxyKeeper remembers in a run what proxies want, by their URLs. Safe for concurrent use.
type proxyKeeper struct {
	mu    sync.Mutex
	known map[string]string
}

// proxyFor gives the proxy on the way to an account, nil for none: a flag or variable wins over the site, which wins
// over the settings.
func (p *program) proxyFor(a account) *url.URL {
	if proxy, _ := p.siteOf(a).ProxyURL(); proxy != nil && !p.flags.said("proxy") { // it was looked at when it was read
		return proxy
	}
	return p.wire().proxy.url
}

// authorised gives a proxy with its password; "" changes nothing.
func authorised(proxy *url.URL, password string) *url.URL {
	if proxy == nil || password == "" {
		return proxy
	}
	with := *proxy
	with.User = url.UserPassword(proxy.User.Username(), password)
	return &with
}

// proxyPassword looks for the password of a proxy that has a user and none in its URL: where it is kept, and then it
// asks the person, once in a run. Where nobody can be asked the proxy may say what it lacks.
func (p *program) proxyPassword(ctx context.Context, proxy *url.URL) (string, error) {
	if proxy == nil || proxy.User.Username() == "" {
		return "", nil
	}
	if _, has := proxy.User.Password(); has {
		return "", nil
	}
	p.proxies.mu.Lock()
	defer p.proxies.mu.Unlock()
	if known, asked := p.proxies.known[proxy.String()]; asked {
		return known, nil
	}
	password, err := secret.Find(ctx, proxyKey(proxy), p.kept.keyring, p.kept.file)
	if err != nil && context.Cause(ctx) == nil {
		if !errors.Is(err, secret.ErrNone) && !errors.Is(err, secret.ErrBroken) {
			p.console.Warn("the password of the proxy: " + err.Error())
		}
		password, err = p.askSecret(ctx, "Password for the proxy "+proxy.String())
	}
	if errors.Is(err, errNobody) {
		password, err = "", nil
	}
	if err == nil && password != "" {
		put(&p.proxies.known, proxy.String(), password)
	}
	return password, err
}

// proxyKey says under what the password of a proxy is kept.
func proxyKey(proxy *url.URL) secret.Key {
	port, _ := strconv.Atoi(proxy.Port()) // it was looked at when it was read
	return secret.Key{Host: proxy.Hostname(), Port: port, User: proxy.User.Username(), Level: secret.Proxy}
}

func newProxyPassword(p *program) *cobra.Command {
	var forget bool
	cmd := &cobra.Command{
		Use: "proxy-password [PROXY]", Short: "Keep the password of a proxy", Args: cobra.MaximumNArgs(1),
		Long: "Keep the password of a proxy where those of sites are: in the system's keyring, or in a file under a\n" +
			"passphrase. PROXY is http://user@host:port or socks5://user@host:port, by default the one in the settings.\n" +
			"The password is asked for, or comes by --password-stdin.",
		Example: "  ferry settings set connection.proxy http://alice@proxy.example.org:3128\n  ferry settings proxy-password",
		RunE: func(cmd *cobra.Command, args []string) error {
			proxy, err := p.proxyNamed(args)
			if err != nil {
				return err
			}
			if forget {
				return p.proxyFailure("forget", secret.Drop(cmd.Context(), proxyKey(proxy), p.kept.keyring, p.kept.file))
			}
			return p.keepProxyPassword(cmd.Context(), proxy)
		},
	}
	cmd.Flags().BoolVar(&forget, "forget", false, "forget it")
	return cmd
}

// proxyNamed reads which proxy is meant. Its errors hold no password.
func (p *program) proxyNamed(args []string) (*url.URL, error) {
	f := p.flags.proxy
	if len(args) > 0 {
		f = proxyFlag{text: args[0]}
		if err := f.check(); err != nil {
			return nil, err
		}
	}
	if f.url == nil || f.url.User.Username() == "" {
		return nil, usagef("which proxy? One with a user is wanted, such as http://alice@proxy.example.org:3128")
	}
	return f.url, nil
}

func (p *program) keepProxyPassword(ctx context.Context, proxy *url.URL) (err error) {
	password, has := proxy.User.Password()
	switch {
	case has:
	case p.flags.passwordStdin:
		password, err = p.passwordFromStdin()
	default:
		password, err = p.askSecret(ctx, "Password for the proxy "+proxy.String())
	}
	if errors.Is(err, errNobody) {
		return usagef("there is no terminal to ask on; --password-stdin reads the password from standard input")
	}
	if err != nil {
		return err
	}
	return p.proxyFailure("keep", secret.Keep(ctx, proxyKey(proxy), password, p.kept.keyring, p.kept.file))
}

func (*program) proxyFailure(what string, err error) error {
	if err == nil {
		return nil
	}
	return &vfs.Failure{Step: what + " the password of the proxy", Said: err.Error(), Kind: vfs.ErrDisk, Err: err}
}
