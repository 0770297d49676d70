// Package early keeps Bubble Tea from asking the terminal for its colours before main begins: its v1 does so while
// it is initialised, and waits up to five seconds where nothing answers (ssh -tt, CI, even ferry version).
//
// It imports nothing but os, so that Go initialises it before every package whose path sorts behind it, which all of
// Bubble Tea's do. It has to be imported by main and undone by Restore in its first line.
package early

import "os"

var term, isSet = os.LookupEnv("TERM")

func init() { _ = os.Setenv("TERM", "dumb") }

// Restore gives TERM back the value that it had when the program began. To call it twice does no harm.
func Restore() {
	if isSet {
		_ = os.Setenv("TERM", term)
		return
	}
	_ = os.Unsetenv("TERM")
}
