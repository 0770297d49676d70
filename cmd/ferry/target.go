package main

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"ferry/ftpclient"
	"ferry/internal/vfs"

	"golang.org/x/net/idna"
)

// The ports of control connections: of FTP, and of FTP with implicit TLS.
const ftpPort, ftpsPort = 21, 990

// The schemes of URLs beside ftp, which leaves TLS to the flag --tls.
const (
	ftps  = "ftps"  // implicit TLS
	ftpes = "ftpes" // explicit TLS, required
)

// account says whose files on which server are meant. Two targets of one account share a client.
type account struct {
	host string // in ASCII (IDNA), or an address without brackets, an IPv6 one perhaps with its zone
	port int
	user string // "" for anonymous

	scheme string // ftps or ftpes; "" for ftp
	site   string // the saved site that it was named by; "" for a URL
}

// target is a place on a server as a URL tells it (RFC 1738 §3.2).
type target struct {
	account
	password    string
	hasPassword bool   // the URL held one, perhaps an empty one
	path        string // decoded; absolute if it begins with "/", else below the login folder, "" for that itself
	folder      bool   // no path, or a "/" at its end: a folder is meant
	pattern     string // the last element as a pattern of path.Match, "" if it has none of * ? [ unescaped
}

// parseTarget reads a URL. Its errors are usage errors that hold no password.
func parseTarget(s string) (target, error) {
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		return target{}, notAddress(s)
	}
	authority, pathname, hasPath := strings.Cut(rest, "/")
	switch scheme = strings.ToLower(scheme); scheme {
	case ftps, ftpes:
	case "ftp":
		scheme = ""
	default:
		return target{}, usagef("ferry speaks ftp://, ftps:// and ftpes:// only, not %s://", scrub(scheme))
	}
	t, err := parseAuthority(scheme, authority)
	if err != nil {
		return target{}, err
	}
	if !hasPath {
		pathname = ""
	}
	if err := t.setPath(pathname); err != nil {
		return target{}, usagef("the address %s: %v", t.account, err)
	}
	return t, nil
}

// notAddress tells what is missing in a text that is no URL.
func notAddress(s string) error {
	return usagef("%s is no address; write ftp://host/path, or SITE:path for a saved site", scrub(s))
}

// scrub takes away what may be a password from something that was meant to be an address.
func scrub(s string) string {
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		return "…" + s[at:]
	}
	return s
}

func parseAuthority(scheme, authority string) (target, error) {
	t := target{account: account{scheme: scheme}}
	hostport := authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		hostport = authority[at+1:]
		if err := t.setUser(authority[:at]); err != nil {
			return target{}, err
		}
	}
	host, port, err := splitHost(hostport)
	if err != nil {
		return target{}, usagef("the address: %v", err)
	}
	t.host, t.port = host, t.customPort()
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			// The text is not shown: where the host was forgotten it is a password.
			return target{}, usagef("the address: the port of %s is no number from 1 to 65535", host)
		}
		t.port = int(n)
	}
	return t, nil
}

// setUser reads "user" or "user:password".
func (t *target) setUser(info string) error {
	user, password, found := strings.Cut(info, ":")
	for _, part := range []struct {
		text *string
		from string
	}{{&t.user, user}, {&t.password, password}} {
		plain, err := url.PathUnescape(part.from)
		if err != nil || hasControl(plain) {
			return usagef("the address: user or password is not well written; %% is written %%25, @ %%40, / %%2F")
		}
		*part.text = plain
	}
	t.hasPassword = found
	if t.user == "" && t.password != "" {
		return usagef("the address has a password and no user")
	}
	return nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7F })
}

var (
	errNoHost  = errors.New("it names no host")
	errBadHost = errors.New("the host is no name and no IP address")
)

// splitHost cuts host[:port]. An IPv6 address stands in brackets (RFC 3986 §3.2.2), its zone behind % or %25
// (RFC 6874).
func splitHost(s string) (host, port string, err error) {
	if inner, found := strings.CutPrefix(s, "["); found {
		addr, rest, found := strings.Cut(inner, "]")
		behind, hasPort := strings.CutPrefix(rest, ":")
		ip, err := netip.ParseAddr(strings.Replace(addr, "%25", "%", 1))
		if !found || err != nil || !ip.Is6() || !plausibleZone(ip.Zone()) || !hasPort && rest != "" {
			return "", "", errors.New("what is in brackets is no IPv6 address")
		}
		return ip.String(), behind, nil
	}
	if strings.Count(s, ":") > 1 {
		return "", "", errors.New("an IPv6 address is written in brackets: ftp://[::1]/")
	}
	name, port, _ := strings.Cut(s, ":")
	if name == "" {
		return "", "", errNoHost
	}
	host, err = hostName(name)
	return host, port, err
}

// longestHost bounds, in octets, what is turned into ASCII, which takes time by the square of the length.
const longestHost = 1024

// hostName gives a name as it is looked up: in ASCII, in small letters.
func hostName(name string) (string, error) {
	plain, err := url.PathUnescape(name)
	if err != nil || !utf8.ValidString(plain) || len(plain) > longestHost {
		return "", errBadHost
	}
	if ip, err := netip.ParseAddr(plain); err == nil && ip.Is4() {
		return ip.String(), nil
	}
	// Underlines are no part of host names, yet met in private networks.
	profile := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false), idna.VerifyDNSLength(false))
	ascii, err := profile.ToASCII(plain)
	if err != nil || !plausibleName(ascii) {
		return "", errBadHost
	}
	return ascii, nil
}

// plausibleName bounds what is handed to the resolver (RFC 1035 §2.3.4).
func plausibleName(name string) bool {
	name = strings.TrimSuffix(name, ".")
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.TrimLeft(label, nameChars) != "" {
			return false
		}
	}
	return true
}

// plausibleZone reports whether a zone needs no encoding (RFC 6874 §2); the names of network interfaces are such.
func plausibleZone(zone string) bool {
	return strings.TrimLeft(strings.ToLower(zone), nameChars+".~") == ""
}

const nameChars = "abcdefghijklmnopqrstuvwxyz0123456789-_"

// setPath reads what follows the "/" behind the host.
func (t *target) setPath(raw string) error {
	raw, err := cutType(raw)
	if err != nil {
		return err
	}
	plain, err := url.PathUnescape(raw)
	switch {
	case err != nil:
		return errors.New("a % in its path is not followed by two hexadecimal digits; % itself is written %25")
	case strings.ContainsAny(plain, "\x00\r\n"):
		return errors.New("its path holds a line end or a NUL byte, which no FTP command can carry")
	}
	t.folder = plain == "" || strings.HasSuffix(plain, "/")
	t.path = strings.TrimRight(plain, "/")
	if t.path == "" && plain != "" {
		t.path = "/"
	}
	if !t.folder {
		t.pattern = patternOf(raw[strings.LastIndexByte(raw, '/')+1:])
	}
	return nil
}

// cutType takes ";type=i" off, which asks for what is done anyway (RFC 1738 §3.2.2).
func cutType(raw string) (string, error) {
	semicolon := strings.LastIndexByte(raw, ';')
	if semicolon < 0 || !strings.HasPrefix(strings.ToLower(raw[semicolon:]), ";type=") {
		return raw, nil
	}
	if typ := raw[semicolon+len(";type="):]; typ != "i" && typ != "I" {
		return "", errors.New("of ;type= only i (unchanged octets) is available; a ; in a name is written %3B")
	}
	return raw[:semicolon], nil
}

// patternOf gives an element of a URL as a pattern: what was written by % stands for itself. "" means that it is
// none, or not a valid one.
func patternOf(raw string) string {
	if !strings.ContainsAny(raw, "*?[") {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c == '%' {
			plain, _ := url.PathUnescape(raw[i : i+3]) // the whole was decoded before
			c, i = plain[0], i+2
			if strings.IndexByte(`*?[]\-^`, c) >= 0 {
				b.WriteByte('\\')
			}
		} else if c == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	if _, err := path.Match(b.String(), ""); err != nil {
		return ""
	}
	return b.String()
}

// named reports whether the target names something of its own: not the login folder, not the root.
func (t target) named() bool { return t.path != "" && t.path != "/" }

// resolve gives the absolute path on the server, in its charset; f is the account's shore. A path that is not UTF-8 was
// given byte by byte and is taken as it is.
func (t target) resolve(ctx context.Context, f vfs.FS) (string, error) {
	wire, err := t.path, error(nil)
	if utf8.ValidString(wire) {
		wire, err = vfs.WireName(f, wire)
	}
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(wire, "/") {
		return path.Clean(wire), nil
	}
	home, err := f.Home(ctx)
	if err != nil || wire == "" {
		return home, err
	}
	full := f.Join(home, wire)
	if !strings.HasPrefix(full, "/") {
		return full, nil // a dialect that is not ours to clean
	}
	return path.Clean(full), nil
}

// customPort is the port where none is named.
func (a account) customPort() int {
	if a.scheme == ftps {
		return ftpsPort
	}
	return ftpPort
}

// under gives the target as the flag --tls means it: what demands TLS turns ftp:// into the scheme that does, and port
// 21 into the one that custom gives to it.
func (t target) under(s ftpclient.Security) target {
	if t.scheme != "" {
		return t
	}
	switch s {
	case ftpclient.SecurityExplicit:
		t.scheme = ftpes
	case ftpclient.SecurityImplicit:
		t.scheme = ftps
		if t.port == ftpPort {
			t.port = ftpsPort
		}
	default:
	}
	return t
}

// security gives what the scheme asks for; ftp leaves it to s.
func (a account) security(s ftpclient.Security) ftpclient.Security {
	switch a.scheme {
	case ftps:
		return ftpclient.SecurityImplicit
	case ftpes:
		return ftpclient.SecurityExplicit
	}
	return s
}

// String gives the account as a URL, without a password.
func (a account) String() string { return a.url("") }

// url gives an absolute path as a URL that parseTarget reads back to the same place; "" is the login folder.
func (a account) url(absolute string) string {
	u := url.URL{Scheme: cmp.Or(a.scheme, "ftp"), Host: a.host}
	if strings.Contains(a.host, ":") {
		u.Host = "[" + a.host + "]"
	}
	if a.port != a.customPort() {
		u.Host = net.JoinHostPort(a.host, strconv.Itoa(a.port))
	}
	if a.user != "" {
		u.User = url.User(a.user)
	}
	return u.String() + "/" + escapePath(absolute)
}

// escapePath leaves of a path only what means itself everywhere in a URL.
func escapePath(p string) string {
	elements := strings.Split(p, "/")
	for i, e := range elements {
		elements[i] = url.PathEscape(e)
	}
	return strings.Join(elements, "/")
}
