package ftpclient

import "context"

// currentPassword gives the password as it was given last.
func (s *server) currentPassword() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.otherPassword != nil {
		return *s.otherPassword
	}
	return s.cfg.Password
}

// dialByAnotherPassword asks for another password after a refusal for which the one before may be the reason, and dials
// once more. Else the refusal stands.
func (s *server) dialByAnotherPassword(ctx context.Context, refusal error) (*Conn, error) {
	if s.cfg.AskPassword == nil || !isCredentials(refusal) || !s.firstQuestion() {
		return nil, refusal
	}
	password, accepted, err := s.cfg.AskPassword(ctx)
	if err == nil {
		err = Config{Password: password}.checkCredentials()
	}
	switch {
	case context.Cause(ctx) != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, refusal
	}
	s.mu.Lock()
	s.otherPassword = &password
	s.mu.Unlock()
	c, err := s.dial(ctx)
	if err == nil && accepted != nil {
		accepted()
	}
	return c, err
}

// firstQuestion reports whether nobody has been asked before: servers lock accounts after some failures.
func (s *server) firstQuestion() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := !s.passwordAsked
	s.passwordAsked = true
	return first
}
