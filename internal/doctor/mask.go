package doctor

import (
	"net/netip"
	"regexp"
	"strings"

	"ferry/ftpclient"
)

// Mask takes out of findings what tells which server and whose account it is: the host's and all other domain names,
// addresses, the user's name, the certificate's subject and most of its fingerprint, by which public logs would find
// it. What a greeting says in words of its own stays.
type Mask struct{ names []replacement }

type replacement struct {
	pattern *regexp.Regexp
	by      string
}

// NewMask makes the mask for one account.
func NewMask(cfg ftpclient.Config) Mask {
	var m Mask
	for _, secret := range []struct{ text, by string }{{cfg.Host, "HOST"}, {cfg.User, "USER"}} {
		if secret.text == "" || secret.text == "anonymous" {
			continue
		}
		word := regexp.MustCompile(`(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(secret.text) + `($|[^\pL\pN])`)
		m.names = append(m.names, replacement{word, "${1}" + secret.by + "${2}"})
	}
	return m
}

var (
	fingerprints = regexp.MustCompile(`\b([0-9A-F]{2}:[0-9A-F]{2}):(?:[0-9A-F]{2}:){29}[0-9A-F]{2}\b`)
	commaAddress = regexp.MustCompile(`\b(?:\d{1,3} *, *){4}(\d{1,3} *, *\d{1,3})\b`)
	mayBeAddress = regexp.MustCompile(`[0-9A-Fa-f:.]*[:.][0-9A-Fa-f:.]*(?:%\w+)?`)
	mailbox      = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN.-]+`)
	domainName   = regexp.MustCompile(`(?i)(?:[\pL\pN_](?:[\pL\pN_-]*[\pL\pN])?\.)+\pL{2,}`)
)

// Finding gives the finding as it may be shown to anybody.
func (m Mask) Finding(f Finding) Finding {
	f = f.mapped(m.Text)
	delete(f.Facts, "subject") // mapped has made a map of our own
	return f
}

// Text masks one text.
func (m Mask) Text(text string) string {
	for _, one := range m.names {
		text = one.pattern.ReplaceAllString(text, one.by)
	}
	text = fingerprints.ReplaceAllString(text, "$1:…")
	text = commaAddress.ReplaceAllString(text, "ADDRESS,$1")
	text = mailbox.ReplaceAllString(text, "MAILBOX")
	text = mayBeAddress.ReplaceAllStringFunc(text, maskAddress)
	return domainName.ReplaceAllStringFunc(text, func(name string) string {
		if strings.HasPrefix(strings.ToLower(name), "unix.") {
			return name // a fact of MLSD
		}
		return "NAME"
	})
}

// maskAddress hides an IP address, perhaps with a full stop or a port behind it.
func maskAddress(text string) string {
	word := strings.TrimRight(text, ".:")
	if addr, err := netip.ParseAddr(word); err == nil {
		return kindOf(addr) + text[len(word):]
	}
	if at, err := netip.ParseAddrPort(word); err == nil {
		return kindOf(at.Addr()) + text[strings.LastIndexByte(text, ':'):]
	}
	return text
}

// kindOf keeps what matters of an address in a report: whether it is an inner one.
func kindOf(addr netip.Addr) string {
	switch {
	case addr.IsUnspecified():
		return "0.0.0.0"
	case addr.IsLoopback():
		return "LOOPBACK"
	case addr.IsPrivate(), addr.IsLinkLocalUnicast():
		return "PRIVATE-ADDRESS"
	}
	return "ADDRESS"
}
