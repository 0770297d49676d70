package ftpclient

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// listener waits for the one data connection that the server dials in active mode. The function that opened it closes
// it; it never outlives its transfer's beginning.
type listener struct {
	*net.TCPListener
	announced netip.AddrPort // what the server is told
	server    netip.Addr     // the only address that may connect
	note      func(string)
}

// listen opens a port on our end of the control connection.
func (c *Conn) listen() (*listener, error) {
	own := addrPort(c.nc.LocalAddr()).Addr()
	tcp, err := listenInRange(own, c.cfg.ActivePorts)
	if err != nil {
		return nil, err
	}
	port := addrPort(tcp.Addr()).Port()
	announced := own
	if c.cfg.ActiveHost.IsValid() {
		announced = c.cfg.ActiveHost
	}
	return &listener{tcp, netip.AddrPortFrom(announced.WithZone(""), port), c.peer(), c.note}, nil
}

// listenInRange takes the first free port of the range.
func listenInRange(own netip.Addr, ports PortRange) (*net.TCPListener, error) {
	var err error
	for port := int(ports.Low); port <= int(ports.High); port++ {
		var tcp *net.TCPListener
		tcp, err = net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(own, uint16(port))))
		if err == nil {
			return tcp, nil
		}
	}
	return nil, fmt.Errorf("no port to listen on: %w", err)
}

// announce tells the server where to dial: EPRT (RFC 2428 §2) or PORT (RFC 959 §4.1.2).
func (c *Conn) announce(ctx context.Context, m Method, at netip.AddrPort) error {
	_, err := c.command(ctx, m.String(), portArgument(m, at))
	return err
}

func portArgument(m Method, at netip.AddrPort) string {
	if m == MethodPORT {
		host := strings.ReplaceAll(at.Addr().String(), ".", ",")
		return fmt.Sprintf("%s,%d,%d", host, at.Port()>>8, at.Port()&0xFF)
	}
	protocol := 1 // RFC 2428 §2: 1 is IPv4, 2 is IPv6
	if at.Addr().Is6() {
		protocol = 2
	}
	return fmt.Sprintf("|%d|%s|%d|", protocol, at.Addr(), at.Port())
}

// accept waits for the server to dial. Whoever else dials is turned away, and the wait goes on (RFC 2577 §8).
func (l *listener) accept(deadline time.Time) (net.Conn, error) {
	_ = l.SetDeadline(deadline)
	for {
		nc, err := l.AcceptTCP()
		if err != nil {
			return nil, err
		}
		from := addrPort(nc.RemoteAddr())
		if from.Addr() == l.server {
			return nc, nil
		}
		_ = nc.Close()
		l.note(fmt.Sprintf("a stranger at %s dialled our data port and was turned away", from))
	}
}
