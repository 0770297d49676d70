// Package termtext makes untrusted text visible and measures text for a terminal. Names, replies, banners, link
// targets and certificate fields come from strangers; what they hold reaches a terminal only through Display,
// DisplayName or Lines. The raw bytes stay with whoever speaks the protocol.
package termtext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	maxMarks   = 4        // combining marks on one letter; what people write needs three
	maxLetters = 4        // letters that melt into one grapheme: Hangul jamo need three, Indic conjuncts rarely four
	hidden     = '\uFFFD' // stands for what has no shape, and for what was cut off a pile
	noBase     = '\u25CC' // ◌ carries a mark that has no letter
	blankSign  = '\u2420' // ␠
)

// Display gives untrusted text as one visible line. Control characters become their pictures (ESC is ␛, a newline
// ␊), C1 controls, direction marks and everything without a shape U+FFFD, bytes that are not UTF-8 \xE9. Joiners,
// variation selectors and skin tones are left out where they only colour a sign before them, because terminals
// disagree about their width. Piles of combining marks are cut. Display(Display(s)) is Display(s); plain ASCII
// is given back as it is, without an allocation.
func Display(s string) string {
	if IsASCII(s) {
		return s
	}
	d := painter{last: -1}
	d.b.Grow(len(s) + 8)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			d.octet(s[i])
		} else {
			d.rune(r)
		}
		i += n
	}
	if d.joins {
		return splitPiles(d.b.String())
	}
	return d.b.String()
}

// DisplayName is Display for names of files: blanks at either end, which nobody would see, become ␠.
func DisplayName(s string) string {
	d := Display(s)
	inner := strings.TrimFunc(d, isBlank)
	if len(inner) == len(d) {
		return d
	}
	head := len(d) - len(strings.TrimLeftFunc(d, isBlank))
	var b strings.Builder
	signs := func(blanks string) {
		for range blanks {
			b.WriteRune(blankSign)
		}
	}
	signs(d[:head])
	b.WriteString(inner)
	if inner != "" {
		signs(d[head+len(inner):])
	}
	return b.String()
}

// isBlank takes in U+2800, a Braille pattern without dots.
func isBlank(r rune) bool { return r == '\u2800' || unicode.Is(unicode.Zs, r) }

// Lines gives untrusted text of several lines as visible lines, split at LF and CR LF. Tabs become blanks up to
// the next multiple of eight cells. A newline at the end begins no further line; an empty text has no lines.
func Lines(s string) []string {
	s = strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r")
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = expandTabs(strings.TrimSuffix(l, "\r"))
	}
	return lines
}

func expandTabs(line string) string {
	head, rest, found := strings.Cut(line, "\t")
	out := Display(head)
	for found {
		out += blanks(8 - Width(out)%8)
		head, rest, found = strings.Cut(rest, "\t")
		out += Display(head)
	}
	return out
}

// painter writes visible runes. What it does with a rune depends only on those it has written, so that its
// output passes through it unchanged.
type painter struct {
	b     strings.Builder
	last  rune // the last rune written, -1 before the first
	marks int  // combining marks since the last letter
	cut   bool // the pile in hand was cut: its further marks are left out
	joins bool // letters that may melt together were written
}

func (d *painter) octet(c byte) {
	const hex = "0123456789ABCDEF"
	for _, r := range []rune{'\\', 'x', rune(hex[c>>4]), rune(hex[c&15])} {
		d.letter(r)
	}
}

func (d *painter) rune(r rune) {
	switch {
	case r >= ' ' && r < 0x7f:
		d.letter(r)
	case r < ' ':
		d.letter('\u2400' + r)
	case r == 0x7f:
		d.letter('\u2421')
	case onlyColours(r):
		if !carries(d.last) {
			d.letter(hidden)
		}
	case isHidden(r):
		d.letter(hidden)
	case unicode.Is(unicode.M, r):
		d.mark(r)
	default:
		d.letter(r)
	}
}

func (d *painter) letter(r rune) {
	d.b.WriteRune(r)
	d.last, d.marks, d.cut = r, 0, false
	d.joins = d.joins || mayJoin(r)
}

func (d *painter) mark(r rune) {
	switch {
	case d.cut:
		return
	case d.last < 0:
		d.letter(noBase)
	case d.marks == maxMarks:
		d.letter(hidden)
		d.cut = true
		return
	}
	d.b.WriteRune(r)
	d.last = r
	d.marks++
}

// onlyColours tells the runes that refine the sign before them: variation selectors 15 and 16, the zero-width
// joiner and the skin tones.
func onlyColours(r rune) bool {
	return r == '\uFE0E' || r == '\uFE0F' || r == '\u200D' || r >= '\U0001F3FB' && r <= '\U0001F3FF'
}

// carries tells whether nothing is lost when what only colours r is left out. After a Latin letter a joiner has
// no business: two names would look alike that are not.
func carries(r rune) bool {
	switch {
	case r == '#' || r == '*' || r >= '0' && r <= '9':
		return true // keycaps
	case r < 0x80 || r == hidden:
		return false
	}
	return unicode.IsSymbol(r) || mayJoin(r) || unicode.Is(unicode.M, r) || r == '\u203C' || r == '\u2049'
}

func isHidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point,
		unicode.Variation_Selector, unicode.Noncharacter_Code_Point, prepended)
}

// prepended are the letters that melt into whatever follows (Grapheme_Cluster_Break=Prepend, UAX #29), even into
// our own blanks and borders: no width holds for them. All are archaic.
var prepended = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x0D4E, Hi: 0x0D4E, Stride: 1}},
	R32: []unicode.Range32{
		{Lo: 0x111C2, Hi: 0x111C3, Stride: 1},
		{Lo: 0x113D1, Hi: 0x113D1, Stride: 1},
		{Lo: 0x1193F, Hi: 0x11941, Stride: 2},
		{Lo: 0x11A3A, Hi: 0x11A3A, Stride: 1},
		{Lo: 0x11A84, Hi: 0x11A89, Stride: 1},
		{Lo: 0x11D46, Hi: 0x11D46, Stride: 1},
		{Lo: 0x11F02, Hi: 0x11F02, Stride: 1},
	},
}

// mayJoin tells the scripts in which letters join into one grapheme: Indic conjuncts and Hangul jamo.
func mayJoin(r rune) bool {
	return r >= 0x0600 && r < 0x1200 || r >= 0x1700 && r < 0x1D00 || r >= 0xA800 && r < 0xAC00 ||
		r >= 0xD7B0 && r < 0xD800 || r >= 0x11000 && r < 0x12000 || r >= 0x16000 && r < 0x17000
}

// splitPiles breaks graphemes of very many letters by U+FFFD: measured as one or two cells, some terminals draw each
// of their letters.
func splitPiles(s string) string {
	var b strings.Builder
	for s != "" {
		g, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		n := headOf(g)
		b.WriteString(s[:n])
		if n < len(g) {
			b.WriteRune(hidden)
		}
		s = s[n:]
	}
	return b.String()
}

// headOf gives how many octets of a grapheme hold its first letters, with their marks.
func headOf(g string) int {
	letters := 0
	for i, r := range g {
		if unicode.Is(unicode.M, r) {
			continue
		}
		if letters++; letters > maxLetters {
			return i
		}
	}
	return len(g)
}
