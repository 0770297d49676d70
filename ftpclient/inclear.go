package ftpclient

import (
	"context"
)

// holdsSecret reports whether a login tells anything that nobody else should know.
func (s *server) holdsSecret() bool {
	return s.cfg.User != "anonymous" && (s.currentPassword() != "" || s.cfg.Account != "" || s.cfg.AskAccount != nil)
}

// goInClear goes on where a server has refused TLS that was only wished for. A secret is told in the clear only if the
// person allows that, which is asked once for the server and remembered.
func (c *Conn) goInClear(ctx context.Context, refusal error) error {
	if c.server.holdsSecret() && !c.server.mayGoInClear(ctx) {
		return c.server.notInClear(ctx, refusal)
	}
	c.trace(Event{
		Kind: EventNote, InClear: c.server.holdsSecret(),
		Text: "the server has no TLS; user name, password and files go over the wire in the clear",
	})
	return nil
}

// mayGoInClear asks one person for all connections at once.
func (s *server) mayGoInClear(ctx context.Context) bool {
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.cfg.AskInClear == nil || s.inClear() {
		return true
	}
	if !s.cfg.AskInClear(ctx) {
		return false
	}
	s.learn(func() { s.clearAllowed = true })
	return true
}

// inClear reports whether it was allowed before. Another client of this process may know.
func (s *server) inClear() bool {
	s.mu.Lock()
	allowed := s.clearAllowed
	s.mu.Unlock()
	return allowed || s.recall(s.cfg.serverID()).InClear
}

func (s *server) notInClear(ctx context.Context, refusal error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	words := "the server has no TLS, and you did not let the password go over the wire in the clear"
	return &tlsError{words: words, err: refusal}
}
