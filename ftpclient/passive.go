package ftpclient

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// passivePort asks the server to listen, and gives the port to dial and, after PASV, the address that the server
// names.
func (c *Conn) passivePort(ctx context.Context, m Method) (netip.Addr, uint16, error) {
	reply, err := c.command(ctx, m.String(), "")
	if err != nil {
		return netip.Addr{}, 0, err
	}
	if m == MethodEPSV {
		if reply.Code != ReplyExtendedPassive {
			return netip.Addr{}, 0, c.outOfStep(m.String(), reply)
		}
		port, err := parseExtendedPassive(reply, c.lowestDataPort())
		return netip.Addr{}, port, err
	}
	if reply.Code != ReplyPassive {
		return netip.Addr{}, 0, c.outOfStep(m.String(), reply)
	}
	told, err := parsePassive(reply, c.lowestDataPort())
	return told.Addr(), told.Port(), err
}

// passiveHost gives the host to dial where the server has named an address, zero if none. It is the server's own one
// unless the configuration says that it can be believed.
func (c *Conn) passiveHost(told netip.Addr) string {
	switch {
	case !told.IsValid() || c.cfg.Proxy == nil && told == c.peer():
		return c.dataHost()
	case c.cfg.BelievePassive && !told.IsUnspecified() && !told.IsMulticast():
		c.note(fmt.Sprintf("the data connection goes to %s, as the server says", told))
		return told.String()
	case c.cfg.Proxy == nil:
		c.note(fmt.Sprintf("the server names %s for its data connection; its own address %s is used instead",
			told, c.peer()))
	}
	return c.dataHost()
}

// beliefHint suggests to believe the address that the server named, where that may help: nobody dials a private one.
func (c *Conn) beliefHint(told netip.Addr) string {
	if !told.IsValid() || told == c.peer() || told.IsPrivate() || !told.IsGlobalUnicast() || c.cfg.BelievePassive {
		return ""
	}
	return fmt.Sprintf("; it names %s, which a setting of the site would let us dial", told)
}

// dataHost is where data connections are dialled: always the server's own address, the one that the control connection
// has (CVE-2020-8284), whatever address a reply names. Behind a proxy only its name is known.
func (c *Conn) dataHost() string {
	if c.cfg.Proxy != nil {
		return c.cfg.Host
	}
	return c.peer().String()
}

// peer is the address of the server as the control connection knows it.
func (c *Conn) peer() netip.Addr { return addrPort(c.nc.RemoteAddr()).Addr() }

// parseExtendedPassive reads the port of a 229 reply (RFC 2428 §3): "(|||6446|)" with any delimiter.
func parseExtendedPassive(reply Reply, lowest uint16) (uint16, error) {
	for line := range reply.backward() {
		if port, ok := portIn(line); ok && port >= lowest {
			return port, nil
		}
	}
	return 0, &ProtocolError{Problem: "gave no usable port for a data connection", Line: clip(reply.Text)}
}

func portIn(line string) (port uint16, ok bool) {
	_, inner, ok := strings.Cut(line, "(")
	if !ok || len(inner) < 4 || isDigit(inner[0]) {
		return 0, false
	}
	fields := strings.Split(strings.TrimSuffix(inner, ")"), inner[:1])
	if len(fields) < 4 {
		return 0, false
	}
	digits, _, _ := strings.Cut(fields[3], ")")
	n, err := strconv.ParseUint(strings.TrimSpace(digits), 10, 16)
	return uint16(n), err == nil
}

// parsePassive reads the six numbers of a 227 reply (RFC 959 §4.1.2, RFC 1123 §4.1.2.6), wherever they stand in it.
func parsePassive(reply Reply, lowest uint16) (netip.AddrPort, error) {
	for line := range reply.backward() {
		n, ok := sixNumbers(line)
		if port := uint16(n[4])<<8 | uint16(n[5]); ok && port >= lowest {
			return netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[:4])), port), nil
		}
	}
	return netip.AddrPort{}, &ProtocolError{
		Problem: "gave no usable address for a data connection", Line: clip(reply.Text),
	}
}

// sixNumbers finds the first six numbers from 0 to 255 that only commas and blanks separate.
func sixNumbers(s string) (n [6]byte, ok bool) {
	for start := range len(s) {
		if !isDigit(s[start]) || start > 0 && isDigit(s[start-1]) {
			continue
		}
		if n, ok := sixNumbersAt(s[start:]); ok {
			return n, true
		}
	}
	return n, false
}

func sixNumbersAt(s string) (n [6]byte, ok bool) {
	for i := range n {
		digits := s[:len(s)-len(strings.TrimLeft(s, "0123456789"))]
		value, err := strconv.ParseUint(digits, 10, 8)
		if err != nil {
			return n, false
		}
		n[i] = byte(value)
		s = strings.TrimLeft(s[len(digits):], " ")
		if i < 5 {
			if !strings.HasPrefix(s, ",") {
				return n, false
			}
			s = strings.TrimLeft(s[1:], " ")
		}
	}
	return n, true
}

// lowestDataPort leaves out the ports on which other services live: a server that names one may want the client to talk
// to a third party's service (RFC 2577 §3).
func (c *Conn) lowestDataPort() uint16 {
	if c.cfg.LowPorts {
		return 1
	}
	return 1024
}

// dialPassive opens the data connection that the client dials.
func (c *Conn) dialPassive(ctx context.Context, m Method) (net.Conn, error) {
	told, port, err := c.passivePort(ctx, m)
	if err != nil {
		return nil, err
	}
	host, limit := c.passiveHost(told), c.cfg.Timeouts.data(c.server.currentMode())
	dialCtx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	nc, err := c.cfg.Dial(dialCtx, "tcp", net.JoinHostPort(host, strconv.Itoa(int(port))))
	if err == nil {
		return nc, nil
	}
	if gaveUp := context.Cause(ctx); gaveUp != nil {
		return nil, gaveUp
	}
	return nil, &unreachableError{
		method: m, err: err,
		words: fmt.Sprintf("the server's passive port %d cannot be reached (%s)%s",
			port, dialWords(err, limit), c.beliefHint(told)),
		obstacle: dialObstacle(err), dialled: c.dialled(host, port), told: told,
	}
}
