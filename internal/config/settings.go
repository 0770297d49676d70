package config

import (
	"maps"
	"strconv"
	"time"
)

// Settings are the values in force. The zero Settings has all defaults. It never changes and may be shared.
type Settings struct {
	set  map[string]string // what the file says, by key
	at   map[string]place  // where it says that
	Keys []Binding         // the table [keys]
}

// Binding gives an action other keys.
type Binding struct {
	Action string
	Keys   []string
	Line   int // where it stands in the file
	Column int
}

// Text gives a value as text. A key that is not in the table is a fault of the program.
func (s Settings) Text(key string) string {
	if text, set := s.set[key]; set {
		return text
	}
	one, known := Lookup(key)
	if !known {
		panic("no such setting: " + key)
	}
	return one.Default
}

// IsSet reports whether the file says something about the key.
func (s Settings) IsSet(key string) bool {
	_, set := s.set[key]
	return set
}

type place struct{ line, column int }

// Place tells where the file says something about the key, from 1 on; 0 where it does not.
func (s Settings) Place(key string) (line, column int) { return s.at[key].line, s.at[key].column }

// Bool gives the value of a Switch.
func (s Settings) Bool(key string) bool { return s.Text(key) == "true" }

// Int gives the value of a Number.
func (s Settings) Int(key string) int {
	n, _ := strconv.Atoi(s.Text(key)) // it was checked
	return n
}

// Duration gives the value of a Duration, 0 where it is empty.
func (s Settings) Duration(key string) time.Duration {
	d, _ := time.ParseDuration(s.Text(key)) // it was checked
	return d
}

// Without gives the settings as if the file said nothing about the key.
func (s Settings) Without(key string) Settings {
	s.set = maps.Clone(s.set)
	delete(s.set, key)
	return s
}

// With gives the settings with one value changed, which must have passed Setting.Check.
func (s Settings) With(key, text string) Settings {
	s.set = maps.Clone(s.set)
	if s.set == nil {
		s.set = map[string]string{}
	}
	s.set[key] = text
	return s
}
