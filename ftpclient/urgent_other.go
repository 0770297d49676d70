//go:build !unix

package ftpclient

import (
	"errors"
	"net"
)

// sendUrgent is not there: the bytes then go in line.
func sendUrgent(*net.TCPConn, []byte) error { return errors.ErrUnsupported }
