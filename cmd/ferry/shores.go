package main

import (
	"context"
	"net"
	"strconv"
	"sync"
	"sync/atomic"

	"ferry/ftpclient"
	"ferry/localfs"
)

// mostJobs bounds -j: more connections than that only annoy servers.
const mostJobs = 32

// shores are the file systems of a run: the local disk, and one client for each account. Safe for concurrent use.
type shores struct {
	program *program
	opening sync.Mutex // held while a client is made, which may ask a person; taken before mu
	mu      sync.Mutex
	clients map[account]*ftpclient.Client
	made    map[*ftpclient.Client]making // those of saved sites
	local   *localfs.FS
}

// address is host:port as it is dialled.
func (a account) address() string { return net.JoinHostPort(a.host, strconv.Itoa(a.port)) }

// open gives the client of a target's account. Nothing is dialled.
func (s *shores) open(ctx context.Context, t target) (*ftpclient.Client, error) {
	s.follow()
	s.opening.Lock()
	defer s.opening.Unlock()
	s.mu.Lock()
	cl := s.clients[t.account]
	s.mu.Unlock()
	if cl != nil {
		return cl, nil
	}
	secret, err := s.program.secret(ctx, t)
	if err != nil {
		return nil, err
	}
	cfg := s.config(t, secret)
	cl = ftpclient.New(cfg)
	s.keep(t.account, cl)
	s.note(cl, t, secret, cfg.Security)
	s.program.siteSays(cl.ID(), s.program.siteOf(t.account))
	return cl, nil
}

func (s *shores) keep(a account, cl *ftpclient.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clients == nil {
		s.clients = map[account]*ftpclient.Client{}
	}
	s.clients[a] = cl
}

func (s *shores) config(t target, secret login) ftpclient.Config {
	flags, settings := s.program.wire(), s.program.prefs.now()
	cfg := ftpclient.Config{
		Host: t.host, Port: t.port, User: t.user, Password: secret.password, Account: secret.account,
		Security: t.security(flags.tls.security), Trust: s.program.trust(t.address()),
		Encoding: flags.encoding.label, Mode: flags.mode.mode,
		ActivePorts: flags.activePorts.ports, ActiveHost: flags.activeHost.addr,
		MaxConns: settings.Int("connection.connections"), // how many are used -j decides
		NoSpare:  s.program.events == nil,
		Timeouts: flags.timeout.timeouts(flags.mode.mode), Memory: s.program.kept.memory,
	}
	saved := s.program.siteOf(t.account)
	if saved.Name != "" {
		cfg.Security = s.program.securityOf(saved)
		s.program.apply(&cfg, saved)
	}
	cfg.Proxy = authorised(s.program.proxyFor(t.account), secret.proxyPassword)
	s.program.expect(&cfg, saved.Profile)
	if secret.source != sourcePerson {
		cfg.AskPassword = s.program.askForOther(t, secret.source)
	}
	cfg.AskAccount = s.program.askAccount(t.account)
	cfg.AskInClear = s.program.askInClear(t)
	cfg.AskLegacyLogin = s.program.askLegacyLogin(t.address(), cfg.Encoding)
	if t.address() == s.program.demoServer {
		cfg.Security, cfg.Proxy, cfg.Memory = ftpclient.SecurityNone, nil, nil
	}
	switch {
	case s.program.events != nil: // a screen, which may rest for hours
		cfg.Trace, cfg.KeepAlive = s.program.toldOnScreen(t), settings.Duration("connection.keep_alive")
	case s.program.flags.verbose:
		cfg.Trace = (&transcript{console: s.program.console}).event
	default:
		cfg.Trace = s.program.tellWaits(t.address())
	}
	return cfg
}

// toldOnScreen is a ftpclient.Trace for the log on the screen; before the screen is shown the shell tells of waits.
func (p *program) toldOnScreen(t target) ftpclient.Trace {
	show, tell := p.events.Client(t.account.String()), p.tellWaits(t.address())
	return func(e ftpclient.Event) {
		show(e)
		if !p.interrupts.toScreen.Load() {
			tell(e)
		}
	}
}

// tellWaits is a ftpclient.Trace that tells why nothing happens for a while, and of passwords in the clear.
func (p *program) tellWaits(address string) ftpclient.Trace {
	var warned atomic.Bool // of the clear: once for all connections
	return func(e ftpclient.Event) {
		if e.Wait > 0 || e.InClear && !thisMachine(address) && !warned.Swap(true) {
			p.console.Warn(address + ": " + e.Text)
		}
	}
}

// disk gives the local side.
func (s *shores) disk() *localfs.FS {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.local == nil {
		s.local = localfs.New()
	}
	return s.local
}

// close says goodbye to all servers.
func (s *shores) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ended sync.WaitGroup
	for _, cl := range s.clients {
		ended.Go(func() { _ = cl.Close() })
	}
	ended.Wait()
	s.clients = nil
}
