//go:build !unix

package terminal

func isHangup(error) bool { return false }
