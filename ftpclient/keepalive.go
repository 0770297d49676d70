package ftpclient

import (
	"context"
	"net"
	"slices"
	"time"

	"ferry/internal/vfs"
)

// tcpKeepAlive lets routers on the way know that a control connection is needed, also while a transfer runs for hours
// and nothing else passes over it.
func tcpKeepAlive() net.KeepAliveConfig {
	return net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 15 * time.Second, Count: 9}
}

// keepAlive sends a NOOP now and then on the connections that nobody uses. It is a goroutine of the Client that begins
// with the first connection; Close ends it and waits for it.
func (cl *Client) keepAlive() {
	every := cl.server().cfg.KeepAlive
	ticker := time.NewTicker(max(every/4, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-cl.closing:
			return
		case <-ticker.C:
		}
		for c := cl.takeSilent(every); c != nil; c = cl.takeSilent(every) {
			if c.takeUnasked() == nil && c.Alive(context.Background(), cl.probeLimit()) {
				cl.giveBack(c)
			} else {
				cl.forget(c)
			}
		}
	}
}

// watch waits for the end of a connection. One that ends while nobody uses it is forgotten at once, so that a screen
// does not show for minutes what is gone; whoever has a connection on loan learns of its end by himself.
func (cl *Client) watch(c *Conn) {
	<-c.readerDone
	if cl.takeIdle(c) {
		_ = c.takeUnasked()
		cl.forget(c)
	}
}

// takeIdle takes a connection off the shelf; false if it is not there.
func (cl *Client) takeIdle(c *Conn) bool {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	i := slices.Index(cl.idle, c)
	if i < 0 {
		return false
	}
	cl.idle = slices.Delete(cl.idle, i, i+1)
	cl.lent[c] = vfs.Browse
	return true
}

// takeSilent borrows an idle connection on which nothing was said for so long; nil where there is none.
func (cl *Client) takeSilent(limit time.Duration) *Conn {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	for i, c := range cl.idle {
		if time.Since(c.lastUsed) >= limit {
			cl.idle = append(cl.idle[:i:i], cl.idle[i+1:]...)
			cl.lent[c] = vfs.Browse
			return c
		}
	}
	return nil
}
