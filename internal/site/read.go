package site

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

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

// root is the table below which all sites lie.
const root = "site"

// sites reads all sites of a document, in their order. What cannot be used is left out, and told.
func (d *document) sites() (List, []Problem) {
	r := reader{d: d, seen: map[string]bool{}}
	for _, f := range d.faults {
		r.complain(f.offset, "this is no TOML: %s", f.text)
	}
	for i := range d.tables {
		r.table(&d.tables[i])
	}
	return r.sites, r.problems
}

type reader struct {
	d        *document
	sites    List
	problems []Problem
	seen     map[string]bool
}

func (r *reader) complain(at int, format string, args ...any) {
	line, column := r.d.position(at)
	r.problems = append(r.problems, Problem{Line: line, Column: column, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) table(t *table) {
	switch {
	case len(t.path) == 0:
		for _, p := range t.pairs {
			r.complain(p.start, "%s belongs to no site: a header such as [site.nas] must come first", dotted(p.key))
		}
	case t.list || len(t.path) != 2 || t.path[0] != root:
		r.complain(t.start, "the table %s is not known here; those of sites are called [site.NAME]", dotted(t.path))
	case r.seen[t.path[1]]:
		r.complain(t.start, "there is a site of this name above; this one is not used")
	default:
		r.site(t)
	}
}

func (r *reader) site(t *table) {
	r.seen[t.path[1]] = true
	s := Site{Name: t.path[1]}
	if err := CheckName(s.Name); err != nil {
		r.complain(t.start, "%v", err)
		return
	}
	for _, p := range t.pairs {
		next, err := r.d.apply(s, p)
		if err != nil {
			r.complain(p.value, "%s of the site %s is not used: %v", dotted(p.key), s.Name, err)
			continue
		}
		s = next
	}
	if s.Host == "" {
		r.complain(t.start, "the site %s is not used: it has no host", s.Name)
		return
	}
	r.sites = append(r.sites, s)
}

func dotted(key []string) string { return strings.Join(key, ".") }

// apply gives the site with one more key read.
func (d *document) apply(s Site, p pair) (Site, error) {
	dec := toml.NewDecoder(bytes.NewReader(d.text[p.start:p.end]))
	dec.DisallowUnknownFields()
	err := dec.Decode(&s)
	var unknown *toml.StrictMissingError
	switch {
	case errors.As(err, &unknown):
		return s, errors.New("there is no such key")
	case err != nil:
		return s, errors.New("it wants " + wanted(p.key[0]))
	}
	for _, c := range checks() {
		if c.key == p.key[0] {
			if err := c.check(s); err != nil {
				return s, err
			}
		}
	}
	return s, nil
}

// wanted says what kind of value a key has.
func wanted(key string) string {
	for f := range reflect.TypeFor[Site]().Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("toml"), ","); name == key {
			return kindWords(f.Type)
		}
	}
	return "another value"
}

func kindWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int:
		return "a whole number"
	case reflect.Bool:
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
