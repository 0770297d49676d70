package site

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"ferry/internal/tomltext"

	"github.com/pelletier/go-toml/v2"
)

// Problem is something in a file that cannot be used; the rest of the file is.
type Problem struct {
	File         string
	Line, Column int // from 1
	Text         string
}

// Error gives "sites.toml:3:8: …", as editors understand it.
func (p Problem) Error() string { return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text) }

// document is the text of a file of sites.
type document struct{ *tomltext.Document }

func parse(text []byte) document { return document{tomltext.Parse(text)} }

// root is the table below which all sites lie.
const root = "site"

// sites reads all sites of a document, in their order. What cannot be used is left out, and told.
func (d document) sites() (List, []Problem) {
	r := reader{d: d, seen: map[string]bool{}}
	for _, f := range d.Faults {
		r.complain(f.Offset, "this is no TOML: %s", f.Text)
	}
	for i := range d.Tables {
		r.table(&d.Tables[i])
	}
	return r.sites, r.problems
}

type reader struct {
	d        document
	sites    List
	problems []Problem
	seen     map[string]bool
}

func (r *reader) complain(at int, format string, args ...any) {
	line, column := r.d.Position(at)
	r.problems = append(r.problems, Problem{Line: line, Column: column, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) table(t *tomltext.Table) {
	switch {
	case len(t.Path) == 0:
		for _, p := range t.Pairs {
			r.complain(p.Start, "%s belongs to no site: a header such as [site.nas] must come first", dotted(p.Key))
		}
	case t.List || len(t.Path) != 2 || t.Path[0] != root:
		r.complain(t.Start, "the table %s is not known here; those of sites are called [site.NAME]", dotted(t.Path))
	case r.seen[t.Path[1]]:
		r.complain(t.Start, "there is a site of this name above; this one is not used")
	default:
		r.site(t)
	}
}

func (r *reader) site(t *tomltext.Table) {
	r.seen[t.Path[1]] = true
	s := Site{Name: t.Path[1]}
	if err := CheckName(s.Name); err != nil {
		r.complain(t.Start, "%v", err)
		return
	}
	for _, p := range t.Pairs {
		next, err := r.d.apply(s, p)
		if err != nil {
			r.complain(p.Value, "%s of the site %s is not used: %v", dotted(p.Key), s.Name, err)
			continue
		}
		s = next
	}
	if s.Host == "" {
		r.complain(t.Start, "the site %s is not used: it has no host", s.Name)
		return
	}
	r.sites = append(r.sites, s)
}

func dotted(key []string) string { return strings.Join(key, ".") }

// apply gives the site with one more key read.
func (d document) apply(s Site, p tomltext.Pair) (Site, error) {
	before := s
	dec := toml.NewDecoder(bytes.NewReader(d.Text[p.Start:p.End]))
	dec.DisallowUnknownFields()
	err := dec.Decode(&s)
	var unknown *toml.StrictMissingError
	switch {
	case errors.As(err, &unknown):
		return before, errors.New("there is no such key")
	case err != nil:
		return before, errors.New("it wants " + wanted(p.Key[0]))
	}
	return s, s.checkKey(p.Key[0])
}

// wanted says what kind of value a key has.
func wanted(key string) string {
	for f := range reflect.TypeFor[Site]().Fields() {
		if keyOfField(f) == key {
			return kindWords(f.Type)
		}
	}
	return "another value"
}

func kindWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int:
		return "a whole number"
	case reflect.Bool, reflect.Pointer: // that a person may also leave open
		return "true or false"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return `a list such as [{name = "logs", remote = "/var/log"}]`
		}
		return `a list of texts such as ["*.tmp"]`
	default:
		return "a text in quotes"
	}
}
