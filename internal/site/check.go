package site

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ferry/ftpclient"
)

func itoa(n int) string { return strconv.Itoa(n) }

// CheckName tells why a site cannot bear a name: SITE:path must mean one thing only.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("a site needs a name")
	case strings.ContainsAny(name, `:/\@`):
		return errors.New(`the name of a site holds none of : / \ @`)
	case hasControl(name), strings.TrimSpace(name) != name:
		return errors.New("the name of a site holds no control codes and no blanks at its ends")
	case len(name) == 1 && unicode.IsLetter(rune(name[0])):
		return errors.New("one letter is the name of a drive; a site needs two")
	}
	return nil
}

func hasControl(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }

// Check tells what is wrong with a site, and which key of the file that is.
func (s Site) Check() (key string, err error) {
	if err := CheckName(s.Name); err != nil {
		return "name", err
	}
	if s.Host == "" {
		return "host", errors.New("a site needs a host")
	}
	for _, c := range checks() {
		if err := c.check(s); err != nil {
			return c.key, err
		}
	}
	return "", nil
}

// check is what a key of the file must fulfil.
type check struct {
	key   string
	check func(Site) error
}

func checks() []check {
	return []check{
		{"host", func(s Site) error { return checkHost(s.Host) }},
		{"port", func(s Site) error { return between(s.Port, 0, 65535) }},
		{"user", func(s Site) error { return oneLine(s.User) }},
		{"account", func(s Site) error { return oneLine(s.Account) }},
		{"folder", func(s Site) error { return oneLine(s.Folder) }},
		{"colour", func(s Site) error { return oneOf(s.Colour, Colours()) }},
		{"password", func(s Site) error { return checkKeeper(s.Password) }},
		{"password_command", func(s Site) error { return oneLine(s.PasswordCommand) }},
		{"tls", func(s Site) error { return word(s.TLS, ftpclient.ParseSecurity) }},
		{"mode", func(s Site) error { return word(s.Mode, ftpclient.ParseMode) }},
		{"encoding", func(s Site) error { return ftpclient.CheckEncoding(s.Encoding) }},
		{"proxy", func(s Site) error { _, err := s.ProxyURL(); return err }},
		{"time_offset", func(s Site) error { _, _, err := s.Offset(); return err }},
		{"remote_dir", func(s Site) error { return oneLine(s.RemoteDir) }},
		{"local_dir", func(s Site) error { return oneLine(s.LocalDir) }},
		{"bookmarks", func(s Site) error { return checkBookmarks(s.Bookmarks) }},
		{"connections", func(s Site) error { return between(s.Connections, 0, 32) }},
		{"parallel", func(s Site) error { return between(s.Parallel, 0, 32) }},
		{"limit_rate", func(s Site) error { _, err := ParseRate(s.LimitRate); return err }},
		{"list_hidden", func(s Site) error { return oneOf(s.ListHidden, HiddenWords()) }},
		{"min_tls", func(s Site) error { return oneOf(s.MinTLS, TLSVersions()) }},
		{"client_certificate", func(s Site) error { return oneLine(s.ClientCertificate) }},
		{"client_key", func(s Site) error { return oneLine(s.ClientKey) }},
		{"trash", func(s Site) error { return oneLine(s.Trash) }},
		{"exclude", func(s Site) error { return checkPatterns(s.Exclude) }},
		{"verify", func(s Site) error { return oneOf(s.Verify, VerifyWords()) }},
		{"active_ports", func(s Site) error { _, err := s.Ports(); return err }},
		{"active_host", func(s Site) error { _, err := s.AnnouncedHost(); return err }},
	}
}

func checkHost(host string) error {
	if host == "" || strings.ContainsAny(host, "/@ []") || hasControl(host) {
		return errors.New("it is the name of a host, or an address, alone: no ftp://, no user, no folder")
	}
	if strings.Contains(host, ":") {
		if _, err := netip.ParseAddr(host); err != nil {
			return errors.New("the port of a host is told by port = …")
		}
	}
	return nil
}

func checkKeeper(keeper string) error {
	if err := oneOf(keeper, Keepers()); err != nil {
		// What stands there may be a password: it is not repeated.
		return errors.New("it says where the password is kept, which is one of " + strings.Join(Keepers(), ", ") +
			"; the password itself has no place here")
	}
	return nil
}

func between(n, low, high int) error {
	if n < low || n > high {
		return fmt.Errorf("%d is not between %d and %d", n, low, high)
	}
	return nil
}

func oneLine(s string) error {
	if hasControl(s) {
		return errors.New("it holds a line end or another control code")
	}
	return nil
}

func oneOf(word string, words []string) error {
	if word != "" && !slices.Contains(words, word) {
		return fmt.Errorf("%q is none of %s", word, strings.Join(words, ", "))
	}
	return nil
}

func word[T any](s string, parse func(string) (T, error)) error {
	if s == "" {
		return nil
	}
	_, err := parse(s)
	return err
}

func checkBookmarks(all []Bookmark) error {
	for i, b := range all {
		switch {
		case b.Name == "":
			return fmt.Errorf("bookmark %d has no name", i+1)
		case b.Remote == "" && b.Local == "":
			return fmt.Errorf("the bookmark %s leads nowhere: it needs remote or local", strconv.Quote(b.Name))
		case hasControl(b.Name + b.Remote + b.Local):
			return fmt.Errorf("bookmark %d holds a line end or another control code", i+1)
		}
	}
	return nil
}

func checkPatterns(all []string) error {
	for _, p := range all {
		if _, err := path.Match(p, ""); err != nil || p == "" {
			return fmt.Errorf("%q is no pattern of names such as *.tmp", p)
		}
	}
	return nil
}

// ProxyURL gives the proxy, nil for none.
func (s Site) ProxyURL() (*url.URL, error) {
	if s.Proxy == "" {
		return nil, nil
	}
	u, err := url.Parse(s.Proxy)
	if err != nil || u.Host == "" {
		return nil, errors.New("it is no URL such as socks5://host:1080 or http://host:3128")
	}
	if _, has := u.User.Password(); has {
		return nil, errors.New("the password of a proxy has no place here; 'ferry settings proxy-password' keeps it")
	}
	plain := &url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}
	return plain, ftpclient.CheckProxy(plain)
}

// longestOffset is beyond all time zones.
const longestOffset = 26 * time.Hour

// Offset gives how far LIST's times are ahead of UTC, and whether that was said at all.
func (s Site) Offset() (offset time.Duration, told bool, err error) {
	if s.TimeOffset == "" {
		return 0, false, nil
	}
	d, err := time.ParseDuration(strings.TrimPrefix(s.TimeOffset, "+"))
	if err != nil || d.Abs() > longestOffset || d%time.Minute != 0 {
		return 0, false, fmt.Errorf("%q is no offset such as 2h, -90m, 5h30m", s.TimeOffset)
	}
	return d, true, nil
}

// Ports gives the ports to listen on in active mode.
func (s Site) Ports() (ftpclient.PortRange, error) {
	if s.ActivePorts == "" {
		return ftpclient.PortRange{}, nil
	}
	return ParsePorts(s.ActivePorts)
}

// ParsePorts reads a range of ports, "LO-HI", or one port.
func ParsePorts(s string) (ftpclient.PortRange, error) {
	low, high, isRange := strings.Cut(s, "-")
	if !isRange {
		high = low
	}
	lo, err := strconv.ParseUint(low, 10, 16)
	hi, err2 := strconv.ParseUint(high, 10, 16)
	if err != nil || err2 != nil || lo == 0 || lo > hi {
		return ftpclient.PortRange{}, fmt.Errorf("%q is no range of ports such as 50000-50100", s)
	}
	return ftpclient.PortRange{Low: uint16(lo), High: uint16(hi)}, nil
}

// AnnouncedHost gives the address to announce in active mode.
func (s Site) AnnouncedHost() (netip.Addr, error) {
	if s.ActiveHost == "" {
		return netip.Addr{}, nil
	}
	addr, err := netip.ParseAddr(s.ActiveHost)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%q is no IP address", s.ActiveHost)
	}
	return addr, nil
}

// ParseRate reads octets a second: "800K", "5M", "1.5G", by the 1024; "" and "0" are without a limit, 0.
func ParseRate(s string) (int64, error) {
	digits, unit := s, int64(1)
	for i, letter := range []string{"K", "M", "G"} {
		if cut, found := strings.CutSuffix(strings.ToUpper(s), letter); found {
			digits, unit = cut, 1<<(10*(i+1))
		}
	}
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || n < 0 || n*float64(unit) > 1<<50 || n != n {
		return 0, fmt.Errorf("%q is no rate such as 800K or 5M", s)
	}
	return int64(n * float64(unit)), nil
}
