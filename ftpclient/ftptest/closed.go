package ftptest

import (
	"net"
	"strconv"
	"syscall"
	"testing"
)

// ClosedPort gives a port of 127.0.0.1 that refuses connections until the test ends. It is bound, so that nobody gets
// it meanwhile, but nobody listens there.
func ClosedPort(t testing.TB) int {
	t.Helper()
	s, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(s)
	t.Cleanup(func() { _ = syscall.Close(s) }) // nothing was sent on it
	if err := syscall.Bind(s, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	at, err := syscall.Getsockname(s)
	if err != nil {
		t.Fatal(err)
	}
	return at.(*syscall.SockaddrInet4).Port
}

// ClosedAddr is ClosedPort with its host.
func ClosedAddr(t testing.TB) string {
	t.Helper()
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(ClosedPort(t)))
}
