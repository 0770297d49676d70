package ftpclient

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"ferry/internal/vfs"
)

// Client is an account on a server as a file system (vfs.FS): a pool of control connections that are made when needed,
// lent one at a time, and kept for a while. Its methods are safe for concurrent use, and its errors are *vfs.Failure.
type Client struct {
	id  string
	now atomic.Pointer[server] // by which connections to come are made, see Renew

	mu       sync.Mutex
	idle     []*Conn
	live     map[*Conn]bool        // all connections, idle and lent
	lent     map[*Conn]vfs.Purpose // what for
	dialing  [2]int                // connections being made, by purpose
	browsing int                   // leases for browsing that have not come to be
	governor governor
	waiting  []chan struct{} // those who wait for a change of the above
	shut     error           // the server refused user or password: no transfer tries them again
	closed   bool
	closing  chan struct{} // closed by Close
	keeping  bool          // keepAlive runs
	keeper   sync.WaitGroup
}

// probeAfter is how long a connection may have been idle before it is asked for a sign of life when it is lent again.
const probeAfter = 20 * time.Second

var (
	_ vfs.FS       = (*Client)(nil)
	_ vfs.Governed = (*Client)(nil)
)

// New makes a client. Nothing is dialled before the first Lease.
func New(cfg Config) *Client {
	s := newServer(cfg.withDefaults())
	cl := &Client{
		id: s.cfg.url(), live: map[*Conn]bool{}, lent: map[*Conn]vfs.Purpose{}, closing: make(chan struct{}),
		governor: governorOf(s),
	}
	cl.now.Store(s)
	return cl
}

func (cl *Client) server() *server { return cl.now.Load() }

// ID gives the account as a URL without a password: "ftp://alice@ftp.example.org:2121"; with "ftpes" where explicit TLS
// is demanded, "ftps" where TLS is implicit. Renew does not change it.
func (cl *Client) ID() string { return cl.id }

// Mode gives the data mode in force.
func (cl *Client) Mode() Mode { return cl.server().currentMode() }

// SetMode changes the data mode. Data connections that stand are left alone; the next one follows.
func (cl *Client) SetMode(m Mode) { cl.server().setMode(m) }

// DataMethod gives the method that made the latest data connection, MethodNone before the first.
func (cl *Client) DataMethod() Method {
	s := cl.server()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.methods.worked
}

// DataChoice tells how that method came to be chosen.
func (cl *Client) DataChoice() MethodChoice { return cl.server().choice() }

// Features lists what the server said it can do and ferry makes use of.
func (cl *Client) Features() []string { return cl.server().featureWords() }

// Connected reports whether a control connection stands.
func (cl *Client) Connected() bool {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	for c := range cl.live {
		if !c.gone.Load() {
			return true
		}
	}
	return false
}

// Home gives the folder in which the login lands, as the server writes it. It logs in if that was not done before, with
// the errors of Lease.
func (cl *Client) Home(ctx context.Context) (string, error) {
	if !cl.server().isKnown() {
		if err := vfs.Do(ctx, cl, vfs.Browse, func(vfs.Session) error { return nil }); err != nil {
			return "", err
		}
	}
	return cl.server().homeFolder(), nil
}

// Lease lends a control connection, logged in. With vfs.Transfer one connection is left for browsing, if there may be
// two (see Config.NoSpare). It waits while all are lent, and for a server that asks for patience before the first login
// (the event then tells how long). Once user or password were refused, transfers get that failure without another try,
// since servers lock accounts; with vfs.Browse, which a person asks for, they are tried again. Kinds of its errors are
// vfs.ErrConnect, vfs.ErrTLS, vfs.ErrLogin, and vfs.ErrBusy for what may pass.
func (cl *Client) Lease(ctx context.Context, why vfs.Purpose) (vfs.Session, error) {
	return cl.session(ctx, why, true)
}

// LeaseSpare is Lease with vfs.Transfer for one of several transfers: where others hold all connections that the
// configuration and the server allow, it fails by vfs.ErrCrowded.
func (cl *Client) LeaseSpare(ctx context.Context) (vfs.Session, error) {
	return cl.session(ctx, vfs.Transfer, false)
}

// Room gives how many connections transfers may have at a time. It shrinks when the server refuses one.
func (cl *Client) Room() int {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	return cl.governor.room(time.Now())
}

func (cl *Client) session(ctx context.Context, why vfs.Purpose, patient bool) (vfs.Session, error) {
	c, err := cl.lease(ctx, why, patient)
	if err != nil {
		return nil, err
	}
	return &session{cl: cl, c: c, why: why}, nil
}

func (cl *Client) lease(ctx context.Context, why vfs.Purpose, patient bool) (*Conn, error) {
	if why == vfs.Browse {
		cl.browse(1)
		defer cl.browse(-1)
	}
	for {
		if err := context.Cause(ctx); err != nil {
			return nil, cl.connectFailure(err)
		}
		c, wait, err := cl.take(why, patient)
		switch {
		case err != nil:
			return nil, cl.connectFailure(err)
		case c != nil:
			if cl.fit(ctx, c) {
				return c, nil
			}
		case wait == nil:
			if c, err := cl.connect(ctx, why); c != nil || err != nil {
				return c, err
			}
		default:
			cl.await(ctx, wait)
		}
	}
}

// browse counts the leases for browsing that are asked for: transfers make room for them.
func (cl *Client) browse(n int) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	if cl.browsing += n; n < 0 {
		cl.wakeLocked()
	}
}

// await ends when something changed, or a passing limit no longer holds.
func (cl *Client) await(ctx context.Context, change <-chan struct{}) {
	cl.mu.Lock()
	pause := cl.governor.pause(time.Now())
	cl.mu.Unlock()
	var over <-chan time.Time
	if pause > 0 {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-change:
	case <-over:
	case <-ctx.Done():
	}
}

// take gives an idle connection, or a channel to wait on, or neither, which means that the caller may dial: a place is
// kept for it. Who is not patient gets an error instead of the channel where only another transfer's end would help.
func (cl *Client) take(why vfs.Purpose, patient bool) (c *Conn, wait <-chan struct{}, err error) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	switch {
	case cl.closed:
		return nil, nil, net.ErrClosed
	case why == vfs.Transfer && cl.shut != nil:
		return nil, nil, cl.shut
	case !cl.mayLocked(why):
		if !patient && cl.lentLocked(vfs.Transfer) > 0 {
			return nil, nil, cl.noRoomLocked()
		}
	case len(cl.idle) > 0:
		last := len(cl.idle) - 1
		c, cl.idle = cl.idle[last], cl.idle[:last]
		cl.lent[c] = why
		return c, nil, nil
	case cl.dialing == [2]int{} || len(cl.live) > 0:
		// One login at a time until the first succeeds: a wrong password tried eight times at once locks accounts.
		cl.dialing[why]++
		return nil, nil, nil
	}
	turn := make(chan struct{})
	cl.waiting = append(cl.waiting, turn)
	return nil, turn, nil
}

// mayLocked reports whether there may be one more connection in use. Transfers let those who browse go first.
func (cl *Client) mayLocked(why vfs.Purpose) bool {
	now, used := time.Now(), cl.lentLocked(vfs.Browse)+cl.lentLocked(vfs.Transfer)
	if why == vfs.Browse {
		return used < cl.governor.limit(now)
	}
	return used+cl.browsing < cl.governor.limit(now) && cl.lentLocked(vfs.Transfer) < cl.governor.room(now)
}

// lentLocked counts the connections lent for a purpose, and those being made for it.
func (cl *Client) lentLocked(why vfs.Purpose) int {
	n := cl.dialing[why]
	for _, purpose := range cl.lent {
		if purpose == why {
			n++
		}
	}
	return n
}

func (cl *Client) noRoomLocked() error {
	n := cl.governor.limit(time.Now())
	return &vfs.Failure{
		Step: "open one more connection", On: cl.server().cfg.address(), Kind: vfs.ErrBusy, Err: vfs.ErrCrowded,
		Said: fmt.Sprintf("no more than %d are allowed at a time, and other transfers have them", n),
	}
}

// wanted reports whether one who transfers should give its connection back when it comes to a rest.
func (cl *Client) wanted() bool {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	now, transfers := time.Now(), cl.lentLocked(vfs.Transfer)
	full := transfers+cl.lentLocked(vfs.Browse) >= cl.governor.limit(now)
	return transfers > cl.governor.room(now) || full && cl.browsing > 0
}

// fit reports whether an idle connection can be lent again, and forgets it if not.
func (cl *Client) fit(ctx context.Context, c *Conn) bool {
	if c.takeUnasked() == nil && (time.Since(c.lastUsed) < probeAfter || c.Alive(ctx, cl.probeLimit())) {
		return true
	}
	cl.forget(c)
	return false
}

func (cl *Client) probeLimit() time.Duration {
	return min(5*time.Second, cl.server().cfg.Timeouts.Reply)
}

// connect makes a connection in the place that take kept. It gives neither connection nor error where the server
// allows no more of them than stand.
func (cl *Client) connect(ctx context.Context, why vfs.Purpose) (*Conn, error) {
	c, err := cl.dialPatiently(ctx)
	c, learned, err := cl.admit(ctx, why, c, err)
	if learned > 0 {
		s := cl.server()
		s.learn(func() { s.connsAllowed = learned })
	}
	return c, err
}

// admit takes in what dial brought. Where that tells how many connections there may be, it gives that number.
func (cl *Client) admit(ctx context.Context, why vfs.Purpose, c *Conn, err error) (*Conn, int, error) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	defer cl.wakeLocked()
	cl.dialing[why]--
	switch {
	case err == nil && cl.closed:
		c.close(net.ErrClosed)
		return nil, 0, cl.connectFailure(net.ErrClosed)
	case err == nil && c.server != cl.server():
		c.close(net.ErrClosed)
		return nil, 0, nil // it was made by what no longer holds
	case err == nil:
		cl.live[c], cl.lent[c], cl.shut = true, why, nil
		if most := cl.server().mostExpected(); most > 0 {
			cl.governor.most = min(cl.governor.most, most)
		}
		if cl.server().cfg.KeepAlive > 0 && !cl.keeping {
			cl.keeping = true
			cl.keeper.Go(cl.keepAlive)
		}
		cl.keeper.Go(func() { cl.watch(c) })
		if cl.governor.grown(len(cl.live)) {
			return c, cl.governor.cap, nil
		}
		return c, 0, nil
	case len(cl.live) > 0 && ctx.Err() == nil && (isTooMany(err) || isTurnedAway(err)):
		if cl.governor.refused(len(cl.live), isTooMany(err), time.Now()) {
			return nil, cl.governor.cap, nil
		}
		return nil, 0, nil
	}
	failed := cl.connectFailure(err)
	if isCredentials(err) {
		cl.shut = failed
	}
	return nil, 0, failed
}

// giveBack ends a loan.
func (cl *Client) giveBack(c *Conn) {
	if !cl.shelve(c) {
		cl.forget(c)
	}
}

// shelve keeps a connection for the next one who wants it, unless it has ended, was made by what no longer holds,
// or nobody may come any more.
func (cl *Client) shelve(c *Conn) bool {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	if cl.closed || !c.Usable() || c.server != cl.server() {
		return false
	}
	defer cl.wakeLocked()
	delete(cl.lent, c)
	cl.idle = append(cl.idle, c)
	return true
}

func (cl *Client) forget(c *Conn) {
	c.close(net.ErrClosed)
	cl.mu.Lock()
	defer cl.mu.Unlock()
	delete(cl.live, c)
	delete(cl.lent, c)
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
	cl.live, cl.lent = map[*Conn]bool{}, map[*Conn]vfs.Purpose{}
	cl.wakeLocked()
	cl.mu.Unlock()

	var ended sync.WaitGroup
	ended.Go(func() { sayGoodbye(idle) })
	for c := range lent {
		ended.Go(func() { c.close(net.ErrClosed) })
	}
	ended.Wait()
	cl.keeper.Wait()
	return nil
}
