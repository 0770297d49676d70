package queue

import (
	"slices"

	"ferry/internal/vfs"
)

// link is one that a listing told about, with the name that it will have at the target.
type link struct {
	entry vfs.Entry
	as    string
}

// passes reports whether an entry takes part in the request.
func (p *planner) passes(e vfs.Entry) bool {
	return p.req.Filter.Passes(below(p.at.name, vfs.DisplayName(p.req.From, e.Name)), e)
}

// followLinks plans what the links of a folder lead to. The questions that this takes have to wait until its listing is
// over.
func (p *planner) followLinks() error {
	for i, l := range p.links {
		if err := p.follow(l); err != nil {
			for _, rest := range p.links[i:] { // the next walk finds them again
				p.at.claims.remove(rest.as)
			}
			return err
		}
	}
	p.links = nil
	p.flush()
	return nil
}

// follow plans one link. Its error is one that all questions would meet now.
func (p *planner) follow(l link) error {
	path := p.req.From.Join(p.at.from, l.entry.Name)
	actual, end, err := vfs.Resolve(p.ctx, p.src, path)
	switch {
	case err != nil && (vfs.Temporary(err) || p.ctx.Err() != nil):
		return err
	case err != nil:
		p.settle(p.newItem(l.entry, l.as), Failed, err)
		return nil
	}
	end.Name = l.entry.Name
	switch {
	case !p.passes(end):
	case end.Type == vfs.File:
		p.planFile(end, l.as, true)
	case end.Type == vfs.Dir && p.req.Recursive:
		return p.followToFolder(l, actual)
	case end.Type == vfs.Dir:
		p.planFolder(end, l.as)
	default:
		p.settle(p.newItem(l.entry, l.as), Skipped, errSpecial)
	}
	return nil
}

// followToFolder has a linked folder walked, unless it holds the link: then there would be no end.
func (p *planner) followToFolder(l link, actual string) error {
	if p.at.real == "" {
		own, _, err := vfs.Resolve(p.ctx, p.src, p.at.from)
		if err != nil {
			return err
		}
		p.at.real = own
	}
	f := p.at.child(l.entry.Name, l.as)
	f.real, f.hops = actual, slices.Concat(p.at.hops, []string{p.at.real})
	for _, holder := range f.hops {
		if p.within(holder, actual) {
			p.settle(p.newItem(l.entry, l.as), Skipped, errLoop)
			return nil
		}
	}
	p.descend(f, l.as)
	return nil
}

// within reports whether path is dir or lies below it, on the source's side.
func (p *planner) within(path, dir string) bool {
	for path != dir {
		parent := p.req.From.Parent(path)
		if parent == path {
			return false
		}
		path = parent
	}
	return true
}
