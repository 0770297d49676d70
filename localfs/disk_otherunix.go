//go:build unix && !linux && !darwin

package localfs

import "io/fs"

func renameNoReplace(from, to string) error { return renameByLink(from, to) }

func umask() fs.FileMode { return swapUmask() }
