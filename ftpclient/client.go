package ftpclient

import (
	"context"
	"net"
	"sync"
	"time"

	"ferry/internal/vfs"
)

// Client is an account on a server as a file system (vfs.FS): a pool of control connections that are made when needed,
// lent one at a time, and kept for a while. Its methods are safe for concurrent use, and its errors are *vfs.Failure.
type Client struct {
	server *server

	mu      sync.Mutex
	idle    []*Conn
	live    map[*Conn]bool  // all connections, idle and lent
	dialing int             // connections being made
	limit   int             // how many connections there may be at a time
	waiting []chan struct{} // those who wait for a change of the above
	shut    error           // the server refused user or password: no transfer tries them again
	closed  bool
	closing chan struct{} // closed by Close
	keeping bool          // keepAlive runs
	keeper  sync.WaitGroup
}

// probeAfter is how long a connection may have been idle before it is asked for a sign of life when it is lent again.
const probeAfter = 20 * time.Second

var _ vfs.FS = (*Client)(nil)

// New makes a client. Nothing is dialled before the first Lease.
func New(cfg Config) *Client {
	s := newServer(cfg.withDefaults())
	cl := &Client{server: s, live: map[*Conn]bool{}, limit: s.cfg.MaxConns, closing: make(chan struct{})}
	if s.connsAllowed > 0 {
		cl.limit = min(cl.limit, s.connsAllowed)
	}
	return cl
}

// ID gives the account as a URL without a password: "ftp://alice@ftp.example.org:2121"; with "ftpes" where explicit TLS
// is demanded, "ftps" where TLS is implicit.
func (cl *Client) ID() string { return cl.server.cfg.url() }

// Mode gives the data mode in force.
func (cl *Client) Mode() Mode { return cl.server.currentMode() }

// SetMode changes the data mode. Data connections that stand are left alone; the next one follows.
func (cl *Client) SetMode(m Mode) { cl.server.setMode(m) }

// DataMethod gives the method that made the latest data connection, MethodNone before the first.
func (cl *Client) DataMethod() Method {
	cl.server.mu.Lock()
	defer cl.server.mu.Unlock()
	return cl.server.methods.worked
}

// DataChoice tells how that method came to be chosen.
func (cl *Client) DataChoice() MethodChoice { return cl.server.choice() }

// Features lists what the server said it can do and ferry makes use of.
func (cl *Client) Features() []string { return cl.server.featureWords() }

// Connected reports whether a control connection stands.
func (cl *Client) Connected() bool {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	return len(cl.live) > 0
}

// Home gives the folder in which the login lands.
func (cl *Client) Home(ctx context.Context) (string, error) {
	if !cl.server.isKnown() {
		if err := vfs.Do(ctx, cl, vfs.Browse, func(vfs.Session) error { return nil }); err != nil {
			return "", err
		}
	}
	return cl.server.homeFolder(), nil
}

// Lease lends a control connection, logged in. With vfs.Transfer one connection is left for browsing, if the limit
// allows two. It waits while all are lent, and for a server that asks for patience before the first login (the event
// then tells how long). Once user or password were refused, transfers get that failure without another try, since
// servers lock accounts; with vfs.Browse, which a person asks for, they are tried again.
func (cl *Client) Lease(ctx context.Context, why vfs.Purpose) (vfs.Session, error) {
	c, err := cl.lease(ctx, why)
	if err != nil {
		return nil, err
	}
	return &session{cl: cl, c: c, why: why}, nil
}

func (cl *Client) lease(ctx context.Context, why vfs.Purpose) (*Conn, error) {
	for {
		if err := context.Cause(ctx); err != nil {
			return nil, cl.connectFailure(err)
		}
		c, wait, err := cl.take(why)
		switch {
		case err != nil:
			return nil, cl.connectFailure(err)
		case c != nil:
			if cl.fit(ctx, c) {
				return c, nil
			}
		case wait == nil:
			if c, err := cl.connect(ctx); c != nil || err != nil {
				return c, err
			}
		default:
			select {
			case <-wait:
			case <-ctx.Done():
			}
		}
	}
}

// take gives an idle connection, or a channel to wait on, or neither, which means that the caller may dial: a place is
// kept for it.
func (cl *Client) take(why vfs.Purpose) (c *Conn, wait <-chan struct{}, err error) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	limit := cl.limit
	if why == vfs.Transfer && limit > 1 {
		limit--
	}
	lent := len(cl.live) - len(cl.idle) + cl.dialing
	switch {
	case cl.closed:
		return nil, nil, net.ErrClosed
	case why == vfs.Transfer && cl.shut != nil:
		return nil, nil, cl.shut
	case lent < limit && len(cl.idle) > 0:
		last := len(cl.idle) - 1
		c, cl.idle = cl.idle[last], cl.idle[:last]
		return c, nil, nil
	case lent < limit && (cl.dialing == 0 || len(cl.live) > 0):
		// One login at a time until the first succeeds: a wrong password tried eight times at once locks accounts.
		cl.dialing++
		return nil, nil, nil
	}
	turn := make(chan struct{})
	cl.waiting = append(cl.waiting, turn)
	return nil, turn, nil
}

// fit reports whether an idle connection can be lent again, and forgets it if not.
func (cl *Client) fit(ctx context.Context, c *Conn) bool {
	if c.takeUnasked() == nil && (time.Since(c.lastUsed) < probeAfter || c.Alive(ctx, cl.probeLimit())) {
		return true
	}
	cl.forget(c)
	return false
}

func (cl *Client) probeLimit() time.Duration { return min(5*time.Second, cl.server.cfg.Timeouts.Reply) }

// connect makes a connection in the place that take kept. It gives neither connection nor error where the server
// allows no more of them: the limit is then lowered to what stands.
func (cl *Client) connect(ctx context.Context) (*Conn, error) {
	c, err := cl.dialPatiently(ctx)
	c, allowed, err := cl.admit(c, err)
	if allowed > 0 {
		cl.server.learn(func() { cl.server.connsAllowed = allowed })
	}
	return c, err
}

// admit takes in what dial brought. Where there may be no more connections, it gives how many there may be.
func (cl *Client) admit(c *Conn, err error) (*Conn, int, error) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	defer cl.wakeLocked()
	cl.dialing--
	switch {
	case err == nil && cl.closed:
		c.close(net.ErrClosed)
		return nil, 0, cl.connectFailure(net.ErrClosed)
	case err == nil:
		cl.live[c], cl.shut = true, nil
		if most := cl.server.mostExpected(); most > 0 {
			cl.limit = min(cl.limit, most)
		}
		if cl.server.cfg.KeepAlive > 0 && !cl.keeping {
			cl.keeping = true
			cl.keeper.Go(cl.keepAlive)
		}
		cl.limit = max(cl.limit, len(cl.live))
		return c, 0, nil
	case isTooMany(err) && len(cl.live) > 0:
		cl.limit = len(cl.live)
		return nil, cl.limit, nil
	}
	failed := cl.connectFailure(err)
	if isCredentials(err) {
		cl.shut = failed
	}
	return nil, 0, failed
}

// giveBack ends a loan.
func (cl *Client) giveBack(c *Conn) {
	if !c.Usable() {
		cl.forget(c)
		return
	}
	cl.mu.Lock()
	defer cl.mu.Unlock()
	defer cl.wakeLocked()
	if cl.closed {
		delete(cl.live, c)
		c.close(net.ErrClosed)
		return
	}
	cl.idle = append(cl.idle, c)
}

func (cl *Client) forget(c *Conn) {
	c.close(net.ErrClosed)
	cl.mu.Lock()
	defer cl.mu.Unlock()
	delete(cl.live, c)
	cl.wakeLocked()
}

// wakeLocked lets all who wait look again.
func (cl *Client) wakeLocked() {
	for _, turn := range cl.waiting {
		close(turn)
	}
	cl.waiting = nil
}

// Close says goodbye on idle connections and closes all, lent ones too. It waits at most about a second for goodbyes.
func (cl *Client) Close() error {
	cl.mu.Lock()
	idle := cl.idle
	if !cl.closed {
		close(cl.closing)
	}
	cl.idle, cl.closed = nil, true
	for _, c := range idle {
		delete(cl.live, c)
	}
	lent := cl.live
	cl.live = map[*Conn]bool{}
	cl.wakeLocked()
	cl.mu.Unlock()

	var ended sync.WaitGroup
	for _, c := range idle {
		ended.Go(func() { _ = c.Quit(context.Background()) })
	}
	for c := range lent {
		ended.Go(func() { c.close(net.ErrClosed) })
	}
	ended.Wait()
	cl.keeper.Wait()
	return nil
}
