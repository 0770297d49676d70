package ftpclient

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"ferry/internal/vfs"
)

// Security says whether control and data connections are encrypted by TLS (RFC 4217).
type Security uint8

// The kinds of security.
const (
	// SecurityNone speaks in the clear.
	SecurityNone Security = iota
	// SecurityAuto asks for TLS by AUTH and goes on in the clear where the server has none, unless it had it before; a
	// password only if Config.AskInClear allows that.
	SecurityAuto
	// SecurityExplicit asks for TLS by AUTH and gives up where the server has none, before it sends the user name.
	SecurityExplicit
	// SecurityImplicit begins with the TLS handshake; its custom port is 990.
	SecurityImplicit
)

// String gives the word of the shell contract: "off", "auto", "explicit" or "implicit".
func (s Security) String() string { return [...]string{"off", "auto", "explicit", "implicit"}[s] }

// ParseSecurity reads what String writes, in any case.
func ParseSecurity(s string) (Security, error) {
	for _, known := range []Security{SecurityNone, SecurityAuto, SecurityExplicit, SecurityImplicit} {
		if strings.EqualFold(s, known.String()) {
			return known, nil
		}
	}
	return SecurityNone, fmt.Errorf("the TLS mode %q is none of auto, explicit, implicit, off", s)
}

// Certificate is what a server showed that the system's roots do not vouch for.
type Certificate struct {
	Host    string
	Leaf    *x509.Certificate
	SHA256  [sha256.Size]byte // of the leaf's DER encoding
	Problem error             // why it is not trusted by itself: unknown issuer, wrong name, expired
}

// Trust decides about a certificate that the system's roots do not vouch for: nil trusts it for this connection, an
// error's text is told behind the reason why somebody had to be asked. It is asked for each control connection and may
// wait for a person; no limit of ours runs meanwhile.
type Trust func(ctx context.Context, c Certificate) error

// tlsState is what a control connection keeps for its data connections.
type tlsState struct {
	config   *tls.Config // with the session cache of this control connection alone
	leaf     []byte      // the certificate that was accepted for the control connection
	version  string      // "TLS 1.3"
	unshown  atomic.Bool // the server asked for a client certificate, and there is none
	patience *time.Timer // ends the handshake of the control connection; stands still while Trust is asked
}

// secureControl turns the fresh control connection to TLS as the configuration wants it. It runs before anything that
// could be a secret is sent.
func (c *Conn) secureControl(ctx context.Context) error {
	if c.tls != nil {
		return c.protect(ctx) // implicit
	}
	var refused *ReplyError
	err := c.authTLS(ctx)
	switch {
	case errors.As(err, &refused) && c.cfg.Security == SecurityAuto && !c.server.sawTLS() && c.Usable():
		return c.goInClear(ctx, err)
	case err != nil:
		return asRefusedTLS(err)
	}
	return c.protect(ctx)
}

// asRefusedTLS tells a refusal of AUTH; other errors pass.
func asRefusedTLS(err error) error {
	var refused *ReplyError
	if errors.As(err, &refused) {
		return &tlsError{words: "the server refuses TLS: " + replyWords(refused), err: err}
	}
	return err
}

// authTLS asks for TLS (RFC 4217 §4) and shakes hands. AUTH SSL is the name that some old servers know.
func (c *Conn) authTLS(ctx context.Context) error {
	c.pauseAt.Store(ReplyAuthOkay)
	reply, err := c.command(ctx, "AUTH", "TLS")
	if err != nil && c.Usable() {
		reply, err = c.command(ctx, "AUTH", "SSL")
	}
	if err == nil && reply.Code != ReplyAuthOkay {
		err = &ReplyError{Verb: "AUTH", Code: reply.Code, Text: reply.Text}
	}
	if err != nil {
		c.pauseAt.Store(0)
		return err
	}
	<-c.readerDone
	if c.surplus > 0 {
		return c.fail(&ProtocolError{Problem: "sent text in the clear behind its consent to TLS, as an attacker would"})
	}
	return c.startTLS(ctx)
}

// startTLS shakes hands on the control connection and reads replies from it again.
func (c *Conn) startTLS(ctx context.Context) error {
	config := c.tlsConfig(ctx)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	patience := time.AfterFunc(c.cfg.Timeouts.Greeting, func() { cancel(context.DeadlineExceeded) })
	defer patience.Stop()
	c.tls = &tlsState{config: config, patience: patience}
	secure := tls.Client(c.nc, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		if gaveUp := context.Cause(ctx); gaveUp != nil {
			err = gaveUp
		}
		return c.fail(c.withoutCertificate(asTLSError(err)))
	}
	state := secure.ConnectionState()
	c.tls.leaf, c.tls.version = state.PeerCertificates[0].Raw, tls.VersionName(state.Version)
	c.server.learn(func() { c.server.tlsSeen = true })
	c.traceTLS(secure)
	c.read(secure)
	return nil
}

// protect asks that data connections be encrypted too (PBSZ and PROT, RFC 4217 §8, §9).
func (c *Conn) protect(ctx context.Context) error {
	if _, err := c.command(ctx, "PBSZ", "0"); err != nil && !c.Usable() {
		return err
	}
	_, err := c.command(ctx, "PROT", "P")
	var refused *ReplyError
	if errors.As(err, &refused) && c.cfg.ClearData && c.Usable() {
		c.clearData = true
		c.note("the server refuses to encrypt data connections; files and listings go over the wire in the clear, " +
			"which a setting allows")
		return nil
	}
	if errors.As(err, &refused) {
		return &tlsError{words: "the server refuses to encrypt data connections: " + replyWords(refused), err: err}
	}
	return err
}

func (c *Conn) tlsConfig(ctx context.Context) *tls.Config {
	return &tls.Config{
		ServerName:           c.cfg.Host,
		RootCAs:              c.cfg.RootCAs,
		GetClientCertificate: c.clientCertificate,
		MinVersion:           cmp.Or(c.cfg.MinTLS, tls.VersionTLS12),
		MaxVersion:           c.server.highestTLS(),
		ClientSessionCache:   sessionCache{tls.NewLRUClientSessionCache(4)},
		// The verification is verifyServer's: the standard one, and where it fails the person's word.
		InsecureSkipVerify: true, //nolint:gosec // see VerifyConnection
		VerifyConnection:   func(s tls.ConnectionState) error { return c.verifyServer(ctx, s) },
	}
}

// clientCertificate answers a server that asks for one. Some ask and do without.
func (c *Conn) clientCertificate(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	if c.cfg.ClientCertificate == nil {
		c.tls.unshown.Store(true)
		return new(tls.Certificate), nil
	}
	return c.cfg.ClientCertificate, nil
}

// verifyServer accepts the certificate that the control connection has accepted already, one that the roots vouch for,
// or one that Trust accepts. A data connection that shows another one than its control connection must be vouched for.
func (c *Conn) verifyServer(ctx context.Context, state tls.ConnectionState) error {
	leaf := state.PeerCertificates[0]
	if c.tls != nil && c.tls.leaf != nil && string(leaf.Raw) == string(c.tls.leaf) {
		return nil
	}
	problem := c.verifyByRoots(state)
	if problem == nil {
		return nil
	}
	if c.cfg.Trust == nil || c.tls != nil && c.tls.leaf != nil {
		return &tlsError{words: certificateWords(problem), err: problem}
	}
	c.tls.patience.Stop()
	defer c.tls.patience.Reset(c.cfg.Timeouts.Greeting)
	shown := Certificate{Host: c.cfg.Host, Leaf: leaf, SHA256: sha256.Sum256(leaf.Raw), Problem: problem}
	if err := c.cfg.Trust(ctx, shown); err != nil {
		return &tlsError{words: certificateWords(problem) + ": " + err.Error(), err: err}
	}
	return nil
}

func (c *Conn) verifyByRoots(state tls.ConnectionState) error {
	intermediates := x509.NewCertPool()
	for _, cert := range state.PeerCertificates[1:] {
		intermediates.AddCert(cert)
	}
	_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{
		DNSName: c.cfg.Host, Roots: c.cfg.RootCAs, Intermediates: intermediates,
	})
	return err
}

// tlsError says why there is no trustworthy encryption. Its kind is vfs.ErrTLS.
type tlsError struct {
	words string
	err   error
}

func (e *tlsError) Error() string   { return e.words }
func (e *tlsError) Unwrap() []error { return []error{vfs.ErrTLS, e.err} }

func asTLSError(err error) error {
	var told *tlsError
	if errors.As(err, &told) || errors.Is(err, context.Canceled) {
		return err
	}
	words := "the TLS handshake failed: " + systemWords(err)
	switch {
	case isInTheClear(err):
		words = "the server does not speak TLS here"
	case mentions(err.Error(), "different ems extension"):
		words = "the server took up a session of TLS without the extended master secret that it was made with " +
			"(RFC 7627), which could be an attack"
	case mentions(err.Error(), "protocol version"):
		words = "the server and the settings have no version of TLS in common; old ones are allowed by a setting only"
	}
	return &tlsError{words: words, err: err}
}

// withoutCertificate adds to a failure what it most likely means where the server asked for a client certificate.
func (c *Conn) withoutCertificate(err error) error {
	var refused *ReplyError
	if c.tls == nil || !c.tls.unshown.Load() || errors.As(err, &refused) || errors.Is(err, context.Canceled) {
		return err
	}
	return &tlsError{words: "the server asks for a client certificate, and none is set", err: err}
}

// certificateWords says in plain words why a certificate is not trusted by itself.
func certificateWords(problem error) string {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(problem, &unknown):
		return "nobody known vouches for the server's certificate"
	case errors.As(problem, &name):
		return "the server's certificate is made out to another name"
	case errors.As(problem, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired, or is not valid yet"
	}
	return "the server's certificate is not trusted: " + systemWords(problem)
}

func (c *Conn) traceTLS(secure *tls.Conn) {
	state := secure.ConnectionState()
	words := tls.VersionName(state.Version)
	if state.DidResume {
		words += ", session resumed"
	}
	c.trace(Event{
		Kind: EventTLS, Text: words,
		Local: addrPort(secure.LocalAddr()), Remote: addrPort(secure.RemoteAddr()),
	})
}

// secureData wraps a data connection: the client is the TLS client, whoever dialled (RFC 4217 §7). The handshake
// has a goroutine, since some servers shake hands before their preliminary reply and some behind it; shaken must be
// received from before the connection is used.
func (c *Conn) secureData(ctx context.Context, nc net.Conn) (secure *tls.Conn, shaken <-chan error) {
	secure = tls.Client(&endWatch{Conn: nc}, c.tls.config)
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeouts.Reply)
		defer cancel()
		done <- secure.HandshakeContext(ctx)
	}()
	return secure, done
}

// endWatch sees whether a connection below TLS has ended. crypto/tls takes such an end between two records for the end
// of the data, though anybody on the way can cause it; with close_notify it ends the reading before that.
type endWatch struct {
	net.Conn
	ended bool
}

func (w *endWatch) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if errors.Is(err, io.EOF) {
		w.ended = true
	}
	return n, err
}

// cutShort reports whether reading from a data connection ended without close_notify (RFC 8446 §6.1).
func cutShort(secure *tls.Conn) bool {
	watch, ok := secure.NetConn().(*endWatch)
	return ok && watch.ended
}

// belowTLS gives the connection that carries the records of a data connection.
func belowTLS(secure *tls.Conn) net.Conn {
	if watch, ok := secure.NetConn().(*endWatch); ok {
		return watch.Conn
	}
	return secure.NetConn()
}

// endTLS says close_notify (RFC 8446 §6.1), half-closes, and reads to the end: a socket closed with unread session
// tickets in it would be reset, and the server lose the tail of an upload.
func endTLS(secure *tls.Conn, limit time.Duration) {
	_ = secure.SetDeadline(time.Now().Add(limit))
	if secure.CloseWrite() != nil {
		return
	}
	if tcp, ok := belowTLS(secure).(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(secure, maxReplySize))
}

// sawTLS reports whether the server has ever shaken hands with us. Another client of this process may know.
func (s *server) sawTLS() bool {
	s.mu.Lock()
	seen := s.tlsSeen
	s.mu.Unlock()
	return seen || s.recall(s.cfg.serverID()).TLS
}

// isInTheClear reports octets that are no record of TLS where there had to be one.
func isInTheClear(err error) bool {
	var record tls.RecordHeaderError
	return errors.As(err, &record)
}
