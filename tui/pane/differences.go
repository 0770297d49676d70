package pane

import (
	"strings"

	"ferry/internal/termtext"
	"ferry/tui/compare"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// signCells are the cells of the sign that tells how a row differs.
const signCells = 2

// difference is how a kind shows: a sign beside the colour, and a word.
type difference struct {
	sign string
	word string
	role theme.Role
}

// differences is read only.
var differences = [...]difference{
	compare.None:    {" ", "", theme.Text},
	compare.New:     {"+", "new", theme.Good},
	compare.Newer:   {"↑", "newer", theme.Command},
	compare.Older:   {"↓", "older", theme.Note},
	compare.Differs: {"≠", "other", theme.Bad},
	compare.Equal:   {"=", "equal", theme.Dim},
	compare.Unknown: {"?", "unknown", theme.Warn},
}

// Compared shows how the entries differ from those of the other pane, by their raw names; nil ends that. by says what
// was compared.
func (p *Pane) Compared(kinds map[string]compare.Kind, by string) {
	p.kinds, p.comparedBy = kinds, by
	p.changed()
}

// Comparing reports whether differences are shown.
func (p *Pane) Comparing() bool { return p.kinds != nil }

// MarkDifferent marks what the other pane lacks, or has in an older or another version, and gives their number.
func (p *Pane) MarkDifferent() int {
	for _, i := range p.table.shown {
		e := &p.table.rows[i].entry
		k := p.kinds[e.Name]
		p.marks.set(e, k == compare.New || k == compare.Newer || k == compare.Differs)
	}
	p.changed()
	return len(p.marks)
}

// differenceOf gives how a row differs; nil is the way up.
func (p *Pane) differenceOf(r *row) (difference, bool) {
	if r == nil || p.kinds == nil {
		return differences[compare.None], false
	}
	k := p.kinds[r.entry.Name]
	return differences[k], k != compare.None
}

// appendSign appends the sign of a row's difference.
func (p *Pane) appendSign(b []byte, paint brush, r *row) []byte {
	d, _ := p.differenceOf(r)
	return paint.end(append(append(paint.begin(b, d.role), d.sign...), ' '))
}

// comparedLine sums the differences of the shown rows up, once. Where there is no room for words their signs do.
func (p *Pane) comparedLine(room int) string {
	if p.comparedSaid[0] == "" {
		p.comparedSaid = [2]string{p.sayCompared(true), p.sayCompared(false)}
	}
	if termtext.Width(p.comparedSaid[0]) > room {
		return p.comparedSaid[1]
	}
	return p.comparedSaid[0]
}

func (p *Pane) sayCompared(words bool) string {
	var counts [len(differences)]int
	for _, i := range p.table.shown {
		counts[p.kinds[p.table.rows[i].entry.Name]]++
	}
	parts := []string{"by " + p.comparedBy + ":"}
	for k, n := range counts {
		if d := differences[k]; n > 0 && d.word != "" {
			part := d.sign + figure.Count(n)
			if words {
				part += " " + d.word
			}
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}
