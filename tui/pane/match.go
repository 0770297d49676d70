package pane

import (
	"path"
	"strings"
)

// matcher tells which names a person means by a text: those that hold it, or where it has *, ? or [, those that match
// it as a whole. Letters are taken without regard to case. The zero matcher matches all.
type matcher struct {
	text string // in lower case
	glob bool
}

// newMatcher takes a pattern that is not complete yet as a plain text.
func newMatcher(typed string) matcher {
	m := matcher{text: strings.ToLower(typed)}
	if strings.ContainsAny(typed, "*?[") {
		_, err := path.Match(m.text, "")
		m.glob = err == nil
	}
	return m
}

// Match gives what tells whether a name, as it is shown, is meant by a text.
func Match(typed string) func(name string) bool { return newMatcher(typed).matches }

func (m matcher) matches(name string) bool {
	if m.text == "" {
		return true
	}
	name = strings.ToLower(name)
	if m.glob {
		match, err := path.Match(m.text, name)
		return match && err == nil
	}
	return strings.Contains(name, m.text)
}
