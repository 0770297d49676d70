package site

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// document is the text of a TOML file and where its parts lie, so that one of them can be changed and all others stay
// as a person wrote them, comments included.
type document struct {
	text   []byte
	tables []table // in their order; the first one is what comes before any header
	faults []fault
}

// table is a header and what belongs to it.
type table struct {
	path  []string // of the header: "site", "nas"
	list  bool     // [[such]]
	start int      // of the header's line
	end   int      // behind the last line with a key, or behind the header
	pairs []pair
}

// pair is "key = value".
type pair struct {
	key   []string
	start int // of the key
	value int // of the value
	end   int // of the value
}

// fault is something that is not TOML.
type fault struct {
	offset int
	text   string
}

// parse finds the parts of a text. Where it is no TOML a fault is noted and what follows from the next header on is
// read again.
func parse(text []byte) *document {
	d := &document{text: text, tables: []table{{}}}
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
func (d *document) read(from int) int {
	p := unstable.Parser{}
	p.Reset(d.text[from:])
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			path, start, end := keyOf(e)
			d.tables = append(d.tables, table{
				path: path, list: e.Kind == unstable.ArrayTable,
				start: lineStart(d.text, from+start), end: lineEnd(d.text, from+end),
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
	d.faults = append(d.faults, fault{at, failed.Message})
	return at
}

func (d *document) addPair(e *unstable.Node, from int) {
	key, start, keyEnd := keyOf(e)
	end := from + int(e.Raw.Offset+e.Raw.Length)
	value := from + keyEnd
	value += bytes.IndexByte(d.text[value:end], '=') + 1
	for value < end && (d.text[value] == ' ' || d.text[value] == '\t') {
		value++
	}
	t := &d.tables[len(d.tables)-1]
	t.pairs = append(t.pairs, pair{key, from + start, value, end})
	t.end = lineEnd(d.text, end)
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

// lineEnd gives the place behind the line end that follows.
func lineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// position gives line and column, counted from 1, the column in octets.
func (d *document) position(at int) (line, column int) {
	before := d.text[:min(at, len(d.text))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - lineStart(before, len(before)) + 1
}

// find gives the table of a path.
func (d *document) find(path ...string) (*table, bool) {
	for i := range d.tables {
		if t := &d.tables[i]; !t.list && slices.Equal(t.path, path) {
			return t, true
		}
	}
	return nil, false
}

// edit is a piece of text that takes the place of another.
type edit struct {
	start, end int
	text       string
}

// with gives the text after edits that do not overlap.
func (d *document) with(edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, d.text[at:e.start]...), e.text...)
		at = e.end
	}
	return append(out, d.text[at:]...)
}

// put gives the edit that sets a key of a table to a value, or takes it away where the value is "". The text ends in a
// line end.
func (d *document) put(t *table, key, value string) edit {
	i := slices.IndexFunc(t.pairs, func(p pair) bool { return slices.Equal(p.key, []string{key}) })
	switch {
	case i >= 0 && value == "":
		p := t.pairs[i]
		return edit{lineStart(d.text, p.start), lineEnd(d.text, p.end), ""}
	case i >= 0:
		return edit{t.pairs[i].value, t.pairs[i].end, value}
	case value == "":
		return edit{t.end, t.end, ""}
	}
	return edit{t.end, t.end, key + " = " + value + "\n"}
}

// remove gives the edit that takes a table away, with the comments right above its header, which speak of it.
func (d *document) remove(t *table) edit {
	start, end := d.comments(t.start), t.end
	for end < len(d.text) && strings.TrimSpace(string(d.text[end:lineEnd(d.text, end)])) == "" {
		end = lineEnd(d.text, end)
	}
	return edit{start, end, ""}
}

// comments gives the beginning of the lines of comment that lie right above a line.
func (d *document) comments(start int) int {
	for start > 0 {
		above := lineStart(d.text, start-1)
		if !bytes.HasPrefix(bytes.TrimLeft(d.text[above:start], " \t"), []byte("#")) {
			break
		}
		start = above
	}
	return start
}
