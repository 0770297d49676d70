package doctor

import (
	"net/netip"
	"regexp"
	"strings"

	"ferry/ftpclient"
)

// Mask takes out of findings what tells which server and whose account it is: the host's and all other domain names,
// addresses, the user's name, the certificate's subject and most of its fingerprint, by which public logs would find
// it. What a greeting says in words of its own stays. The user may be called like a word of ours ("ferry", "server"):
// in our sentences only paths and addresses can hold the name.
type Mask struct {
	host, user replacement
	inPath     replacement // the user, where it must be one
}

// replacement is what one name is replaced by; the zero one replaces nothing.
type replacement struct {
	pattern *regexp.Regexp
	by      string
}

func (r replacement) in(text string) string {
	if r.pattern == nil {
		return text
	}
	return r.pattern.ReplaceAllString(text, r.by)
}

// NewMask makes the mask for one account.
func NewMask(cfg ftpclient.Config) Mask {
	m := Mask{host: wherever(cfg.Host, "HOST")}
	if name := regexp.QuoteMeta(cfg.User); name != "" && cfg.User != "anonymous" {
		m.user = wherever(cfg.User, "USER")
		m.inPath = replacement{
			regexp.MustCompile(`(?i)([/\\~])` + name + `($|[^\pL\pN])|(^|[^\pL\pN])` + name + `(@)`), "${1}${3}USER${2}${4}",
		}
	}
	return m
}

// wherever replaces a name that stands as a word.
func wherever(name, by string) replacement {
	if name == "" {
		return replacement{}
	}
	word := regexp.MustCompile(`(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(name) + `($|[^\pL\pN])`)
	return replacement{word, "${1}" + by + "${2}"}
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
	ours := func(text string) string { return m.sentence(text, f.foreign) }
	found, means, set := ours(f.Found), ours(f.Means), ours(f.Set)
	f = f.mapped(m.Text)
	f.Found, f.Means, f.Set = found, means, set
	delete(f.Facts, "subject") // mapped has made a map of our own
	return f
}

// sentence masks a sentence of ours in which each of some foreign parts stands once, as words of its own.
func (m Mask) sentence(text string, foreign []string) string {
	for _, part := range foreign {
		if at := wherever(part, "").pattern; at != nil {
			text = replaceFirst(text, at, m.Text)
		}
	}
	return places(m.inPath.in(m.host.in(text)))
}

func replaceFirst(text string, pattern *regexp.Regexp, by func(string) string) string {
	at := pattern.FindStringIndex(text)
	if at == nil {
		return text
	}
	return text[:at[0]] + by(text[at[0]:at[1]]) + text[at[1]:]
}

// Text masks a text that somebody else wrote.
func (m Mask) Text(text string) string { return places(m.user.in(m.host.in(text))) }

// places masks addresses, certificates and the names of other machines.
func places(text string) string {
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
