package ftpclient

import (
	"context"
	"sync"
)

// Renew lets the connections to come follow another configuration, for a site whose settings were changed: other
// encryption, another password. No connection outlives what it was made by: those that nobody has say goodbye, for
// which Renew waits at most about a second, and those that are lent end when the work at hand is done. The account and
// the data mode in force stay; Host, Port and User of cfg count for nothing.
func (cl *Client) Renew(cfg Config) {
	old := cl.server()
	cfg.Host, cfg.Port, cfg.User = old.cfg.Host, old.cfg.Port, old.cfg.User
	s := newServer(cfg.withDefaults())
	s.inherit(old)

	cl.mu.Lock()
	cl.now.Store(s)
	idle := cl.idle
	cl.idle, cl.shut, cl.governor = nil, nil, governorOf(s)
	for _, c := range idle {
		delete(cl.live, c)
	}
	cl.wakeLocked()
	cl.mu.Unlock()
	sayGoodbye(idle)
}

// inherit takes what does not depend on the configuration.
func (s *server) inherit(old *server) {
	s.mode.Store(old.mode.Load())
	s.connections.Store(old.connections.Load())
	s.tlsSeen = s.tlsSeen || old.sawTLS()
	old.mu.Lock()
	defer old.mu.Unlock()
	s.paths, s.home = old.paths, old.home
	if s.cfg.Password == old.cfg.Password {
		s.otherPassword, s.passwordAsked = old.otherPassword, old.passwordAsked
	}
}

// sayGoodbye ends connections that nobody has.
func sayGoodbye(idle []*Conn) {
	var ended sync.WaitGroup
	for _, c := range idle {
		ended.Go(func() { _ = c.Quit(context.Background()) })
	}
	ended.Wait()
}
