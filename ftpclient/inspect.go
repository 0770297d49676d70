package ftpclient

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
)

// Handshake is what a server showed when its control connection turned to TLS.
type Handshake struct {
	Version     uint16      // as crypto/tls numbers them
	Certificate Certificate // its Problem is nil where the roots vouch for it
}

// Inspect connects, shakes hands as cfg.Security demands (explicit or implicit) with cfg.MaxTLS as the highest version,
// and says goodbye. Nothing is sent but AUTH, no user name and no password; so that any certificate does, and Trust is
// not asked. Its errors are *vfs.Failure.
func Inspect(ctx context.Context, cfg Config) (Handshake, error) {
	cfg.Memory = nil
	cfg.Trust = func(context.Context, Certificate) error { return nil }
	cl := New(cfg)
	shown, err := cl.server().inspect(ctx)
	if err != nil {
		return Handshake{}, cl.connectFailure(err)
	}
	return shown, nil
}

func (s *server) inspect(ctx context.Context) (Handshake, error) {
	c, nc, err := s.dialTCP(ctx)
	if err != nil {
		return Handshake{}, err
	}
	defer func() { _ = c.Quit(ctx) }()
	if err := c.listenTo(ctx, nc); err != nil {
		return Handshake{}, err
	}
	if _, err := c.greeting(ctx); err != nil {
		return Handshake{}, err
	}
	if s.cfg.Security != SecurityImplicit {
		if err := c.authTLS(ctx); err != nil {
			return Handshake{}, asRefusedTLS(err)
		}
	}
	state := c.nc.(*tls.Conn).ConnectionState()
	leaf := state.PeerCertificates[0]
	return Handshake{
		Version: state.Version,
		Certificate: Certificate{
			Host: s.cfg.Host, Leaf: leaf, SHA256: sha256.Sum256(leaf.Raw), Problem: c.verifyByRoots(state),
		},
	}, nil
}
