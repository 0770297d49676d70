//go:build unix

package ftpclient

import (
	"net"
	"syscall"
)

// sendUrgent sends bytes of which the last one is urgent (RFC 793 §3.7). It waits for nothing: few bytes fit always.
func sendUrgent(tcp *net.TCPConn, b []byte) error {
	raw, err := tcp.SyscallConn()
	if err != nil {
		return err
	}
	var sent error
	err = raw.Write(func(fd uintptr) bool {
		sent = syscall.Sendto(int(fd), b, syscall.MSG_OOB, nil)
		return true
	})
	if err != nil {
		return err
	}
	return sent
}
