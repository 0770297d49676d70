package mirror

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// Op is what a step does to the target.
type Op string

// The steps. A Blocked one is not taken: a person has to look.
const (
	Make    Op = "make"    // a folder
	Copy    Op = "new"     // a file that is not there
	Replace Op = "changed" // a file that differs
	Delete  Op = "delete"  // a file or link that the source has not
	RmDir   Op = "rmdir"   // such a folder
	Blocked Op = "blocked"
)

// Fact is what was known of a file when the plan was made.
type Fact struct {
	Type      string    `json:"type"`
	Size      int64     `json:"size"` // octets; -1 where unknown
	Time      time.Time `json:"time,omitzero"`
	Precision string    `json:"precision,omitempty"`
}

// Step is one thing to do. Name is a path below the roots as people read it; From and To tell what was there, nil where
// nothing was.
type Step struct {
	Op   Op     `json:"op"`
	Name string `json:"name"`
	From *Fact  `json:"from,omitempty"`
	To   *Fact  `json:"to,omitempty"`
	Why  string `json:"why,omitempty"`
}

// Plan is what would make the target like the source.
type Plan struct {
	Steps []Step
	Same  int // files that are the same on both sides
}

// Options of a comparison.
type Options struct {
	Delete bool // what the source has not is deleted
	// Differs tells whether two files of one size differ, by their content; nil compares their times.
	Differs func(from, to Node) (bool, error)
}

func factOf(n Node) *Fact {
	e := n.Entry
	f := &Fact{Type: e.Type.String(), Size: e.Size, Time: e.ModTime, Precision: e.Precision.String()}
	if e.Type != vfs.File {
		f.Size, f.Time, f.Precision = vfs.SizeUnknown, time.Time{}, ""
	}
	return f
}

// Compare makes a plan. Folders come before what is in them, deletions last and the deepest first. Nothing is deleted
// of which it is not sure that the source has it not: because a listing there was not complete, or filters hide it.
func Compare(from, to *Tree, o Options) (Plan, error) {
	var p Plan
	blocked := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(from.Nodes)) {
		if blocked[parent(name)] {
			blocked[name] = true // its folder tells it
			continue
		}
		step, err := compareOne(name, from, to, o)
		if err != nil {
			return p, err
		}
		switch {
		case step != nil:
			blocked[name] = step.Op == Blocked
			p.Steps = append(p.Steps, *step)
		case from.Nodes[name].Entry.Type == vfs.File:
			p.Same++
		}
	}
	if o.Delete {
		p.Steps = append(p.Steps, deletions(from, to)...)
	}
	return p, nil
}

// compareOne gives the step for something that the source has; nil where there is nothing to do.
func compareOne(name string, from, to *Tree, o Options) (*Step, error) {
	source := from.Nodes[name]
	step := &Step{Name: name, From: factOf(source)}
	target, there := to.Nodes[name]
	if there {
		step.To = factOf(target)
	}
	switch {
	case source.Entry.Type != vfs.File && source.Entry.Type != vfs.Dir:
		step.Op, step.Why = Blocked, "it is a "+source.Entry.Type.String()+", which is not copied"
	case from.twins[name] != "":
		step.Op, step.Why = Blocked, "the target takes it for "+from.twins[name]+", which differs in case only"
	case !there && (to.unsure(name) || to.leaves(name)):
		step.Op, step.Why = Blocked, "what the target has there is not known"
	case !there && source.Entry.IsDir():
		step.Op = Make
	case !there:
		step.Op = Copy
	case source.Entry.Type != target.Entry.Type:
		step.Op, step.Why = Blocked, fmt.Sprintf("the target has a %s of that name", target.Entry.Type)
	case source.Entry.IsDir():
		return nil, nil //nolint:nilnil // nothing to do and nothing wrong
	default:
		why, err := differs(source, target, o)
		if why == "" || err != nil {
			return nil, err
		}
		step.Op, step.Why = Replace, why
	}
	return step, nil
}

// differs tells in what two files differ; "" if they do not as far as can be told.
func differs(from, to Node, o Options) (string, error) {
	a, b := from.Entry, to.Entry
	if a.Size >= 0 && b.Size >= 0 && a.Size != b.Size {
		return "size", nil
	}
	if o.Differs != nil {
		if differ, err := o.Differs(from, to); err != nil || differ {
			return "content", err
		}
		return "", nil
	}
	if vfs.CompareTimes(a, b) > 0 {
		return "newer", nil
	}
	return "", nil
}

// deletions gives what the target has too much. A folder goes only if all in it goes.
func deletions(from, to *Tree) []Step {
	var steps []Step
	kept := map[string]bool{}
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(to.Nodes))) {
		node := to.Nodes[name]
		_, wanted := from.Nodes[name]
		switch {
		case wanted, from.leaves(name), from.unsure(name), to.Holes[name] != nil, kept[name]:
			for up := parent(name); up != ""; up = parent(up) {
				kept[up] = true
			}
		case node.Entry.IsDir():
			steps = append(steps, Step{Op: RmDir, Name: name, To: factOf(node)})
		default:
			steps = append(steps, Step{Op: Delete, Name: name, To: factOf(node)})
		}
	}
	// What was filtered out at the target stays, and so do the folders around it.
	return slices.DeleteFunc(steps, func(s Step) bool { return s.Op == RmDir && to.holdsLeft(s.Name) })
}

// holdsLeft reports whether something that was filtered out lies in a folder.
func (t *Tree) holdsLeft(dir string) bool {
	for name := range t.Left {
		for up := parent(name); up != ""; up = parent(up) {
			if up == dir {
				return true
			}
		}
	}
	return false
}

// parent gives the folder that holds something; "" is the root.
func parent(name string) string { return name[:max(strings.LastIndexByte(name, '/'), 0)] }

// Count tells how many steps of a kind there are, and the octets that they copy.
func (p Plan) Count(ops ...Op) (n int, octets int64) {
	for _, s := range p.Steps {
		if !slices.Contains(ops, s.Op) {
			continue
		}
		n++
		if s.From != nil && s.From.Size > 0 {
			octets += s.From.Size
		}
	}
	return n, octets
}

// Stale splits a plan: what still holds of it, now that both trees are as they are, and what has changed meanwhile.
func (p Plan) Stale(from, to *Tree) (holds Plan, stale []Step) {
	holds.Same = p.Same
	for _, s := range p.Steps {
		if s.From.now(from, s.Name) && s.To.now(to, s.Name) && (s.From != nil || !from.leaves(s.Name)) {
			holds.Steps = append(holds.Steps, s)
			continue
		}
		s.Why = "it has changed since the plan was made"
		stale = append(stale, s)
	}
	return holds, stale
}

// now reports whether a tree still has what a fact tells: nothing, if the fact is nil.
func (f *Fact) now(t *Tree, name string) bool {
	node, there := t.Nodes[name]
	if f == nil || !there {
		return f == nil && !there && !t.unsure(name)
	}
	other := factOf(node)
	return other.Type == f.Type && other.Size == f.Size && other.Time.Equal(f.Time)
}
