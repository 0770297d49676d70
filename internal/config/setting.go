// Package config holds the settings of ferry: one table says which there are, and from it come the commented default
// file, what is wrong with a person's file and where, the screen that edits them, and docs/settings.md.
package config

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind says what the values of a setting are.
type Kind uint8

// The kinds.
const (
	Text     Kind = iota // any text; "" switches it off
	Choice               // one of Setting.Choices
	Switch               // true or false
	Number               // a whole number
	Duration             // "45s", "1m30s"
)

// When says from when on a changed setting counts.
type When string

// The moments.
const (
	AtOnce         When = "at once"
	NextConnection When = "from the next connection on"
	NextTransfer   When = "for what is queued from then on"
	NextCommand    When = "from the next command of the shell on"
)

// Setting is one thing that a person can set.
type Setting struct {
	Section string // the table of the file: "screen"
	Name    string // the key in it: "hidden"
	Kind    Kind
	Default string // as text: "true", "45s"
	Choices []string
	Low     int // bounds of a Number
	High    int
	Help    string // one sentence or two, for people
	Flag    string // the flag of the shell that says the same, which wins; "" for none
	Counts  When

	check func(string) error // beyond what the kind asks for; may be nil
}

// Key names the setting: "screen.hidden".
func (s Setting) Key() string { return s.Section + "." + s.Name }

// Check tells what is wrong with a value given as text.
func (s Setting) Check(text string) error {
	switch s.Kind {
	case Choice:
		if !slices.Contains(s.Choices, text) {
			return fmt.Errorf("%q is none of %s", text, strings.Join(s.Choices, ", "))
		}
	case Switch:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is neither true nor false", text)
		}
	case Number:
		if n, err := strconv.Atoi(text); err != nil || n < s.Low || n > s.High {
			return fmt.Errorf("%q is no number from %d to %d", text, s.Low, s.High)
		}
	case Duration:
		if d, err := time.ParseDuration(text); text != "" && (err != nil || d < 0) {
			return fmt.Errorf("%q is no time such as 45s or 1m30s", text)
		}
	case Text:
	}
	if s.check == nil || text == "" {
		return nil
	}
	return s.check(text)
}

// read turns what a file holds into text.
func (s Setting) read(value any) (string, error) {
	var text string
	var fits bool
	switch v := value.(type) {
	case bool:
		text, fits = strconv.FormatBool(v), s.Kind == Switch
	case int64:
		text, fits = strconv.FormatInt(v, 10), s.Kind == Number
	case string:
		text, fits = v, s.Kind != Switch && s.Kind != Number
	}
	if !fits {
		return "", errors.New("it wants " + s.wants())
	}
	return text, s.Check(text)
}

// wants says in words which values a setting has.
func (s Setting) wants() string {
	switch s.Kind {
	case Choice:
		return "one of " + strings.Join(quoted(s.Choices), ", ")
	case Switch:
		return "true or false"
	case Number:
		return fmt.Sprintf("a number from %d to %d", s.Low, s.High)
	case Duration:
		return `a time such as "45s"`
	case Text:
	}
	return "a text in quotes"
}

// native gives a text as the file's own type, to be written.
func (s Setting) native(text string) any {
	switch s.Kind {
	case Switch:
		return text == "true"
	case Number:
		n, _ := strconv.Atoi(text) // Check has passed
		return n
	case Text, Choice, Duration:
	}
	return text
}

func quoted(all []string) []string {
	q := make([]string, len(all))
	for i, one := range all {
		q[i] = strconv.Quote(one)
	}
	return q
}

func checkAddress(text string) error {
	if _, err := netip.ParseAddr(text); err != nil {
		return fmt.Errorf("%q is no IP address", text)
	}
	return nil
}

func checkPorts(text string) error {
	low, high, isRange := strings.Cut(text, "-")
	if !isRange {
		high = low
	}
	lo, err := strconv.ParseUint(low, 10, 16)
	hi, err2 := strconv.ParseUint(high, 10, 16)
	if err != nil || err2 != nil || lo == 0 || lo > hi {
		return fmt.Errorf("%q is no range of ports such as 50000-50100", text)
	}
	return nil
}

var speeds = regexp.MustCompile(`(?i)^\d+(\.\d+)? *[KMGT]?(i?B)?$`)

func checkSpeed(text string) error {
	if !speeds.MatchString(text) {
		return fmt.Errorf("%q is no speed such as 800K or 5M", text)
	}
	return nil
}

// noPassword refuses a proxy that holds one: the file of settings is read by other programs, and shared.
func noPassword(text string) error {
	scheme, rest, found := strings.Cut(text, "://")
	if !found || scheme != "socks5" && scheme != "http" {
		return errors.New("it is no proxy such as socks5://host:1080 or http://host:3128")
	}
	if at := strings.LastIndexByte(rest, '@'); strings.Contains(rest[:max(at, 0)], ":") {
		return errors.New("the password of a proxy does not belong here; 'ferry settings proxy-password' keeps it")
	}
	return nil
}
