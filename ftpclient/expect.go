package ftpclient

import "context"

// expect asks Config.Expect about a server that has just let us in for the first time.
func (c *Conn) expect(ctx context.Context) error {
	if c.cfg.Expect == nil {
		return nil
	}
	var failed error
	expected := c.cfg.Expect(c.server.greetingText(), func() string {
		system, err := c.System(ctx)
		if !c.Usable() {
			failed = err
		}
		return system
	})
	c.server.assume(expected)
	return failed
}

// System asks what kind of system the server is (SYST, RFC 959 §4.1.3). Many say "UNIX Type: L8" whatever they are.
// Errors as for Size.
func (c *Conn) System(ctx context.Context) (string, error) {
	reply, err := c.optional(ctx, "SYST", "")
	if err != nil {
		return "", err
	}
	return reply.Text, nil
}

// assume takes what is expected of a server for learned, as far as nothing else was. By itself it is not worth
// remembering: the next login expects the same.
func (s *server) assume(l Learned) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, verb := range l.Absent {
		if verb != "MLSD" || !s.mlsdShows {
			s.absent[verb] = true
		}
	}
	for _, m := range l.Refused {
		if m != s.methods.worked {
			s.methods.refuse(m)
		}
	}
	s.connsExpected, s.oldTLS = l.MaxConns, s.oldTLS || l.OldTLS
	s.stored = s.recordsLocked()
}

// mostExpected gives how many connections are expected to be allowed; 0: no bound is.
func (s *server) mostExpected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connsExpected
}

func (s *server) greetingText() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.system
}
