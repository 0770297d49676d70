package terminal

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxCSI    = 64       // octets of a control sequence that can be one
	maxString = 64 << 10 // octets of an OSC or DCS reply
	maxPaste  = 1 << 20  // octets of a paste; nothing here needs more

	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// sieve cuts what comes from a terminal into whole keys. Bubble Tea takes the end of each read for the end of a key:
// a sequence or rune that was cut in two becomes other keys, typed text even. What is no key at all, reports of
// focus and replies of the terminal, leaves sideways.
type sieve struct {
	focus func(focused bool)
	reply func(seq string)

	held     []byte // the beginning of a key that has not come whole
	pasting  bool
	pasted   int  // octets of the paste in hand
	more     bool // the octets were cut by us: what follows is there already
	tooLong  bool // the paste in hand was ended for Bubble Tea; the rest of it is dropped
	maxPaste int
}

func newSieve() *sieve {
	return &sieve{focus: func(bool) {}, reply: func(string) {}, maxPaste: maxPaste}
}

// feed takes what one read gave and appends to out what can be passed on: whole keys, or pieces of a paste.
func (s *sieve) feed(out, chunk []byte) []byte {
	if s.pasting && string(chunk) == "\x03" {
		// Pressed, not pasted: it came alone. A paste whose end got lost would swallow all keys for good.
		return s.endPaste(out)
	}
	b := slices.Concat(s.held, chunk)
	s.held = nil
	for len(b) > 0 {
		var n int
		if s.pasting {
			out, n = s.paste(out, b)
		} else {
			out, n = s.key(out, b)
		}
		if n == 0 {
			s.held = b
			break
		}
		b = b[n:]
	}
	return out
}

// expire gives up waiting for the rest of what is held. One or two octets that a person can have typed, Alt+[ for
// example, are passed on, a fragment of anything else is dropped.
func (s *sieve) expire(out []byte) []byte {
	if s.pasting || len(s.held) == 0 {
		return out
	}
	if len(s.held) <= 2 && s.held[0] == esc {
		out = append(out, s.held...)
	}
	s.held = nil
	return out
}

// key handles one token of b; it returns how long that is, 0 if it is not whole.
func (s *sieve) key(out, b []byte) ([]byte, int) {
	n, kind := scan(b)
	if s.more && n == len(b) && b[n-1] == esc {
		return out, 0 // no key of its own, but cut
	}
	body := b[:n]
	if kind != plainKey && bytes.HasPrefix(body, []byte("\x1b\x1b")) {
		// Esc, and a report right behind it. Ctrl+G is a second Esc that does not melt with what follows.
		out = append(out, 0x07)
		body = body[1:]
	}
	switch kind {
	case plainKey, mouseEvent:
		out = append(out, body...)
	case pasteStart:
		out = append(out, body...)
		s.pasting, s.tooLong, s.pasted = true, false, 0
	case focusReport:
		s.focus(body[len(body)-1] == 'I')
	case replyReport:
		s.reply(string(body))
	case incomplete, garbage:
	}
	return out, n
}

// paste passes on what b holds of a paste, but for what may be the beginning of its end.
func (s *sieve) paste(out, b []byte) ([]byte, int) {
	if i := bytes.Index(b, []byte(pasteEnd)); i >= 0 {
		out = s.pasteText(out, b[:i])
		return s.endPaste(out), i + len(pasteEnd)
	}
	n := len(b)
	for k := min(len(b), len(pasteEnd)-1); k > 0; k-- {
		if strings.HasPrefix(pasteEnd, string(b[len(b)-k:])) {
			n -= k
			break
		}
	}
	return s.pasteText(out, b[:n]), n
}

func (s *sieve) pasteText(out, text []byte) []byte {
	if s.tooLong {
		return out
	}
	if room := s.maxPaste - s.pasted; len(text) > room {
		// The rest must not be typed: it may hold newlines that would answer questions.
		s.tooLong = true
		return append(append(out, text[:room]...), pasteEnd...)
	}
	s.pasted += len(text)
	return append(out, text...)
}

func (s *sieve) endPaste(out []byte) []byte {
	if !s.tooLong {
		out = append(out, pasteEnd...)
	}
	s.pasting, s.held = false, nil
	return out
}

const esc = 0x1b

// tokenKind says what scan found.
type tokenKind uint8

const (
	incomplete tokenKind = iota
	plainKey
	mouseEvent
	focusReport
	replyReport
	pasteStart
	garbage
)

// scan finds the first token of b, which is not empty. A lone Esc at its end is a key: more may follow, but a person
// who pressed it waits. Its length is 0 if it is incomplete.
func scan(b []byte) (int, tokenKind) {
	if b[0] != esc || len(b) == 1 {
		return scanRune(b, 0)
	}
	i := 1
	if b[1] == esc && len(b) > 2 && (b[2] == '[' || b[2] == 'O') {
		i = 2 // Alt with a key that is a sequence itself
	}
	switch b[i] {
	case '[':
		return scanCSI(b, i+1)
	case 'O':
		return scanSS3(b, i+1)
	case ']':
		return scanString(b, i+1, "0123456789")
	case 'P':
		return scanString(b, i+1, "0123456789>!")
	case '_':
		return scanString(b, i+1, "G")
	case esc:
		return 2, plainKey
	}
	return scanRune(b, i)
}

func scanRune(b []byte, i int) (int, tokenKind) {
	if !utf8.FullRune(b[i:]) {
		return 0, incomplete
	}
	_, n := utf8.DecodeRune(b[i:])
	return i + n, plainKey
}

// scanSS3 looks at what follows ESC O: one letter, or nothing of it if a person typed Alt+O.
func scanSS3(b []byte, i int) (int, tokenKind) {
	switch {
	case len(b) == i:
		return 0, incomplete
	case b[i] > ' ' && b[i] < 0x7f:
		return i + 1, plainKey
	}
	return i, plainKey
}

// scanCSI looks at what follows ESC [ (ECMA-48 §5.4): parameters, intermediates, one final octet.
func scanCSI(b []byte, i int) (int, tokenKind) {
	for j := i; j < len(b); j++ {
		switch c := b[j]; {
		case c == '$' && j > i && onlyDigits(b[i:j]):
			return j + 1, plainKey // urxvt: Shift+Home
		case c >= 0x20 && c < 0x40:
		case c == '[' && j == i:
			return fixed(b, j+2) // the Linux console: F1 to F5
		case c == 'M' && j == i:
			kind := mouseEvent
			n, found := fixed(b, j+4)
			if found == incomplete {
				kind = incomplete
			}
			return n, kind
		case c >= 0x40 && c < 0x7f:
			return j + 1, kindOfCSI(b[i:j], c)
		default:
			return j, garbage
		}
	}
	if len(b) > maxCSI {
		return len(b), garbage
	}
	return 0, incomplete
}

func fixed(b []byte, n int) (int, tokenKind) {
	if len(b) < n {
		return 0, incomplete
	}
	return n, plainKey
}

func kindOfCSI(params []byte, final byte) tokenKind {
	switch p := string(params); {
	case p == "" && (final == 'I' || final == 'O'):
		return focusReport
	case p == "200" && final == '~':
		return pasteStart
	case p == "201" && final == '~':
		return garbage // the end of no paste
	case strings.HasPrefix(p, "<"):
		if (final == 'M' || final == 'm') && isMouse(p[1:]) {
			return mouseEvent
		}
		return garbage // Bubble Tea would look for the numbers in what follows
	case strings.IndexByte("?>=", firstByte(p)) >= 0, final == 'y' && strings.HasSuffix(p, "$"):
		return replyReport
	}
	return plainKey
}

func firstByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

// isMouse tells whether p is three numbers: button, column, row.
func isMouse(p string) bool {
	parts := strings.Split(p, ";")
	for _, n := range parts {
		if len(n) > 5 || !onlyDigits([]byte(n)) {
			return false
		}
	}
	return len(parts) == 3
}

func onlyDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// scanString looks at a string that a terminal sends as an answer, up to BEL or ST. It begins with one of first;
// with anything else a person has typed Alt and that letter. Any other control character breaks it off.
func scanString(b []byte, i int, first string) (int, tokenKind) {
	switch {
	case len(b) == i:
		return 0, incomplete
	case strings.IndexByte(first, b[i]) < 0:
		return i, plainKey
	}
	for j := i; j < len(b); j++ {
		switch c := b[j]; {
		case c == 0x07:
			return j + 1, replyReport
		case c == esc && j+1 == len(b):
			return 0, incomplete
		case c == esc && b[j+1] == '\\':
			return j + 2, replyReport
		case c < ' ':
			return j, garbage
		}
	}
	if len(b) > maxString {
		return len(b), garbage
	}
	return 0, incomplete
}
