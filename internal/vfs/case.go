package vfs

import (
	"context"
	"strings"
	"unicode/utf8"
)

// Case tells what a shore makes of names that differ only in case.
type Case uint8

// What a shore makes of them.
const (
	CaseUnknown Case = iota // nobody has asked yet, or there was no clear answer
	CaseCounts              // they are two names
	CaseIgnored             // they are one name
)

// Cased is also implemented by an FS on which names that differ only in case may be one.
type Cased interface {
	// NameCase tells what is known without asking anybody.
	NameCase() Case
}

// CaseFinder is also implemented by sessions of an FS that has to ask.
type CaseFinder interface {
	// FindCase asks once about the whole FS, by another spelling of something that is there at path.
	FindCase(ctx context.Context, path string) Case
}

// NameCase tells what is known of an FS. Case counts where it says nothing about that.
func NameCase(f FS) Case {
	if cased, may := f.(Cased); may {
		return cased.NameCase()
	}
	return CaseCounts
}

// FindCase asks an FS, if it has to be asked, about something that is there at path. Its error is why nobody could be
// asked.
func FindCase(ctx context.Context, f FS, why Purpose, path string) (Case, error) {
	known := NameCase(f)
	if known != CaseUnknown {
		return known, nil
	}
	err := Do(ctx, f, why, func(s Session) error {
		if finder, asks := s.(CaseFinder); asks {
			known = finder.FindCase(ctx, path)
		}
		return context.Cause(ctx)
	})
	return known, err
}

// IgnoresCase reports whether an FS ignores case, and asks by its session s, about something that is there at path, if
// that is not known. Where no clear answer comes, case counts.
func IgnoresCase(ctx context.Context, f FS, s Session, path string) bool {
	known := NameCase(f)
	if finder, asks := s.(CaseFinder); asks && known == CaseUnknown {
		known = finder.FindCase(ctx, path)
	}
	return known == CaseIgnored
}

// FoldName makes names equal that are known to be one on an FS.
func FoldName(f FS, name string) string {
	if NameCase(f) == CaseIgnored {
		return FoldCase(name)
	}
	return name
}

// FoldCase makes names equal that differ only in case. In names that are no UTF-8 only the letters of ASCII have one.
func FoldCase(name string) string {
	if utf8.ValidString(name) {
		return strings.ToLower(name)
	}
	folded := []byte(name)
	for i, b := range folded {
		if 'A' <= b && b <= 'Z' {
			folded[i] = b + 'a' - 'A'
		}
	}
	return string(folded)
}
