//go:build !unix

package terminal

func canSuspend() bool { return false }
