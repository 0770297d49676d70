package ftpclient

import (
	"context"
	"strings"
)

// nameFormat makes OS/400 (IBM i) write paths with slashes instead of LIBRARY/FILE.MEMBER. It holds for a connection.
const nameFormat = "NAMEFMT 1"

// mayBeOS400 reports whether a login landed in a folder as OS/400 writes it, and the server says that it is one.
func (c *Conn) mayBeOS400(ctx context.Context, home string) bool {
	if strings.ContainsAny(home, "/\\:[]'") || home == "" {
		return false
	}
	system, err := c.System(ctx)
	return err == nil && strings.Contains(strings.ToUpper(system), "OS/400")
}

// withSlashes asks for paths with slashes, and for the working folder anew; the one at hand where that is refused.
func (c *Conn) withSlashes(ctx context.Context, home string) (string, error) {
	if _, err := c.command(ctx, "SITE", nameFormat); err != nil {
		return home, err
	}
	c.server.formatNames()
	return c.PrintWorkingDirectory(ctx)
}

func (s *server) formatNames() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nameFormat = true
}

// formatsNames reports whether further connections have to ask for paths with slashes too.
func (s *server) formatsNames() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nameFormat
}
