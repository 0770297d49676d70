package ftpclient

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"time"
)

// Memory lets what was learned about servers outlive the process. Its methods are called from several goroutines at
// once, Recall a few times in the life of a Client, Remember only when something new was learned; both should be quick.
//
// A key names what the facts are true of, in one of three forms: the server for everybody ("ftp://host:2121"), an
// account on it over TLS or in the clear ("ftp://alice@host:2121 tls", "ftp://alice@host:2121 plain"), and that account
// as it is reached from one local network ("ftp://alice@host:2121 tls from 192.0.2.0/24"). A key holds no secret.
type Memory interface {
	// Recall gives what was remembered under the key, the zero Learned if nothing was.
	Recall(key string) Learned
	// Remember replaces what is kept under the key.
	Remember(key string, l Learned)
}

// Learned is what a server taught, to be stored as it is: as JSON, as TOML. Under each key only some of its fields are
// set. Facts are asked for anew when they are a week old, since servers and networks change; TLS and InClear alone hold
// for ever.
type Learned struct {
	At time.Time `json:"at,omitzero" toml:"at,omitempty"` // when the first of these facts was learned

	// TLS: the server was seen with TLS. It is never silently spoken to in the clear again. Of a server.
	TLS bool `json:"tls,omitempty" toml:"tls,omitempty"`

	// InClear: a person has allowed a password to go to the server in the clear. Of a server.
	InClear bool `json:"in_clear,omitempty" toml:"in_clear,omitempty"`

	// Method made the latest data connection, and is tried first. Of an account from a network.
	Method Method `json:"method,omitzero" toml:"method,omitempty"`
	// Refused are the methods answered with 5yz. Of an account from a network, since firewalls answer too.
	Refused []Method `json:"refused,omitempty" toml:"refused,omitempty"`

	// What follows is of an account.

	// OldTLS: data connections could not resume sessions of TLS 1.3, so that TLS 1.2 is spoken.
	OldTLS bool `json:"old_tls,omitempty" toml:"old_tls,omitempty"`

	// Absent are commands answered with 500, 502 or 504; MLSD where it was found broken; RNFR where it was refused for
	// what had just been sent, so that files are sent under their final names.
	Absent []string `json:"absent,omitempty" toml:"absent,omitempty"`
	// LegacyLogin: user and password are sent in Config.Encoding.
	LegacyLogin bool `json:"legacy_login,omitempty" toml:"legacy_login,omitempty"`
	// Ahead tells whether commands may be sent ahead, see Conn.TakesAhead; nil where that was not tried.
	Ahead *bool `json:"ahead,omitempty" toml:"ahead,omitempty"`
	// SingleIAC: the byte 0xFF is not doubled in names.
	SingleIAC bool `json:"single_iac,omitempty" toml:"single_iac,omitempty"`
	// IgnoresCase tells whether names that differ only in case are one; nil where nobody had to know.
	IgnoresCase *bool `json:"ignores_case,omitempty" toml:"ignores_case,omitempty"`
	// MLSD has shown entries, so that a folder that it shows empty is empty.
	MLSD bool `json:"mlsd,omitempty" toml:"mlsd,omitempty"`
	// ListAll tells whether LIST -a is honoured; nil where that was not tried.
	ListAll *bool `json:"list_all,omitempty" toml:"list_all,omitempty"`
	// Clock is how many minutes the times in LIST are ahead of UTC; nil where that is not known.
	Clock *int `json:"clock,omitempty" toml:"clock,omitempty"`
	// MaxConns is how many connections there were when the server refused another one; 0 if it never did.
	MaxConns int `json:"max_conns,omitempty" toml:"max_conns,omitempty"`
}

// with adds what others have learned meanwhile: another Client, or another process.
func (l Learned) with(other Learned) Learned {
	union := l
	if !other.At.IsZero() && other.At.Before(l.At) {
		union.At = other.At
	}
	union.TLS, union.OldTLS, union.MLSD = l.TLS || other.TLS, l.OldTLS || other.OldTLS, l.MLSD || other.MLSD
	union.InClear = l.InClear || other.InClear
	union.LegacyLogin, union.SingleIAC = l.LegacyLogin, l.SingleIAC || other.SingleIAC
	union.Method = cmp.Or(l.Method, other.Method)
	union.Ahead, union.IgnoresCase = cmp.Or(l.Ahead, other.Ahead), cmp.Or(l.IgnoresCase, other.IgnoresCase)
	union.ListAll, union.Clock = cmp.Or(l.ListAll, other.ListAll), cmp.Or(l.Clock, other.Clock)
	union.MaxConns = cmp.Or(l.MaxConns, other.MaxConns)
	union.Refused = slices.DeleteFunc(distinct(l.Refused, other.Refused), func(m Method) bool { return m == union.Method })
	union.Absent = distinct(l.Absent, other.Absent)
	return union
}

// distinct gives what is in one of two sorted lists, sorted.
func distinct[T cmp.Ordered](a, b []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

// same compares what may be unknown.
func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// memoryAge is after what time facts are asked for anew.
const memoryAge = 7 * 24 * time.Hour

// sameFacts compares without the time.
func sameFacts(l, other Learned) bool {
	return l.TLS == other.TLS && l.InClear == other.InClear && l.OldTLS == other.OldTLS &&
		l.Method == other.Method && slices.Equal(l.Refused, other.Refused) && slices.Equal(l.Absent, other.Absent) &&
		l.MLSD == other.MLSD && same(l.ListAll, other.ListAll) && same(l.Clock, other.Clock) &&
		l.MaxConns == other.MaxConns && same(l.Ahead, other.Ahead) && same(l.IgnoresCase, other.IgnoresCase) &&
		l.LegacyLogin == other.LegacyLogin && l.SingleIAC == other.SingleIAC
}

// recall gives what holds still of what was remembered.
func (s *server) recall(key string) Learned {
	if s.cfg.Memory == nil {
		return Learned{}
	}
	l := s.cfg.Memory.Recall(key)
	if age := time.Since(l.At); age > memoryAge || age < -memoryAge {
		return Learned{TLS: l.TLS, InClear: l.InClear}
	}
	return l
}

// accountKey names the account as it is spoken to.
func (s *server) accountKey() string {
	if s.cfg.Security == SecurityNone || s.cfg.Security == SecurityAuto && !s.tlsSeen {
		return s.cfg.id() + " plain"
	}
	return s.cfg.id() + " tls"
}

// networkOf names a local network by the prefix of our own address on the control connection: 24 bits of IPv4, 64 of
// IPv6. Two networks with the same numbers are taken for one; the worst that follows is a wasted first try.
func networkOf(own netip.Addr) string {
	bits := 64
	if own.Is4() {
		bits = 24
	}
	prefix, err := own.WithZone("").Prefix(bits)
	if err != nil {
		return "" // no IP connection
	}
	return prefix.String()
}

// remind takes what was remembered of the server and the account. Nobody else knows the new server yet.
func (s *server) remind() {
	known := s.recall(s.cfg.serverID())
	s.tlsSeen, s.clearAllowed = known.TLS, known.InClear
	key := s.accountKey()
	l := s.recall(key)
	s.since[key] = l.At
	for _, verb := range l.Absent {
		s.absent[verb] = true
	}
	s.mlsdShows, s.listAll, s.connsAllowed, s.oldTLS = l.MLSD, l.ListAll, l.MaxConns, l.OldTLS
	s.legacyLogin, s.singleIAC, s.ahead = l.LegacyLogin, l.SingleIAC, l.Ahead
	s.ignoresCase = l.IgnoresCase
	if l.Clock != nil && plausibleClock(time.Duration(*l.Clock)*time.Minute) {
		s.clock.known, s.clock.offset = true, time.Duration(*l.Clock)*time.Minute
	}
	s.stored = s.recordsLocked()
}

// enter tells from which address the server is reached now. Another network has other firewalls: what was found out
// about data connections in the last one counts no more.
func (s *server) enter(own netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	network := networkOf(own)
	if network == s.network {
		return
	}
	if s.network = network; s.cfg.Memory == nil {
		return
	}
	l := s.recall(s.networkKey())
	s.since[s.networkKey()] = l.At
	s.methods = methodMemory{worked: l.Method, recalled: l.Method}
	for _, m := range l.Refused {
		s.methods.refuse(m)
	}
	s.stored = s.recordsLocked()
}

func (s *server) networkKey() string { return s.accountKey() + " from " + s.network }

// recordsLocked gives what is known now, by keys.
func (s *server) recordsLocked() map[string]Learned {
	account := Learned{
		Absent: slices.Sorted(maps.Keys(s.absent)), MLSD: s.mlsdShows, ListAll: s.listAll, MaxConns: s.connsAllowed,
		OldTLS: s.oldTLS, LegacyLogin: s.legacyLogin, SingleIAC: s.singleIAC, Ahead: s.ahead,
		IgnoresCase: s.ignoresCase,
	}
	if s.clock.known && s.cfg.ClockOffset == nil {
		minutes := int(s.clock.offset / time.Minute)
		account.Clock = &minutes
	}
	all := map[string]Learned{s.cfg.serverID(): {TLS: s.tlsSeen, InClear: s.clearAllowed}, s.accountKey(): account}
	if s.network != "" {
		all[s.networkKey()] = Learned{
			Method: s.methods.worked, Refused: slices.Sorted(maps.Keys(s.methods.refused)),
		}
	}
	return all
}

// learn changes what is known of the server, and has it remembered if that is new.
func (s *server) learn(change func()) {
	s.mu.Lock()
	change()
	s.mu.Unlock()
	if s.cfg.Memory == nil {
		return
	}
	s.storing.Lock() // an older state never overwrites a newer one
	defer s.storing.Unlock()
	s.mu.Lock()
	fresh := s.freshLocked()
	s.mu.Unlock()
	for key, l := range fresh {
		s.cfg.Memory.Remember(key, l.with(s.recall(key)))
	}
}

// freshLocked gives the records that have changed since it was asked last.
func (s *server) freshLocked() map[string]Learned {
	before, fresh := s.stored, map[string]Learned{}
	s.stored = s.recordsLocked()
	for key, l := range s.stored {
		if sameFacts(l, before[key]) {
			continue
		}
		if s.since[key].IsZero() {
			s.since[key] = time.Now()
		}
		l.At = s.since[key]
		fresh[key] = l
	}
	return fresh
}
