package ftpclient

import (
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ferry/ftpclient/listing"
)

// server is what the connections to one account of one server share: the data mode, and what was learned. All its
// methods are safe for concurrent use.
type server struct {
	cfg         Config
	charset     listing.Charset // of names and texts that are no UTF-8
	connections atomic.Int32    // made so far, to number them
	mode        atomic.Int32    // Mode

	mu           sync.Mutex
	known        bool // a first login has told about features and home
	features     Features
	paths        flavour
	home         string          // working folder after login, "" until known
	system       string          // text of the greeting
	tlsSeen      bool            // it has shaken hands with us, now or in an earlier process
	clearAllowed bool            // a password may go to it in the clear, see Config.AskInClear
	absent       map[string]bool // commands answered with 500, 502 or 504
	listAll      *bool           // whether LIST -a is honoured; nil: not known yet
	mlsdShows    bool            // an MLSD has shown at least one line
	methods      methodMemory
	network      string // from which it is reached, see networkOf; "" before the first connection

	sessionsRefused int            // data connections that were refused for their session of TLS 1.3
	oldTLS          bool           // TLS 1.2 is the newest that works
	ahead           *bool          // whether commands may be sent ahead; nil: not known yet
	ignoresCase     *bool          // names that differ only in case are one; nil: not known yet
	singleIAC       bool           // the byte 0xFF stands single in names
	otherPassword   *string        // in place of the configuration's; see Config.AskPassword
	passwordAsked   bool           // for it
	legacyLogin     bool           // user and password are sent in the charset of the configuration
	nameFormat      bool           // OS/400 is asked to write paths with slashes
	pretFirst       bool           // PRET comes before EPSV and PASV
	standing        int            // control connections that stand
	at              netip.AddrPort // where they go

	timeSetter    string // the command that has proven to set times, besides MFMT
	connsExpected int    // how many connections Config.Expect says that it allows; 0: it does not say
	connsAllowed  int    // how many connections it allowed when it refused another one; 0: it never did
	clock         clock  // how its LIST tells times
	listingEnds   listingEnds

	asking  sync.Mutex // held while somebody is asked for account, or whether a password may go in the clear
	account string     // that was told

	storing sync.Mutex           // held while Memory is told something; taken before mu
	stored  map[string]Learned   // what Memory was told, by keys
	since   map[string]time.Time // when the first fact of a record was learned
}

func newServer(cfg Config) *server {
	s := &server{cfg: cfg, absent: map[string]bool{}, since: map[string]time.Time{}}
	s.mode.Store(int32(cfg.Mode))
	// An unknown label is UTF-8, see CheckEncoding.
	s.charset, _ = listing.LookupCharset(cfg.Encoding)
	s.remind()
	s.singleIAC = s.singleIAC || cfg.SingleIAC
	s.legacyLogin = s.legacyLogin || cfg.LegacyLogin
	if cfg.ClockOffset != nil {
		s.clock.known, s.clock.offset = true, *cfg.ClockOffset
	}
	return s
}

// Features are what a server says it can do (FEAT, RFC 2389 §3), by verb in capitals: "MLST" -> "type*;size*;modify*;".
type Features map[string]string

// Has reports whether the feature is listed.
func (f Features) Has(verb string) bool {
	_, ok := f[verb]
	return ok
}

// parseFeatures reads the lines of a 211 reply. Servers differ in blanks, case, and in repeating the code.
func parseFeatures(text string) Features {
	f := Features{}
	lines := strings.Split(text, "\n")
	for _, line := range lines[min(1, len(lines)):] {
		line = strings.TrimSpace(strings.TrimPrefix(line, "211-"))
		verb, params, _ := strings.Cut(line, " ")
		if verb = strings.ToUpper(verb); verb != "" && verb != "END" {
			f[verb] = strings.TrimSpace(params)
		}
	}
	return f
}

// lacks reports whether the server has answered this command with "not implemented" before.
func (s *server) lacks(verb string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.absent[verb]
}

// Lacks reports whether the server is known not to have a command ("SITE CHMOD"), since it refused it before or is of a
// kind that does.
func (cl *Client) Lacks(command string) bool { return cl.server().lacks(command) }

func (s *server) setAbsent(verb string) { s.learn(func() { s.absent[verb] = true }) }

// offersMLST reports whether MLST is worth sending: listed by FEAT or, where there was no FEAT, not refused so far.
func (s *server) offersMLST() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.absent["MLST"] && (len(s.features) == 0 || s.features.Has("MLST"))
}

func (s *server) feature(verb string) (params string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	params, ok = s.features[verb]
	return params, ok
}
