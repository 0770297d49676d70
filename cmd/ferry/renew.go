package main

import (
	"maps"
	"reflect"

	"ferry/ftpclient"
	"ferry/internal/site"
)

// making is by what the client of a saved site was made.
type making struct {
	account  account
	secret   login
	site     site.Site
	security ftpclient.Security
}

// note keeps by what a client was made, so that it can follow its site.
func (s *shores) note(cl *ftpclient.Client, t target, secret login, security ftpclient.Security) {
	if t.site == "" {
		return
	}
	m := making{t.account, secret, s.program.siteOf(t.account), security}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made == nil {
		s.made = map[*ftpclient.Client]making{}
	}
	s.made[cl] = m
}

// renamed tells that a site has got another name.
func (s *shores) renamed(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for cl, m := range s.made {
		if m.account.site == from {
			m.account.site = to
			s.made[cl] = m
		}
	}
}

// follow ends connections that were made by what their site does not say any more: the next ones are made by what it
// says now. It may wait a second for their goodbyes.
func (s *shores) follow() {
	s.mu.Lock()
	all := maps.Clone(s.made)
	s.mu.Unlock()
	for cl, m := range all {
		now := s.program.siteOf(m.account)
		if now.Name == "" || now.Of() != m.site.Of() || sameWire(now, m.site) {
			continue
		}
		cfg := s.config(target{account: m.account}, m.secret)
		if m.secret.password != "" && demand(cfg.Security) < demand(m.security) {
			continue // the password was given for more encryption than that
		}
		m.site, m.security = now, cfg.Security
		cl.Renew(cfg)
		s.mu.Lock()
		s.made[cl] = m
		s.mu.Unlock()
	}
}

// demand orders what may be in the clear, the least strict first.
func demand(s ftpclient.Security) int {
	switch s {
	case ftpclient.SecurityNone:
		return 0
	case ftpclient.SecurityAuto:
		return 1
	default:
		return 2
	}
}

// sameWire reports whether two states of a site make the same connections.
func sameWire(a, b site.Site) bool {
	for _, s := range []*site.Site{&a, &b} {
		s.Name, s.Folder, s.Colour, s.Notes, s.RemoteDir, s.LocalDir, s.Trash = "", "", "", "", "", "", ""
		s.Password, s.PasswordCommand, s.LimitRate, s.Mode = "", "", "", ""
		s.Bookmarks, s.Exclude, s.Parallel = nil, nil, 0
	}
	return reflect.DeepEqual(a, b)
}
