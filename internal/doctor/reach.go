package doctor

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"ferry/ftpclient"
)

// family is an IP version by which the server may be reached, or the way through a proxy.
type family struct {
	name    string
	network string // as net.Dial takes it
}

// The families.
var (
	ipv4     = family{"IPv4", "tcp4"}
	ipv6     = family{"IPv6", "tcp6"}
	anywhere = family{"the proxy", "tcp"}
)

// over gives the configuration that goes by this family alone.
func (f family) over(cfg ftpclient.Config) ftpclient.Config {
	dial := dialer(cfg)
	cfg.Dial = func(ctx context.Context, _, address string) (net.Conn, error) { return dial(ctx, f.network, address) }
	return cfg
}

// reach looks the name up and connects by TCP to its addresses of both families.
func (e *exam) reach(ctx context.Context) error {
	if e.Server.Proxy != nil {
		e.families = []family{anywhere}
		e.tell(Finding{
			Check: "resolve", Title: "Name", Verdict: Skipped, Found: "the proxy looks the name up",
			Means: "Active mode cannot go through a proxy, and is not tried.",
		})
		return nil
	}
	addresses, err := e.resolve(ctx)
	if err != nil {
		return err
	}
	var last error
	for _, f := range []family{ipv4, ipv6} {
		if at := f.of(addresses); len(at) > 0 {
			if err := e.connectTCP(ctx, f, at[0]); err != nil {
				last = err
			} else {
				e.families = append(e.families, f)
			}
		}
	}
	if len(e.families) == 0 {
		return last
	}
	return nil
}

// of gives the addresses of the family.
func (f family) of(all []netip.Addr) []netip.Addr {
	var some []netip.Addr
	for _, a := range all {
		if a.Is4() == (f == ipv4) {
			some = append(some, a)
		}
	}
	return some
}

func (e *exam) resolve(ctx context.Context) (addresses []netip.Addr, err error) {
	e.try("resolve", "Name", func() Finding {
		if addr, parsed := netip.ParseAddr(e.Server.Host); parsed == nil {
			addresses = []netip.Addr{addr.Unmap()}
			return Finding{Verdict: Good, Found: "an address, no name", Facts: map[string]any{"addresses": texts(addresses)}}
		}
		addresses, err = net.DefaultResolver.LookupNetIP(ctx, "ip", e.Server.Host)
		if err != nil {
			err = ftpclient.ConnectFailure(e.address(), err)
			return failed(err)
		}
		for i := range addresses {
			addresses[i] = addresses[i].Unmap()
		}
		return Finding{
			Verdict: Good, Found: e.Server.Host + " is " + strings.Join(texts(addresses), ", "),
			Facts: map[string]any{"addresses": texts(addresses)},
		}
	})
	return addresses, err
}

func texts(addresses []netip.Addr) []string {
	all := make([]string, len(addresses))
	for i, a := range addresses {
		all[i] = a.String()
	}
	return all
}

func (e *exam) connectTCP(ctx context.Context, f family, at netip.Addr) (err error) {
	e.try("connect", "Connection over "+f.name, func() Finding {
		limit := e.Server.Timeouts.Connect
		if limit == 0 {
			limit = 3 * attemptLimit
		}
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		begun := time.Now()
		var nc net.Conn
		nc, err = dialer(e.Server)(ctx, f.network, net.JoinHostPort(at.String(), strconv.Itoa(e.port())))
		if err != nil {
			err = ftpclient.ConnectFailure(e.address(), err)
			found := failed(err)
			found.Facts = map[string]any{"address": at.String()}
			return found
		}
		_ = nc.Close()
		took := time.Since(begun)
		return Finding{
			Verdict: Good, Found: fmt.Sprintf("%s answers on port %d", at, e.port()), Took: took,
			Facts: map[string]any{"address": at.String(), "port": e.port()},
		}
	})
	return err
}

// port is the one of the control connection.
func (e *exam) port() int {
	switch {
	case e.Server.Port != 0:
		return e.Server.Port
	case e.Server.Security == ftpclient.SecurityImplicit:
		return 990
	}
	return 21
}

func (e *exam) address() string { return net.JoinHostPort(e.Server.Host, strconv.Itoa(e.port())) }
