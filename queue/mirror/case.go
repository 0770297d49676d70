package mirror

import (
	"context"
	"maps"
	"slices"

	"ferry/internal/vfs"
)

// Align gives the target's tree the spelling of the source where the target ignores case, so that what is one file
// there is compared as one. Of several names of the source that are one over there the first counts, and the others are
// blocked. The target is asked only where names differ in nothing but case; where it does not know, what it has of such
// names is left alone. Both trees are as Read gave them.
func Align(ctx context.Context, from *Tree, to Side, target *Tree) error {
	if vfs.NameCase(to.FS) == vfs.CaseCounts {
		return nil
	}
	a := aligning{from: from, target: target, spelling: spellings(from)}
	there := a.twins(target)
	if len(there)+len(a.twins(from)) == 0 {
		return nil
	}
	known, err := vfs.FindCase(ctx, to.FS, vfs.Transfer, a.known(there, to.Root))
	switch known {
	case vfs.CaseIgnored:
		a.align()
	case vfs.CaseUnknown:
		for _, name := range there {
			from.Left[name] = true
		}
	default:
	}
	return err
}

// aligning knows how the source spells names, by their small letters.
type aligning struct {
	from, target *Tree
	spelling     map[string]string
}

func spellings(t *Tree) map[string]string {
	all := map[string]string{}
	enter := func(names []string) {
		for _, name := range names {
			if folded := vfs.FoldCase(name); all[folded] == "" {
				all[folded] = name
			}
		}
	}
	enter(slices.Sorted(maps.Keys(t.Nodes)))
	enter(slices.Sorted(maps.Keys(t.Left)))
	return all
}

// twins gives the names of a tree which the source spells otherwise.
func (a *aligning) twins(t *Tree) []string {
	var twins []string
	for name := range t.Nodes {
		if other, known := a.spelling[vfs.FoldCase(name)]; known && other != name {
			twins = append(twins, name)
		}
	}
	return twins
}

// known gives the path of something that the target has, best of one that matters.
func (a *aligning) known(twins []string, root string) string {
	for _, name := range twins {
		return a.target.Nodes[name].Path
	}
	for _, node := range a.target.Nodes {
		return node.Path
	}
	return root
}

func (a *aligning) align() {
	a.from.twins = map[string]string{}
	for _, name := range a.twins(a.from) {
		a.from.twins[name] = a.spelling[vfs.FoldCase(name)]
	}
	t := a.target
	t.Nodes, t.Left, t.Holes = respell(a, t.Nodes), respell(a, t.Left), respell(a, t.Holes)
}

// respell changes the names that the source spells otherwise, or has in a folder that it does.
func respell[T any](a *aligning, all map[string]T) map[string]T {
	again := make(map[string]T, len(all))
	for name, what := range all {
		again[a.spell(name)] = what
	}
	return again
}

func (a *aligning) spell(name string) string {
	if name == "" {
		return ""
	}
	if known, found := a.spelling[vfs.FoldCase(name)]; found {
		return known
	}
	if dir := parent(name); dir != "" {
		return a.spell(dir) + name[len(dir):]
	}
	return name
}
