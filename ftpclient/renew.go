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
	s.mode.Store(old.mode.Load())
	s.connections.Store(old.connections.Load())
	s.tlsSeen = s.tlsSeen || old.sawTLS()
	s.paths, s.home = old.flavour(), old.homeFolder()

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

// sayGoodbye ends connections that nobody has.
func sayGoodbye(idle []*Conn) {
	var ended sync.WaitGroup
	for _, c := range idle {
		ended.Go(func() { _ = c.Quit(context.Background()) })
	}
	ended.Wait()
}
