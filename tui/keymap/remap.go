package keymap

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// With gives a map in which an action has these keys in place of its own, in each context where it had some. A key that
// another action had there is taken from it. Keys are named as Normalize gives them; those of a sequence are separated
// by blanks.
func (m *Map) With(a Action, keys []string) (*Map, error) {
	if len(m.Keys(a)) == 0 {
		return nil, fmt.Errorf("there is no action %s", a)
	}
	fresh := make([]string, len(keys))
	for i, k := range keys {
		if fresh[i] = normalSequence(k); fresh[i] == "" {
			return nil, fmt.Errorf("the keys of %s: an empty key", a)
		}
	}
	all := slices.Clone(m.bindings)
	var where []Context
	for i := range all {
		if all[i].Action == a {
			all[i].Keys = fresh
			where = append(where, all[i].Context)
		}
	}
	for i := range all {
		if all[i].Action != a && slices.ContainsFunc(where, all[i].Context.meets) {
			all[i].Keys = slices.DeleteFunc(slices.Clone(all[i].Keys), func(k string) bool {
				return slices.ContainsFunc(fresh, func(f string) bool { return shadows(f, k) })
			})
		}
	}
	all = slices.DeleteFunc(all, func(b Binding) bool { return len(b.Keys) == 0 })
	changed := &Map{bindings: all}
	if err := changed.escapable(); err != nil {
		return nil, fmt.Errorf("the keys of %s: %w", a, err)
	}
	return changed, nil
}

// Taken gives the binding that a sequence of keys would be mistaken for where those of an action work: it has the same
// keys, or one sequence is the beginning of the other. That may be a binding of the action itself.
func (m *Map) Taken(a Action, keys string) (Binding, bool) {
	keys = normalSequence(keys)
	for _, own := range m.bindings {
		if own.Action != a {
			continue
		}
		for _, b := range m.bindings {
			if own.Context.meets(b.Context) && slices.ContainsFunc(b.Keys, func(k string) bool { return shadows(keys, k) }) {
				return b, true
			}
		}
	}
	return Binding{}, false
}

// meets reports whether keys of both contexts can be pressed in one place.
func (c Context) meets(other Context) bool {
	return c == other || c == Global && other != Dialog || other == Global && c != Dialog
}

// shadows reports whether one sequence is the other or its beginning: both cannot work.
func shadows(a, b string) bool {
	return a == b || strings.HasPrefix(b, a+" ") || strings.HasPrefix(a, b+" ")
}

func normalSequence(keys string) string {
	if keys == " " {
		return Normalize(keys)
	}
	parts := strings.Fields(keys)
	for i, k := range parts {
		parts[i] = Normalize(k)
	}
	return strings.Join(parts, " ")
}

// escapable makes sure that nobody locks themselves in.
func (m *Map) escapable() error {
	for _, a := range []Action{Quit, Cancel, Help, Enter} {
		if len(m.Keys(a)) == 0 {
			return fmt.Errorf("no key would be left for %s", a)
		}
	}
	if !slices.ContainsFunc(m.For(Dialog), func(b Binding) bool { return b.Action == Cancel }) {
		return errors.New("dialogs could not be left")
	}
	return nil
}

// Actions gives all actions that have keys, in the order of the help.
func (m *Map) Actions() []Action {
	var all []Action
	for _, b := range m.bindings {
		if !slices.Contains(all, b.Action) {
			all = append(all, b.Action)
		}
	}
	return all
}
