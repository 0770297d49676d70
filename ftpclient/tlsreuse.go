package ftpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"time"
)

// staleSessionError says that the server wants its data connections to resume the TLS session of their control
// connection, and did not take this one for such: tickets expire, and some servers cannot resume by TLS 1.3. The
// control connection is given up; a new one has a new session.
type staleSessionError struct{ *ReplyError }

func (e *staleSessionError) Unwrap() error { return e.ReplyError }

// sessionCache keeps the session of a control connection for its data connections. crypto/tls forgets one with which a
// handshake failed; but a handshake ends too where the server refuses a file, and without the session some servers
// would take no data connection any more. One that a server does not take goes with its control connection.
type sessionCache struct{ tls.ClientSessionCache }

// Put ignores the request to forget.
func (s sessionCache) Put(key string, session *tls.ClientSessionState) {
	if session != nil {
		s.ClientSessionCache.Put(key, session)
	}
}

func wantsResumption(e *ReplyError) bool {
	return mentions(e.Text, "reuse", "resum", "ssl session", "tls session")
}

// asStaleSession marks a refusal that is about the session of an encrypted data connection, and ends its control
// connection; other errors pass.
func (c *Conn) asStaleSession(err error) error {
	var refused *ReplyError
	if c.tls == nil || !errors.As(err, &refused) || !wantsResumption(refused) {
		return err
	}
	if c.server.sessionRefused(c.tls.version) {
		c.note("the server does not let data connections resume a session of TLS 1.3; TLS 1.2 is used from now on")
	} else {
		c.note("the server did not take the data connection for one of this session; a new connection may do")
	}
	return c.fail(&staleSessionError{refused})
}

// sessionRefused counts refusals under TLS 1.3; with the second one TLS 1.2 is turned to, and true returned.
func (s *server) sessionRefused(version string) (changed bool) {
	if version != tls.VersionName(tls.VersionTLS13) {
		return false
	}
	s.learn(func() {
		s.sessionsRefused++
		changed = s.sessionsRefused > 1
		s.oldTLS = s.oldTLS || changed
	})
	return changed
}

// highestTLS gives the version to offer, 0 for the newest.
func (s *server) highestTLS() uint16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.oldTLS {
		return tls.VersionTLS12
	}
	return s.cfg.MaxTLS
}

// clearControl ends TLS on the control connection where the configuration asks for that (CCC, RFC 4217 §6). A refusal
// leaves it encrypted.
func (c *Conn) clearControl(ctx context.Context) error {
	secure, encrypted := c.nc.(*tls.Conn)
	if !c.cfg.ClearControl || !encrypted {
		return nil
	}
	c.pauseAt.Store(ReplyCommandOkay)
	reply, err := c.command(ctx, "CCC", "")
	if err != nil && c.Usable() {
		c.pauseAt.Store(0)
		c.note("the server keeps the control connection encrypted: " + err.Error())
		return nil
	}
	if err == nil && reply.Code != ReplyCommandOkay {
		err = c.fail(&ProtocolError{Problem: "gave an unknown answer to CCC", Line: clip(reply.Text)})
	}
	if err != nil {
		return err
	}
	<-c.readerDone
	if err := c.leaveTLS(secure); err != nil {
		return err
	}
	c.tls.version = ""
	c.note("the control connection goes on in the clear, as the site's settings want it; data stay encrypted")
	return nil
}

// leaveTLS exchanges close_notify and goes on below TLS. Some servers never send theirs.
func (c *Conn) leaveTLS(secure *tls.Conn) error {
	_ = secure.SetDeadline(time.Now().Add(time.Second))
	err := secure.CloseWrite()
	n, _ := secure.Read(make([]byte, 1))
	if n > 0 || c.surplus > 0 {
		err = &ProtocolError{Problem: "went on under TLS behind its consent to CCC"}
	}
	if err != nil {
		return c.fail(err)
	}
	_ = secure.SetDeadline(time.Time{})
	c.pauseAt.Store(0)
	c.read(secure.NetConn())
	return nil
}
