package ftpclient

import (
	"context"
	"errors"
	"net"
)

// preannounce tells a distributed server what the data connection will be for (PRET): the address that PASV tells
// depends on it. A refusal concerns the file; a server that does not know PRET needs none.
func (c *Conn) preannounce(ctx context.Context, verb, arg string) error {
	if arg != "" {
		verb += " " + arg
	}
	_, err := c.optional(ctx, "PRET", verb)
	if errors.Is(err, ErrNotSupported) {
		return nil
	}
	return err
}

// dialAnnounced is dialPassive, with PRET before it where the server has shown that it wants that: many list it that do
// not need it.
func (c *Conn) dialAnnounced(ctx context.Context, m Method, verb, arg string) (net.Conn, error) {
	if !c.server.wantsPRET() {
		nc, err := c.dialPassive(ctx, m)
		if _, listed := c.server.feature("PRET"); !listed || !isRefusal(err) || !c.Usable() {
			return nc, asMethodRefusal(err)
		}
		c.server.setPRET()
	}
	if err := c.preannounce(ctx, verb, arg); err != nil {
		return nil, err
	}
	nc, err := c.dialPassive(ctx, m)
	return nc, asMethodRefusal(err)
}

func isRefusal(err error) bool {
	var refused *ReplyError
	return errors.As(err, &refused)
}

func (s *server) wantsPRET() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pretFirst && !s.absent["PRET"]
}

func (s *server) setPRET() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pretFirst = true
}
