package main

import (
	"context"
	"errors"
	"strings"
	"sync"

	"ferry/ftpclient"
	"ferry/internal/secret"
	"ferry/internal/site"
	"ferry/internal/trust"
	"ferry/internal/vfs"
	"ferry/internal/xdg"
)

// keeping is what ferry keeps between its runs.
type keeping struct {
	sites   *site.Store
	memory  *site.Memory
	recents *site.Recents
	pins    *trust.Store
	keyring *secret.Keyring
	file    *secret.File

	told sync.Once // what is wrong with the file of sites
}

// newKeeping looks where things are kept. Nothing is read or made.
func newKeeping(p *program) *keeping {
	dirs := xdg.Find(p.getenv)
	return &keeping{
		sites: site.NewStore(dirs.Config), memory: site.NewMemory(dirs.State), recents: site.NewRecents(dirs.State),
		pins: trust.NewStore(dirs.Data), keyring: secret.NewKeyring(p.getenv, p.console.Warn),
		file: secret.NewFile(dirs.Data, p.passphrase),
	}
}

// stores gives where the password of a site may be: the keeper it names, or both.
func (k *keeping) stores(keeper string) []secret.Store {
	switch keeper {
	case site.KeeperKeyring:
		return []secret.Store{k.keyring}
	case site.KeeperFile:
		return []secret.Store{k.file}
	case site.KeeperAuto:
		return []secret.Store{k.keyring, k.file}
	}
	return nil
}

// saved gives all sites. What is wrong with their file is told once, and stops nothing.
func (p *program) saved() (site.List, error) {
	all, problems, err := p.kept.sites.Load()
	if err != nil {
		return nil, &vfs.Failure{Step: "read " + p.kept.sites.Path(), Said: innermost(err), Kind: vfs.ErrDisk, Err: err}
	}
	p.kept.told.Do(func() {
		for _, problem := range problems {
			p.console.Warn(problem.Error())
		}
	})
	return all, nil
}

// cutSite reads SITE:path. A drive's letter is no site.
func cutSite(arg string) (name, path string, is bool) {
	name, path, is = strings.Cut(arg, ":")
	return name, path, is && site.CheckName(name) == nil && !strings.HasPrefix(path, "//")
}

// siteTarget gives the place that SITE:path means: path begins in the site's folder, unless it is absolute. Nothing in
// it is written by %.
func (p *program) siteTarget(name, path string) (target, error) {
	all, err := p.saved()
	if err != nil {
		return target{}, err
	}
	s, found := all.Find(name)
	if !found {
		return target{}, usagef("there is no saved site %s; ferry site ls shows them, and a URL is ftp://host/path", name)
	}
	t := target{account: account{host: s.Host, user: s.User, site: s.Name}}
	security := p.securityOf(s)
	t.scheme = schemeOf(security)
	if t.host, err = hostOfSite(s.Host); err != nil {
		return target{}, usagef("the host of the site %s: %v", s.Name, err)
	}
	if t.port = s.Port; t.port == 0 {
		t.port = t.customPort()
	}
	if !strings.HasPrefix(path, "/") && s.RemoteDir != "" {
		path = strings.TrimSuffix(s.RemoteDir, "/") + "/" + path
	}
	return t, t.setPath(strings.ReplaceAll(path, "%", "%25"))
}

func hostOfSite(host string) (string, error) {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	host, _, err := splitHost(host)
	return host, err
}

// securityOf gives how connections to a site are encrypted: a flag or variable wins over the site.
func (p *program) securityOf(s site.Site) ftpclient.Security {
	if s.TLS == "" || p.flags.said("tls") {
		return p.wire().tls.security
	}
	security, _ := ftpclient.ParseSecurity(s.TLS) // it was looked at when it was read
	return security
}

func schemeOf(s ftpclient.Security) string {
	switch s {
	case ftpclient.SecurityImplicit:
		return ftps
	case ftpclient.SecurityExplicit:
		return ftpes
	}
	return ""
}

// siteOf gives the saved site that a target was named by.
func (p *program) siteOf(a account) site.Site {
	if a.site == "" {
		return site.Site{}
	}
	all, _ := p.saved() // it was there a moment ago; without it the settings hold
	s, _ := all.Find(a.site)
	return s
}

// savedAs gives the name of the saved site that is an account; "" where there is none. A queue knows only addresses.
func (p *program) savedAs(a account) string {
	all, _ := p.saved() // without them the settings hold
	for _, s := range all {
		t, err := p.siteTarget(s.Name, "")
		if err == nil && t.host == a.host && t.port == a.port && t.user == a.user {
			return s.Name
		}
	}
	return ""
}

// apply sets what a site says and no flag or variable does.
func (p *program) apply(cfg *ftpclient.Config, s site.Site) {
	said := p.flags.said
	if s.Mode != "" && !said("mode") {
		cfg.Mode, _ = ftpclient.ParseMode(s.Mode) // as all that follows it was looked at when it was read
	}
	if s.Encoding != "" && !said("encoding") {
		cfg.Encoding = s.Encoding
	}
	if s.ActivePorts != "" && !said("active-ports") {
		cfg.ActivePorts, _ = s.Ports()
	}
	if s.ActiveHost != "" && !said("active-host") {
		cfg.ActiveHost, _ = s.AnnouncedHost()
	}
	if s.Connections > 0 {
		cfg.MaxConns = s.Connections
	}
	cfg.Account = first(cfg.Account, s.Account)
	if err := s.Odd(cfg); err != nil {
		p.console.Warn(err.Error())
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// secretKey says what a password for an account is bound to.
func (p *program) secretKey(a account) secret.Key {
	security := a.security(p.wire().tls.security)
	if s := p.siteOf(a); s.Name != "" {
		security = p.securityOf(s)
	}
	return keyOf(a, security)
}

func keyOf(a account, security ftpclient.Security) secret.Key {
	level := secret.TLS
	switch security {
	case ftpclient.SecurityNone:
		level = secret.Clear
	case ftpclient.SecurityAuto:
		level = secret.Auto
	default:
	}
	return secret.Key{Host: a.host, Port: a.port, User: a.user, Level: level}
}

// keptSecret looks where the site says that its password is, for a URL where passwords are kept. What stands in the way
// is told, and the password is then sought elsewhere: from is then sourcePerson.
func (p *program) keptSecret(ctx context.Context, a account) (password string, from source, err error) {
	s := p.siteOf(a)
	if s.Password == site.KeeperCommand || s.PasswordCommand != "" {
		from = sourceCommand
		password, err = secret.FromCommand(ctx, s.PasswordCommand)
	} else {
		from = sourceStore
		password, err = secret.Find(ctx, p.secretKey(a), p.kept.stores(s.Password)...)
	}
	switch {
	case err == nil:
		return password, from, nil
	case context.Cause(ctx) != nil:
		return "", sourcePerson, context.Cause(ctx)
	case !errors.Is(err, secret.ErrNone) && !errors.Is(err, secret.ErrBroken):
		p.console.Warn(err.Error())
	}
	return "", sourcePerson, nil
}

// passphrase asks for the passphrase of the file of passwords, unless FERRY_PASSPHRASE holds it.
func (p *program) passphrase(ctx context.Context, fresh, again bool) (string, error) {
	if given := p.getenv("FERRY_PASSPHRASE"); given != "" && !again {
		return given, nil
	}
	ask := "Passphrase of ferry's password file"
	switch {
	case fresh:
		ask = "Passphrase for a new file of passwords"
	case again:
		ask = "That was wrong. " + ask
	}
	return p.askSecret(ctx, ask)
}
