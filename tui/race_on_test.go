//go:build race

package tui

// mostAllocations bounds those of a frame: the race detector lets more values escape.
const mostAllocations = 70
