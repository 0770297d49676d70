// Package ftptest holds the servers that tests run against: an embedded one, real daemons, a scripted hostile one,
// and a tap that records the commands which a client sends. It is test code only.
//
// The daemons come from the folder that the environment variable FERRY_TEST_SERVERS names, else from .cache/servers
// in the project's root, which .ci/servers fills, else from the system. One that is missing skips the test, or
// fails it where CI=true.
package ftptest

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// Server is a running FTP server on the loopback, over a folder of its own. It ends with the test.
type Server struct {
	Name     string // "embedded", "vsftpd", "proftpd" or "pure-ftpd"
	Addr     string // host:port of control connections
	User     string
	Password string
	Root     string // the folder on disk that the login sees as Home
	Home     string // absolute path of Root as the server tells it: "/", or Root where it cannot be locked in

	AnyPassword bool // every password is accepted for User
	MLSD        bool // RFC 3659 §7
	MFMT        bool // sets modification times by MFMT
	MDTMSet     bool // sets modification times by MDTM with a time
	Chmod       bool // SITE CHMOD
	Hash        bool // HASH, XSHA256 and their like
	UTF8Option  bool // OPTS UTF8 ON is answered by 2xx
	HidesDots   bool // LIST leaves out names that begin with a dot; "LIST -a" shows them

	Roots    *x509.CertPool // vouches for the server's certificate; nil without TLS
	CertFile string         // the same as a PEM file, for SSL_CERT_FILE; "" without TLS

	settle func() error
}

// Settle hands all that was put below Root directly on disk to the server's account. To be called after preparing
// files there, before the server is to change them. Needed on pure-ftpd, which refuses root as an account, free
// elsewhere.
func (s *Server) Settle(t testing.TB) {
	t.Helper()
	if s.settle == nil {
		return
	}
	if err := s.settle(); err != nil {
		t.Fatalf("%s: hand files to the account: %v", s.Name, err)
	}
}

// Path gives the place on disk of a path below Root, written with slashes.
func (s *Server) Path(elem ...string) string {
	return filepath.Join(append([]string{s.Root}, elem...)...)
}

// WriteFile puts a file below Root, with the folders above it, and settles it.
func (s *Server) WriteFile(t testing.TB, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(s.Path(name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.Path(name), content, 0o644); err != nil {
		t.Fatal(err)
	}
	s.Settle(t)
}

// Option changes how a server is started.
type Option func(*settings)

// settings is what the options say.
type settings struct {
	maxPerHost     int
	ipv6           bool
	tls            Encryption
	noResumption   bool
	bytesPerSecond int64
	room           *atomic.Int64
	pace           *atomic.Int64
	ignoreCase     bool
	onCommand      func(conn int, line string)
}

// MaxPerHost caps the control connections from one address. More are refused by 421 in place of the greeting,
// on proftpd by 530 in reply to PASS.
func MaxPerHost(n int) Option { return func(s *settings) { s.maxPerHost = n } }

// IPv6 lets the server listen on ::1 only.
func IPv6() Option { return func(s *settings) { s.ipv6 = true } }

// BytesPerSecond limits each control connection's transfers; the embedded server only.
func BytesPerSecond(n int64) Option { return func(s *settings) { s.bytesPerSecond = n } }

// OnCommand is told every command line that arrives, with the number of its control connection from 1 on; the
// embedded server only (see Tap for the others). It is called from several goroutines.
func OnCommand(tell func(conn int, line string)) Option {
	return func(s *settings) { s.onCommand = tell }
}

// collect applies the options, and skips the test where this machine cannot follow them.
func collect(t testing.TB, options []Option) settings {
	t.Helper()
	var s settings
	for _, o := range options {
		o(&s)
	}
	if s.ipv6 && !free(s.host(), 0) {
		t.Skip("this machine has no ::1")
	}
	return s
}

// host gives the address that a server listens on.
func (s settings) host() string {
	if s.ipv6 {
		return "::1"
	}
	return "127.0.0.1"
}

// starters are all servers that there are.
var starters = []struct {
	name     string
	start    func(testing.TB, ...Option) *Server
	implicit bool // it has implicit TLS on any port
}{
	{"embedded", Embedded, false},
	{"vsftpd", Vsftpd, true},
	{"proftpd", Proftpd, true},
	{"pure-ftpd", Pureftpd, false},
}

// Each runs test as a subtest on every server that can do what the options ask for. A missing server skips its subtest.
func Each(t *testing.T, test func(t *testing.T, s *Server), options ...Option) {
	t.Helper()
	with := collect(t, options)
	for _, starter := range starters {
		if with.tls == ImplicitTLS && !starter.implicit {
			continue
		}
		t.Run(starter.name, func(t *testing.T) { test(t, starter.start(t, options...)) })
	}
}

// newRoot makes the folder that a server shows.
func newRoot(t testing.TB) string {
	t.Helper()
	// Resolved, since a server without a lock-in tells the real path.
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(dir, "root")
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}
