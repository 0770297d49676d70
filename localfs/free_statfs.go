//go:build linux || darwin || freebsd

package localfs

import "golang.org/x/sys/unix"

func free(path string) (uint64, error) {
	var stat unix.Statfs_t
	err := ignoringEINTR(func() error { return unix.Statfs(path, &stat) })
	if err != nil || stat.Bavail < 0 { //nolint:staticcheck // signed on FreeBSD: less than nothing for others than root
		return 0, err
	}
	return uint64(stat.Bavail) * uint64(stat.Bsize), nil //nolint:gosec,unconvert // block sizes are positive
}
