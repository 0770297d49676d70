package ftpclient

import "context"

// credential gives user or password as they are sent: in UTF-8 (RFC 2640 §3), or in the charset of the configuration
// where that was found out or set. No server says which it wants: OPTS UTF8 comes after the login as a rule.
func (s *server) credential(text string) string {
	s.mu.Lock()
	legacy := s.legacyLogin
	s.mu.Unlock()
	if !legacy {
		return text
	}
	encoded, err := s.charset.Encode(text)
	if err != nil {
		return text // it has no such letters
	}
	return encoded
}

// tryLegacyLogin asks whether a login that was refused is to be tried with user and password in the charset of the
// configuration. A refusal of the second try takes that back.
func (s *server) tryLegacyLogin(ctx context.Context, err error) bool {
	if !isCredentials(err) || s.cfg.LegacyLogin {
		return false
	}
	s.mu.Lock()
	tried := s.legacyLogin
	s.mu.Unlock()
	if tried {
		s.learn(func() { s.legacyLogin = false })
		return false
	}
	if !s.differsInLegacy() || s.cfg.AskLegacyLogin == nil || !s.cfg.AskLegacyLogin(ctx) {
		return false
	}
	s.learn(func() { s.legacyLogin = true })
	return true
}

// differsInLegacy reports whether user or password are sent as other bytes in the charset of the configuration.
func (s *server) differsInLegacy() bool {
	for _, text := range []string{s.cfg.User, s.currentPassword()} {
		if encoded, err := s.charset.Encode(text); err == nil && encoded != text {
			return true
		}
	}
	return false
}
