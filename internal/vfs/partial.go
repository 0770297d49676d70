package vfs

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

const (
	partialPrefix = "."
	partialSuffix = ".ferrypart"
	longestName   = 255 // octets; what most file systems hold
)

// PartialName names the file that collects what will be called name, in the same folder: ".NAME.ferrypart". Where
// that is longer than 255 octets a hash stands for the name, so that the same name always finds its partial again.
func PartialName(name string) string {
	whole := partialPrefix + name + partialSuffix
	if len(whole) <= longestName {
		return whole
	}
	sum := sha256.Sum256([]byte(name))
	return partialPrefix + hex.EncodeToString(sum[:16]) + partialSuffix
}

// IsPartialName reports whether PartialName makes such names.
func IsPartialName(name string) bool {
	inner, found := strings.CutPrefix(name, partialPrefix)
	return found && strings.HasSuffix(inner, partialSuffix) && len(inner) > len(partialSuffix)
}

// PartialPath gives the path of the partial of what will be at path.
func PartialPath(f FS, path string) string {
	return f.Join(f.Parent(path), PartialName(f.Base(path)))
}

// AsidePath is where the file at path waits while another takes its name, on servers that do not rename over a file. It
// is the name of a partial, so that what a crash leaves there is never copied.
func AsidePath(f FS, path string) string { return PartialPath(f, path+"~old") }

// Disks is also implemented by an FS on which files lie on several disks, each with space of its own.
type Disks interface {
	// Disk names the disk that holds path or, where nothing is there yet, will hold it. It may wait for the disk.
	Disk(path string) string
}
