package config

import (
	"fmt"
	"slices"
	"strings"

	"ferry/internal/tomltext"
)

// Problem is something in the file that is not used; the rest is.
type Problem struct {
	File         string
	Line, Column int // from 1
	Text         string
}

// Error gives "config.toml:3:8: …", as editors understand it.
func (p Problem) Error() string { return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text) }

// keysTable is the table that gives actions other keys.
const keysTable = "keys"

// Parse reads the text of a file of settings.
func Parse(text []byte) (Settings, []Problem) {
	r := reader{d: tomltext.Parse(text)}
	r.settings.set, r.settings.at = map[string]string{}, map[string]place{}
	for _, f := range r.d.Faults {
		r.complain(f.Offset, "this is no TOML: %s", f.Text)
	}
	for i := range r.d.Tables {
		r.table(&r.d.Tables[i])
	}
	return r.settings, r.problems
}

type reader struct {
	d        *tomltext.Document
	settings Settings
	problems []Problem
}

func (r *reader) complain(at int, format string, args ...any) {
	line, column := r.d.Position(at)
	r.problems = append(r.problems, Problem{Line: line, Column: column, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) table(t *tomltext.Table) {
	name := strings.Join(t.Path, ".")
	switch {
	case name == keysTable && !t.List:
		for _, p := range t.Pairs {
			r.binding(p)
		}
	case t.List || len(t.Path) > 0 && !isSection(name):
		r.complain(t.Start, "there is no table %s%s", name, perhaps(name, append(sectionNames(), keysTable)))
	default:
		for _, p := range t.Pairs {
			r.pair(strings.Join(slices.Concat(t.Path, p.Key), "."), p)
		}
	}
}

func isSection(name string) bool { return slices.Contains(sectionNames(), name) }

func sectionNames() []string {
	var names []string
	for _, s := range Sections() {
		names = append(names, s.Name)
	}
	return names
}

func (r *reader) pair(key string, p tomltext.Pair) {
	s, known := Lookup(key)
	if !known {
		r.complain(p.Start, "there is no setting %s%s", key, perhaps(key, keysOf(Table())))
		return
	}
	value, err := r.d.Value(p)
	if err == nil {
		var text string
		if text, err = s.read(value); err == nil {
			line, column := r.d.Position(p.Value)
			r.settings.set[key], r.settings.at[key] = text, place{line, column}
			return
		}
	}
	r.complain(p.Value, "%s is not used: %v", key, err)
}

// binding reads "copy" = ["f5", "c"].
func (r *reader) binding(p tomltext.Pair) {
	line, column := r.d.Position(p.Start)
	b := Binding{Action: strings.Join(p.Key, "."), Line: line, Column: column}
	value, err := r.d.Value(p)
	list, isList := value.([]any)
	if text, is := value.(string); is {
		list, isList = []any{text}, true
	}
	for _, one := range list {
		key, is := one.(string)
		isList = isList && is
		b.Keys = append(b.Keys, key)
	}
	if err != nil || !isList {
		r.complain(p.Value, `keys.%s is not used: it wants keys such as ["f5", "c"]`, b.Action)
		return
	}
	r.settings.Keys = append(r.settings.Keys, b)
}

// perhaps asks for the name that was meant, if one is near.
func perhaps(name string, known []string) string {
	best, least := "", max(2, len(name)/4)+1
	for _, k := range known {
		if d := distance(name, k); d < least {
			best, least = k, d
		}
		if _, last, _ := strings.Cut(k, "."); last == name { // the table was forgotten
			best, least = k, 0
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance counts the letters to be changed, added or left out on the way from a to b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, before+1, row[j]+1)
		}
	}
	return row[len(b)]
}
