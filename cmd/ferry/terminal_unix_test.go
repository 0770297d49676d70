//go:build unix

package main

import "syscall"

// ownTerminal makes standard input the controlling terminal of a session of its own.
func ownTerminal() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true, Setctty: true} }
