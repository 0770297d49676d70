package ftpclient

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"
)

// aheadCommands are sent at once to find out whether a server keeps what comes ahead of its turn. More would tell no
// more: a server that reads a command per packet loses the second one.
const aheadCommands = 3

// TakesAhead reports whether the server takes commands that are sent before the last one is answered, as RFC 959 leaves
// open. It is found out once per account by some NOOPs in one packet, and remembered: nothing is at stake where they
// are lost, but then the connection is closed, for it may be out of step. It waits up to a tenth of Timeouts.Reply.
func (c *Conn) TakesAhead(ctx context.Context) (bool, error) {
	c.server.mu.Lock()
	known := c.server.ahead
	c.server.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	takes, err := c.tryAhead(ctx)
	if err != nil {
		return false, err
	}
	c.server.learn(func() { c.server.ahead = &takes })
	return takes, nil
}

// tryAhead gives an error where nothing was found out.
func (c *Conn) tryAhead(ctx context.Context) (bool, error) {
	if err := c.Noop(ctx); err != nil {
		return false, err // it must be known first that one is answered
	}
	for range aheadCommands {
		c.trace(Event{Kind: EventCommand, Text: "NOOP"})
	}
	_ = c.nc.SetWriteDeadline(time.Now().Add(c.cfg.Timeouts.Reply))
	if _, err := io.WriteString(c.nc, strings.Repeat("NOOP\r\n", aheadCommands)); err != nil {
		return false, c.fail(c.lastWords(err))
	}
	for n := range aheadCommands {
		_, err := c.finalReply(ctx, "NOOP", c.cfg.Timeouts.Reply/10)
		if n > 0 && errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
			c.note("the server loses commands that are sent ahead; they are sent one by one")
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}
