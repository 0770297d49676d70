package keymap

import (
	"slices"
	"strconv"
	"strings"
)

// Map finds actions by keys and keys by actions. It never changes and may be shared.
type Map struct{ bindings []Binding }

// Lookup asks what the keys pressed so far mean in a context. With found the action is meant; with prefix further
// keys may follow; with neither the sequence means nothing. Keys are normalized.
func (m *Map) Lookup(c Context, seq []string) (action Action, found, prefix bool) {
	if len(seq) == 0 {
		return "", false, false
	}
	for i := range m.bindings {
		b := &m.bindings[i]
		if !b.Context.holds(c) {
			continue
		}
		for _, keys := range b.Keys {
			rest, ok := after(keys, seq)
			switch {
			case ok && rest == "":
				return b.Action, true, false
			case ok:
				prefix = true
			}
		}
	}
	return "", false, prefix
}

// after gives what follows the keys of seq in the sequence keys.
func after(keys string, seq []string) (string, bool) {
	for i, k := range seq {
		head, rest, more := strings.Cut(keys, " ")
		if head != Normalize(k) || !more && i < len(seq)-1 {
			return "", false
		}
		keys = rest
	}
	return keys, true
}

// Keys gives all keys of an action, those of the first context first.
func (m *Map) Keys(a Action) []string {
	var keys []string
	for _, b := range m.bindings {
		if b.Action != a {
			continue
		}
		for _, k := range b.Keys {
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

// For gives the bindings that work in a context, those of one group beside each other, in the order of the help.
func (m *Map) For(c Context) []Binding {
	var all []Binding
	for _, b := range m.bindings {
		if b.Context.holds(c) {
			all = append(all, b)
		}
	}
	return all
}

// Next gives what may follow a prefix: each binding with only those keys that follow, without the prefix.
func (m *Map) Next(prefix []string, c Context) []Binding {
	var all []Binding
	for _, b := range m.For(c) {
		var rests []string
		for _, keys := range b.Keys {
			if rest, ok := after(keys, prefix); ok && rest != "" {
				rests = append(rests, rest)
			}
		}
		if len(rests) > 0 {
			b.Keys = rests
			all = append(all, b)
		}
	}
	return all
}

// Bar gives the bindings for the key bar of a context: F-keys in their order, then the others.
func (m *Map) Bar(c Context) []Binding {
	all := slices.DeleteFunc(m.For(c), func(b Binding) bool { return b.Bar == "" })
	slices.SortStableFunc(all, func(a, b Binding) int { return barRank(a, c) - barRank(b, c) })
	return all
}

// barRank puts the F-keys in their order. In the lower panels, whose keys are letters, what is done there comes first,
// right behind the help, and what concerns the panes last; on the wire it begins with the mode, which that is about.
func barRank(b Binding, where Context) int {
	const last = 1000
	switch {
	case where == Log && b.Action == ToggleMode:
		return 11
	case where != Pane && b.Context == where:
		return 12
	case where != Pane && b.Action == Connect:
		return last - 1
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(b.Keys[0], "f")); err == nil {
		return n * 10
	}
	return last
}
