// Package netrc reads the file in which ftp keeps logins, ~/.netrc, as far as ferry trusts it: entries for a named
// machine. The default entry is not used, since it would give a password to any server; macros are passed over.
package netrc

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Entry is what the file says about a login on a machine.
type Entry struct {
	Machine  string
	Login    string // "" where the entry names none
	Password string
	Account  string
}

const maxLine = 64 << 10 // octets

// Parse reads all entries for named machines, in their order. An entry with a control code in it is an error, as is
// text that belongs to no entry; the error names the line, never what is in it.
func Parse(r io.Reader) ([]Entry, error) {
	p := parser{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		p.line++
		if err := p.read(lines.Text()); err != nil {
			return nil, fmt.Errorf("line %d: %w", p.line, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", p.line+1, err)
	}
	if p.want != nil {
		return nil, fmt.Errorf("line %d: the last word wants a value", p.line)
	}
	return p.entries, nil
}

// Find gives the entry for user on host: one that names the user, else one that names no user.
func Find(entries []Entry, host, user string) (Entry, bool) {
	for _, login := range []string{user, ""} {
		for _, e := range entries {
			if strings.EqualFold(e.Machine, host) && e.Login == login {
				return e, true
			}
		}
	}
	return Entry{}, false
}

type parser struct {
	entries []Entry
	line    int
	begun   bool    // a machine or default line came
	ignored Entry   // takes what the default entry says
	current *Entry  // what values belong to
	want    *string // where the next word goes; nil if it is a key
	macro   bool    // inside a macro, until an empty line
}

func (p *parser) read(line string) error {
	if p.macro {
		p.macro = strings.TrimSpace(line) != ""
		return nil
	}
	for {
		word, rest, err := cutWord(line)
		if err != nil || word == "" && !strings.HasPrefix(strings.TrimLeft(line, blanks), `"`) {
			return err
		}
		line = rest
		if p.want != nil {
			*p.want, p.want = word, nil
			continue
		}
		if strings.HasPrefix(word, "#") {
			return nil
		}
		if word == "macdef" {
			p.macro = true
			return nil
		}
		if err := p.key(word); err != nil {
			return err
		}
	}
}

func (p *parser) key(word string) error {
	switch word {
	case "machine":
		p.entries = append(p.entries, Entry{})
		p.current, p.begun = &p.entries[len(p.entries)-1], true
		p.want = &p.current.Machine
		return nil
	case "default":
		p.ignored, p.begun = Entry{}, true
		p.current = &p.ignored
		return nil
	}
	if !p.begun {
		return fmt.Errorf("it belongs to no machine")
	}
	switch word {
	case "login":
		p.want = &p.current.Login
	case "password":
		p.want = &p.current.Password
	case "account":
		p.want = &p.current.Account
	default:
		return fmt.Errorf("it holds a word that is none of machine, default, login, password, account, macdef")
	}
	return nil
}

const blanks = " \t\r"

// cutWord takes the first word off a line: up to a blank, or in double quotes, in which a backslash takes the next
// octet as it is.
func cutWord(line string) (word, rest string, err error) {
	line = strings.TrimLeft(line, blanks)
	if !strings.HasPrefix(line, `"`) {
		end := strings.IndexAny(line, blanks)
		if end < 0 {
			end = len(line)
		}
		return line[:end], line[end:], clean(line[:end])
	}
	var b strings.Builder
	for i := 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			return b.String(), line[i+1:], clean(b.String())
		case c == '\\' && i+1 < len(line):
			i++
			b.WriteByte(line[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", fmt.Errorf("a quoted word does not end")
}

func clean(word string) error {
	if strings.ContainsFunc(word, func(r rune) bool { return r < ' ' || r == 0x7F }) {
		return fmt.Errorf("it holds a control code")
	}
	return nil
}
