//go:build !linux

package ftptest

import (
	"os"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr { return nil }

func signalGroup(pid int, s syscall.Signal) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Signal(s) // it may have ended already
	}
}

func sessions(int) int { return 0 }

func alive(int) bool { return true }
