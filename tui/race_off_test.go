//go:build !race

package tui

// mostAllocations bounds those of a frame.
const mostAllocations = 60
