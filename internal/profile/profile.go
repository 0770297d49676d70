// Package profile knows kinds of FTP servers: how each is recognised by its greeting or its answer to SYST, and what is
// to be expected of it. The profiles are readable files, in the program and, which win, in a person's own folder.
package profile

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"ferry/ftpclient"
)

// Profile is a kind of servers.
type Profile struct {
	ID string // the file's name without its ending, by which a site chooses it

	Name        string
	Notes       string             // for people
	Absent      []string           // commands not to be tried
	Refused     []ftpclient.Method // methods of data connections not to be tried
	Connections int                // most connections at a time; 0: no bound is known
	Encoding    string             // charset of names that are not UTF-8, where a site chooses the profile

	greeting, system *regexp.Regexp // nil: nothing is recognised by it
}

// file is what a profile's file holds.
type file struct {
	Name        string   `toml:"name"`
	Greeting    string   `toml:"greeting"`
	System      string   `toml:"system"`
	Absent      []string `toml:"absent"`
	Refused     []string `toml:"refused"`
	Connections int      `toml:"connections"`
	Encoding    string   `toml:"encoding"`
	Notes       string   `toml:"notes"`
}

// Set are profiles in the order in which they are asked.
type Set []Profile

//go:embed profiles/*.toml
var builtIn embed.FS

// BuiltIn gives the profiles in the program.
func BuiltIn() Set {
	inside, err := fs.Sub(builtIn, "profiles")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	set, problems := read(inside, "")
	if len(problems) > 0 {
		panic(problems[0]) // as are the files, and a test reads them
	}
	return set
}

// Load gives the profiles of a person's folder, before those in the program, whose files of the same name they replace.
// What is wrong with a file is told, and that file not used; without a folder there is nothing to tell.
func Load(dir string) (Set, []error) {
	set := BuiltIn()
	if dir == "" {
		return set, nil
	}
	own, problems := read(os.DirFS(dir), dir)
	set = slices.DeleteFunc(set, func(p Profile) bool { _, replaced := own.Find(p.ID); return replaced })
	return append(own, set...), problems
}

// read reads all profiles of a folder, which problems name.
func read(folder fs.FS, name string) (set Set, problems []error) {
	files, _ := fs.Glob(folder, "*.toml") // the pattern is good
	for _, f := range files {
		text, err := fs.ReadFile(folder, f)
		if err == nil {
			var p Profile
			if p, err = parse(strings.TrimSuffix(f, ".toml"), text); err == nil {
				set = append(set, p)
				continue
			}
		}
		problems = append(problems, fmt.Errorf("%s%w", filepath.Join(name, f), err))
	}
	return set, problems
}

// parse reads one profile. Its errors begin with a place: ":3:8: ...".
func parse(id string, text []byte) (Profile, error) {
	var f file
	dec := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return Profile{}, placed(err)
	}
	p := Profile{
		ID: id, Name: cmp.Or(f.Name, id), Notes: f.Notes, Absent: f.Absent, Connections: max(f.Connections, 0),
		Encoding: f.Encoding,
	}
	for _, word := range f.Refused {
		var m ftpclient.Method
		if _ = m.UnmarshalText([]byte(word)); m == ftpclient.MethodNone {
			return p, fmt.Errorf(": refused: %q is none of EPSV, PASV, EPRT, PORT", word)
		}
		p.Refused = append(p.Refused, m)
	}
	for _, by := range []struct {
		key, pattern string
		into         **regexp.Regexp
	}{{"greeting", f.Greeting, &p.greeting}, {"system", f.System, &p.system}} {
		if by.pattern == "" {
			continue
		}
		compiled, err := regexp.Compile(by.pattern)
		if err != nil {
			return p, fmt.Errorf(": %s: %w", by.key, err)
		}
		*by.into = compiled
	}
	return p, nil
}

// placed tells what is wrong with a file and where.
func placed(err error) error {
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown) && len(unknown.Errors) > 0:
		line, column := unknown.Errors[0].Position()
		return fmt.Errorf(":%d:%d: there is no key %s", line, column, strings.Join(unknown.Errors[0].Key(), "."))
	case errors.As(err, &wrong):
		line, column := wrong.Position()
		return fmt.Errorf(":%d:%d: %s", line, column, wrong.Error())
	}
	return fmt.Errorf(": %w", err)
}

// Find gives the profile of a name.
func (s Set) Find(id string) (Profile, bool) {
	i := slices.IndexFunc(s, func(p Profile) bool { return strings.EqualFold(p.ID, id) })
	if i < 0 {
		return Profile{}, false
	}
	return s[i], true
}

// Recognise finds the kind of a server by its greeting or, if that tells nothing, by its answer to SYST, for which
// system is called at most once.
func (s Set) Recognise(greeting string, system func() string) (Profile, bool) {
	for _, p := range s {
		if p.greeting != nil && p.greeting.MatchString(greeting) {
			return p, true
		}
	}
	answer := system()
	for _, p := range s {
		if p.system != nil && p.system.MatchString(answer) {
			return p, true
		}
	}
	return Profile{}, false
}

// Learned gives what is to be expected of such a server, for ftpclient.Config.Expect.
func (p Profile) Learned() ftpclient.Learned {
	return ftpclient.Learned{Absent: p.Absent, Refused: p.Refused, MaxConns: p.Connections}
}
