package demo

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"net"

	ftpserver "github.com/fclairamb/ftpserverlib"
)

// Timeouts of the server, in seconds as the library wants them.
const (
	idleSeconds     = 900
	dataOpenSeconds = 10
)

// driver answers the library's questions about logins and connections.
type driver struct {
	ctx      context.Context // ends with the server
	options  Options
	settings *ftpserver.Settings
	conns    openConns
	tally    *tally
}

var (
	_ ftpserver.MainDriver                         = (*driver)(nil)
	_ ftpserver.MainDriverExtensionPassiveWrapper  = (*driver)(nil)
	_ ftpserver.MainDriverExtensionPostAuthMessage = (*driver)(nil)
)

func newDriver(ctx context.Context, o Options) *driver {
	return &driver{
		ctx:     ctx,
		options: o,
		tally:   newTally(),
		settings: &ftpserver.Settings{
			Banner:                  "ferry demo",
			IdleTimeout:             idleSeconds,
			ConnectionTimeout:       dataOpenSeconds,
			ActiveTransferPortNon20: true,
			EnableHASH:              true,
			EnableCOMB:              true,
			DefaultTransferType:     ftpserver.TransferTypeASCII,
		},
	}
}

// GetSettings is asked once, when the server starts.
func (d *driver) GetSettings() (*ftpserver.Settings, error) { return d.settings, nil }

// ClientConnected gives the greeting.
func (d *driver) ClientConnected(ftpserver.ClientContext) (string, error) {
	return "ferry demo server ready.", nil
}

// ClientDisconnected is called when a control connection has ended, once each.
func (d *driver) ClientDisconnected(ftpserver.ClientContext) { d.tally.leave() }

var errLogin = errors.New("user or password is wrong")

// AuthUser lets in who knows the password, or everybody where no user is set.
func (d *driver) AuthUser(client ftpserver.ClientContext, user, password string) (ftpserver.ClientDriver, error) {
	if d.options.User != "" && (!same(user, d.options.User) || !same(password, d.options.Password)) {
		return nil, errLogin
	}
	return newAccount(d, client), nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// PostAuthMessage gives the text of the reply to PASS.
func (d *driver) PostAuthMessage(_ ftpserver.ClientContext, user string, err error) string {
	if err != nil {
		return "Login incorrect."
	}
	return "Welcome, " + user + "."
}

var errNoTLS = errors.New("no certificate here")

// GetTLSConfig refuses where no TLS is offered, so that the library does not announce it.
func (d *driver) GetTLSConfig() (*tls.Config, error) {
	if d.options.TLS == nil {
		return nil, errNoTLS
	}
	return d.options.TLS, nil
}

// WrapPassiveListener takes the listener of a passive data connection into account.
func (d *driver) WrapPassiveListener(l net.Listener) (net.Listener, error) {
	d.conns.add(l)
	return &dataListener{Listener: l, conns: &d.conns}, nil
}
