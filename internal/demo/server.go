// Package demo holds an FTP server that lives inside the program, and the throw-away tree that `ferry demo` shows.
package demo

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"

	ftpserver "github.com/fclairamb/ftpserverlib"
	"github.com/spf13/afero"
)

// Options says what a Server is to be.
type Options struct {
	Listen         string   // host:port of control connections; "" means "127.0.0.1:0"
	FS             afero.Fs // what logins see as their root
	User           string   // "" lets anybody in, with any password
	Password       string
	BytesPerSecond int64       // octets of file content a second, per control connection; 0 means no limit
	MaxConns       int         // control connections at one time; more are greeted by 421; 0 means no limit
	TLS            *tls.Config // offers AUTH TLS (RFC 4217); nil means clear text only

	// OnCommand is told each command line as it arrives, without its line end, passwords included, with the number
	// of its control connection (from 1). It is called from one goroutine per control connection. Commands that
	// come under TLS are not told: what is watched is the wire.
	OnCommand func(conn int, line string)
}

// Server is a running FTP server. It owns the goroutine that accepts control connections and, through the library,
// those of each session; Close ends and awaits them.
type Server struct {
	lib      *ftpserver.FtpServer
	driver   *driver
	listener net.Listener
	addr     netip.AddrPort
	stop     context.CancelFunc
	disown   func() bool   // takes back that the end of the context closes everything
	accepted chan struct{} // closed when no more control connections are accepted
	served   error         // why accepting ended; set before accepted is closed
	close    sync.Once
}

// Start opens the listener and serves until ctx ends or Close is called. Close must be called in both cases.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.FS == nil {
		return nil, errors.New("demo: no file system to serve")
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	bare, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	d := newDriver(ctx, o)
	s := &Server{
		driver:   d,
		listener: &controlListener{Listener: bare, driver: d},
		addr:     bare.Addr().(*net.TCPAddr).AddrPort(),
		stop:     stop,
		accepted: make(chan struct{}),
	}
	s.lib = ftpserver.NewFtpServer(d)
	d.settings.Listener = s.listener
	if err := s.lib.Listen(); err != nil {
		stop()
		return nil, errors.Join(err, bare.Close())
	}
	s.disown = context.AfterFunc(ctx, s.shut)
	go s.serve()
	return s, nil
}

// serve accepts control connections until the listener is closed.
func (s *Server) serve() {
	defer close(s.accepted)
	s.served = s.lib.Serve()
}

// Addr gives the host:port on which control connections are accepted.
func (s *Server) Addr() string { return s.addr.String() }

// Close ends the listener and all sessions and waits until their files are closed. It may be called more than once.
func (s *Server) Close() error {
	s.disown()
	s.stop()
	s.shut()
	<-s.accepted
	s.driver.tally.wait()
	return s.served
}

// shut closes all that a goroutine of the library could be waiting on.
func (s *Server) shut() {
	s.close.Do(func() {
		_ = s.listener.Close() // the library then sees net.ErrClosed and stops accepting
		s.driver.conns.closeAll()
	})
}
