package queue

import "ferry/internal/vfs"

// names are names in a folder of the target, with what each stands for. They are found as they are spelled, and on
// request in another case. The zero names is empty.
type names[T any] struct {
	exact    map[string]T
	capitals map[string]string // spellings with capitals, by their small letters
}

func (n *names[T]) put(name string, what T) {
	if n.exact == nil {
		n.exact = map[string]T{}
	}
	n.exact[name] = what
	folded := vfs.FoldCase(name)
	if folded == name {
		return
	}
	if n.capitals == nil {
		n.capitals = map[string]string{}
	}
	n.capitals[folded] = name
}

func (n *names[T]) remove(name string) {
	delete(n.exact, name)
	if folded := vfs.FoldCase(name); n.capitals[folded] == name {
		delete(n.capitals, folded)
	}
}

// twin gives a name that differs from this one in case only.
func (n *names[T]) twin(name string) (string, bool) {
	folded := vfs.FoldCase(name)
	if _, there := n.exact[folded]; there && folded != name {
		return folded, true
	}
	other, there := n.capitals[folded]
	return other, there && other != name
}

// held finds what the target has under a name, in whatever case if it ignores that. Only a name that would clash makes
// it ask, once for the whole target.
func (p *planner) held(name string) (there vfs.Entry, taken bool) {
	if there, taken = p.there.exact[name]; taken {
		return there, true
	}
	other, alike := p.there.twin(name)
	if !alike || !p.ignoresCase(other) {
		return vfs.Entry{}, false
	}
	return p.there.exact[other], true
}

// claimed finds the walk in which a name of the target was given to something of this copy.
func (p *planner) claimed(name string) (walk int, taken bool) {
	if walk, taken = p.at.claims.exact[name]; taken {
		return walk, true
	}
	other, alike := p.at.claims.twin(name)
	if !alike || !p.ignoresCase(p.anything()) {
		return 0, false
	}
	return p.at.claims.exact[other], true
}

// ignoresCase tells it of the target, which may be asked about a name that is in its folder; "" is the folder itself.
func (p *planner) ignoresCase(there string) bool {
	path := p.at.to
	if there != "" {
		path = p.req.To.Join(path, there)
	}
	return vfs.IgnoresCase(p.ctx, p.req.To, p.dst, path)
}

// anything gives a name that the target's folder holds, "" if it is new or empty.
func (p *planner) anything() string {
	for name := range p.there.exact {
		return name
	}
	return ""
}
