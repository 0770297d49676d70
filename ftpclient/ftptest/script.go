package ftptest

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"
	"sync"
	"testing"
)

// Script is a server that does exactly what a test tells it to, right or wrong. What the test does not mention is
// answered in the way of a polite, empty server. It accepts any number of control connections, and ends with the test.
//
//	srv := ftptest.NewScript(t).
//		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file; a\r\n"), ftptest.Reply("226 ")).
//		Once("RETR", ftptest.Reply("150 "), ftptest.DataSend("hal"), ftptest.DataReset(), ftptest.Reply("426 ")).
//		On("STOR big.bin", ftptest.Reply("552 no room"))
type Script struct {
	Addr  string         // host:port of control connections
	Roots *x509.CertPool // vouches for its certificate; nil without TLS
	record

	t        testing.TB
	tls      *tls.Config // nil without TLS
	listener net.Listener
	running  sync.WaitGroup // the accepting goroutine and one per control connection
	ended    chan struct{}  // closed when the test ends

	mu       sync.Mutex
	always   map[string][]Action   // by verb or whole line
	once     map[string][][]Action // in order
	sessions []*session
	received [][]byte // what Receive took from data connections
}

// connecting is the key of what is done when a client connects. No command line is like it.
const connecting = "\n"

// NewScript starts a scripted server; of the options it knows IPv6, TLS and NoResumption.
func NewScript(t testing.TB, options ...Option) *Script {
	t.Helper()
	with := collect(t, options)
	l, err := net.Listen("tcp", net.JoinHostPort(with.host(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	s := &Script{
		Addr: l.Addr().String(), t: t, listener: l, ended: make(chan struct{}),
		always: politely(), once: make(map[string][][]Action),
	}
	s.encrypt(with)
	s.running.Go(s.accept)
	t.Cleanup(s.end)
	return s
}

// politely gives the answers of a server without any files.
func politely() map[string][]Action {
	return map[string][]Action{
		connecting: {Reply("220 scripted server ready")},
		"USER":     {Reply("331 password, please")},
		"PASS":     {Reply("230 logged in")},
		"ACCT":     {Reply("230 logged in")},
		"FEAT": {Reply("211-Features:", " EPRT", " EPSV", " MDTM", " MFMT", " MLST type*;size*;modify*;",
			" REST STREAM", " SIZE", " UTF8", "211 End")},
		"OPTS": {Reply("200 as you like")},
		"SYST": {Reply("215 UNIX Type: L8")},
		"TYPE": {Reply("200 type set")},
		"PWD":  {Reply(`257 "/" is the working folder`)},
		"CWD":  {Reply("250 done")},
		"NOOP": {Reply("200 fine")},
		"REST": {Reply("350 restart marked")},
		"EPSV": {Listen(), Reply("229 Entering Extended Passive Mode (|||{port}|)")},
		"PASV": {Listen(), Reply("227 Entering Passive Mode ({host},{p1},{p2})")},
		"PORT": {Reply("200 port noted")},
		"EPRT": {Reply("200 port noted")},
		"QUIT": {Reply("221 bye"), Close()},
		"":     {Reply("502 not here")},
	}
}

// encrypt lets the script speak TLS where the options ask for it.
func (s *Script) encrypt(with settings) {
	if with.tls == NoTLS {
		return
	}
	id := newIdentity(s.t, with)
	s.Roots, s.tls = id.roots, id.config(s.t)
	s.tls.SessionTicketsDisabled = with.noResumption
	if with.tls == ImplicitTLS {
		s.OnConnect(Handshake(), Reply("220 scripted server ready"))
	}
	s.On("AUTH", Reply("234 go ahead"), Handshake())
	s.On("PBSZ", Reply("200 fine")).On("PROT", Reply("200 fine"), Private())
}

// Greet sets the greeting, without its line end.
func (s *Script) Greet(lines ...string) *Script { return s.OnConnect(Reply(lines...)) }

// OnConnect sets what is done, in place of the greeting, when a client connects.
func (s *Script) OnConnect(do ...Action) *Script { return s.set(connecting, do) }

// OnceConnect sets what is done for the next client to connect; several calls line up.
func (s *Script) OnceConnect(do ...Action) *Script { return s.queue(connecting, do) }

// On sets what is done each time a command comes. It is named by its verb, in any case, or by its whole line, which
// wins over the verb; "" is every command that is not known otherwise. Without actions the command is swallowed.
func (s *Script) On(command string, do ...Action) *Script { return s.set(key(command), do) }

// Once is On for one time only; it wins over On, and several calls line up.
func (s *Script) Once(command string, do ...Action) *Script { return s.queue(key(command), do) }

func key(command string) string {
	if !strings.Contains(command, " ") {
		return strings.ToUpper(command)
	}
	return command
}

func (s *Script) set(key string, do []Action) *Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always[key] = do
	return s
}

func (s *Script) queue(key string, do []Action) *Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.once[key] = append(s.once[key], do)
	return s
}

// actionsFor takes what is to be done for one of these keys: one-shots first, the most exact key first.
func (s *Script) actionsFor(keys ...string) []Action {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		if queued := s.once[k]; len(queued) > 0 {
			s.once[k] = queued[1:]
			return queued[0]
		}
	}
	for _, k := range keys {
		if do, known := s.always[k]; known {
			return do
		}
	}
	return nil
}

// Connections tells how many control connections there have been.
func (s *Script) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Received gives what Receive took from data connections, one element each, in the order of their ends.
func (s *Script) Received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, one := range s.received {
		all = append(all, string(one))
	}
	return all
}

// accept serves each client in a goroutine of its own until the test ends.
func (s *Script) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		one := s.enter(c)
		s.running.Go(one.serve)
	}
}

func (s *Script) enter(c net.Conn) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := newSession(s, c, len(s.sessions)+1)
	s.sessions = append(s.sessions, one)
	return one
}

// over reports whether the test has ended.
func (s *Script) over() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// end closes all connections and waits for their goroutines.
func (s *Script) end() {
	close(s.ended)
	_ = s.listener.Close() // the accepting goroutine ends by this
	s.mu.Lock()
	for _, one := range s.sessions {
		one.drop()
	}
	s.mu.Unlock()
	s.running.Wait()
}
