//go:build unix

package terminal

import (
	"errors"
	"syscall"
)

// isHangup tells the error of reading from a terminal that has gone.
func isHangup(err error) bool { return errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENXIO) }
