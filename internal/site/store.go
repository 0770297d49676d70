package site

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ferry/internal/tomltext"
	"ferry/internal/xdg"

	"github.com/pelletier/go-toml/v2"
)

// FileName is what the file of sites is called, in the folder of settings.
const FileName = "sites.toml"

// opening is how a new file begins.
const opening = `# The sites of ferry. Edit this file as you like: ferry changes only the keys that you change in ferry,
# and leaves your comments and your order alone. Passwords have no place here; password = "ask" tells ferry
# not to keep one.
#
# [site.nas]
# host = "nas.local"
# user = "alice"
# tls = "explicit"        # auto, explicit, implicit, off
# mode = "passive"        # auto, passive, active
# remote_dir = "/photos"
# All keys: ferry site --help
`

// Store is the file of sites. It is safe for concurrent use, also by several processes.
type Store struct{ path string }

// NewStore gives the store whose file is in dir, the folder of settings.
func NewStore(dir string) *Store {
	if dir == "" {
		return &Store{}
	}
	return &Store{filepath.Join(dir, FileName)}
}

// Path names the file.
func (s *Store) Path() string { return s.path }

// Load reads the sites. Problems are those parts of the file that cannot be used; they stop nothing.
func (s *Store) Load() (List, []Problem, error) {
	text, err := xdg.Read(s.path)
	if err != nil {
		return nil, nil, err
	}
	all, problems := parse(text).sites()
	for i := range problems {
		problems[i].File = s.path
	}
	all.sort()
	return all, problems, nil
}

// ErrTaken says that another site bears the name.
var ErrTaken = errors.New("there is a site of this name already")

// ErrUnknown says that there is no such site.
var ErrUnknown = errors.New("there is no such site")

// Save writes a site: in place of the one that is called old, or as a new one where old is "".
func (s *Store) Save(ctx context.Context, old string, site Site) error {
	if key, err := site.Check(); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return s.update(ctx, func(d document, all List) ([]byte, error) {
		if site.Name != old {
			if _, taken := d.Find(root, site.Name); taken {
				return nil, ErrTaken
			}
		}
		if old == "" {
			return d.add(site)
		}
		before, known := all.Find(old)
		t, written := d.Find(root, old)
		if !known || !written {
			return nil, ErrUnknown
		}
		return d.change(t, before, site)
	})
}

// Remove takes a site away.
func (s *Store) Remove(ctx context.Context, name string) error {
	return s.update(ctx, func(d document, _ List) ([]byte, error) {
		t, written := d.Find(root, name)
		if !written {
			return nil, ErrUnknown
		}
		return d.With([]tomltext.Edit{d.Remove(t)}), nil
	})
}

// update has the file changed, unless it is no TOML: then nobody knows what belongs where.
func (s *Store) update(ctx context.Context, change func(document, List) ([]byte, error)) error {
	return xdg.Update(ctx, s.path, func(old []byte) ([]byte, error) {
		if len(old) == 0 {
			old = []byte(opening)
		}
		if old[len(old)-1] != '\n' {
			old = append(old, '\n')
		}
		d := parse(old)
		all, problems := d.sites()
		if len(d.Faults) > 0 {
			problems[0].File = s.path
			return nil, fmt.Errorf("%w; mend that first", problems[0])
		}
		text, err := change(d, all)
		if err != nil {
			return nil, err
		}
		if again := parse(text); len(again.Faults) > 0 {
			return nil, errors.New("the file is written in a way that ferry cannot change; edit it by hand")
		}
		return text, nil
	})
}

// add writes a site behind all others.
func (d document) add(s Site) ([]byte, error) {
	pairs, err := pairsOf(s)
	if err != nil {
		return nil, err
	}
	text := strings.TrimRight(string(d.Text), "\n") + "\n\n" + header(s.Name) + "\n"
	for _, p := range pairs {
		text += p.key + " = " + p.value + "\n"
	}
	return []byte(text), nil
}

// change writes what is new about a site.
func (d document) change(t *tomltext.Table, before, after Site) ([]byte, error) {
	old, err := pairsOf(before)
	if err != nil {
		return nil, err
	}
	pairs, err := pairsOf(after)
	if err != nil {
		return nil, err
	}
	var edits []tomltext.Edit
	if before.Name != after.Name {
		line := d.Text[t.Start:tomltext.LineEnd(d.Text, t.Start)]
		closing := t.Start + strings.LastIndexByte(strings.SplitN(string(line), "#", 2)[0], ']')
		edits = append(edits, tomltext.Edit{Start: t.Start, End: closing + 1, Text: header(after.Name)})
	}
	for _, p := range old {
		if !slices.ContainsFunc(pairs, func(q written) bool { return q.key == p.key }) {
			edits = append(edits, d.Put(t, p.key, ""))
		}
	}
	for _, p := range pairs {
		if !slices.Contains(old, p) {
			edits = append(edits, d.Put(t, p.key, p.value))
		}
	}
	return d.With(edits), nil
}

func header(name string) string {
	bare := strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
	if bare {
		return "[" + root + "." + name + "]"
	}
	return "[" + root + "." + quoted(name) + "]"
}

// quoted writes a text as TOML does.
func quoted(s string) string {
	r := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	return `"` + r.Replace(s) + `"` // names hold no control codes
}

// written is a key with its value as TOML.
type written struct{ key, value string }

// pairsOf gives the keys that are set, in their order, with their values as TOML.
func pairsOf(s Site) ([]written, error) {
	text, err := toml.Marshal(s)
	if err != nil {
		return nil, err
	}
	d := parse(text)
	var all []written
	for _, p := range d.Tables[0].Pairs {
		all = append(all, written{p.Key[0], string(d.Text[p.Value:p.End])})
	}
	return all, nil
}
