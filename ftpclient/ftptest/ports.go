package ftptest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// Ports below those that Linux gives to outgoing connections (32768 and up), so that no client takes one by chance.
const (
	portsFrom  = 20000
	portsTo    = 32000
	portsRange = 200
)

// ports is a range that belongs to one server.
type ports struct {
	control int
	passive [2]int // first and last
}

// takePorts claims a range. Its first port stays bound as long as the test runs: that keeps other processes, which
// test other packages, off the range.
func takePorts(t testing.TB, host string) ports {
	t.Helper()
	slots := (portsTo - portsFrom) / portsRange
	for _, slot := range rand.Perm(slots) {
		base := portsFrom + slot*portsRange
		claim, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(base)))
		if err != nil {
			continue
		}
		if !free(host, base+1) {
			_ = claim.Close() // it was only looked at
			continue
		}
		t.Cleanup(func() { _ = claim.Close() })
		return ports{control: base + 1, passive: [2]int{base + 2, base + portsRange - 1}}
	}
	t.Fatalf("no free range of %d ports between %d and %d", portsRange, portsFrom, portsTo)
	return ports{}
}

// free reports whether nobody listens on a port.
func free(host string, port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
