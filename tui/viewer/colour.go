package viewer

import (
	"bytes"
	"sort"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/theme"
)

// token is a stretch of the file in one colour.
type token struct {
	from, to int64
	role     theme.Role
}

// colouredMsg brings the colours of the first piece.
type colouredMsg struct {
	viewer *Viewer
	tokens []token
}

// Deliver shows them.
func (m colouredMsg) Deliver() tea.Cmd {
	m.viewer.tokens = m.tokens
	return nil
}

// colour finds the colours of the first piece in a command, if the file's name tells a language.
func (v *Viewer) colour(data []byte) tea.Cmd {
	lang := languageOf(v.cfg.FS.Base(v.cfg.Path), data)
	if lang == nil {
		return nil
	}
	data = bytes.Clone(data)
	return func() tea.Msg { return colouredMsg{v, lang.tokens(data)} }
}

// tokenAt gives the first token that ends behind an offset.
func (v *Viewer) tokenAt(off int64) int {
	return sort.Search(len(v.tokens), func(i int) bool { return v.tokens[i].to > off })
}

// tokens finds comments, texts, numbers and words of the language.
func (l *language) tokens(data []byte) []token {
	var all []token
	for at := 0; at < len(data); {
		n, role := l.next(data[at:], at == 0 || data[at-1] == '\n')
		if role != theme.Text {
			all = append(all, token{int64(at), int64(at + n), role})
		}
		at += n
	}
	return all
}

// next gives the length and the role of what the data begin with; fresh tells that a line begins there.
func (l *language) next(data []byte, fresh bool) (int, theme.Role) {
	for _, mark := range l.comments {
		if hasPrefix(data, mark.begin) && (fresh || !mark.freshOnly) {
			return mark.length(data), theme.Dim
		}
	}
	c := data[0]
	switch {
	case l.tags && c == '<':
		return run(data, isTag), theme.Command
	case bytes.IndexByte([]byte(l.quotes), c) >= 0:
		return quoted(data), theme.Good
	case isDigit(c):
		return run(data, func(c byte) bool { return isWord(c) || c == '.' }), theme.Note
	case isWord(c):
		n := run(data, isWord)
		if l.words[string(data[:n])] {
			return n, theme.Command
		}
		if l.keys && fresh && n < len(data) && (data[n] == ':' || data[n] == ' ' && hasPrefix(data[n:], " =")) {
			return n, theme.Command
		}
		return n, theme.Text
	}
	return 1, theme.Text
}

func hasPrefix(data []byte, s string) bool { return len(data) >= len(s) && string(data[:len(s)]) == s }

// length gives the octets of a comment.
func (m comment) length(data []byte) int {
	end := m.end
	if end == "" {
		end = "\n"
	}
	i := bytes.Index(data[len(m.begin):], []byte(end))
	switch {
	case i < 0:
		return len(data)
	case m.end == "":
		return len(m.begin) + i
	}
	return len(m.begin) + i + len(end)
}

// quoted gives the octets of a text in quotes; one that does not end on its line is only its quote.
func quoted(data []byte) int {
	for i := 1; i < len(data) && (data[i] != '\n' || data[0] == '`'); i++ {
		switch data[i] {
		case '\\':
			i++
		case data[0]:
			return i + 1
		}
	}
	return 1
}

func run(data []byte, in func(byte) bool) int {
	n := 1
	for n < len(data) && in(data[n]) {
		n++
	}
	return n
}

func isTag(c byte) bool { return isWord(c) || bytes.IndexByte([]byte("/!?-"), c) >= 0 }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c >= 0x80
}
