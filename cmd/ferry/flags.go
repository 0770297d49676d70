package main

import (
	"cmp"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"ferry/ftpclient"
	"ferry/internal/site"
	"ferry/tui/theme"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// globalFlags hold for every command.
type globalFlags struct {
	wireFlags
	retries       retriesFlag
	limitRate     rateFlag
	config        string
	verbose       bool
	quiet         bool
	json          bool
	noColor       bool
	theme         themeFlag
	passwordStdin bool

	set *pflag.FlagSet
}

// wireFlags say how servers are spoken to.
type wireFlags struct {
	mode        modeFlag
	tls         tlsFlag
	proxy       proxyFlag
	encoding    encodingFlag
	activePorts portsFlag
	activeHost  addrFlag
	timeout     timeoutFlag
}

// said reports whether a flag, or the variable that stands for it, was given: it then wins over a site.
func (g *globalFlags) said(name string) bool { return g.set.Changed(name) }

// variables are the flags that an environment variable can stand for: FERRY_ and the flag's name in capitals.
var variables = [...]string{
	"mode", "tls", "proxy", "encoding", "active-ports", "active-host", "timeout", "retries", "limit-rate",
	"no-color", "theme", "config",
}

func (g *globalFlags) register(f *pflag.FlagSet) {
	g.set, g.retries, g.tls.security = f, defaultRetries, ftpclient.SecurityAuto
	f.Var(&g.mode, "mode", "who opens data connections: auto, passive (ferry) or active (the server)")
	f.Var(&g.tls, "tls", "encryption: auto (where the server has it), explicit, implicit, or off")
	f.Var(&g.proxy, "proxy", "proxy to go through: socks5://host:port or http://host:port")
	f.Var(&g.encoding, "encoding", "charset of names that are not UTF-8, such as windows-1252, gbk, shift_jis")
	f.Var(&g.activePorts, "active-ports", "ports to listen on in active mode, LO-HI")
	f.Var(&g.activeHost, "active-host", "IP address to announce in active mode")
	f.Var(&g.timeout, "timeout", "longest wait for the server, such as 10s (default: by kind of wait, 15s to 1m)")
	f.Var(&g.retries, "retries", "further tries of a transfer after a failure that may pass")
	f.Var(&g.limitRate, "limit-rate", "most octets a second, up and down each, such as 800K or 5M (default: no limit)")
	f.StringVar(&g.config, "config", "", "file of settings (default: config.toml in the folder of ferry's settings)")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "show the protocol on standard error, passwords masked")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "show results and failures only")
	f.BoolVar(&g.json, "json", false, "print one JSON object a line (ls, get, put, doctor, demo, version)")
	f.BoolVar(&g.noColor, "no-color", false, "show the screen without colours")
	f.Var(&g.theme, "theme", "colours of the screen: auto, dark, light, terminal, high-contrast or mono")
	f.BoolVar(&g.passwordStdin, "password-stdin", false, "read the password from standard input, one line")
}

// variableOf gives the environment variable that stands for a flag.
func variableOf(flag string) string {
	return "FERRY_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment sets what no flag has set from FERRY_… variables.
func (g *globalFlags) fromEnvironment(cmd *cobra.Command, getenv func(string) string) error {
	for _, name := range variables {
		variable := variableOf(name)
		f := cmd.Flags().Lookup(name)
		value := getenv(variable)
		if f == nil || f.Changed || value == "" {
			continue
		}
		if err := f.Value.Set(value); err != nil {
			return usagef("the variable %s=%s: %v", variable, value, err)
		}
		f.Changed = true // for whoever asks what was said
	}
	return nil
}

// modeFlag is a pflag.Value; the zero value is auto.
type modeFlag struct{ mode ftpclient.Mode }

func (m *modeFlag) String() string { return m.mode.String() }
func (*modeFlag) Type() string     { return "MODE" }

func (m *modeFlag) Set(s string) (err error) {
	m.mode, err = ftpclient.ParseMode(s)
	return err
}

// themeFlag is a pflag.Value; the zero value is auto.
type themeFlag struct{ name string }

func (t *themeFlag) String() string { return cmp.Or(t.name, "auto") }
func (*themeFlag) Type() string     { return "THEME" }

func (t *themeFlag) Set(s string) error {
	var names []string
	for _, n := range theme.Names() {
		if n[0] == s {
			t.name = s
			return nil
		}
		names = append(names, n[0])
	}
	return fmt.Errorf("there is no theme %q, but %s", s, strings.Join(names, ", "))
}

// encodingFlag is a pflag.Value: the name of a charset.
type encodingFlag struct{ label string }

func (*encodingFlag) Type() string     { return "NAME" }
func (e *encodingFlag) String() string { return e.label }

func (e *encodingFlag) Set(s string) error {
	e.label = s
	return ftpclient.CheckEncoding(s)
}

// portsFlag is a pflag.Value: "LO-HI", or one port.
type portsFlag struct{ ports ftpclient.PortRange }

func (*portsFlag) Type() string { return "LO-HI" }

func (p *portsFlag) String() string {
	if p.ports == (ftpclient.PortRange{}) {
		return ""
	}
	return fmt.Sprintf("%d-%d", p.ports.Low, p.ports.High)
}

func (p *portsFlag) Set(s string) (err error) {
	if s == "" {
		p.ports = ftpclient.PortRange{}
		return nil
	}
	p.ports, err = site.ParsePorts(s)
	return err
}

// addrFlag is a pflag.Value.
type addrFlag struct{ addr netip.Addr }

func (*addrFlag) Type() string { return "IP" }

func (a *addrFlag) String() string {
	if !a.addr.IsValid() {
		return ""
	}
	return a.addr.String()
}

func (a *addrFlag) Set(s string) error {
	if s == "" {
		a.addr = netip.Addr{}
		return nil
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return fmt.Errorf("%q is no IP address", s)
	}
	a.addr = addr
	return nil
}

// timeoutFlag is a pflag.Value; 0 leaves each wait its own limit.
type timeoutFlag struct{ limit time.Duration }

func (*timeoutFlag) Type() string { return "DURATION" }

func (t *timeoutFlag) String() string {
	if t.limit == 0 {
		return ""
	}
	return t.limit.String()
}

func (t *timeoutFlag) Set(s string) error {
	if s == "" {
		t.limit = 0
		return nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is no duration such as 30s or 1m30s", s)
	}
	t.limit = d
	return nil
}

// timeouts gives the limits of all waits. Attempts at a data connection keep their own limit where that is shorter:
// there is mostly another method to try.
func (t *timeoutFlag) timeouts(m ftpclient.Mode) ftpclient.Timeouts {
	d := t.limit
	if d == 0 {
		return ftpclient.Timeouts{}
	}
	attempt := 15 * time.Second
	if m == ftpclient.ModeAuto {
		attempt = 3 * time.Second
	}
	return ftpclient.Timeouts{
		Connect: d, Greeting: d, Reply: d, Data: min(d, attempt), Stall: d, Final: d, Abort: min(d, 5*time.Second),
	}
}

const defaultRetries = 3

// retriesFlag is a pflag.Value: 0 and up.
type retriesFlag int

func (*retriesFlag) Type() string     { return "N" }
func (r *retriesFlag) String() string { return strconv.Itoa(int(*r)) }

func (r *retriesFlag) Set(s string) error {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return fmt.Errorf("%q is no number of tries", s)
	}
	*r = retriesFlag(n)
	return nil
}
