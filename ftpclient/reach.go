package ftpclient

import (
	"context"
	"net"
	"net/netip"
)

// reach makes a TCP connection to the server. While others stand it goes where these went: behind one name there may be
// several hosts, with other files and clocks. If that one cannot be reached any more the name is asked again.
func (s *server) reach(ctx context.Context) (net.Conn, error) {
	s.mu.Lock()
	at, standing := s.at, s.standing
	s.mu.Unlock()
	if standing > 0 && at.IsValid() && s.cfg.Proxy == nil {
		nc, err := s.cfg.Dial(ctx, "tcp", at.String())
		if err == nil || ctx.Err() != nil {
			return nc, err
		}
	}
	return s.cfg.Dial(ctx, "tcp", s.cfg.address())
}

// stands counts a control connection.
func (s *server) stands(at netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.standing++
	s.at = at
}

// fell counts a control connection that is closed.
func (s *server) fell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.standing--
}
