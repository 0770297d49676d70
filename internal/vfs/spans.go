package vfs

import "context"

// Spans is also implemented by sessions that can write one file at several places at once.
type Spans interface {
	// OpenSpan gives a Writer into the file at path from offset (octets) on. The file is made where it is not there, and
	// given its size. Writers of one file may be used at the same time. Their Commit and Abort both just end the writing.
	OpenSpan(ctx context.Context, path string, size, offset int64) (Writer, error)
}
