package ftpclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Timeouts bound every wait of a client. A zero field takes its default, named behind it.
type Timeouts struct {
	Connect  time.Duration // to reach the server by TCP: 15 s
	Greeting time.Duration // until the server's first reply, and for each reply of the login: 30 s
	Reply    time.Duration // until any other reply: 30 s
	Data     time.Duration // for one attempt to make a data connection: 3 s in auto mode, 15 s else
	Stall    time.Duration // without an octet on a data connection: 60 s
	Final    time.Duration // from the end of the data to the closing reply: 60 s and 1 s more for each 10 MiB sent
	Abort    time.Duration // to get a control connection back into step after a transfer was given up: 5 s
	Hash     time.Duration // until the server has read a whole file and tells its hash: 15 min
}

func (t Timeouts) withDefaults() Timeouts {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&t.Connect, 15 * time.Second},
		{&t.Greeting, 30 * time.Second},
		{&t.Reply, 30 * time.Second},
		{&t.Stall, time.Minute},
		{&t.Final, time.Minute},
		{&t.Abort, 5 * time.Second},
		{&t.Hash, 15 * time.Minute},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return t
}

// data gives the budget of one attempt to make a data connection.
func (t Timeouts) data(m Mode) time.Duration {
	switch {
	case t.Data != 0:
		return t.Data
	case m == ModeAuto:
		return 3 * time.Second
	default:
		return 15 * time.Second
	}
}

// final gives the time allowed for the reply that closes a transfer of that many octets: some servers check or copy
// what they received before they answer.
func (t Timeouts) final(octets int64) time.Duration {
	return t.Final + time.Duration(octets/(10<<20))*time.Second
}

// PortRange is a range of TCP ports, both ends included; the zero PortRange lets the system choose.
type PortRange struct{ Low, High uint16 }

// Hidden says whether LIST is asked for names that begin with a dot, by the option -a that many servers know. MLSD
// tells them anyway.
type Hidden uint8

// The ways to ask. HiddenAuto tries -a, and keeps it where the listing then shows the parent folder.
const (
	HiddenAuto Hidden = iota
	HiddenOn
	HiddenOff
)

// Config says which account on which server a Client works with, and how.
type Config struct {
	Host     string // name or address
	Port     int    // 0: 21, or 990 with SecurityImplicit
	User     string // "": anonymous
	Password string // for anonymous "" sends a constant address (RFC 1635)
	Account  string // sent where the server asks for it (ACCT)
	// AskAccount is asked for Account where the server wants one and none is set, once for all connections; it may wait
	// for a person. "" is none. nil: the login fails.
	AskAccount func(ctx context.Context) string

	// AskInClear is asked, with SecurityAuto, whether user name and password may go in the clear to a server that has no
	// TLS, before they do. A yes is remembered for the server. It may wait for a person. nil: they may.
	AskInClear func(ctx context.Context) bool

	Mode     Mode           // data mode to start with, see Client.SetMode
	Security Security       // whether connections are encrypted
	RootCAs  *x509.CertPool // who vouches for servers; nil: the system's roots
	Trust    Trust          // decides about other certificates; nil: they are refused
	MaxTLS   uint16         // highest TLS version, as crypto/tls numbers them; 0: the newest

	// Encoding is the charset of names and texts that are no UTF-8, by a label of the Web's Encoding Standard, such as
	// "windows-1251"; "" or an unknown label: UTF-8 only. Entries keep their bytes, see Client.DisplayName.
	Encoding string

	// OnlyMethod is the one command by which data connections are arranged, to find out whether it works; MethodNone
	// leaves that to Mode and to what was learned.
	OnlyMethod Method

	ActivePorts PortRange  // ports to listen on in active mode
	ActiveHost  netip.Addr // address to announce in active mode; zero: our end of the control connection

	// BelievePassive dials the address that a reply to PASV names, for servers whose data live on another host. Without
	// it only the server's own address is ever dialled (CVE-2020-8284). EPSV, which names none, is then not sent.
	BelievePassive bool
	// ClearControl ends TLS on the control connection once the login is done (CCC, RFC 4217 §6), for firewalls that
	// must read it. Data connections stay encrypted, names and commands do not.
	ClearControl bool

	// AllowCut accepts encrypted data that end without close_notify (RFC 8446 §6.1) and whose size cannot be asked, such
	// as listings, if the server says that it sent all: some servers never say it. A note tells each time.
	AllowCut bool

	// LowPorts lets replies to EPSV and PASV name a port under 1024, on which other services live as a rule (RFC 2577
	// §3), for servers that really use such ports. Without it such a reply is refused.
	LowPorts bool
	// ClearData goes on where the server refuses to encrypt data connections (PROT, RFC 4217 §9): files and listings then
	// go over the wire in the clear, which a note tells. Without it the connection is given up before the user name.
	ClearData bool
	// TelnetAbort sends the telnet signals IP and Synch before ABOR (RFC 959 §4.1.3), for servers that look at their
	// control connection during a transfer only then. Most take them for a part of the command.
	TelnetAbort bool
	// SingleIAC sends the byte 0xFF in names as it is, for servers that do not read the telnet protocol. Without it that
	// byte is doubled (RFC 854), until a server turns out not to want that.
	SingleIAC bool
	// ClockOffset is how far the times in LIST are ahead of UTC, in multiples of a quarter of an hour; nil: it is
	// measured where the server knows MDTM, and taken for 0 where not.
	ClockOffset *time.Duration
	// Hidden says whether LIST is asked for names that begin with a dot (LIST -a).
	Hidden Hidden

	// ClientCertificate is shown to servers that ask for one; see tls.LoadX509KeyPair. nil: none is shown.
	ClientCertificate *tls.Certificate
	// MinTLS is the lowest TLS version, as crypto/tls numbers them; 0: TLS 1.2. Older ones are broken.
	MinTLS uint16

	// LegacyLogin sends user and password in Encoding. Without it they are sent in UTF-8 (RFC 2640 §3).
	LegacyLogin bool
	// AskLegacyLogin is asked whether a login that was refused in UTF-8 is to be tried once more in Encoding, which then
	// is remembered. It is asked only where that makes a difference, and may wait for a person: servers lock accounts
	// after some failures. nil: there is no second try.
	AskLegacyLogin func(ctx context.Context) bool
	// AskPassword is asked, once, for another password where the server has refused user or password. Its error leaves it
	// at that refusal, unless ctx has ended. accepted, which may be nil, is called when the server has taken the new one.
	// Both may wait for a person. nil: the first refusal is the last.
	AskPassword func(ctx context.Context) (password string, accepted func(), err error)

	// Proxy is gone through by control and passive data connections; active mode cannot. See CheckProxy.
	Proxy *url.URL

	// Expect says what is to be expected of a server, by its greeting and, where system is called, its answer to SYST
	// (RFC 959 §4.1.3; "" where it refuses). It is asked once, behind the first login. What Memory holds or the server
	// shows wins; of its facts Absent, Refused, MaxConns and OldTLS are heeded. nil: nothing is expected.
	Expect func(greeting string, system func() string) Learned

	Memory Memory // keeps what is learned about the server beyond the process; nil: nothing is kept

	MaxConns int // control connections at a time; 0: 8
	// NoSpare lets transfers have all connections. Without it one is left for browsing, wherever there may be two: for
	// programs in which a person looks at folders meanwhile.
	NoSpare  bool
	Timeouts Timeouts
	// KeepAlive is how long an idle control connection of a Client stays silent before it is sent a NOOP, for screens that
	// want the next folder at once; 0: never. TCP's own keep-alive, every 15 s, is always on for control connections.
	KeepAlive time.Duration
	Trace     Trace // receives the protocol's story; may be nil
	// Dial makes TCP connections; nil: net.Dialer, which races IPv6 and IPv4 (RFC 8305).
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// anonymousPassword is what RFC 1635 asks for in place of a password: an address. It is constant, so that nobody's
// name leaks.
const anonymousPassword = "anonymous@"

func (c Config) withDefaults() Config {
	if c.Port == 0 {
		c.Port = 21
		if c.Security == SecurityImplicit {
			c.Port = 990
		}
	}
	if c.User == "" {
		c.User = "anonymous"
	}
	if c.User == "anonymous" && c.Password == "" {
		c.Password = anonymousPassword
	}
	if c.MaxConns <= 0 {
		c.MaxConns = 8
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	if c.Proxy != nil {
		c.Dial = throughProxy(c.Proxy, c.Dial)
	}
	c.Timeouts = c.Timeouts.withDefaults()
	return c
}

// address is what is dialled: "ftp.example.org:21".
func (c Config) address() string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }

// serverID names the server for everybody: "ftp://ftp.example.org:2121".
func (c Config) serverID() string {
	return c.serverURL().String()
}

// serverURL has the host in lower case: it is the same one however a person spells it.
func (c Config) serverURL() *url.URL {
	return &url.URL{Scheme: "ftp", Host: strings.TrimSuffix(strings.ToLower(c.address()), ":21")}
}

// id names the account on the server however it is reached: "ftp://alice@ftp.example.org:2121".
func (c Config) id() string {
	u := c.serverURL()
	if c.User != "anonymous" {
		u.User = url.User(c.User)
	}
	return u.String()
}
