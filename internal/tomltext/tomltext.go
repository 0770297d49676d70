// Package tomltext finds the parts of a TOML file, so that one of them can be changed and all others stay as a person
// wrote them, and so that what is wrong with a part can be told by line and column.
package tomltext

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Document is the text of a TOML file and where its parts lie, so that one of them can be changed and all others stay
// as a person wrote them, comments included.
type Document struct {
	Text   []byte
	Tables []Table // in their order; the first one is what comes before any header
	Faults []Fault
}

// Table is a header and what belongs to it.
type Table struct {
	Path  []string // of the header: "site", "nas"
	List  bool     // [[such]]
	Start int      // of the header's line
	End   int      // behind the last line with a key, or behind the header
	Pairs []Pair
}

// Pair is "key = value".
type Pair struct {
	Key   []string
	Start int // of the key
	Value int // of the value
	End   int // of the value
}

// Fault is something that is not TOML.
type Fault struct {
	Offset int
	Text   string
}

// Parse finds the parts of a text. Where it is no TOML a fault is noted and what follows from the next header on is
// read again.
func Parse(text []byte) *Document {
	d := &Document{Text: text, Tables: []Table{{}}}
	for from := 0; from < len(text); {
		failed := d.read(from)
		if failed < 0 {
			break
		}
		next := bytes.Index(text[failed:], []byte("\n["))
		if next < 0 {
			break
		}
		from = failed + next + 1
	}
	return d
}

// read reads from an offset on, and gives the place of a fault, -1 if there is none.
func (d *Document) read(from int) int {
	p := unstable.Parser{}
	p.Reset(d.Text[from:])
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			path, start, end := keyOf(e)
			d.Tables = append(d.Tables, Table{
				Path: path, List: e.Kind == unstable.ArrayTable,
				Start: lineStart(d.Text, from+start), End: LineEnd(d.Text, from+end),
			})
		case unstable.KeyValue:
			d.addPair(e, from)
		}
	}
	var failed *unstable.ParserError
	if !errors.As(p.Error(), &failed) {
		return -1
	}
	at := from + offsetOf(&p, failed.Highlight)
	d.Faults = append(d.Faults, Fault{at, failed.Message})
	return at
}

func (d *Document) addPair(e *unstable.Node, from int) {
	key, start, keyEnd := keyOf(e)
	end := from + int(e.Raw.Offset+e.Raw.Length)
	value := from + keyEnd
	value += bytes.IndexByte(d.Text[value:end], '=') + 1
	for value < end && (d.Text[value] == ' ' || d.Text[value] == '\t') {
		value++
	}
	t := &d.Tables[len(d.Tables)-1]
	t.Pairs = append(t.Pairs, Pair{key, from + start, value, end})
	t.End = LineEnd(d.Text, end)
}

// keyOf gives a dotted key, and from where to where it goes.
func keyOf(e *unstable.Node) (parts []string, start, end int) {
	for it := e.Key(); it.Next(); {
		n := it.Node()
		if parts == nil {
			start = int(n.Raw.Offset)
		}
		parts, end = append(parts, string(n.Data)), int(n.Raw.Offset+n.Raw.Length)
	}
	return parts, start, end
}

// offsetOf gives the place of a part of the parser's text; at its end the part may be empty.
func offsetOf(p *unstable.Parser, part []byte) int {
	if len(part) == 0 {
		return max(len(p.Data())-1, 0)
	}
	return int(p.Range(part).Offset)
}

func lineStart(text []byte, at int) int { return bytes.LastIndexByte(text[:at], '\n') + 1 }

// LineEnd gives the place behind the line end that follows.
func LineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// Position gives line and column, counted from 1, the column in octets.
func (d *Document) Position(at int) (line, column int) {
	before := d.Text[:min(at, len(d.Text))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - lineStart(before, len(before)) + 1
}

// Find gives the table of a path.
func (d *Document) Find(path ...string) (*Table, bool) {
	for i := range d.Tables {
		if t := &d.Tables[i]; !t.List && slices.Equal(t.Path, path) {
			return t, true
		}
	}
	return nil, false
}

// Edit is a piece of text that takes the place of another.
type Edit struct {
	Start, End int
	Text       string
}

// With gives the text after edits that do not overlap.
func (d *Document) With(edits []Edit) []byte {
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Start - b.Start })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, d.Text[at:e.Start]...), e.Text...)
		at = e.End
	}
	return append(out, d.Text[at:]...)
}

// Put gives the edit that sets a key of a table to a value, or takes it away where the value is "". The text ends in a
// line end.
func (d *Document) Put(t *Table, key, value string) Edit {
	i := slices.IndexFunc(t.Pairs, func(p Pair) bool { return slices.Equal(p.Key, []string{key}) })
	switch {
	case i >= 0 && value == "":
		p := t.Pairs[i]
		return Edit{lineStart(d.Text, p.Start), LineEnd(d.Text, p.End), ""}
	case i >= 0:
		return Edit{t.Pairs[i].Value, t.Pairs[i].End, value}
	case value == "":
		return Edit{t.End, t.End, ""}
	}
	return Edit{t.End, t.End, key + " = " + value + "\n"}
}

// Remove gives the edit that takes a table away, with the comments right above its header, which speak of it.
func (d *Document) Remove(t *Table) Edit {
	start, end := d.comments(t.Start), t.End
	for end < len(d.Text) && strings.TrimSpace(string(d.Text[end:LineEnd(d.Text, end)])) == "" {
		end = LineEnd(d.Text, end)
	}
	return Edit{start, end, ""}
}

// comments gives the beginning of the lines of comment that lie right above a line.
func (d *Document) comments(start int) int {
	for start > 0 {
		above := lineStart(d.Text, start-1)
		if !bytes.HasPrefix(bytes.TrimLeft(d.Text[above:start], " \t"), []byte("#")) {
			break
		}
		start = above
	}
	return start
}

// Value decodes the value of a pair: a string, bool, int64, float64, []any, map[string]any, or a time.
func (d *Document) Value(p Pair) (any, error) {
	var whole map[string]any
	if err := toml.Unmarshal(d.Text[p.Start:p.End], &whole); err != nil {
		return nil, err
	}
	var value any = whole
	for _, part := range p.Key {
		value = value.(map[string]any)[part]
	}
	return value, nil
}

func isUnprintable(r rune) bool { return !strconv.IsPrint(r) }

// Literal writes a value as TOML does: a text in quotes, a list in brackets.
func Literal(value any) (string, error) {
	if text, is := value.(string); is && utf8.ValidString(text) && !strings.ContainsFunc(text, isUnprintable) {
		return strconv.Quote(text), nil // whose escapes are TOML's where there are no others than \\ and \"
	}
	line, err := toml.Marshal(map[string]any{"v": value})
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(line), "v = "), "\n"), nil
}
