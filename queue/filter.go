package queue

import (
	"fmt"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"ferry/internal/vfs"
)

// Filter says what of a request is copied; the zero Filter lets all pass. Patterns are globs in which * stays within a
// name and ** crosses folders. They are compared with the path below the request's folder as people read it: at any
// depth, or from that folder on where they begin with a slash. One that ends in a slash means folders only. A pattern
// that matches a folder holds for all that is in it.
type Filter struct {
	Include    []string  // if there are any, files must match one
	Exclude    []string  // what matches is left out; such folders are not even looked into
	SkipHidden bool      // what begins with a dot is left out
	NewerThan  time.Time // files must not be older, if it is set
	OlderThan  time.Time // files must not be newer, if it is set
	MinSize    int64     // octets
	MaxSize    int64     // octets; 0: no bound
}

// Check tells which pattern cannot be read.
func (f *Filter) Check() error {
	for _, patterns := range [][]string{f.Include, f.Exclude} {
		for _, p := range patterns {
			if strings.Trim(p, "/") == "" || !doublestar.ValidatePattern(p) {
				return fmt.Errorf("%q is no pattern such as *.jpg or docs/**/*.md", p)
			}
		}
	}
	return nil
}

// Passes reports whether an entry at a path takes part: for a folder, whether it is looked into.
func (f *Filter) Passes(path string, e vfs.Entry) bool {
	if f.SkipHidden && strings.HasPrefix(path[strings.LastIndexByte(path, '/')+1:], ".") {
		return false
	}
	if matchesAny(f.Exclude, path, e.IsDir()) {
		return false
	}
	if e.IsDir() {
		return len(f.Include) == 0 || f.mayHold(path)
	}
	return (len(f.Include) == 0 || matchesAny(f.Include, path, false)) && f.fits(e)
}

// fits judges by age and size. What is not known speaks for the file.
func (f *Filter) fits(e vfs.Entry) bool {
	if e.Type != vfs.File {
		return true
	}
	if e.Size >= 0 && (e.Size < f.MinSize || f.MaxSize > 0 && e.Size > f.MaxSize) {
		return false
	}
	unit := e.Precision.Unit()
	if unit == 0 {
		return true
	}
	// Known by the day or the minute only, a file may have been changed until the end of it.
	tooOld := !f.NewerThan.IsZero() && !e.ModTime.Add(unit).After(f.NewerThan)
	tooNew := !f.OlderThan.IsZero() && e.ModTime.After(f.OlderThan)
	return !tooOld && !tooNew
}

// mayHold reports whether files in a folder can be included.
func (f *Filter) mayHold(dir string) bool {
	if matchesAny(f.Include, dir, true) {
		return true
	}
	for _, pattern := range f.Include {
		anchored, below := strings.CutPrefix(pattern, "/")
		if !below || leadsThrough(anchored, dir) {
			return true
		}
	}
	return false
}

// leadsThrough reports whether something in dir can match the pattern: the folder's names match its first parts.
func leadsThrough(pattern, dir string) bool {
	parts := strings.Split(pattern, "/")
	for i, name := range strings.Split(dir, "/") {
		switch {
		case i < len(parts) && strings.Contains(parts[i], "**"):
			return true
		case i >= len(parts)-1 || !doublestar.MatchUnvalidated(parts[i], name):
			return false
		}
	}
	return true
}

// matchesAny reports whether a path, or a folder that it lies in, matches one of the patterns.
func matchesAny(patterns []string, path string, isDir bool) bool {
	for _, pattern := range patterns {
		for end := 0; end < len(path); {
			next := strings.IndexByte(path[end+1:], '/')
			if next < 0 {
				end = len(path)
			} else {
				end += 1 + next
			}
			if matches(pattern, path[:end], isDir || end < len(path)) {
				return true
			}
		}
	}
	return false
}

func matches(pattern, path string, isDir bool) bool {
	pattern, onlyDirs := strings.CutSuffix(pattern, "/")
	if onlyDirs && !isDir {
		return false
	}
	anchored, below := strings.CutPrefix(pattern, "/")
	if !below {
		anchored = "**/" + pattern
	}
	return doublestar.MatchUnvalidated(anchored, path)
}
