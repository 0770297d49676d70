package ftptest

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

// Handshake turns the control connection to TLS. The Script needs the option TLS; it does this at AUTH by itself.
func Handshake() Action {
	return func(c *session) error {
		secure := tls.Server(c.conn, c.script.tls)
		if err := shake(secure); err != nil {
			return err
		}
		c.conn, c.r = secure, bufio.NewReader(secure)
		return nil
	}
}

// DemandCertificate has the server want a certificate of its clients, any.
func (s *Script) DemandCertificate() *Script {
	s.tls.ClientAuth = tls.RequireAnyClientCert
	return s
}

// NewCertificate makes a certificate for a client, that vouches for itself.
func NewCertificate(t testing.TB) *tls.Certificate {
	t.Helper()
	return &newIdentity(t, settings{tls: ExplicitTLS}).config(t).Certificates[0]
}

// ClearControl ends TLS on the control connection, as the answer to CCC does (RFC 4217 §6), and waits for the client
// to do the same.
func ClearControl() Action {
	return func(c *session) error {
		secure, ok := c.conn.(*tls.Conn)
		if !ok {
			return errors.New("the control connection is in the clear already")
		}
		// In this order: what the client sends behind its close_notify must not be read as TLS.
		if _, err := secure.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			return fmt.Errorf("the client went on under TLS: %w", err)
		}
		if err := secure.CloseWrite(); err != nil {
			return err
		}
		c.conn = secure.NetConn()
		_ = c.conn.SetDeadline(time.Time{}) // CloseWrite has set one
		c.r = bufio.NewReader(c.conn)
		return nil
	}
}

// InClear sends octets past the encryption of the control connection, as a server with a fault does.
func InClear(octets string) Action {
	return func(c *session) error {
		secure, ok := c.conn.(*tls.Conn)
		if !ok {
			return errors.New("the control connection is in the clear")
		}
		_, err := io.WriteString(secure.NetConn(), octets)
		return err
	}
}

// Private encrypts the data connections to come. The Script does this at PROT by itself.
func Private() Action {
	return func(c *session) error {
		c.private = true
		return nil
	}
}

// AnotherCertificate has the data connections to come show another certificate than the control connection, as those
// of another party would.
func AnotherCertificate() Action {
	return func(c *session) error {
		c.stranger = newIdentity(c.script.t, settings{tls: ExplicitTLS}).config(c.script.t)
		return nil
	}
}

// WithoutMasterSecret has the data connections to come answer as if the server had no extended master secret (RFC 7627)
// any more, with which the session was made.
func WithoutMasterSecret() Action {
	return func(c *session) error {
		c.noExtendedSecret = true
		return nil
	}
}

// secretEraser hides the extension in the ServerHello of TLS 1.2, by a number that no extension has.
type secretEraser struct{ net.Conn }

func (e secretEraser) Write(p []byte) (int, error) {
	if _, err := e.Conn.Write(bytes.Replace(p, []byte{0, 23, 0, 0}, []byte{0xfa, 0xfb, 0, 0}, 1)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// DataCut ends the data connection by TCP alone, without close_notify (RFC 8446 §6.1).
func DataCut() Action {
	return onData(func(c *session) error {
		if secure, ok := c.data.(*tls.Conn); ok {
			_ = secure.NetConn().Close()
		}
		c.hangUp()
		return nil
	})
}

// IfResumed does the one thing where the data connection has resumed a session of TLS, else the other.
func IfResumed(yes, no Action) Action {
	return onData(func(c *session) error {
		if secure, ok := c.data.(*tls.Conn); ok && secure.ConnectionState().DidResume {
			return yes(c)
		}
		return no(c)
	})
}

// All does several things as one.
func All(do ...Action) Action { return func(c *session) error { return c.run(do) } }

// privately shakes hands on a data connection that is to be encrypted.
func (c *session) privately(data net.Conn) (net.Conn, error) {
	if !c.private {
		return data, nil
	}
	if c.noExtendedSecret {
		data = secretEraser{data}
	}
	secure := tls.Server(data, cmp.Or(c.stranger, c.script.tls))
	return secure, shake(secure)
}

func shake(secure *tls.Conn) error {
	_ = secure.SetDeadline(time.Now().Add(dataPatience))
	err := secure.Handshake()
	_ = secure.SetDeadline(time.Time{})
	return err
}
